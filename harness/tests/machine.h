/* machine.h - what the tests of `why` share: processes of this machine, outside of any world, that
 * get into some state, are looked at, and are surely gone afterwards.
 *
 * Everything a test starts descends from it, orphans too, and is found that way; nothing is waited
 * for by time, but until what is claimed of it is seen. */
#ifndef BROKENPIPE_TESTS_MACHINE_H
#define BROKENPIPE_TESTS_MACHINE_H

#include "clock.h"
#include "report_why.h"
#include "task.h"
#include "temporary.h"
#include "view.h"
#include "why.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* One task that waits. */
struct claim_of_wait {
    const char *name;
    const char *call; /* NULL: the C library chooses which */
    enum object_kind object;
};

enum { MOST_PROCESSES = 1024, PATIENCE_MS = 60000 };

static struct view view; /* of the machine */
static struct why seen;  /* in the last look */

/* The living processes that descend from this one, parents before children. */
static inline size_t descendants(pid_t pids[MOST_PROCESSES])
{
    struct tasks tasks = {0};
    size_t n = 0;
    ck_assert_int_eq(tasks_list(&view, &tasks), 0);
    pids[n++] = getpid();
    for (size_t parent = 0; parent < n; parent++)
        for (size_t i = 0; i < tasks.n; i++) {
            struct process process;
            if (tasks.all[i].tid != tasks.all[i].pid ||
                process_read(&view, tasks.all[i].pid, &process) != 0 ||
                process.parent != pids[parent] || process.state == 'Z')
                continue;
            ck_assert_uint_lt(n, MOST_PROCESSES);
            pids[n++] = process.pid;
        }
    tasks_free(&tasks);
    memmove(pids, pids + 1, (n - 1) * sizeof *pids);
    return n - 1;
}

/* Fixture: an empty directory to be in, and nobody there. */
static inline void machine_begin(void)
{
    temporary_make();
    ck_assert_int_eq(chdir(temporary), 0);
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    ck_assert_int_eq(view_open_machine(&view), 0);
}

static inline void machine_end(void)
{
    pid_t pids[MOST_PROCESSES];
    for (size_t n; (n = descendants(pids)) > 0;) {
        for (size_t i = 0; i < n; i++)
            kill(pids[i], SIGKILL);
        while (waitpid(-1, NULL, WNOHANG) > 0)
            ;
    }
    while (waitpid(-1, NULL, 0) > 0)
        ;
    why_free(&seen);
    view_close(&view);
    ck_assert_int_eq(chdir("/"), 0);
    temporary_remove();
}

/* A child that runs `body`, which does not return. */
static inline pid_t start(void (*body)(void))
{
    pid_t pid = fork();
    ck_assert_int_ne(pid, -1);
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    body();
    _exit(99);
}

/* A child that executes a program, with nothing to read; what it says goes to the file "said". */
static inline pid_t start_program(char *const argv[])
{
    pid_t pid = fork();
    ck_assert_int_ne(pid, -1);
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int in = open("/dev/null", O_RDONLY), said = open("said", O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (dup2(in, 0) == 0 && dup2(said, 1) == 1 && dup2(said, 2) == 2 && close(in) == 0 &&
        close(said) == 0)
        execvp(argv[0], argv);
    _exit(127);
}

/* Looks at some of the processes. */
static inline void look_at(const pid_t *pids, size_t n)
{
    struct error error;
    why_free(&seen);
    ck_assert_msg(why_look(&view, pids, n, &seen, &error) == 0, "%s", error.text);
}

/* Looks at all that the test has started. */
static inline void look(void)
{
    pid_t pids[MOST_PROCESSES];
    size_t n = descendants(pids);
    look_at(pids, n);
}

/* Fails with `what` and everything that was seen, as far as a message of Check's holds it. */
static inline void fail_seen(const char *what)
{
    char *text = NULL;
    size_t length;
    pid_t pids[MOST_PROCESSES];
    size_t n = descendants(pids);
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    fprintf(to, "%s; seen was:\n", what);
    report_why_text(to, &seen);
    report_why_free_text(to, &seen, pids, n);
    ck_assert_int_eq(fclose(to), 0);
    ck_abort_msg("%.3000s", text);
}

static inline const struct wait *find_wait(struct claim_of_wait claim)
{
    for (size_t i = 0; i < seen.explanation.n_waits; i++) {
        const struct wait *w = &seen.explanation.waits[i];
        if (strcmp(w->name, claim.name) == 0 && w->object == claim.object &&
            (claim.call == NULL || strcmp(w->call, claim.call) == 0))
            return w;
    }
    return NULL;
}

static inline bool has_waits(const struct claim_of_wait *claims, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (find_wait(claims[i]) == NULL)
            return false;
    return true;
}

/* Whether it is this machine, who else runs on it, or who we are in it, that stands in the way of a
 * proof. */
static inline bool is_doubt_of_the_machine(const char *doubt)
{
    static const char *const signs[] = {"run it as root", "container", "alarm(2) would not be seen",
                                        "has an alarm(2)", "may hold what they wait for"};
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (strstr(doubt, signs[i]) != NULL)
            return true;
    return false;
}

enum { ANY_VERDICT = -1 };

static inline bool is_verdict(int wanted)
{
    if (wanted == ANY_VERDICT || (int)seen.verdict == wanted)
        return true;
    return wanted == WHY_DEADLOCK && seen.verdict == WHY_STUCK &&
           is_doubt_of_the_machine(seen.doubt);
}

static inline void pause_or_give_up(double begin_ms, const char *lacks)
{
    const struct timespec pause = {.tv_nsec = 5000000};
    if (clock_now_ms() - begin_ms > PATIENCE_MS)
        fail_seen(lacks);
    nanosleep(&pause, NULL);
}

/* Looks until all these tasks wait, and the verdict is the one that is wanted. A deadlock must
 * never be seen where none is wanted. */
static inline void await(const struct claim_of_wait *claims, size_t n, int wanted)
{
    double begin_ms = clock_now_ms();
    for (;;) {
        look();
        if (seen.verdict == WHY_DEADLOCK && !is_verdict(wanted))
            fail_seen("a wrong deadlock");
        bool all_wait = has_waits(claims, n);
        if (all_wait && is_verdict(wanted))
            return;
        pause_or_give_up(begin_ms,
                         all_wait ? "another verdict was wanted" : "not all of them wait");
    }
}

/* Looks at the one process until the verdict is the one that is wanted. */
static inline void await_verdict(pid_t pid, int wanted)
{
    double begin_ms = clock_now_ms();
    for (look_at(&pid, 1); !is_verdict(wanted); look_at(&pid, 1))
        pause_or_give_up(begin_ms, "another verdict was wanted");
}

#define AWAIT(wanted, ...)                                                                         \
    await((const struct claim_of_wait[]){__VA_ARGS__},                                             \
          sizeof((const struct claim_of_wait[]){__VA_ARGS__}) / sizeof(struct claim_of_wait),      \
          wanted)

#endif

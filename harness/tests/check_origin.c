/* check_origin.c - tests that a pipe is told to be made where it was, or nothing.
 *
 * world/makers.c runs under the filter that worlds have, and says itself where it made what. */
#include "../interrupts.h"
#include "../link.h"
#include "../origin.h"
#include "../timers.h"

#include <check.h>
#include <err.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAKERS BUILD_DIR "/tests/world/makers"

static struct view view;
static struct timers timers;
static struct origins origins;
static struct stacks *stacks;
static pid_t maker;
static int to_maker, from_maker; /* pipes: a socket could carry descriptors */
static char said[65536];         /* by the maker */

static _Noreturn void become_maker(const char *way, const char *seed,
                                   const struct sock_fprog *filter, int line, int in, int out)
{
    enum { WAIT_KILLABLE_RECV = 1 << 5 };
    struct link_message message = {.kind = LINK_LISTENER, .n_fds = 1};
    if (setpgid(0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        err(1, "cannot prepare the maker");
    message.fds[0] = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                  SECCOMP_FILTER_FLAG_NEW_LISTENER | WAIT_KILLABLE_RECV, filter);
    if (message.fds[0] < 0 || link_send(line, &message) != 0)
        err(1, "cannot install the filter");
    close(message.fds[0]);
    if (dup2(in, 0) != 0 || dup2(out, 1) != 1)
        err(1, "cannot give the maker its standard streams");
    /* Whatever the test has inherited, the maker's numbers are to be those that it expects. */
    if (close_range(3, ~0U, 0) != 0)
        err(1, "cannot close what the maker has inherited");
    execl(MAKERS, MAKERS, way, seed, (char *)NULL);
    err(1, "cannot execute %s", MAKERS);
}

static void start_maker(const char *way, const char *seed)
{
    struct sock_fprog filter;
    struct link_message message;
    struct error error;
    int line[2], in[2], out[2];
    ck_assert_msg(timers_filter(&filter, true, &error) == 0, "%s", error.text);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, line), 0);
    ck_assert(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
    maker = fork();
    ck_assert_int_ne(maker, -1);
    if (maker == 0)
        become_maker(way, seed, &filter, line[1], in[0], out[1]);
    free(filter.filter);
    ck_assert(close(line[1]) == 0 && close(in[0]) == 0 && close(out[1]) == 0);
    to_maker = in[1];
    from_maker = out[0];
    ck_assert_int_eq(link_receive(line[0], &message), 0);
    ck_assert_int_eq(close(line[0]), 0);
    timers_listen(&timers, message.fds[0]);
}

/* Until the maker is done. */
static void serve(void)
{
    size_t length = 0;
    said[0] = '\0';
    while (strstr(said, "done\n") == NULL) {
        struct pollfd ready[] = {{.fd = from_maker, .events = POLLIN},
                                 {.fd = timers.listener, .events = POLLIN}};
        ck_assert_int_gt(poll(ready, 2, -1), 0);
        if (ready[1].revents != 0)
            timers_answer(&timers, &origins, &view);
        if (ready[0].revents != 0) {
            ssize_t n = read(from_maker, said + length, sizeof said - 1 - length);
            ck_assert_msg(n > 0, "the maker ended");
            length += (size_t)n;
            said[length] = '\0';
        }
    }
}

/* Every one of the maker's processes sleeps in the end; "done" may come a moment before. */
static bool all_sleep(void)
{
    struct tasks tasks = {0};
    bool sleep = true;
    ck_assert_int_eq(tasks_list(&view, &tasks), 0);
    for (size_t i = 0; i < tasks.n; i++) {
        struct task *task = &tasks.all[i];
        if (getpgid(task->pid) == maker && task_read(&view, task) == 0)
            sleep &= task->blocked;
    }
    tasks_free(&tasks);
    return sleep;
}

/* The innermost own line of where it was made; 0 if that is not known. */
static int line_told(unsigned long device, unsigned long inode)
{
    const char *call = NULL;
    struct frame *frames = NULL;
    size_t n = origin_find(&origins, stacks, (dev_t)device, (ino_t)inode, &call, &frames);
    int line = 0;
    for (size_t i = n; i-- > 0;)
        if (frames[i].own)
            line = frames[i].line;
    ck_assert_msg(n == 0 || line > 0, "no line in %zu frames", n);
    frames_free(frames, n);
    return line;
}

/* Returns how many lines were told. */
static int expect_lines(const char *way, const char *seed)
{
    start_maker(way, seed);
    serve();
    while (!all_sleep())
        continue;
    origins_settle(&origins, &view);
    int n = 0, n_told = 0;
    char *rest;
    for (char *at = strtok_r(said, "\n", &rest); strcmp(at, "done") != 0;
         at = strtok_r(NULL, "\n", &rest), n++) {
        unsigned long device, inode;
        int line;
        char mark = '\0';
        ck_assert_int_ge(sscanf(at, "%lu %lu %d%c", &device, &inode, &line, &mark), 3);
        int told = line_told(device, inode);
        n_told += told != 0;
        ck_assert_msg(told == line || (told == 0 && mark == '?'),
                      "%s %s, number %d: made at line %d, told to be at %d", way,
                      seed == NULL ? "" : seed, n, line, told);
    }
    return n_told;
}

static void begin(void)
{
    /* Whatever loses its parent stays below us, where we may look at it, ptrace(2). */
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    ck_assert_int_eq(view_open_machine(&view), 0);
    timers_init(&timers);
    origins_init(&origins);
    stacks = stacks_open(&view);
    ck_assert_ptr_nonnull(stacks);
}

static void end(void)
{
    kill(-maker, SIGKILL);
    while (wait(NULL) > 0)
        continue;
    close(to_maker);
    close(from_maker);
    stacks_close(stacks);
    origins_close(&origins);
    timers_close(&timers);
    view_close(&view);
}

static const char *const WAYS[] = {
    "several",    "numbers-again", "one-end-closed",       "moved",      "covered",
    "failed",     "handed-on",     "made-by-child",        "maker-gone", "executed",
    "pairs",      "no-pair",       "in-handler-and-vfork", "many",       "threads",
    "moved-back", "sent"};

START_TEST(told_where_made)
{
    expect_lines(WAYS[_i], NULL);
}
END_TEST

enum { PROGRAMS = 50 };

/* Programs of random calls. Much of it nobody can tell; what is told is right. */
START_TEST(nothing_wrong)
{
    char seed[16];
    int n_told = 0;
    for (int i = 0; i < PROGRAMS; i++) {
        snprintf(seed, sizeof seed, "%d", _i * PROGRAMS + i);
        n_told += expect_lines("at-random", seed);
        end();
        begin();
    }
    ck_assert_int_gt(n_told, 0);
}
END_TEST

/* As many as the names of the calls that make them. */
START_TEST(names_of_calls)
{
    start_maker("several", NULL);
    serve();
    origins_settle(&origins, &view);
    static const char *const calls[] = {"pipe", "pipe", "pipe2"};
    const char *at = said;
    for (size_t i = 0; i < 3; i++, at = strchr(at, '\n') + 1) {
        unsigned long device, inode;
        const char *call = NULL;
        struct frame *frames = NULL;
        ck_assert_int_eq(sscanf(at, "%lu %lu", &device, &inode), 2);
        size_t n = origin_find(&origins, stacks, (dev_t)device, (ino_t)inode, &call, &frames);
        ck_assert_uint_gt(n, 0);
        ck_assert_str_eq(call, calls[i]);
        frames_free(frames, n);
    }
}
END_TEST

/* What would get EINTR from a call that is stopped is not stopped. */
START_TEST(interrupts)
{
    ck_assert(!interrupts_possible(BUILD_DIR "/tests/dead/ring-of-6"));
    ck_assert(interrupts_possible(MAKERS));                             /* sigaction */
    ck_assert(interrupts_possible(BUILD_DIR "/tests/live/vfork-exec")); /* what does it execute? */
    ck_assert(interrupts_possible("/bin/sh"));
    ck_assert(interrupts_possible(SOURCE_DIR "/tools/setup")); /* no ELF file */
    ck_assert(interrupts_possible("/nowhere"));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("origin");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, begin, end);
    tcase_add_loop_test(tcase, told_where_made, 0, sizeof WAYS / sizeof WAYS[0]);
    tcase_add_test(tcase, names_of_calls);
    /* So many times PROGRAMS; ORIGIN_ROUNDS=40 is a thorough search. */
    const char *rounds = getenv("ORIGIN_ROUNDS");
    tcase_add_loop_test(tcase, nothing_wrong, 0, rounds == NULL ? 2 : atoi(rounds));
    TCase *files = tcase_create("interrupts");
    tcase_add_test(files, interrupts);
    Suite *suite = suite_create("origin");
    suite_add_tcase(suite, tcase);
    suite_add_tcase(suite, files);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

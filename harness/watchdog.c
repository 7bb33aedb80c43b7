/* watchdog.c - looking whether the scheduler runs. See watchdog.h. */
#include "watchdog.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_EVERY_MS = 4 };

/* What the two share. */
struct board {
    atomic_uint beats;
    atomic_bool raised; /* set by the watchdog, cleared by the scheduler */
};

struct watchdog {
    struct board *board;
    pid_t pid; /* 0: no process, because there are no real-time priorities */
};

static int give_priority(pid_t pid, int priority)
{
    const struct sched_param param = {.sched_priority = priority};
    int reset = priority == PRIORITY_WATCHDOG ? 0 : SCHED_RESET_ON_FORK;
    return sched_setscheduler(pid, SCHED_FIFO | reset, &param);
}

/* The watchdog's own process: */

/* Whoever is raised and silent still may itself wait for one that it keeps off the processor: it is
 * lowered for a while, and so on in turns.
 *
 * The scheduler may step back at the same time, on another processor. Then it may be lowered and
 * found raised, which the next look puts right. What must never be is that it stays raised and does
 * not know it; so the note comes last where it is raised, and goes first where it is lowered. */
static _Noreturn void look_for_ever(struct board *board, pid_t scheduler)
{
    const struct timespec pause = {.tv_nsec = LOOK_EVERY_MS * 1000000L};
    for (unsigned before = 0;;) {
        clock_nanosleep(CLOCK_MONOTONIC, 0, &pause, NULL);
        unsigned beats = atomic_load(&board->beats);
        if (beats == before && atomic_load(&board->raised)) {
            atomic_store(&board->raised, false);
            give_priority(scheduler, PRIORITY_SCHEDULER);
        } else if (beats == before) {
            give_priority(scheduler, PRIORITY_RAISED);
            atomic_store(&board->raised, true);
        }
        before = beats;
    }
}

/* Nothing of the harness is kept, so that what it closes is closed. Every signal is blocked: what
 * the terminal sends to all of us, the harness may want to survive. In a session of its own it is
 * not killed together with the harness, which could not even die while a program spins. */
static _Noreturn void be_watchdog(struct board *board, pid_t scheduler)
{
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid() != scheduler ||
        prctl(PR_SET_NAME, "watchdog", 0, 0, 0) != 0 || chdir("/") != 0 ||
        syscall(SYS_close_range, 0U, ~0U, 0U) != 0)
        _exit(1);
    look_for_ever(board, scheduler);
}

/* The scheduler's side: */

/* With every signal blocked from its first moment on, so that it runs no handler of the harness. */
static pid_t fork_watchdog(struct board *board)
{
    sigset_t all, before;
    pid_t scheduler = getpid();
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    pid_t pid = fork();
    if (pid == 0)
        be_watchdog(board, scheduler);
    int saved = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = saved;
    return pid;
}

/* On the processors that the scheduler is not on, if there are any; else it interrupts those of
 * lower priority on the same. */
static int place(const struct watchdog *w, const struct processor *p)
{
    cpu_set_t others = p->before;
    CPU_CLR((size_t)p->number, &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(w->pid, sizeof(others), &others) != 0)
        return -1;
    return give_priority(w->pid, PRIORITY_WATCHDOG);
}

static int start_process(struct watchdog *w, const struct processor *p, struct error *err)
{
    w->pid = fork_watchdog(w->board);
    if (w->pid < 0)
        return error_errno(err, "cannot start the watchdog");
    if (place(w, p) != 0)
        return error_errno(err, "cannot give the watchdog its priority");
    return 0;
}

struct watchdog *watchdog_start(const struct processor *p, struct error *err)
{
    struct watchdog *w = calloc(1, sizeof(*w));
    if (w == NULL) {
        error_errno(err, "cannot start the watchdog");
        return NULL;
    }
    w->board =
        mmap(NULL, sizeof(*w->board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (w->board == MAP_FAILED) {
        error_errno(err, "cannot share memory with the watchdog");
        free(w);
        return NULL;
    }
    if (p->real_time && start_process(w, p, err) != 0) {
        watchdog_stop(w);
        return NULL;
    }
    return w;
}

void watchdog_stop(struct watchdog *w)
{
    if (w->pid > 0) {
        kill(w->pid, SIGKILL);
        while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        watchdog_step_back(w); /* it may have been about to tell us */
    }
    munmap(w->board, sizeof(*w->board));
    free(w);
}

void watchdog_beat(struct watchdog *w)
{
    atomic_fetch_add(&w->board->beats, 1);
}

bool watchdog_has_raised(const struct watchdog *w)
{
    return atomic_load(&w->board->raised);
}

/* For the order, see look_for_ever(). */
void watchdog_step_back(struct watchdog *w)
{
    watchdog_beat(w);
    atomic_store(&w->board->raised, false);
    give_priority(0, PRIORITY_SCHEDULER);
}

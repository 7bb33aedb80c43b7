/* arguments_tasks.c - arguments of calls about processes, signals and time. See arguments_parts.h.
 */
#include "arguments_parts.h"

#include "signals.h"

#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

/* Processes, signals and time. */

PUT_FLAGS(put_wait_options, WORD(WNOHANG), WORD(WUNTRACED), WORD(WEXITED), WORD(WCONTINUED),
          WORD(WNOWAIT), WORD(__WALL), WORD(__WCLONE))
PUT_WORD(put_wait_kind, WORD(P_ALL), WORD(P_PID), WORD(P_PGID), WORD(P_PIDFD))
PUT_WORD(put_mask_change, WORD(SIG_BLOCK), WORD(SIG_UNBLOCK), WORD(SIG_SETMASK))
PUT_WORD(put_clock, WORD(CLOCK_REALTIME), WORD(CLOCK_MONOTONIC), WORD(CLOCK_PROCESS_CPUTIME_ID),
         WORD(CLOCK_THREAD_CPUTIME_ID), WORD(CLOCK_MONOTONIC_RAW), WORD(CLOCK_REALTIME_COARSE),
         WORD(CLOCK_MONOTONIC_COARSE), WORD(CLOCK_BOOTTIME))
PUT_WORD(put_timer, WORD(ITIMER_REAL), WORD(ITIMER_VIRTUAL), WORD(ITIMER_PROF))
PUT_FLAGS(put_timer_flags, WORD(TIMER_ABSTIME))

void put_prctl(struct arguments *a, size_t i)
{
    static const struct word words[] = {WORD(PR_SET_PDEATHSIG), WORD(PR_SET_CHILD_SUBREAPER)};
    uint64_t option = a->task->args[i];
    put_word(a->to, option, words, LENGTH(words));
    fputs(", ", a->to);
    if (option == PR_SET_PDEATHSIG)
        put_signal(a, i + 1);
    else
        put_number(a, i + 1);
}

/* What makes a new thread says so; of the rest, what its maker shares with a new process. */
static void put_clone_words(FILE *to, uint64_t flags, int signal)
{
    static const struct word words[] = {WORD(CLONE_VM), WORD(CLONE_VFORK),   WORD(CLONE_FILES),
                                        WORD(CLONE_FS), WORD(CLONE_SIGHAND), WORD(CLONE_PARENT)};
    if ((flags & CLONE_THREAD) != 0) {
        fputs("CLONE_THREAD", to);
        return;
    }
    const char *between = "";
    for (size_t i = 0; i < LENGTH(words); i++)
        if ((flags & words[i].value) != 0) {
            fprintf(to, "%s%s", between, words[i].name);
            between = "|";
        }
    if (signal == 0)
        return;
    char name[32];
    fprintf(to, "%sSIG%s", between, signal_format(signal, name, sizeof(name)));
}

void put_clone_flags(struct arguments *a, size_t i)
{
    uint64_t value = a->task->args[i];
    put_clone_words(a->to, value & ~(uint64_t)CSIGNAL, (int)(value & CSIGNAL));
}

/* What lies in memory. */

void put_clone3_flags(struct arguments *a, size_t i)
{
    struct clone_args args;
    if (fetch(a, i, &args, CLONE_ARGS_SIZE_VER0))
        put_clone_words(a->to, args.flags, (int)args.exit_signal);
}

void put_signals(struct arguments *a, size_t i)
{
    uint64_t mask;
    if (!fetch(a, i, &mask, sizeof(mask)))
        return;
    fputc('[', a->to);
    signals_write(a->to, mask);
    fputc(']', a->to);
}

/* struct sigaction as the kernel has it. */
struct action {
    uint64_t handler, flags;
};

static void put_handler_name(struct arguments *a, uint64_t handler)
{
    char name[64];
    if (handler == (uintptr_t)SIG_DFL)
        fputs("SIG_DFL", a->to);
    else if (handler == (uintptr_t)SIG_IGN)
        fputs("SIG_IGN", a->to);
    else if (a->stacks != NULL &&
             stack_function(a->stacks, a->task->pid, handler, name, sizeof(name)) == 0)
        fputs(name, a->to);
    else
        fputs("...", a->to);
}

/* The handler alone, as signal(2) has it. */
void put_handler(struct arguments *a, size_t i)
{
    struct action action;
    if (fetch(a, i, &action, sizeof(action)))
        put_handler_name(a, action.handler);
}

/* The handler and the flags that the program has set. */
void put_action(struct arguments *a, size_t i)
{
    static const struct word words[] = {WORD(SA_NOCLDSTOP), WORD(SA_NOCLDWAIT), WORD(SA_SIGINFO),
                                        WORD(SA_ONSTACK),   WORD(SA_RESTART),   WORD(SA_NODEFER),
                                        WORD(SA_RESETHAND)};
    const unsigned restorer = 0x04000000; /* the C library's business */
    struct action action;
    if (!fetch(a, i, &action, sizeof(action)))
        return;
    fputc('{', a->to);
    put_handler_name(a, action.handler);
    fputs(", ", a->to);
    put_flags(a->to, (unsigned)action.flags & ~restorer, words, LENGTH(words));
    fputc('}', a->to);
}

/* "0.02 s". */
static void put_seconds(FILE *to, int64_t seconds, double fraction)
{
    fprintf(to, "%.12g s", (double)seconds + fraction);
}

void put_timespec(struct arguments *a, size_t i)
{
    struct timespec time;
    if (fetch(a, i, &time, sizeof(time)))
        put_seconds(a->to, time.tv_sec, (double)time.tv_nsec / 1e9);
}

void put_timeval(struct arguments *a, size_t i)
{
    struct timeval time;
    if (fetch(a, i, &time, sizeof(time)))
        put_seconds(a->to, time.tv_sec, (double)time.tv_usec / 1e6);
}

static void put_interval(FILE *to, int64_t seconds, double fraction)
{
    if (seconds == 0 && fraction == 0)
        return;
    fputs(" every ", to);
    put_seconds(to, seconds, fraction);
}

/* When a timer expires first, and then again: "1 s every 0.5 s". */
void put_timer_spec(struct arguments *a, size_t i)
{
    struct itimerspec timer;
    if (!fetch(a, i, &timer, sizeof(timer)))
        return;
    put_seconds(a->to, timer.it_value.tv_sec, (double)timer.it_value.tv_nsec / 1e9);
    put_interval(a->to, timer.it_interval.tv_sec, (double)timer.it_interval.tv_nsec / 1e9);
}

void put_timer_val(struct arguments *a, size_t i)
{
    struct itimerval timer;
    if (!fetch(a, i, &timer, sizeof(timer)))
        return;
    put_seconds(a->to, timer.it_value.tv_sec, (double)timer.it_value.tv_usec / 1e6);
    put_interval(a->to, timer.it_interval.tv_sec, (double)timer.it_interval.tv_usec / 1e6);
}

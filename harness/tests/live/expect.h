/* expect.h - the words that nearly every program of tests/live and tests/dead needs: to check a
 * result, to fork a process and wait for it, to catch or block a signal, to name a time. */
#ifndef BROKENPIPE_TESTS_EXPECT_H
#define BROKENPIPE_TESTS_EXPECT_H

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Ends the program with status 1 unless `condition` holds. */
#define EXPECT(condition)                                                                          \
    do {                                                                                           \
        if (!(condition))                                                                          \
            err(1, "%s:%d: not so: %s", __FILE__, __LINE__, #condition);                           \
    } while (0)

static inline double now_ms(void)
{
    struct timespec now;
    EXPECT(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* The point of time on `clock` that is `ms` (below 1000) from now. */
static inline struct timespec from_now(clockid_t clock, long ms)
{
    struct timespec t;
    EXPECT(clock_gettime(clock, &t) == 0);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static inline void sleep_ms(long ms)
{
    struct timespec until = from_now(CLOCK_MONOTONIC, ms);
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) != 0)
        ; /* a signal came: sleep on */
}

static inline pid_t start(void)
{
    pid_t pid = fork();
    EXPECT(pid != -1);
    return pid;
}

/* Waits for `pid`, which must end with status 0. */
static inline void finish(pid_t pid)
{
    int status;
    EXPECT(waitpid(pid, &status, 0) == pid);
    EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static inline void put(int fd, char byte)
{
    EXPECT(write(fd, &byte, 1) == 1);
}

static inline char get(int fd)
{
    char byte;
    EXPECT(read(fd, &byte, 1) == 1);
    return byte;
}

static volatile sig_atomic_t signals_caught;

static inline void count_signal(int signal)
{
    (void)signal;
    signals_caught++;
}

static inline void catch_signal(int signal, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    EXPECT(sigaction(signal, &action, NULL) == 0);
}

static inline sigset_t only(int signal)
{
    sigset_t set;
    EXPECT(sigemptyset(&set) == 0 && sigaddset(&set, signal) == 0);
    return set;
}

/* Blocks `signal` and returns the mask that lets it through again, for sigsuspend(). */
static inline sigset_t block_signal(int signal)
{
    sigset_t blocked = only(signal), before;
    EXPECT(sigprocmask(SIG_BLOCK, &blocked, &before) == 0);
    EXPECT(sigdelset(&before, signal) == 0);
    return before;
}

#endif

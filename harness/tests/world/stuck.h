/* stuck.h - what the programs stuck*.c share. Each puts a few named tasks into the state that its
 * argument names, in which they stay for ever.
 *
 * Every task says on stdout who it is and at which line it is about to block:
 * "NAME PID TID FILE FUNCTION LINE". */
#ifndef BROKENPIPE_TESTS_STUCK_H
#define BROKENPIPE_TESTS_STUCK_H

#include "../live/expect.h"

#include <sys/prctl.h>

/* To stand on the line before the blocking call. */
#define HERE() tell_place(NULL, __FILE__, __func__, __LINE__ + 1)

/* To stand on the line before the call that makes the pipe or pair of sockets: the same line, but
 * with "made" for the name. */
#define MADE() tell_place("made", __FILE__, __func__, __LINE__ + 1)

static inline void tell_place(const char *what, const char *file, const char *function, int line)
{
    char name[16];
    const char *slash = strrchr(file, '/');
    EXPECT(prctl(PR_GET_NAME, name) == 0);
    EXPECT(dprintf(STDOUT_FILENO, "%s %d %d %s %s %d\n", what != NULL ? what : name, getpid(),
                   gettid(), slash != NULL ? slash + 1 : file, function, line) > 0);
}

static inline void be(const char *name)
{
    EXPECT(prctl(PR_SET_NAME, name) == 0);
}

/* Returns 0 in the child, as fork(2) does. */
static inline pid_t start_as(const char *name)
{
    pid_t pid = start();
    if (pid == 0)
        be(name);
    return pid;
}

/* Waits for a signal that nobody sends. A function of its own on the stack. */
__attribute__((noinline, unused)) static void idle(void)
{
    sigset_t none;
    EXPECT(sigemptyset(&none) == 0);
    HERE();
    sigsuspend(&none);
    errx(1, "a signal came");
}

/* A child that does nothing, but holds open what its parent held open. */
static inline pid_t start_idle(const char *name)
{
    pid_t pid = start_as(name);
    if (pid == 0)
        idle();
    return pid;
}

struct state {
    const char *name;
    void (*enter)(void);
};

/* main() of each program: STUCK({"full", full}, {"empty", empty}) */
#define STUCK(...)                                                                                 \
    int main(int argc, char *argv[])                                                               \
    {                                                                                              \
        static const struct state STATES[] = {__VA_ARGS__};                                        \
        EXPECT(argc == 2);                                                                         \
        for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++)                              \
            if (strcmp(STATES[i].name, argv[1]) == 0)                                              \
                STATES[i].enter();                                                                 \
        errx(1, "no such state, or woken from it: %s", argv[1]);                                   \
    }

#endif

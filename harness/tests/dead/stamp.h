/* stamp.h - every task of tests/dead that will block for ever says so just before it does.
 *
 * The latest stamp of a run is the moment after which nothing can happen any more; what a watcher
 * needs from there to its verdict is its latency. */
#ifndef BROKENPIPE_TESTS_STAMP_H
#define BROKENPIPE_TESTS_STAMP_H

#include "../live/expect.h"

/* Writes one line with the present time, by one write(2). */
static inline void stamp(void)
{
    EXPECT(dprintf(STDERR_FILENO, "blocking %.3f\n", now_ms()) > 0);
}

/* The same where a proof must first wait for a timer to run down for certain: the latency is then
 * that time, and is told apart. */
static inline void stamp_slow(void)
{
    EXPECT(dprintf(STDERR_FILENO, "blocking %.3f slow\n", now_ms()) > 0);
}

/* Why a program that ought to be dead went on. */
static inline _Noreturn void woken(void)
{
    errx(1, "woken from what nobody can end");
}

#endif

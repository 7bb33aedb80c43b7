/* clock.h - times in milliseconds. */
#ifndef BROKENPIPE_CLOCK_H
#define BROKENPIPE_CLOCK_H

#include <sys/resource.h>
#include <time.h>

/* A clock of clock_gettime(2). */
double clock_ms(clockid_t clock);

/* CLOCK_MONOTONIC. */
double clock_now_ms(void);

/* User and system time of a getrusage(2). */
double clock_used_ms(const struct rusage *used);

#endif

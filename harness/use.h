/* use.h - what the processes of a world use at a moment. */
#ifndef BROKENPIPE_USE_H
#define BROKENPIPE_USE_H

#include "view.h"

#include <stdbool.h>

struct use {
    long tasks;
    double cpu_s;      /* of the living, and of those that have ended and been waited for */
    double memory_mib; /* anonymous and shared memory, each page once */
};

/* Adds it up. Shared memory that is mapped is dear to count, and is counted only if together with
 * the rest it might be more than `limit_mib`. `thorough` also looks for memory that no process has
 * mapped (memfd_create(2)), which takes a look at every descriptor. What cannot be read counts
 * nothing. */
struct use use_take(const struct view *v, double limit_mib, bool thorough);

#endif

/* probes.h - what the harness and its tools use of a host, each with a way to try it. */
#ifndef BROKENPIPE_PROBES_H
#define BROKENPIPE_PROBES_H

#include <stdbool.h>
#include <stddef.h>

struct feature {
    const char *name;
    const char *without; /* what works without it */
    bool (*probe)(const struct feature *feature);
    int flag;         /* for the probe: the namespace's CLONE_NEW... */
    const char *tool; /* for the probe: the program looked for */
};

extern const struct feature features[];
extern const size_t n_features;

#endif

/* explore.h - looks for a schedule in which a program fails, and makes sure of it by replay.
 *
 * It says what it covered, and never that a program is correct. */
#ifndef BROKENPIPE_EXPLORE_H
#define BROKENPIPE_EXPLORE_H

#include "error.h"
#include "observation.h"
#include "schedule.h"
#include "strategy.h"
#include "world.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was covered. */
struct explore_coverage {
    size_t schedules; /* runs made, replays apart */
    size_t distinct;  /* different ones among them */
    size_t by_strategy[STRATEGY_KINDS];
    int exhausted; /* all schedules with at most so many preemptions were made; -1: not so */
    size_t cut; /* runs that were longer than can be written down, or not over in the wall time */
    size_t unstable; /* failing runs that did not replay three times the same, and are not told */
    size_t steps, decisions; /* of all runs together */
    uint64_t fingerprint; /* of all schedules, in order: the same again if the exploration went the
                             same way */
    bool complete;        /* the depth-first strategy has made all schedules there are */
    double seconds;
    bool real_time; /* with real-time priorities; else slower, and less certain to replay */
};

struct explore_options {
    double budget_s;       /* of time, for all strategies together; default 1 */
    size_t max_schedules;  /* 0: as many as the time allows */
    uint64_t seed;         /* default 1 */
    unsigned strategies;   /* bits 1 << enum strategy_kind; 0: all */
    bool sleeps_take_time; /* --time virtual */
    bool short_reads;
    bool ordinary; /* do without real-time priorities even if they are allowed */
    /* Whether a run is what is looked for; NULL: explore_failure() decides. */
    bool (*found)(void *context, const struct observation *o);
    void *context;
    void (*progress)(void *context, const struct explore_coverage *so_far); /* or NULL */
    void (*waits)(
        void *context); /* or NULL; called once if other explorations use all processors */
};

/* Why a run is a failure. */
enum failure_kind {
    FAILURE_NONE,
    FAILURE_OUTCOME, /* deadlock, livelock, signal, exit status other than 0, limit */
    FAILURE_LEFT,    /* it left something behind */
    FAILURE_DIFFERS, /* another outcome or output than the first schedule had */
};

struct exploration {
    struct explore_coverage coverage;
    enum failure_kind failure;      /* FAILURE_NONE: nothing was found. With options.found:
                                       FAILURE_OUTCOME if it was */
    enum strategy_kind by;          /* who found it */
    size_t number;                  /* after how many schedules, from 1 */
    struct schedule schedule;       /* the failing one, with its calls shown */
    struct observation observation; /* of its last replay */
    struct observation first;       /* of the first schedule that did not fail; or just the first */
    int64_t realtime_ns, monotonic_ns; /* the clocks at its start: a replay needs them */
};

struct explore_options explore_options_default(void);

/* Explores the program of `spec`. Returns 0, or -1 with `err` if it could not be run. `x` is to be
 * released with exploration_free() if 0 was returned. */
int explore(const struct world_spec *spec, const struct explore_options *options,
            struct exploration *x, struct error *err);
void exploration_free(struct exploration *x);

/* A failing schedule as it is kept in a file. */
struct schedule_file {
    char **argv; /* NULL-terminated; argv[0] is an absolute path */
    uint64_t seed;
    bool sleeps_take_time, short_reads, second_instance;
    int64_t realtime_ns, monotonic_ns;
    struct choice *choices; /* one for each step that had a choice, in order */
    size_t n_choices;
    uint64_t hash; /* of the schedule */
    char *outcome; /* in the words of outcome_format() */
};

/* Writes `x`'s failing schedule of the program of `spec` as JSON. 0, or -1 with `err`. */
int schedule_file_write(const char *path, const struct world_spec *spec,
                        const struct explore_options *options, const struct exploration *x,
                        struct error *err);

/* Reads one. 0, or -1 with `err`, which names the file, the place and what would be right. */
int schedule_file_read(const char *path, struct schedule_file *file, struct error *err);
void schedule_file_free(struct schedule_file *file);

/* How a replay is made. */
struct replay_options {
    bool ordinary;
    /* If not NULL, called at the end of the run, where all tasks that live are blocked for ever; or
     * before the last step of a run that ends by itself, with all tasks stopped by SIGSTOP. Gets
     * the processes as the harness numbers them. Returns a child process, a debugger, until whose
     * end the program's calls are let through, and which is waited for; or 0. */
    pid_t (*at_end)(void *context, const struct observation *o, const pid_t *pids, size_t n_pids);
    void *context;
};

/* Makes the file's schedule once more. `same` tells whether it was step by step the same run; if
 * not, schedule->diverged says from where on. 0, or -1 with `err`. */
int explore_replay(const struct world_spec *spec, const struct schedule_file *file,
                   const struct replay_options *options, struct schedule *schedule,
                   struct observation *o, bool *same, struct error *err);

/* The failure of `o`, where `first` is the first schedule's observation (or NULL: o is it). */
enum failure_kind explore_failure(const struct observation *o, const struct observation *first);

const char *failure_kind_name(enum failure_kind kind); /* "none", "outcome", "left", "differs" */

#endif

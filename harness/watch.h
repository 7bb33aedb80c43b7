/* watch.h - looks at a running world until its end is known. */
#ifndef BROKENPIPE_WATCH_H
#define BROKENPIPE_WATCH_H

#include "drain.h"
#include "error.h"
#include "link.h"
#include "observation.h"
#include "origin.h"
#include "proof.h"
#include "use.h"
#include "world.h"

struct watch {
    const struct world_spec *spec;
    int link;           /* to the world's init */
    int out, err;       /* the files that the program's output goes to */
    struct drain drain; /* or gets to, if stdout is no file */
    bool isolated;      /* else nothing is proved, and tasks cannot be listed */
    struct view view;
    struct timers timers;
    struct origins origins; /* where the program made its pipes */
    struct proof proof;
    double start_ms;    /* CLOCK_MONOTONIC at the start of the program */
    double ended_ms;    /* at which the end of the run was known */
    double init_cpu_ms; /* what init had used before the program started */
    struct use use;     /* at the last look; CPU time without init's */
    unsigned n_stocks;
    double disk_full_ms; /* CLOCK_MONOTONIC of the first look that found it full; 0: it is not */
    bool main_ended, all_ended; /* the main process; all of them */
    double main_ended_ms;
    int main_status;      /* as of waitpid(2) */
    bool again;           /* all_ended: the world can run the program again */
    double reaped_cpu_ms; /* all_ended: of all that init has waited for */
};

void watch_init(struct watch *w, const struct world_spec *spec, int link, int service);
void watch_close(struct watch *w);

/* Watches until the run has ended by itself, is proved dead, or has used up a budget or a limit;
 * fills in outcome, note and verdict_ms of `o`. 0, or -1 with `err` if init gave up. */
int watch_run(struct watch *w, struct observation *o, struct error *err);

/* What watch_run() does in between, for runs that are controlled (scheduler.h). */
enum watch_step { STEP_ON, STEP_ENDED, STEP_FAILED };

/* Waits until the view into the world has come. 0, or -1 with `err`. */
int watch_wait_for_start(struct watch *w, struct error *err);

/* Takes one message of init's. STEP_ENDED: no process of the program is left. */
enum watch_step watch_take_message(struct watch *w, struct error *err);

/* One attempt at the proof: is it a deadlock, or are those who have outlived the main process dead?
 * Then that is the outcome. */
bool watch_proved_dead(struct watch *w, struct observation *o);

/* Is a limit crossed? Then that is the outcome. */
bool watch_over_limit(struct watch *w, struct observation *o);

/* Is the CPU budget used up, as of the last look at limits? Then the outcome is livelock. */
bool watch_out_of_cpu(struct watch *w, struct observation *o);

/* The program has ended by itself: the outcome is how its main process did. */
void watch_ended(struct watch *w, struct observation *o);

void watch_end_with(struct observation *o, enum outcome_kind kind, int number, const char *note);

/* Makes ready for another run in the same world. */
void watch_again(struct watch *w);

/* CPU time of the tasks that are still alive: what dies with the world is in nobody's rusage. */
double watch_living_cpu_ms(const struct watch *w);

#endif

/* explored.h - what the tests of the explorer share: they explore a program of tests/explored, or a
 * shell script, and say what must have been found.
 *
 * A test sets `options` and `spec` where the usual will not do, calls EXPLORE(), and looks at
 * `found`. The seed is fixed and time is ample, so that luck has no part in it: what ends an
 * exploration is the number of schedules. */
#ifndef BROKENPIPE_TESTS_EXPLORED_H
#define BROKENPIPE_TESTS_EXPLORED_H

#include "explore.h"
#include "report.h"
#include "suite.h"
#include "temporary.h"

#include <check.h>
#include <unistd.h>

static struct world_spec spec;         /* of the next exploration */
static struct explore_options options; /* and how it is made */
static struct exploration found;       /* by the last one */

/* What programs that start others need to see. */
static char *const visible[] = {BUILD_DIR "/tests/explored", BUILD_DIR "/tests/live", NULL};

enum { SOON = 100 }; /* schedules within which each of the failures is to be found */

#define PROGRAM(name)   BUILD_DIR "/tests/explored/" name
#define LIVE(name)      BUILD_DIR "/tests/live/" name
#define SCRIPT(text)    "/bin/bash", "-c", text
#define EXPLORE(n, ...) explore_this(n, (char *const[]){__VA_ARGS__, NULL})
#define ONLY(kind)      (1U << (kind))

/* Fixture: every test starts with the usual world and an empty directory, and leaves nothing. */
static inline void explored_begin(void)
{
    spec = (struct world_spec){.limits = world_limits_default()};
    spec.limits.wall_s = 30; /* on a busy machine */
    options = explore_options_default();
    options.budget_s = 60;
    spec.visible = visible;
    found = (struct exploration){0};
    temporary_make();
}

static inline void explored_end(void)
{
    exploration_free(&found);
    temporary_remove();
}

/* At most `n` schedules of the program. */
static inline void explore_this(size_t n, char *const argv[])
{
    struct error error;
    exploration_free(&found);
    spec.argv = argv;
    options.max_schedules = n;
    ck_assert_msg(explore(&spec, &options, &found, &error) == 0, "%s: %s", argv[0], error.text);
}

/* Fails with `what` and everything that was found, as far as a message of Check's holds it. */
static inline void fail_found(const char *what)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    fprintf(to, "%s: %s; failure '%s' at %zu of %zu schedules (%zu unstable, %zu cut):\n",
            spec.argv[0], what, failure_kind_name(found.failure), found.number,
            found.coverage.schedules, found.coverage.unstable, found.coverage.cut);
    bool failed = found.failure != FAILURE_NONE;
    report_observation_text(to, failed ? &found.observation : &found.first);
    if (failed)
        report_schedule_text(to, &found.schedule);
    ck_assert_int_eq(fclose(to), 0);
    ck_abort_msg("%.3000s", text);
}

/* A failure of this kind, with this outcome, within SOON schedules; and its replays were the same
 * run. */
static inline void expect_found(enum failure_kind kind, const char *outcome)
{
    char got[64], what[128];
    snprintf(what, sizeof what, "not found: %s by %s", outcome, failure_kind_name(kind));
    if (found.failure != kind ||
        strcmp(outcome_format(found.observation.outcome, got, sizeof got), outcome) != 0)
        fail_found(what);
    if (found.number > SOON)
        fail_found("not found soon");
    ck_assert_uint_gt(found.schedule.n_steps, 0);
}

/* All schedules were made, to their ends, and each was right: the first of them, too. */
static inline void expect_nothing_found(void)
{
    if (found.failure != FAILURE_NONE)
        fail_found("nothing is wrong with it");
    if (found.coverage.unstable != 0 && found.coverage.real_time) /* without, now and then */
        fail_found("something failed and did not replay");
    if (found.coverage.cut != 0)
        fail_found("some schedule did not come to its end");
    ck_assert_uint_ge(found.coverage.schedules, 1);
}

/* main() of a test program: EXPLORED_SUITE("explore", one_test, another_test). */
#define EXPLORED_SUITE(name, ...)                                                                  \
    suite_run(name, explored_begin, explored_end, 120, (const TTest *const[]){__VA_ARGS__, NULL})

#endif

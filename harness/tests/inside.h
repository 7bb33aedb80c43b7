/* inside.h - what tests of the world share: they run a program of tests/world, or a shell script,
 * in a world and say what must have been seen of it.
 *
 * A test sets `spec` where the usual will not do, calls RUN(), and looks at `seen`. */
#ifndef BROKENPIPE_TESTS_INSIDE_H
#define BROKENPIPE_TESTS_INSIDE_H

#include "report.h"
#include "suite.h"
#include "temporary.h"
#include "world.h"

#include <fcntl.h>

static struct world_spec spec;  /* of the next run */
static struct observation seen; /* in the last one */

#define PROGRAM(name) BUILD_DIR "/tests/world/" name

/* RUN(PROGRAM("leave"), "fifo"), RUN(SCRIPT("exit 3")) */
#define RUN(...)     run_inside((char *const[]){__VA_ARGS__, NULL})
#define SCRIPT(text) "/bin/sh", "-c", text

/* Fixture: every test starts with the usual world and an empty directory, and leaves nothing. */
static inline void world_begin(void)
{
    spec = (struct world_spec){.limits = world_limits_default()};
    seen = (struct observation){0};
    temporary_make();
}

static inline void world_end(void)
{
    observation_free(&seen);
    temporary_remove();
}

static inline void run_inside(char *const argv[])
{
    struct error error;
    observation_free(&seen);
    spec.argv = argv;
    ck_assert_msg(world_run(&spec, &seen, &error) == 0, "%s: %s", argv[0], error.text);
}

/* Fails with `what` and everything that was seen, as far as a message of Check's holds it. */
static inline void fail_seen(const char *what)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    fprintf(to, "%s; seen was:\n", what);
    report_observation_text(to, &seen);
    ck_assert_int_eq(fclose(to), 0);
    ck_abort_msg("%.2000s", text);
}

static inline void expect_outcome(const char *words)
{
    char got[64], what[128];
    snprintf(what, sizeof what, "not %s", words);
    if (strcmp(outcome_format(seen.outcome, got, sizeof got), words) != 0)
        fail_seen(what);
}

/* One line "KIND NAME" for each, in the order of the ledger: these, and no other. */
static inline void expect_left(const char *lines)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    for (size_t i = 0; i < seen.n_left; i++)
        fprintf(to, "%s %s\n", left_kind_name(seen.left[i].kind), seen.left[i].name);
    ck_assert_int_eq(fclose(to), 0);
    if (strcmp(text, lines) != 0)
        fail_seen("something else was left");
    free(text);
}

/* A program that did what it should, said nothing on stderr and left nothing. */
static inline void expect_success(const char *out)
{
    expect_outcome("exit 0");
    expect_left("");
    ck_assert_str_eq(seen.err.text, "");
    ck_assert_str_eq(seen.out.text, out);
}

/* What this process itself has open. */
static inline int count_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) != -1;
    return n;
}

/* main() of a test program: SUITE("limits", one_test, another_test). */
#define SUITE(name, ...)                                                                           \
    suite_run(name, world_begin, world_end, 60, (const TTest *const[]){__VA_ARGS__, NULL})

#endif

/* check_explore_tasks.c - tests of births and ends of the tasks of explored programs, and of
 * replays of what was found. See explored.h. */
#include "explored.h"

static char *const births[] = {"fork",      "thread",   "vfork",          "spawn",  "system",
                               "popen",     "exec",     "exec-of-thread", "clone3", "kill",
                               "early-end", "late-end", "daemon"};

static void explore_births(size_t n)
{
    for (size_t i = 0; i < sizeof births / sizeof births[0]; i++) {
        EXPLORE(n, PROGRAM("births"), births[i]);
        expect_nothing_found();
        ck_assert_uint_eq(found.observation.n_left, 0);
    }
}

START_TEST(all_births_are_attended)
{
    explore_births(60);
}
END_TEST

START_TEST(all_births_are_attended_without_priorities)
{
    options.ordinary = true;
    explore_births(20);
}
END_TEST

START_TEST(who_outlives_the_main_process_is_left)
{
    EXPLORE(1, PROGRAM("outlive"));
    expect_found(FAILURE_LEFT, "exit 0");
    ck_assert_int_eq(found.observation.left[0].kind, LEFT_PROCESS);
    EXPLORE(1, PROGRAM("outlive"), "busy");
    expect_found(FAILURE_LEFT, "exit 0");
}
END_TEST

/* -- Replays. -- */

static struct schedule_file file;
static struct schedule replayed;
static struct observation seen;

static void write_and_read_back(void)
{
    struct error error;
    const char *path = temporary_path("found.json");
    ck_assert_msg(schedule_file_write(path, &spec, &options, &found, &error) == 0, "%s",
                  error.text);
    ck_assert_msg(schedule_file_read(path, &file, &error) == 0, "%s", error.text);
}

static bool replay(const struct replay_options *how)
{
    struct error error;
    bool same;
    ck_assert_msg(explore_replay(&spec, &file, how, &replayed, &seen, &same, &error) == 0, "%s",
                  error.text);
    return same;
}

static void forget_replay(void)
{
    schedule_free(&replayed);
    observation_free(&seen);
}

/* Replays of `argv`, which has just been found to fail. */
static bool replay_once(const struct replay_options *how)
{
    bool same = replay(how);
    forget_replay();
    return same;
}

START_TEST(what_was_found_is_found_again)
{
    static char *const programs[] = {PROGRAM("await-signal"), PROGRAM("fifo-reopened"),
                                     PROGRAM("sleep-fix"), PROGRAM("pipe-inherited")};
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        EXPLORE(SOON, programs[i]);
        spec.argv = (char *const[]){programs[i], NULL};
        write_and_read_back();
        ck_assert(replay(&(struct replay_options){0}));
        ck_assert_uint_eq(replayed.hash, found.schedule.hash);
        ck_assert_uint_eq(replayed.diverged, 0);
        forget_replay();
        ck_assert(replay_once(&(struct replay_options){.ordinary = true}));
        schedule_file_free(&file);
    }
}
END_TEST

START_TEST(short_reads_are_replayed)
{
    options.short_reads = true;
    EXPLORE(SOON, PROGRAM("one-read"));
    spec.argv = (char *const[]){PROGRAM("one-read"), NULL};
    write_and_read_back();
    ck_assert(replay_once(&(struct replay_options){0}));
    schedule_file_free(&file);
}
END_TEST

START_TEST(another_program_is_told)
{
    EXPLORE(SOON, PROGRAM("abba"), "semop");
    spec.argv = (char *const[]){PROGRAM("abba"), "semop", NULL};
    write_and_read_back();
    spec.argv = (char *const[]){PROGRAM("abba"), "sem", NULL};
    ck_assert(!replay_once(&(struct replay_options){0}));
    spec.argv = (char *const[]){PROGRAM("handshake"), NULL};
    ck_assert(!replay_once(&(struct replay_options){0}));
    schedule_file_free(&file);
}
END_TEST

START_TEST(a_choice_that_does_not_exist_is_told)
{
    EXPLORE(SOON, PROGRAM("abba"), "semop");
    spec.argv = (char *const[]){PROGRAM("abba"), "semop", NULL};
    write_and_read_back();
    ck_assert_uint_ge(file.n_choices, 1);
    file.choices[file.n_choices - 1].task = 40;
    ck_assert(!replay(&(struct replay_options){0}));
    ck_assert_uint_gt(replayed.diverged, 0);
    ck_assert_uint_le(replayed.diverged, replayed.n_steps);
    forget_replay();
    schedule_file_free(&file);
}
END_TEST

/* Looks at the tasks as they are at the end; there is no debugger. */
struct visit {
    size_t n;
    char states[8];
};

static pid_t visit(void *context, const struct observation *o, const pid_t *pids, size_t n)
{
    struct visit *v = context;
    (void)o;
    v->n = n;
    for (size_t i = 0; i < n && i < sizeof v->states; i++) {
        char path[64], name[64];
        snprintf(path, sizeof path, "/proc/%d/stat", (int)pids[i]);
        FILE *stat = fopen(path, "r");
        ck_assert_ptr_nonnull(stat);
        ck_assert_int_eq(fscanf(stat, "%*d %63s %c", name, &v->states[i]), 2);
        ck_assert_int_eq(fclose(stat), 0);
    }
    return 0;
}

START_TEST(a_deadlock_can_be_visited)
{
    struct visit v = {0};
    EXPLORE(SOON, PROGRAM("abba"), "semop");
    spec.argv = (char *const[]){PROGRAM("abba"), "semop", NULL};
    write_and_read_back();
    ck_assert(replay_once(&(struct replay_options){.at_end = visit, .context = &v}));
    ck_assert_uint_eq(v.n, 2);
    ck_assert(v.states[0] == 'S' && v.states[1] == 'S');
    schedule_file_free(&file);
}
END_TEST

START_TEST(a_run_that_ends_can_be_visited_before)
{
    struct visit v = {0};
    EXPLORE(SOON, PROGRAM("count-shared"));
    spec.argv = (char *const[]){PROGRAM("count-shared"), NULL};
    write_and_read_back();
    ck_assert(replay_once(&(struct replay_options){.at_end = visit, .context = &v}));
    ck_assert_uint_ge(v.n, 1);
    ck_assert(v.states[0] == 'T' || !found.coverage.real_time); /* else: on its way there */
    schedule_file_free(&file);
}
END_TEST

int main(void)
{
    return EXPLORED_SUITE(
        "explore-tasks", all_births_are_attended, all_births_are_attended_without_priorities,
        who_outlives_the_main_process_is_left, what_was_found_is_found_again,
        short_reads_are_replayed, another_program_is_told, a_choice_that_does_not_exist_is_told,
        a_deadlock_can_be_visited, a_run_that_ends_can_be_visited_before);
}

/* check_watch.c - each program of tests/live must be left to end by itself, and each of tests/dead
 * be proved dead, three times out of three. `soak` does the same some hundred times, under load. */
#include "subject.h"

#include <check.h>

enum { RUNS = 3, TIME_LIMIT_S = 60 };

static struct subject *subjects;

/* Fails, with everything known, unless the run went as it must. Returns its stamps. */
static struct stamps run_once(const struct subject *subject)
{
    struct observation o;
    struct error error;
    ck_assert_msg(subject_run(subject, &o, &error) == 0, "%s: %s", subject->name, error.text);
    if (subject_judge(subject, &o) != SUBJECT_RIGHT)
        ck_abort_msg("%s", subject_story(subject, &o));
    struct stamps stamps = subject_stamps(&o);
    if (subject->dead)
        ck_assert_msg(o.ended_ms >= stamps.last_ms, "%s: the verdict came before the deadlock",
                      subject->name);
    observation_free(&o);
    return stamps;
}

/* A verdict that comes too early misses stamps, so their number must be the same each time. */
static void run_subject(int index)
{
    int stamps = run_once(&subjects[index]).count;
    for (int run = 1; run < RUNS; run++)
        ck_assert_int_eq(run_once(&subjects[index]).count, stamps);
}

static const TTest lives = {"lives", run_subject, __FILE__, __LINE__};
static const TTest is_proved_dead = {"is_proved_dead", run_subject, __FILE__, __LINE__};

int main(void)
{
    int n = (int)subjects_find(&subjects);
    Suite *suite = suite_create("watch");
    for (int i = 0; i < n; i++) {
        TCase *tcase = tcase_create(subjects[i].name);
        tcase_set_timeout(tcase, TIME_LIMIT_S);
        tcase_add_loop_test(tcase, subjects[i].dead ? &is_proved_dead : &lives, i, i + 1);
        suite_add_tcase(suite, tcase);
    }
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    subjects_free(subjects, (size_t)n);
    return run > 0 && failed == 0 ? 0 : 1;
}

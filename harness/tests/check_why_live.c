/* check_why_live.c - runs every program of live/ on this machine, outside of any world, and asks
 * `why` of it again and again until it has ended: it looks dead, and must never be called so; and
 * it must end as it does when nobody looks. */
#include "machine.h"
#include "subject.h"

static struct subject *subjects;
static size_t n_subjects;

START_TEST(is_never_called_dead)
{
    const struct subject *s = &subjects[_i];
    int status = 0, looks = 0;
    pid_t pid = start_program((char *[]){s->path, NULL});
    for (pid_t ended = 0; ended == 0; looks++) {
        look();
        if (seen.verdict == WHY_DEADLOCK)
            fail_seen(s->name);
        ended = waitpid(pid, &status, WNOHANG);
        ck_assert_int_ne(ended, -1);
    }
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s, looked at %d times: %#x",
                  s->name, looks, (unsigned)status);
}
END_TEST

int main(void)
{
    subjects_of_kind(false, &subjects, &n_subjects);
    Suite *suite = suite_create("why, live programs");
    TCase *tc = tcase_create("live");
    tcase_add_checked_fixture(tc, machine_begin, machine_end);
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, is_never_called_dead, 0, (int)n_subjects);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    subjects_free(subjects, n_subjects);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

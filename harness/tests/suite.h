/* suite.h - main() of a test program whose tests share a fixture. */
#ifndef BROKENPIPE_TESTS_SUITE_H
#define BROKENPIPE_TESTS_SUITE_H

#include <check.h>
#include <stddef.h>

/* Runs the tests (NULL-terminated), each between `begin` and `end` and for at most `limit_s`
 * seconds. Returns the program's status. */
static inline int suite_run(const char *name, SFun begin, SFun end, int limit_s,
                            const TTest *const tests[])
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, limit_s);
    tcase_add_checked_fixture(tcase, begin, end);
    for (; *tests != NULL; tests++)
        tcase_add_test(tcase, *tests);
    Suite *suite = suite_create(name);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return run > 0 && failed == 0 ? 0 : 1;
}

#endif

/* check_words.c - tests of lists of words, and of guessing the word that was meant. */
#include "words.h"

#include "expectation.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

START_TEST(text_is_split_at_blanks)
{
    char **words = split_words(" one\ttwo  three ");

    ck_assert_uint_eq(count_words(words), 3);
    ck_assert_str_eq(words[0], "one");
    ck_assert_str_eq(words[1], "two");
    ck_assert_str_eq(words[2], "three");
    free_words(words);
}
END_TEST

START_TEST(blank_text_has_no_words)
{
    char **words = split_words(" \t");

    ck_assert_ptr_nonnull(words);
    ck_assert_uint_eq(count_words(words), 0);
    free_words(words);
    ck_assert_uint_eq(count_words(NULL), 0);
    free_words(NULL);
}
END_TEST

START_TEST(list_grows_by_copies)
{
    char text[] = "abcdef";
    char **words = NULL;

    ck_assert_int_eq(append_word(&words, text, 2), 0);
    ck_assert_int_eq(append_word(&words, text + 2, 4), 0);
    memset(text, 'x', strlen(text));
    ck_assert_uint_eq(count_words(words), 2);
    ck_assert_str_eq(words[0], "ab");
    ck_assert_str_eq(words[1], "cdef");
    free_words(words);
}
END_TEST

START_TEST(list_is_joined)
{
    char *three[] = {"a", "", "c", NULL}, *none[] = {NULL};
    char *text = join_words(three, ", ");

    ck_assert_str_eq(text, "a, , c");
    free(text);
    text = join_words(none, ", ");
    ck_assert_str_eq(text, "");
    free(text);
}
END_TEST

START_TEST(distance_counts_mistakes)
{
    char much[1000];

    ck_assert_uint_eq(edit_distance("", ""), 0);
    ck_assert_uint_eq(edit_distance("stdout", "stdout"), 0);
    ck_assert_uint_eq(edit_distance("", "abc"), 3);
    ck_assert_uint_eq(edit_distance("abc", ""), 3);
    ck_assert_uint_eq(edit_distance("outcom", "outcome"), 1);
    ck_assert_uint_eq(edit_distance("xoutcome", "outcome"), 1);
    ck_assert_uint_eq(edit_distance("outcime", "outcome"), 1);
    ck_assert_uint_eq(edit_distance("otucome", "outcome"), 1);
    ck_assert_uint_eq(edit_distance("kitten", "sitting"), 3);
    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    ck_assert_uint_eq(edit_distance(much, much), 0);
    ck_assert_uint_gt(edit_distance(much, ""), 100);
}
END_TEST

START_TEST(nearest_is_the_one_meant)
{
    static const char *const known[] = {"outcome", "waits", "stdout", "stdout-matches"};

    ck_assert_str_eq(nearest_word("otucom", known, LENGTH(known)), "outcome");
    ck_assert_str_eq(nearest_word("wait", known, LENGTH(known)), "waits");
    ck_assert_str_eq(nearest_word("stdout-match", known, LENGTH(known)), "stdout-matches");
    ck_assert_str_eq(nearest_word("stdout", known, LENGTH(known)), "stdout");
}
END_TEST

START_TEST(nothing_near_is_no_guess)
{
    static const char *const known[] = {"outcome", "waits", "stdout"};

    ck_assert_ptr_null(nearest_word("colour", known, LENGTH(known)));
    ck_assert_ptr_null(nearest_word("", known, LENGTH(known)));
    ck_assert_ptr_null(nearest_word("outcome", known, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("words");
    TCase *tcase = tcase_create("words");
    SRunner *runner;
    int failed;

    tcase_add_test(tcase, text_is_split_at_blanks);
    tcase_add_test(tcase, blank_text_has_no_words);
    tcase_add_test(tcase, list_grows_by_copies);
    tcase_add_test(tcase, list_is_joined);
    tcase_add_test(tcase, distance_counts_mistakes);
    tcase_add_test(tcase, nearest_is_the_one_meant);
    tcase_add_test(tcase, nothing_near_is_no_guess);
    suite_add_tcase(suite, tcase);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

/* check_csp.c - the coroutine runtime of the csp scenarios keeps Go's rules. */
#include "../../scenarios/csp/runtime/csp.h"

#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the coroutines of a test work with. */
struct fixture {
    struct chan *numbers, *done;
    struct mutex *mutex;
    int count;
    char trace[64]; /* who did what, in order: a letter each */
};

static void trace(struct fixture *f, char letter)
{
    f->trace[strlen(f->trace)] = letter;
}

static void send_numbers(void *argument)
{
    struct fixture *f = argument;

    for (int i = 1; i <= f->count; i++) {
        chan_send(f->numbers, &i);
        trace(f, 's');
    }
    chan_close(f->numbers);
}

/* Programs that the runtime ends. */

/* Runs `program` as main() of a process of its own, and keeps what it says. Returns its status. */
static int run(void (*program)(void), char *said, size_t size)
{
    int ends[2], status;
    size_t length = 0;
    ssize_t n;
    pid_t pid;

    ck_assert_int_eq(pipe(ends), 0);
    pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (dup2(ends[1], STDERR_FILENO) < 0)
            _exit(100);
        program();
        _exit(0);
    }
    ck_assert_int_eq(close(ends[1]), 0);
    while ((n = read(ends[0], said + length, size - 1 - length)) > 0)
        length += (size_t)n;
    said[length] = '\0';
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return status;
}

/* The program must end with status 2 and say `words` (a sanitizer may add something of its own). */
static void assert_ends(void (*program)(void), const char *words)
{
    char said[1024];
    int status = run(program, said, sizeof said);

    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 2);
    ck_assert_msg(strstr(said, words) != NULL, "said: %s", said);
}

/* Coroutines */

static void trace_twice(void *argument)
{
    struct fixture *f = argument;

    trace(f, 'b');
    yield();
    trace(f, 'b');
}

START_TEST(coroutines_take_turns)
{
    struct fixture f = {0};

    go("b", trace_twice, &f);
    trace(&f, 'a');
    yield();
    trace(&f, 'a');
    yield();
    trace(&f, 'a');
    yield(); /* alone */
    ck_assert_str_eq(f.trace, "ababa");
}
END_TEST

static void increment(void *argument)
{
    (*(int *)argument)++;
}

/* How many mappings this process has; a stack is one, and its guard page another. */
static int count_mappings(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    int lines = 0, c;

    ck_assert_ptr_nonnull(maps);
    while ((c = getc(maps)) != EOF)
        lines += c == '\n';
    ck_assert_int_eq(fclose(maps), 0);
    return lines;
}

START_TEST(a_finished_coroutine_is_freed)
{
    enum { COROUTINES = 100 };
    int count = 0, before = count_mappings();

    for (int i = 0; i < COROUTINES; i++) {
        go("short", increment, &count);
        yield();
    }
    ck_assert_int_eq(count, COROUTINES);
    ck_assert_int_lt(count_mappings(), before + COROUTINES);
}
END_TEST

/* Uses a KiB of stack for each level. */
static void recurse(void *argument)
{
    volatile char frame[1024] = {0};
    int *levels = argument;

    if (--*levels > 0)
        recurse(levels);
    frame[0]++;
}

static void program_overflows_a_stack(void)
{
    int levels = 1024;

    go("deep", recurse, &levels);
    yield();
}

START_TEST(a_stack_overflow_is_caught)
{
    char said[1024];

    /* By SIGSEGV, or by what a sanitizer makes of it. */
    ck_assert_int_ne(run(program_overflows_a_stack, said, sizeof said), 0);
}
END_TEST

static void program_returns_from_main(void)
{
    struct chan *never = chan_make("never", 0, 0);
    struct fixture f = {.numbers = never, .count = 1};

    go("blocked", send_numbers, &f);
    yield();
}

START_TEST(the_end_of_main_ends_the_program)
{
    char said[1024];

    ck_assert_int_eq(run(program_returns_from_main, said, sizeof said), 0);
    ck_assert_ptr_null(strstr(said, "coroutine"));
}
END_TEST

/* Channels */

START_TEST(an_unbuffered_send_waits_for_the_receiver)
{
    struct fixture f = {.numbers = chan_make("numbers", sizeof(int), 0), .count = 3};
    int number;

    go("sender", send_numbers, &f);
    yield();
    ck_assert_str_eq(f.trace, "");
    for (int i = 1; i <= 3; i++) {
        ck_assert(chan_receive(f.numbers, &number));
        ck_assert_int_eq(number, i);
    }
    ck_assert(!chan_receive(f.numbers, &number));
    ck_assert_str_eq(f.trace, "sss");
    chan_free(f.numbers);
}
END_TEST

START_TEST(a_buffered_send_waits_for_room)
{
    struct fixture f = {.numbers = chan_make("numbers", sizeof(int), 2), .count = 5};
    int number;

    ck_assert_uint_eq(chan_capacity(f.numbers), 2);
    go("sender", send_numbers, &f);
    yield();
    ck_assert_str_eq(f.trace, "ss");
    ck_assert_uint_eq(chan_length(f.numbers), 2);
    for (int i = 1; i <= 5; i++) {
        ck_assert(chan_receive(f.numbers, &number));
        ck_assert_int_eq(number, i);
    }
    yield();
    ck_assert(!chan_receive(f.numbers, &number));
    ck_assert_uint_eq(chan_length(f.numbers), 0);
    chan_free(f.numbers);
}
END_TEST

START_TEST(a_closed_channel_is_drained_and_then_gives_zeros)
{
    struct chan *numbers = chan_make("numbers", sizeof(int), 2);
    int number = 7;

    chan_send(numbers, &number);
    chan_close(numbers);
    number = 8;
    ck_assert(chan_receive(numbers, &number));
    ck_assert_int_eq(number, 7);
    for (int i = 0; i < 2; i++) {
        number = 8;
        ck_assert(!chan_receive(numbers, &number));
        ck_assert_int_eq(number, 0);
    }
    chan_free(numbers);
}
END_TEST

static void receive_one(void *argument)
{
    struct fixture *f = argument;
    int number = 8;

    trace(f, chan_receive(f->numbers, &number) ? 't' : 'f');
    f->count += number;
}

START_TEST(close_wakes_every_receiver)
{
    struct fixture f = {.numbers = chan_make("numbers", sizeof(int), 0)};

    go("first", receive_one, &f);
    go("second", receive_one, &f);
    yield();
    chan_close(f.numbers);
    yield();
    ck_assert_str_eq(f.trace, "ff");
    ck_assert_int_eq(f.count, 0);
    chan_free(f.numbers);
}
END_TEST

START_TEST(an_item_may_be_empty_or_unwanted)
{
    struct chan *tokens = chan_make("tokens", 0, 1),
                *numbers = chan_make("numbers", sizeof(int), 1);
    int number = 1;

    chan_send(tokens, NULL);
    ck_assert(chan_receive(tokens, NULL));
    chan_send(numbers, &number);
    ck_assert(chan_receive(numbers, NULL));
    chan_close(numbers);
    ck_assert(!chan_receive(numbers, NULL));
    chan_free(tokens);
    chan_free(numbers);
}
END_TEST

static void program_sends_on_closed(void)
{
    struct chan *numbers = chan_make("numbers", sizeof(int), 1);
    int number = 1;

    chan_close(numbers);
    chan_send(numbers, &number);
}

static void program_closes_before_a_sender(void)
{
    struct fixture f = {.numbers = chan_make("numbers", sizeof(int), 0), .count = 1};

    go("sender", send_numbers, &f);
    yield();
    chan_close(f.numbers);
    yield();
}

static void program_closes_twice(void)
{
    struct chan *numbers = chan_make("numbers", sizeof(int), 1);

    chan_close(numbers);
    chan_close(numbers);
}

static void program_closes_nil(void)
{
    chan_close(NULL);
}

START_TEST(misuse_of_a_closed_channel_panics)
{
    assert_ends(program_sends_on_closed, "panic: send on closed channel numbers\n"
                                         "coroutine main [running]\n");
    assert_ends(program_closes_before_a_sender, "panic: send on closed channel numbers\n"
                                                "coroutine sender [running]\n");
    assert_ends(program_closes_twice, "panic: close of closed channel numbers\n"
                                      "coroutine main [running]\n");
    assert_ends(program_closes_nil, "panic: close of nil channel\n"
                                    "coroutine main [running]\n");
}
END_TEST

/* Select */

START_TEST(select_takes_what_is_ready)
{
    struct chan *empty = chan_make("empty", sizeof(int), 1),
                *full = chan_make("full", sizeof(int), 1);
    int sent = 1, received = 0;
    struct chan_case cases[] = {
        {.operation = CHAN_RECEIVE, .chan = NULL, .item = &received},
        {.operation = CHAN_RECEIVE, .chan = empty, .item = &received},
        {.operation = CHAN_SEND, .chan = full, .item = &sent},
    };

    ck_assert_int_eq(chan_select(cases, 3), 2);
    ck_assert_int_eq(chan_select_or_default(cases, 3), -1);
    chan_send(empty, &sent);
    ck_assert_int_eq(chan_select(cases, 3), 1);
    ck_assert(cases[1].ok);
    ck_assert_int_eq(received, 1);
    chan_close(empty);
    ck_assert_int_eq(chan_select(cases, 3), 1);
    ck_assert(!cases[1].ok);
    ck_assert_int_eq(received, 0);
    chan_free(empty);
    chan_free(full);
}
END_TEST

/* The case that was not chosen must not be there any more for a later send. */
START_TEST(select_waits_for_any_case_and_forgets_the_others)
{
    struct fixture f = {.numbers = chan_make("numbers", sizeof(int), 0), .count = 2};
    struct chan *other = chan_make("other", sizeof(int), 0);
    int number = 0, unused = 5;
    struct chan_case cases[] = {
        {.operation = CHAN_RECEIVE, .chan = other, .item = &unused},
        {.operation = CHAN_RECEIVE, .chan = f.numbers, .item = &number},
        {.operation = CHAN_SEND, .chan = other, .item = &unused},
    };
    struct chan_case later = {.operation = CHAN_SEND, .chan = other, .item = &number};

    go("sender", send_numbers, &f);
    for (int i = 1; i <= 2; i++) {
        ck_assert_int_eq(chan_select(cases, 3), 1);
        ck_assert_int_eq(number, i);
        ck_assert_int_eq(chan_select_or_default(&later, 1), -1);
    }
    ck_assert(!chan_receive(f.numbers, &number));
    ck_assert_int_eq(unused, 5);
    chan_free(f.numbers);
    chan_free(other);
}
END_TEST

/* Mutexes */

static void lock_across_a_yield(void *argument)
{
    struct fixture *f = argument;

    mutex_lock(f->mutex);
    trace(f, '(');
    yield();
    trace(f, ')');
    mutex_unlock(f->mutex);
    if (--f->count == 0)
        chan_close(f->done);
}

START_TEST(a_mutex_is_held_by_one)
{
    struct fixture f = {.mutex = mutex_make("mutex"), .done = chan_make("done", 0, 0), .count = 3};

    for (int i = 0; i < 3; i++)
        go("locker", lock_across_a_yield, &f);
    ck_assert(!chan_receive(f.done, NULL));
    ck_assert_str_eq(f.trace, "()()()");
    mutex_lock(f.mutex);
    mutex_unlock(f.mutex);
    chan_free(f.done);
    mutex_free(f.mutex);
}
END_TEST

static void lock_and_trace(void *argument)
{
    struct fixture *f = argument;

    mutex_lock(f->mutex);
    trace(f, (char)('0' + f->count++));
    mutex_unlock(f->mutex);
}

/* Else one that unlocks and locks in a loop would starve the others. */
START_TEST(an_unlocked_mutex_goes_to_who_waits_longest)
{
    struct fixture f = {.mutex = mutex_make("mutex")};

    mutex_lock(f.mutex);
    go("first", lock_and_trace, &f);
    go("second", lock_and_trace, &f);
    yield();
    mutex_unlock(f.mutex);
    mutex_lock(f.mutex);
    trace(&f, 'm');
    mutex_unlock(f.mutex);
    ck_assert_str_eq(f.trace, "01m");
    mutex_free(f.mutex);
}
END_TEST

static void program_unlocks_unlocked(void)
{
    mutex_unlock(mutex_make("account"));
}

START_TEST(unlock_of_an_unlocked_mutex_is_fatal)
{
    assert_ends(program_unlocks_unlocked, "fatal error: unlock of unlocked mutex account\n"
                                          "coroutine main [running]\n");
}
END_TEST

/* Deadlocks */

#define ASLEEP "fatal error: all coroutines are asleep - deadlock!\n"

static void program_waits_on_nil(void)
{
    chan_receive(NULL, NULL);
}

static void program_selects_nothing(void)
{
    chan_select(NULL, 0);
}

static void program_locks_twice(void)
{
    struct mutex *account = mutex_make("account");

    mutex_lock(account);
    mutex_lock(account);
}

static void lock_and_end(void *argument)
{
    mutex_lock(argument);
}

/* The holder has ended, and its memory is gone: its name must not be. */
static void program_locks_what_nobody_unlocks(void)
{
    struct mutex *account = mutex_make("account");

    go("forgetful", lock_and_end, account);
    yield();
    mutex_lock(account);
}

static void select_both(void *argument)
{
    struct fixture *f = argument;
    struct chan_case cases[] = {
        {.operation = CHAN_SEND, .chan = f->numbers, .item = &f->count},
        {.operation = CHAN_RECEIVE, .chan = f->done},
    };

    chan_select(cases, 2);
}

static void program_blocks_everywhere(void)
{
    struct fixture f = {
        .numbers = chan_make("numbers", sizeof(int), 2),
        .done = chan_make("done", 0, 0),
        .mutex = mutex_make("account"),
        .count = 3,
    };

    mutex_lock(f.mutex);
    go("sender", send_numbers, &f);
    go("chooser", select_both, &f);
    go("locker", lock_across_a_yield, &f);
    chan_receive(f.done, NULL);
}

/* Descriptors. */

static int ends[2];

static void read_letters(void *argument)
{
    char letter;
    ssize_t n;

    while ((n = read(ends[0], &letter, 1)) != 0)
        if (n == 1)
            trace(argument, letter);
        else
            fd_wait(ends[0], POLLIN);
    trace(argument, '.');
}

static void count_to_three(void *argument)
{
    for (int i = 0; i < 3; i++) {
        trace(argument, (char)('1' + i));
        yield();
    }
}

START_TEST(others_run_while_one_waits_for_a_descriptor)
{
    struct fixture f = {0};

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    go("reader", read_letters, &f);
    go("counter", count_to_three, &f);
    while (coroutines() > 2)
        yield();
    ck_assert_str_eq(f.trace, "123");
    ck_assert_int_eq(write(ends[1], "ab", 2), 2);
    yield();
    yield();
    ck_assert_str_eq(f.trace, "123ab");
    ck_assert_int_eq(close(ends[1]), 0);
    yield();
    yield();
    ck_assert_str_eq(f.trace, "123ab.");
    ck_assert_uint_eq(coroutines(), 1);
    ck_assert_int_eq(close(ends[0]), 0);
}
END_TEST

/* Nobody can run, but a child of the process writes: there is no deadlock. */
START_TEST(poll_waits_when_nobody_can_run)
{
    struct fixture f = {0};

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    pid_t writer = fork();
    ck_assert_int_ge(writer, 0);
    if (writer == 0)
        _exit(write(ends[1], "z", 1) != 1);
    ck_assert_int_eq(close(ends[1]), 0);
    go("reader", read_letters, &f);
    while (coroutines() > 1)
        fd_wait(ends[0], POLLIN);
    ck_assert_str_eq(f.trace, "z.");
    ck_assert_int_eq(waitpid(writer, NULL, 0), writer);
    ck_assert_int_eq(close(ends[0]), 0);
}
END_TEST

START_TEST(a_deadlock_is_told)
{
    assert_ends(program_waits_on_nil, ASLEEP "coroutine main [receive] nil channel\n");
    assert_ends(program_selects_nothing, ASLEEP "coroutine main [select] no cases\n");
    assert_ends(program_locks_twice, ASLEEP "coroutine main [lock] mutex account, held by main\n");
    assert_ends(program_locks_what_nobody_unlocks,
                ASLEEP "coroutine main [lock] mutex account, held by forgetful\n");
    assert_ends(program_blocks_everywhere,
                ASLEEP "coroutine main [receive] channel done, unbuffered\n"
                       "coroutine sender [send] channel numbers, 2 of 2 buffered\n"
                       "coroutine chooser [select] send channel numbers, 2 of 2 buffered; "
                       "receive channel done, unbuffered\n"
                       "coroutine locker [lock] mutex account, held by main\n");
}
END_TEST

static void send_and_end(void *argument)
{
    chan_send(argument, NULL);
}

/* The last one to run ends, and leaves main asleep. */
static void program_is_left_alone(void)
{
    struct chan *tokens = chan_make("tokens", 0, 0);

    go("sender", send_and_end, tokens);
    chan_receive(tokens, NULL);
    chan_receive(tokens, NULL);
}

START_TEST(a_coroutine_that_has_ended_is_not_in_the_report)
{
    char said[1024];

    assert_ends(program_is_left_alone,
                ASLEEP "coroutine main [receive] channel tokens, unbuffered\n");
    run(program_is_left_alone, said, sizeof said);
    ck_assert_ptr_null(strstr(said, "sender"));
}
END_TEST

static Suite *csp_suite(void)
{
    Suite *suite = suite_create("csp");
    TCase *coroutines = tcase_create("coroutines"), *channels = tcase_create("channels");
    TCase *mutexes = tcase_create("mutexes"), *deadlocks = tcase_create("deadlocks");

    tcase_add_test(coroutines, coroutines_take_turns);
    tcase_add_test(coroutines, a_finished_coroutine_is_freed);
    tcase_add_test(coroutines, a_stack_overflow_is_caught);
    tcase_add_test(coroutines, the_end_of_main_ends_the_program);
    suite_add_tcase(suite, coroutines);

    tcase_add_test(channels, an_unbuffered_send_waits_for_the_receiver);
    tcase_add_test(channels, a_buffered_send_waits_for_room);
    tcase_add_test(channels, a_closed_channel_is_drained_and_then_gives_zeros);
    tcase_add_test(channels, close_wakes_every_receiver);
    tcase_add_test(channels, an_item_may_be_empty_or_unwanted);
    tcase_add_test(channels, misuse_of_a_closed_channel_panics);
    tcase_add_test(channels, select_takes_what_is_ready);
    tcase_add_test(channels, select_waits_for_any_case_and_forgets_the_others);
    suite_add_tcase(suite, channels);

    tcase_add_test(mutexes, a_mutex_is_held_by_one);
    tcase_add_test(mutexes, an_unlocked_mutex_goes_to_who_waits_longest);
    tcase_add_test(mutexes, unlock_of_an_unlocked_mutex_is_fatal);
    suite_add_tcase(suite, mutexes);

    tcase_add_test(deadlocks, others_run_while_one_waits_for_a_descriptor);
    tcase_add_test(deadlocks, poll_waits_when_nobody_can_run);
    tcase_add_test(deadlocks, a_deadlock_is_told);
    tcase_add_test(deadlocks, a_coroutine_that_has_ended_is_not_in_the_report);
    suite_add_tcase(suite, deadlocks);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(csp_suite());
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

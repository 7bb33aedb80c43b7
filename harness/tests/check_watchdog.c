/* check_watchdog.c - tests of the processor that a controlled run has for itself, and of the
 * watchdog that looks after it.
 *
 * What needs real-time priorities is left out where there are none. A test is the scheduler then,
 * and what it starts keeps it off the processor until the watchdog acts: all that spins is limited
 * to some seconds of CPU time, so that no mistake here or there makes a machine useless. Everything
 * is done twice, the second time with one processor for all, the watchdog included. */
#include "clock.h"
#include "explore.h"
#include "processor.h"
#include "watchdog.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TIME_LIMIT_S = 120, MOST_CPU_S = 2 };

static const double SOON_MS = 250; /* it is 10 or so where the processors are our own */
static const double GONE_MS = 1000;

static struct processor processor;
static struct watchdog *watchdog;

/* What processes tell each other. */
static struct stage {
    atomic_ulong turns; /* of whoever spins */
    atomic_bool claimed, released;
} * stage;

static void make_stage(void)
{
    stage = mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(stage, MAP_FAILED);
}

static void remove_stage(void)
{
    ck_assert_int_eq(munmap(stage, sizeof *stage), 0);
}

static void pause_ms(long ms)
{
    const struct timespec time = {.tv_nsec = ms * 1000000};
    ck_assert_int_eq(nanosleep(&time, NULL), 0);
}

/* The affinity of the calling process. */
static cpu_set_t own_processors(void)
{
    cpu_set_t set;
    ck_assert_int_eq(sched_getaffinity(0, sizeof set, &set), 0);
    return set;
}

static int highest_processor(void)
{
    cpu_set_t set = own_processors();
    for (int i = CPU_SETSIZE - 1; i >= 0; i--)
        if (CPU_ISSET((size_t)i, &set))
            return i;
    return -1;
}

/* From now on the calling process may use its `n` highest processors only. */
static void keep_highest(int n)
{
    cpu_set_t kept = own_processors();
    for (size_t i = 0; CPU_COUNT(&kept) > n; i++)
        CPU_CLR(i, &kept);
    ck_assert_int_eq(sched_setaffinity(0, sizeof kept, &kept), 0);
}

static void claim(struct processor *p, bool ordinary)
{
    struct error error;
    ck_assert_msg(processor_claim(p, ordinary, NULL, NULL, &error) == 0, "%s", error.text);
}

static void start_watchdog(void)
{
    struct error error;
    watchdog = watchdog_start(&processor, &error);
    ck_assert_msg(watchdog != NULL, "%s", error.text);
}

static int priority_of(pid_t pid)
{
    struct sched_param param;
    ck_assert_int_eq(sched_getparam(pid, &param), 0);
    return param.sched_priority;
}

static void expect_policy(pid_t pid, int policy, int priority)
{
    ck_assert_int_eq(sched_getscheduler(pid), policy);
    ck_assert_int_eq(priority_of(pid), priority);
}

static void expect_own_priority(int priority)
{
    expect_policy(0, SCHED_FIFO | SCHED_RESET_ON_FORK, priority);
}

/* From now on, and for all that the calling process starts. */
static void limit_cpu(rlim_t seconds)
{
    const struct rlimit limit = {.rlim_cur = seconds, .rlim_max = seconds};
    ck_assert_int_eq(setrlimit(RLIMIT_CPU, &limit), 0);
}

/* A child that runs `body` and dies with us. */
static pid_t start(void (*body)(void))
{
    pid_t pid = fork();
    ck_assert_int_ne(pid, -1);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        body();
        _exit(0);
    }
    return pid;
}

static void kill_and_reap(pid_t pid)
{
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static void expect_exit(pid_t pid, int status)
{
    int got;
    ck_assert_int_eq(waitpid(pid, &got, 0), pid);
    ck_assert_int_eq(got, status << 8);
}

/* -- Claims. -- */

/* Abstract names are those of a network namespace: in one of their own, these tests neither wait
 * for anybody nor make anybody wait. An ordinary user has to be root of a user namespace for it. */
static void claims_begin(void)
{
    make_stage();
    ck_assert_msg(unshare(CLONE_NEWNET) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0, "%s",
                  strerror(errno));
}

START_TEST(highest_processor_comes_first)
{
    int highest = highest_processor();
    claim(&processor, true);
    ck_assert_int_eq(processor.number, highest);
    processor_release(&processor);
}
END_TEST

static void claim_and_stay(void)
{
    claim(&processor, true);
    atomic_store(&stage->claimed, true);
    pause();
}

static pid_t start_claimant(void)
{
    pid_t pid = start(claim_and_stay);
    while (!atomic_load(&stage->claimed))
        pause_ms(1);
    return pid;
}

START_TEST(two_claims_are_of_different_processors)
{
    int highest = highest_processor();
    cpu_set_t all = own_processors();
    if (CPU_COUNT(&all) < 2)
        return;
    pid_t first = start_claimant();
    claim(&processor, true);
    ck_assert_int_lt(processor.number, highest);
    processor_release(&processor);
    kill_and_reap(first);
}
END_TEST

/* Started before the first claim, whose socket it must not inherit. */
static void claim_the_same(void)
{
    struct processor same;
    while (!atomic_load(&stage->claimed))
        pause_ms(1);
    claim(&same, true);
    _exit(atomic_load(&stage->released) ? 0 : 20);
}

START_TEST(claim_waits_for_release)
{
    keep_highest(1);
    pid_t waiter = start(claim_the_same);
    claim(&processor, true);
    atomic_store(&stage->claimed, true);
    pause_ms(100); /* time for a claim that does not wait */
    atomic_store(&stage->released, true);
    processor_release(&processor);
    expect_exit(waiter, 0);
}
END_TEST

START_TEST(claim_ends_with_its_process)
{
    keep_highest(1);
    pid_t claimant = start_claimant();
    ck_assert_int_eq(kill(claimant, SIGKILL), 0);
    claim(&processor, true);
    ck_assert_int_eq(waitpid(claimant, NULL, 0), claimant);
    processor_release(&processor);
}
END_TEST

/* A signal that is handled ends the wait. */
static void on_alarm(int number)
{
    (void)number;
}

/* The third of two processors; or the second of one, where there are no more. */
START_TEST(waiting_can_be_interrupted)
{
    const struct sigaction handled = {.sa_handler = on_alarm};
    struct processor one_more;
    struct error error;
    keep_highest(2);
    cpu_set_t kept = own_processors();
    pid_t first = CPU_COUNT(&kept) == 2 ? start_claimant() : 0;
    claim(&processor, true);
    ck_assert_int_eq(sched_setaffinity(0, sizeof kept, &kept), 0);
    ck_assert_int_eq(sigaction(SIGALRM, &handled, NULL), 0);
    alarm(1);
    ck_assert_int_eq(processor_claim(&one_more, true, NULL, NULL, &error), -1);
    ck_assert_msg(strstr(error.text, strerror(EINTR)) != NULL, "%s", error.text);
    processor_release(&one_more); /* nothing is held, nothing happens */
    processor_release(&processor);
    if (first != 0)
        kill_and_reap(first);
}
END_TEST

/* Claims and releases, and compares what was with what is. */
static void claim_and_restore(bool ordinary)
{
    const struct sched_param none = {0};
    cpu_set_t before = own_processors(), now;
    ck_assert_int_eq(sched_setscheduler(0, SCHED_BATCH, &none), 0);
    claim(&processor, ordinary);
    now = own_processors();
    ck_assert_int_eq(CPU_COUNT(&now), 1);
    ck_assert(CPU_ISSET((size_t)processor.number, &now));
    if (processor.real_time)
        expect_own_priority(PRIORITY_SCHEDULER);
    else
        expect_policy(0, SCHED_BATCH, 0);
    processor_release(&processor);
    now = own_processors();
    ck_assert(CPU_EQUAL(&before, &now));
    ck_assert_int_eq(sched_getscheduler(0) & ~SCHED_RESET_ON_FORK, SCHED_BATCH);
}

START_TEST(release_restores_what_was)
{
    claim_and_restore(true);
    ck_assert(!processor.real_time);
    claim_and_restore(false);
}
END_TEST

/* What works without priorities must not need any: no process, nobody raised, nobody demoted. */
START_TEST(without_priorities_there_is_nothing_to_do)
{
    int policy = sched_getscheduler(0);
    claim(&processor, true);
    start_watchdog();
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
    pause_ms(20);
    ck_assert(!watchdog_has_raised(watchdog));
    watchdog_beat(watchdog);
    processor_demote(&processor, getpid());
    processor_promote(&processor, getpid());
    ck_assert_int_eq(sched_getscheduler(0), policy);
    watchdog_stop(watchdog);
    processor_release(&processor);
}
END_TEST

/* -- The scheduler and those who keep it off its processor. -- */

static void runs_begin(void)
{
    make_stage();
    claim(&processor, false);
    start_watchdog();
}

static void runs_end(void)
{
    watchdog_stop(watchdog);
    processor_release(&processor);
    remove_stage();
}

static void runs_begin_on_one(void)
{
    keep_highest(1);
    runs_begin();
}

/* A process that waits until the end of a pipe is closed that is stored in `*go`, and then runs
 * `body`. */
static pid_t start_waiting(void (*body)(void), int *go)
{
    int ends[2];
    char nothing;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t pid = fork();
    ck_assert_int_ne(pid, -1);
    if (pid == 0) {
        limit_cpu(MOST_CPU_S);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || close(ends[1]) != 0 ||
            read(ends[0], &nothing, 1) != 0)
            _exit(1);
        body();
        _exit(0);
    }
    *go = ends[1];
    ck_assert_int_eq(close(ends[0]), 0);
    return pid;
}

static void take(pid_t pid)
{
    struct error error;
    ck_assert_msg(processor_take(&processor, pid, &error) == 0, "%s", error.text);
}

static void spin(void)
{
    for (;;)
        atomic_fetch_add(&stage->turns, 1);
}

/* This returns when the scheduler has been raised above it. Under Valgrind it needs some slices
 * before it spins. */
static pid_t start_spinner(void)
{
    int go;
    pid_t pid = start_waiting(spin, &go);
    take(pid);
    ck_assert_int_eq(close(go), 0);
    while (atomic_load(&stage->turns) == 0)
        watchdog_step_back(watchdog);
    return pid;
}

/* Who is raised and still silent is lowered for a while; so the beat. */
static void expect_raised(void)
{
    double begin_ms = clock_now_ms();
    do {
        while (!watchdog_has_raised(watchdog))
            ck_assert_double_lt(clock_now_ms() - begin_ms, SOON_MS);
        watchdog_beat(watchdog);
    } while (!watchdog_has_raised(watchdog));
    expect_own_priority(PRIORITY_RAISED);
}

/* Computes for some milliseconds, beating all the time, and returns the longest time between two
 * beats. */
static double compute_and_beat(double ms)
{
    double begin_ms = clock_now_ms(), last_ms = begin_ms, longest_ms = 0;
    while (last_ms - begin_ms < ms) {
        watchdog_beat(watchdog);
        double now_ms = clock_now_ms();
        longest_ms = now_ms - last_ms > longest_ms ? now_ms - last_ms : longest_ms;
        last_ms = now_ms;
    }
    return longest_ms;
}

static void sleep_quietly(void)
{
    pause();
}

/* What the harness starts has the usual policy, whatever its own. A world's init keeps it, and may
 * run everywhere; the program is given another. */
START_TEST(priorities_are_as_they_should)
{
    cpu_set_t set;
    if (!processor.real_time)
        return;
    expect_own_priority(PRIORITY_SCHEDULER);
    pid_t child = start(sleep_quietly);
    expect_policy(child, SCHED_OTHER, 0);
    processor_spare(&processor, child);
    expect_policy(child, SCHED_OTHER, 0);
    ck_assert_int_eq(getpriority(PRIO_PROCESS, (id_t)child), -20);
    ck_assert_int_eq(sched_getaffinity(child, sizeof set, &set), 0);
    ck_assert(CPU_EQUAL(&set, &processor.before));
    take(child);
    expect_policy(child, SCHED_FIFO, PRIORITY_PROGRAM);
    ck_assert_int_eq(sched_getaffinity(child, sizeof set, &set), 0);
    ck_assert(CPU_COUNT(&set) == 1 && CPU_ISSET((size_t)processor.number, &set));
    processor_demote(&processor, child);
    expect_policy(child, SCHED_BATCH, 0);
    processor_promote(&processor, child);
    expect_policy(child, SCHED_FIFO, PRIORITY_PROGRAM);
    kill_and_reap(child);
    take(child); /* it has ended, which is no error */
}
END_TEST

START_TEST(scheduler_is_raised_above_a_spinner)
{
    if (!processor.real_time)
        return;
    double begin_ms = clock_now_ms();
    pid_t spinner = start_spinner();
    double took_ms = clock_now_ms() - begin_ms;
    ck_assert_msg(took_ms < SOON_MS, "raised after %g ms", took_ms);
    expect_raised();
    kill_and_reap(spinner);
}
END_TEST

/* Each step back is a slice for the spinner. */
START_TEST(scheduler_is_raised_again_and_again)
{
    if (!processor.real_time)
        return;
    pid_t spinner = start_spinner();
    for (int i = 0; i < 10; i++) {
        expect_raised();
        unsigned long before = atomic_load(&stage->turns);
        watchdog_step_back(watchdog);
        ck_assert_uint_gt(atomic_load(&stage->turns), before);
    }
    kill_and_reap(spinner);
}
END_TEST

START_TEST(demoted_spinner_waits_until_it_is_promoted)
{
    if (!processor.real_time)
        return;
    pid_t spinner = start_spinner();
    expect_raised();
    processor_demote(&processor, spinner);
    watchdog_step_back(watchdog);
    expect_own_priority(PRIORITY_SCHEDULER);
    unsigned long before = atomic_load(&stage->turns);
    compute_and_beat(10);
    ck_assert_uint_eq(atomic_load(&stage->turns), before);
    processor_promote(&processor, spinner);
    while (atomic_load(&stage->turns) == before)
        watchdog_step_back(watchdog);
    expect_raised();
    kill_and_reap(spinner);
}
END_TEST

/* The processor may be taken away from us for a moment, by whoever has a hypervisor, say. */
START_TEST(who_beats_is_not_raised)
{
    enum { LOOK_EVERY_MS = 4 };
    if (!processor.real_time)
        return;
    watchdog_step_back(watchdog);
    double longest_ms = compute_and_beat(60);
    ck_assert_msg(!watchdog_has_raised(watchdog) || longest_ms >= LOOK_EVERY_MS,
                  "raised after %g ms", longest_ms);
}
END_TEST

START_TEST(who_is_silent_is_raised_and_steps_back)
{
    if (!processor.real_time)
        return;
    pause_ms(20);
    expect_raised();
    watchdog_step_back(watchdog);
    ck_assert(!watchdog_has_raised(watchdog));
    expect_own_priority(PRIORITY_SCHEDULER);
}
END_TEST

/* The two meet, on two processors, in all ways there are: the scheduler steps back just as it is
 * raised. It must never be raised without being told, and never be left lowered in silence. */
START_TEST(raised_while_it_steps_back)
{
    if (!processor.real_time)
        return;
    for (long i = 0; i < 50; i++) {
        const struct timespec time = {.tv_nsec = 3900000 + i * 10000};
        watchdog_beat(watchdog);
        ck_assert_int_eq(nanosleep(&time, NULL), 0);
        watchdog_step_back(watchdog);
        compute_and_beat(1);
        ck_assert(priority_of(0) != PRIORITY_RAISED || watchdog_has_raised(watchdog));
        pause_ms(12);
        expect_raised();
    }
}
END_TEST

START_TEST(watchdog_that_is_stopped_leaves_the_scheduler_lowered)
{
    if (processor.real_time) {
        pause_ms(20);
        expect_raised();
        watchdog_stop(watchdog);
        expect_own_priority(PRIORITY_SCHEDULER);
        ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
        ck_assert_int_eq(errno, ECHILD);
        pause_ms(20);
        expect_own_priority(PRIORITY_SCHEDULER);
        start_watchdog();
    }
}
END_TEST

/* -- A harness that is killed. -- */

/* The test kills the harness. Where the processor is the same, it needs a priority to get at it at
 * all. Whom a dead harness leaves, we adopt, and so see their end. */
static void killer_begin(void)
{
    const struct sched_param above = {.sched_priority = PRIORITY_RAISED + 1};
    make_stage();
    ck_assert_int_eq(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
    if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &above) != 0)
        ck_assert_int_eq(errno, EPERM);
}

static void killer_begin_on_one(void)
{
    keep_highest(1);
    killer_begin();
}

static void expect_all_gone(void)
{
    double begin_ms = clock_now_ms();
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
        ck_assert_msg(clock_now_ms() - begin_ms < GONE_MS, "somebody is left");
        if (pid == 0)
            pause_ms(1);
    }
    ck_assert_int_eq(errno, ECHILD);
}

static void have_a_spinner(void)
{
    pid_t pid = fork();
    if (pid == 0) {
        take(0);
        spin();
    }
    pause();
}

/* Its init is that of a pid namespace, and takes everybody in it along. */
static void be_harness(void)
{
    int go;
    claim(&processor, false);
    start_watchdog();
    if (!processor.real_time)
        _exit(0);
    ck_assert_msg(unshare(CLONE_NEWPID) == 0 || unshare(CLONE_NEWUSER | CLONE_NEWPID) == 0, "%s",
                  strerror(errno));
    processor_spare(&processor, start_waiting(have_a_spinner, &go));
    ck_assert_int_eq(close(go), 0);
    for (;;)
        watchdog_step_back(watchdog);
}

START_TEST(killed_harness_leaves_nobody)
{
    pid_t harness = start(be_harness);
    int status = 0;
    while (atomic_load(&stage->turns) == 0 && waitpid(harness, &status, WNOHANG) == 0)
        pause_ms(1);
    ck_assert_int_eq(status, 0);
    if (atomic_load(&stage->turns) != 0) {
        pause_ms(10);
        ck_assert_int_eq(kill(harness, SIGKILL), 0);
    }
    expect_all_gone();
}
END_TEST

/* -- The explorer and programs that spin. -- */

#define SPINNERS(n) BUILD_DIR "/tests/measured/spin", n

static int explore_spinners(char *const argv[], double cpu_s, struct exploration *found,
                            struct error *error)
{
    struct world_spec spec = {.argv = argv, .limits = world_limits_default()};
    struct explore_options options = explore_options_default();
    spec.limits.cpu_s = cpu_s;
    spec.limits.wall_s = 30;
    options.max_schedules = 1;
    return explore(&spec, &options, found, error);
}

static void expect_livelock(char *const argv[])
{
    struct exploration found;
    struct error error;
    ck_assert_msg(explore_spinners(argv, 0.1, &found, &error) == 0, "%s", error.text);
    ck_assert_int_eq(found.first.outcome.kind, OUTCOME_LIVELOCK);
    ck_assert_int_eq(found.failure, FAILURE_OUTCOME);
    ck_assert_double_lt(found.coverage.seconds, 10);
    exploration_free(&found);
}

static void explorer_begin_on_one(void)
{
    keep_highest(1);
}

START_TEST(spinners_are_a_livelock)
{
    limit_cpu(10); /* of which we need some ourselves, under Valgrind, say */
    expect_livelock((char *const[]){SPINNERS("1"), NULL});
    expect_livelock((char *const[]){SPINNERS("4"), NULL});
}
END_TEST

static void explore_for_long(void)
{
    struct exploration found;
    struct error error;
    limit_cpu(MOST_CPU_S);
    explore_spinners((char *const[]){SPINNERS("2"), NULL}, 60, &found, &error);
    _exit(1);
}

/* At whatever it is: before there is a world, when the program starts, when it has been spinning
 * for long. */
START_TEST(killed_explorer_leaves_nobody)
{
    static const long moments_ms[] = {1, 5, 20, 50, 100, 300};
    for (size_t i = 0; i < sizeof moments_ms / sizeof moments_ms[0]; i++) {
        pid_t explorer = start(explore_for_long);
        pause_ms(moments_ms[i]);
        ck_assert_int_eq(kill(explorer, SIGKILL), 0);
        expect_all_gone();
    }
}
END_TEST

/* -- All of them. -- */

static void add_case(Suite *suite, const char *name, void (*begin)(void), void (*end_it)(void),
                     const TTest *const tests[])
{
    TCase *tcase = tcase_create(name);
    tcase_set_timeout(tcase, TIME_LIMIT_S);
    tcase_add_checked_fixture(tcase, begin, end_it);
    for (; *tests != NULL; tests++)
        tcase_add_test(tcase, *tests);
    suite_add_tcase(suite, tcase);
}

#define TESTS(...) ((const TTest *const[]){__VA_ARGS__, NULL})

int main(void)
{
    const TTest *const *claims =
        TESTS(highest_processor_comes_first, two_claims_are_of_different_processors,
              claim_waits_for_release, claim_ends_with_its_process, waiting_can_be_interrupted);
    const TTest *const *runs =
        TESTS(priorities_are_as_they_should, scheduler_is_raised_above_a_spinner,
              scheduler_is_raised_again_and_again, demoted_spinner_waits_until_it_is_promoted,
              who_beats_is_not_raised, who_is_silent_is_raised_and_steps_back,
              raised_while_it_steps_back, watchdog_that_is_stopped_leaves_the_scheduler_lowered);
    const TTest *const *killed = TESTS(killed_harness_leaves_nobody, killed_explorer_leaves_nobody);
    Suite *suite = suite_create("watchdog");
    add_case(suite, "claims", claims_begin, remove_stage, claims);
    add_case(suite, "alone", NULL, NULL,
             TESTS(release_restores_what_was, without_priorities_there_is_nothing_to_do));
    add_case(suite, "runs", runs_begin, runs_end, runs);
    add_case(suite, "runs on one processor", runs_begin_on_one, runs_end, runs);
    add_case(suite, "killed", killer_begin, remove_stage, killed);
    add_case(suite, "killed on one processor", killer_begin_on_one, remove_stage, killed);
    add_case(suite, "explorer", NULL, NULL, TESTS(spinners_are_a_livelock));
    add_case(suite, "explorer on one processor", explorer_begin_on_one, NULL,
             TESTS(spinners_are_a_livelock));
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return run > 0 && failed == 0 ? 0 : 1;
}

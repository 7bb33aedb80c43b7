/* check_advice.c - tests of what is advised: each piece of advice where a chain has the shape that
 * it is for, and none where the shape leaves a doubt. */
#include "advice.h"

#include <check.h>
#include <signal.h>
#include <string.h>

enum { LONGEST = 3 };

/* One wait of a chain, as far as advice depends on it. */
struct part {
    enum object_kind kind; /* OBJECT_NONE: the chain is at its end */
    const char *state;
    enum edge_strength strength;
    const char *call, *reason;
    bool datagrams, orphaned;
    int own_ends;
    uint64_t caught, pending, blocked;
};

struct shape {
    const char *advice; /* a part of it; NULL: there must be none */
    struct part parts[LONGEST];
};

/* As the tests write parts: those without more to say are {WAIT(PIPE, "full", DEFINITE)}. */
#define WAIT(object, word, certainty)                                                              \
    .kind = OBJECT_##object, .state = word, .strength = EDGE_##certainty
#define CHILD                                                                                      \
    {                                                                                              \
        WAIT(CHILD, "", DEFINITE), .call = "wait4"                                                 \
    }
#define JOIN                                                                                       \
    {                                                                                              \
        WAIT(FUTEX, "thread", DEFINITE)                                                            \
    }

/* The tasks have the pids 2, 3... */
static const struct shape cycles[] = {
    /* a task that waits for itself */
    {"close it before reading", {{WAIT(PIPE, "empty", DEFINITE), .own_ends = 1}}},
    {"every write end of its own", {{WAIT(PIPE, "empty", DEFINITE), .own_ends = 2}}},
    {"start the writer", {{WAIT(FIFO, "empty", DEFINITE)}}},
    {"close the other end", {{WAIT(UNIX, "empty", DEFINITE)}}},
    {NULL, {{WAIT(UNIX, "empty", DEFINITE), .datagrams = true}}},
    {"start the reader", {{WAIT(PIPE, "full", DEFINITE)}}},
    {"start the receiver", {{WAIT(MQUEUE, "full", DEFINITE)}}},
    {NULL, {{WAIT(MQUEUE, "empty", DEFINITE)}}},
    {NULL, {{WAIT(EVENTFD, "empty", DEFINITE)}}},
    {"release it before taking it again", {{WAIT(LOCK, "flock", DEFINITE)}}},
    {"release it before taking it again", {{WAIT(FUTEX, "mutex", DEFINITE)}}},

    /* a parent and its child, in either order */
    {"read what the child writes", {CHILD, {WAIT(PIPE, "full", DEFINITE)}}},
    {"read what the child writes", {{WAIT(PIPE, "full", ONE_OF)}, CHILD}},
    {"receive what the child sends", {CHILD, {WAIT(SYSV_MSG, "full", HINT)}}},
    {"close the write end before", {CHILD, {WAIT(PIPE, "empty", DEFINITE)}}},
    {"close the write end before", {CHILD, {WAIT(PIPE, "empty", DEFINITE)}}},
    {"every process must close", {CHILD, {WAIT(PIPE, "empty", DEFINITE), .own_ends = 1}}},
    {"every process must close", {CHILD, {WAIT(PIPE, "empty", ONE_OF)}}},
    {"shut the connection down", {CHILD, {WAIT(UNIX, "empty", DEFINITE)}}},
    {"by a message", {CHILD, {WAIT(UNIX, "empty", DEFINITE), .datagrams = true}}},
    {"release it before waiting", {CHILD, {WAIT(LOCK, "record", DEFINITE)}}},
    {"raise it before waiting", {CHILD, {WAIT(SYSV_SEM, "taken", HINT)}}},
    {NULL, {CHILD, {WAIT(SYSV_SEM, "not-zero", HINT)}}},
    {NULL, {CHILD, {WAIT(FUTEX, "semaphore", POSSIBLE)}}},
    {NULL, {CHILD, {WAIT(EVENTFD, "empty", DEFINITE)}}},

    /* what looks like one */
    {NULL, {{WAIT(CHILD, "", DEFINITE), .call = "vfork"}, {WAIT(PIPE, "full", ONE_OF)}}},
    {NULL, {{WAIT(CHILD, "tracee", DEFINITE), .call = "wait4"}, {WAIT(PIPE, "full", ONE_OF)}}},
    {NULL, {CHILD, CHILD, {WAIT(PIPE, "empty", DEFINITE)}}},

    /* two threads */
    {"unlock it", {JOIN, {WAIT(FUTEX, "mutex", DEFINITE)}}},
    {NULL, {JOIN, {WAIT(FUTEX, "condition", POSSIBLE)}}},
    {NULL, {JOIN, JOIN}},

    /* rings */
    {"receive while", {{WAIT(TCP, "full", DEFINITE)}, {WAIT(TCP, "full", DEFINITE)}}},
    {"send, or to close its end",
     {{WAIT(PIPE, "empty", DEFINITE)}, {WAIT(PIPE, "empty", DEFINITE)}}},
    {"send first",
     {{WAIT(UNIX, "empty", DEFINITE), .datagrams = true},
      {WAIT(UNIX, "empty", DEFINITE), .datagrams = true}}},
    {NULL, {{WAIT(TCP, "empty", DEFINITE)}, {WAIT(TCP, "full", DEFINITE)}}},
    {"read until EAGAIN before", {{WAIT(UNIX, "empty", DEFINITE)}, {WAIT(UNIX, "told", DEFINITE)}}},
    {"or the end, before", {CHILD, {WAIT(PIPE, "told-end", DEFINITE)}}},
    {"write until EAGAIN", {{WAIT(PIPE, "told-room", DEFINITE)}}},
    {NULL, {{WAIT(PIPE, "disarmed", DEFINITE)}, {WAIT(FUTEX, "mutex", DEFINITE)}}},
    {"receive before sending", {{WAIT(SYSV_MSG, "full", HINT)}, {WAIT(SYSV_MSG, "full", HINT)}}},
    {"FIFOs in the same order",
     {{WAIT(FIFO, "no-writer", POSSIBLE)}, {WAIT(FIFO, "no-writer", POSSIBLE)}}},
    {"take them in the same order",
     {{WAIT(FUTEX, "mutex", DEFINITE)}, {WAIT(LOCK, "flock", DEFINITE)}}},
    {"take them in the same order",
     {{WAIT(SYSV_SEM, "taken", HINT)}, {WAIT(SYSV_SEM, "taken", HINT)}}},
    {"take those that stand for locks",
     {{WAIT(FUTEX, "semaphore", POSSIBLE)}, {WAIT(FUTEX, "semaphore", POSSIBLE)}}},
    {"PTHREAD_PROCESS_SHARED", {CHILD, {WAIT(FUTEX, "private-mutex", DEFINITE)}}},
    {"let the traced task go on",
     {{WAIT(PIPE, "empty", DEFINITE)}, {WAIT(STOPPED, "traced", DEFINITE)}}},
};

#define SIGNAL_BIT(number) (UINT64_C(1) << ((number)-1))

static const struct shape dead_ends[] = {
    {"see who is to post it", {CHILD, {WAIT(FUTEX, "semaphore", DEFINITE)}}},
    {"has to unlock it",
     {{WAIT(FUTEX, "mutex", DEFINITE), .reason = "its owner has ended without unlocking it"}}},
    {NULL, {{WAIT(FUTEX, "mutex", DEFINITE), .reason = "the kernel refused it"}}},
    {"before forking", {{WAIT(FUTEX, "forked-mutex", DEFINITE)}}},
    {"under the mutex", {{WAIT(FUTEX, "condition", DEFINITE)}}},
    {"number of threads", {{WAIT(FUTEX, "barrier", DEFINITE)}}},
    {NULL, {{WAIT(FUTEX, "", DEFINITE)}}},
    {"PTHREAD_PROCESS_SHARED", {{WAIT(FUTEX, "private-condition", DEFINITE)}}},
    {"sem_init", {CHILD, {WAIT(FUTEX, "private-semaphore", DEFINITE)}}},
    {"read until EAGAIN", {{WAIT(TCP, "told", DEFINITE)}, {WAIT(SIGNAL, "", DEFINITE)}}},
    {"accept until EAGAIN", {{WAIT(UNIX, "told-client", DEFINITE)}}},
    {"EPOLL_CTL_MOD", {{WAIT(PIPE, "disarmed", DEFINITE)}}},
    {"down to zero", {{WAIT(SYSV_SEM, "not-zero", DEFINITE)}}},
    {"see who is to raise it, and whether all its paths do", {{WAIT(SYSV_SEM, "taken", DEFINITE)}}},
    {"SEM_UNDO", {{WAIT(SYSV_SEM, "taken", DEFINITE), .orphaned = true}}},
    {"unblock it",
     {{WAIT(SIGNAL, "", DEFINITE), .call = "pause", .pending = SIGNAL_BIT(SIGTERM),
       .blocked = SIGNAL_BIT(SIGTERM), .caught = SIGNAL_BIT(SIGUSR1)}}},
    {"with sigsuspend",
     {{WAIT(SIGNAL, "", DEFINITE), .call = "pause", .pending = SIGNAL_BIT(SIGTERM),
       .blocked = SIGNAL_BIT(SIGTERM), .caught = SIGNAL_BIT(SIGTERM)}}},
    {"with sigsuspend",
     {{WAIT(SIGNAL, "", DEFINITE), .call = "pause", .caught = SIGNAL_BIT(SIGUSR1)}}},
    {NULL, {{WAIT(SIGNAL, "", DEFINITE), .call = "pause"}}},
    {NULL, {{WAIT(SIGNAL, "", DEFINITE), .call = "rt_sigsuspend", .caught = SIGNAL_BIT(SIGUSR1)}}},
    {NULL, {{WAIT(SIGNAL, "pending-blocked", DEFINITE), .call = "rt_sigtimedwait"}}},
    {"start the other side", {{WAIT(FIFO, "no-reader", DEFINITE)}}},
    {NULL, {{WAIT(FIFO, "empty", DEFINITE)}}},
    {"which types are sent", {{WAIT(SYSV_MSG, "no-match", DEFINITE)}}},
    {NULL, {{WAIT(SYSV_MSG, "empty", DEFINITE)}}},
    {"SIGCONT", {CHILD, {WAIT(STOPPED, "", DEFINITE)}}},
    {NULL, {{WAIT(STOPPED, "traced", DEFINITE)}}},
};

static void expect_advice(const struct shape *shape, enum chain_kind kind)
{
    struct wanted wanted[LONGEST];
    struct wait waits[LONGEST];
    struct edge edges[LONGEST];
    size_t order[LONGEST];
    size_t n = 0;
    for (; n < LONGEST && shape->parts[n].kind != OBJECT_NONE; n++) {
        const struct part *part = &shape->parts[n];
        wanted[n] = (struct wanted){.kind = part->kind,
                                    .fd = -1,
                                    .name = (char *)"it",
                                    .facts = (char *)"",
                                    .datagrams = part->datagrams,
                                    .own_ends = part->own_ends,
                                    .orphaned = part->orphaned};
        strcpy(wanted[n].state, part->state);
        waits[n] = (struct wait){.pid = (pid_t)n + 2,
                                 .object = part->kind,
                                 .wanted = &wanted[n],
                                 .n_wanted = 1,
                                 .caught = part->caught,
                                 .pending = part->pending,
                                 .blocked = part->blocked};
        strcpy(waits[n].call, part->call != NULL ? part->call : "read");
        edges[n] = (struct edge){.from = n,
                                 .to = (long)n + 1,
                                 .strength = part->strength,
                                 .reason = (char *)(part->reason != NULL ? part->reason : "")};
        order[n] = n;
    }
    edges[n - 1].to = kind == CHAIN_CYCLE ? 0 : EDGE_NOBODY;
    const struct explanation x = {.waits = waits,
                                  .n_waits = n,
                                  .edges = edges,
                                  .n_edges = n,
                                  .chain = {.kind = kind, .edges = order, .n = n}};
    const char *advice = advice_for(&x);
    if (shape->advice == NULL)
        ck_assert_msg(advice == NULL, "advised without need: %s", advice);
    else
        ck_assert_msg(advice != NULL && strstr(advice, shape->advice) != NULL,
                      "not \"%s\", but: %s", shape->advice, advice != NULL ? advice : "nothing");
}

START_TEST(cycle)
{
    expect_advice(&cycles[_i], CHAIN_CYCLE);
}
END_TEST

START_TEST(dead_end)
{
    expect_advice(&dead_ends[_i], CHAIN_DEAD_END);
}
END_TEST

/* What can go on, or ends with somebody outside, needs none. */
START_TEST(open_chain)
{
    static const struct shape shape = {NULL, {CHILD, {WAIT(PIPE, "full", DEFINITE)}}};
    expect_advice(&shape, CHAIN_OPEN);
}
END_TEST

/* Who has left unread what it was told of may have its reasons: another of its threads is at it, or
 * there is no room yet for what would come of it. */
START_TEST(told_but_not_forgotten)
{
    struct wanted members[] = {{.kind = OBJECT_TCP, .state = "told"},
                               {.kind = OBJECT_TCP, .state = "empty"}};
    struct wait waits[] = {
        {.pid = 2, .tid = 2, .call = "epoll_wait", .wanted = members, .n_wanted = 2},
        {.pid = 2, .tid = 3, .call = "epoll_wait"}};
    struct edge edge = {.to = EDGE_NOBODY, .strength = EDGE_DEFINITE, .reason = (char *)""};
    size_t order = 0;
    const struct explanation x = {.waits = waits,
                                  .n_waits = 2,
                                  .edges = &edge,
                                  .n_edges = 1,
                                  .chain = {.kind = CHAIN_DEAD_END, .edges = &order, .n = 1}};
    ck_assert_ptr_nonnull(advice_for(&x));
    strcpy(members[1].state, "full");
    ck_assert_ptr_null(advice_for(&x));
    strcpy(members[1].state, "empty");
    strcpy(waits[1].call, "futex");
    ck_assert_ptr_null(advice_for(&x));
}
END_TEST

START_TEST(no_chain)
{
    const struct explanation x = {.chain = {.kind = CHAIN_NONE}};
    ck_assert_ptr_null(advice_for(&x));
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("advice");
    tcase_add_loop_test(tcase, cycle, 0, (int)(sizeof cycles / sizeof cycles[0]));
    tcase_add_loop_test(tcase, dead_end, 0, (int)(sizeof dead_ends / sizeof dead_ends[0]));
    tcase_add_test(tcase, open_chain);
    tcase_add_test(tcase, told_but_not_forgotten);
    tcase_add_test(tcase, no_chain);
    Suite *suite = suite_create("advice");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}

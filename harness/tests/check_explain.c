/* check_explain.c - tests that it is told who waits for whom, on what, at which line: the graph of
 * every state of graphs.txt, and what being explained must not do to a program. */
#include "inside.h"

#include <err.h>
#include <signal.h>

/* One state of graphs.txt. */
struct stuck {
    char program[32], state[32];
    char *graph; /* the lines of tasks and the chain, without indentation */
    char *facts; /* the lines "NAME: FACT" */
};

static struct stuck *states;
static int n_states;
static char where[80]; /* what the running test looks at: "PROGRAM STATE" */

static void add_state(const char *line)
{
    struct stuck *more = realloc(states, (size_t)(n_states + 1) * sizeof *states);
    if (more == NULL)
        err(1, NULL);
    states = more;
    struct stuck *s = &states[n_states++];
    *s = (struct stuck){.graph = strdup(""), .facts = strdup("")};
    if (sscanf(line, "%31s %31s", s->program, s->state) != 2)
        errx(1, "neither a state nor indented: %s", line);
}

/* Appends `line` to a string. */
static void append(char **text, const char *line)
{
    char *longer = NULL;
    if (asprintf(&longer, "%s%s", *text, line) == -1)
        err(1, NULL);
    free(*text);
    *text = longer;
}

/* Whether a line says a fact: its first word ends with a colon. */
static bool is_fact(const char *line)
{
    return line[strcspn(line, " ") - 1] == ':';
}

/* Before the first test: there is one for each state. */
static void read_states(void)
{
    char line[256];
    FILE *file = fopen(SOURCE_DIR "/harness/tests/graphs.txt", "re");
    if (file == NULL)
        err(1, "graphs.txt");
    while (fgets(line, sizeof line, file) != NULL) {
        const char *text = line + strspn(line, " ");
        if (text[0] == '#' || text[0] == '\n')
            continue;
        if (text == line)
            add_state(line);
        else
            append(is_fact(text) ? &states[n_states - 1].facts : &states[n_states - 1].graph, text);
    }
    fclose(file);
}

static void free_states(void)
{
    for (int i = 0; i < n_states; i++) {
        free(states[i].graph);
        free(states[i].facts);
    }
    free(states);
}

static const struct wait *wait_of(const char *name)
{
    for (size_t i = 0; i < seen.explanation.n_waits; i++)
        if (strcmp(seen.explanation.waits[i].name, name) == 0)
            return &seen.explanation.waits[i];
    fail_seen(name);
    return NULL;
}

/* The graph as graphs.txt writes it. */

static void write_edges(FILE *to, const struct explanation *x, size_t from, size_t wanted)
{
    static const char *const ARROWS[] = {
        [EDGE_POSSIBLE] = "?>", [EDGE_HINT] = "~>", [EDGE_ONE_OF] = "->", [EDGE_DEFINITE] = "=>"};
    for (size_t i = 0; i < x->n_edges; i++) {
        const struct edge *e = &x->edges[i];
        if (e->from != from || e->wanted != wanted)
            continue;
        if (e->to == EDGE_NOBODY || e->to == EDGE_OUTSIDE)
            fprintf(to, " > %s", e->to == EDGE_NOBODY ? "nobody" : "outside");
        else
            fprintf(to, " %s %s", ARROWS[e->strength], x->waits[e->to].name);
    }
}

static void write_object(FILE *to, enum object_kind kind, const char *state)
{
    fprintf(to, " %s%s%s", object_kind_name(kind), state[0] == '\0' ? "" : ":", state);
}

static void write_wait(FILE *to, const struct explanation *x, size_t i)
{
    const struct wait *w = &x->waits[i];
    bool library = w->object == OBJECT_FUTEX && w->function != NULL;
    bool list = w->n_wanted > 1 || (w->n_wanted == 1 && w->wanted[0].kind != w->object);
    fprintf(to, "%s %s", w->name, library ? w->function : w->call[0] == '\0' ? "-" : w->call);
    write_object(to, w->object, w->state);
    if (!list)
        write_edges(to, x, i, 0);
    if (w->n_wanted > 1)
        fprintf(to, " %s", wait_mode_name(w->mode));
    for (size_t j = 0; list && j < w->n_wanted; j++) {
        fprintf(to, " #%zu", j);
        write_object(to, w->wanted[j].kind, w->wanted[j].state);
        fputs(w->wanted[j].ready ? " ready" : "", to);
        write_edges(to, x, i, j);
    }
    fputc('\n', to);
}

/* New string. */
static char *graph_format(const struct explanation *x)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    for (size_t i = 0; i < x->n_waits; i++)
        write_wait(to, x, i);
    fputs(chain_kind_name(x->chain.kind), to);
    for (size_t i = 0; i < x->chain.n; i++)
        fprintf(to, " %s", x->waits[x->edges[x->chain.edges[i]].from].name);
    fputc('\n', to);
    ck_assert_int_eq(fclose(to), 0);
    return text;
}

static void expect_graph(const char *expected)
{
    char *graph = graph_format(&seen.explanation);
    ck_assert_msg(strcmp(graph, expected) == 0, "%s, expected:\n%sexplained:\n%s", where, expected,
                  graph);
    free(graph);
}

/* A line "NAME: FACT" must be part of what is said of what that task waits for. */
static void expect_fact(const char *line)
{
    char name[16], said[2000] = "";
    size_t length = strcspn(line, ":");
    snprintf(name, sizeof name, "%.*s", (int)length, line);
    const struct wait *w = wait_of(name);
    const char *fact = line + length + 2;
    for (size_t i = 0; i < w->n_wanted; i++) {
        size_t used = strlen(said);
        snprintf(said + used, sizeof said - used, "%s: %s\n", w->wanted[i].name,
                 w->wanted[i].facts);
    }
    ck_assert_msg(strstr(said, fact) != NULL, "%s: %s waits for something, but not \"%s\":\n%s",
                  where, name, fact, said);
}

static void expect_facts(char *lines)
{
    for (char *rest, *line = strtok_r(lines, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest))
        expect_fact(line);
}

/* A line "NAME PID TID FILE FUNCTION LINE" that a program wrote on stdout, see world/stuck.h. */
struct place {
    char name[16];
    int pid, tid;
    char file[64], function[64];
    int line;
};

/* Where the program said that it would block, there it is said to be blocked. Of a parent in
 * vfork(2) the stack is in use by its child. */
static void expect_blocked_at(const struct place *p)
{
    const struct wait *w = wait_of(p->name);
    const struct frame *own = wait_own_frame(w);
    ck_assert_int_eq(w->pid, p->pid);
    ck_assert_int_eq(w->tid, p->tid);
    if (own == NULL && strcmp(w->call, "vfork") == 0)
        return;
    ck_assert_msg(own != NULL, "%s: no line is known of %s", where, p->name);
    ck_assert_str_eq(frame_file(own), p->file);
    ck_assert_str_eq(own->function, p->function);
    ck_assert_int_eq(own->line, p->line);
}

/* The line at which a pipe or pair of sockets was made is told of one of those waited for. */
static void expect_origin(const struct place *p)
{
    char at[128];
    snprintf(at, sizeof at, " at %s:%d", p->file, p->line);
    for (size_t i = 0; i < seen.explanation.n_waits; i++)
        for (size_t j = 0; j < seen.explanation.waits[i].n_wanted; j++) {
            const char *origin = seen.explanation.waits[i].wanted[j].origin;
            if (origin != NULL && strstr(origin, at) != NULL)
                return;
        }
    ck_abort_msg("%s: nothing was made%s", where, at);
}

static void expect_places(void)
{
    size_t n = 0;
    for (const char *line = seen.out.text; *line != '\0'; line = strchr(line, '\n') + 1) {
        struct place p;
        ck_assert_int_eq(sscanf(line, "%15s %d %d %63s %63s %d", p.name, &p.pid, &p.tid, p.file,
                                p.function, &p.line),
                         6);
        if (strcmp(p.name, "made") == 0) {
            expect_origin(&p);
        } else {
            expect_blocked_at(&p);
            n++;
        }
    }
    ck_assert_uint_eq(n, seen.explanation.n_waits);
}

/* No text has been cut short or left to be filled in. */
static void expect_text(const char *text)
{
    ck_assert_msg(text != NULL && text[0] != '\0' && text[strlen(text) - 1] != ' ' &&
                      strchr(text, '?') == NULL && strstr(text, "(null)") == NULL,
                  "%s: not a sound text: \"%s\"", where, text != NULL ? text : "(none)");
}

/* The edges stand in order, and those of the chain follow each other. */
static void expect_sound(const struct explanation *x)
{
    for (size_t i = 0; i < x->n_waits; i++) {
        const struct wait *w = &x->waits[i];
        expect_text(w->sentence);
        for (size_t j = 0; j < w->n_wanted; j++) {
            expect_text(w->wanted[j].name);
            if (w->wanted[j].facts[0] != '\0')
                expect_text(w->wanted[j].facts);
        }
    }
    for (size_t i = 0; i < x->n_edges; i++) {
        const struct edge *e = &x->edges[i], *before = &x->edges[i > 0 ? i - 1 : 0];
        expect_text(e->reason);
        ck_assert(before->from < e->from ||
                  (before->from == e->from && before->wanted <= e->wanted));
        ck_assert(e->wanted < x->waits[e->from].n_wanted);
    }
    for (size_t i = 1; i < x->chain.n; i++)
        ck_assert_int_eq(x->edges[x->chain.edges[i - 1]].to,
                         (long)x->edges[x->chain.edges[i]].from);
    expect_text(x->lesson);
}

static void get_stuck(const char *program, const char *state)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s%s", PROGRAM(""), program);
    snprintf(where, sizeof where, "%s %s", program, state);
    spec.explain = true;
    RUN(path, (char *)state);
    ck_assert_str_eq(seen.err.text, "");
}

START_TEST(state_is_explained)
{
    const struct stuck *s = &states[_i];
    get_stuck(s->program, s->state);
    expect_outcome("deadlock");
    expect_graph(s->graph);
    expect_sound(&seen.explanation);
    expect_places();
    expect_facts(s->facts);
}
END_TEST

/* What signals a task blocks and catches, and which have come. Those that sigwaitinfo(2) waits for
 * are not blocked meanwhile. */
START_TEST(signals_are_told)
{
    get_stuck("stuck", "signal-other");
    const struct wait *w = wait_of("waiter");
    ck_assert_uint_eq(w->pending, UINT64_C(1) << (SIGUSR2 - 1));
    ck_assert_uint_eq(w->blocked, w->pending);
    ck_assert_uint_eq(w->caught, 0);
}
END_TEST

/* A few sentences to the letter: those that a person sees first. */
START_TEST(sentences)
{
    static const struct {
        const char *state, *task, *sentence;
    } all[] = {
        {"pipe-full", "writer", "writer waits in write on a full pipe that only reader can read"},
        {"pipe-own-end", "reader",
         "reader waits in read on an empty pipe that only reader can write"},
        {"wait-before-read", "parent", "parent waits in wait4 for child"},
        {"fifo-crossed", "client", "client waits in openat for a writer of the FIFO replies"},
        {"child-stopped", "sleeper", "sleeper is stopped and waits for SIGCONT"},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        get_stuck("stuck", all[i].state);
        ck_assert_str_eq(wait_of(all[i].task)->sentence, all[i].sentence);
    }
}
END_TEST

/* The lesson of the classic cases says who, on what, and what to do. */
START_TEST(lessons)
{
    static const struct {
        const char *program, *state, *parts[5];
    } all[] = {
        {"stuck", "pipe-own-end", {"reader", "read", "its own", "stuck.c:", "close"}},
        {"stuck", "wait-before-read", {"parent", "child", "waitpid", "write", "stuck.c:"}},
        {"stuck", "pipes-full", {"left", "right", "write", "room in a pipe", "stuck.c:"}},
        {"stuck-thread", "mutex-crossed", {"leader", "helper", "first", "second", "order"}},
        {"stuck-queue", "mq-own", {"sender", "room", "/jobs", "its own"}},
        {"stuck-poll", "epoll-told", {"new on a pipe", "3 bytes", "told already", "EAGAIN"}},
        {"stuck-poll", "epoll-told-end", {"its end has been told", "EAGAIN, or the end"}},
        {"stuck-poll", "epoll-disarmed", {"an event on a pipe", "disarmed", "EPOLL_CTL_MOD"}},
        {"stuck-thread", "private-mutex", {"unlocked in another", "PTHREAD_PROCESS_SHARED"}},
        {"stuck-thread", "private-mutex-owned", {"parent owns it", "PTHREAD_PROCESS_SHARED"}},
        {"stuck-semaphore", "private-posted", {"posted in another process", "sem_init"}},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        get_stuck(all[i].program, all[i].state);
        const char *lesson = seen.explanation.lesson;
        ck_assert_msg(lesson != NULL, "no lesson of %s", all[i].state);
        for (int j = 0; j < 5 && all[i].parts[j] != NULL; j++)
            ck_assert_msg(strstr(lesson, all[i].parts[j]) != NULL, "%s: no \"%s\" in: %s",
                          all[i].state, all[i].parts[j], lesson);
    }
}
END_TEST

static const char *first_reason(const char *task)
{
    const struct explanation *x = &seen.explanation;
    for (size_t i = 0; i < x->n_edges; i++)
        if (&x->waits[x->edges[i].from] == wait_of(task))
            return x->edges[i].reason;
    ck_abort_msg("%s: %s waits for nobody", where, task);
}

/* An edge says who holds what, to the letter: "only" where nobody else does. */
START_TEST(reasons)
{
    static const struct {
        const char *program, *state, *task, *parts[2];
    } all[] = {
        {"stuck", "pipe-own-end", "reader", {"the only write end still open is its own (fd 4"}},
        {"stuck", "pipe-own-ends", "reader", {"only reader itself holds a write end (fd 4, fd 5"}},
        {"stuck", "pipe-empty", "reader", {"writer holds the only write end still open (fd 4"}},
        {"stuck",
         "pipe-held-by-both",
         "child",
         {"parent holds a write end (fd 4", "), and so does child itself (fd 4)"}},
        {"stuck-thread",
         "pipe-of-threads",
         "leader",
         {"helper-1 could: its process holds the only write end still open (fd "}},
        {"stuck-thread",
         "mutex-forked",
         "child",
         {"it was locked when this process was forked, and its owner is not in it"}},
    };
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        get_stuck(all[i].program, all[i].state);
        const char *reason = first_reason(all[i].task);
        for (int j = 0; j < 2 && all[i].parts[j] != NULL; j++)
            ck_assert_msg(strstr(reason, all[i].parts[j]) != NULL, "%s: no \"%s\" in: %s",
                          all[i].state, all[i].parts[j], reason);
    }
}
END_TEST

/* Who waits for time will go on by itself. */
START_TEST(a_timed_wait_is_told_as_one)
{
    spec.limits.wall_s = 0.2;
    get_stuck("stuck", "asleep");
    expect_outcome("timeout");
    expect_graph("parent wait4 child => sleeper\n"
                 "sleeper clock_nanosleep time\n"
                 "open parent\n");
    expect_places();
}
END_TEST

/* A zombie does not wait, and nobody waits for it. */
START_TEST(a_zombie_does_not_wait)
{
    spec.limits.wall_s = 0.2;
    RUN(SCRIPT("sh -c : & sleep 60"));
    expect_outcome("timeout");
    expect_graph("sh wait4 child => sleep\n"
                 "sleep clock_nanosleep time\n"
                 "open sh\n");
}
END_TEST

/* Of who has forbidden it only privilege finds out what he waits for; the rest is told. */
START_TEST(who_must_not_be_looked_at_is_explained_as_far_as_can_be)
{
    spec.limits.wall_s = 0.3;
    get_stuck("stuck", "undumpable");
    bool denied = wait_of("child")->denied != NULL;
    ck_assert(!denied || geteuid() != 0);
    expect_outcome(denied ? "timeout" : "deadlock");
    expect_graph(denied ? "parent wait4 child => child\n"
                          "child - unknown\n"
                          "open parent\n"
                        : "parent wait4 child => child\n"
                          "child read pipe:empty => parent\n"
                          "cycle parent child\n");
}
END_TEST

/* Without symbols and lines, the rest is told all the same. */
START_TEST(a_stripped_static_program_is_explained)
{
    const char *program = temporary_path("static");
    char command[3 * PATH_MAX];
    snprintf(command, sizeof command, "cc -D_GNU_SOURCE -std=c11 -O1 -static -s -o %s %s", program,
             SOURCE_DIR "/harness/tests/world/stuck.c");
    ck_assert_int_eq(system(command), 0);
    RUN((char *)program, (char *)"wait-before-read");
    expect_outcome("deadlock");
    expect_graph("parent wait4 child => child\n"
                 "child write pipe:full => parent\n"
                 "cycle parent child\n");
    ck_assert_ptr_null(wait_own_frame(wait_of("child")));
}
END_TEST

/* Tasks that are gone before they have been looked at are told as gone, or not at all. */
START_TEST(who_dies_meanwhile_is_gone)
{
    static const char *const storms[] = {"processes", "threads"};
    spec.limits.wall_s = 0.05;
    for (int run = 0; run < 50; run++) {
        get_stuck("stuck-storm", storms[run % 2]);
        expect_outcome("timeout");
        ck_assert_uint_gt(seen.explanation.n_waits, 0);
        for (size_t i = 0; i < seen.explanation.n_waits; i++) {
            const struct wait *w = &seen.explanation.waits[i];
            ck_assert(w->gone || w->name[0] != '\0');
            ck_assert_msg(w->denied == NULL, "%s is ending: %s", w->name, w->denied);
            ck_assert_ptr_nonnull(w->sentence);
        }
    }
}
END_TEST

/* Where a crowd waits for any of many things, not all is told, but the outcome stands. */
START_TEST(a_crowd_is_told_in_part)
{
    enum { CROWD = 60 };
    get_stuck("stuck-poll", "crowd");
    expect_outcome("deadlock");
    const struct explanation *x = &seen.explanation;
    ck_assert(x->cut);
    ck_assert_uint_eq(x->n_waits, CROWD);
    const struct wait *last = &x->waits[x->n_waits - 1];
    ck_assert_str_eq(last->call, "poll");
    ck_assert_str_eq(object_kind_name(last->object), "unknown");
    ck_assert_uint_eq(last->n_wanted, 0);
    expect_text(x->lesson);
}
END_TEST

/* No call of the program is ended by being looked at. */
START_TEST(the_program_is_not_disturbed)
{
    enum { THREADS = 13 };
    spec.limits.wall_s = 0.1;
    for (int run = 0; run < 10; run++) {
        get_stuck("stuck-undisturbed", "threads");
        expect_outcome("timeout");
        ck_assert_uint_eq(seen.explanation.n_waits, THREADS);
        for (size_t i = 0; i < THREADS; i++)
            ck_assert_msg(seen.explanation.waits[i].call[0] != '\0', "%s runs",
                          seen.explanation.waits[i].name);
    }
}
END_TEST

int main(void)
{
    enum { TIME_LIMIT_S = 60 };
    const TTest *const others[] = {signals_are_told,
                                   sentences,
                                   lessons,
                                   reasons,
                                   a_timed_wait_is_told_as_one,
                                   a_zombie_does_not_wait,
                                   who_must_not_be_looked_at_is_explained_as_far_as_can_be,
                                   a_stripped_static_program_is_explained,
                                   who_dies_meanwhile_is_gone,
                                   a_crowd_is_told_in_part,
                                   the_program_is_not_disturbed};
    read_states();
    TCase *tcase = tcase_create("explain");
    tcase_set_timeout(tcase, TIME_LIMIT_S);
    tcase_add_checked_fixture(tcase, world_begin, world_end);
    tcase_add_loop_test(tcase, state_is_explained, 0, n_states);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        tcase_add_test(tcase, others[i]);
    Suite *suite = suite_create("explain");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int run = srunner_ntests_run(runner), failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    free_states();
    return run > 0 && failed == 0 ? 0 : 1;
}

/* check_report_explanation.c - tests of the reports on who waits for whom, on explanations made by
 * hand: as text, as JSON, as DOT and as a picture. */
#include "report.h"

#include "temporary.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

#define SIGNAL_BIT(number) (UINT64_C(1) << ((number)-1))

/* The parent waits for the child, and the child for the parent to read. Each test gets a fresh
 * one and changes what it is about. */
static struct explanation crossed(void)
{
    static struct frame parent_stack[3], child_stack[5];
    static struct wanted child_ended, full_pipe;
    static struct wait waits[2];
    static struct edge edges[2];
    static size_t chain[] = {0, 1};
    memcpy(parent_stack,
           (struct frame[]){
               {.function = "wait4", .module = "/usr/lib/libc.so.6"},
               {.function = "main", .file = "src/broken.c", .line = 64, .own = true},
               {.function = "_start", .module = "/tmp/broken"},
           },
           sizeof parent_stack);
    memcpy(child_stack,
           (struct frame[]){
               {.function = "__write", .module = "/usr/lib/libc.so.6"},
               {.function = "write_records", .file = "broken.c", .line = 38, true},
               {.function = "qsort", .module = "/usr/lib/libc.so.6"},
               {.function = "main", .file = "src/broken.c", .line = 61, .own = true},
               {.module = "/usr/lib/libc.so.6"},
           },
           sizeof child_stack);
    child_ended =
        (struct wanted){.kind = OBJECT_CHILD, .fd = -1, .name = "child (pid 3)", .facts = ""};
    full_pipe = (struct wanted){.kind = OBJECT_PIPE,
                                .state = "full",
                                .fd = 4,
                                .name = "pipe:[4711]",
                                .facts = "65536 of 65536 bytes queued; read end held by "
                                         "parent (pid 2, fd 3)",
                                .origin = "pipe() at broken.c:21"};
    waits[0] = (struct wait){.pid = 2,
                             .tid = 2,
                             .name = "parent",
                             .call = "wait4",
                             .shown = "wait4(-1, NULL, 0, NULL)",
                             .object = OBJECT_CHILD,
                             .sentence = "parent waits in wait4 for child",
                             .wanted = &child_ended,
                             .n_wanted = 1,
                             .frames = parent_stack,
                             .n_frames = LENGTH(parent_stack)};
    waits[1] = (struct wait){.pid = 3,
                             .tid = 3,
                             .name = "child",
                             .call = "write",
                             .shown = "write(4, 0x7ffc1a2b3c40, 4096)",
                             .function = "write",
                             .object = OBJECT_PIPE,
                             .state = "full",
                             .sentence = "child waits in write on a full pipe that only "
                                         "parent can read",
                             .wanted = &full_pipe,
                             .n_wanted = 1,
                             .frames = child_stack,
                             .n_frames = LENGTH(child_stack),
                             .pending = SIGNAL_BIT(SIGUSR1),
                             .blocked = SIGNAL_BIT(SIGUSR1) | SIGNAL_BIT(SIGCHLD)};
    edges[0] = (struct edge){
        .from = 0, .to = 1, .strength = EDGE_DEFINITE, .reason = "child has not ended"};
    edges[1] = (struct edge){.from = 1,
                             .to = 0,
                             .strength = EDGE_DEFINITE,
                             .reason = "parent holds the only read end (fd 3)"};
    return (struct explanation){.waits = waits,
                                .n_waits = LENGTH(waits),
                                .edges = edges,
                                .n_edges = LENGTH(edges),
                                .chain = {CHAIN_CYCLE, chain, LENGTH(chain)},
                                .lesson = "parent waits for child to end before it reads: "
                                          "read first.",
                                .took_ms = 1.25};
}

/* The explanation as text, or as DOT; a new string. */
static char *told(const struct explanation *x, bool dot)
{
    char *text = NULL;
    size_t length;
    FILE *to = open_memstream(&text, &length);
    ck_assert_ptr_nonnull(to);
    if (dot)
        ck_assert_int_eq(report_explanation_dot(to, x), 0);
    else
        report_explanation_text(to, 0, x);
    ck_assert_int_eq(fclose(to), 0);
    return text;
}

static void expect_text(const struct explanation *x, const char *expected)
{
    char *text = told(x, false);
    ck_assert_str_eq(text, expected);
    free(text);
}

static void expect_part(const struct explanation *x, bool dot, const char *part, bool there)
{
    char *text = told(x, dot);
    ck_assert_msg((strstr(text, part) != NULL) == there, "%s \"%s\" in:\n%s", there ? "no" : "a",
                  part, text);
    free(text);
}

static void expect_in_text(const struct explanation *x, const char *part)
{
    expect_part(x, false, part, true);
}

static void expect_in_dot(const struct explanation *x, const char *part)
{
    expect_part(x, true, part, true);
}

START_TEST(text_of_a_cycle)
{
    struct explanation x = crossed();
    expect_text(&x,
                "parent waits for child to end before it reads: read first.\n"
                "\n"
                "parent (pid 2) waits in wait4 for child\n"
                "    call    wait4(-1, NULL, 0, NULL)\n"
                "    for     child (pid 3)\n"
                "    at      main (broken.c:64), in wait4 of libc.so.6\n"
                "child (pid 3) waits in write on a full pipe that only parent can read\n"
                "    call    write(4, 0x7ffc1a2b3c40, 4096)\n"
                "    for     pipe:[4711], fd 4, from pipe() at broken.c:21\n"
                "            65536 of 65536 bytes queued; read end held by parent (pid 2, fd 3)\n"
                "    at      write_records (broken.c:38), in write of libc.so.6\n"
                "            called from main (broken.c:61)\n"
                "    signals pending USR1, blocked USR1 CHLD\n"
                "\n"
                "cycle:\n"
                "    parent (pid 2) -- child has not ended --> child (pid 3)\n"
                "    child (pid 3) -- parent holds the only read end (fd 3) --> parent (pid 2)\n");
}
END_TEST

START_TEST(text_of_nothing)
{
    struct explanation x = {0};
    expect_text(&x, "");
}
END_TEST

/* Less is known of a run that was not explained in depth. */
START_TEST(text_of_little)
{
    struct wait waits[] = {
        {.pid = 2, .tid = 2, .name = "writer", .sentence = "writer runs"},
        {.pid = 3, .tid = 5, .name = "helper", .call = "futex", .object = OBJECT_FUTEX},
        {.pid = 4, .tid = 4, .name = "worker", .gone = true},
        {.pid = 6, .tid = 6, .name = "shell", .sentence = "it waits", .denied = "root"},
    };
    struct explanation x = {.waits = waits, .n_waits = LENGTH(waits)};
    expect_text(&x, "writer (pid 2) runs\n"
                    "helper (pid 3, thread 5) waits in futex\n"
                    "worker (pid 4) is gone\n"
                    "shell (pid 6): it waits\n"
                    "    denied  root\n");
}
END_TEST

START_TEST(text_of_several_things)
{
    struct wanted wanted[20] = {
        {.fd = 5, .name = "pipe:[1]", .state = "empty", .facts = "nothing queued"},
        {.fd = -1, .kind = OBJECT_SIGNALFD, .ready = true},
    };
    for (size_t i = 2; i < LENGTH(wanted); i++)
        wanted[i] = (struct wanted){.fd = (int)i, .name = "a pipe"};
    struct wait wait = {.pid = 2,
                        .tid = 2,
                        .name = "server",
                        .sentence = "server waits",
                        .wanted = wanted,
                        .n_wanted = 2,
                        .mode = MODE_ANY};
    struct explanation x = {.waits = &wait, .n_waits = 1};
    expect_text(&x, "server (pid 2) waits\n"
                    "    any of  pipe:[1], fd 5, empty\n"
                    "              nothing queued\n"
                    "            signalfd, ready\n");
    wait.mode = MODE_ALL;
    expect_in_text(&x, "    all of  pipe:[1], fd 5, empty\n");
    wait.n_wanted = LENGTH(wanted);
    expect_in_text(&x, "            a pipe, fd 15\n            (4 more)\n");
}
END_TEST

START_TEST(text_of_stacks)
{
    struct explanation x = crossed();
    struct frame stack[] = {
        {.function = "read", .module = "/lib/libc.so.6"},
        {.module = "/usr/bin/shell"},
        {.module = "/usr/bin/shell"},
        {.function = "main", .module = "/usr/bin/shell"},
        {.function = "__libc_start_call_main", .module = "/lib/libc.so.6"},
        {.module = "/usr/bin/shell"},
    };
    x.waits[0].frames = stack;
    x.waits[0].n_frames = LENGTH(stack);
    expect_in_text(&x, "    at      read of libc.so.6\n"
                       "            called from code of shell\n"
                       "            called from main of shell\n"
                       "child ");
    struct frame deep[11];
    for (size_t i = 0; i < LENGTH(deep); i++)
        deep[i] = (struct frame){.function = "f", .file = "f.c", .line = 7, .own = true};
    x.waits[0].frames = deep;
    x.waits[0].n_frames = LENGTH(deep);
    expect_in_text(&x, "    at      f (f.c:7)\n            called from f (f.c:7)\n");
    expect_in_text(&x, "            (3 more)\n");
}
END_TEST

START_TEST(text_of_alike_tasks)
{
    struct wait waits[8];
    for (size_t i = 0; i < LENGTH(waits); i++)
        waits[i] = (struct wait){.pid = (pid_t)i + 2,
                                 .tid = (pid_t)i + 2,
                                 .name = "worker",
                                 .call = "read",
                                 .sentence = "worker waits in read"};
    waits[1].sentence = "worker waits in read, too";
    struct explanation x = {.waits = waits, .n_waits = LENGTH(waits)};
    expect_text(&x, "worker (pid 2) waits in read\n"
                    "    alike   worker (pid 4), worker (pid 5), worker (pid 6), worker (pid 7), "
                    "worker (pid 8) and 1 more\n"
                    "worker (pid 3) waits in read, too\n");
}
END_TEST

START_TEST(text_of_other_ends)
{
    struct explanation x = crossed();
    x.n_waits = 1;
    x.n_edges = x.chain.n = 1;
    x.chain.kind = CHAIN_DEAD_END;
    x.edges[0].to = EDGE_NOBODY;
    expect_in_text(&x, "dead end:\n    parent (pid 2) -- child has not ended --> nobody\n");
    x.chain.kind = CHAIN_OPEN;
    x.edges[0].to = EDGE_OUTSIDE;
    x.edges[0].strength = EDGE_ONE_OF;
    expect_in_text(&x, "can still go on:\n    parent (pid 2) -- one of several: child has not "
                       "ended --> the outside\n");
}
END_TEST

START_TEST(text_of_other_edges)
{
    struct explanation x = crossed();
    struct edge edges[20];
    for (size_t i = 0; i < LENGTH(edges); i++)
        edges[i] = (struct edge){.from = 0, .to = 1, .strength = EDGE_HINT, .reason = "why"};
    edges[0].strength = EDGE_POSSIBLE;
    x.edges = edges;
    x.n_edges = LENGTH(edges);
    x.chain.n = 2;
    expect_in_text(&x, "other waits:\n    parent (pid 2) -- a hint: why --> child (pid 3)\n");
    expect_in_text(&x, "\n    (2 more)\n");
    expect_in_text(&x, "cycle:\n    parent (pid 2) -- perhaps: why --> child (pid 3)\n");
    x.chain = (struct chain){0};
    expect_in_text(&x, "\nwho waits for whom:\n");
    expect_part(&x, false, "cycle:", false);
}
END_TEST

START_TEST(text_is_wrapped)
{
    struct explanation x = crossed();
    char lesson[400] = "";
    while (strlen(lesson) < 300)
        strcat(lesson, "lesson ");
    x.lesson = lesson;
    char *text = told(&x, false);
    const char *line = text;
    for (const char *end; (end = strchr(line, '\n')) != NULL; line = end + 1)
        ck_assert_msg(end - line <= 100, "%.*s", (int)(end - line), line);
    free(text);
}
END_TEST

static char hostile[] = "\"];\\ & &lt; \\N\033[31m\n\xFF\xEF\xBF\xBF\xED\xA0\x80 <b>";

/* An explanation in which all that is foreign means harm. */
static struct explanation hostile_one(void)
{
    struct explanation x = crossed();
    for (size_t i = 0; i < x.n_waits; i++) {
        memcpy(x.waits[i].name, hostile, sizeof x.waits[i].name - 1);
        x.waits[i].shown = x.waits[i].sentence = x.waits[i].denied = hostile;
        x.waits[i].wanted[0].name = x.waits[i].wanted[0].facts = hostile;
        x.waits[i].wanted[0].origin = hostile;
        for (size_t j = 0; j < x.waits[i].n_frames; j++)
            x.waits[i].frames[j].function = x.waits[i].frames[j].file = hostile;
    }
    x.edges[0].reason = x.edges[1].reason = x.lesson = hostile;
    return x;
}

START_TEST(text_obeys_nobody)
{
    struct explanation x = hostile_one();
    char *text = told(&x, false);
    for (const char *at = text; *at != '\0'; at++)
        ck_assert((unsigned char)*at >= ' ' || *at == '\n');
    ck_assert_ptr_nonnull(strstr(text, "\n            \"];\\ & &lt; \\N␛[31m␊\uFFFD"));
    free(text);
}
END_TEST

/* The JSON value, written and read back as strictly as jansson can. */
static json_t *reread(json_t *json)
{
    ck_assert_ptr_nonnull(json);
    char *written = json_dumps(json, 0);
    json_decref(json);
    ck_assert_ptr_nonnull(written);
    json_error_t error;
    json = json_loads(written, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "%s in %s", error.text, written);
    free(written);
    return json;
}

static const char *string_in(const json_t *json, const char *key)
{
    const char *string = json_string_value(json_object_get(json, key));
    ck_assert_msg(string != NULL, "no string %s", key);
    return string;
}

static long long integer_in(const json_t *json, const char *key)
{
    ck_assert_msg(json_is_integer(json_object_get(json, key)), "no integer %s", key);
    return json_integer_value(json_object_get(json, key));
}

static json_t *element(const json_t *json, const char *key, size_t index)
{
    json_t *found = json_array_get(json_object_get(json, key), index);
    ck_assert_msg(found != NULL, "no %s[%zu]", key, index);
    return found;
}

static void expect_chain_json(const json_t *json)
{
    json_t *chain = json_object_get(json, "chain");
    ck_assert_str_eq(string_in(chain, "kind"), "cycle");
    ck_assert_uint_eq(json_array_size(json_object_get(chain, "edges")), 2);
    json_t *edge = element(chain, "edges", 1);
    ck_assert_int_eq(integer_in(json_object_get(edge, "from"), "pid"), 3);
    ck_assert_str_eq(string_in(json_object_get(edge, "to"), "name"), "parent");
    ck_assert_str_eq(string_in(edge, "reason"), "parent holds the only read end (fd 3)");
    ck_assert_str_eq(string_in(edge, "strength"), "definite");
}

static void expect_wanted_json(const json_t *wanted)
{
    ck_assert_str_eq(string_in(wanted, "kind"), "pipe");
    ck_assert_str_eq(string_in(wanted, "state"), "full");
    ck_assert_int_eq(integer_in(wanted, "fd"), 4);
    ck_assert(json_is_false(json_object_get(wanted, "ready")));
    ck_assert_str_eq(string_in(wanted, "name"), "pipe:[4711]");
    ck_assert_int_eq(strncmp(string_in(wanted, "facts"), "65536 of", 8), 0);
    ck_assert_str_eq(string_in(wanted, "origin"), "pipe() at broken.c:21");
}

START_TEST(json_of_a_cycle)
{
    struct explanation x = crossed();
    json_t *json = reread(report_explanation_json(&x));
    ck_assert_str_eq(string_in(json, "lesson"), x.lesson);
    ck_assert(json_real_value(json_object_get(json, "took_ms")) == 1.25);
    expect_chain_json(json);

    ck_assert_uint_eq(json_array_size(json_object_get(json, "waits")), 2);
    json_t *child = element(json, "waits", 1);
    ck_assert_int_eq(integer_in(child, "pid"), 3);
    ck_assert_int_eq(integer_in(child, "tid"), 3);
    ck_assert_str_eq(string_in(child, "name"), "child");
    ck_assert_str_eq(string_in(child, "call"), "write");
    ck_assert_str_eq(string_in(child, "shown"), "write(4, 0x7ffc1a2b3c40, 4096)");
    ck_assert_str_eq(string_in(child, "function"), "write");
    ck_assert_str_eq(string_in(child, "object"), "pipe");
    ck_assert_str_eq(string_in(child, "state"), "full");
    ck_assert_str_eq(string_in(child, "mode"), "one");
    ck_assert(json_is_false(json_object_get(child, "gone")));
    ck_assert(json_is_null(json_object_get(child, "denied")));
    expect_wanted_json(element(child, "wanted", 0));
    ck_assert(json_is_null(json_object_get(element(element(json, "waits", 0), "wanted", 0), "fd")));

    json_t *at = json_object_get(child, "at");
    ck_assert_str_eq(string_in(at, "function"), "write_records");
    ck_assert_str_eq(string_in(at, "file"), "broken.c");
    ck_assert_int_eq(integer_in(at, "line"), 38);
    ck_assert_uint_eq(json_array_size(json_object_get(child, "stack")), 5);
    json_t *outermost = element(child, "stack", 4);
    ck_assert(json_is_null(json_object_get(outermost, "line")));
    ck_assert(json_is_false(json_object_get(outermost, "own")));
    json_t *signals = json_object_get(child, "signals");
    ck_assert_str_eq(json_string_value(element(signals, "pending", 0)), "USR1");
    ck_assert_str_eq(json_string_value(element(signals, "blocked", 1)), "CHLD");
    ck_assert_uint_eq(json_array_size(json_object_get(signals, "caught")), 0);
    json_decref(json);
}
END_TEST

START_TEST(json_of_edges)
{
    struct explanation x = crossed();
    struct edge edges[] = {
        {.from = 0, .to = EDGE_NOBODY, .strength = EDGE_HINT, .reason = "a"},
        {.from = 0, .wanted = 1, .to = EDGE_OUTSIDE, .strength = EDGE_ONE_OF, .reason = "b"},
        {.from = 0, .to = 1, .strength = EDGE_POSSIBLE, .reason = "c"},
    };
    x.edges = edges;
    x.n_edges = LENGTH(edges);
    x.chain = (struct chain){0};
    json_t *json = reread(report_explanation_json(&x));
    json_t *parent = element(json, "waits", 0);
    ck_assert_uint_eq(json_array_size(json_object_get(parent, "waits_for")), 3);
    ck_assert_str_eq(string_in(element(parent, "waits_for", 0), "to"), "nobody");
    ck_assert_str_eq(string_in(element(parent, "waits_for", 0), "strength"), "hint");
    ck_assert_str_eq(string_in(element(parent, "waits_for", 1), "to"), "outside");
    ck_assert_int_eq(integer_in(element(parent, "waits_for", 1), "wanted"), 1);
    json_t *last = element(parent, "waits_for", 2);
    ck_assert_int_eq(integer_in(json_object_get(last, "to"), "tid"), 3);
    ck_assert_str_eq(string_in(last, "reason"), "c");
    json_t *child = element(json, "waits", 1);
    ck_assert_uint_eq(json_array_size(json_object_get(child, "waits_for")), 0);
    json_decref(json);
}
END_TEST

START_TEST(json_of_hostile_names)
{
    struct explanation x = hostile_one();
    json_t *json = reread(report_explanation_json(&x));
    ck_assert_int_eq(strncmp(string_in(json, "lesson"), "\"];\\ & &lt; \\N\033[31m\n\uFFFD", 20),
                     0);
    json_decref(json);
}
END_TEST

START_TEST(dot_of_a_cycle)
{
    struct explanation x = crossed();
    expect_in_dot(&x, "  task1 [label=\"child (pid 3)\\nwrite(4, 0x7ffc1a2b3c40, 4096)\\n"
                      "write_records, broken.c:38\", color=red];\n");
    expect_in_dot(&x, "  task0 -> task1 [label=\"child has not ended\", color=red");
    expect_in_dot(&x, "label=\"parent waits for child to end before it reads: read first.\\n\";\n");
    expect_part(&x, true, "dashed", false);
    expect_part(&x, true, "not drawn", false);
}
END_TEST

START_TEST(dot_of_other_ends)
{
    struct explanation x = crossed();
    x.chain.n = 1;
    x.chain.edges[0] = 1;
    x.edges[0].strength = EDGE_HINT;
    x.edges[1].to = EDGE_NOBODY;
    x.waits[0].mode = MODE_ANY;
    x.waits[0].n_wanted = 3;
    expect_in_dot(&x, "\\nneeds any of 3\\n");
    expect_in_dot(&x,
                  "  task0 -> task1 [label=\"a hint: \\nchild has not ended\", style=dashed];\n");
    expect_in_dot(&x, "  end1 [label=\"nobody\", style=dashed");
    expect_in_dot(&x,
                  "  task1 -> end1 [label=\"parent holds the only read\\nend (fd 3)\", color=red");
    x.edges[1].to = EDGE_OUTSIDE;
    expect_in_dot(&x, "  end1 [label=\"the outside\", style=dashed");
    x.waits[0].gone = true;
    expect_in_dot(&x, "\"parent (pid 2)\\nis gone");
    x.chain.edges[0] = 0; /* it is static */
}
END_TEST

START_TEST(dot_of_a_crowd)
{
    static struct wait waits[1000];
    static struct edge edges[5000];
    size_t chain[] = {4999};
    for (size_t i = 0; i < LENGTH(waits); i++)
        waits[i] = (struct wait){.pid = (pid_t)i, .tid = (pid_t)i, .name = "one", .call = "read"};
    for (size_t i = 0; i < LENGTH(edges); i++)
        edges[i] = (struct edge){.from = i / 5, .to = EDGE_NOBODY, .reason = "why"};
    struct explanation x = {.waits = waits,
                            .n_waits = LENGTH(waits),
                            .edges = edges,
                            .n_edges = LENGTH(edges),
                            .chain = {CHAIN_DEAD_END, chain, 1}};
    expect_in_dot(&x, "(899 tasks and 4799 arrows more are not drawn)");
    expect_in_dot(&x, "  task999 -> end4999 ");
}
END_TEST

START_TEST(dot_quotes_hostile_names)
{
    struct explanation x = hostile_one();
    expect_in_dot(&x, "\\\"];\\\\ &amp; &amp;lt; \\\\N␛[31m␊");
    expect_part(&x, true, "\uFFFF", false);
}
END_TEST

/* Whether this machine has Graphviz; the harness's package list says that it should. */
static bool has_dot(void)
{
    return system("dot -V >/dev/null 2>&1") == 0;
}

static char *read_all(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    ck_assert_msg(fd != -1 && fstat(fd, &status) == 0, "%s: %s", path, strerror(errno));
    char *text = calloc(1, (size_t)status.st_size + 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(read(fd, text, (size_t)status.st_size), status.st_size);
    close(fd);
    return text;
}

/* How many files the test's directory holds. */
static size_t files_there(void)
{
    DIR *directory = opendir(temporary);
    ck_assert_ptr_nonnull(directory);
    size_t files = 0;
    for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
        files += entry->d_name[0] != '.';
    closedir(directory);
    return files;
}

/* The file's text; a new string. */
static char *drawn(const char *name, const struct explanation *x)
{
    struct error err;
    const char *path = temporary_path("%s", name);
    ck_assert_int_eq(report_graph_check(path, &err), 0);
    ck_assert_msg(report_graph_file(path, x, &err) == 0, "%s", err.text);
    return read_all(path);
}

static void expect_refused(const char *path, const struct explanation *x, const char *part)
{
    struct error err = {""};
    ck_assert_int_eq(report_graph_file(path, x, &err), -1);
    ck_assert_msg(strstr(err.text, part) != NULL, "no \"%s\" in: %s", part, err.text);
}

START_TEST(graph_as_text)
{
    struct explanation x = hostile_one();
    char *text = told(&x, true), *dot = drawn("x.dot", &x), *gv = drawn("x.y.gv", &x);
    ck_assert_str_eq(dot, text);
    ck_assert_str_eq(gv, text);
    ck_assert_uint_eq(files_there(), 2);
    free(text);
    free(dot);
    free(gv);
}
END_TEST

START_TEST(graph_as_pictures)
{
    if (!has_dot())
        return;
    struct explanation x = crossed();
    char *svg = drawn("x.svg", &x), *png = drawn("-x.png", &x), *pdf = drawn("x.pdf", &x);
    ck_assert_ptr_nonnull(strstr(svg, "write_records, broken.c:38"));
    ck_assert_int_eq(strncmp(png, "\x89PNG", 4), 0);
    ck_assert_int_eq(strncmp(pdf, "%PDF", 4), 0);
    ck_assert_uint_eq(files_there(), 3);
    free(svg);
    free(png);
    free(pdf);

    x = hostile_one();
    svg = drawn("x.svg", &x);
    ck_assert_ptr_nonnull(strstr(svg, "&amp;lt;"));
    ck_assert_ptr_nonnull(strstr(svg, "&lt;b&gt;"));
    free(svg);
}
END_TEST

START_TEST(graph_needs_a_good_name)
{
    static const char *const bad[] = {"",    "x",      ".svg",  "x.svgz",   "x.SVG",
                                      "svg", "x.svg/", "a.b/x", "x.svg.gz", "a.svg/.svg"};
    struct explanation x = crossed();
    struct error err;
    for (size_t i = 0; i < LENGTH(bad); i++) {
        ck_assert_int_eq(report_graph_check(bad[i], &err), -1);
        ck_assert_ptr_nonnull(strstr(err.text, ".dot, .gv, .svg, .png or .pdf"));
        expect_refused(bad[i], &x, ".dot, .gv, .svg, .png or .pdf");
    }
    ck_assert_int_eq(report_graph_check("/no/such/directory/x.svg", &err), -1);
    ck_assert_str_eq(err.text,
                     "cannot write '/no/such/directory/x.svg': No such file or directory");
    expect_refused("/no/such/directory/x.svg", &x, "No such file or directory");
    ck_assert_int_eq(mkdir(temporary_path("x.svg"), 0755), 0);
    expect_refused(temporary_path("x.svg"), &x, "x.svg");
    ck_assert_uint_eq(files_there(), 1);
}
END_TEST

/* Puts a `dot` of the test's own making, if any, first and alone into PATH. */
static void set_dot(const char *script)
{
    ck_assert_int_eq(mkdir(temporary_path("bin"), 0755) == 0 || errno == EEXIST, 1);
    if (script != NULL) {
        temporary_write_text(temporary_path("bin/dot"), script);
        ck_assert_int_eq(chmod(temporary_path("bin/dot"), 0755), 0);
    }
    ck_assert_int_eq(setenv("PATH", temporary_path("bin"), 1), 0);
}

/* Whatever becomes of `dot`: one sentence, no signal, and the old picture stays. */
START_TEST(graph_survives_dot)
{
    struct explanation x = crossed();
    const char *path = temporary_path("x.svg");
    temporary_write_text(path, "the old picture");
    set_dot(NULL);
    expect_refused(path, &x, "needs Graphviz (package graphviz)");
    set_dot("#!/bin/sh\nexit 3\n");
    expect_refused(path, &x, "'dot' failed with exit status 3");
    set_dot("#!/bin/sh\nexec <&-\necho half a picture\nkill -KILL $$\n");
    expect_refused(path, &x, "'dot' was killed by signal 9");
    char *text = read_all(path);
    ck_assert_str_eq(text, "the old picture");
    free(text);
    ck_assert_uint_eq(files_there(), 2);

    /* One that never reads is no trouble for however large a graph. */
    static char reason[1 << 20];
    memset(reason, 'x', sizeof reason - 1);
    x.edges[0].reason = reason;
    set_dot("#!/bin/sh\necho a picture\n");
    text = drawn("x.svg", &x);
    ck_assert_str_eq(text, "a picture\n");
    free(text);
}
END_TEST

static Suite *explanation_suite(void)
{
    Suite *suite = suite_create("report_explanation");
    TCase *text = tcase_create("text"), *json = tcase_create("json");
    TCase *dot = tcase_create("dot"), *graph = tcase_create("graph");
    tcase_add_test(text, text_of_a_cycle);
    tcase_add_test(text, text_of_nothing);
    tcase_add_test(text, text_of_little);
    tcase_add_test(text, text_of_several_things);
    tcase_add_test(text, text_of_stacks);
    tcase_add_test(text, text_of_alike_tasks);
    tcase_add_test(text, text_of_other_ends);
    tcase_add_test(text, text_of_other_edges);
    tcase_add_test(text, text_is_wrapped);
    tcase_add_test(text, text_obeys_nobody);
    tcase_add_test(json, json_of_a_cycle);
    tcase_add_test(json, json_of_edges);
    tcase_add_test(json, json_of_hostile_names);
    tcase_add_test(dot, dot_of_a_cycle);
    tcase_add_test(dot, dot_of_other_ends);
    tcase_add_test(dot, dot_of_a_crowd);
    tcase_add_test(dot, dot_quotes_hostile_names);
    tcase_add_checked_fixture(graph, temporary_make, temporary_remove);
    tcase_set_timeout(graph, 60);
    tcase_add_test(graph, graph_as_text);
    tcase_add_test(graph, graph_as_pictures);
    tcase_add_test(graph, graph_needs_a_good_name);
    tcase_add_test(graph, graph_survives_dot);
    suite_add_tcase(suite, text);
    suite_add_tcase(suite, json);
    suite_add_tcase(suite, dot);
    suite_add_tcase(suite, graph);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(explanation_suite());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

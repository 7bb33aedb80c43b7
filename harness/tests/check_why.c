/* check_why.c - tests which processes of the machine are called stuck or dead, and which not; that
 * being looked at changes nothing; and what the command says.
 *
 * The processes here are children of the test, in C; check_why_programs.c has other people's. */
#include "machine.h"

#include <jansson.h>
#include <pty.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/un.h>

static int channel[2], other[2];        /* pipes, made before the children */
static int semaphores = -1, queue = -1; /* System V */

static void make_pipes(void)
{
    ck_assert_int_eq(pipe(channel), 0);
    ck_assert_int_eq(pipe(other), 0);
}

static void close_pipes(void)
{
    for (int i = 0; i < 2; i++) {
        close(channel[i]);
        close(other[i]);
    }
}

static void name(const char *text)
{
    prctl(PR_SET_NAME, text);
}

/* What children do. */
static void read_channel(void)
{
    char byte;
    name("reader");
    close(channel[1]);
    close(other[0]);
    _exit(read(channel[0], &byte, 1) == 1 ? 0 : 1);
}

static void read_other(void)
{
    char byte;
    name("partner");
    close(other[1]);
    close(channel[0]);
    (void)!read(other[0], &byte, 1);
}

static void sleep_holding(void)
{
    name("sleeper");
    sleep(1000);
}

static void spin_holding(void)
{
    static volatile unsigned turns;
    name("spinner");
    for (;;)
        turns++;
}

static void pause_holding(void)
{
    name("pauser");
    pause();
}

static void read_terminal(void)
{
    int ours, theirs;
    char byte;
    name("typist");
    if (openpty(&ours, &theirs, NULL, NULL, NULL) == 0)
        (void)!read(theirs, &byte, 1);
}

static void accept_client(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "s"};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    name("server");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0)
        accept(fd, NULL, NULL);
}

static void heed_child(int number)
{
    (void)number;
}

/* Gets a child at some moment, whose end it would notice, and reads from nobody else. */
static void read_as_parent(void)
{
    static volatile unsigned turns;
    const unsigned some = (unsigned)getpid() * 2654435761U >> 12; /* of a million, as it comes */
    char byte;
    name("parent");
    signal(SIGCHLD, heed_child);
    while (turns < some)
        turns++;
    if (fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close_pipes();
        pause_holding();
    }
    (void)!read(channel[0], &byte, 1);
}

static const struct claim_of_wait READER = {"reader", "read", OBJECT_PIPE};

START_TEST(two_that_read_from_each_other)
{
    make_pipes();
    start(read_channel);
    start(read_other);
    close_pipes();
    AWAIT(WHY_DEADLOCK, READER, {"partner", "read", OBJECT_PIPE});
    ck_assert_int_eq(seen.explanation.chain.kind, CHAIN_CYCLE);
    ck_assert_uint_eq(seen.explanation.n_waits, 2);
    ck_assert(seen.stuck[0] && seen.stuck[1]);
}
END_TEST

/* Who holds the write end besides, and what saves the reader. */
static const struct {
    void (*holds)(void);
    struct claim_of_wait waits;
} saviours[] = {
    {sleep_holding, {"sleeper", "clock_nanosleep", OBJECT_TIME}},
    {spin_holding, {"spinner", "", OBJECT_NONE}},
    {pause_holding, {"pauser", NULL, OBJECT_SIGNAL}},
    {read_terminal, {"typist", "read", OBJECT_FILE}},
    {accept_client, {"server", "accept", OBJECT_UNIX}},
};

START_TEST(a_third_holds_the_pipe)
{
    make_pipes();
    start(read_channel);
    start(read_other);
    start(saviours[_i].holds);
    close_pipes();
    AWAIT(WHY_FREE, READER, {"partner", "read", OBJECT_PIPE}, saviours[_i].waits);
    for (size_t i = 0; i < seen.explanation.n_waits; i++)
        ck_assert(!seen.stuck[i]);
}
END_TEST

/* It depends on whom one asks for. */
START_TEST(only_those_asked_for_count)
{
    make_pipes();
    pid_t reader = start(read_channel);
    start(read_other);
    close_pipes();
    pid_t sleeper = start(sleep_holding);
    AWAIT(WHY_DEADLOCK, READER, {"partner", "read", OBJECT_PIPE},
          {"sleeper", "clock_nanosleep", OBJECT_TIME});
    await_verdict(sleeper, WHY_FREE);
    await_verdict(reader, WHY_DEADLOCK);
    ck_assert_uint_eq(seen.explanation.n_waits, 2);
}
END_TEST

/* The child comes between two of the glances of which a look consists. */
START_TEST(a_child_may_come_meanwhile)
{
    enum { ROUNDS = 30 };
    for (int i = 0; i < ROUNDS; i++) {
        make_pipes();
        pid_t parent = start(read_as_parent);
        close_pipes();
        for (seen.verdict = WHY_FREE; seen.verdict == WHY_FREE;)
            look_at(&parent, 1);
        if (seen.verdict != WHY_STUCK)
            fail_seen("not stuck with a doubt");
        ck_assert_int_eq(kill(parent, SIGKILL), 0);
        ck_assert_int_eq(waitpid(parent, NULL, 0), parent);
    }
}
END_TEST

START_TEST(who_has_ended_is_gone)
{
    siginfo_t end;
    pid_t pid = start(pause_holding);
    kill(pid, SIGKILL);
    ck_assert_int_eq(waitid(P_PID, (id_t)pid, &end, WEXITED | WNOWAIT), 0);
    look_at(&pid, 1);
    ck_assert_int_eq(seen.verdict, WHY_GONE);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    look_at(&pid, 1);
    ck_assert_int_eq(seen.verdict, WHY_GONE);
    look_at(NULL, 0);
    ck_assert_int_eq(seen.verdict, WHY_GONE);
}
END_TEST

static void open_fifo(void)
{
    name("opener");
    open("f", O_RDONLY);
}

static void wait_for_event(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int set = epoll_create1(0);
    name("poller");
    if (epoll_ctl(set, EPOLL_CTL_ADD, channel[0], &event) == 0)
        epoll_wait(set, &event, 1, -1);
}

static void take_semaphore(void)
{
    struct sembuf take = {.sem_op = -1};
    name("taker");
    semop(semaphores, &take, 1);
}

static void receive_message(void)
{
    long message[2];
    name("receiver");
    msgrcv(queue, message, sizeof(long), 0, 0);
}

static const struct {
    void (*waits)(void);
    struct claim_of_wait claim;
} sleepers[] = {
    {read_channel, {"reader", "read", OBJECT_PIPE}},
    {sleep_holding, {"sleeper", "clock_nanosleep", OBJECT_TIME}},
    {pause_holding, {"pauser", NULL, OBJECT_SIGNAL}},
    {accept_client, {"server", "accept", OBJECT_UNIX}},
    {open_fifo, {"opener", "openat", OBJECT_FIFO}},
    {wait_for_event, {"poller", NULL, OBJECT_EPOLL}},
    {take_semaphore, {"taker", NULL, OBJECT_SYSV_SEM}},
    {receive_message, {"receiver", "msgrcv", OBJECT_SYSV_MSG}},
};

enum { SLEEPERS = sizeof sleepers / sizeof sleepers[0] };

/* How often the first thread of the process has been put on a CPU. */
static uint64_t switches_of(pid_t pid)
{
    const struct task task = {.pid = pid, .tid = pid};
    uint64_t switches = 0;
    ck_assert_int_eq(task_read_switches(&view, &task, &switches), 0);
    return switches;
}

/* Not one of them even notices. */
START_TEST(being_looked_at_changes_nothing)
{
    pid_t pids[SLEEPERS];
    uint64_t before[SLEEPERS];
    make_pipes();
    ck_assert_int_eq(mkfifo("f", 0600), 0);
    for (size_t i = 0; i < SLEEPERS; i++)
        pids[i] = start(sleepers[i].waits);
    for (size_t i = 0; i < SLEEPERS; i++)
        await(&sleepers[i].claim, 1, ANY_VERDICT);
    for (size_t i = 0; i < SLEEPERS; i++)
        before[i] = switches_of(pids[i]);
    for (int round = 0; round < 100; round++)
        look();
    for (size_t i = 0; i < SLEEPERS; i++)
        ck_assert_msg(switches_of(pids[i]) == before[i], "%s has run", sleepers[i].claim.name);

    int status;
    ck_assert_int_eq(write(channel[1], "x", 1), 1);
    ck_assert_int_eq(waitpid(pids[0], &status, 0), pids[0]);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x", (unsigned)status);
    close_pipes();
}
END_TEST

/* Stuck, for nobody is there; but anybody may come. */
START_TEST(a_named_object_leaves_a_doubt)
{
    start(take_semaphore);
    start(receive_message);
    AWAIT(WHY_STUCK, {"taker", NULL, OBJECT_SYSV_SEM}, {"receiver", "msgrcv", OBJECT_SYSV_MSG});
    ck_assert_ptr_nonnull(seen.doubt);
}
END_TEST

/* The reader keeps the write end of its own pipe. */
static void read_in_container(void)
{
    char byte;
    if (unshare(CLONE_NEWPID) == 0 && fork() == 0) {
        name("reader");
        (void)!read(channel[0], &byte, 1);
    }
    close_pipes();
    name("host");
    pause();
}

/* There, processes have other numbers than here. */
START_TEST(a_container_leaves_a_doubt)
{
    if (geteuid() != 0)
        return; /* root alone may make one without more ado */
    make_pipes();
    start(read_in_container);
    close_pipes();
    AWAIT(ANY_VERDICT, READER, {"host", NULL, OBJECT_SIGNAL});
    pid_t reader = find_wait(READER)->pid;
    await_verdict(reader, WHY_STUCK);
    ck_assert_ptr_nonnull(strstr(seen.doubt, "container"));
}
END_TEST

/* What one call of the command came to. */
static char said[65536];

/* Runs the command; what it prints on either stream goes to `said`. Returns its exit status. */
static int command(char *const argv[])
{
    int status;
    unlink("said");
    pid_t pid = start_program(argv);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status), "it died of signal %d", WTERMSIG(status));
    int fd = open("said", O_RDONLY);
    ck_assert_int_ne(fd, -1);
    ssize_t n = read(fd, said, sizeof said - 1);
    close(fd);
    ck_assert_int_ge(n, 0);
    said[n] = '\0';
    return WEXITSTATUS(status);
}

#define WHY(...)                                                                                   \
    command((char *[]){(char[]){BUILD_DIR "/brokenpipe"}, (char[]){"why"}, __VA_ARGS__, NULL})
#define S(text) ((char *)(text))

static char *number(pid_t pid)
{
    static char texts[4][16];
    static int next;
    char *text = texts[next++ % 4];
    snprintf(text, sizeof texts[0], "%d", (int)pid);
    return text;
}

static void expect(int got, int status, const char *words)
{
    ck_assert_msg(got == status && strstr(said, words) != NULL,
                  "status %d, wanted %d with '%s'; said:\n%s", got, status, words, said);
}

START_TEST(wrong_usage_is_one_clear_line)
{
    expect(WHY(NULL), 2, "which processes?");
    expect(WHY(S("cat")), 2, "'cat' is no process id");
    expect(WHY(S("0")), 2, "'0' is no process id");
    expect(WHY(S("99999999999999999999")), 2, "is no process id");
    expect(WHY(S("4194305")), 2, "there is no process 4194305"); /* beyond the largest there is */
    expect(WHY(S("--tree")), 2, "needs a value");
    expect(WHY(S("--name"), S("no such name")), 2, "no process is called 'no such name'");
    expect(WHY(S("--user"), S("no such user")), 2, "there is no user 'no such user'");
    expect(WHY(S("--graph"), S("picture.bmp"), number(getpid())), 2, "picture.bmp");
    ck_assert_ptr_eq(strchr(said, '\n'), said + strlen(said) - 1);
    char *itself[] = {S("sh"), S("-c"), S("exec " BUILD_DIR "/brokenpipe why $$"), NULL};
    expect(command(itself), 2, "is this command itself");
    expect(WHY(S("--help")), 0, "a signal from somebody else can\n");
}
END_TEST

START_TEST(kernel_threads_are_refused)
{
    char name[16];
    const struct task kthreadd = {.pid = 2, .tid = 2};
    task_name(&view, &kthreadd, name);
    if (strcmp(name, "kthreadd") == 0)
        expect(WHY(S("2")), 2, "process 2 is a thread of the kernel");
}
END_TEST

START_TEST(missing_permission_is_told_with_what_it_costs)
{
    if (geteuid() == 0)
        return;
    expect(WHY(S("1")), 0, "(pid 1) belongs to root: permission denied: ");
    expect(WHY(S("1")), 0, "run it as root\n");
}
END_TEST

START_TEST(who_is_not_stuck_is_told_with_who_could_wake_it)
{
    char wanted[128];
    make_pipes();
    pid_t sleeper = start(sleep_holding), reader = start(read_channel),
          server = start(accept_client);
    close_pipes();
    AWAIT(WHY_FREE, READER, {"sleeper", "clock_nanosleep", OBJECT_TIME},
          {"server", "accept", OBJECT_UNIX});
    snprintf(wanted, sizeof wanted,
             "nothing is stuck\n\nsleeper (pid %d) in clock_nanosleep: until its time is up\n",
             (int)sleeper);
    expect(WHY(number(sleeper)), 0, wanted);
    snprintf(wanted, sizeof wanted,
             "reader (pid %d) in read: waiting for sleeper (pid %d), which sleeps until its time "
             "is up\n",
             (int)reader, (int)sleeper);
    expect(WHY(number(reader)), 0, wanted);
    snprintf(wanted, sizeof wanted,
             "server (pid %d) in accept: waiting for the outside: ", (int)server);
    expect(WHY(number(server)), 0, wanted);
}
END_TEST

START_TEST(who_is_stuck_is_told_by_all_ways_of_asking)
{
    make_pipes();
    pid_t reader = start(read_channel);
    start(read_other);
    close_pipes();
    start(sleep_holding);
    AWAIT(WHY_DEADLOCK, READER, {"partner", "read", OBJECT_PIPE},
          {"sleeper", "clock_nanosleep", OBJECT_TIME});
    expect(WHY(number(reader)), 1, "partner (pid");
    expect(WHY(S("--name"), S("partner")), 1, "partner (pid");
    expect(WHY(S("--tree"), number(getpid())), 1, "sleeper (pid");
    ck_assert_int_le(WHY(S("--user")), 1);
    expect(WHY(S("--graph"), S("g.dot"), number(reader)), 1, "reader");
    ck_assert_int_eq(access("g.dot", R_OK), 0);
}
END_TEST

START_TEST(json_has_the_verdict_and_the_graph)
{
    make_pipes();
    pid_t reader = start(read_channel);
    start(read_other);
    close_pipes();
    AWAIT(WHY_DEADLOCK, READER, {"partner", "read", OBJECT_PIPE});
    ck_assert_int_eq(WHY(S("--json"), number(reader)), 1);
    json_error_t error;
    json_t *told = json_loads(said, 0, &error);
    ck_assert_msg(told != NULL, "%s in: %s", error.text, said);
    const char *verdict, *kind;
    json_t *stuck, *doubt;
    ck_assert_int_eq(json_unpack(told, "{s:s, s:o, s:o, s:{s:{s:s}}}", "verdict", &verdict, "doubt",
                                 &doubt, "stuck", &stuck, "explanation", "chain", "kind", &kind),
                     0);
    ck_assert(strcmp(verdict, "deadlock") == 0 ? json_is_null(doubt) : json_is_string(doubt));
    ck_assert_uint_eq(json_array_size(stuck), 2);
    ck_assert_str_eq(kind, "cycle");
    json_decref(told);
}
END_TEST

/* System V objects outlive a test that fails: these two are the whole case's. */
static void make_objects(void)
{
    semaphores = semget(IPC_PRIVATE, 1, 0600);
    queue = msgget(IPC_PRIVATE, 0600);
    ck_assert(semaphores != -1 && queue != -1);
}

static void remove_objects(void)
{
    ck_assert_int_eq(semctl(semaphores, 0, IPC_RMID), 0);
    ck_assert_int_eq(msgctl(queue, IPC_RMID, NULL), 0);
}

int main(void)
{
    Suite *suite = suite_create("why");
    TCase *verdicts = tcase_create("verdicts"), *cli = tcase_create("command");
    tcase_add_unchecked_fixture(verdicts, make_objects, remove_objects);
    tcase_add_checked_fixture(verdicts, machine_begin, machine_end);
    tcase_add_checked_fixture(cli, machine_begin, machine_end);
    tcase_set_timeout(verdicts, 120);
    tcase_set_timeout(cli, 120);

    tcase_add_test(verdicts, two_that_read_from_each_other);
    tcase_add_loop_test(verdicts, a_third_holds_the_pipe, 0, sizeof saviours / sizeof saviours[0]);
    tcase_add_test(verdicts, only_those_asked_for_count);
    tcase_add_test(verdicts, a_child_may_come_meanwhile);
    tcase_add_test(verdicts, who_has_ended_is_gone);
    tcase_add_test(verdicts, a_named_object_leaves_a_doubt);
    tcase_add_test(verdicts, a_container_leaves_a_doubt);
    tcase_add_test(verdicts, being_looked_at_changes_nothing);
    suite_add_tcase(suite, verdicts);

    tcase_add_test(cli, wrong_usage_is_one_clear_line);
    tcase_add_test(cli, kernel_threads_are_refused);
    tcase_add_test(cli, missing_permission_is_told_with_what_it_costs);
    tcase_add_test(cli, who_is_not_stuck_is_told_with_who_could_wake_it);
    tcase_add_test(cli, who_is_stuck_is_told_by_all_ways_of_asking);
    tcase_add_test(cli, json_has_the_verdict_and_the_graph);
    suite_add_tcase(suite, cli);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

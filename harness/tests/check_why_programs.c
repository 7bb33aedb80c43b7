/* check_why_programs.c - tests `why` on programs that nobody here wrote: shells, Python, Perl and
 * the usual tools, in the ways in which people get them stuck; and beside each such way one that
 * only looks so.
 *
 * One row a program: one more is one row more. What is claimed is the graph, never the text. */
#include "machine.h"

/* A program that gets stuck, or does not. */
struct row {
    const char *name;
    const char *interpreter, *script; /* sh, bash, python3, perl */
    enum why_verdict verdict;
    struct claim_of_wait waits[4]; /* these tasks wait */
    const char *needs;             /* another program that must be installed, or NULL */
    const char *doubt;             /* WHY_STUCK: what the doubt must speak of, or NULL */
    enum chain_kind chain;         /* of what is stuck */
};

static const struct row rows[] = {
    /* Dead: everybody waits for everybody. */
    {"a parent waits for a child whose output it does not read", "python3",
     "import subprocess\n"
     "child = subprocess.Popen(['head', '-c', '1000000', '/dev/zero'], stdout=subprocess.PIPE)\n"
     "child.wait()\n",
     WHY_DEADLOCK, .waits = {{"python3", "wait4", OBJECT_CHILD}, {"head", "write", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},
    {"a parent writes all before it reads anything", "python3",
     "import subprocess\n"
     "child = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
     "child.stdin.write(b'x' * 1000000)\n",
     WHY_DEADLOCK, .waits = {{"python3", "write", OBJECT_PIPE}, {"cat", "write", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},
    {"a parent wants an answer before it has ended the question", "python3",
     "import subprocess\n"
     "child = subprocess.Popen(['sort'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
     "child.stdin.write(b'x\\n')\n"
     "child.stdin.flush()\n"
     "child.stdout.readline()\n",
     WHY_DEADLOCK, .waits = {{"python3", "read", OBJECT_PIPE}, {"sort", "read", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},
    {"the child keeps its answer in a buffer", "perl",
     "use IPC::Open2; use IO::Handle;"
     "my $pid = open2(my $from, my $to, 'tr', 'a', 'b');"
     "$to->autoflush(1); print $to \"a\\n\"; my $answer = <$from>;",
     WHY_DEADLOCK, .waits = {{"perl", "read", OBJECT_PIPE}, {"tr", "read", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},
    {"a lock is taken twice through two descriptors", "perl",
     "open A, '>l'; flock A, 2; open B, '>l'; flock B, 2;", WHY_DEADLOCK,
     .waits = {{"perl", "flock", OBJECT_LOCK}}, .chain = CHAIN_CYCLE},
    {"a command under a lock takes the lock again", "sh", "flock l sh -c 'flock l true; true'",
     WHY_DEADLOCK,
     .waits = {{"flock", "wait4", OBJECT_CHILD},
               {"sh", "wait4", OBJECT_CHILD},
               {"flock", "flock", OBJECT_LOCK}},
     .needs = "flock", .chain = CHAIN_CYCLE},
    {"a parent waits for a child that waits for its record lock", "python3",
     "import fcntl, os\n"
     "file = open('l', 'w')\n"
     "fcntl.lockf(file, fcntl.LOCK_EX)\n"
     "child = os.fork()\n"
     "if child == 0:\n"
     "    fcntl.lockf(file, fcntl.LOCK_EX)\n"
     "os.waitpid(child, 0)\n",
     WHY_DEADLOCK, .waits = {{"python3", "wait4", OBJECT_CHILD}, {"python3", "fcntl", OBJECT_LOCK}},
     .chain = CHAIN_CYCLE},
    {"a third process in the background holds the pipe", "sh",
     "exec 9>l; flock 9; { flock l true & } | cat; true", WHY_DEADLOCK,
     .waits = {{"sh", "wait4", OBJECT_CHILD},
               {"cat", "read", OBJECT_PIPE},
               {"flock", "flock", OBJECT_LOCK}},
     .needs = "flock", .chain = CHAIN_CYCLE},
    {"a coprocess and its shell fill both pipes", "bash",
     "coproc cat; head -c 1000000 /dev/zero >&${COPROC[1]}; true", WHY_DEADLOCK,
     .waits = {{"bash", "wait4", OBJECT_CHILD},
               {"head", "write", OBJECT_PIPE},
               {"cat", "write", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},
    {"two threads take two locks in opposite order", "python3",
     "import threading\n"
     "locks = threading.Lock(), threading.Lock()\n"
     "both = threading.Barrier(2)\n"
     "def work(first, second):\n"
     "    with locks[first]:\n"
     "        both.wait()\n"
     "        locks[second].acquire()\n"
     "for pair in (0, 1), (1, 0):\n"
     "    threading.Thread(target=work, args=pair).start()\n",
     WHY_DEADLOCK, .waits = {{"python3", "futex", OBJECT_FUTEX}}},
    {"a child is joined before its queue is emptied", "python3",
     "import multiprocessing\n"
     "multiprocessing.set_start_method('fork')\n"
     "queue = multiprocessing.Queue()\n"
     "child = multiprocessing.Process(target=queue.put, args=(b'x' * 1000000,))\n"
     "child.start()\n"
     "child.join()\n",
     WHY_DEADLOCK,
     .waits = {{"python3", "wait4", OBJECT_CHILD},
               {"python3", "futex", OBJECT_FUTEX},
               {"python3", "write", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},
    {"a reader keeps the write end of its pipe", "python3",
     "import os\n"
     "reader, writer = os.pipe()\n"
     "os.read(reader, 1)\n",
     WHY_DEADLOCK, .waits = {{"python3", "read", OBJECT_PIPE}}, .chain = CHAIN_CYCLE},
    {"a reader that polls keeps the write end of its pipe", "python3",
     "import os, select\n"
     "reader, writer = os.pipe()\n"
     "select.select([reader], [], [])\n",
     WHY_DEADLOCK, .waits = {{"python3", NULL, OBJECT_POLL}}},
    {"both ends of a socket pair want to hear the other first", "python3",
     "import os, socket\n"
     "here, there = socket.socketpair()\n"
     "if os.fork() == 0:\n"
     "    here.close()\n"
     "    there.recv(1)\n"
     "there.close()\n"
     "here.recv(1)\n",
     WHY_DEADLOCK, .waits = {{"python3", "recvfrom", OBJECT_UNIX}}, .chain = CHAIN_CYCLE},
    {"nothing more is written to what xargs reads", "python3",
     "import os, subprocess\n"
     "reader, writer = os.pipe()\n"
     "os.set_inheritable(writer, True)\n"
     "subprocess.run(['xargs', 'echo'], stdin=reader, close_fds=False)\n",
     WHY_DEADLOCK, .waits = {{"python3", "wait4", OBJECT_CHILD}, {"xargs", "read", OBJECT_PIPE}},
     .chain = CHAIN_CYCLE},

    /* Stuck, but somebody could still come. */
    {"a shell writes to a FIFO that nobody reads", "bash", "mkfifo f; echo x > f", WHY_STUCK,
     .waits = {{"bash", "openat", OBJECT_FIFO}}, .doubt = "not there yet", .chain = CHAIN_DEAD_END},
    {"a FIFO is read that nobody writes", "sh", "mkfifo f; cat f; true", WHY_STUCK,
     .waits = {{"sh", "wait4", OBJECT_CHILD}, {"cat", "openat", OBJECT_FIFO}},
     .doubt = "not there yet", .chain = CHAIN_DEAD_END},
    {"a process substitution waits for a FIFO", "bash", "mkfifo f; cat <(cat f); true", WHY_STUCK,
     .waits = {{"cat", "read", OBJECT_PIPE}, {"cat", "openat", OBJECT_FIFO}},
     .chain = CHAIN_DEAD_END},
    {"a shell reads a FIFO of which it alone is the writer", "bash",
     "mkfifo f; exec 3<>f; read x <&3", WHY_STUCK, .waits = {{"bash", "read", OBJECT_FIFO}},
     .chain = CHAIN_CYCLE},
    {"dd waits for the end of a FIFO that its shell keeps open", "bash",
     "mkfifo f; exec 3<>f; dd if=f of=/dev/null; true", WHY_STUCK,
     .waits = {{"bash", "wait4", OBJECT_CHILD}, {"dd", "read", OBJECT_FIFO}}, .chain = CHAIN_CYCLE},
    {"tee fills a FIFO that nobody reads", "bash",
     "mkfifo f; exec 3<>f; head -c 200000 /dev/zero | tee f > /dev/null; true", WHY_STUCK,
     .waits = {{"bash", "wait4", OBJECT_CHILD}, {"tee", "write", OBJECT_FIFO}},
     .chain = CHAIN_CYCLE},
    {"sort waits for the end of a FIFO that is kept open", "bash",
     "mkfifo f; exec 3<>f; sort < f; true", WHY_STUCK, .waits = {{"sort", "read", OBJECT_FIFO}},
     .chain = CHAIN_CYCLE},
    {"socat waits for a writer of a FIFO", "sh", "mkfifo f; socat -u OPEN:f - ; true", WHY_STUCK,
     .waits = {{"socat", "openat", OBJECT_FIFO}}, .needs = "socat", .chain = CHAIN_DEAD_END},
    {"a process has stopped itself", "sh", "kill -STOP $$", WHY_STUCK,
     .waits = {{"sh", "", OBJECT_STOPPED}}, .doubt = "SIGCONT"},
    {"two TCP ends want to hear the other first", "python3",
     "import socket, threading\n"
     "server = socket.create_server(('127.0.0.1', 0))\n"
     "here = socket.create_connection(server.getsockname())\n"
     "there = server.accept()[0]\n"
     "threading.Thread(target=there.recv, args=(1,)).start()\n"
     "here.recv(1)\n",
     WHY_STUCK, .waits = {{"python3", "recvfrom", OBJECT_TCP}}, .doubt = ""},
    {"an eventfd that nobody else holds", "python3",
     "import os\n"
     "os.read(os.eventfd(0), 8)\n",
     WHY_STUCK, .waits = {{"python3", "read", OBJECT_EVENTFD}}},

    /* Something that is not to be seen in the call may still end it. */
    {"an alarm is set", "python3",
     "import os, signal\n"
     "reader, writer = os.pipe()\n"
     "signal.alarm(1000)\n"
     "os.read(reader, 1)\n",
     WHY_STUCK, .waits = {{"python3", "read", OBJECT_PIPE}}},
    {"flock gives up after a time", "sh", "flock l flock -w 1000 l true; true", WHY_STUCK,
     .waits = {{"flock", "flock", OBJECT_LOCK}}, .needs = "flock"},
    {"the end of a child will interrupt", "python3",
     "import os, signal, subprocess\n"
     "signal.signal(signal.SIGCHLD, lambda number, frame: None)\n"
     "reader, writer = os.pipe()\n"
     "child = subprocess.Popen(['sleep', '1000'])\n"
     "os.read(reader, 1)\n",
     WHY_STUCK, .waits = {{"python3", "read", OBJECT_PIPE}}},
    {"a descriptor is on its way through a socket", "python3",
     "import os, socket\n"
     "here, there = socket.socketpair()\n"
     "reader, writer = os.pipe()\n"
     "socket.send_fds(here, [b'x'], [os.pipe()[0]])\n"
     "os.read(reader, 1)\n",
     WHY_STUCK, .waits = {{"python3", "read", OBJECT_PIPE}}},

    /* Not stuck. */
    {"the only writer is on its way through a socket", "python3",
     "import os, socket\n"
     "here, there = socket.socketpair()\n"
     "reader, writer = os.pipe()\n"
     "socket.send_fds(here, [b'x'], [writer])\n"
     "os.close(writer)\n"
     "os.read(reader, 1)\n",
     WHY_FREE, .waits = {{"python3", "read", OBJECT_PIPE}}},
    {"the writer sleeps", "sh", "sleep 1000 | cat; true", WHY_FREE,
     .waits = {{"sleep", "clock_nanosleep", OBJECT_TIME}, {"cat", "read", OBJECT_PIPE}}},
    {"a sleeper in the background holds the pipe", "sh", "{ sleep 1000 & } | cat; true", WHY_FREE,
     .waits = {{"sleep", "clock_nanosleep", OBJECT_TIME}, {"cat", "read", OBJECT_PIPE}}},
    {"the writer is busy with something else", "sh", "{ yes > /dev/null; true; } | cat; true",
     WHY_FREE, .waits = {{"cat", "read", OBJECT_PIPE}}},
    {"a server waits for a client", "sh", "nc -l 127.0.0.1 0; true", WHY_FREE,
     .waits = {{"nc", "accept4", OBJECT_TCP}}, .needs = "nc"},
    {"a server accepts", "python3",
     "import socket\n"
     "socket.create_server(('127.0.0.1', 0)).accept()\n",
     WHY_FREE, .waits = {{"python3", "accept4", OBJECT_TCP}}},
    {"a server polls its listening socket", "python3",
     "import select, socket\n"
     "server = socket.socket(socket.AF_UNIX)\n"
     "server.bind('s')\n"
     "server.listen()\n"
     "poll = select.poll()\n"
     "poll.register(server)\n"
     "poll.poll()\n",
     WHY_FREE, .waits = {{"python3", "poll", OBJECT_POLL}}},
    {"the end of a file is followed", "sh", "true > l; tail -f l; true", WHY_FREE,
     .waits = {{"sh", "wait4", OBJECT_CHILD}}},
    {"a process waits for a signal", "python3", "import signal; signal.pause()", WHY_FREE,
     .waits = {{"python3", "pause", OBJECT_SIGNAL}}},
    {"a terminal is read", "python3",
     "import os, pty\n"
     "ours, theirs = pty.openpty()\n"
     "os.read(theirs, 1)\n",
     WHY_FREE, .waits = {{"python3", "read", OBJECT_FILE}}},
};

enum { ROWS = sizeof rows / sizeof rows[0] };

static bool is_installed(const char *program)
{
    char command[128];
    snprintf(command, sizeof command, "command -v %s > /dev/null", program);
    return system(command) == 0;
}

/* What is missing for the row, or NULL. */
static const char *missing(const struct row *row)
{
    if (!is_installed(row->interpreter))
        return row->interpreter;
    return row->needs != NULL && !is_installed(row->needs) ? row->needs : NULL;
}

static size_t count_claims(const struct row *row)
{
    size_t n = 0;
    while (n < sizeof row->waits / sizeof row->waits[0] && row->waits[n].name != NULL)
        n++;
    return n;
}

START_TEST(program)
{
    const struct row *row = &rows[_i];
    const char *lacks = missing(row);
    if (lacks != NULL) {
        printf("skipped, for there is no %s here: %s\n", lacks, row->name);
        return;
    }
    const char *option = strcmp(row->interpreter, "perl") == 0 ? "-e" : "-c";
    char *argv[] = {(char *)row->interpreter, (char *)option, (char *)row->script, NULL};
    start_program(argv);
    await(row->waits, count_claims(row), (int)row->verdict);

    if (seen.verdict == WHY_STUCK && row->doubt != NULL && !is_doubt_of_the_machine(seen.doubt))
        ck_assert_msg(strstr(seen.doubt, row->doubt) != NULL, "%s: %s", row->name, seen.doubt);
    if (row->chain != CHAIN_NONE && seen.explanation.chain.kind != row->chain)
        fail_seen("another kind of chain was wanted");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("why, other people's programs");
    TCase *tc = tcase_create("programs");
    tcase_add_checked_fixture(tc, machine_begin, machine_end);
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, program, 0, ROWS);
    suite_add_tcase(suite, tc);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* stuck STATE - tasks that are stuck over pipes, FIFOs, children and signals. */
#include "stuck.h"

#include <sys/ptrace.h>
#include <sys/stat.h>

/* Leaves no room in the pipe. */
static void fill_pipe(int fd)
{
    int capacity = fcntl(fd, F_GETPIPE_SZ);
    char *block = calloc(1, (size_t)capacity);
    EXPECT(capacity > 0 && block != NULL);
    EXPECT(write(fd, block, (size_t)capacity) == capacity);
    free(block);
}

/* writer: for reader to read from the pipe. */
static void pipe_full(void)
{
    int ends[2];
    MADE();
    EXPECT(pipe(ends) == 0);
    start_idle("reader");
    be("writer");
    EXPECT(close(ends[0]) == 0);
    fill_pipe(ends[1]);
    HERE();
    EXPECT(write(ends[1], "x", 1) == 1);
}

/* reader: for writer to write into the pipe. */
static void pipe_empty(void)
{
    int ends[2];
    char byte;
    MADE();
    EXPECT(pipe(ends) == 0);
    start_idle("writer");
    be("reader");
    EXPECT(close(ends[1]) == 0);
    HERE();
    EXPECT(read(ends[0], &byte, 1) == 1);
}

/* mover: for writer to write into the pipe that it empties into another one. */
static void pipe_spliced(void)
{
    int from[2], to[2];
    EXPECT(pipe(from) == 0);
    start_idle("writer");
    be("mover");
    EXPECT(close(from[1]) == 0 && pipe(to) == 0);
    HERE();
    EXPECT(splice(from[0], NULL, to[1], NULL, 1, 0) == 1);
}

/* reader: for one of two workers, who hold the write end like itself. */
static void pipe_held_by_all(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    start_idle("worker-1");
    start_idle("worker-2");
    be("reader");
    HERE();
    EXPECT(read(ends[0], &byte, 1) == 1);
}

/* reader: for end-of-file, and holds the only write end. */
static void pipe_own_end(void)
{
    int ends[2];
    char text[16];
    MADE();
    EXPECT(pipe(ends) == 0);
    be("reader");
    EXPECT(write(ends[1], "words", 5) == 5 && read(ends[0], text, sizeof text) == 5);
    HERE();
    EXPECT(read(ends[0], text, sizeof text) == 0);
}

/* parent: for child. child: for end-of-file, and holds the only write end. */
static void pipe_forgotten_end(void)
{
    int ends[2];
    char byte;
    MADE();
    EXPECT(pipe(ends) == 0);
    be("parent");
    pid_t pid = start_as("child");
    if (pid == 0) {
        HERE();
        EXPECT(read(ends[0], &byte, 1) == 0);
        _exit(0);
    }
    EXPECT(close(ends[0]) == 0 && close(ends[1]) == 0);
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

/* parent: for child. child: for end-of-file, though parent and it itself hold a write end each. */
static void pipe_held_by_both(void)
{
    int ends[2];
    char byte;
    MADE();
    EXPECT(pipe(ends) == 0);
    be("parent");
    pid_t pid = start_as("child");
    if (pid == 0) {
        HERE();
        EXPECT(read(ends[0], &byte, 1) == 0);
        _exit(0);
    }
    EXPECT(close(ends[0]) == 0);
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

/* reader: for end-of-file, and holds two write ends. */
static void pipe_own_ends(void)
{
    int ends[2];
    char byte;
    MADE();
    EXPECT(pipe(ends) == 0);
    be("reader");
    EXPECT(dup(ends[1]) != -1);
    HERE();
    EXPECT(read(ends[0], &byte, 1) == 0);
}

/* left, right: for each other to read; each keeps the other ends open as well. */
static void pipes_full(void)
{
    int there[2], back[2];
    MADE();
    EXPECT(pipe(there) == 0 && pipe(back) == 0);
    be("left");
    int out = start_as("right") == 0 ? back[1] : there[1];
    fill_pipe(out);
    HERE();
    EXPECT(write(out, "x", 1) == 1);
}

/* parent: for child. child: for parent to read its output. */
static void wait_before_read(void)
{
    int ends[2];
    MADE();
    EXPECT(pipe(ends) == 0);
    be("parent");
    pid_t pid = start_as("child");
    if (pid == 0) {
        EXPECT(close(ends[0]) == 0);
        fill_pipe(ends[1]);
        HERE();
        EXPECT(write(ends[1], "x", 1) == 1);
        _exit(0);
    }
    EXPECT(close(ends[1]) == 0);
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

/* server: for somebody to open the FIFO for writing. */
static void fifo_no_writer(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    be("server");
    HERE();
    open("requests", O_RDONLY);
}

/* server: for somebody to open the FIFO that an absolute link leads to. */
static void fifo_linked(void)
{
    EXPECT(mkfifo("requests", 0600) == 0 && symlink("/tmp/requests", "link") == 0);
    be("server");
    HERE();
    open("/tmp/link", O_RDONLY);
}

/* client: for somebody to open the FIFO for reading. bystander: for a signal. */
static void fifo_no_reader(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    start_idle("bystander");
    be("client");
    HERE();
    open("/tmp/requests", O_WRONLY);
}

/* server, client: for each other to open the other FIFO. */
static void fifo_crossed(void)
{
    EXPECT(mkfifo("requests", 0600) == 0 && mkfifo("replies", 0600) == 0);
    be("server");
    if (start_as("client") == 0) {
        HERE();
        open("replies", O_RDONLY);
    } else {
        HERE();
        open("/tmp/requests", O_RDONLY);
    }
}

/* left, right: for somebody to open the FIFO for writing, which both read. */
static void fifo_same_side(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    be(start_as("right") == 0 ? "right" : "left");
    HERE();
    open("requests", O_RDONLY);
}

/* server: for a writer to write, and is the only one. */
static void fifo_empty(void)
{
    char byte;
    EXPECT(mkfifo("requests", 0600) == 0);
    be("server");
    int fd = open("requests", O_RDWR);
    EXPECT(fd != -1);
    HERE();
    EXPECT(read(fd, &byte, 1) == 1);
}

/* client: for server to read. */
static void fifo_full(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    int both = open("requests", O_RDWR), in = open("requests", O_RDONLY),
        out = open("requests", O_WRONLY);
    EXPECT(both != -1 && in != -1 && out != -1 && close(both) == 0);
    start_idle("server");
    be("client");
    EXPECT(close(in) == 0);
    fill_pipe(out);
    HERE();
    EXPECT(write(out, "x", 1) == 1);
}

/* parent: for the second of its two children. */
static void child(void)
{
    be("parent");
    start_idle("idler");
    pid_t worker = start_idle("worker");
    HERE();
    EXPECT(waitpid(worker, NULL, 0) == worker);
}

/* parent: for any of its two children. A third has ended long since. */
static void child_any(void)
{
    be("parent");
    pid_t ended = start();
    if (ended == 0)
        _exit(0);
    finish(ended);
    start_idle("worker-1");
    start_idle("worker-2");
    HERE();
    EXPECT(wait(NULL) != -1);
}

/* parent: for the child of its own group, not for the one that has left it. */
static void child_of_group(void)
{
    be("parent");
    pid_t other = start_idle("other");
    EXPECT(setpgid(other, other) == 0);
    start_idle("worker");
    HERE();
    EXPECT(waitpid(0, NULL, 0) != -1);
}

/* parent: for any child. sleeper: to be continued. */
static void child_stopped(void)
{
    be("parent");
    if (start_as("sleeper") == 0) {
        HERE();
        raise(SIGSTOP);
    }
    HERE();
    EXPECT(wait(NULL) != -1);
}

/* parent: in vfork(2) for child, which waits for what only the two of them can write. */
static void child_vfork(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    be("parent");
    HERE();
    pid_t pid = vfork();
    EXPECT(pid != -1);
    if (pid == 0) {
        be("child");
        HERE();
        _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
    }
}

/* parent: in vfork(2) for the child that it has just made, not for an older one. */
static void child_vfork_second(void)
{
    be("parent");
    start_idle("idler");
    HERE();
    pid_t pid = vfork();
    EXPECT(pid != -1);
    if (pid == 0) {
        be("child");
        idle();
    }
}

/* tracer: for tracee to write. tracee: for tracer, at whose wish it has stopped, to continue it. */
static void traced(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    be("tracer");
    pid_t pid = start_as("tracee");
    if (pid == 0) {
        EXPECT(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
        HERE();
        raise(SIGSTOP);
        put(ends[1], 'x');
        _exit(0);
    }
    EXPECT(close(ends[1]) == 0 && waitpid(pid, NULL, 0) == pid);
    HERE();
    EXPECT(read(ends[0], &byte, 1) == 1);
}

/* tracer: for its tracee to stop, which is not its child. parent: for any of the two. */
static void tracee(void)
{
    be("parent");
    pid_t pid = start_idle("tracee");
    if (start_as("tracer") == 0) {
        EXPECT(ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0);
        HERE();
        EXPECT(waitpid(pid, NULL, 0) == pid);
    }
    HERE();
    EXPECT(wait(NULL) != -1);
}

/* waiter: for a signal, in pause(2). */
static void signal_pause(void)
{
    be("waiter");
    HERE();
    pause();
}

/* waiter: for SIGUSR1; but what came, and is blocked, is SIGUSR2. */
static void signal_other(void)
{
    sigset_t set = only(SIGUSR1);
    be("waiter");
    block_signal(SIGUSR1);
    block_signal(SIGUSR2);
    EXPECT(raise(SIGUSR2) == 0);
    HERE();
    EXPECT(sigwaitinfo(&set, NULL) == SIGUSR1);
}

/* parent: for sleeper, which can go on by itself in an hour. */
static void asleep(void)
{
    be("parent");
    pid_t pid = start_as("sleeper");
    if (pid == 0) {
        const struct timespec hour = {.tv_sec = 3600};
        HERE();
        nanosleep(&hour, NULL);
        _exit(0);
    }
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

/* parent: for child, which waits for parent to write and has forbidden others to look at it. */
static void undumpable(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    be("parent");
    pid_t pid = start_as("child");
    EXPECT(close(ends[pid == 0 ? 1 : 0]) == 0);
    if (pid == 0) {
        EXPECT(prctl(PR_SET_DUMPABLE, 0) == 0);
        HERE();
        EXPECT(read(ends[0], &byte, 1) == 1);
        _exit(0);
    }
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

STUCK({"pipe-full", pipe_full}, {"pipe-empty", pipe_empty}, {"pipe-held-by-all", pipe_held_by_all},
      {"pipe-own-end", pipe_own_end}, {"pipe-own-ends", pipe_own_ends},
      {"pipe-forgotten-end", pipe_forgotten_end}, {"pipe-held-by-both", pipe_held_by_both},
      {"pipes-full", pipes_full}, {"wait-before-read", wait_before_read},
      {"pipe-spliced", pipe_spliced}, {"fifo-no-writer", fifo_no_writer},
      {"fifo-linked", fifo_linked}, {"fifo-no-reader", fifo_no_reader},
      {"fifo-crossed", fifo_crossed}, {"fifo-same-side", fifo_same_side},
      {"fifo-empty", fifo_empty}, {"fifo-full", fifo_full}, {"child", child},
      {"child-any", child_any}, {"child-of-group", child_of_group},
      {"child-stopped", child_stopped}, {"child-vfork", child_vfork},
      {"child-vfork-second", child_vfork_second}, {"traced", traced}, {"tracee", tracee},
      {"signal-pause", signal_pause}, {"signal-other", signal_other}, {"asleep", asleep},
      {"undumpable", undumpable})

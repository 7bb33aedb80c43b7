/* output WAY [N] - uses standard output, whatever it is, in all the ways in which somebody could
 * come to wait for whoever reads it. Nothing here waits for ever but `dead`. */
#include "../live/expect.h"

#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>

static long n_bytes = 100000;

static void say(const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        EXPECT(n > 0);
        bytes += n;
        length -= (size_t)n;
    }
}

/* Lines of 64 bytes. */
static void put_many(long bytes)
{
    char line[64];
    memset(line, '.', sizeof line);
    line[sizeof line - 1] = '\n';
    for (; bytes > 0; bytes -= (long)sizeof line)
        say(line, bytes < (long)sizeof line ? (size_t)bytes : sizeof line);
}

static void tell_kind(void)
{
    struct stat stat;
    EXPECT(fstat(STDOUT_FILENO, &stat) == 0);
    const char *terminal = ttyname(STDOUT_FILENO);
    printf("%s %s\n",
           S_ISREG(stat.st_mode)    ? "file"
           : S_ISFIFO(stat.st_mode) ? "pipe"
                                    : "device",
           terminal == NULL ? "no terminal" : terminal);
    EXPECT(fstat(STDERR_FILENO, &stat) == 0 && S_ISREG(stat.st_mode));
}

/* Every byte there is, and both ends of a line. */
static void put_every_byte(void)
{
    char all[256];
    for (int i = 0; i < 256; i++)
        all[i] = (char)i;
    say(all, sizeof all);
    say("\n\r\n\t\n", 5);
}

static void put_by_name(void)
{
    int again = open("/dev/stdout", O_WRONLY | O_APPEND | O_NOCTTY);
    EXPECT(again != -1 && write(again, "by name\n", 8) == 8 && close(again) == 0);
}

/* The parent waits for a child that waits for room. */
static void put_by_child(void)
{
    pid_t child = start();
    if (child == 0) {
        put_many(n_bytes);
        _exit(0);
    }
    finish(child);
}

static void make_nonblocking(int more_flags)
{
    int flags = fcntl(STDOUT_FILENO, F_GETFL);
    EXPECT(flags != -1 && fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK | more_flags) == 0);
}

static bool fill(void)
{
    static const char much[65536];
    ssize_t n = 0;
    for (int i = 0; i < 10 && n >= 0; i++)
        n = write(STDOUT_FILENO, much, sizeof much);
    EXPECT(n > 0 || errno == EAGAIN);
    return n < 0;
}

/* Waits for a signal that says there is room again. */
static void wait_for_signal(void)
{
    sigset_t io;
    const struct timespec now = {0};
    sigemptyset(&io);
    sigaddset(&io, SIGIO);
    EXPECT(sigprocmask(SIG_BLOCK, &io, NULL) == 0);
    EXPECT(fcntl(STDOUT_FILENO, F_SETOWN, getpid()) == 0);
    make_nonblocking(O_ASYNC);
    while (sigtimedwait(&io, NULL, &now) > 0)
        ;
    if (fill())
        EXPECT(sigwaitinfo(&io, NULL) == SIGIO);
}

static void wait_for_room(void)
{
    struct pollfd room = {.fd = STDOUT_FILENO, .events = POLLOUT};
    make_nonblocking(0);
    for (int i = 0; i < 10; i++) {
        fill();
        EXPECT(poll(&room, 1, -1) == 1 && (room.revents & POLLOUT) != 0);
    }
}

static void *write_much(void *unused)
{
    put_many(n_bytes);
    return unused;
}

/* One thread waits for room in what the other gives its number to something else. */
static void replace_meanwhile(void)
{
    int ends[2];
    pthread_t writer;
    EXPECT(pipe(ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0);
    EXPECT(fcntl(STDOUT_FILENO, F_DUPFD, 20) == 20);
    EXPECT(pthread_create(&writer, NULL, write_much, NULL) == 0);
    for (int i = 0; i < 100; i++) {
        EXPECT(dup2(ends[1], STDOUT_FILENO) == STDOUT_FILENO);
        char drained[65536];
        while (read(ends[0], drained, sizeof drained) > 0)
            ;
        EXPECT(dup2(20, STDOUT_FILENO) == STDOUT_FILENO);
    }
    EXPECT(pthread_join(writer, NULL) == 0);
}

/* Somebody keeps it open, and says nothing more. */
static void keep_open(void)
{
    if (start() == 0)
        for (;;)
            pause();
    put_many(n_bytes);
}

/* Says something, and waits for itself. */
static void be_dead(void)
{
    int ends[2];
    char byte;
    put_many(n_bytes);
    EXPECT(pipe(ends) == 0 && read(ends[0], &byte, 1) == 0);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*go)(void);
    } WAYS[] = {{"kind", tell_kind},
                {"bytes", put_every_byte},
                {"by-name", put_by_name},
                {"child", put_by_child},
                {"signal", wait_for_signal},
                {"room", wait_for_room},
                {"replaced", replace_meanwhile},
                {"kept", keep_open},
                {"dead", be_dead}};
    EXPECT(argc == 2 || argc == 3);
    if (argc == 3)
        n_bytes = atol(argv[2]);
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++)
        if (strcmp(WAYS[i].name, argv[1]) == 0) {
            WAYS[i].go();
            return 0;
        }
    errx(1, "no such way: %s", argv[1]);
}

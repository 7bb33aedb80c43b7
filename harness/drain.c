/* drain.c - reading a program's standard output while it runs. See drain.h; pipe(7), pty(7). */
#include "drain.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static const char *const KINDS[STDOUT_KINDS] = {
    [STDOUT_FILE] = "file", [STDOUT_PIPE] = "pipe", [STDOUT_TERMINAL] = "terminal"};

const char *stdout_kind_name(enum stdout_kind kind)
{
    return KINDS[kind];
}

int stdout_kind_parse(const char *word)
{
    for (int i = 0; i < STDOUT_KINDS; i++)
        if (strcmp(KINDS[i], word) == 0)
            return i;
    return -1;
}

/* The slave behind `master`, without a CR before each NL, so that what is read is what was
 * written; or -1 with errno. */
static int open_slave(int master)
{
    int unlock = 0;
    struct termios settings;
    if (ioctl(master, TIOCSPTLCK, &unlock) != 0)
        return -1;
    int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (slave < 0)
        return -1;
    if (tcgetattr(slave, &settings) == 0) {
        settings.c_oflag &= ~(tcflag_t)ONLCR;
        if (tcsetattr(slave, TCSANOW, &settings) == 0)
            return slave;
    }
    int saved = errno;
    close(slave);
    errno = saved;
    return -1;
}

static int make_terminal(int ends[2])
{
    ends[0] = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (ends[0] < 0)
        return -1;
    ends[1] = open_slave(ends[0]);
    if (ends[1] >= 0)
        return 0;
    int saved = errno;
    close(ends[0]);
    errno = saved;
    return -1;
}

/* O_NONBLOCK belongs to the open end, not to the pipe: the program's end does block. */
static int make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return -1;
    if (fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
        return 0;
    int saved = errno;
    close(ends[0]);
    close(ends[1]);
    errno = saved;
    return -1;
}

int drain_make(enum stdout_kind kind, int ends[2])
{
    return kind == STDOUT_TERMINAL ? make_terminal(ends) : make_pipe(ends);
}

void drain_init(struct drain *d)
{
    *d = (struct drain){.end = -1, .to = -1, .terminal = -1};
}

void drain_close(struct drain *d)
{
    if (d->end >= 0)
        close(d->end);
    drain_init(d);
}

void drain_open(struct drain *d, int end, int to)
{
    *d = (struct drain){.end = end, .to = to};
    if (ioctl(end, TIOCGPTN, &d->terminal) != 0)
        d->terminal = -1;
}

static void put(struct drain *d, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t n = write(d->to, bytes, length);
        if (n < 0) {
            d->error = errno;
            return;
        }
        bytes += n;
        length -= (size_t)n;
    }
}

void drain_take(struct drain *d)
{
    enum { AT_ONCE = 64 };
    char bytes[65536];
    for (int i = 0; i < AT_ONCE && !drain_is_empty(d); i++) {
        ssize_t n = read(d->end, bytes, sizeof(bytes));
        if (n <= 0)
            return; /* somebody else was faster: a program may read its own output */
        put(d, bytes, (size_t)n);
    }
}

bool drain_is_empty(const struct drain *d)
{
    struct pollfd ready = {.fd = d->end, .events = POLLIN};
    return d->end < 0 || poll(&ready, 1, 0) <= 0 || (ready.revents & POLLIN) == 0;
}

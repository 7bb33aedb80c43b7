/* pipes WAY - makes pipes in all the ways there are, and holds what comes back against pipe(2).
 * Says at the end how many bytes a pipe holds. */
#include "../live/expect.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>

static int capacity(int fd)
{
    int size = fcntl(fd, F_GETPIPE_SZ);
    EXPECT(size > 0);
    return size;
}

static int count_descriptors(void)
{
    int n = 0;
    for (int fd = 0; fd < 1024; fd++)
        n += fcntl(fd, F_GETFD) != -1;
    return n;
}

static void close_both(const int ends[2])
{
    EXPECT(close(ends[0]) == 0 && close(ends[1]) == 0);
}

/* Numbers, flags and modes are those that were asked for, and it is a pipe. */
static void expect_pipe(const int ends[2], int lowest, int flags)
{
    EXPECT(ends[0] == lowest && ends[1] == lowest + 1);
    for (int i = 0; i < 2; i++) {
        struct stat stat;
        int descriptor = fcntl(ends[i], F_GETFD), file = fcntl(ends[i], F_GETFL);
        EXPECT(descriptor == ((flags & O_CLOEXEC) != 0 ? FD_CLOEXEC : 0));
        EXPECT((file & O_ACCMODE) == (i == 0 ? O_RDONLY : O_WRONLY));
        EXPECT((file & O_NONBLOCK) == (flags & O_NONBLOCK));
        EXPECT((file & O_DIRECT) == (i == 0 ? 0 : flags & O_DIRECT)); /* the writer's alone */
        EXPECT(fstat(ends[i], &stat) == 0 && S_ISFIFO(stat.st_mode));
        EXPECT((stat.st_mode & 0777) == 0600 && stat.st_uid == getuid() && stat.st_gid == getgid());
    }
}

static void flags(void)
{
    static const int all[] = {0,
                              O_CLOEXEC,
                              O_NONBLOCK,
                              O_DIRECT,
                              O_CLOEXEC | O_DIRECT,
                              O_NONBLOCK | O_CLOEXEC,
                              O_NONBLOCK | O_DIRECT};
    int ends[2];
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        EXPECT(pipe2(ends, all[i]) == 0);
        expect_pipe(ends, 3, all[i]);
        close_both(ends);
    }
    EXPECT(pipe(ends) == 0);
    expect_pipe(ends, 3, 0);
    close_both(ends);
}

/* The lowest free numbers, wherever they are. */
static void numbers(void)
{
    int ends[2];
    for (int fd = 3; fd < 10; fd++)
        EXPECT(fcntl(1, F_DUPFD, fd) == fd);
    EXPECT(close(4) == 0 && close(8) == 0);
    EXPECT(pipe(ends) == 0 && ends[0] == 4 && ends[1] == 8);
    EXPECT(pipe(ends) == 0 && ends[0] == 10 && ends[1] == 11);
}

/* A call that fails changes nothing. */
static void failures(void)
{
    int before = count_descriptors(), untouched[2] = {-7, -8}, *volatile nowhere = NULL;
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    EXPECT(pipe(nowhere) == -1 && errno == EFAULT);
    EXPECT(pipe((int *)-4096) == -1 && errno == EFAULT);
    int *fixed = mmap(NULL, 2 * page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT(fixed != MAP_FAILED && pipe(fixed) == -1 && errno == EFAULT);
    EXPECT(mprotect(fixed, page, PROT_READ | PROT_WRITE) == 0);
    int *across = fixed + page / sizeof(int) - 1; /* the second number is out of reach */
    EXPECT(pipe(across) == -1 && errno == EFAULT);
    EXPECT(pipe2(untouched, O_APPEND) == -1 && errno == EINVAL);
    EXPECT(pipe2(untouched, -1) == -1 && errno == EINVAL);
    EXPECT(untouched[0] == -7 && untouched[1] == -8);
    EXPECT(count_descriptors() == before);
}

/* With room for one end there is room for none. */
static void full_table(void)
{
    int before = count_descriptors(), untouched[2] = {-7, -8};
    for (rlim_t more = 0; more < 3; more++) {
        struct rlimit limit = {.rlim_cur = (rlim_t)before + more, .rlim_max = 64};
        EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
        if (more < 2) {
            EXPECT(pipe(untouched) == -1 && errno == EMFILE);
            EXPECT(untouched[0] == -7 && untouched[1] == -8);
            EXPECT(count_descriptors() == before);
        } else {
            int ends[2];
            EXPECT(pipe(ends) == 0);
            close_both(ends);
        }
    }
    /* Those above the limit take no room below it. */
    EXPECT(setrlimit(RLIMIT_NOFILE, &(struct rlimit){.rlim_cur = 64, .rlim_max = 64}) == 0);
    EXPECT(fcntl(1, F_DUPFD, 60) == 60);
    EXPECT(setrlimit(RLIMIT_NOFILE,
                     &(struct rlimit){.rlim_cur = (rlim_t)before + 2, .rlim_max = 64}) == 0);
    EXPECT(pipe(untouched) == 0);
    close_both(untouched);
    EXPECT(close(60) == 0);
}

/* Nobody else holds an end: the reader sees the end, the writer that nobody reads. */
static void ends(void)
{
    enum { OFTEN = 200 };
    EXPECT(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    for (int i = 0; i < OFTEN; i++) {
        int both[2];
        char byte;
        EXPECT(pipe(both) == 0 && close(both[1]) == 0);
        EXPECT(read(both[0], &byte, 1) == 0 && close(both[0]) == 0);
        EXPECT(pipe(both) == 0 && close(both[0]) == 0);
        EXPECT(write(both[1], "x", 1) == -1 && errno == EPIPE && close(both[1]) == 0);
    }
}

/* In packet mode each write is one packet. */
static void packets(void)
{
    int both[2];
    char text[10];
    EXPECT(pipe2(both, O_DIRECT | O_NONBLOCK) == 0);
    EXPECT(write(both[1], "one", 3) == 3);
    if (write(both[1], "two", 3) == 3) {
        EXPECT(read(both[0], text, sizeof text) == 3 && memcmp(text, "one", 3) == 0);
        EXPECT(read(both[0], text, sizeof text) == 3 && memcmp(text, "two", 3) == 0);
    } else { /* a packet has a page of its own */
        EXPECT(errno == EAGAIN && capacity(both[0]) == sysconf(_SC_PAGESIZE));
        EXPECT(read(both[0], text, 1) == 1 && text[0] == 'o');
        EXPECT(read(both[0], text, 1) == -1 && errno == EAGAIN);
    }
    close_both(both);
}

/* By its name below /proc it can be opened again, and its size be changed. */
static void owned(void)
{
    int both[2];
    char path[64];
    EXPECT(pipe(both) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", both[0]);
    int again = open(path, O_WRONLY);
    EXPECT(again != -1 && write(again, "x", 1) == 1 && close(again) == 0);
    EXPECT(fcntl(both[1], F_SETPIPE_SZ, 8 * 4096) >= 8 * 4096);
    EXPECT(capacity(both[0]) >= 8 * 4096);
    close_both(both);
}

/* What has gone can be made again, as often as one likes. */
static void again(void)
{
    for (int i = 0; i < 300; i++) {
        int both[2];
        EXPECT(pipe(both) == 0);
        expect_pipe(both, 3, 0);
        close_both(both);
    }
}

/* As many as there is room for. */
static void fill(void)
{
    int both[2], n = 0;
    while (pipe(both) == 0) {
        EXPECT(capacity(both[0]) == sysconf(_SC_PAGESIZE));
        n++;
    }
    EXPECT(errno == EMFILE);
    EXPECT(dup(STDIN_FILENO) != -1 && dup(STDIN_FILENO) == -1); /* one number was left */
    printf("%d pipes\n", n);
    exit(0);
}

static void *make_many(void *unused)
{
    for (int i = 0; i < 100; i++) {
        int both[2];
        EXPECT(pipe(both) == 0);
        EXPECT(write(both[1], &i, sizeof i) == sizeof i);
        int back;
        EXPECT(read(both[0], &back, sizeof back) == sizeof back && back == i);
        close_both(both);
    }
    return unused;
}

/* Threads and processes at once. */
static void crowd(void)
{
    enum { THREADS = 4, PROCESSES = 4 };
    pthread_t threads[THREADS];
    pid_t processes[PROCESSES];
    for (int i = 0; i < PROCESSES; i++)
        if ((processes[i] = start()) == 0) {
            make_many(NULL);
            _exit(0);
        }
    for (int i = 0; i < THREADS; i++)
        EXPECT(pthread_create(&threads[i], NULL, make_many, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        EXPECT(pthread_join(threads[i], NULL) == 0);
    for (int i = 0; i < PROCESSES; i++)
        finish(processes[i]);
}

/* Who is killed while it makes one takes nobody with it. */
static void killed(void)
{
    for (int i = 0; i < 50; i++) {
        pid_t child = start();
        if (child == 0)
            for (;;) {
                int both[2];
                if (pipe(both) == 0)
                    close_both(both);
            }
        struct timespec moment = {.tv_nsec = 20000L * i};
        nanosleep(&moment, NULL);
        EXPECT(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
    }
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*go)(void);
    } WAYS[] = {{"flags", flags},     {"numbers", numbers}, {"failures", failures},
                {"full", full_table}, {"ends", ends},       {"packets", packets},
                {"owned", owned},     {"again", again},     {"fill", fill},
                {"crowd", crowd},     {"killed", killed}};
    int both[2];
    EXPECT(argc == 2);
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++)
        if (strcmp(WAYS[i].name, argv[1]) == 0)
            WAYS[i].go();
    EXPECT(pipe(both) == 0);
    printf("%d\n", capacity(both[0]));
    return 0;
}

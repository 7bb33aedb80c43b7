/* makers WAY [SEED] - makes pipes and pairs of sockets, and does with them what makes it hard to
 * know afterwards which call made which.
 *
 * Of those that are there at the end it says on stdout "DEVICE INODE LINE", the line being that of
 * the call, or 0 where nobody can know; "DEVICE INODE LINE?" where it is known only with luck. Then
 * it says "done", and waits for its standard input. */
#include "../live/expect.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Makes a pipe, or a pair of sockets, at this line. */
#define PIPE(m)                                                                                    \
    do {                                                                                           \
        EXPECT(pipe((m)->fds) == 0);                                                               \
        (m)->line = __LINE__;                                                                      \
    } while (0)
#define PAIR(m)                                                                                    \
    do {                                                                                           \
        EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, (m)->fds) == 0);                                \
        (m)->line = __LINE__;                                                                      \
    } while (0)

struct made {
    int fds[2], line;
};

static void tell(int fd, int line, const char *mark)
{
    struct stat stat;
    EXPECT(fstat(fd, &stat) == 0);
    EXPECT(dprintf(STDOUT_FILENO, "%lu %lu %d%s\n", (unsigned long)stat.st_dev,
                   (unsigned long)stat.st_ino, line, mark) > 0);
}

static void tell_all(const struct made *made, size_t n)
{
    for (size_t i = 0; i < n; i++)
        tell(made[i].fds[0], made[i].line, "");
}

static void close_all(const struct made *m)
{
    EXPECT(close(m->fds[0]) == 0 && close(m->fds[1]) == 0);
}

static void say_done(void)
{
    EXPECT(dprintf(STDOUT_FILENO, "done\n") > 0);
}

static _Noreturn void wait_for_the_end(void)
{
    char byte;
    EXPECT(read(STDIN_FILENO, &byte, 1) >= 0);
    _exit(0);
}

/* A child that holds what its parent held. */
static void start_holder(void)
{
    if (start() == 0)
        wait_for_the_end();
}

static void several(void)
{
    struct made made[3];
    PIPE(&made[0]);
    PIPE(&made[1]);
    made[2].line = __LINE__ + 1;
    EXPECT(pipe2(made[2].fds, O_CLOEXEC) == 0);
    tell_all(made, 3);
}

/* The second gets the first one's numbers, the fourth the third one's, which was looked up. */
static void numbers_again(void)
{
    struct made made[4];
    PIPE(&made[0]);
    close_all(&made[0]);
    PIPE(&made[1]);
    PIPE(&made[2]);
    PIPE(&made[3]);
    close_all(&made[2]);
    close_all(&made[3]);
    PIPE(&made[2]);
    PIPE(&made[3]);
    tell_all(&made[1], 3);
}

static void one_end_closed(void)
{
    struct made made[2];
    PIPE(&made[0]);
    EXPECT(close(made[0].fds[1]) == 0);
    PIPE(&made[1]);
    EXPECT(close(made[1].fds[0]) == 0);
    tell(made[0].fds[0], made[0].line, "");
    tell(made[1].fds[1], made[1].line, "");
}

/* Under other numbers: no trace of them is left. */
static void moved(void)
{
    struct made made;
    PIPE(&made);
    int copy = fcntl(made.fds[0], F_DUPFD, 20);
    EXPECT(copy == 20);
    close_all(&made);
    tell(copy, 0, "");
}

/* Under the second one's number lies the first one's read end, so what the second made is not
 * certain. */
static void covered(void)
{
    struct made made[2];
    PIPE(&made[0]);
    PIPE(&made[1]);
    int copy = fcntl(made[1].fds[0], F_DUPFD, 20);
    EXPECT(copy == 20 && dup2(made[0].fds[0], made[1].fds[0]) == made[1].fds[0]);
    tell(made[0].fds[0], made[0].line, "");
    tell(copy, 0, "");
    EXPECT(close(made[1].fds[1]) == 0);
}

/* The call fails, and its numbers go to a pipe that somebody else has made. */
static void failed(void)
{
    struct made made;
    PIPE(&made);
    int *volatile nowhere = NULL;
    EXPECT(pipe(nowhere) == -1 && errno == EFAULT);
    EXPECT(dup(made.fds[0]) == made.fds[1] + 1 && dup(made.fds[1]) == made.fds[1] + 2);
    tell(made.fds[0], made.line, "");
}

/* As shells do it: the children have one end each, the parent none, and all pipes the same
 * numbers. */
static void handed_on(void)
{
    struct made made[3];
    for (int i = 0; i < 3; i++) {
        switch (i) {
        case 0:
            PIPE(&made[i]);
            break;
        case 1:
            PIPE(&made[i]);
            break;
        default:
            PIPE(&made[i]);
        }
        for (int end = 0; end < 2; end++)
            if (start() == 0) {
                EXPECT(close(made[i].fds[end]) == 0);
                wait_for_the_end();
            }
        tell(made[i].fds[0], made[i].line, "");
        close_all(&made[i]);
    }
}

/* The child makes one under the numbers that its parent's had. */
static void made_by_child(void)
{
    struct made made, its;
    PIPE(&made);
    int copy = fcntl(made.fds[0], F_DUPFD, 20);
    EXPECT(copy == 20);
    pid_t child = start();
    close_all(&made);
    if (child == 0) {
        PIPE(&its);
        tell(its.fds[0], its.line, "");
        tell(copy, 0, "");
        start_holder(); /* so that somebody else holds it too */
        say_done();
        wait_for_the_end();
    }
    wait_for_the_end();
}

/* The maker has ended. The second was never looked up while it lived: only if it is init that has
 * adopted the holder, it is known who that is. */
static void maker_gone(void)
{
    struct made made[2];
    pid_t maker = start();
    if (maker == 0) {
        PIPE(&made[0]);
        PIPE(&made[1]);
        tell(made[0].fds[0], made[0].line, "");
        tell(made[1].fds[0], made[1].line, "?");
        start_holder();
        _exit(0);
    }
    finish(maker);
}

/* The maker has become another program: what is at its addresses now is not what called. */
static void executed(void)
{
    struct made made;
    if (start() == 0) {
        PIPE(&made);
        tell(made.fds[0], made.line, "");
        say_done();
        execlp("cat", "cat", (char *)NULL);
        err(1, "cat");
    }
    wait_for_the_end();
}

static struct made by_handler;

static void make_in_handler(int signal)
{
    (void)signal;
    PIPE(&by_handler);
}

static void in_handler_and_vfork(void)
{
    static struct made by_child;
    EXPECT(sigaction(SIGUSR1, &(struct sigaction){.sa_handler = make_in_handler}, NULL) == 0);
    EXPECT(raise(SIGUSR1) == 0);
    tell(by_handler.fds[0], by_handler.line, "");
    pid_t child = vfork();
    EXPECT(child != -1);
    if (child == 0) {
        int ends[2];
        _exit(pipe(ends) == 0 && close(ends[0]) == 0 ? 0 : 1);
    }
    finish(child);
    PIPE(&by_child);
    tell(by_child.fds[1], by_child.line, "");
}

static void pairs(void)
{
    struct made made[3];
    PAIR(&made[0]);
    PAIR(&made[1]);
    PAIR(&made[2]);
    tell_all(made, 3);
    tell(made[0].fds[1], made[0].line, "");
    tell(made[2].fds[1], made[2].line, "");
    /* Parent and child keep one each. */
    if (start() == 0) {
        EXPECT(close(made[1].fds[1]) == 0);
        wait_for_the_end();
    }
    tell(made[1].fds[1], made[1].line, "");
    EXPECT(close(made[1].fds[0]) == 0);
}

/* Other sockets under the numbers of a pair: alone, and connected by name. */
static void no_pair(void)
{
    struct made made;
    struct sockaddr address = {.sa_family = AF_UNIX};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(listener != -1 && bind(listener, &address, sizeof(sa_family_t)) == 0);
    EXPECT(listen(listener, 1) == 0);
    union {
        struct sockaddr any;
        struct sockaddr_storage all;
    } bound;
    socklen_t length = sizeof bound;
    EXPECT(getsockname(listener, &bound.any, &length) == 0);
    PAIR(&made);
    close_all(&made);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(client == made.fds[0] && connect(client, &bound.any, length) == 0);
    int server = accept(listener, NULL, NULL);
    EXPECT(server == made.fds[1]);
    tell(client, 0, "");
    tell(server, 0, "");
}

/* More than are kept, and every second one found out about. The last are known. */
static void many(void)
{
    struct made made[2];
    for (int i = 0; i < 300; i++) {
        PIPE(&made[0]);
        PIPE(&made[1]);
        if (i < 299) {
            close_all(&made[0]);
            close_all(&made[1]);
        }
    }
    tell_all(made, 2);
}

static void *make_in_thread(void *which)
{
    struct made made;
    for (int i = 0; i < 100; i++) {
        if (i > 0)
            close_all(&made);
        if (which == NULL)
            PIPE(&made);
        else
            PIPE(&made);
    }
    tell(made.fds[0], made.line, "?");
    tell(made.fds[1], made.line, "?");
    return NULL;
}

/* Two threads race for descriptors: whose is whose is seldom certain. */
static void threads(void)
{
    struct made made;
    pthread_t one, other;
    static int not_null;
    EXPECT(pthread_create(&one, NULL, make_in_thread, NULL) == 0);
    EXPECT(pthread_create(&other, NULL, make_in_thread, &not_null) == 0);
    EXPECT(pthread_join(one, NULL) == 0 && pthread_join(other, NULL) == 0);
    PIPE(&made);
    tell(made.fds[0], made.line, "");
}

/* Under the numbers of the second lies the first, moved away and back. */
static void moved_back(void)
{
    struct made made[2];
    PIPE(&made[0]);
    EXPECT(dup2(made[0].fds[0], 20) == 20 && dup2(made[0].fds[1], 21) == 21);
    close_all(&made[0]);
    PIPE(&made[1]);
    EXPECT(dup2(20, made[1].fds[0]) != -1 && dup2(21, made[1].fds[1]) != -1);
    EXPECT(close(20) == 0 && close(21) == 0);
    tell(made[0].fds[0], 0, "");
}

/* Two descriptors on their way through a socket, or the place for them. */
struct parcel {
    char byte;
    struct iovec content;
    _Alignas(struct cmsghdr) unsigned char control[CMSG_SPACE(2 * sizeof(int))];
    struct msghdr message;
};

static void wrap(struct parcel *p, const int fds[2])
{
    *p = (struct parcel){.content = {.iov_base = &p->byte, .iov_len = 1},
                         .message = {.msg_iov = &p->content,
                                     .msg_iovlen = 1,
                                     .msg_control = p->control,
                                     .msg_controllen = sizeof p->control}};
    struct cmsghdr *header = CMSG_FIRSTHDR(&p->message);
    header->cmsg_len = CMSG_LEN(2 * sizeof(int));
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    memcpy(CMSG_DATA(header), fds, 2 * sizeof(int));
}

/* What another process has made and sent lies under the numbers of what the receiver had made. */
static void sent(void)
{
    struct made pair, made, its;
    struct parcel parcel;
    PAIR(&pair);
    PIPE(&made);
    close_all(&made);
    pid_t child = start();
    if (child == 0) {
        PIPE(&its);
        wrap(&parcel, its.fds);
        EXPECT(sendmsg(pair.fds[1], &parcel.message, 0) == 1);
        _exit(0);
    }
    finish(child);
    wrap(&parcel, made.fds);
    EXPECT(recvmsg(pair.fds[0], &parcel.message, 0) == 1);
    memcpy(its.fds, CMSG_DATA(CMSG_FIRSTHDR(&parcel.message)), sizeof its.fds);
    EXPECT(its.fds[0] == made.fds[0] && its.fds[1] == made.fds[1]);
    tell(its.fds[0], 0, "");
    tell(pair.fds[0], pair.line, "");
}

/* A program of random calls that keeps account of what it makes; depending on the seed, also of
 * sockets, and in several processes. */
struct account {
    bool sockets, forks;
    sem_t told; /* by each process */
    int processes;
    size_t n;
    struct {
        ino_t inode;
        int line;
    } all[1000];
};

static struct account *account;

static void enter(const struct made *made)
{
    for (int i = 0; i < 2; i++) {
        struct stat stat;
        EXPECT(fstat(made->fds[i], &stat) == 0);
        size_t n = __atomic_fetch_add(&account->n, 1, __ATOMIC_SEQ_CST);
        EXPECT(n < sizeof account->all / sizeof account->all[0]);
        account->all[n].inode = stat.st_ino;
        account->all[n].line = made->line;
    }
}

static int line_entered(int fd)
{
    struct stat stat;
    if (fstat(fd, &stat) == 0)
        for (size_t i = 0; i < account->n; i++)
            if (account->all[i].inode == stat.st_ino)
                return account->all[i].line;
    return 0;
}

static void make_somewhere(void)
{
    struct made made;
    switch (random() % (account->sockets ? 6 : 4)) {
    case 0:
        PIPE(&made);
        break;
    case 1:
        PIPE(&made);
        break;
    case 2:
        PIPE(&made);
        break;
    case 3:
        PIPE(&made);
        break;
    case 4:
        PAIR(&made);
        break;
    default:
        PAIR(&made);
    }
    enter(&made);
}

/* By EFAULT, or by EMFILE. */
static void fail_to_make(void)
{
    struct rlimit limit;
    int ends[2], *volatile nowhere = NULL;
    if (random() % 2 == 0) {
        EXPECT(pipe(nowhere) == -1);
        return;
    }
    EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    rlim_t before = limit.rlim_cur;
    limit.rlim_cur = 0;
    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0 && pipe(ends) == -1);
    limit.rlim_cur = before;
    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

enum { LOWEST = 3, HIGHEST = 8 };

static int any_number(void)
{
    return LOWEST + (int)(random() % (HIGHEST - LOWEST + 1));
}

/* Two numbers in a row, where a pipe's ends often are. */
static void choose_two(int fds[2])
{
    fds[0] = any_number();
    fds[1] = fds[0] + 1;
}

static void move_two(void)
{
    int from[2], to[2];
    choose_two(from);
    choose_two(to);
    for (int i = 0; i < 2; i++)
        if (dup2(from[i], to[i]) == to[i] && from[i] != to[i])
            EXPECT(close(from[i]) == 0);
}

/* Sends or receives two, if there is a socket, and something to send or to receive. */
static void pass_two(void)
{
    struct parcel parcel;
    int fds[2], over = any_number();
    choose_two(fds);
    wrap(&parcel, fds);
    ssize_t n = random() % 2 == 0 ? sendmsg(over, &parcel.message, MSG_DONTWAIT | MSG_NOSIGNAL)
                                  : recvmsg(over, &parcel.message, MSG_DONTWAIT);
    (void)n;
}

static void do_something(void)
{
    switch (random() % 16) {
    case 0:
    case 1:
    case 2:
        make_somewhere();
        break;
    case 3:
        fail_to_make();
        break;
    case 4:
    case 5:
        (void)!dup2(any_number(), any_number());
        break;
    case 6:
    case 7:
    case 8:
        move_two();
        break;
    case 9:
    case 10:
    case 11:
        close(any_number());
        break;
    case 12:
    case 13:
    case 14:
        pass_two();
        break;
    default:
        if (account->forks && __atomic_load_n(&account->processes, __ATOMIC_SEQ_CST) < 5) {
            __atomic_fetch_add(&account->processes, 1, __ATOMIC_SEQ_CST);
            if (start() == 0)
                srandom((unsigned)getpid());
        }
    }
}

static void at_random(void)
{
    enum { STEPS = 25 };
    account =
        mmap(NULL, sizeof *account, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(account != MAP_FAILED && sem_init(&account->told, 1, 0) == 0);
    account->processes = 1;
    account->sockets = random() % 2 == 0;
    account->forks = random() % 2 == 0;
    pid_t first = getpid();
    for (int i = 0; i < STEPS; i++)
        do_something();
    for (int fd = LOWEST; fd < HIGHEST + 10; fd++)
        if (line_entered(fd) != 0)
            tell(fd, line_entered(fd), "?");
    EXPECT(sem_post(&account->told) == 0);
    if (getpid() != first)
        wait_for_the_end();
    for (int i = 0; i < account->processes; i++)
        EXPECT(sem_wait(&account->told) == 0);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*go)(void);
    } WAYS[] = {{"several", several},     {"numbers-again", numbers_again},
                {"moved", moved},         {"one-end-closed", one_end_closed},
                {"covered", covered},     {"failed", failed},
                {"handed-on", handed_on}, {"made-by-child", made_by_child},
                {"executed", executed},   {"maker-gone", maker_gone},
                {"pairs", pairs},         {"in-handler-and-vfork", in_handler_and_vfork},
                {"no-pair", no_pair},     {"many", many},
                {"threads", threads},     {"moved-back", moved_back},
                {"sent", sent},           {"at-random", at_random}};
    EXPECT(argc == 2 || argc == 3);
    srandom(argc == 3 ? (unsigned)atoi(argv[2]) : 0);
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++)
        if (strcmp(WAYS[i].name, argv[1]) == 0) {
            WAYS[i].go();
            say_done();
            wait_for_the_end();
        }
    errx(1, "no such way: %s", argv[1]);
}

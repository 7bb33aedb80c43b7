/* stuck HOW - a few named processes that wait for each other in the way HOW, for ever. Each says on
 * stdout who it is: "NAME PID". */
#include "../live/loopback.h"

#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/stat.h>

static void be(const char *name)
{
    EXPECT(prctl(PR_SET_NAME, name) == 0);
    EXPECT(dprintf(STDOUT_FILENO, "%s %d\n", name, (int)getpid()) > 0);
}

static _Noreturn void wait_for_signal(void)
{
    sigset_t none;
    EXPECT(sigemptyset(&none) == 0);
    sigsuspend(&none);
    errx(1, "a signal came");
}

/* A child that waits for a signal and holds what its parent held open. */
static pid_t start_idle(const char *name)
{
    pid_t pid = start();
    if (pid != 0)
        return pid;
    be(name);
    wait_for_signal();
}

static void fill(int fd)
{
    static char block[1 << 16];
    while (write(fd, block, sizeof block) > 0)
        ;
    errx(1, "a write ended");
}

static void pipe_full(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    start_idle("reader");
    be("writer");
    EXPECT(close(ends[0]) == 0);
    fill(ends[1]);
}

static void pipe_empty(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    start_idle("writer");
    be("reader");
    EXPECT(close(ends[1]) == 0);
    get(ends[0]);
}

/* The reader and its children all hold the write end that nobody closes. */
static void pipe_held_by_all(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    start_idle("worker");
    start_idle("worker");
    be("reader");
    get(ends[0]);
}

static void fifo_open(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    if (start() == 0) {
        EXPECT(mkfifo("replies", 0600) == 0);
        be("client");
        open("replies", O_RDONLY);
    } else {
        be("server");
        open("/tmp/requests", O_WRONLY);
    }
}

static void fifo_empty(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    be("server");
    int fd = open("requests", O_RDWR);
    EXPECT(fd != -1);
    get(fd);
}

static void child(void)
{
    be("parent");
    start_idle("idler");
    pid_t worker = start_idle("worker");
    waitpid(worker, NULL, 0);
}

static void mqueue_full(void)
{
    be("sender");
    mqd_t queue = mq_open("/jobs", O_CREAT | O_WRONLY, 0600, NULL);
    EXPECT(queue != (mqd_t)-1);
    while (mq_send(queue, "job", 3, 0) == 0)
        ;
}

static void mqueue_empty(void)
{
    char message[1 << 14];
    be("receiver");
    mqd_t queue = mq_open("/jobs", O_CREAT | O_RDONLY, 0600, NULL);
    EXPECT(queue != (mqd_t)-1 && mq_unlink("/jobs") == 0);
    mq_receive(queue, message, sizeof message, NULL);
}

struct letter {
    long type;
    char text[1024];
};

static void msg_full(void)
{
    const struct letter letter = {.type = 1};
    be("sender");
    int queue = msgget(0x4d2, IPC_CREAT | 0600);
    EXPECT(queue != -1);
    while (msgsnd(queue, &letter, sizeof letter.text, 0) == 0)
        ;
}

static void msg_no_match(void)
{
    struct letter letter = {.type = 1};
    be("receiver");
    int queue = msgget(0x4d2, IPC_CREAT | 0600);
    EXPECT(queue != -1 && msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, 7, 0) != -1);
}

static void msg_empty(void)
{
    struct letter letter;
    be("receiver");
    int queue = msgget(IPC_PRIVATE, 0600);
    EXPECT(queue != -1);
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, 0, 0) != -1);
}

static void sem_set(void)
{
    struct sembuf both[] = {{.sem_num = 0, .sem_op = -1}, {.sem_num = 2, .sem_op = -1}};
    be("taker");
    int set = semget(IPC_PRIVATE, 3, 0600);
    EXPECT(set != -1);
    semop(set, both, 2);
}

static void sem_named(void)
{
    be("taker");
    sem_t *semaphore = sem_open("/ready", O_CREAT, 0600, 0);
    EXPECT(semaphore != SEM_FAILED);
    sem_wait(semaphore);
}

static void sem_own(void)
{
    sem_t semaphore;
    be("taker");
    EXPECT(sem_init(&semaphore, 0, 0) == 0);
    sem_wait(&semaphore);
}

static void lock(void)
{
    int here = open("data", O_CREAT | O_RDWR, 0600);
    EXPECT(here != -1 && flock(here, LOCK_EX) == 0);
    start_idle("holder");
    be("taker");
    int again = open("data", O_RDWR);
    EXPECT(again != -1);
    flock(again, LOCK_EX);
}

static void tcp_full(void)
{
    int pair[2];
    tcp_pair(pair);
    if (start() == 0) {
        be("receiver");
        EXPECT(close(pair[0]) == 0);
        wait_for_signal();
    }
    be("sender");
    EXPECT(close(pair[1]) == 0);
    fill(pair[0]);
}

static void unix_empty(void)
{
    int pair[2];
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    if (start() == 0) {
        be("server");
        EXPECT(close(pair[0]) == 0);
        wait_for_signal();
    }
    be("client");
    EXPECT(close(pair[1]) == 0);
    get(pair[0]);
}

static void stopped(void)
{
    be("parent");
    if (start() == 0) {
        be("sleeper");
        raise(SIGSTOP);
    }
    wait(NULL);
}

/* One thread waits for the other, which waits for a signal. */
static void *wait_as_thread(void *unused)
{
    EXPECT(prctl(PR_SET_NAME, "helper") == 0);
    wait_for_signal();
    return unused;
}

static void threads(void)
{
    pthread_t helper;
    be("leader");
    EXPECT((errno = pthread_create(&helper, NULL, wait_as_thread, NULL)) == 0);
    pthread_join(helper, NULL);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*be_stuck)(void);
    } WAYS[] = {{"pipe-full", pipe_full},
                {"pipe-empty", pipe_empty},
                {"pipe-held-by-all", pipe_held_by_all},
                {"fifo-open", fifo_open},
                {"fifo-empty", fifo_empty},
                {"child", child},
                {"mqueue-full", mqueue_full},
                {"mqueue-empty", mqueue_empty},
                {"msg-full", msg_full},
                {"msg-no-match", msg_no_match},
                {"msg-empty", msg_empty},
                {"sem-set", sem_set},
                {"sem-named", sem_named},
                {"sem-own", sem_own},
                {"lock", lock},
                {"tcp-full", tcp_full},
                {"unix-empty", unix_empty},
                {"stopped", stopped},
                {"threads", threads}};

    EXPECT(argc == 2);
    for (size_t i = 0; i < sizeof WAYS / sizeof WAYS[0]; i++)
        if (strcmp(WAYS[i].name, argv[1]) == 0)
            WAYS[i].be_stuck();
    errx(1, "not stuck: %s", argv[1]);
}

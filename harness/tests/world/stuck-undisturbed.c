/* stuck-undisturbed STATE - a thread for each call that a careless look from outside would end
 * early, with EINTR or otherwise. A call that returns says so on stderr. */
#include "stuck.h"

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/stat.h>

static int own_pipe[2];

static void in_read(void)
{
    char byte;
    read(own_pipe[0], &byte, 1);
}

static void in_poll(void)
{
    struct pollfd set = {.fd = own_pipe[0], .events = POLLIN};
    poll(&set, 1, -1);
}

static void in_epoll_wait(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int epoll = epoll_create1(0);
    EXPECT(epoll != -1 && epoll_ctl(epoll, EPOLL_CTL_ADD, own_pipe[0], &event) == 0);
    epoll_wait(epoll, &event, 1, -1);
}

static void in_semop(void)
{
    struct sembuf take = {.sem_op = -1};
    int set = semget(IPC_PRIVATE, 1, 0600);
    EXPECT(set != -1);
    semop(set, &take, 1);
}

static void in_msgrcv(void)
{
    struct {
        long type;
        char text[8];
    } letter;
    int queue = msgget(IPC_PRIVATE, 0600);
    EXPECT(queue != -1);
    msgrcv(queue, &letter, sizeof letter.text, 0, 0);
}

static void in_mq_receive(void)
{
    char byte;
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 1};
    mqd_t queue = mq_open("/jobs", O_CREAT | O_RDWR, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1);
    mq_receive(queue, &byte, 1, NULL);
}

static void in_sem_wait(void)
{
    sem_t semaphore;
    EXPECT(sem_init(&semaphore, 0, 0) == 0);
    sem_wait(&semaphore);
}

static void in_flock(void)
{
    int locked = open("data", O_CREAT | O_RDWR, 0600), again = open("data", O_RDWR);
    EXPECT(locked != -1 && again != -1 && flock(locked, LOCK_EX) == 0);
    flock(again, LOCK_EX);
}

static void in_open(void)
{
    EXPECT(mkfifo("requests", 0600) == 0);
    open("requests", O_RDONLY);
}

static void in_sigwaitinfo(void)
{
    sigset_t set = only(SIGUSR1);
    block_signal(SIGUSR1);
    sigwaitinfo(&set, NULL);
}

static void in_pause(void)
{
    pause();
}

/* Keeps the whole from being a proved deadlock. */
static void in_nanosleep(void)
{
    const struct timespec hour = {.tv_sec = 3600};
    nanosleep(&hour, NULL);
}

static void *call(void *blocking)
{
    const struct state *state = blocking;
    be(state->name);
    state->enter();
    warn("%s has returned", state->name);
    return NULL;
}

/* Each in the call that is its name. */
static void threads(void)
{
    static struct state calls[] = {{"read", in_read},
                                   {"poll", in_poll},
                                   {"epoll_wait", in_epoll_wait},
                                   {"semop", in_semop},
                                   {"msgrcv", in_msgrcv},
                                   {"mq_receive", in_mq_receive},
                                   {"sem_wait", in_sem_wait},
                                   {"flock", in_flock},
                                   {"open", in_open},
                                   {"sigwaitinfo", in_sigwaitinfo},
                                   {"pause", in_pause},
                                   {"nanosleep", in_nanosleep}};
    pthread_t thread;
    EXPECT(pipe(own_pipe) == 0);
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++)
        EXPECT((errno = pthread_create(&thread, NULL, call, &calls[i])) == 0);
    be("leader");
    idle();
}

STUCK({"threads", threads})

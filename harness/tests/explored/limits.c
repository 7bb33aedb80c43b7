/* limits KIND - a call with a time limit of 50 s for what never comes, or a timer: it must end by
 * its limit, say so, and the clocks must show that it took its time. */
#include "../live/expect.h"

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>

enum { LIMIT_S = 50 };

static int ends[2];

static struct timespec later(clockid_t clock)
{
    struct timespec t;
    EXPECT(clock_gettime(clock, &t) == 0);
    t.tv_sec += LIMIT_S;
    return t;
}

static void by_poll(void)
{
    struct pollfd one = {.fd = ends[0], .events = POLLIN};
    EXPECT(poll(&one, 1, LIMIT_S * 1000) == 0 && one.revents == 0);
}

static void by_select(void)
{
    struct timeval limit = {.tv_sec = LIMIT_S};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    EXPECT(select(ends[0] + 1, &set, NULL, NULL, &limit) == 0);
    EXPECT(!FD_ISSET(ends[0], &set) && limit.tv_sec == 0 && limit.tv_usec == 0);
}

static void by_epoll(void)
{
    struct epoll_event event = {.events = EPOLLIN};
    int fd = epoll_create1(0);
    EXPECT(fd != -1 && epoll_ctl(fd, EPOLL_CTL_ADD, ends[0], &event) == 0);
    EXPECT(epoll_wait(fd, &event, 1, LIMIT_S * 1000) == 0);
}

static void by_sem(void)
{
    sem_t sem;
    struct timespec at = later(CLOCK_REALTIME);
    EXPECT(sem_init(&sem, 0, 0) == 0);
    EXPECT(sem_timedwait(&sem, &at) == -1 && errno == ETIMEDOUT);
}

static void by_cond(void)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    struct timespec at = later(CLOCK_REALTIME);
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    EXPECT(pthread_cond_timedwait(&cond, &mutex, &at) == ETIMEDOUT);
}

static void by_mq(void)
{
    struct timespec at = later(CLOCK_REALTIME);
    struct mq_attr attr = {.mq_maxmsg = 1, .mq_msgsize = 8};
    char text[8];
    mqd_t queue = mq_open("/limits", O_RDWR | O_CREAT, 0600, &attr);
    EXPECT(queue != (mqd_t)-1 && mq_unlink("/limits") == 0);
    EXPECT(mq_timedreceive(queue, text, sizeof text, NULL, &at) == -1 && errno == ETIMEDOUT);
    EXPECT(mq_close(queue) == 0);
}

static void by_semop(void)
{
    struct timespec limit = {.tv_sec = LIMIT_S};
    struct sembuf take = {.sem_op = -1};
    int set = semget(IPC_PRIVATE, 1, 0600);
    EXPECT(set != -1);
    EXPECT(semtimedop(set, &take, 1, &limit) == -1 && errno == EAGAIN);
    EXPECT(semctl(set, 0, IPC_RMID) == 0);
}

static void by_sigwait(void)
{
    struct timespec limit = {.tv_sec = LIMIT_S};
    sigset_t set = only(SIGUSR1);
    EXPECT(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    EXPECT(sigtimedwait(&set, NULL, &limit) == -1 && errno == EAGAIN);
}

static void by_recv(void)
{
    struct timeval limit = {.tv_sec = LIMIT_S};
    int pair[2];
    char byte;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    EXPECT(setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0);
    EXPECT(recv(pair[0], &byte, 1, 0) == -1 && errno == EAGAIN);
}

static void by_alarm(void)
{
    catch_signal(SIGALRM, count_signal);
    EXPECT(alarm(LIMIT_S) == 0);
    EXPECT(pause() == -1 && errno == EINTR && signals_caught == 1);
}

static void by_itimer(void)
{
    const struct itimerval every = {.it_interval.tv_sec = LIMIT_S / 5,
                                    .it_value.tv_sec = LIMIT_S / 5};
    catch_signal(SIGALRM, count_signal);
    sigset_t open = block_signal(SIGALRM);
    EXPECT(setitimer(ITIMER_REAL, &every, NULL) == 0);
    while (signals_caught < 5)
        EXPECT(sigsuspend(&open) == -1);
}

static void by_timer(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    const struct itimerspec once = {.it_value.tv_sec = LIMIT_S};
    sigset_t set = only(SIGUSR1);
    siginfo_t info;
    timer_t timer;
    EXPECT(sigprocmask(SIG_BLOCK, &set, NULL) == 0);
    EXPECT(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
    EXPECT(timer_settime(timer, 0, &once, NULL) == 0);
    EXPECT(sigwaitinfo(&set, &info) == SIGUSR1 && info.si_code == SI_TIMER);
    EXPECT(timer_delete(timer) == 0);
}

static void by_timerfd(void)
{
    const struct itimerspec once = {.it_value.tv_sec = LIMIT_S};
    uint64_t times;
    int fd = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(fd != -1 && timerfd_settime(fd, 0, &once, NULL) == 0);
    EXPECT(read(fd, &times, sizeof times) == sizeof times && times == 1);
}

static void by_sleep(void)
{
    EXPECT(sleep(LIMIT_S) == 0);
}

static const struct {
    const char *name;
    void (*wait)(void);
} kinds[] = {
    {"poll", by_poll},       {"select", by_select},   {"epoll", by_epoll}, {"sem", by_sem},
    {"cond", by_cond},       {"mq", by_mq},           {"semop", by_semop}, {"recv", by_recv},
    {"sigwait", by_sigwait}, {"alarm", by_alarm},     {"timer", by_timer}, {"itimer", by_itimer},
    {"sleep", by_sleep},     {"timerfd", by_timerfd},
};

int main(int argc, char *argv[])
{
    EXPECT(pipe(ends) == 0);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (argc > 1 && strcmp(kinds[i].name, argv[1]) == 0) {
            double begin = now_ms();
            kinds[i].wait();
            EXPECT(now_ms() - begin >= LIMIT_S * 1e3);
            return 0;
        }
    errx(2, "no such kind");
}

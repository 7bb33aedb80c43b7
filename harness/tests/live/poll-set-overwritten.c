/* A thread polls, without a time limit, what its memory says is an eventfd that nobody writes to.
 * Woken by the timerfd that was in the same memory when the call began. */
#include "await_call.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

static struct pollfd set = {.events = POLLIN};
static atomic_int poller;

static void *wait_for_set(void *unused)
{
    poller = gettid();
    EXPECT(poll(&set, 1, -1) == 1);
    return unused;
}

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    int never = eventfd(0, 0), timer = timerfd_create(CLOCK_MONOTONIC, 0);
    EXPECT(never != -1 && timer != -1);
    set.fd = timer;
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, wait_for_set, NULL) == 0);
    while (poller == 0)
        sleep_ms(1);
    await_call(poller, SYS_poll);
    EXPECT(timerfd_settime(timer, 0, &once, NULL) == 0);
    set.fd = never;
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}

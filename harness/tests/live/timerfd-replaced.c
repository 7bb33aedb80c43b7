/* A thread reads from descriptor N, which is an eventfd that nobody writes to; so it seems.
 * Woken because N was a timerfd when the call began, and that is what it waits for. The other
 * thread has since armed it, and put the eventfd in its place. */
#include "await_call.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

static int fd;
static atomic_int reader;

static void *read_timer(void *unused)
{
    unsigned long long expirations;
    reader = gettid();
    EXPECT(read(fd, &expirations, sizeof expirations) == sizeof expirations && expirations == 1);
    return unused;
}

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    EXPECT((fd = timerfd_create(CLOCK_MONOTONIC, 0)) != -1);
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, read_timer, NULL) == 0);
    while (reader == 0)
        sleep_ms(1);
    await_call(reader, SYS_read);
    EXPECT(timerfd_settime(fd, 0, &once, NULL) == 0);
    int never = eventfd(0, 0);
    EXPECT(never != -1 && dup2(never, fd) == fd && close(never) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}

/* Reads from an eventfd that no process writes to.
 * Woken by asynchronous I/O (io_submit(2)): it polls a timerfd and reports to the eventfd. */
#include "expect.h"

#include <linux/aio_abi.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>

int main(void)
{
    const struct itimerspec once = {.it_value.tv_nsec = 30000000};
    aio_context_t context = 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, 0), event = eventfd(0, 0);
    EXPECT(timer != -1 && event != -1);
    if (syscall(SYS_io_setup, 1, &context) == -1) {
        warn("asynchronous I/O is not allowed here, so it cannot wake anyone");
        return 0;
    }
    struct iocb poll = {.aio_lio_opcode = IOCB_CMD_POLL,
                        .aio_fildes = (unsigned)timer,
                        .aio_buf = POLLIN,
                        .aio_flags = IOCB_FLAG_RESFD,
                        .aio_resfd = (unsigned)event},
                *list = &poll;
    EXPECT(syscall(SYS_io_submit, context, 1, &list) == 1);
    EXPECT(timerfd_settime(timer, 0, &once, NULL) == 0);
    unsigned long long completions;
    EXPECT(read(event, &completions, sizeof completions) == sizeof completions);
    EXPECT(completions == 1);
    return 0;
}

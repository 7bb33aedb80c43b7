/* Reads from a signalfd; nobody is there to send the signal. */
#include "stamp.h"

#include <sys/signalfd.h>

int main(void)
{
    struct signalfd_siginfo info;
    sigset_t set = only(SIGUSR1);
    block_signal(SIGUSR1);
    int fd = signalfd(-1, &set, 0);
    EXPECT(fd != -1);
    stamp();
    EXPECT(read(fd, &info, sizeof info) == sizeof info);
    woken();
}

/* Waits in sigsuspend() beside a timer whose value nobody else can read: it lies in memory that not
 * even the kernel reads for others, memfd_secret(2). Woken by it. */
#include "expect.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>

int main(void)
{
    sigset_t open = block_signal(SIGALRM);
    struct itimerval *once;
    catch_signal(SIGALRM, count_signal);
    int fd = (int)syscall(SYS_memfd_secret, 0);
    if (fd == -1)
        return 0; /* this kernel has none */
    EXPECT(ftruncate(fd, 4096) == 0);
    once = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    EXPECT(once != MAP_FAILED);
    once->it_value.tv_usec = 60000;
    EXPECT(setitimer(ITIMER_REAL, once, NULL) == 0);
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    return 0;
}

/* Reads from an eventfd that no process writes to.
 * Woken by a timeout of 30 ms in an io_uring, whose completions are reported to the eventfd. */
#include "expect.h"

#include <linux/io_uring.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/syscall.h>

static unsigned char *map(int ring, off_t what, size_t size)
{
    unsigned char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, ring, what);
    EXPECT(memory != MAP_FAILED);
    return memory;
}

int main(void)
{
    struct io_uring_params p = {0};
    int ring = (int)syscall(SYS_io_uring_setup, 1, &p), event = eventfd(0, 0);
    if (ring == -1 && (errno == ENOSYS || errno == EPERM)) {
        warn("io_uring is not allowed here, so it cannot wake anyone");
        return 0;
    }
    EXPECT(ring != -1 && event != -1);
    EXPECT(syscall(SYS_io_uring_register, ring, IORING_REGISTER_EVENTFD, &event, 1) == 0);
    unsigned char *queue = map(ring, IORING_OFF_SQ_RING, 4096);
    struct io_uring_sqe *entry = (void *)map(ring, IORING_OFF_SQES, sizeof *entry);
    struct __kernel_timespec limit = {.tv_nsec = 30000000};
    *entry = (struct io_uring_sqe){
        .opcode = IORING_OP_TIMEOUT, .fd = -1, .addr = (unsigned long)&limit, .len = 1};
    ((unsigned *)(void *)(queue + p.sq_off.array))[0] = 0;
    __atomic_store_n((unsigned *)(void *)(queue + p.sq_off.tail), 1, __ATOMIC_RELEASE);
    EXPECT(syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) == 1);
    unsigned long long completions;
    EXPECT(read(event, &completions, sizeof completions) == sizeof completions);
    EXPECT(completions == 1);
    return 0;
}

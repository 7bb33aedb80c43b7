/* A parent is held in vfork(2), in state D, while its child sleeps before it becomes another
 * program, which sleeps too. Woken by the exec, then by the child's end. */
#include "expect.h"

int main(int argc, char **argv)
{
    if (argc == 2) {
        sleep_ms(15);
        return 0;
    }
    double begin = now_ms();
    pid_t child = vfork();
    EXPECT(child != -1);
    if (child == 0) {
        const struct timespec span = {.tv_nsec = 15000000};
        nanosleep(&span, NULL);
        execl(argv[0], argv[0], "second image", (char *)NULL);
        _exit(1);
    }
    EXPECT(now_ms() - begin >= 15);
    finish(child);
    return 0;
}

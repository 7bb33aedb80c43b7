/* busy-wait [ordered] - two processes raise their flags and then wait for the other's to be down,
 * computing. Both flags up: both wait for ever. ordered: the child raises its own when it is told.
 */
#include "../live/expect.h"

#include <sys/mman.h>

static void enter(volatile int *mine, volatile int *others)
{
    *mine = 1;
    EXPECT(getppid() != -1); /* here the other may come in between */
    while (*others)
        ;
    *mine = 0;
}

int main(int argc, char *argv[])
{
    bool ordered = argc > 1 && strcmp(argv[1], "ordered") == 0;
    volatile int *flags =
        mmap(NULL, 3 * sizeof *flags, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(flags != MAP_FAILED);
    pid_t child = start();
    if (child == 0) {
        while (ordered && !flags[2])
            ;
        enter(&flags[1], &flags[0]);
        _exit(0);
    }
    enter(&flags[0], &flags[1]);
    EXPECT(getppid() != -1);
    flags[2] = 1;
    finish(child);
    return 0;
}

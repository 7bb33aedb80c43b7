/* Two processes that meet in shared memory five times, each looking there until the other has come;
 * with an argument they make a system call between two looks. */
#include <err.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MEETINGS = 5 };

/* Of each, how often it has come. */
struct counts {
    atomic_int setter, waiter;
};

static void meet(atomic_int *mine, const atomic_int *others, bool calls)
{
    for (int i = 0; i < MEETINGS; i++) {
        ++*mine;
        while (*others <= i)
            if (calls)
                getppid();
    }
}

int main(int argc, char *argv[])
{
    struct counts *counts =
        mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    (void)argv;
    if (counts == MAP_FAILED)
        err(1, "mmap");
    pid_t setter = fork();
    if (setter < 0 || prctl(PR_SET_NAME, setter == 0 ? "setter" : "waiter") != 0)
        err(1, "cannot begin");
    if (setter == 0) {
        meet(&counts->setter, &counts->waiter, argc > 1);
        _exit(0);
    }
    meet(&counts->waiter, &counts->setter, argc > 1);
    if (waitpid(setter, NULL, 0) != setter)
        err(1, "waitpid");
    printf("met %d times\n", counts->setter);
    return 0;
}

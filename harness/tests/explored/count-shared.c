/* count-shared [print] - parent and child add one to a shared counter, with a system call between
 * reading and writing it. Ends with status 1 if one is lost; print: says the sum instead. */
#include "../live/expect.h"

#include <sys/mman.h>

static int *counter;

static void add_one(void)
{
    int before = *counter;
    EXPECT(getppid() != -1);
    *counter = before + 1;
}

int main(int argc, char *argv[])
{
    counter =
        mmap(NULL, sizeof *counter, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(counter != MAP_FAILED);
    pid_t child = start();
    add_one();
    if (child == 0)
        _exit(0);
    finish(child);
    if (argc > 1 && strcmp(argv[1], "print") == 0)
        return printf("sum %d\n", *counter) > 0 ? 0 : 2;
    return *counter == 2 ? 0 : 1;
}

/* The parent sleeps for a second, and then looks whether its child has written a byte; with an
 * argument it asks again, with a sleep in between, until the byte is there. */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char *argv[])
{
    int ends[2], looks = 0;
    char byte;
    ssize_t n;

    (void)argv;
    if (pipe2(ends, O_NONBLOCK) != 0)
        err(1, "pipe2");
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0)
        _exit(write(ends[1], "x", 1) != 1);
    do {
        sleep(1);
        n = read(ends[0], &byte, 1);
        looks++;
    } while (n != 1 && argc > 1);
    if (waitpid(child, NULL, 0) != child)
        err(1, "waitpid");
    puts(n == 1 ? (looks > 1 ? "there in the end" : "there at once") : "not there");
    return 0;
}

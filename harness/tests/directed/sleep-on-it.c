/* The parent sleeps for a second, and then looks whether its child has written a byte. The argument
 * "again": it asks again, with a sleep in between, until the byte is there; "poll" and "select": it
 * sleeps by waiting for no descriptor at all. */
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

static void sleep_by(const char *call)
{
    struct timeval second = {.tv_sec = 1};

    if (strcmp(call, "poll") == 0)
        poll(NULL, 0, 1000);
    else if (strcmp(call, "select") == 0)
        select(0, NULL, NULL, NULL, &second);
    else
        sleep(1);
}

int main(int argc, char *argv[])
{
    const char *how = argc > 1 ? argv[1] : "";
    int ends[2], looks = 0;
    char byte;
    ssize_t n;

    if (pipe2(ends, O_NONBLOCK) != 0)
        err(1, "pipe2");
    pid_t child = fork();
    if (child < 0)
        err(1, "fork");
    if (child == 0)
        _exit(write(ends[1], "x", 1) != 1);
    do {
        sleep_by(how);
        n = read(ends[0], &byte, 1);
        looks++;
    } while (n != 1 && strcmp(how, "again") == 0);
    if (waitpid(child, NULL, 0) != child)
        err(1, "waitpid");
    puts(n == 1 ? (looks > 1 ? "there in the end" : "there at once") : "not there");
    return 0;
}

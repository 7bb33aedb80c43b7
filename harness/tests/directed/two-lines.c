/* A writer and a reader: the writer says "one\n" and "two\n" through a pipe, and the reader prints
 * what each of its reads brings, and whether it saw the end; then the parent prints how the writer
 * ended. The first argument is another name for the reader; the second, how many calls the writer
 * makes before each line that have nothing to do with it. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd, const char *line, long calls)
{
    while (calls-- > 0)
        getppid();
    if (write(fd, line, 4) != 4)
        err(1, "write");
}

static int listen_to(int fd)
{
    char text[64];
    ssize_t n;
    int reads = 0;

    for (; (n = read(fd, text, sizeof text)) > 0; reads++)
        printf("%zd ", n);
    return n == 0 ? reads : -1;
}

int main(int argc, char *argv[])
{
    long calls = argc > 2 ? atol(argv[2]) : 0;
    int ends[2], status, reads;
    pid_t writer;

    if (prctl(PR_SET_NAME, argc > 1 ? argv[1] : "reader") != 0 || pipe(ends) != 0 ||
        (writer = fork()) < 0)
        err(1, "cannot begin");
    if (writer == 0) {
        if (prctl(PR_SET_NAME, "writer") != 0)
            err(1, "prctl");
        say(ends[1], "one\n", calls);
        say(ends[1], "two\n", calls);
        _exit(0);
    }
    close(ends[1]);
    reads = listen_to(ends[0]);
    if (waitpid(writer, &status, 0) != writer)
        err(1, "waitpid");
    printf("in %d reads; the writer %s\n", reads, WIFSIGNALED(status) ? "was killed" : "ended");
    return 0;
}

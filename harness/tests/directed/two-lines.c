/* A writer and a reader: the writer says "one\n" and "two\n" through a pipe, and the reader prints
 * what each of its reads brings, and whether it saw the end; then the parent prints how the writer
 * ended. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(int fd, const char *line)
{
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

int main(void)
{
    int ends[2], status, reads;
    pid_t writer;

    if (prctl(PR_SET_NAME, "reader") != 0 || pipe(ends) != 0 || (writer = fork()) < 0)
        err(1, "cannot begin");
    if (writer == 0) {
        if (prctl(PR_SET_NAME, "writer") != 0)
            err(1, "prctl");
        say(ends[1], "one\n");
        say(ends[1], "two\n");
        _exit(0);
    }
    close(ends[1]);
    reads = listen_to(ends[0]);
    if (waitpid(writer, &status, 0) != writer)
        err(1, "waitpid");
    printf("in %d reads; the writer %s\n", reads, WIFSIGNALED(status) ? "was killed" : "ended");
    return 0;
}

/* A client asks a server to double numbers: requests go through one FIFO, replies come back through
 * another.
 *
 *     broken [REQUESTS [hangup]]
 *
 * Each side first opens the FIFO that it will read. Opening a FIFO waits until somebody opens its
 * other end, so each waits in its first open for the other's second. With `hangup` the client
 * leaves without saying goodbye. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOODBYE = 0 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void serve(void)
{
    int requests = check(open("requests", O_RDONLY), "open");
    int replies = check(open("replies", O_WRONLY), "open");
    long number, answered = 0;

    while (check(read(requests, &number, sizeof number), "read") > 0 && number != GOODBYE) {
        number *= 2;
        check(write(replies, &number, sizeof number), "write");
        answered++;
    }
    check(close(requests), "close");
    check(close(replies), "close");
    check(printf("answered %ld requests\n", answered), "printf");
}

static void ask(long count, int goodbye)
{
    int replies = check(open("replies", O_RDONLY), "open");
    int requests = check(open("requests", O_WRONLY), "open");
    long reply;

    for (long number = 1; number <= count; number++) {
        check(write(requests, &number, sizeof number), "write");
        if (check(read(replies, &reply, sizeof reply), "read") == 0 || reply != 2 * number)
            errx(EXIT_FAILURE, "no answer to request %ld", number);
    }
    if (goodbye)
        check(write(requests, &(long){GOODBYE}, sizeof(long)), "write");
    check(close(requests), "close");
    check(close(replies), "close");
}

int main(int argc, char *argv[])
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    int status;

    check(mkfifo("requests", 0600), "mkfifo");
    check(mkfifo("replies", 0600), "mkfifo");

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "server"), "prctl");
        serve();
        exit(EXIT_SUCCESS);
    }
    check(prctl(PR_SET_NAME, "client"), "prctl");
    ask(count, argc <= 2);

    check(wait(&status), "wait");
    check(unlink("requests"), "unlink");
    check(unlink("replies"), "unlink");
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

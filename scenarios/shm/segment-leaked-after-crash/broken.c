/* A client starts servers, one after the other. A server fills a shared memory object, which the
 * client opens by its name.
 *
 *     broken [SIGNAL...]
 *
 * Each server is ended by a SIGNAL, or by itself (0). It removes the object when it ends. But
 * whoever is killed does nothing more: the object stays, with its memory and its name, and the
 * next server cannot make its own. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NAME "/numbers"
enum { NUMBERS = 100 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void say_done(int peer)
{
    check(write(peer, "", 1), "write");
}

/* Whether the peer has said it, and not ended. */
static bool hear_done(int peer)
{
    char byte;

    return check(read(peer, &byte, 1), "read") == 1;
}

static long *map_numbers(int flags)
{
    const size_t size = NUMBERS * sizeof(long);
    int object = (int)check(shm_open(NAME, flags, 0600), "shm_open");

    if (flags & O_CREAT)
        check(ftruncate(object, (off_t)size), "ftruncate");
    long *numbers = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, object, 0);
    if (numbers == MAP_FAILED)
        err(EXIT_FAILURE, "mmap");
    check(close(object), "close");
    return numbers;
}

static void serve(int client)
{
    long *numbers = map_numbers(O_RDWR | O_CREAT | O_EXCL);

    for (long i = 0; i < NUMBERS; i++)
        numbers[i] = i + 1;
    say_done(client);
    hear_done(client); /* it has opened the object */
    say_done(client);
    hear_done(client); /* it needs the server no more */
    check(shm_unlink(NAME), "shm_unlink");
}

static long use(int server, pid_t pid, int signal)
{
    long sum = 0;

    if (!hear_done(server))
        errx(EXIT_FAILURE, "the server did not start");
    long *numbers = map_numbers(O_RDWR);
    say_done(server);
    hear_done(server);
    if (signal != 0)
        check(kill(pid, signal), "kill");
    check(close(server), "close");
    check(waitpid(pid, NULL, 0), "waitpid");
    for (long i = 0; i < NUMBERS; i++)
        sum += numbers[i];
    check(munmap(numbers, NUMBERS * sizeof(long)), "munmap");
    return sum;
}

int main(int argc, char *argv[])
{
    long sum = 0;

    check(prctl(PR_SET_NAME, "client"), "prctl");
    for (int i = 1; i < argc; i++) {
        int ends[2];
        check(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), "socketpair");
        pid_t pid = (pid_t)check(fork(), "fork");
        if (pid == 0) {
            check(prctl(PR_SET_NAME, "server"), "prctl");
            check(dup2(ends[1], STDIN_FILENO), "dup2"); /* as from inetd */
            check(close(ends[0]), "close");
            check(close(ends[1]), "close");
            serve(STDIN_FILENO);
            exit(EXIT_SUCCESS);
        }
        check(close(ends[1]), "close");
        sum += use(ends[0], pid, atoi(argv[i]));
    }
    check(printf("%d servers, sum of their numbers %ld\n", argc - 1, sum), "printf");
    return EXIT_SUCCESS;
}

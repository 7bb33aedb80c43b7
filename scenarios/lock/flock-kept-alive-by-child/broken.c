/* A manager runs a service again and again. A service that runs has its directory locked, so that
 * there is never a second one. It starts an agent, which goes on when the service has ended: until
 * the end of the session, when the manager closes a pipe.
 *
 *     broken [RUNS]
 *
 * The lock belongs to the open file description, and the agent has inherited a descriptor of it. So
 * the lock lives as long as the agent, and the next service waits for it. Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

/* The agent has nothing to do here, but to wait for the end of the session. */
static int be_agent(void)
{
    char byte;

    check(prctl(PR_SET_NAME, "agent"), "prctl");
    check(read(STDIN_FILENO, &byte, sizeof byte), "read");
    return EXIT_SUCCESS;
}

static void start_agent(const char *program, int session)
{
    if (check(fork(), "fork") > 0)
        return;
    check(dup2(session, STDIN_FILENO), "dup2");
    check(close(session), "close");
    execl(program, program, "agent", NULL);
    err(EXIT_FAILURE, "%s", program);
}

/* What only one service at a time may do. */
static void work(void)
{
    int file = check(open("service.pid", O_WRONLY | O_CREAT | O_EXCL, 0600), "service.pid");

    check(dprintf(file, "%ld\n", (long)getpid()), "write");
    check(close(file), "close");
    check(unlink("service.pid"), "unlink");
}

static void serve(const char *program, int session)
{
    int lock = check(open(".", O_RDONLY | O_DIRECTORY), "open");

    check(flock(lock, LOCK_EX), "flock");
    start_agent(program, session);
    work();
    check(close(lock), "close");
}

int main(int argc, char *argv[])
{
    if (argc > 1 && strcmp(argv[1], "agent") == 0)
        return be_agent();

    long runs = argc > 1 ? strtol(argv[1], NULL, 10) : 2;
    int session[2], status, killed = 0;

    check(prctl(PR_SET_NAME, "manager"), "prctl");
    check(prctl(PR_SET_CHILD_SUBREAPER, 1), "prctl"); /* the agents will be its children */
    check(pipe(session), "pipe");
    for (long run = 0; run < runs; run++) {
        pid_t service = check(fork(), "fork");
        if (service == 0) {
            check(prctl(PR_SET_NAME, "service"), "prctl");
            check(close(session[1]), "close");
            serve(argv[0], session[0]);
            check(close(session[0]), "close");
            exit(EXIT_SUCCESS);
        }
        check(waitpid(service, &status, 0), "waitpid");
        killed += WIFSIGNALED(status);
        if (!WIFSIGNALED(status) && status != 0)
            errx(EXIT_FAILURE, "the service failed");
    }
    check(close(session[0]), "close");
    check(close(session[1]), "close");
    while (wait(NULL) > 0)
        continue;
    check(printf("%ld runs, %d killed\n", runs, killed), "printf");
    return EXIT_SUCCESS;
}

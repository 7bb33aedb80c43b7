/* Takes a lock file, with an argument in two steps that another can come between; says so, and
 * gives it back. Exit status 3: another instance has it. Its children are its own alone. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static int take(int in_two_steps)
{
    if (!in_two_steps)
        return open("lock", O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (access("lock", F_OK) == 0) {
        errno = EEXIST;
        return -1;
    }
    return open("lock", O_CREAT | O_WRONLY, 0600);
}

int main(int argc, char *argv[])
{
    (void)argv;
    int lock = take(argc > 1);
    if (lock < 0 && errno == EEXIST)
        return 3;
    if (lock < 0 || (unlink("lock") != 0 && errno != ENOENT))
        err(1, "lock");
    close(lock);
    if (wait(NULL) != -1 || errno != ECHILD)
        errx(2, "somebody else's child");
    return 0;
}

/* The holder takes a process-shared semaphore, and posts it; then the parent does. It prints who
 * was killed. */
#include <err.h>
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int main(void)
{
    sem_t *sem = mmap(NULL, sizeof *sem, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int status;

    if (sem == MAP_FAILED || sem_init(sem, 1, 1) != 0 || prctl(PR_SET_NAME, "parent") != 0)
        err(1, "cannot begin");
    pid_t holder = fork();
    if (holder < 0)
        err(1, "fork");
    if (holder == 0) {
        if (prctl(PR_SET_NAME, "holder") != 0 || sem_wait(sem) != 0 || sem_post(sem) != 0)
            err(1, "holder");
        _exit(0);
    }
    if (waitpid(holder, &status, 0) != holder || sem_wait(sem) != 0)
        err(1, "parent");
    printf("the holder %s\n", WIFSIGNALED(status) ? "was killed" : "ended");
    return 0;
}

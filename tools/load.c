/* load.c - keeps every processor busy: a process that spins on each. */
#include "load.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* In the child: spins on processor `cpu`, and dies with the parent. It makes no call that is not
 * async-signal-safe, and leaves nothing of the parent's alone: it just spins. */
static _Noreturn void spin(int cpu, pid_t parent)
{
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET((size_t)cpu, &one);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1 || getppid() != parent ||
        sched_setaffinity(0, sizeof one, &one) == -1)
        _exit(1);
    for (;;)
        ;
}

/* Starts one more. 0, or -1 with errno. */
static int add_spinner(struct load *load, int cpu)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0)
        spin(cpu, parent);
    load->spinners[load->n++] = pid;
    return 0;
}

int load_start(struct load *load, struct error *err)
{
    cpu_set_t all;
    *load = (struct load){0};
    if (sched_getaffinity(0, sizeof all, &all) == -1)
        return error_errno(err, "cannot tell how many processors there are");
    load->spinners = calloc((size_t)CPU_COUNT(&all), sizeof *load->spinners);
    if (load->spinners == NULL)
        return error_errno(err, "cannot load the processors");
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET((size_t)cpu, &all) && add_spinner(load, cpu) == -1) {
            error_errno(err, "cannot load the processors");
            load_stop(load);
            return -1;
        }
    return 0;
}

void load_stop(struct load *load)
{
    for (size_t i = 0; i < load->n; i++)
        kill(load->spinners[i], SIGKILL); /* it is our child, and not yet waited for */
    for (size_t i = 0; i < load->n; i++)
        while (waitpid(load->spinners[i], NULL, 0) == -1 && errno == EINTR)
            ;
    free(load->spinners);
    *load = (struct load){0};
}

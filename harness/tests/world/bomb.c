/* bomb HOW - makes ever more processes; each of them forks on for as long as it may. */
#include "../live/expect.h"

#include <sched.h>
#include <sys/syscall.h>

/* Every process becomes many. */
static _Noreturn void fork_on(void)
{
    for (;;)
        fork();
}

/* Nobody's child, in a session of its own, deaf to all signals that one can be deaf to. */
static _Noreturn void escape_on(void)
{
    for (;;) {
        if (fork() > 0)
            continue;
        setsid();
        for (int signal_ = 1; signal_ < NSIG; signal_++)
            signal(signal_, SIG_IGN);
        if (fork() > 0)
            _exit(0);
    }
}

/* Each process waits until its child executes or ends, which never comes. */
static _Noreturn void vfork_on(void)
{
    for (;;)
        if (syscall(SYS_clone, CLONE_VFORK | SIGCHLD, NULL, NULL, NULL, NULL) == -1)
            sleep_ms(1);
}

int main(int argc, char *argv[])
{
    EXPECT(argc == 2);
    if (strcmp(argv[1], "fork") == 0)
        fork_on();
    if (strcmp(argv[1], "escape") == 0)
        escape_on();
    if (strcmp(argv[1], "vfork") == 0)
        vfork_on();
    errx(1, "no way %s", argv[1]);
}

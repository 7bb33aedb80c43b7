/* spin KIND [NAME] - computes until something happens: never ("for-ever"), what another process
 * does
 * ("flag"), an alarm ("alarm"); or asks again and again, by sched_yield(2) ("yield"), usleep(3)
 * ("sleep"), a read(2) that does not wait ("read"), kill(2) of signal 0 ("kill") or the clock
 * ("clock"). */
#include "../live/expect.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

static volatile int *flag;

static void by_yield(pid_t child)
{
    while (!*flag)
        EXPECT(sched_yield() == 0);
    finish(child);
}

static void by_sleep(pid_t child)
{
    while (!*flag)
        EXPECT(usleep(1000) == 0);
    finish(child);
}

static void by_read(pid_t child, int from)
{
    char byte;
    ssize_t n;
    EXPECT(fcntl(from, F_SETFL, O_NONBLOCK) == 0);
    while ((n = read(from, &byte, 1)) == -1)
        EXPECT(errno == EAGAIN);
    EXPECT(n == 1);
    finish(child);
}

static void by_kill(pid_t child)
{
    while (kill(child, 0) == 0)
        ;
    EXPECT(errno == ESRCH);
}

static void by_clock(pid_t child)
{
    double begin = now_ms();
    while (now_ms() - begin < 20)
        ;
    finish(child);
}

int main(int argc, char *argv[])
{
    const char *kind = argc > 1 ? argv[1] : "for-ever";
    int ends[2];
    flag = mmap(NULL, sizeof *flag, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(flag != MAP_FAILED && pipe(ends) == 0);
    EXPECT(prctl(PR_SET_NAME, argc > 2 ? argv[2] : "spinner") == 0);
    if (strcmp(kind, "for-ever") == 0)
        while (!*flag)
            ;
    if (strcmp(kind, "alarm") == 0) {
        catch_signal(SIGALRM, count_signal);
        alarm(10);
        while (!signals_caught)
            ;
        return 0;
    }
    if (strcmp(kind, "kill") == 0)
        EXPECT(signal(SIGCHLD, SIG_IGN) != SIG_ERR); /* it leaves no zombie */
    pid_t child = start();
    if (child == 0) {
        EXPECT(getppid() != -1);
        *flag = 1;
        put(ends[1], 'x');
        _exit(0);
    }
    if (strcmp(kind, "yield") == 0)
        by_yield(child);
    else if (strcmp(kind, "sleep") == 0)
        by_sleep(child);
    else if (strcmp(kind, "read") == 0)
        by_read(child, ends[0]);
    else if (strcmp(kind, "kill") == 0)
        by_kill(child);
    else if (strcmp(kind, "clock") == 0)
        by_clock(child);
    else {
        while (!*flag)
            ;
        finish(child);
    }
    return 0;
}

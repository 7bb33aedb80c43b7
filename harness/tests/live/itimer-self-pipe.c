/* Reads from an empty pipe whose only write end it holds itself.
 * Woken by its own signal handler, which an ITIMER_REAL calls and which writes into the pipe. */
#include "expect.h"

#include <sys/time.h>

static int ends[2];

static void ring(int signal)
{
    (void)signal;
    put(ends[1], 'r');
}

int main(void)
{
    const struct itimerval once = {.it_value.tv_usec = 30000};
    EXPECT(pipe(ends) == 0);
    struct sigaction action = {.sa_handler = ring, .sa_flags = SA_RESTART};
    EXPECT(sigaction(SIGALRM, &action, NULL) == 0);
    EXPECT(setitimer(ITIMER_REAL, &once, NULL) == 0);
    EXPECT(get(ends[0]) == 'r');
    return 0;
}

/* Sleeps in pause() with nothing but an alarm(2) to come: no field of /proc shows it.
 * Woken by SIGALRM after one second; its handler ends the program. */
#include "expect.h"

static void ring(int signal)
{
    (void)signal;
    _exit(0);
}

int main(void)
{
    catch_signal(SIGALRM, ring);
    EXPECT(alarm(1) == 0);
    pause();
    errx(1, "pause() returned though the handler does not");
}

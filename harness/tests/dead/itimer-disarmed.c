/* Pauses beside a timer that was set to an hour and then disarmed. */
#include "stamp.h"

#include <sys/time.h>

int main(void)
{
    const struct itimerval hour = {.it_value.tv_sec = 3600}, never = {0};
    EXPECT(setitimer(ITIMER_REAL, &hour, NULL) == 0);
    EXPECT(setitimer(ITIMER_REAL, &never, NULL) == 0);
    stamp();
    pause();
    woken();
}

/* Waits for a thread that waits for a pipe whose both ends are the process's own.
 * Woken by the date given to pthread_timedjoin_np(3); then the byte is written. */
#include "expect.h"

#include <pthread.h>

static int ends[2];

static void *read_pipe(void *unused)
{
    EXPECT(get(ends[0]) == 'x');
    return unused;
}

int main(void)
{
    pthread_t thread;
    EXPECT(pipe(ends) == 0);
    EXPECT(pthread_create(&thread, NULL, read_pipe, NULL) == 0);
    struct timespec limit = from_now(CLOCK_REALTIME, 30);
    EXPECT(pthread_timedjoin_np(thread, NULL, &limit) == ETIMEDOUT);
    put(ends[1], 'x');
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}

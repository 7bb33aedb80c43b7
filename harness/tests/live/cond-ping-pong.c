/* Two threads take turns by one condition variable; the one whose turn it is not is blocked, and
 * the other often is not yet running. Woken by the other's signal. */
#include "expect.h"

#include <pthread.h>
#include <stdint.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static int turn;

static void *play(void *side)
{
    int mine = (int)(intptr_t)side;
    EXPECT(pthread_mutex_lock(&mutex) == 0);
    for (int i = 0; i < 1000; i++) {
        while (turn % 2 != mine)
            EXPECT(pthread_cond_wait(&turned, &mutex) == 0);
        turn++;
        EXPECT(pthread_cond_signal(&turned) == 0);
    }
    EXPECT(pthread_mutex_unlock(&mutex) == 0);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, play, (void *)1) == 0);
    play((void *)0);
    EXPECT(pthread_join(thread, NULL) == 0);
    EXPECT(turn == 2000);
    return 0;
}

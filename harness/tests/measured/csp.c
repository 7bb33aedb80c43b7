/* csp - two threads send through a channel without a buffer: a sender goes on when its value has
 * been taken. */
#include "../live/expect.h"

#include <pthread.h>
#include <semaphore.h>

static struct channel {
    sem_t free, sent, taken;
    int value;
} channel;

static void channel_send(struct channel *c, int value)
{
    EXPECT(sem_wait(&c->free) == 0);
    c->value = value;
    EXPECT(sem_post(&c->sent) == 0);
    EXPECT(sem_wait(&c->taken) == 0);
    EXPECT(sem_post(&c->free) == 0);
}

static int channel_receive(struct channel *c)
{
    EXPECT(sem_wait(&c->sent) == 0);
    int value = c->value;
    EXPECT(sem_post(&c->taken) == 0);
    return value;
}

static void *send_one(void *value)
{
    channel_send(&channel, *(int *)value);
    return NULL;
}

int main(void)
{
    pthread_t senders[2];
    int values[2] = {1, 2}, sum = 0;
    EXPECT(sem_init(&channel.free, 0, 1) == 0);
    EXPECT(sem_init(&channel.sent, 0, 0) == 0 && sem_init(&channel.taken, 0, 0) == 0);
    for (int i = 0; i < 2; i++)
        EXPECT(pthread_create(&senders[i], NULL, send_one, &values[i]) == 0);
    for (int i = 0; i < 2; i++)
        sum += channel_receive(&channel);
    for (int i = 0; i < 2; i++)
        EXPECT(pthread_join(senders[i], NULL) == 0);
    printf("%d\n", sum);
    return 0;
}

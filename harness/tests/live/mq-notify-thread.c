/* Waits for a semaphore that no thread is there to post, beside a thread of libc's that receives
 * from a netlink socket. Woken by mq_notify(3), which makes that thread start a new one. */
#include "expect.h"

#include <mqueue.h>
#include <semaphore.h>

static sem_t notified;

static void note(union sigval unused)
{
    (void)unused;
    EXPECT(sem_post(&notified) == 0);
}

int main(void)
{
    char message[8] = "message";
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = sizeof message};
    mqd_t queue = mq_open("/live", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1 && mq_unlink("/live") == 0);
    EXPECT(sem_init(&notified, 0, 0) == 0);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        EXPECT(mq_send(queue, message, sizeof message, 0) == 0);
        _exit(0);
    }
    struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = note};
    EXPECT(mq_notify(queue, &event) == 0);
    EXPECT(sem_wait(&notified) == 0);
    finish(child);
    return 0;
}

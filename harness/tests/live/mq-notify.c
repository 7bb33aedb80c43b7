/* Waits in sigsuspend() for a signal that no process sends by kill(2).
 * Woken by mq_notify(3): a child sleeps and puts a message into the empty queue. */
#include "expect.h"

#include <mqueue.h>

int main(void)
{
    char message[8] = "message";
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = sizeof message};
    mqd_t queue = mq_open("/live", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1 && mq_unlink("/live") == 0);
    sigset_t open = block_signal(SIGUSR1);
    catch_signal(SIGUSR1, count_signal);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    EXPECT(mq_notify(queue, &event) == 0);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        EXPECT(mq_send(queue, message, sizeof message, 0) == 0);
        _exit(0);
    }
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    finish(child);
    return 0;
}

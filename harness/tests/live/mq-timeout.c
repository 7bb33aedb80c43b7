/* Receives from an empty POSIX queue, then sends to a full one; nobody else has it open.
 * Woken each time by the date given to the call. */
#include "expect.h"

#include <mqueue.h>

int main(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8};
    mqd_t queue = mq_open("/live", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1 && mq_unlink("/live") == 0);
    char message[8] = "message";
    struct timespec limit = from_now(CLOCK_REALTIME, 20);
    EXPECT(mq_timedreceive(queue, message, sizeof message, NULL, &limit) == -1);
    EXPECT(errno == ETIMEDOUT);
    EXPECT(mq_send(queue, message, sizeof message, 0) == 0);
    limit = from_now(CLOCK_REALTIME, 20);
    EXPECT(mq_timedsend(queue, message, sizeof message, 0, &limit) == -1 && errno == ETIMEDOUT);
    return 0;
}

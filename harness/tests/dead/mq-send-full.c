/* Sends one message more than a POSIX queue holds; nobody else has it open. */
#include "stamp.h"

#include <mqueue.h>

int main(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 1};
    mqd_t queue = mq_open("/dead", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1);
    EXPECT(mq_send(queue, "1", 1, 0) == 0 && mq_send(queue, "2", 1, 0) == 0);
    stamp();
    mq_send(queue, "3", 1, 0);
    woken();
}

/* Parent and child both receive from an empty POSIX queue. */
#include "stamp.h"

#include <mqueue.h>

int main(void)
{
    char byte;
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 1};
    mqd_t queue = mq_open("/dead", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1);
    start();
    stamp();
    mq_receive(queue, &byte, 1, NULL);
    woken();
}

/* A producer and a consumer share a POSIX queue that holds one message: one of them is always
 * blocked, by turns on "full" and on "empty". Woken by the other's call. */
#include "expect.h"

#include <mqueue.h>

int main(void)
{
    char number[sizeof(int)];
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = sizeof number};
    mqd_t queue = mq_open("/live", O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
    EXPECT(queue != (mqd_t)-1 && mq_unlink("/live") == 0);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 1000; i++)
            EXPECT(mq_send(queue, (char *)&i, sizeof i, 0) == 0);
        _exit(0);
    }
    for (int i = 0; i < 1000; i++) {
        EXPECT(mq_receive(queue, number, sizeof number, NULL) == sizeof number);
        EXPECT(memcmp(number, &i, sizeof i) == 0);
    }
    finish(child);
    return 0;
}

/* Two processes send requests into one System V queue until it is full, and only then would read.
 */
#include "stamp.h"

#include <sys/msg.h>

int main(void)
{
    struct {
        long type;
        char text[512];
    } message = {.type = 1};
    int queue = msgget(IPC_PRIVATE, 0600);
    EXPECT(queue != -1);
    start();
    while (msgsnd(queue, &message, sizeof message.text, IPC_NOWAIT) == 0)
        ;
    EXPECT(errno == EAGAIN);
    stamp();
    msgsnd(queue, &message, sizeof message.text, 0);
    woken();
}

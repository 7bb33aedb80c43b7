/* Waits for a message of type 2; the queue holds one of type 1, and nobody else knows the queue. */
#include "stamp.h"

#include <sys/msg.h>

int main(void)
{
    struct {
        long type;
        char text[8];
    } message = {.type = 1};
    int queue = msgget(IPC_PRIVATE, 0600);
    EXPECT(queue != -1 && msgsnd(queue, &message, sizeof message.text, 0) == 0);
    stamp();
    msgrcv(queue, &message, sizeof message.text, 2, 0);
    woken();
}

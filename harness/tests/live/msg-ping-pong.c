/* Two processes pass a message to and fro through one System V queue, each waiting for its own
 * type. Woken by the other's msgsnd(2). */
#include "expect.h"

#include <sys/msg.h>

struct ball {
    long type;
    char text[8];
};

static void hit(int queue, long to)
{
    struct ball ball = {.type = to, .text = "ball"};
    EXPECT(msgsnd(queue, &ball, sizeof ball.text, 0) == 0);
}

static void wait_for_ball(int queue, long type)
{
    struct ball ball;
    EXPECT(msgrcv(queue, &ball, sizeof ball.text, type, 0) == sizeof ball.text);
}

int main(void)
{
    int queue = msgget(IPC_PRIVATE, 0600);
    EXPECT(queue != -1);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 1000; i++) {
            wait_for_ball(queue, 2);
            hit(queue, 1);
        }
        _exit(0);
    }
    for (int i = 0; i < 1000; i++) {
        hit(queue, 2);
        wait_for_ball(queue, 1);
    }
    finish(child);
    EXPECT(msgctl(queue, IPC_RMID, NULL) == 0);
    return 0;
}

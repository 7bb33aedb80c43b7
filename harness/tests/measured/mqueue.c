/* mqueue - questions through one message queue, answers through another, each of one place. */
#include "../live/expect.h"

#include <mqueue.h>

enum { QUESTIONS = 3 };

static mqd_t make_queue(const char *name)
{
    struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 1};
    mqd_t queue = mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &small);
    EXPECT(queue != -1);
    return queue;
}

static void pass_on(mqd_t from, mqd_t to)
{
    char byte;
    EXPECT(mq_receive(from, &byte, 1, NULL) == 1);
    byte++;
    EXPECT(mq_send(to, &byte, 1, 0) == 0);
}

int main(void)
{
    mqd_t requests = make_queue("/requests"), replies = make_queue("/replies");
    char answer;
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < QUESTIONS; i++)
            pass_on(requests, replies);
        _exit(0);
    }
    EXPECT(mq_send(requests, "a", 1, 0) == 0);
    for (int i = 1; i < QUESTIONS; i++)
        pass_on(replies, requests);
    EXPECT(mq_receive(replies, &answer, 1, NULL) == 1);
    putchar(answer);
    finish(child);
    EXPECT(mq_unlink("/requests") == 0 && mq_unlink("/replies") == 0);
    return 0;
}

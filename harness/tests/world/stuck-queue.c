/* stuck-queue STATE - tasks that are stuck over message queues, POSIX and System V. */
#include "stuck.h"

#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>

/* Every POSIX queue here holds two messages of one byte. */
static mqd_t open_jobs(int flags)
{
    struct mq_attr attributes = {.mq_maxmsg = 2, .mq_msgsize = 1};
    mqd_t jobs = mq_open("/jobs", flags | O_CREAT, 0600, &attributes);
    EXPECT(jobs != (mqd_t)-1);
    return jobs;
}

static void fill_jobs(mqd_t jobs)
{
    EXPECT(mq_send(jobs, "1", 1, 0) == 0 && mq_send(jobs, "2", 1, 0) == 0);
}

/* sender: for receiver, who alone has the queue open for receiving. */
static void mq_full(void)
{
    mqd_t in = open_jobs(O_RDONLY), out = open_jobs(O_WRONLY);
    start_idle("receiver");
    be("sender");
    EXPECT(mq_close(in) == 0);
    fill_jobs(out);
    HERE();
    EXPECT(mq_send(out, "3", 1, 0) == 0);
}

/* sender: for somebody to receive; nobody has the queue open for that. */
static void mq_no_receiver(void)
{
    be("sender");
    mqd_t out = open_jobs(O_WRONLY);
    fill_jobs(out);
    HERE();
    EXPECT(mq_send(out, "3", 1, 0) == 0);
}

/* receiver: for sender; the queue has lost its name. */
static void mq_empty(void)
{
    char byte;
    mqd_t both = open_jobs(O_RDWR);
    EXPECT(mq_unlink("/jobs") == 0);
    start_idle("sender");
    be("receiver");
    HERE();
    EXPECT(mq_receive(both, &byte, 1, NULL) == 1);
}

/* sender: for itself to receive. */
static void mq_own(void)
{
    be("sender");
    mqd_t both = open_jobs(O_RDWR);
    fill_jobs(both);
    HERE();
    EXPECT(mq_send(both, "3", 1, 0) == 0);
}

struct letter {
    long type;
    char text[1024];
};

/* A System V queue with key 0x4d2. */
static int get_queue(void)
{
    int queue = msgget(0x4d2, IPC_CREAT | 0600);
    EXPECT(queue != -1);
    return queue;
}

static void fill_queue(int queue)
{
    const struct letter letter = {.type = 1};
    while (msgsnd(queue, &letter, sizeof letter.text, IPC_NOWAIT) == 0)
        ;
    EXPECT(errno == EAGAIN);
}

/* sender: for somebody to receive; nobody ever has. */
static void msg_full(void)
{
    const struct letter letter = {.type = 1};
    be("sender");
    int queue = get_queue();
    fill_queue(queue);
    HERE();
    EXPECT(msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
}

/* sender: for somebody to receive, as receiver did last. */
static void msg_full_received(void)
{
    struct letter letter = {.type = 1};
    int queue = get_queue(), done[2];
    EXPECT(pipe(done) == 0);
    EXPECT(msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
    if (start_as("receiver") == 0) {
        EXPECT(msgrcv(queue, &letter, sizeof letter.text, 0, 0) == sizeof letter.text);
        put(done[1], 'd');
        idle();
    }
    be("sender");
    EXPECT(get(done[0]) == 'd');
    fill_queue(queue);
    HERE();
    EXPECT(msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
}

/* client, server: for somebody to receive; both send into the same queue. */
static void msg_full_shared(void)
{
    const struct letter letter = {.type = 1};
    int queue = get_queue();
    fill_queue(queue);
    be("client");
    start_as("server");
    HERE();
    EXPECT(msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
}

/* receiver: for somebody to send, as sender did last. */
static void msg_empty(void)
{
    struct letter letter = {.type = 1};
    int queue = get_queue();
    if (start_as("sender") == 0) {
        EXPECT(msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
        idle();
    }
    be("receiver");
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, 0, 0) == sizeof letter.text);
    HERE();
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, 0, 0) == sizeof letter.text);
}

/* receiver: for a message of type 7; there is one of type 1, which it sent itself. */
static void msg_no_match(void)
{
    struct letter letter = {.type = 1};
    be("receiver");
    int queue = get_queue();
    EXPECT(msgsnd(queue, &letter, sizeof letter.text, 0) == 0);
    HERE();
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, 7, 0) == sizeof letter.text);
}

/* receiver: for a message of any type but 1; there is one of type 1. */
static void msg_no_other(void)
{
    struct letter letter = {.type = 1};
    be("receiver");
    int queue = get_queue();
    EXPECT(msgsnd(queue, &letter, 1, 0) == 0);
    HERE();
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, 1, MSG_EXCEPT) == 1);
}

/* receiver: for a message of type 5 or less; there is one of type 7. */
static void msg_no_lower(void)
{
    struct letter letter = {.type = 7};
    be("receiver");
    int queue = get_queue();
    EXPECT(msgsnd(queue, &letter, 1, 0) == 0);
    HERE();
    EXPECT(msgrcv(queue, &letter, sizeof letter.text, -5, 0) == 1);
}

STUCK({"mq-full", mq_full}, {"mq-no-receiver", mq_no_receiver}, {"mq-empty", mq_empty},
      {"mq-own", mq_own}, {"msg-full", msg_full}, {"msg-full-received", msg_full_received},
      {"msg-full-shared", msg_full_shared}, {"msg-empty", msg_empty},
      {"msg-no-match", msg_no_match}, {"msg-no-other", msg_no_other},
      {"msg-no-lower", msg_no_lower})

/* A bakery takes orders through a message queue. It opens every day, and bakes ten loaves at most:
 * at the first order for which they do not suffice, it closes.
 *
 *     fixed-no-name [ORDERS...]
 *
 * Each argument is the orders of one day: 6,3,4,2 is four orders, and nine are the most that the
 * queue has room for. The customers are children of the bakery, and inherit the queue; so it needs
 * a name for a moment only, which no other process uses, and ends with the last that has it open.
 * Compare with fixed.c. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOAVES = 10, END = -1 };

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static mqd_t open_queue(void)
{
    struct mq_attr attr = {.mq_maxmsg = 10, .mq_msgsize = sizeof(long)};
    char name[32];

    snprintf(name, sizeof name, "/orders.%ld", (long)getpid());
    mqd_t queue = check(mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr), "mq_open");
    check(mq_unlink(name), "mq_unlink");
    return queue;
}

static void close_queue(mqd_t queue)
{
    check(mq_close(queue), "mq_close");
}

static void send_number(mqd_t queue, long number)
{
    check(mq_send(queue, (char *)&number, sizeof number, 0), "mq_send");
}

static long receive_number(mqd_t queue)
{
    long number;

    check(mq_receive(queue, (char *)&number, sizeof number, NULL), "mq_receive");
    return number;
}

static void order(mqd_t queue, char *orders)
{
    for (char *word = strtok(orders, ","); word != NULL; word = strtok(NULL, ","))
        send_number(queue, strtol(word, NULL, 10));
    send_number(queue, END);
}

/* The orders come overnight; then the bakery opens. */
static void bake(int day, char *orders)
{
    mqd_t queue = open_queue();
    long loaves = 0, number;

    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "customer"), "prctl");
        order(queue, orders);
        check(mq_close(queue), "mq_close");
        exit(EXIT_SUCCESS);
    }
    check(wait(NULL), "wait");
    while ((number = receive_number(queue)) != END && loaves + number <= LOAVES)
        loaves += number;
    close_queue(queue);
    check(printf("day %d: %ld loaves\n", day, loaves), "printf");
}

int main(int argc, char *argv[])
{
    char two_days[2][8] = {"6,3,4,2", "5"};
    char *standard[] = {argv[0], two_days[0], two_days[1], NULL};
    char **words = argc > 1 ? argv : standard;
    int status;

    check(prctl(PR_SET_NAME, "town"), "prctl");
    for (int day = 1; words[day] != NULL; day++) {
        if (check(fork(), "fork") == 0) {
            check(prctl(PR_SET_NAME, "bakery"), "prctl");
            bake(day, words[day]);
            exit(EXIT_SUCCESS);
        }
        check(wait(&status), "wait");
        if (WIFEXITED(status) && status != 0)
            errx(EXIT_FAILURE, "the bakery failed");
    }
    return EXIT_SUCCESS;
}

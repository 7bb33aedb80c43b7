/* Each request is answered by a worker of its own; main waits for the answer, but not for ever.
 *
 *     broken [PATIENCE [WORK...]]
 *
 * A request takes WORK turns of its worker (0: the worker finds nothing, and says nothing), and
 * main waits PATIENCE turns. When main has given up, nobody will ever receive the answer, and the
 * worker stays in its send for good. Compare with fixed.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

struct request {
    struct chan *answer, *alarm;
    long work, patience;
};

static void serve(void *argument)
{
    const struct request *request = argument;

    for (long turn = 0; turn < request->work; turn++)
        yield();
    if (request->work > 0)
        chan_send(request->answer, &request->work);
}

/* The alarm is kept in a buffer: nobody hears it if the answer came first. */
static void ring(void *argument)
{
    const struct request *request = argument;

    for (long turn = 0; turn < request->patience; turn++)
        yield();
    chan_send(request->alarm, &request->patience);
}

/* Waits for the answer, or the alarm. */
static void ask(struct request *request)
{
    long answer;
    struct chan_case cases[] = {
        {.operation = CHAN_RECEIVE, .chan = request->answer, .item = &answer},
        {.operation = CHAN_RECEIVE, .chan = request->alarm},
    };

    go("worker", serve, request);
    go("alarm", ring, request);
    chan_select(cases, 2);
}

int main(int argc, char *argv[])
{
    static char *usual[] = {"2", "9", "3"};
    char **work = argc > 2 ? argv + 2 : usual;
    int n = argc > 2 ? argc - 2 : 3;
    struct request *requests = calloc((size_t)n, sizeof *requests);
    long turns = 0;
    size_t left;

    if (requests == NULL)
        err(EXIT_FAILURE, "calloc");
    for (int i = 0; i < n; i++) {
        requests[i] = (struct request){.answer = chan_make("answer", sizeof(long), 0),
                                       .alarm = chan_make("alarm", sizeof(long), 1),
                                       .work = strtol(work[i], NULL, 10),
                                       .patience = argc > 1 ? strtol(argv[1], NULL, 10) : 4};
        turns += requests[i].work + requests[i].patience;
        ask(&requests[i]);
    }
    for (long turn = 0; turn <= turns; turn++) /* everybody has had the time to end */
        yield();

    left = coroutines() - 1;
    if (printf("%d requests made, coroutines left: %zu\n", n, left) < 0)
        err(EXIT_FAILURE, "printf");
    for (int i = 0; i < n && left == 0; i++) {
        chan_free(requests[i].answer);
        chan_free(requests[i].alarm);
    }
    free(requests);
    return left == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

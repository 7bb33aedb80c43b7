/* Numbers are produced into a channel and summed up out of it.
 *
 *     broken [NUMBERS]
 *
 * main produces them all and then turns to the sum. But a send on an unbuffered channel completes
 * only together with a receive, and the one who would receive is main. Compare with fixed.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

struct production {
    struct chan *numbers;
    long count;
};

/* Sends 1, 2, ... count, and closes the channel. */
static void produce(void *argument)
{
    const struct production *production = argument;

    for (long i = 1; i <= production->count; i++)
        chan_send(production->numbers, &i);
    chan_close(production->numbers);
}

int main(int argc, char *argv[])
{
    struct production production = {
        .numbers = chan_make("numbers", sizeof(long), 0),
        .count = argc > 1 ? strtol(argv[1], NULL, 10) : 3,
    };
    long number, received = 0, sum = 0;

    produce(&production);
    while (chan_receive(production.numbers, &number)) {
        received++;
        sum += number;
    }
    chan_free(production.numbers);

    if (printf("received %ld of %ld numbers, sum %ld\n", received, production.count, sum) < 0)
        err(EXIT_FAILURE, "printf");
    return received == production.count ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* broken.c with a flag that main sets before it closes the channel, and each searcher asks before
 * it sends.
 *
 *     wrong-flag [WANTED [SEARCHERS]]
 *
 * With one searcher the flag is asked in time. With two, one of them has asked, and waits in its
 * send for room, when main sets the flag and closes. Compare with fixed.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

struct search {
    struct chan *finds;
    bool closed;
    struct chan *ended; /* an item for each searcher that has gone */
};

/* The next find, when others have had a turn. */
static long look_for_next(long latest)
{
    yield();
    return latest + 1;
}

static void look(void *argument)
{
    const struct search *search = argument;

    for (long find = 1; find <= 1000 && !search->closed; find = look_for_next(find))
        chan_send(search->finds, &find);
    chan_send(search->ended, NULL);
}

int main(int argc, char *argv[])
{
    long wanted = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    long searchers = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    struct search search = {.finds = chan_make("finds", sizeof(long), 0),
                            .ended = chan_make("ended", 0, 0)};
    long find, taken = 0;

    for (long i = 0; i < searchers; i++)
        go("searcher", look, &search);
    while (taken < wanted && chan_receive(search.finds, &find))
        taken++;
    search.closed = true;
    chan_close(search.finds);
    for (long i = 0; i < searchers; i++)
        chan_receive(search.ended, NULL);
    chan_free(search.finds);
    chan_free(search.ended);

    if (printf("took %ld finds\n", taken) < 0)
        err(EXIT_FAILURE, "printf");
    return taken == wanted ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Searchers send what they find; main takes as much as it wants, and then wants no more.
 *
 *     fixed [WANTED [SEARCHERS]]
 *
 * main says so on a channel of its own, which it closes: it is the only one who could send there.
 * Each searcher waits for both at once, that its find is taken and that none is wanted. Compare
 * with broken.c. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

#include "csp.h"

struct search {
    struct chan *finds;
    struct chan *enough; /* closed when no more is wanted */
    struct chan *ended;  /* an item for each searcher that has gone */
};

/* The next find, when others have had a turn. */
static long look_for_next(long latest)
{
    yield();
    return latest + 1;
}

/* Waits until the find is taken; returns false if no more is wanted. */
static bool offer(const struct search *search, long find)
{
    struct chan_case cases[] = {
        {.operation = CHAN_RECEIVE, .chan = search->enough},
        {.operation = CHAN_SEND, .chan = search->finds, .item = &find},
    };

    return chan_select(cases, 2) == 1;
}

static void look(void *argument)
{
    const struct search *search = argument;

    for (long find = 1; find <= 1000 && offer(search, find); find = look_for_next(find))
        continue;
    chan_send(search->ended, NULL);
}

int main(int argc, char *argv[])
{
    long wanted = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    long searchers = argc > 2 ? strtol(argv[2], NULL, 10) : 1;
    struct search search = {.finds = chan_make("finds", sizeof(long), 0),
                            .enough = chan_make("enough", 0, 0),
                            .ended = chan_make("ended", 0, 0)};
    long find, taken = 0;

    for (long i = 0; i < searchers; i++)
        go("searcher", look, &search);
    while (taken < wanted && chan_receive(search.finds, &find))
        taken++;
    chan_close(search.enough);
    for (long i = 0; i < searchers; i++)
        chan_receive(search.ended, NULL);
    chan_free(search.finds);
    chan_free(search.enough);
    chan_free(search.ended);

    if (printf("took %ld finds\n", taken) < 0)
        err(EXIT_FAILURE, "printf");
    return taken == wanted ? EXIT_SUCCESS : EXIT_FAILURE;
}

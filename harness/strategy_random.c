/* strategy_random.c - random numbers; and the strategy that chooses by them alone. */
#include "strategy_kinds.h"

#include <stdlib.h>

/* The generator is splitmix64: G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom
 * number generators", OOPSLA 2014; with the constants of S. Vigna's public domain version. */
#define GOLDEN UINT64_C(0x9e3779b97f4a7c15)

uint64_t random_mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

static uint64_t random_next(struct random *r)
{
    r->state += GOLDEN;
    return random_mix(r->state);
}

/* The number is mixed in: were it added, the sequences would be the same, one step apart. */
struct random random_begin(uint64_t seed, uint64_t number)
{
    return (struct random){random_mix(random_mix(seed + GOLDEN) + number)};
}

/* The remainder favours small numbers, but with limits far below 2^64 beyond all measure. */
uint64_t random_below(struct random *r, uint64_t limit)
{
    return random_next(r) % limit;
}

/* A spin costs milliseconds, in which hundreds of other steps could be made; but a task that never
 * sees early that its wait is over shows no bug either. Of the weights from 1/32 to 1 a quarter
 * found a bug of a simulated spinning program in the least time. A sleep costs nothing. */
static uint64_t weight(const struct alternative *o)
{
    return o->choice.kind == CHOICE_SPIN ? 1 : 4;
}

static bool counts(const struct alternative *o, int task)
{
    return task == ANY_TASK || o->choice.task == task;
}

size_t random_option(struct random *r, const struct decision *d, int task)
{
    uint64_t all = 0, drawn;
    size_t i;

    for (i = 0; i < d->n; i++)
        if (counts(&d->options[i], task))
            all += weight(&d->options[i]);
    drawn = random_below(r, all);
    for (i = 0; i < d->n; i++) {
        if (!counts(&d->options[i], task))
            continue;
        if (drawn < weight(&d->options[i]))
            break;
        drawn -= weight(&d->options[i]);
    }
    return i;
}

static struct strategy *create(void)
{
    return calloc(1, sizeof(struct strategy));
}

static void release(struct strategy *s)
{
    free(s);
}

static bool begin(struct strategy *s)
{
    (void)s;
    return true;
}

static size_t choose(struct strategy *s, const struct decision *d)
{
    return random_option(&s->random, d, ANY_TASK);
}

const struct strategy_class strategy_random = {
    .name = "random",
    .create = create,
    .free = release,
    .begin = begin,
    .choose = choose,
};

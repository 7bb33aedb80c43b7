/* grid.c - which shape of failure is shown in which mechanism. */
#include "grid.h"

#include "words.h"

#include <string.h>

/* Whether the scenario belongs to the mechanism. */
static bool is_of(const struct scenario *s, const char *mechanism)
{
    size_t length = strlen(mechanism);
    return strncmp(s->id, mechanism, length) == 0 && s->id[length] == '/';
}

int grid_make(const struct corpus *corpus, struct grid *g)
{
    *g = (struct grid){.corpus = corpus};
    for (size_t i = 0; i < corpus->n; i++) {
        const char *id = corpus->scenarios[i].id;
        if (g->n_mechanisms > 0 && is_of(&corpus->scenarios[i], g->mechanisms[g->n_mechanisms - 1]))
            continue;
        if (append_word(&g->mechanisms, id, strcspn(id, "/")) == -1) {
            grid_free(g);
            return -1;
        }
        g->n_mechanisms++;
    }
    return 0;
}

void grid_free(struct grid *g)
{
    free_words(g->mechanisms);
    *g = (struct grid){0};
}

const struct scenario *grid_next(const struct grid *g, enum shape shape, const char *mechanism,
                                 const struct scenario *last)
{
    const struct scenario *s = last != NULL ? last + 1 : g->corpus->scenarios;
    for (; s < g->corpus->scenarios + g->corpus->n; s++)
        if (s->expectation != NULL && s->expectation->shape == shape &&
            (mechanism == NULL || is_of(s, mechanism)))
            return s;
    return NULL;
}

size_t grid_count(const struct grid *g, enum shape shape, const char *mechanism)
{
    size_t n = 0;
    for (const struct scenario *s = NULL; (s = grid_next(g, shape, mechanism, s)) != NULL;)
        n++;
    return n;
}

const char *grid_name(const struct scenario *s)
{
    return strchr(s->id, '/') + 1;
}

/* schedule.c - keeps the steps of one schedule. */
#include "schedule.h"

#include <stdlib.h>
#include <string.h>

static const char *const kind_names[CHOICE_KINDS] = {
    [CHOICE_GO] = "go",           [CHOICE_SIGNAL] = "signal", [CHOICE_SHORT] = "short",
    [CHOICE_TIMEOUT] = "timeout", [CHOICE_EXPIRE] = "expire", [CHOICE_SPIN] = "spin",
};

void schedule_init(struct schedule *s)
{
    *s = (struct schedule){0};
}

void schedule_free(struct schedule *s)
{
    for (size_t i = 0; i < s->n_steps; i++) {
        free(s->steps[i].shown);
        free(s->steps[i].where);
    }
    free(s->steps);
    free(s->tasks);
    schedule_init(s);
}

struct step *schedule_add(struct schedule *s)
{
    if (s->n_steps == s->room) {
        size_t room = s->room ? s->room * 2 : 64;
        struct step *steps = reallocarray(s->steps, room, sizeof *steps);

        if (!steps)
            return NULL;
        s->steps = steps;
        s->room = room;
    }
    s->steps[s->n_steps] = (struct step){0};
    return &s->steps[s->n_steps++];
}

const char *choice_kind_name(enum choice_kind kind)
{
    return kind_names[kind];
}

int choice_kind_parse(const char *word)
{
    for (int kind = 0; kind < CHOICE_KINDS; kind++)
        if (!strcmp(word, kind_names[kind]))
            return kind;
    return -1;
}

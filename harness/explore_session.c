/* explore_session.c - what the runs of an exploration share, and replay. See explore_session.h. */
#include "explore_session.h"

#include "corpus.h"
#include "init.h"
#include "points.h"
#include "watchdog.h"
#include "words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_STEPS = 100000 };

static int find_preload(struct session *s, struct error *err)
{
    char *root, *build;
    if (corpus_locate(&root, &build, err) != 0)
        return -1;
    if (asprintf(&s->preload, "%s/points.so", build) < 0)
        s->preload = NULL;
    free(root);
    free(build);
    if (s->preload == NULL)
        return error_set(err, "out of memory");
    if (strpbrk(s->preload, " :") != NULL)
        return error_set(err, "cannot use %s: LD_PRELOAD allows neither blanks nor colons",
                         s->preload);
    if (access(s->preload, R_OK) != 0)
        return error_errno(err, "cannot use %s, which `make` builds", s->preload);
    return 0;
}

/* The spec with the preloaded library among what the program sees. */
static int choose_visible(struct session *s, const struct world_spec *spec, struct error *err)
{
    s->spec = *spec;
    s->visible = split_words("");
    bool added = s->visible != NULL;
    for (char *const *path = spec->visible; added && path != NULL && *path != NULL; path++)
        added = append_word(&s->visible, *path, strlen(*path)) == 0;
    added = added && append_word(&s->visible, s->preload, strlen(s->preload)) == 0;
    s->spec.visible = s->visible;
    return added ? 0 : error_set(err, "out of memory");
}

void session_close(struct session *s)
{
    world_free(s->world);
    if (s->control.watchdog != NULL)
        watchdog_stop(s->control.watchdog);
    if (s->claimed)
        processor_release(&s->processor);
    free(s->control.filter.filter);
    free(s->preload);
    free_words(s->visible);
}

int session_open(struct session *s, const struct world_spec *spec, bool ordinary,
                 void (*waits)(void *context), void *context, struct error *err)
{
    *s = (struct session){0};
    if (world_check_program(spec->argv[0], err) != 0 || find_preload(s, err) != 0 ||
        choose_visible(s, spec, err) != 0 ||
        points_filter(&s->control.filter, INIT_LINK, err) != 0 ||
        processor_claim(&s->processor, ordinary, waits, context, err) != 0)
        return -1;
    s->claimed = true;
    s->control.watchdog = watchdog_start(&s->processor, err);
    if (s->control.watchdog == NULL)
        return -1;
    s->control.processor = &s->processor;
    s->control.preload = s->preload;
    s->control.max_steps = MAX_STEPS;
    return 0;
}

/* Files get their times from the real clock, and must not be newer than the program's. */
static const int64_t AHEAD_NS = INT64_C(3600) * 1000000000;

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

void session_set_clocks(struct session *s)
{
    s->control.realtime_ns = clock_ns(CLOCK_REALTIME) + AHEAD_NS;
    s->control.monotonic_ns = clock_ns(CLOCK_MONOTONIC);
}

int session_run(struct session *s, size_t (*choose)(void *, const struct decision *), void *context,
                struct observation *o, struct error *err)
{
    s->control.choose = choose;
    s->control.context = context;
    schedule_init(&s->control.schedule);
    int result = world_run_controlled(&s->world, &s->spec, &s->control, o, err);
    free(s->control.alive);
    s->control.alive = NULL;
    if (result != 0)
        schedule_free(&s->control.schedule);
    return result;
}

/* A list of choices on its way through a run. */
struct replay {
    const struct chosen *chosen;
    size_t n, next;
    size_t diverged; /* the number, from 1, of the choice that was not offered; 0: none */
};

static size_t choose_again(void *context, const struct decision *decision)
{
    struct replay *r = context;
    if (r->next == r->n)
        return 0; /* the run is longer, by as many slices as it spins more */
    const struct chosen *wanted = &r->chosen[r->next++];
    for (size_t i = 0; i < decision->n && !wanted->usual; i++)
        if (decision->options[i].choice.task == wanted->choice.task &&
            decision->options[i].choice.kind == wanted->choice.kind)
            return i;
    if (r->diverged == 0 && !wanted->usual)
        r->diverged = r->next;
    return 0;
}

struct chosen *session_chosen(const struct schedule *s, bool usually, size_t *n)
{
    struct chosen *chosen = calloc(s->n_steps + 1, sizeof(*chosen));
    *n = 0;
    for (size_t i = 0; i < s->n_steps && chosen != NULL; i++)
        if (s->steps[i].n_options > 1)
            chosen[(*n)++] = (struct chosen){.usual = usually && s->steps[i].chosen == 0,
                                             .choice = s->steps[i].choice};
    return chosen;
}

/* The step of the choice that could not be made. */
static size_t step_of_choice(const struct schedule *s, size_t choice)
{
    for (size_t i = 0; i < s->n_steps; i++)
        if (s->steps[i].n_options > 1 && --choice == 0)
            return i + 1;
    return s->n_steps;
}

int session_replay(struct session *s, const struct chosen *chosen, size_t n, struct observation *o,
                   struct error *err)
{
    struct replay r = {.chosen = chosen, .n = n};
    if (session_run(s, choose_again, &r, o, err) != 0)
        return -1;
    if (r.diverged != 0)
        s->control.schedule.diverged = step_of_choice(&s->control.schedule, r.diverged);
    return 0;
}

static bool same_text(const struct output *a, const struct output *b)
{
    return a->length == b->length && a->kept == b->kept &&
           (a->kept == 0 || memcmp(a->text, b->text, a->kept) == 0);
}

bool session_same_output(const struct observation *a, const struct observation *b)
{
    return same_text(&a->out, &b->out) && same_text(&a->err, &b->err);
}

bool session_is_noticed(struct outcome outcome)
{
    return outcome.kind == OUTCOME_LIVELOCK || outcome.kind == OUTCOME_LIMIT;
}

bool session_same_end(const struct observation *a, const struct observation *b)
{
    return outcome_equal(a->outcome, b->outcome) &&
           (session_is_noticed(a->outcome) ||
            (session_same_output(a, b) && a->n_left == b->n_left));
}

bool session_same_steps(const struct schedule *again, uint64_t hash, struct outcome outcome)
{
    return again->diverged == 0 &&
           (again->hash == hash || (session_is_noticed(outcome) && !again->cut));
}

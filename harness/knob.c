/* knob.c - the knobs by name, what each needs, and what each does to a run. See knob.h. */
#include "knob.h"

#include "words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

/* A knob. Its switch, if it has one, is a bool at `offset` in struct claim_run; what else it takes
 * is for `take`, which gets the words after its name and returns 0, or -1 with what would be right
 * and `run` untouched, or without memory. `run` is NULL while the words are only checked. */
struct knob {
    const char *name;
    size_t offset;
    int (*take)(char *const *words, struct claim_run *run, struct error *err);
    const char *build; /* what the program's file has after its variant; NULL: nothing */
};

static int take_payload(char *const *words, struct claim_run *run, struct error *err)
{
    char **args;

    if (words[0] == NULL)
        return error_set(err, "payload needs its arguments: payload ARGS...");
    if (run == NULL)
        return 0;
    args = copy_words(words);
    if (args == NULL)
        return error_set(err, "out of memory");
    free_words(run->args);
    run->args = args;
    return 0;
}

static int take_stdout(char *const *words, struct claim_run *run, struct error *err)
{
    int kind = words[0] != NULL && words[1] == NULL ? stdout_kind_parse(words[0]) : -1;

    if (kind == -1)
        return error_set(err, "right would be: stdout file, stdout pipe or stdout terminal");
    if (run != NULL)
        run->knobs.stdout_kind = (enum stdout_kind)kind;
    return 0;
}

static int take_slow(char *const *words, struct claim_run *run, struct error *err)
{
    if (words[0] == NULL || words[1] != NULL)
        return error_set(err, "right would be: slow NAME, of a process");
    if (run != NULL)
        run->direction.slow = words[0];
    return 0;
}

static int take_killed(char *const *words, struct claim_run *run, struct error *err)
{
    size_t n = count_words(words), nth = 1;
    char *end = "";

    if (n == 3)
        nth = isdigit((unsigned char)words[2][0]) ? strtoul(words[2], &end, 10) : 0;
    if (n < 2 || n > 3 || *end != '\0' || nth == 0 || nth > 1000000)
        return error_set(err,
                         "right would be: killed NAME CALL [N], as in 'killed worker write 2'");
    if (direction_check_call(words[1], err) != 0)
        return -1;
    if (run == NULL)
        return 0;
    run->direction.killed.name = words[0];
    run->direction.killed.call = words[1];
    run->direction.killed.nth = nth;
    return 0;
}

enum { NO_SWITCH = -1 };

#define SWITCH(member) offsetof(struct claim_run, member), NULL, NULL

/* An exploration of the plain run has nothing to turn. */
static const struct knob KNOBS[] = {
    {"payload", (size_t)NO_SWITCH, take_payload, NULL},
    {"one-cpu", SWITCH(knobs.one_cpu)},
    {"small-queues", SWITCH(knobs.small_queues)},
    {"small-sockets", SWITCH(knobs.small_sockets)},
    {"small-pipes", SWITCH(knobs.small_pipes)},
    {"few-descriptors", SWITCH(knobs.few_descriptors)},
    {"stdout", (size_t)NO_SWITCH, take_stdout, NULL},
    {"O0", (size_t)NO_SWITCH, NULL, ".O0"},
    {"O2", (size_t)NO_SWITCH, NULL, ".O2"},
    {"short-reads", SWITCH(direction.short_reads)},
    {"no-sleep", SWITCH(direction.no_sleep)},
    {"slow", (size_t)NO_SWITCH, take_slow, NULL},
    {"killed", (size_t)NO_SWITCH, take_killed, NULL},
    {KNOB_EXPLORE, (size_t)NO_SWITCH, NULL, NULL},
    {KNOB_SECOND_INSTANCE, SWITCH(knobs.second_instance)},
};

static const struct knob *find_knob(const char *name)
{
    for (size_t i = 0; i < LENGTH(KNOBS); i++)
        if (strcmp(KNOBS[i].name, name) == 0)
            return &KNOBS[i];
    return NULL;
}

static int fail_unknown(const char *name, struct error *err)
{
    const char *known[LENGTH(KNOBS)];
    const char *meant;
    char list[300] = "";

    for (size_t i = 0; i < LENGTH(KNOBS); i++) {
        size_t used = strlen(list);

        known[i] = KNOBS[i].name;
        snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "", known[i]);
    }
    if (name == NULL)
        return error_set(err, "no knob after 'under'; right are: %s", list);
    meant = nearest_word(name, known, LENGTH(known));
    if (meant != NULL)
        return error_set(err, "unknown knob '%s'; did you mean '%s'?", name, meant);
    return error_set(err, "unknown knob '%s'; right are: %s", name, list);
}

int knob_check(char *const *words, struct error *err)
{
    const struct knob *knob = words[0] != NULL ? find_knob(words[0]) : NULL;

    if (knob == NULL)
        return fail_unknown(words[0], err);
    if (knob->take != NULL)
        return knob->take(words + 1, NULL, err);
    return words[1] == NULL ? 0 : error_set(err, "%s takes no argument", words[0]);
}

int knob_turn(char *const *words, struct claim_run *run)
{
    const struct knob *knob = find_knob(words[0]);
    struct error err;

    if (knob->offset != (size_t)NO_SWITCH)
        *(bool *)((char *)run + knob->offset) = true;
    if (knob->build != NULL)
        run->build = knob->build;
    return knob->take != NULL ? knob->take(words + 1, run, &err) : 0;
}

bool knob_is_of_one_run(const char *name)
{
    return strcmp(name, KNOB_EXPLORE) != 0 && strcmp(name, KNOB_SECOND_INSTANCE) != 0;
}

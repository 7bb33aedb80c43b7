/* schedule_file.c - a failing schedule as a file: JSON that a person can read, and change.
 *
 * It holds what a replay needs, and nothing else: the program, what its runs depend on, and the
 * choices, one for each step that had several options. */
#include "explore.h"

#include "expectation.h"
#include "utf8.h"
#include "words.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT_KEY "brokenpipe_schedule"

enum {
    FORMAT = 1,          /* goes up when a reader of today could not make the same run any more */
    CHOICES_IN_LINE = 8, /* as the file is written */
};

/* Writing. */

static void put_key(FILE *to, const char *key)
{
    fprintf(to, ",\n  \"%s\": ", key);
}

static void put_integer(FILE *to, const char *key, int64_t number)
{
    put_key(to, key);
    fprintf(to, "%" PRId64, number);
}

static void put_bool(FILE *to, const char *key, bool value)
{
    put_key(to, key);
    fputs(value ? "true" : "false", to);
}

/* 0, or -1 if it is not valid UTF-8, and so nothing that JSON can hold; or without memory. */
static int put_quoted(FILE *to, const char *text)
{
    json_t *json = json_string(text);
    int put = json != NULL ? json_dumpf(json, to, JSON_ENCODE_ANY) : -1;
    json_decref(json);
    return put;
}

static int put_arguments(FILE *to, char *const *argv, struct error *err)
{
    put_key(to, "argv");
    fputc('[', to);
    for (size_t i = 0; argv[i] != NULL; i++) {
        fputs(i > 0 ? ", " : "", to);
        if (put_quoted(to, argv[i]) == -1)
            return error_set(err,
                             "argument %zu of the program is no valid UTF-8, and cannot be "
                             "written to a file of JSON",
                             i);
    }
    fputc(']', to);
    return 0;
}

static void put_choices(FILE *to, const struct schedule *s)
{
    put_key(to, "choices");
    fputc('[', to);
    size_t put = 0;
    for (size_t i = 0; i < s->n_steps; i++) {
        const struct step *step = &s->steps[i];
        if (step->n_options < 2)
            continue;
        fprintf(to, "%s%s[%d, \"%s\"]", put > 0 ? "," : "",
                put % CHOICES_IN_LINE == 0 ? "\n    " : " ", step->choice.task,
                choice_kind_name(step->choice.kind));
        put++;
    }
    fputs(put > 0 ? "\n  ]" : "]", to);
}

static int put_schedule(FILE *to, const struct world_spec *spec,
                        const struct explore_options *options, const struct exploration *x,
                        struct error *err)
{
    char words[64];
    fprintf(to, "{\n  \"%s\": %d", FORMAT_KEY, FORMAT);
    if (put_arguments(to, spec->argv, err) == -1)
        return -1;
    put_key(to, "outcome");
    fprintf(to, "\"%s\"", outcome_format(x->observation.outcome, words, sizeof words));
    put_integer(to, "seed", (int64_t)options->seed);
    put_key(to, "time");
    fputs(options->sleeps_take_time ? "\"virtual\"" : "\"none\"", to);
    put_bool(to, "short_reads", options->short_reads);
    put_bool(to, "second_instance", spec->knobs.second_instance);
    put_integer(to, "realtime_ns", x->realtime_ns);
    put_integer(to, "monotonic_ns", x->monotonic_ns);
    put_key(to, "hash");
    fprintf(to, "\"%016" PRIx64 "\"", x->schedule.hash);
    put_choices(to, &x->schedule);
    fputs("\n}\n", to);
    return 0;
}

/* Makes the new file `part` and, once it is whole, gives it the name `path`. */
static int write_and_rename(const char *part, const char *path, const struct world_spec *spec,
                            const struct explore_options *options, const struct exploration *x,
                            struct error *err)
{
    FILE *to = fopen(part, "wxe");
    if (to == NULL)
        return error_errno(err, "cannot write '%s'", part);
    int written = put_schedule(to, spec, options, x, err);
    bool lost = ferror(to) != 0;
    lost |= fclose(to) == EOF;
    if (written == 0 && lost)
        written = error_errno(err, "cannot write '%s'", part);
    if (written == 0 && rename(part, path) == -1)
        written = error_errno(err, "cannot write '%s'", path);
    if (written == -1)
        unlink(part);
    return written;
}

int schedule_file_write(const char *path, const struct world_spec *spec,
                        const struct explore_options *options, const struct exploration *x,
                        struct error *err)
{
    struct stat status;
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode))
        return error_set(err, "cannot write '%s': it is there, and no regular file", path);
    char *part;
    if (asprintf(&part, "%s.%d.part", path, (int)getpid()) == -1)
        return error_set(err, "out of memory");
    int written = write_and_rename(part, path, spec, options, x, err);
    free(part);
    return written;
}

/* Reading: a table of keys. Each has a function that takes its value, or an element of its list,
 * into the file. It returns 0; -1 with errno 0 if the value is not right; -1 with errno. */

static int not_right(void)
{
    errno = 0;
    return -1;
}

static int take_format(struct schedule_file *file, const json_t *value)
{
    (void)file;
    return json_is_integer(value) && json_integer_value(value) == FORMAT ? 0 : not_right();
}

static int take_argument(struct schedule_file *file, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL || (file->argv == NULL && text[0] != '/'))
        return not_right();
    return append_word(&file->argv, text, strlen(text));
}

static int take_outcome(struct schedule_file *file, const json_t *value)
{
    struct outcome outcome;
    const char *text = json_string_value(value);
    if (text == NULL || outcome_parse(text, &outcome) == -1)
        return not_right();
    file->outcome = strdup(text);
    return file->outcome != NULL ? 0 : -1;
}

static int take_integer(const json_t *value, int64_t *number)
{
    *number = json_integer_value(value);
    return json_is_integer(value) ? 0 : not_right();
}

static int take_seed(struct schedule_file *file, const json_t *value)
{
    int64_t number;
    int taken = take_integer(value, &number);
    file->seed = (uint64_t)number;
    return taken;
}

static int take_realtime(struct schedule_file *file, const json_t *value)
{
    return take_integer(value, &file->realtime_ns);
}

static int take_monotonic(struct schedule_file *file, const json_t *value)
{
    return take_integer(value, &file->monotonic_ns);
}

static int take_time(struct schedule_file *file, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL || (strcmp(text, "virtual") != 0 && strcmp(text, "none") != 0))
        return not_right();
    file->sleeps_take_time = strcmp(text, "virtual") == 0;
    return 0;
}

static int take_short_reads(struct schedule_file *file, const json_t *value)
{
    file->short_reads = json_is_true(value);
    return json_is_boolean(value) ? 0 : not_right();
}

static int take_second_instance(struct schedule_file *file, const json_t *value)
{
    file->second_instance = json_is_true(value);
    return json_is_boolean(value) ? 0 : not_right();
}

static int take_hash(struct schedule_file *file, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text == NULL || strlen(text) != 16 || strspn(text, "0123456789abcdef") != 16)
        return not_right();
    file->hash = strtoull(text, NULL, 16);
    return 0;
}

static int take_choice(struct schedule_file *file, const json_t *value)
{
    const json_t *task = json_array_get(value, 0);
    const char *word = json_string_value(json_array_get(value, 1));
    int kind = word != NULL ? choice_kind_parse(word) : -1;
    if (json_array_size(value) != 2 || !json_is_integer(task) || json_integer_value(task) < 0 ||
        json_integer_value(task) > INT_MAX || kind == -1)
        return not_right();
    file->choices[file->n_choices++] =
        (struct choice){(int)json_integer_value(task), (enum choice_kind)kind};
    return 0;
}

static const struct field {
    const char *key;
    bool list;         /* of values, each of which is taken by itself */
    const char *right; /* what the value, or each of the list, must be */
    int (*take)(struct schedule_file *file, const json_t *value);
} fields[] = {
    {FORMAT_KEY, false, "1, the only format of schedules that this version knows", take_format},
    {"argv", true, "a string, and the first one an absolute path", take_argument},
    {"outcome", false, "an outcome, like \"deadlock\" or \"exit 1\"", take_outcome},
    {"seed", false, "an integer", take_seed},
    {"time", false, "\"virtual\" or \"none\"", take_time},
    {"short_reads", false, "true or false", take_short_reads},
    {"second_instance", false, "true or false", take_second_instance},
    {"realtime_ns", false, "an integer", take_realtime},
    {"monotonic_ns", false, "an integer", take_monotonic},
    {"hash", false, "a string of 16 hexadecimal digits, like \"00ff00ff00ff00ff\"", take_hash},
    {"choices", true,
     "[TASK, KIND]: a task's number, and \"go\", \"signal\", \"short\", \"timeout\", \"expire\" or "
     "\"spin\"",
     take_choice},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Takes one value; `place` says where it stands. */
static int take_value(struct schedule_file *file, const struct field *f, const char *path,
                      const char *place, const json_t *value, struct error *err)
{
    if (f->take(file, value) == 0)
        return 0;
    return errno == 0 ? error_set(err, "'%s': %s must be %s", path, place, f->right)
                      : error_errno(err, "cannot read '%s'", path);
}

static int take_list(struct schedule_file *file, const struct field *f, const char *path,
                     const json_t *list, struct error *err)
{
    if (!json_is_array(list))
        return error_set(err, "'%s': %s must be a list", path, f->key);
    for (size_t i = 0; i < json_array_size(list); i++) {
        char place[64];
        snprintf(place, sizeof place, "%s[%zu]", f->key, i);
        if (take_value(file, f, path, place, json_array_get(list, i), err) == -1)
            return -1;
    }
    return 0;
}

static int take_field(struct schedule_file *file, const struct field *f, const char *path,
                      const json_t *object, struct error *err)
{
    const json_t *value = json_object_get(object, f->key);
    if (value == NULL)
        return error_set(err, "'%s': the key %s is missing", path, f->key);
    return f->list ? take_list(file, f, path, value, err)
                   : take_value(file, f, path, f->key, value, err);
}

/* Every key of the file must be one of ours. */
static int check_keys(const char *path, json_t *object, struct error *err)
{
    const char *names[FIELDS];
    for (size_t i = 0; i < FIELDS; i++)
        names[i] = fields[i].key;
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value)
    {
        bool known = false;
        for (size_t i = 0; i < FIELDS; i++)
            known |= strcmp(key, names[i]) == 0;
        const char *nearest = nearest_word(key, names, FIELDS);
        if (!known && nearest != NULL)
            return error_set(err, "'%s': unknown key %s; did you mean %s?", path, key, nearest);
        if (!known)
            return error_set(err, "'%s': unknown key %s", path, key);
    }
    return 0;
}

static int take_file(const char *path, json_t *json, struct schedule_file *file, struct error *err)
{
    if (!json_is_object(json))
        return error_set(err, "'%s' is no schedule: a JSON object is", path);
    /* The format first: a later one may have other keys. */
    for (size_t i = 0; i < FIELDS; i++) {
        if (i == 1 && check_keys(path, json, err) == -1)
            return -1;
        if (take_field(file, &fields[i], path, json, err) == -1)
            return -1;
    }
    return file->argv != NULL ? 0 : error_set(err, "'%s': argv must name the program", path);
}

/* A file may come from anybody: what is quoted of it must not get at the terminal. */
static void make_printable(struct error *err)
{
    char *printable = utf8_printable(err->text, strlen(err->text));
    error_set(err, "%s", printable != NULL ? printable : "out of memory");
    free(printable);
}

/* Room for all choices, before they are known to be some. */
static int make_room(const json_t *json, struct schedule_file *file)
{
    file->choices =
        calloc(json_array_size(json_object_get(json, "choices")) + 1, sizeof *file->choices);
    return file->choices != NULL ? 0 : -1;
}

int schedule_file_read(const char *path, struct schedule_file *file, struct error *err)
{
    *file = (struct schedule_file){0};
    FILE *from = fopen(path, "re");
    if (from == NULL)
        return error_errno(err, "cannot read '%s'", path);
    json_error_t error;
    json_t *json = json_loadf(from, JSON_REJECT_DUPLICATES, &error);
    fclose(from);
    int taken;
    if (json == NULL)
        taken = error_set(err, "'%s', line %d: no valid JSON: %s", path, error.line, error.text);
    else if (make_room(json, file) == -1)
        taken = error_errno(err, "cannot read '%s'", path);
    else
        taken = take_file(path, json, file, err);
    json_decref(json);
    if (taken == -1) {
        make_printable(err);
        schedule_file_free(file);
        *file = (struct schedule_file){0};
    }
    return taken;
}

void schedule_file_free(struct schedule_file *file)
{
    free_words(file->argv);
    free(file->choices);
    free(file->outcome);
}

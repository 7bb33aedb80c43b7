/* cmd_demo.c - `brokenpipe demo`: every scenario fails and holds before your eyes, as a table. */
#include "commands.h"

#include "claim.h"
#include "knob.h"
#include "report.h"
#include "table.h"
#include "verdict.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char help[] =
    "usage: brokenpipe demo [SCENARIO...]\n"
    "\n"
    "Runs broken and fixed of every SCENARIO (an id, a mechanism, or a glob over ids; without\n"
    "one, all of them) and shows what each did and why. The time is that of both together.\n"
    "Where broken fails in some schedules alone, one is looked for, and shown.\n"
    "Colour only on a terminal, and not if NO_COLOR is set.\n"
    "\n"
    "  -h, --help  this text\n"
    "\n"
    "Exit status: 0 every run was as expected; 1 some were not; 2 wrong usage; 3 it could not\n"
    "be done here.\n";

#define BOLD  "1"
#define RED   "31"
#define GREEN "32"
#define ALARM "1;37;41"

enum column { MARGIN, NAME, BROKEN, FIXED, TIME, COLUMNS };

struct demo {
    bool colour;
    bool progress; /* stderr is a terminal */
    size_t widths[COLUMNS];
    FILE *failures; /* told after the table */
    unsigned runs, unexpected;
};

static size_t clamp(size_t n, size_t least, size_t most)
{
    return n < least ? least : n > most ? most : n;
}

static const char *name_in_mechanism(const struct scenario *s)
{
    return strchr(s->id, '/') + 1;
}

/* The names get what they need, up to a quarter; broken, which has more to tell, gets two thirds of
 * what is left. */
static void fit_columns(struct demo *d, const struct corpus *corpus)
{
    size_t width = clamp(terminal_width(STDOUT_FILENO, 110), 72, 160);
    size_t longest = strlen("scenario");
    for (size_t i = 0; i < corpus->n; i++) {
        size_t length = strlen(name_in_mechanism(&corpus->scenarios[i]));
        longest = length > longest ? length : longest;
    }
    d->widths[NAME] = clamp(longest, 1, width / 4);
    d->widths[TIME] = strlen("100.0 ms");
    size_t rest = width - d->widths[NAME] - d->widths[TIME] - (COLUMNS - 1) * TABLE_GAP;
    d->widths[FIXED] = rest / 3;
    d->widths[BROKEN] = rest - d->widths[FIXED];
}

static void print_row(const struct demo *d, const char *texts[COLUMNS],
                      const char *colours[COLUMNS])
{
    struct cell cells[COLUMNS];
    for (int i = 0; i < COLUMNS; i++)
        cells[i] = (struct cell){
            .text = texts[i],
            .width = d->widths[i],
            .right = i == TIME,
            .colour = d->colour ? colours[i] : NULL,
            .coloured = strcspn(texts[i], ":;"), /* the outcome, without the reason */
        };
    table_row(stdout, cells, COLUMNS);
    fflush(stdout); /* a person watches; an error is found at the end */
}

static void print_head(const struct demo *d)
{
    const char *texts[COLUMNS] = {"", "scenario", "what broken does, and why", "what fixed does",
                                  "time"};
    const char *colours[COLUMNS] = {NULL, BOLD, BOLD, BOLD, BOLD};
    print_row(d, texts, colours);
}

static void print_mechanism(const struct demo *d, const struct scenario *s)
{
    int length = (int)strcspn(s->id, "/");
    printf(d->colour ? "\n\033[" BOLD "m%.*s\033[0m\n" : "\n%.*s\n", length, s->id);
}

static void show_progress(const struct demo *d, const struct corpus *corpus, size_t i)
{
    if (d->progress)
        fprintf(stderr, "[%zu/%zu] %s", i + 1, corpus->n, corpus->scenarios[i].id);
}

static void erase_progress(const struct demo *d)
{
    if (d->progress)
        fputs("\r\033[K", stderr);
}

/* The claim on the variant's plain run; without one, that on its exploration. The reader has seen
 * to it that `broken` and `fixed` have one or the other. */
static const struct claim *claim_to_show(const struct scenario *s, const char *variant)
{
    const struct claim *c = claim_find(s->expectation, variant, NULL);
    return c != NULL ? c : claim_find(s->expectation, variant, KNOB_EXPLORE);
}

/* What one run did, as a cell's text: a new string, or NULL. */
static char *tell(const struct verdict *v, const struct observation *o)
{
    if (v->kind == VERDICT_BROKEN_HARNESS)
        return strdup("could not be run");
    char *story = report_story(o);
    char *text = NULL, found[48] = "";
    if (v->schedule > 0)
        snprintf(found, sizeof found, " (in schedule %zu)", v->schedule);
    if (story == NULL ||
        asprintf(&text, "%s%s%s%s", v->kind == VERDICT_FAIL ? "UNEXPECTED: " : "",
                 o->outcome.kind == OUTCOME_DEADLOCK ? "deadlock: " : "", story, found) == -1)
        text = NULL;
    free(story);
    return text;
}

/* Runs a variant. Returns the cell's text, a new string; adds the time it took. */
static char *run_variant(struct demo *d, const struct scenario *s, const char *variant,
                         const char **colour, double *ms)
{
    const struct claim *c = claim_to_show(s, variant);
    struct observation o;
    struct verdict v = verdict_run(s, c, &o);
    d->runs++;
    if (v.kind != VERDICT_PASS) {
        d->unexpected++;
        *colour = ALARM;
        report_failure(d->failures, s, c, &v, &o);
    } else {
        *ms += v.coverage.schedules > 0 ? v.coverage.seconds * 1000 : o.wall_ms;
    }
    char *text = tell(&v, &o);
    verdict_free(&v);
    observation_free(&o);
    return text;
}

static void format_time(char *text, size_t size, double ms)
{
    if (ms < 1000)
        snprintf(text, size, "%.1f ms", ms);
    else
        snprintf(text, size, "%.1f s", ms / 1000);
}

/* Runs one scenario and prints its row. Returns 0, or -1 if memory is short. */
static int demonstrate(struct demo *d, const struct corpus *corpus, size_t i)
{
    const struct scenario *s = &corpus->scenarios[i];
    const char *colours[COLUMNS] = {[BROKEN] = RED, [FIXED] = GREEN};
    double ms = 0;
    char *broken, *fixed, time[32];
    show_progress(d, corpus, i);
    if (s->problem == NULL) {
        broken = run_variant(d, s, "broken", &colours[BROKEN], &ms);
        fixed = run_variant(d, s, "fixed", &colours[FIXED], &ms);
    } else {
        d->unexpected++;
        colours[BROKEN] = ALARM;
        fprintf(d->failures, "%s cannot be judged: %s\n", s->id, s->problem);
        broken = strdup("cannot be judged");
        fixed = strdup("");
    }
    erase_progress(d);

    format_time(time, sizeof time, ms);
    bool told = broken != NULL && fixed != NULL;
    if (told) {
        const char *texts[COLUMNS] = {"", name_in_mechanism(s), broken, fixed, time};
        print_row(d, texts, colours);
    }
    free(broken);
    free(fixed);
    return told ? 0 : -1;
}

static bool same_mechanism(const struct scenario *a, const struct scenario *b)
{
    size_t length = strcspn(a->id, "/") + 1;
    return strncmp(a->id, b->id, length) == 0;
}

static int print_table(struct demo *d, const struct corpus *corpus)
{
    print_head(d);
    for (size_t i = 0; i < corpus->n; i++) {
        const struct scenario *s = &corpus->scenarios[i];
        if (i == 0 || !same_mechanism(s, s - 1))
            print_mechanism(d, s);
        if (demonstrate(d, corpus, i) == -1)
            return -1;
    }
    return 0;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail for this clock */
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void print_summary(const struct demo *d, const struct corpus *corpus, double seconds)
{
    printf("\n%zu scenario%s, %u runs in %.1f s: ", corpus->n, corpus->n == 1 ? "" : "s", d->runs,
           seconds);
    if (d->unexpected == 0)
        puts("every broken program failed as predicted, and every fix held.");
    else
        printf("%u not as expected.\n", d->unexpected);
}

/* See https://no-color.org. */
static bool wants_colour(void)
{
    const char *no_color = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) == 1 && (no_color == NULL || no_color[0] == '\0');
}

static int demo(const struct corpus *corpus)
{
    struct demo d = {
        .colour = wants_colour(),
        .progress = isatty(STDERR_FILENO) == 1,
    };
    char *failures = NULL;
    size_t length;
    d.failures = open_memstream(&failures, &length);
    if (d.failures == NULL)
        return complain(&command_demo, STATUS_HARNESS, "%s", strerror(errno));
    fit_columns(&d, corpus);
    double start = seconds_now();
    bool told = print_table(&d, corpus) == 0;
    told &= fclose(d.failures) == 0;
    if (told && length > 0)
        printf("\n%s", failures);
    free(failures);
    if (!told)
        return complain(&command_demo, STATUS_HARNESS, "out of memory");
    print_summary(&d, corpus, seconds_now() - start);
    return d.unexpected == 0 && d.runs > 0 ? STATUS_OK : STATUS_FAILED;
}

static int run(int argc, char *argv[])
{
    static const struct option options[] = {HELP_OPTION};
    int option = next_option(&command_demo, argc, argv, options);
    if (option != -1)
        return option == 'h' ? show_help(&command_demo) : STATUS_USAGE;

    struct corpus corpus;
    if (find_scenarios(&command_demo, argv + optind, &corpus) == -1)
        return STATUS_USAGE;
    if (need_full_world(&command_demo) == -1) {
        corpus_free(&corpus);
        return STATUS_HARNESS;
    }
    int status = demo(&corpus);
    corpus_free(&corpus);
    return status;
}

const struct command command_demo = {"demo", "see every scenario fail, and its fix hold", help,
                                     run};

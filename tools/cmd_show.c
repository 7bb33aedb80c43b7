/* cmd_show.c - `brokenpipe show`: one scenario on a page. */
#include "commands.h"

#include "claim.h"
#include "words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: brokenpipe show SCENARIO\n"
    "\n"
    "Shows what a scenario is about, what each of its variants must do, where its files are,\n"
    "and how to run them.\n"
    "\n"
    "  -h, --help  this text\n";

/* One labelled line for each word of the list; the label stands before the first. */
static void show_lines(const char *label, char *const *lines)
{
    for (; lines != NULL && *lines != NULL; lines++) {
        printf("%-12s%s\n", label, *lines);
        label = "";
    }
}

static void show_about(const struct scenario *s)
{
    const struct expectation *e = s->expectation;
    printf("%s\n%s\n\n", s->id, e->title);
    printf("%-12s%s\n", "culprit", e->culprit);
    show_lines("references", e->references);
    show_lines("real bugs", e->bugs);
}

static void show_waits(const struct claim *c)
{
    for (size_t i = 0; i < c->n_waits; i++) {
        const struct wait_claim *w = &c->waits[i];
        printf("      %s waits in %s: %s%s%s\n", w->name, w->call, object_kind_name(w->object),
               w->state != NULL ? ", " : "", w->state != NULL ? w->state : "");
    }
}

static void show_chain(const struct claim *c)
{
    if (c->chain == CHAIN_NONE)
        return;
    printf("      %s:", chain_kind_name(c->chain));
    for (char *const *name = c->chain_names; *name != NULL; name++)
        printf(" %s", *name);
    putchar('\n');
}

static void show_leaves(const struct claim *c)
{
    for (size_t i = 0; i < c->n_leaves; i++)
        printf("      leaves %s%s%s\n", left_kind_name(c->leaves[i].kind),
               c->leaves[i].name != NULL ? " " : "",
               c->leaves[i].name != NULL ? c->leaves[i].name : "");
}

static void show_output(const struct claim *c)
{
    if (c->stdout_regex != NULL)
        printf("      stdout matches: %s\n", c->stdout_regex);
    if (c->stderr_regex != NULL)
        printf("      stderr matches: %s\n", c->stderr_regex);
    for (const char *line = c->stdout_text; line != NULL && *line != '\0';) {
        size_t length = strcspn(line, "\n");
        printf("      stdout: %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

static void show_claim(const struct claim *c)
{
    char outcome[64];
    outcome_format(c->outcome, outcome, sizeof outcome);
    if (c->implied) {
        printf("  %s under %s: as %s, in every schedule\n", c->variant, c->knob, c->variant);
        return;
    }
    printf("  %s%s%s: %s", c->variant, c->knob != NULL ? " under " : "",
           c->knob != NULL ? c->knob : "", outcome);
    if (claim_is_explored(c))
        fputs(claim_is_for_all(c) ? ", in every schedule" : ", in some schedule", stdout);
    putchar('\n');
    show_waits(c);
    show_chain(c);
    show_leaves(c);
    show_output(c);
}

static void show_files(const struct scenario *s)
{
    printf("\nFiles\n  %s/README.md\n", s->directory);
    for (char *const *variant = s->variants; *variant != NULL; variant++)
        printf("  %s/%s.c\n", s->directory, *variant);
    if (s->expectation != NULL)
        printf("  %s\n", s->expectation->file);
}

/* Ready to paste, with the command called as it was just now. */
static int show_commands(const struct scenario *s)
{
    char *args = join_words(s->expectation->args, " ");
    bool always = claim_find(s->expectation, "broken", NULL) != NULL;
    if (args == NULL)
        return complain(&command_show, STATUS_HARNESS, "%s", strerror(errno));
    printf("\nRun it\n");
    printf("  %s %s -- %s/broken%s%s\n", program_invocation_name, always ? "run" : "explore",
           s->build, args[0] != '\0' ? " " : "", args);
    printf("  %s check %s\n", program_invocation_name, s->id);
    free(args);
    return STATUS_OK;
}

static int show(const struct scenario *s)
{
    if (s->expectation == NULL) {
        printf("%s\n\nIt cannot be judged: %s\n", s->id, s->problem);
        show_files(s);
        return STATUS_OK;
    }
    show_about(s);
    printf("\nWhat each variant must do\n");
    for (size_t i = 0; i < s->expectation->n_claims; i++)
        show_claim(&s->expectation->claims[i]);
    if (s->problem != NULL)
        printf("\nIt cannot be judged yet: %s\n", s->problem);
    show_files(s);
    return show_commands(s);
}

static int run(int argc, char *argv[])
{
    static const struct option options[] = {HELP_OPTION};
    int option = next_option(&command_show, argc, argv, options);
    if (option != -1)
        return option == 'h' ? show_help(&command_show) : STATUS_USAGE;
    if (argc - optind != 1)
        return complain(&command_show, STATUS_USAGE,
                        "it shows one scenario: brokenpipe show SCENARIO");

    struct corpus corpus;
    if (find_scenarios(&command_show, argv + optind, &corpus) == -1)
        return STATUS_USAGE;
    int status;
    if (corpus.n == 1)
        status = show(&corpus.scenarios[0]);
    else
        status = complain(&command_show, STATUS_USAGE,
                          "'%s' selects %zu scenarios, %s to %s; it shows one", argv[optind],
                          corpus.n, corpus.scenarios[0].id, corpus.scenarios[corpus.n - 1].id);
    corpus_free(&corpus);
    return status;
}

const struct command command_show = {"show", "one scenario on a page", help, run};

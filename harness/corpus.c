/* corpus.c - finds the scenarios in the tree: a scenario exists by existing. */
#include "corpus.h"

#include "corpus_check.h"
#include "words.h"

#include <errno.h>
#include <fnmatch.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Code that the scenarios of a mechanism share lives in MECHANISM/runtime, which is no scenario. */
#define SHARED_CODE "runtime"

/* The paths ROOT/PATTERN, sorted; what is special to glob(3) in `root` stands for itself. */
static int find_paths(const char *root, const char *pattern, glob_t *paths, struct error *err)
{
    char *whole = malloc(2 * strlen(root) + strlen(pattern) + 2);
    char *end = whole;
    int result;

    *paths = (glob_t){0};
    if (whole == NULL)
        return error_errno(err, "cannot list %s", root);
    for (const char *c = root; *c != '\0'; c++) {
        if (strchr("*?[\\", *c) != NULL)
            *end++ = '\\';
        *end++ = *c;
    }
    stpcpy(stpcpy(end, "/"), pattern);
    errno = 0;
    result = glob(whole, GLOB_ERR, NULL, paths);
    free(whole);
    if (result == 0 || result == GLOB_NOMATCH)
        return 0;
    globfree(paths);
    return error_errno(err, "cannot list %s/%s", root, pattern);
}

/* Adds to `words` the part of each path between `root`/`before` and `after`. */
static int add_parts(const char *root, const char *before, const char *wild, const char *after,
                     char ***words, struct error *err)
{
    char pattern[64];
    size_t head = strlen(root) + 1 + strlen(before);
    glob_t paths;
    int result = 0;

    snprintf(pattern, sizeof pattern, "%s%s%s", before, wild, after);
    if (find_paths(root, pattern, &paths, err) == -1)
        return -1;
    for (size_t i = 0; result == 0 && i < paths.gl_pathc; i++) {
        const char *part = paths.gl_pathv[i] + head;

        if (append_word(words, part, strlen(part) - strlen(after)) == -1)
            result = error_errno(err, "cannot list %s", root);
    }
    globfree(&paths);
    return result;
}

static bool is_shared_code(const char *id)
{
    const char *name = strchr(id, '/');

    return name != NULL && strcmp(name + 1, SHARED_CODE) == 0;
}

static int compare_words(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Sorts the ids, and drops those that stand there twice and those that are shared code. */
static void tidy_ids(char **ids)
{
    char **kept = ids;

    qsort(ids, count_words(ids), sizeof *ids, compare_words);
    for (char **id = ids; *id != NULL; id++) {
        if (is_shared_code(*id) || (kept > ids && strcmp(kept[-1], *id) == 0))
            free(*id);
        else
            *kept++ = *id;
    }
    *kept = NULL;
}

/* The ids of all scenarios: of every folder, and of every expectation. */
static int find_ids(const char *root, char ***ids, struct error *err)
{
    *ids = NULL;
    if (add_parts(root, "scenarios/", "*/*", "/", ids, err) == -1 ||
        add_parts(root, "expected/", "*/*", ".ini", ids, err) == -1) {
        free_words(*ids);
        return -1;
    }
    if (*ids != NULL)
        tidy_ids(*ids);
    if (count_words(*ids) > 0)
        return 0;
    free_words(*ids);
    return error_set(err, "%s/scenarios holds no scenario", root);
}

/* A pattern is an id, a mechanism, or a glob over ids. */
static bool selects(const char *pattern, const char *id)
{
    size_t length = strlen(pattern);

    return strcmp(pattern, id) == 0 || (strncmp(pattern, id, length) == 0 && id[length] == '/') ||
           fnmatch(pattern, id, 0) == 0;
}

static bool selects_any(const char *pattern, char *const *ids)
{
    for (; *ids != NULL; ids++)
        if (selects(pattern, *ids))
            return true;
    return false;
}

static bool selected_by_any(const char *id, char *const *patterns)
{
    if (patterns == NULL || *patterns == NULL)
        return true;
    for (; *patterns != NULL; patterns++)
        if (selects(*patterns, id))
            return true;
    return false;
}

/* Adds the mechanisms of the sorted `ids` to `words`, each once. */
static int add_mechanisms(char *const *ids, char ***words)
{
    const char *last = "";

    for (; *ids != NULL; ids++) {
        size_t length = strcspn(*ids, "/");

        if (strncmp(*ids, last, length + 1) == 0)
            continue;
        last = *ids;
        if (append_word(words, *ids, length) == -1)
            return -1;
    }
    return 0;
}

/* The id whose name, without the mechanism, was probably meant; or NULL. */
static const char *nearest_name(const char *pattern, char *const *ids, size_t n)
{
    const char **names = malloc(n * sizeof *names);
    const char *nearest = NULL, *name;

    if (names == NULL)
        return NULL;
    for (size_t i = 0; i < n; i++)
        names[i] = strchr(ids[i], '/') + 1;
    name = nearest_word(pattern, names, n);
    for (size_t i = 0; i < n; i++)
        if (names[i] == name)
            nearest = ids[i];
    free(names);
    return nearest;
}

/* The pattern selects none of the ids: says so, and what was probably meant. */
static int fail_unknown(const char *pattern, char *const *ids, struct error *err)
{
    char **mechanisms = NULL;
    const char *meant = nearest_word(pattern, (const char *const *)ids, count_words(ids));
    char *list = NULL;

    if (add_mechanisms(ids, &mechanisms) == 0)
        list = join_words(mechanisms, ", ");
    if (meant == NULL && list != NULL)
        meant = nearest_word(pattern, (const char *const *)mechanisms, count_words(mechanisms));
    if (meant == NULL)
        meant = nearest_name(pattern, ids, count_words(ids));

    if (meant != NULL)
        error_set(err, "unknown scenario '%s'; did you mean %s?", pattern, meant);
    else
        error_set(err, "unknown scenario '%s'; there are mechanisms %s", pattern,
                  list != NULL ? list : "(out of memory)");
    free_words(mechanisms);
    free(list);
    return -1;
}

/* "ROOT/TREE/IDSUFFIX", a new string; or NULL. */
static char *path_of(const char *root, const char *tree, const char *id, const char *suffix)
{
    char *path;

    return asprintf(&path, "%s/%s/%s%s", root, tree, id, suffix) != -1 ? path : NULL;
}

static void scenario_free(struct scenario *s)
{
    free(s->id);
    free(s->directory);
    free(s->build);
    expectation_free(s->expectation);
    free_words(s->variants);
    free(s->problem);
}

/* Reads the expectation; where that fails, its error ("ROOT/expected/...: ...") without the root is
 * a problem of the scenario. */
static int load_expectation(const char *root, struct scenario *s, FILE *problems)
{
    struct error why;
    char *file = path_of(root, "expected", s->id, ".ini");
    size_t length = strlen(root) + 1;

    if (file == NULL)
        return -1;
    if (access(file, F_OK) == -1)
        corpus_problem(problems, "expected/%s.ini is missing", s->id);
    else if ((s->expectation = expectation_read(file, &why)) == NULL)
        corpus_problem(problems, "%s",
                       why.text + (strncmp(why.text, file, length) == 0 ? length : 0));
    else
        corpus_check_expectation(s, problems);
    free(file);
    return 0;
}

/* Collects what is wrong with the scenario into its `problem`. */
static int load_problem(const char *root, struct scenario *s)
{
    char *text = NULL;
    size_t size;
    FILE *problems = open_memstream(&text, &size);
    int result = 0;

    if (problems == NULL)
        return -1;
    if (access(s->directory, F_OK) == -1) {
        corpus_problem(problems, "the folder scenarios/%s is missing", s->id);
    } else {
        corpus_check_folder(s, problems);
        result = load_expectation(root, s, problems);
    }
    if (fclose(problems) == EOF)
        result = -1;
    if (result == 0 && size > 0)
        s->problem = text;
    else
        free(text);
    return result;
}

/* Fills in a scenario that is all zero; what it holds is released by the caller in any case. */
static int scenario_load(const char *root, const char *build, const char *id, struct scenario *s,
                         struct error *err)
{
    s->id = strdup(id);
    s->directory = path_of(root, "scenarios", id, "");
    s->build = path_of(build, "scenarios", id, "");
    s->variants = split_words("");
    if (s->id == NULL || s->directory == NULL || s->build == NULL || s->variants == NULL)
        return error_errno(err, "cannot load %s", id);
    if (access(s->directory, F_OK) == 0 &&
        add_parts(s->directory, "", "*", ".c", &s->variants, err) == -1)
        return -1;
    if (load_problem(root, s) == -1)
        return error_errno(err, "cannot load %s", id);
    return 0;
}

static int load_selected(const char *root, const char *build, char *const *ids,
                         char *const *patterns, struct corpus *corpus, struct error *err)
{
    corpus->scenarios = calloc(count_words(ids), sizeof *corpus->scenarios);
    if (corpus->scenarios == NULL)
        return error_errno(err, "cannot load the scenarios");
    for (; *ids != NULL; ids++)
        if (selected_by_any(*ids, patterns) &&
            scenario_load(root, build, *ids, &corpus->scenarios[corpus->n++], err) == -1)
            return -1;
    return 0;
}

int corpus_find(const char *root, const char *build, char *const *patterns, struct corpus *corpus,
                struct error *err)
{
    char **ids;
    int result = 0;

    *corpus = (struct corpus){0};
    if (find_ids(root, &ids, err) == -1)
        return -1;
    for (char *const *p = patterns; result == 0 && p != NULL && *p != NULL; p++)
        if (!selects_any(*p, ids))
            result = fail_unknown(*p, ids, err);
    if (result == 0)
        result = load_selected(root, build, ids, patterns, corpus, err);
    if (result == -1)
        corpus_free(corpus);
    free_words(ids);
    return result;
}

void corpus_free(struct corpus *corpus)
{
    for (size_t i = 0; i < corpus->n; i++)
        scenario_free(&corpus->scenarios[i]);
    free(corpus->scenarios);
    *corpus = (struct corpus){0};
}

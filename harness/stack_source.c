/* stack_source.c - which function and line an address belongs to, by the DWARF line table and
 * scopes. See stack_symbols.h. */
#include "stack_symbols.h"

#include <dwarf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_MAX = 64 }; /* of an entry in the debug information; it may be made to do harm */

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

static bool begins_with_one(const char *text, const char *const *beginnings)
{
    while (*beginnings != NULL && !begins_with(text, *beginnings))
        beginnings++;
    return *beginnings != NULL;
}

/* The module's path, without the note that the file's name is gone. */
static char *copy_path(const char *path)
{
    static const char GONE[] = " (deleted)";
    size_t length = strlen(path), tail = sizeof(GONE) - 1;
    if (length > tail && strcmp(path + length - tail, GONE) == 0)
        length -= tail;
    return strndup(path, length);
}

/* A call, and where its source is. */
struct place {
    uint64_t pc;
    const struct mapped *file;
    const char *directory; /* that the compiler ran in; or NULL */
    const char *source;    /* or NULL */
    int line;
};

/* Rust's library, under the name that its makers give it wherever it was built. */
static bool is_in_rust_library(const struct place *place)
{
    static const char RUST[] = "/rustc/";
    return begins_with(place->source, RUST) ||
           (place->source[0] != '/' && place->directory != NULL &&
            begins_with(place->directory, RUST));
}

/* Whether a person who debugs the program can do something about this line. */
static bool is_own(const struct place *place)
{
    static const char *const LIBRARIES[] = {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", NULL};
    static const char *const HEADERS[] = {"/usr/include/", "/usr/lib/",
                                          "/usr/bin/../" /* clang's way to say the same */, NULL};
    const char *source = place->source;
    if (source == NULL || is_in_rust_library(place) || is_c_library(place->file->path))
        return false;
    if (place->file->program)
        return !begins_with_one(source, HEADERS);
    return !begins_with_one(place->file->path, LIBRARIES) && !begins_with(source, "/usr/");
}

/* `function` is a new string, which the frame owns from here on. */
static void fill(struct frame *frame, const struct place *place, char *function)
{
    *frame = (struct frame){
        .pc = place->pc,
        .function = function,
        .module = copy_path(place->file->path),
        .file = place->source == NULL ? NULL : strdup(place->source),
        .line = place->source == NULL ? 0 : place->line,
        .own = is_own(place),
    };
}

/* Where the function is written: what is known of a copy of it, or of the body of one that was
 * declared in a class, refers to that. */
static Dwarf_Die declaration(Dwarf_Die die)
{
    static const unsigned REFERENCES[] = {DW_AT_abstract_origin, DW_AT_specification};
    for (size_t i = 0; i < sizeof(REFERENCES) / sizeof(REFERENCES[0]); i++) {
        Dwarf_Attribute value;
        Dwarf_Die to;
        if (dwarf_formref_die(dwarf_attr(&die, REFERENCES[i], &value), &to) != NULL)
            die = to;
    }
    return die;
}

/* The entries of the debug information from the unit down to one of its tree. */
struct path {
    Dwarf_Die entries[DEPTH_MAX];
    int n;
};

/* Goes down to the function that holds `address`, from where `path` leads to. C++ and Rust have
 * functions within namespaces, types and functions. */
static bool go_to_function(struct path *path, Dwarf_Addr address)
{
    Dwarf_Die *entry = &path->entries[path->n];
    if (path->n == DEPTH_MAX || dwarf_child(entry - 1, entry) != 0)
        return false;
    path->n++;
    do {
        if ((dwarf_tag(entry) == DW_TAG_subprogram && dwarf_haspc(entry, address) == 1) ||
            go_to_function(path, address))
            return true;
    } while (dwarf_siblingof(entry, entry) == 0);
    path->n--;
    return false;
}

/* Goes on to the innermost of the scopes and inlined functions that hold `address`. */
static void go_inside(struct path *path, Dwarf_Addr address)
{
    Dwarf_Die *entry = &path->entries[path->n];
    int more = path->n == DEPTH_MAX ? 1 : dwarf_child(entry - 1, entry);
    while (more == 0) {
        if (dwarf_tag(entry) != DW_TAG_subprogram && dwarf_haspc(entry, address) == 1) {
            if (++path->n == DEPTH_MAX)
                return;
            entry++;
            more = dwarf_child(entry - 1, entry);
        } else {
            more = dwarf_siblingof(entry, entry);
        }
    }
}

/* The path to what `wanted` is in: each of that begins before it, as the last of its neighbours. */
static void path_to(Dwarf_Die *wanted, struct path *path)
{
    Dwarf_Die next, *entry = path->entries;
    Dwarf_Off offset = dwarf_dieoffset(wanted);
    if (dwarf_diecu(wanted, entry, NULL, NULL) == NULL)
        return;
    for (path->n = 1; path->n < DEPTH_MAX && dwarf_child(entry, &next) == 0; path->n++) {
        entry++;
        do
            *entry = next;
        while (dwarf_siblingof(&next, &next) == 0 && dwarf_dieoffset(&next) <= offset);
        if (dwarf_dieoffset(entry) == offset)
            return;
    }
}

/* A new string: the function's name, in the classes, functions and namespaces that it is written
 * in ("pool::worker::run"). NULL if it has none. */
static char *function_name(Dwarf_Die *function)
{
    char *name = NULL;
    size_t size;
    FILE *to = dwarf_diename(function) == NULL ? NULL : open_memstream(&name, &size);
    if (to == NULL)
        return NULL;
    struct path path = {.n = 0};
    Dwarf_Die written = declaration(*function);
    path_to(&written, &path);
    for (int i = 1; i < path.n; i++)
        if (dwarf_diename(&path.entries[i]) != NULL)
            fprintf(to, "%s::", dwarf_diename(&path.entries[i]));
    fputs(dwarf_diename(function), to);
    if (fclose(to) == 0)
        return name;
    free(name);
    return NULL;
}

/* The same by the symbol table. */
static char *symbol_name(struct layout *layout, uint64_t at)
{
    uint64_t begin;
    const char *symbol = symbol_function(layout, at, &begin);
    return symbol == NULL ? NULL : strndup(symbol, symbol_length(symbol));
}

static int number(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute value;
    Dwarf_Word word;
    if (dwarf_formudata(dwarf_attr(die, attribute, &value), &word) != 0 || word > INT32_MAX)
        return 0;
    return (int)word;
}

/* Goes to where the inlined function `scope` was called. */
static void step_out(struct place *place, Dwarf_Die *unit, Dwarf_Die *scope)
{
    Dwarf_Files *files;
    size_t n;
    size_t file = (size_t)number(scope, DW_AT_call_file);
    place->source = dwarf_getsrcfiles(unit, &files, &n) == 0 && file < n
                        ? dwarf_filesrc(files, file, NULL, NULL)
                        : NULL;
    place->line = number(scope, DW_AT_call_line);
}

/* Fills in the functions that have been put into the one that holds `address`, innermost first, and
 * leaves `place` where the outermost of them is called, and in `name` that function's, a new
 * string, if it is known. Library headers' wrappers, which are marked as artificial, are not worth
 * a frame. */
static size_t inlined_frames(struct place *place, Dwarf_Die *unit, Dwarf_Addr address, char **name,
                             struct frame *to, size_t room)
{
    struct path path = {.entries = {*unit}, .n = 1};
    if (!go_to_function(&path, address))
        return 0;
    int function = path.n - 1;
    size_t used = 0;
    go_inside(&path, address);
    for (int i = path.n - 1; i > function; i--) {
        Dwarf_Die *scope = &path.entries[i];
        if (dwarf_tag(scope) != DW_TAG_inlined_subroutine)
            continue;
        if (used < room && !dwarf_hasattr_integrate(scope, DW_AT_artificial))
            fill(&to[used++], place, function_name(scope));
        step_out(place, unit, scope);
    }
    *name = function_name(&path.entries[function]);
    return used;
}

/* The compilation unit that `at` belongs to. The index of addresses (.debug_aranges) is quick, but
 * not every compiler writes one. */
static Dwarf_Die *unit_at(Dwfl_Module *module, uint64_t at, Dwarf_Addr *bias)
{
    Dwarf_Die *unit = dwfl_module_addrdie(module, at, bias);
    if (unit != NULL)
        return unit;
    while ((unit = dwfl_module_nextcu(module, unit, bias)) != NULL)
        if (dwarf_haspc(unit, at - *bias) == 1)
            break;
    return unit;
}

size_t source_frames(struct layout *layout, uint64_t pc, uint64_t at, struct frame *to, size_t room)
{
    Dwfl_Module *module = dwfl_addrmodule(layout->dwfl, at);
    if (module == NULL) {
        *to = (struct frame){.pc = pc};
        return 1;
    }
    struct place place = {.pc = pc, .file = layout_file(module)};
    char *name = NULL;
    size_t used = 0;
    Dwarf_Addr bias;
    Dwarf_Die *unit = unit_at(module, at, &bias);
    Dwarf_Line *found = unit == NULL ? NULL : dwarf_getsrc_die(unit, at - bias);
    if (found != NULL && dwarf_lineno(found, &place.line) == 0) {
        Dwarf_Attribute value;
        place.directory = dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &value));
        if (place.line != 0) /* 0: of no line of its own */
            place.source = dwarf_linesrc(found, NULL, NULL);
        used = inlined_frames(&place, unit, at - bias, &name, to, room - 1);
    }
    if (name == NULL)
        name = symbol_name(layout, at);
    fill(&to[used], &place, name);
    return used + 1;
}

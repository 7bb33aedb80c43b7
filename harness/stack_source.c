/* stack_source.c - which function and line an address belongs to, by the DWARF line table and
 * scopes. See stack_symbols.h. */
#include "stack_symbols.h"

#include <dwarf.h>
#include <stdlib.h>
#include <string.h>

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
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

/* Whether a person who debugs the program can do something about this line. */
static bool is_own(const struct mapped *file, const char *source)
{
    static const char *const LIBRARIES[] = {"/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/"};
    if (source == NULL)
        return false;
    if (file->program)
        return !begins_with(source, "/usr/include/") && !begins_with(source, "/usr/lib/");
    for (size_t i = 0; i < sizeof(LIBRARIES) / sizeof(LIBRARIES[0]); i++)
        if (begins_with(file->path, LIBRARIES[i]))
            return false;
    return !begins_with(source, "/usr/");
}

static void fill(struct frame *frame, uint64_t pc, const struct mapped *file, const char *function,
                 const char *source, int line)
{
    *frame = (struct frame){
        .pc = pc,
        .function = function == NULL ? NULL : strndup(function, symbol_length(function)),
        .module = copy_path(file->path),
        .file = source == NULL ? NULL : strdup(source),
        .line = source == NULL ? 0 : line,
        .own = is_own(file, source),
    };
}

static int number(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute value;
    Dwarf_Word word;
    if (dwarf_formudata(dwarf_attr(die, attribute, &value), &word) != 0 || word > INT32_MAX)
        return 0;
    return (int)word;
}

/* Sets `source` and `line` to where the inlined function `scope` was called. */
static void step_out(Dwarf_Die *unit, Dwarf_Die *scope, const char **source, int *line)
{
    Dwarf_Files *files;
    size_t n;
    size_t file = (size_t)number(scope, DW_AT_call_file);
    *source = dwarf_getsrcfiles(unit, &files, &n) == 0 && file < n
                  ? dwarf_filesrc(files, file, NULL, NULL)
                  : NULL;
    *line = number(scope, DW_AT_call_line);
}

/* The scopes around `address`, from the innermost to the unit. */
static int scopes_around(Dwfl_Module *module, Dwarf_Die *unit, Dwarf_Addr address,
                         Dwarf_Die **scopes)
{
    /* Of an inlined function this gives the scopes where it is written, not where it is used. */
    Dwarf_Die *written, innermost;
    if (dwarf_getscopes(unit, address, &written) <= 0)
        return 0;
    Dwarf_Addr bias;
    Dwarf_Die *found =
        dwarf_offdie(dwfl_module_getdwarf(module, &bias), dwarf_dieoffset(&written[0]), &innermost);
    free(written);
    int n = found == NULL ? 0 : dwarf_getscopes_die(&innermost, scopes);
    return n < 0 ? 0 : n;
}

/* Fills in the functions that have been put into the one that holds `at`, innermost first, and
 * leaves `source` and `line` where the outermost of them is called. Library headers' wrappers,
 * which are marked as artificial, are not worth a frame. */
static size_t inlined_frames(Dwfl_Module *module, Dwarf_Die *unit, uint64_t pc, Dwarf_Addr address,
                             const char **source, int *line, struct frame *to, size_t room)
{
    Dwarf_Die *scopes;
    int n = scopes_around(module, unit, address, &scopes);
    size_t used = 0;
    for (int i = 0; i < n; i++) {
        if (dwarf_tag(&scopes[i]) != DW_TAG_inlined_subroutine)
            continue;
        if (used < room && !dwarf_hasattr_integrate(&scopes[i], DW_AT_artificial))
            fill(&to[used++], pc, layout_file(module), dwarf_diename(&scopes[i]), *source, *line);
        step_out(unit, &scopes[i], source, line);
    }
    if (n > 0)
        free(scopes);
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
    const char *source = NULL;
    int line = 0;
    size_t used = 0;
    Dwarf_Addr bias;
    Dwarf_Die *unit = unit_at(module, at, &bias);
    Dwarf_Line *found = unit == NULL ? NULL : dwarf_getsrc_die(unit, at - bias);
    if (found != NULL && dwarf_lineno(found, &line) == 0) {
        source = line == 0 ? NULL : dwarf_linesrc(found, NULL, NULL); /* 0: of no line of its own */
        used = inlined_frames(module, unit, pc, at - bias, &source, &line, to, room - 1);
    }
    uint64_t begin;
    fill(&to[used], pc, layout_file(module), symbol_function(layout, at, &begin), source, line);
    return used + 1;
}

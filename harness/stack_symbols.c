/* stack_symbols.c - names of functions and variables, by the ELF symbol tables. See stack.h,
 * stack_symbols.h. */
#include "stack_symbols.h"

#include "stack.h"
#include "task.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Of names for one thing, programs know the one with the fewest leading underscores: "read", not
 * "__read"; then the shorter one: "open", not "open64". */
static bool is_plainer(const char *name, const char *than)
{
    size_t underscores = strspn(name, "_"), others = strspn(than, "_");
    return underscores != others ? underscores < others : strlen(name) < strlen(than);
}

/* Whether the symbol has the wanted type, lies in the file, and its name says something. */
static bool is_usable(const char *name, const GElf_Sym *symbol, GElf_Word section, bool function)
{
    int type = GELF_ST_TYPE(symbol->st_info);
    return name != NULL && name[0] != '\0' && section != SHN_UNDEF &&
           (function ? type == STT_FUNC || type == STT_GNU_IFUNC : type == STT_OBJECT);
}

/* The plainest name for what `address` lies in. Sets `begin` to where that begins. */
static const char *find_symbol(Dwfl_Module *module, uint64_t address, bool function,
                               uint64_t *begin)
{
    const char *best = NULL;
    int n = dwfl_module_getsymtab(module);
    for (int i = 1; i < n; i++) {
        GElf_Sym symbol;
        GElf_Addr value;
        GElf_Word section;
        const char *name =
            dwfl_module_getsym_info(module, i, &symbol, &value, &section, NULL, NULL);
        if (!is_usable(name, &symbol, section, function) || address < value ||
            address - value >= symbol.st_size)
            continue;
        if (best == NULL || value > *begin || (value == *begin && is_plainer(name, best))) {
            best = name;
            *begin = value;
        }
    }
    return best;
}

/* Tables are long, and forks of a program wait in the same few functions. */
const char *symbol_function(struct layout *layout, uint64_t address, uint64_t *begin)
{
    for (size_t i = 0; i < FUNCTIONS_KEPT; i++) {
        if (layout->known[i].address != address)
            continue;
        *begin = layout->known[i].begin;
        return layout->known[i].name;
    }
    struct function *known = &layout->known[layout->next_known++ % FUNCTIONS_KEPT];
    Dwfl_Module *module = dwfl_addrmodule(layout->dwfl, address);
    *known = (struct function){.address = address};
    if (module != NULL)
        known->name = find_symbol(module, address, true, &known->begin);
    *begin = known->begin;
    return known->name;
}

/* Dots belong to the names that Rust makes, which begin as C++'s nested ones do. */
size_t symbol_length(const char *name)
{
    const char *ends = strncmp(name, "_ZN", 3) == 0 ? "@" : "@.";
    return name[0] == '\0' ? 0 : strcspn(name + 1, ends) + 1;
}

/* The name in the relocation that fills the word at `address`: what the program calls it, wherever
 * the loader has found it. NULL if there is no such relocation in the section. */
static const char *relocation_in(Elf *elf, Elf_Scn *section, uint64_t address)
{
    GElf_Shdr header, symbols_header;
    if (gelf_getshdr(section, &header) == NULL || header.sh_type != SHT_RELA)
        return NULL;
    Elf_Scn *symbols = elf_getscn(elf, header.sh_link);
    Elf_Data *relocations = elf_getdata(section, NULL), *table = elf_getdata(symbols, NULL);
    if (relocations == NULL || table == NULL || gelf_getshdr(symbols, &symbols_header) == NULL)
        return NULL;
    GElf_Rela relocation;
    for (int i = 0; gelf_getrela(relocations, i, &relocation) != NULL; i++) {
        GElf_Sym symbol;
        if (relocation.r_offset == address && GELF_R_SYM(relocation.r_info) != 0 &&
            gelf_getsym(table, (int)GELF_R_SYM(relocation.r_info), &symbol) != NULL)
            return elf_strptr(elf, symbols_header.sh_link, symbol.st_name);
    }
    return NULL;
}

static const char *relocation_name(struct layout *layout, uint64_t slot)
{
    GElf_Addr bias;
    Dwfl_Module *module = dwfl_addrmodule(layout->dwfl, slot);
    Elf *elf = module == NULL ? NULL : dwfl_module_getelf(module, &bias);
    if (elf == NULL)
        return NULL;
    const char *name = NULL;
    Elf_Scn *section = NULL;
    while (name == NULL && (section = elf_nextscn(elf, section)) != NULL)
        name = relocation_in(elf, section, slot - bias);
    return name;
}

/* The signed 32-bit distance in an instruction, from the instruction's end. */
static uint64_t distance_at(const unsigned char *at)
{
    int32_t distance;
    memcpy(&distance, at, sizeof(distance));
    return (uint64_t)(int64_t)distance;
}

/* The word that the procedure linkage table's entry at `target` jumps through, or 0 if there is no
 * such entry: [endbr64] [bnd] jmp *word(%rip). */
static uint64_t linkage_slot(struct stacks *s, pid_t pid, uint64_t target)
{
    static const unsigned char ENDBR64[] = {0xf3, 0x0f, 0x1e, 0xfa};
    unsigned char code[11];
    size_t i = 0;
    if (task_memory(s->v, pid, target, code, sizeof(code)) != 0)
        return 0;
    if (memcmp(code, ENDBR64, sizeof(ENDBR64)) == 0)
        i += sizeof(ENDBR64);
    if (code[i] == 0xf2)
        i++;
    if (code[i] != 0xff || code[i + 1] != 0x25)
        return 0;
    return target + i + 6 + distance_at(code + i + 2);
}

bool is_c_library(const char *path)
{
    /* The last is preloaded where a run is controlled, and stands between the program and the C
     * library. */
    static const char *const libraries[] = {"libc.so.", "libc-2.", "libpthread",
                                            "ld-linux", "ld-2.",   "points.so"};
    if (path == NULL)
        return false;
    const char *slash = strrchr(path, '/');
    const char *file = slash == NULL ? path : slash + 1;
    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
        if (strncmp(file, libraries[i], strlen(libraries[i])) == 0)
            return true;
    return false;
}

size_t stack_outside(const struct frame *frames, size_t n)
{
    size_t i = 0;
    while (i < n && is_c_library(frames[i].module))
        i++;
    return i;
}

/* What the call before `pc` calls: its name, as the program knows it, and where it is; that is 0 if
 * the name alone is known. */
static bool find_called(struct stacks *s, struct layout *layout, uint64_t pc, const char **name,
                        uint64_t *target)
{
    unsigned char code[6];
    uint64_t slot, begin;
    if (task_memory(s->v, layout->pid, pc - sizeof(code), code, sizeof(code)) != 0)
        return false;
    if (code[0] == 0xff && code[1] == 0x15) { /* call *word(%rip) */
        slot = pc + distance_at(code + 2);
    } else if (code[1] == 0xe8) { /* call target */
        *target = pc + distance_at(code + 2);
        slot = linkage_slot(s, layout->pid, *target);
    } else {
        return false;
    }
    *name = slot == 0 ? NULL : relocation_name(layout, slot);
    if (slot != 0 && task_memory(s->v, layout->pid, slot, target, sizeof(*target)) != 0)
        *target = 0;
    if (*name == NULL && *target != 0)
        *name = symbol_function(layout, *target, &begin);
    return *name != NULL;
}

int stack_called(struct stacks *s, pid_t pid, uint64_t pc, char *name, size_t size)
{
    const char *found;
    uint64_t target;
    struct layout *layout = layout_of(s, pid);
    if (layout == NULL || !find_called(s, layout, pc, &found, &target))
        return -1;
    snprintf(name, size, "%.*s", (int)symbol_length(found), found);
    return 0;
}

static bool leads_into_c_library(struct layout *layout, uint64_t target)
{
    Dwfl_Module *module = dwfl_addrmodule(layout->dwfl, target);
    return module != NULL && is_c_library(layout_file(module)->path);
}

char *stack_library_call(struct stacks *s, pid_t pid, const struct frame *frames, size_t n)
{
    const char *name;
    uint64_t target;
    size_t outside = stack_outside(frames, n);
    struct layout *layout = outside == 0 || outside == n ? NULL : layout_of(s, pid);
    if (layout == NULL)
        return NULL;
    if (find_called(s, layout, frames[outside].pc, &name, &target) &&
        leads_into_c_library(layout, target))
        return strndup(name, symbol_length(name));
    const char *inside = frames[outside - 1].function;
    return inside == NULL ? NULL : strdup(inside);
}

int stack_function(struct stacks *s, pid_t pid, uint64_t address, char *name, size_t size)
{
    uint64_t begin;
    struct layout *layout = layout_of(s, pid);
    const char *found = layout == NULL ? NULL : symbol_function(layout, address, &begin);
    if (found == NULL || begin != address)
        return -1;
    snprintf(name, size, "%.*s", (int)symbol_length(found), found);
    return 0;
}

/* Finds the module that begins last below `address`: variables without a value lie in anonymous
 * memory behind their file. */
static Dwfl_Module *module_below(const struct layout *layout, uint64_t address)
{
    size_t i = layout->n;
    while (i > 0 && layout->files[i - 1].low > address)
        i--;
    return i == 0 ? NULL : dwfl_addrmodule(layout->dwfl, layout->files[i - 1].low);
}

/* Of a variable inside a function, compilers make "ready.0" or "function.ready" as well. */
static const char *variable_begin(const char *name)
{
    const char *dot = strchr(name + 1, '.');
    if (dot == NULL || isdigit((unsigned char)dot[1]) || dot[1] == '\0' ||
        strncmp(dot, ".lto_priv", strlen(".lto_priv")) == 0)
        return name;
    return dot + 1;
}

int stack_variable(struct stacks *s, pid_t pid, uint64_t address, char *name, size_t size)
{
    struct layout *layout = layout_of(s, pid);
    Dwfl_Module *module = layout == NULL ? NULL : module_below(layout, address);
    uint64_t begin = 0;
    const char *found = module == NULL ? NULL : find_symbol(module, address, false, &begin);
    if (found == NULL)
        return -1;
    found = variable_begin(found);
    int length = (int)symbol_length(found);
    if (address == begin)
        snprintf(name, size, "%.*s", length, found);
    else
        snprintf(name, size, "%.*s+%#" PRIx64, length, found, address - begin);
    return 0;
}

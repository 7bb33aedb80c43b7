/* stack_layout.c - from /proc/PID/maps to libdw's modules. See stack_layout.h.
 *
 * The process may be hostile: its maps may name anything, and any file may lie at a name by now. So
 * only regular files of a sensible size are opened, whose compressed parts have a sensible size
 * too; and they are read, not mapped: a mapped file that is cut short later would kill the reader.
 */
#include "stack_layout.h"

#include "stack.h"

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILES_MAX = 128,        /* of one process; what comes behind is not looked at */
    LINES_MAX = 16384,      /* of its maps, likewise */
    ELF_SIZE_MAX = 1 << 28, /* larger files are not worth the time */
    INFLATED_MAX =
        1 << 28, /* bytes that the compressed sections of one process' files may become */
};

/* The program's own file is opened by /proc/PID/exe, since its name may be gone. O_PATH tells what
 * lies there without touching it; a device, say, would notice. O_NONBLOCK is for leases. */
static int open_mapped(const struct mapped *file)
{
    char path[PATH_MAX + 32];
    snprintf(path, sizeof(path), file->program ? "%d/exe" : "%d/root%s", (int)file->layout->pid,
             file->path);
    int place = openat(file->layout->v->fds[VIEW_PROC], path, O_PATH | O_CLOEXEC);
    if (place < 0)
        return -1;
    struct stat status;
    int fd = -1;
    if (fstat(place, &status) == 0 && S_ISREG(status.st_mode) && status.st_size <= ELF_SIZE_MAX) {
        snprintf(path, sizeof(path), "/proc/self/fd/%d", place);
        fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    }
    close(place);
    return fd;
}

static bool is_64_bit(Elf *elf)
{
    GElf_Ehdr header;
    return elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &header) != NULL &&
           header.e_machine == EM_X86_64 && header.e_ident[EI_CLASS] == ELFCLASS64;
}

/* Counts what the file's compressed sections claim to become: a few bytes can claim gigabytes.
 * False if that is too much, together with the layout's files that have been opened before. */
static bool count_inflated(struct layout *layout, Elf *elf)
{
    uint64_t sum = layout->inflated;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL;) {
        GElf_Chdr header; /* there is none in a section that is not compressed */
        if (gelf_getchdr(section, &header) == NULL)
            continue;
        if (header.ch_size > INFLATED_MAX - sum)
            return false;
        sum += header.ch_size;
    }
    layout->inflated = sum;
    return true;
}

/* Whether sections are compressed in the old way, which their names alone show. It is out of use.
 * Names may lie in a compressed section themselves: that has been counted by now. */
static bool has_old_compression(Elf *elf)
{
    size_t names;
    if (elf_getshdrstrndx(elf, &names) != 0)
        return true;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL;) {
        GElf_Shdr header;
        const char *name =
            gelf_getshdr(section, &header) == NULL ? NULL : elf_strptr(elf, names, header.sh_name);
        if (name != NULL && strncmp(name, ".zdebug", strlen(".zdebug")) == 0)
            return true;
    }
    return false;
}

static int find_elf(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                    char **file_name, Elf **elf)
{
    (void)module, (void)base, (void)file_name, (void)name;
    const struct mapped *file = *data;
    int fd = open_mapped(file);
    if (fd < 0)
        return -1;
    *elf = elf_begin(fd, ELF_C_READ, NULL);
    if (*elf != NULL && is_64_bit(*elf) && count_inflated(file->layout, *elf) &&
        !has_old_compression(*elf))
        return fd; /* both are libdw's from here on */
    elf_end(*elf);
    *elf = NULL;
    close(fd);
    return -1;
}

/* Only libraries have their debug information in files of its own, and the fault is not there. */
static int find_no_debuginfo(Dwfl_Module *module, void **data, const char *name, Dwarf_Addr base,
                             const char *file, const char *link, GElf_Word crc, char **found)
{
    (void)module, (void)data, (void)name, (void)base, (void)file, (void)link, (void)crc,
        (void)found;
    return -1;
}

static const Dwfl_Callbacks CALLBACKS = {.find_elf = find_elf, .find_debuginfo = find_no_debuginfo};

/* A newline in a name shows as "\\012" in maps; so would these four characters themselves, which
 * nobody uses. */
static void unescape(char *path)
{
    static const char NEWLINE[] = "\\012";
    for (char *at = path; (at = strstr(at, NEWLINE)) != NULL;) {
        *at++ = '\n';
        memmove(at, at + sizeof(NEWLINE) - 2, strlen(at + sizeof(NEWLINE) - 2) + 1);
    }
}

/* One line of maps. False if it shows no file. */
static bool parse_line(char *line, struct mapped *part, uint64_t *offset, bool *executable)
{
    char permissions[5];
    int at = -1;
    char *path = strchr(line, '/');
    if (path == NULL ||
        sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &part->low,
               &part->high, permissions, offset, &part->major, &part->minor, &part->inode,
               &at) != 7 ||
        at != path - line)
        return false;
    path[strcspn(path, "\n")] = '\0';
    unescape(path);
    part->path = path;
    *executable = permissions[2] == 'x';
    return true;
}

static bool is_same_file(const struct mapped *a, const struct mapped *b)
{
    return a->inode == b->inode && a->major == b->major && a->minor == b->minor &&
           strcmp(a->path, b->path) == 0;
}

/* Appends a file that begins with the mapping `part`. 0 or -1. */
static int add_file(struct layout *layout, const struct mapped *part)
{
    struct mapped *more = realloc(layout->files, (layout->n + 1) * sizeof(*more));
    if (more == NULL)
        return -1;
    layout->files = more;
    struct mapped *file = &more[layout->n];
    *file = *part;
    file->path = strdup(part->path);
    if (file->path == NULL)
        return -1;
    layout->n++;
    return 0;
}

static void drop_last_file(struct layout *layout)
{
    free(layout->files[--layout->n].path);
}

/* A file's mappings follow each other, the one of its beginning first; only anonymous memory (its
 * variables without a value) may lie between them. A small file's parts may lie in its first page
 * all (lld's do): then each is mapped from the beginning, right behind the one before. Files
 * without code are dropped. */
static int read_files(struct layout *layout, FILE *maps)
{
    char *line = NULL;
    size_t size = 0;
    bool has_code = true;
    uint64_t last_offset = 0;
    int result = 0;
    for (int i = 0; result == 0 && i < LINES_MAX && layout->n < FILES_MAX; i++) {
        struct mapped part;
        uint64_t offset;
        bool executable;
        if (getline(&line, &size, maps) <= 0)
            break;
        if (!parse_line(line, &part, &offset, &executable))
            continue;
        struct mapped *last = layout->n > 0 ? &layout->files[layout->n - 1] : NULL;
        bool goes_on = offset > 0 || (last_offset == 0 && last != NULL && part.low == last->high);
        last_offset = offset;
        if (last != NULL && goes_on && is_same_file(last, &part)) {
            last->high = part.high;
            has_code |= executable;
            continue;
        }
        if (!has_code)
            drop_last_file(layout);
        result = add_file(layout, &part);
        has_code = executable;
    }
    if (!has_code && layout->n > 0)
        drop_last_file(layout);
    free(line);
    return result;
}

static void layout_free(struct layout *layout)
{
    if (layout == NULL)
        return;
    if (layout->dwfl != NULL)
        dwfl_end(layout->dwfl);
    for (size_t i = 0; i < layout->n; i++)
        free(layout->files[i].path);
    free(layout->files);
    free(layout);
}

/* The link shows the program's file in the same words as maps does, but for newlines. */
static void mark_program(struct layout *layout)
{
    char link[32], path[PATH_MAX];
    snprintf(link, sizeof(link), "%d/exe", (int)layout->pid);
    ssize_t length = readlinkat(layout->v->fds[VIEW_PROC], link, path, sizeof(path) - 1);
    path[length < 0 ? 0 : length] = '\0';
    unescape(path);
    for (size_t i = 0; i < layout->n; i++)
        layout->files[i].program = strcmp(layout->files[i].path, path) == 0;
}

static struct layout *read_layout(const struct view *v, pid_t pid)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/maps", (int)pid);
    int fd = openat(v->fds[VIEW_PROC], path, O_RDONLY | O_CLOEXEC);
    FILE *maps = fd < 0 ? NULL : fdopen(fd, "r");
    if (maps == NULL) {
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    struct layout *layout = calloc(1, sizeof(*layout));
    if (layout != NULL) {
        *layout = (struct layout){.v = v, .pid = pid};
        if (read_files(layout, maps) != 0 || layout->n == 0) {
            layout_free(layout);
            layout = NULL;
        }
    }
    fclose(maps);
    return layout;
}

static int report_modules(struct layout *layout)
{
    layout->dwfl = dwfl_begin(&CALLBACKS);
    if (layout->dwfl == NULL)
        return -1;
    mark_program(layout);
    dwfl_report_begin(layout->dwfl);
    for (size_t i = 0; i < layout->n; i++) {
        struct mapped *file = &layout->files[i];
        /* libdw does not trust a module with "(deleted)" in its name; the program's is open. */
        Dwfl_Module *module = dwfl_report_module(
            layout->dwfl, file->program ? "program" : file->path, file->low, file->high);
        void **data;
        if (module == NULL)
            return -1;
        dwfl_module_info(module, &data, NULL, NULL, NULL, NULL, NULL, NULL);
        *data = file;
        file->layout = layout;
    }
    return dwfl_report_end(layout->dwfl, NULL, NULL);
}

static bool is_same_layout(const struct layout *a, const struct layout *b)
{
    if (a->n != b->n)
        return false;
    for (size_t i = 0; i < a->n; i++)
        if (a->files[i].low != b->files[i].low || a->files[i].high != b->files[i].high ||
            !is_same_file(&a->files[i], &b->files[i]))
            return false;
    return true;
}

struct layout *layout_of(struct stacks *s, pid_t pid)
{
    struct layout *layout = read_layout(s->v, pid);
    if (layout == NULL)
        return NULL;
    size_t i = 0;
    while (i < LAYOUTS_KEPT && s->kept[i] != NULL && !is_same_layout(s->kept[i], layout))
        i++;
    if (i < LAYOUTS_KEPT && s->kept[i] != NULL) {
        layout_free(layout);
        layout = s->kept[i];
        layout->pid = pid;
    } else {
        if (report_modules(layout) != 0) {
            layout_free(layout);
            return NULL;
        }
        if (i == LAYOUTS_KEPT)
            layout_free(s->kept[--i]);
    }
    memmove(&s->kept[1], &s->kept[0], i * sizeof(s->kept[0]));
    s->kept[0] = layout;
    return layout;
}

const struct mapped *layout_file(Dwfl_Module *module)
{
    void **data;
    dwfl_module_info(module, &data, NULL, NULL, NULL, NULL, NULL, NULL);
    return *data;
}

struct stacks *stacks_open(struct view *v)
{
    if (elf_version(EV_CURRENT) == EV_NONE)
        return NULL;
    struct stacks *s = calloc(1, sizeof(*s));
    if (s != NULL)
        s->v = v;
    return s;
}

void stacks_close(struct stacks *s)
{
    if (s == NULL)
        return;
    for (size_t i = 0; i < LAYOUTS_KEPT; i++)
        layout_free(s->kept[i]);
    free(s);
}

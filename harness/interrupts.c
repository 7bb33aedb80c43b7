/* interrupts.c - what a program may do about signals, as its dynamic symbols tell. See
 * interrupts.h.
 *
 * A program that links nothing but the system's C library, and imports none of the functions below,
 * can do no such thing, short of system calls in assembler. */
#include "interrupts.h"

#include <fcntl.h>
#include <gelf.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* glibc's signal(3) sets SA_RESTART; __sysv_signal is what it is called in programs that ask for
 * System V's. pthread_cancel(3) sends a signal whose handler of old had no SA_RESTART. */
static const char *const HANDLERS[] = {"sigaction",   "__sigaction",   "siginterrupt",   "sigset",
                                       "sysv_signal", "__sysv_signal", "pthread_cancel", NULL};

/* What brings in code that is not seen here. */
static const char *const UNSEEN[] = {
    "execl",     "execle",  "execlp",      "execv",        "execve",      "execveat",     "execvp",
    "execvpe",   "fexecve", "posix_spawn", "posix_spawnp", "pidfd_spawn", "pidfd_spawnp", "popen",
    "_IO_popen", "system",  "wordexp",     "dlopen",       "dlmopen",     "dlsym",        "dlvsym",
    "syscall",   NULL};

static const char *const KNOWN_LIBRARIES[] = {"libc.so.6",
                                              "libm.so.6",
                                              "libpthread.so.0",
                                              "librt.so.1",
                                              "ld-linux-x86-64.so.2",
                                              "ld-linux-aarch64.so.1",
                                              NULL};

static bool is_among(const char *name, const char *const *list)
{
    while (*list != NULL && strcmp(name, *list) != 0)
        list++;
    return *list != NULL;
}

/* Does it need the C library, and no other, and take them where the system has them? The world's
 * environment names no other place, ld.so(8). */
static bool is_plain(Elf *elf, Elf_Data *data, size_t strings)
{
    bool libc = false;
    GElf_Dyn entry;
    for (int i = 0; gelf_getdyn(data, i, &entry) != NULL; i++) {
        if (entry.d_tag == DT_RPATH || entry.d_tag == DT_RUNPATH)
            return false;
        if (entry.d_tag != DT_NEEDED)
            continue;
        const char *name = elf_strptr(elf, strings, entry.d_un.d_val);
        if (name == NULL || !is_among(name, KNOWN_LIBRARIES))
            return false;
        libc |= strcmp(name, "libc.so.6") == 0;
    }
    return libc;
}

static bool is_harmless(Elf *elf, Elf_Data *data, size_t strings)
{
    GElf_Sym symbol;
    for (int i = 0; gelf_getsym(data, i, &symbol) != NULL; i++) {
        const char *name = elf_strptr(elf, strings, symbol.st_name);
        if (symbol.st_shndx == SHN_UNDEF &&
            (name == NULL || is_among(name, HANDLERS) || is_among(name, UNSEEN)))
            return false;
    }
    return true;
}

/* A file that is no ELF file, or a static program, has none of these sections. */
static bool is_certain(Elf *elf)
{
    bool plain = false, harmless = false;
    GElf_Shdr header;
    for (Elf_Scn *section = NULL; (section = elf_nextscn(elf, section)) != NULL;) {
        if (gelf_getshdr(section, &header) == NULL)
            return false;
        if (header.sh_type == SHT_DYNAMIC)
            plain = is_plain(elf, elf_getdata(section, NULL), header.sh_link);
        else if (header.sh_type == SHT_DYNSYM)
            harmless = is_harmless(elf, elf_getdata(section, NULL), header.sh_link);
    }
    return plain && harmless;
}

bool interrupts_possible(const char *path)
{
    if (elf_version(EV_CURRENT) == EV_NONE)
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    Elf *elf = fd < 0 ? NULL : elf_begin(fd, ELF_C_READ_MMAP, NULL);
    bool possible = elf == NULL || !is_certain(elf);
    elf_end(elf);
    if (fd >= 0)
        close(fd);
    return possible;
}

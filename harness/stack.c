/* stack.c - unwinding from outside with libdw's call frame information. See stack.h.
 *
 * Only two registers of a sleeping task are known, the stack pointer and the program counter. They
 * suffice as long as each function finds its caller by the stack pointer: all optimized code does,
 * the C library's too. Code that is not optimized finds it by the frame pointer, which lies on the
 * stack right where the frame ends: the function's first instructions tell how far away that is. */
#include "stack.h"

#include "stack_layout.h"
#include "stack_symbols.h"

#include <dwarf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    FRAMES_MAX = 64,
    GUESSES_MAX = 4,
    SCAN_BYTES = 32768, /* of the stack are looked through for a frame pointer */
    RBP = 6,            /* DWARF's numbers of registers, System V ABI for x86-64, 3.6.2 */
    RSP = 7,
    RIP = 16,
};

/* A call that was found on the stack. */
struct level {
    uint64_t pc, sp;
    bool called; /* `pc` is where a call returns to: the instruction that counts is before it */
};

struct trace {
    struct level levels[FRAMES_MAX];
    size_t n;
    bool complete; /* up to where no guess would lead further */
};

struct unwinding {
    struct layout *layout;
    int memory;                    /* /proc/PID/mem */
    const struct stack_copy *copy; /* stands for a part of it; or NULL */
    uint64_t registers[RIP + 1];   /* to begin with */
    bool has_bp;
};

static bool read_memory(const struct unwinding *u, uint64_t address, void *to, size_t size)
{
    const struct stack_copy *copy = u->copy;
    if (copy != NULL && address >= copy->sp && address - copy->sp <= copy->length &&
        size <= copy->length - (address - copy->sp)) {
        memcpy(to, copy->bytes + (address - copy->sp), size);
        return true;
    }
    return pread(u->memory, to, size, (off_t)address) == (ssize_t)size;
}

/* libdw's callbacks. */

static pid_t next_thread(Dwfl *dwfl, void *data, void **thread)
{
    (void)dwfl, (void)data, (void)thread;
    return 0; /* get_thread() knows the only one that is asked for */
}

static bool get_thread(Dwfl *dwfl, pid_t tid, void *data, void **thread)
{
    (void)dwfl, (void)tid;
    *thread = data;
    return true;
}

static bool read_word(Dwfl *dwfl, Dwarf_Addr address, Dwarf_Word *result, void *data)
{
    (void)dwfl;
    return read_memory(((struct layout *)data)->unwinding, address, result, sizeof(*result));
}

static bool set_registers(Dwfl_Thread *thread, void *data)
{
    const struct unwinding *u = ((struct layout *)data)->unwinding;
    int first = u->has_bp ? RBP : RSP;
    return dwfl_thread_state_registers(thread, first, (unsigned)(RSP - first + 1),
                                       &u->registers[first]) &&
           dwfl_thread_state_registers(thread, RIP, 1, &u->registers[RIP]);
}

static const Dwfl_Thread_Callbacks CALLBACKS = {
    .next_thread = next_thread,
    .get_thread = get_thread,
    .memory_read = read_word,
    .set_initial_registers = set_registers,
};

static int add_level(Dwfl_Frame *frame, void *data)
{
    struct trace *trace = data;
    Dwarf_Addr pc;
    Dwarf_Word sp;
    bool interrupted;
    if (!dwfl_frame_pc(frame, &pc, &interrupted))
        return DWARF_CB_ABORT;
    if (dwfl_frame_reg(frame, RSP, &sp) != 0)
        sp = 0;
    trace->levels[trace->n++] = (struct level){.pc = pc, .sp = sp, .called = !interrupted};
    return trace->n == FRAMES_MAX ? DWARF_CB_ABORT : DWARF_CB_OK;
}

/* Whether the function at `level` finds its caller by the frame pointer. Where there is no call
 * frame information, that is likely. */
static bool needs_frame_pointer(struct layout *layout, const struct level *level)
{
    uint64_t at = level->pc - level->called;
    Dwarf_Addr bias;
    Dwarf_Frame *frame;
    Dwarf_Op *operations;
    size_t n;
    Dwfl_Module *module = dwfl_addrmodule(layout->dwfl, at);
    Dwarf_CFI *cfi = module == NULL ? NULL : dwfl_module_eh_cfi(module, &bias);
    if (cfi == NULL || dwarf_cfi_addrframe(cfi, at - bias, &frame) != 0)
        return true;
    bool needs = dwarf_frame_cfa(frame, &operations, &n) == 0 && n > 0 &&
                 (operations[0].atom == DW_OP_breg0 + RBP ||
                  (operations[0].atom == DW_OP_bregx && operations[0].number == RBP));
    free(frame);
    return needs;
}

/* Whatever stops the way up, unreadable memory included, what was found until then counts. */
static void trace_stack(struct unwinding *u, struct trace *trace)
{
    trace->n = 0;
    u->layout->unwinding = u;
    dwfl_getthread_frames(u->layout->dwfl, u->layout->pid, add_level, trace);
    u->layout->unwinding = NULL;
    trace->complete = trace->n == 0 || trace->n == FRAMES_MAX ||
                      !needs_frame_pointer(u->layout, &trace->levels[trace->n - 1]);
}

/* Whether the instruction before `address` is a call: e8 with a distance, or ff /2. */
static bool follows_call(const struct unwinding *u, uint64_t address)
{
    unsigned char code[7];
    if (dwfl_addrmodule(u->layout->dwfl, address - 1) == NULL ||
        !read_memory(u, address - sizeof(code), code, sizeof(code)))
        return false;
    bool found = code[2] == 0xe8;
    for (size_t i = 0; i + 1 < sizeof(code); i++)
        found |= code[i] == 0xff && (code[i + 1] & 0x38) == 0x10;
    return found;
}

/* How far above the stack pointer the frame pointer is in the function that begins at `begin`, if
 * that begins as compilers write it: [endbr64]; push %rbp; mov %rsp,%rbp; [push ...]; [sub $size,
 * %rsp]. */
static bool read_prologue(const struct unwinding *u, uint64_t begin, uint64_t *size)
{
    unsigned char code[32];
    if (!read_memory(u, begin, code, sizeof(code)))
        return false;
    const unsigned char *at = code;
    if (memcmp(at, "\xf3\x0f\x1e\xfa", 4) == 0)
        at += 4;
    if (memcmp(at, "\x55\x48\x89\xe5", 4) != 0)
        return false;
    at += 4;
    *size = 0;
    while (at < code + 24 &&
           ((at[0] & 0xf8) == 0x50 || (at[0] == 0x41 && (at[1] & 0xf8) == 0x50))) {
        at += at[0] == 0x41 ? 2 : 1;
        *size += 8;
    }
    uint32_t wide; /* an operand of the last instruction that could end within `code` */
    memcpy(&wide, at + 3, sizeof(wide));
    if (memcmp(at, "\x48\x83\xec", 3) == 0)
        *size += at[3];
    else if (memcmp(at, "\x48\x81\xec", 3) == 0)
        *size += wide;
    return true;
}

/* Whether a frame could end at `bp`: with the caller's frame pointer, and where to return to. */
static bool is_frame_end(const struct unwinding *u, uint64_t bp)
{
    uint64_t words[2];
    return read_memory(u, bp, words, sizeof(words)) && follows_call(u, words[1]);
}

/* Values that the frame pointer may have at `level`, the likely one first. Where the function's
 * first instructions do not tell (its stack has grown since), the stack is looked through. */
static size_t guess_frame_pointer(const struct unwinding *u, const struct level *level,
                                  uint64_t guesses[GUESSES_MAX])
{
    uint64_t begin, size;
    if (symbol_function(u->layout, level->pc - level->called, &begin) != NULL &&
        read_prologue(u, begin, &size) && is_frame_end(u, level->sp + size)) {
        guesses[0] = level->sp + size;
        return 1;
    }
    size_t n = 0;
    for (uint64_t bp = level->sp; bp < level->sp + SCAN_BYTES && n < GUESSES_MAX; bp += 8)
        if (is_frame_end(u, bp))
            guesses[n++] = bp;
    return n;
}

/* Unwinds as far as the known registers lead, then with the frame pointer that leads furthest. */
static void find_trace(struct unwinding *u, struct trace *best)
{
    uint64_t guesses[GUESSES_MAX];
    trace_stack(u, best);
    if (best->complete)
        return;
    size_t n = guess_frame_pointer(u, &best->levels[best->n - 1], guesses);
    u->has_bp = true;
    for (size_t i = 0; i < n && !best->complete; i++) {
        struct trace next;
        u->registers[RBP] = guesses[i];
        trace_stack(u, &next);
        if (next.n > best->n)
            *best = next;
    }
}

static int open_memory(const struct view *v, pid_t pid)
{
    char path[32];
    snprintf(path, sizeof(path), "%d/mem", (int)pid);
    return openat(v->fds[VIEW_PROC], path, O_RDONLY | O_CLOEXEC);
}

static size_t describe(struct layout *layout, const struct trace *trace, struct frame *frames)
{
    size_t n = 0;
    for (size_t i = 0; i < trace->n && n < FRAMES_MAX; i++) {
        const struct level *level = &trace->levels[i];
        n +=
            source_frames(layout, level->pc, level->pc - level->called, &frames[n], FRAMES_MAX - n);
    }
    return n;
}

size_t stack_unwind(struct stacks *s, const struct task *task, const struct stack_copy *copy,
                    struct frame **frames)
{
    *frames = NULL;
    struct layout *layout = layout_of(s, task->tid);
    if (layout == NULL)
        return 0;
    if (!layout->attached)
        layout->attached = dwfl_attach_state(layout->dwfl, NULL, task->pid, &CALLBACKS, layout);
    int memory = layout->attached ? open_memory(s->v, task->tid) : -1;
    if (memory < 0)
        return 0;
    struct unwinding u = {.layout = layout, .memory = memory, .copy = copy};
    u.registers[RSP] = copy == NULL ? task->sp : copy->sp;
    u.registers[RIP] = copy == NULL ? task->pc : copy->pc;
    struct trace trace;
    find_trace(&u, &trace);
    close(memory);
    /* A task in a system call is behind the instruction that made it. */
    if (trace.n > 0 && (copy != NULL || task->in_call))
        trace.levels[0].called = true;
    *frames = trace.n == 0 ? NULL : calloc(FRAMES_MAX, sizeof(**frames));
    return *frames == NULL ? 0 : describe(layout, &trace, *frames);
}

void frames_free(struct frame *frames, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(frames[i].function);
        free(frames[i].module);
        free(frames[i].file);
    }
    free(frames);
}

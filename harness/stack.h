/* stack.h - the user's stack of a sleeping task, unwound from outside with elfutils' libdw.
 *
 * A blocked task shows its stack pointer and program counter in /proc/PID/syscall; the rest is read
 * from its memory. Nothing is stopped, no ptrace(2). */
#ifndef BROKENPIPE_STACK_H
#define BROKENPIPE_STACK_H

#include "explanation.h"
#include "task.h"
#include "view.h"

#include <stddef.h>
#include <stdint.h>

/* Keeps what was read of ELF files, for processes of the same layout (forks) to share. */
struct stacks;

struct stacks *stacks_open(struct view *v); /* NULL: no memory */
void stacks_close(struct stacks *s);

/* A copy of the part of a stack that began at `sp`, made while its task was at `pc`. */
struct stack_copy {
    uint64_t sp, pc;
    unsigned char *bytes;
    size_t length;
};

/* Unwinds the stack of `task` (its sp and pc have been read), or what `copy` holds of an earlier
 * one of the same process, if that is not NULL. Returns how many frames `*frames`, a new array,
 * has; it is to be released with frames_free(). 0 where nothing can be read (the task is gone,
 * permission, no call frame information). */
size_t stack_unwind(struct stacks *s, const struct task *task, const struct stack_copy *copy,
                    struct frame **frames);
void frames_free(struct frame *frames, size_t n);

/* The number of the innermost frame outside of the C library, and of what is preloaded to stand
 * before it: there the program called it. `n` if all are inside. */
size_t stack_outside(const struct frame *frames, size_t n);

/* The name of the function that the call instruction just before address `pc` of process `pid`
 * calls: through the procedure linkage table or directly, as the dynamic symbol table names it,
 * "sem_wait". For frame `i`, asked with its pc, that is what the program called there, whatever the
 * frames further in are called. 0, or -1 if it is no such call. */
int stack_called(struct stacks *s, pid_t pid, uint64_t pc, char *name, size_t size);

/* The function of the C library that the program called, which is that of the frame just inside of
 * stack_outside()'s: by the name that the program used. Where the program called something else
 * that jumped there, the frame's own name. A new string, or NULL if it is not known. */
char *stack_library_call(struct stacks *s, pid_t pid, const struct frame *frames, size_t n);

/* The name of the function that begins at `address` of process `pid`. 0, or -1 if there is none. */
int stack_function(struct stacks *s, pid_t pid, uint64_t address, char *name, size_t size);

/* The variable that lies at `address` of process `pid`, as the ELF symbol tables name it ("lock",
 * "queue+0x28"). 0, or -1 if there is none (stack, heap, mapped memory). */
int stack_variable(struct stacks *s, pid_t pid, uint64_t address, char *name, size_t size);

#endif

/* stack.c - a stack is a mapping of its own with a page below it that nobody may touch, so that an
 * overflow ends in SIGSEGV at once and not in a neighbour's data. */
#define _GNU_SOURCE
#include "stack.h"

#include <err.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Without its header, Valgrind is simply not told; it then takes a switch of stacks for an error.
 */
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(start, end) 0
#define VALGRIND_STACK_DEREGISTER(id)       ((void)(id))
#endif

/* Pages are taken only when they are touched. */
enum { STACK_SIZE = 256 * 1024 };

int stack_make(struct stack *stack)
{
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);
    char *lowest = mmap(NULL, guard + STACK_SIZE, PROT_NONE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);

    if (lowest == MAP_FAILED)
        return -1;
    stack->base = lowest + guard;
    stack->size = STACK_SIZE;
    if (mprotect(stack->base, STACK_SIZE, PROT_READ | PROT_WRITE) < 0) {
        munmap(lowest, guard + STACK_SIZE);
        return -1;
    }
    stack->id = VALGRIND_STACK_REGISTER(stack->base, lowest + guard + STACK_SIZE);
    return 0;
}

void stack_free(struct stack *stack)
{
    size_t guard = (size_t)sysconf(_SC_PAGESIZE);

    VALGRIND_STACK_DEREGISTER(stack->id);
    if (munmap((char *)stack->base - guard, guard + stack->size) < 0)
        err(EXIT_FAILURE, "munmap");
}

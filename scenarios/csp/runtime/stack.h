/* stack.h - the stacks on which coroutines run. */
#ifndef CSP_STACK_H
#define CSP_STACK_H

#include <stddef.h>

struct stack {
    void *base; /* lowest usable address; the page below it is the guard */
    size_t size;
    unsigned id; /* by which Valgrind knows it */
};

/* Returns 0, or -1 with errno. */
int stack_make(struct stack *stack);
void stack_free(struct stack *stack);

#endif

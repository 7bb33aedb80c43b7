/* stack_symbols.h - names and source lines of addresses in ELF files, for the parts of stack.h. */
#ifndef BROKENPIPE_STACK_SYMBOLS_H
#define BROKENPIPE_STACK_SYMBOLS_H

#include "explanation.h"
#include "stack_layout.h"

#include <stddef.h>
#include <stdint.h>

/* The function that holds `address`, under the name that programs know it by ("read", not
 * "__read"), and where it begins. Valid as long as the layout; NULL if it is not known. */
const char *symbol_function(struct layout *layout, uint64_t address, uint64_t *begin);

/* The length of a symbol's name without what the linker ("@@GLIBC_2.2.5") and the compiler
 * (".constprop.0") have put behind it. */
size_t symbol_length(const char *name);

/* Whether the file is the C library, or what a program calls in its place. */
bool is_c_library(const char *path);

/* Describes the call that is at `pc`: as one frame, or as several where the compiler has put
 * functions into each other. The instruction that counts is at `at`. Returns how many of the `room`
 * frames at `to` it filled, at least one. What memory does not suffice for is NULL. */
size_t source_frames(struct layout *layout, uint64_t pc, uint64_t at, struct frame *to,
                     size_t room);

#endif

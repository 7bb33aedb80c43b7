/* arguments_parts.h - how each kind of argument is written. For arguments*.c alone. */
#ifndef BROKENPIPE_ARGUMENTS_PARTS_H
#define BROKENPIPE_ARGUMENTS_PARTS_H

#include "arguments.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct arguments {
    FILE *to;
    struct view *view;
    struct stacks *stacks; /* or NULL */
    const struct task *task;
    bool told; /* what lies in memory is shown; else its address */
};

/* Writes argument number `i`; some write those behind it as well, which belong to it. */
typedef void put(struct arguments *a, size_t i);

enum { ARGUMENTS = 6 };

/* How the system call `nr` is shown when the program called `function` for it; NULL: whatever it
 * called. `*first` is the first argument that is shown. An array that ends with NULL, or NULL. */
put *const *arguments_form(long nr, const char *function, size_t *first);

/* Words for numbers: for a whole one, or for bits of it. */
struct word {
    uint64_t value;
    const char *name;
};

#define WORD(name)                                                                                 \
    {                                                                                              \
        (uint64_t)(name), #name                                                                    \
    }
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

void put_word(FILE *to, uint64_t value, const struct word *words, size_t n);
void put_flags(FILE *to, unsigned value, const struct word *words, size_t n);

/* Nothing if no bit is set. Returns what goes between these words and more of them. */
const char *put_bits(FILE *to, uint64_t value, const struct word *words, size_t n);

/* Makes a function of a table of words. */
#define PUT_WORD(function, ...)                                                                    \
    void function(struct arguments *a, size_t i)                                                   \
    {                                                                                              \
        static const struct word words[] = {__VA_ARGS__};                                          \
        put_word(a->to, (unsigned)a->task->args[i], words, LENGTH(words));                         \
    }

#define PUT_FLAGS(function, ...)                                                                   \
    void function(struct arguments *a, size_t i)                                                   \
    {                                                                                              \
        static const struct word words[] = {__VA_ARGS__};                                          \
        put_flags(a->to, (unsigned)a->task->args[i], words, LENGTH(words));                        \
    }

/* Copies what argument `i` points to. If that is not to be shown, or cannot be, writes the address
 * and returns false. */
bool fetch(struct arguments *a, size_t i, void *to, size_t size);

/* Numbers. */
put put_number, put_unsigned, put_offset, put_mode, put_permissions, put_hexadecimal, put_key,
    put_directory, put_rest;
put put_open_flags, put_shared_flags, put_pipe_flags, put_close_range_flags, put_at_flags,
    put_access_mode, put_whence;
put put_lock_operation, put_fcntl, put_ioctl, put_wait_options, put_wait_kind, put_clone_flags;
put put_family, put_socket_type, put_accept_flags, put_message_flags, put_shutdown,
    put_socket_level, put_socket_option;
put put_ipc_flags, put_queue_flags, put_attach_flags, put_semctl, put_ipc_command;
put put_signal, put_mask_change, put_prctl, put_clock, put_timer, put_timer_flags, put_futex;
put put_eventfd_flags, put_timerfd_flags, put_signalfd_flags, put_epoll_flags, put_epoll_command;

void put_words_of_open(struct arguments *a, uint64_t flags);

/* What lies in memory. */
put put_address, put_object, put_path, put_shared_name, put_queue_name, put_arguments;
put put_data, put_vector, put_message, put_typed_message;
put put_operations, put_polled, put_descriptors, put_epoll_event;
put put_socket_address, put_lock, put_open_how, put_clone3_flags;
put put_signals, put_action, put_handler;
put put_timespec, put_timeval, put_timer_spec, put_timer_val;

enum { QUOTED_MOST = 96 };

/* Writes the bytes, QUOTED_MOST at most, as a string of C; there may be `more` of them:
 * "\"12\\n\"...". */
void put_quoted(FILE *to, const char *bytes, size_t n, bool more);

#endif

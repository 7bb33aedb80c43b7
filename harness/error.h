/* error.h - how the library tells its caller what went wrong.
 *
 * Every function that can fail takes a `struct error *`, returns -1 (or NULL) and leaves one
 * sentence there: what was being done, to what, and why it failed. Whoever reports to the person
 * (a tool, a test) prints it, once. */
#ifndef BROKENPIPE_ERROR_H
#define BROKENPIPE_ERROR_H

struct error {
    char text[1024];
};

/* Stores the formatted sentence. Always returns -1, so that `return error_set(...)` reads well. */
int error_set(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same, with ": " and strerror(errno) added; errno is left unchanged. */
int error_errno(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif

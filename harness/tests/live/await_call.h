/* await_call.h - to do something only after another task has entered a blocking system call. */
#ifndef BROKENPIPE_TESTS_AWAIT_CALL_H
#define BROKENPIPE_TESTS_AWAIT_CALL_H

#include "expect.h"

/* Returns when `tid`, a thread or a child of this process, is blocked in system call `number`. */
static inline void await_call(pid_t tid, long number)
{
    char path[64], line[32];
    snprintf(path, sizeof path, "/proc/%d/syscall", tid);
    for (;;) {
        int fd = open(path, O_RDONLY);
        EXPECT(fd != -1);
        ssize_t n = read(fd, line, sizeof line - 1);
        EXPECT(n > 0 && close(fd) == 0);
        line[n] = '\0';
        char *end;
        if (strtol(line, &end, 10) == number && end != line)
            return;
        sleep_ms(1);
    }
}

#endif

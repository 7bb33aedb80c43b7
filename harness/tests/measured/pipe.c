/* pipe - a reader that has had enough early, and a writer that takes EPIPE for an answer. */
#include "../live/expect.h"

enum { OFFERED = 5, WANTED = 2 };

int main(void)
{
    int ends[2];
    EXPECT(signal(SIGPIPE, SIG_IGN) != SIG_ERR && pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(close(ends[1]) == 0);
        for (int i = 0; i < WANTED; i++)
            EXPECT(get(ends[0]) == 'a' + i);
        _exit(0);
    }
    EXPECT(close(ends[0]) == 0);
    for (char byte = 'a'; byte < 'a' + OFFERED; byte++) {
        ssize_t written = write(ends[1], &byte, 1);
        EXPECT(written == 1 || errno == EPIPE);
        if (written != 1)
            break;
    }
    finish(child);
    puts("the reader had what it wanted");
    return 0;
}

/* one-read [loop] - takes it that read(2) returns all there is in a pipe at once; loop: asks again
 * until it has everything. */
#include "../live/expect.h"

int main(int argc, char *argv[])
{
    char text[6];
    int ends[2];
    size_t n = 0;
    bool loop = argc > 1 && strcmp(argv[1], "loop") == 0;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(write(ends[1], "hello", sizeof text) == sizeof text);
        _exit(0);
    }
    do {
        ssize_t got = read(ends[0], text + n, sizeof text - n);
        EXPECT(got > 0);
        n += (size_t)got;
    } while (loop && n < sizeof text);
    finish(child);
    return n == sizeof text ? 0 : 1;
}

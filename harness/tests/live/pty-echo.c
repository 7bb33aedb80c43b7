/* A child reads a line from a terminal and its parent reads the echo: both are blocked while the
 * text is with a kernel worker, which carries it from one side to the other. Woken by the worker.
 */
#include "expect.h"

int main(void)
{
    char line[16], name[64];
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT(master != -1 && grantpt(master) == 0 && unlockpt(master) == 0);
    EXPECT(ptsname_r(master, name, sizeof name) == 0);
    int terminal = open(name, O_RDWR | O_NOCTTY);
    EXPECT(terminal != -1);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 50; i++)
            EXPECT(read(terminal, line, sizeof line) == 5 && memcmp(line, "ping\n", 5) == 0);
        _exit(0);
    }
    for (int i = 0; i < 50; i++) {
        EXPECT(write(master, "ping\n", 5) == 5);
        for (ssize_t n, echoed = 0; echoed < 6; echoed += n) /* "ping\r\n" */
            EXPECT((n = read(master, line, sizeof line)) > 0);
    }
    finish(child);
    return 0;
}

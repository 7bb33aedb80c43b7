/* sleep-fix - gives a child time to make a file, instead of waiting for it. */
#include "../live/expect.h"

int main(void)
{
    pid_t child = start();
    if (child == 0) {
        int fd = open("ready", O_CREAT | O_WRONLY, 0600);
        EXPECT(fd != -1 && close(fd) == 0);
        _exit(0);
    }
    EXPECT(usleep(20000) == 0);
    bool ready = access("ready", F_OK) == 0;
    finish(child);
    EXPECT(unlink("ready") == 0);
    return ready ? 0 : 1;
}

/* Opens an ordinary file, and is held in open(2): another process has a lease on it.
 * Woken when that one, told by SIGIO, has slept and given the lease up. */
#include "expect.h"

int main(void)
{
    int ready[2];
    EXPECT(pipe(ready) == 0);
    int file = open("leased", O_RDWR | O_CREAT | O_EXCL, 0600);
    EXPECT(file != -1 && close(file) == 0);
    pid_t child = start();
    if (child == 0) {
        sigset_t news = only(SIGIO);
        block_signal(SIGIO);
        int held = open("leased", O_RDONLY);
        EXPECT(held != -1 && fcntl(held, F_SETLEASE, F_RDLCK) == 0);
        put(ready[1], 'r');
        EXPECT(sigwaitinfo(&news, NULL) == SIGIO);
        sleep_ms(30);
        EXPECT(fcntl(held, F_SETLEASE, F_UNLCK) == 0);
        _exit(0);
    }
    EXPECT(get(ready[0]) == 'r');
    double begin = now_ms();
    EXPECT(open("leased", O_WRONLY) != -1);
    EXPECT(now_ms() - begin >= 30);
    finish(child);
    EXPECT(unlink("leased") == 0);
    return 0;
}

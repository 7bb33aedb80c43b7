/* two-ends - a caught signal, without SA_RESTART, arrives before a read(2) that has to wait, and is
 * lost on it, or during it, and interrupts it: the program says which. Both can happen. */
#include "../live/expect.h"

int main(void)
{
    int ends[2];
    char byte;
    catch_signal(SIGUSR1, count_signal);
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(kill(getppid(), SIGUSR1) == 0);
        put(ends[1], 'x');
        _exit(0);
    }
    EXPECT(close(ends[1]) == 0);
    ssize_t n = read(ends[0], &byte, 1);
    EXPECT(n == 1 || (n == -1 && errno == EINTR));
    puts(n == 1 ? "before" : "during");
    if (n == -1)
        EXPECT(get(ends[0]) == 'x');
    finish(child);
    return 0;
}

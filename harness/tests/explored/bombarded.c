/* bombarded - calls that do not wait are never interrupted, though signals are caught without
 * SA_RESTART all the time; those that do wait are, and are begun anew. */
#include "../live/expect.h"

enum { SIGNALS = 6 };

static void write_and_close(int i)
{
    int ends[2], copy;
    EXPECT(pipe(ends) == 0);
    EXPECT((copy = dup(ends[1])) != -1);
    put(copy, (char)('a' + i));
    EXPECT(close(copy) == 0);
    EXPECT(close(ends[1]) == 0);
    EXPECT(get(ends[0]) == 'a' + i); /* it is there already */
    EXPECT(close(ends[0]) == 0);
}

int main(void)
{
    int status;
    catch_signal(SIGUSR1, count_signal);
    catch_signal(SIGCHLD, count_signal);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < SIGNALS; i++)
            EXPECT(kill(getppid(), SIGUSR1) == 0);
        _exit(0);
    }
    for (int i = 0; i < 3; i++)
        write_and_close(i);
    while (waitpid(child, &status, 0) == -1)
        EXPECT(errno == EINTR);
    EXPECT(status == 0 && signals_caught > 0);
    return 0;
}

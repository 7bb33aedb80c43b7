/* two-sleeps - two processes sleep, one of them longer, and say so: in the order of their sleeps,
 * if time passes while they sleep, and in any order if it need not. */
#include "../live/expect.h"

static pid_t sleeper(long ms, const char *word)
{
    pid_t pid = start();
    if (pid != 0)
        return pid;
    EXPECT(usleep((useconds_t)ms * 1000) == 0);
    EXPECT(write(1, word, strlen(word)) == (ssize_t)strlen(word));
    _exit(0);
}

int main(void)
{
    pid_t second = sleeper(20, "second\n"), first = sleeper(10, "first\n");
    finish(first);
    finish(second);
    return 0;
}

/* either-thread - signals to a process of two threads, either of which may take them: none of their
 * calls fails for it. */
#include "../live/expect.h"

#include <pthread.h>

static void *work(void *unused)
{
    for (int i = 0; i < 4; i++)
        EXPECT(close(dup(0)) == 0 && getppid() != -1);
    return unused;
}

int main(void)
{
    pthread_t other;
    int status;
    catch_signal(SIGUSR1, count_signal);
    EXPECT(pthread_create(&other, NULL, work, NULL) == 0);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 4; i++)
            EXPECT(kill(getppid(), SIGUSR1) == 0);
        _exit(0);
    }
    work(NULL);
    EXPECT(pthread_join(other, NULL) == 0);
    while (waitpid(child, &status, 0) == -1)
        EXPECT(errno == EINTR);
    return status == 0 && signals_caught > 0 ? 0 : 1;
}

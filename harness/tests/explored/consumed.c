/* consumed KIND - signals that were pending when a task came to its call, and are not any more when
 * it goes on, since another thread took them (KIND "thread": sigwaitinfo(2), "descriptor": a
 * signalfd), or had them thrown away ("ignored"). The call then must not be told of them. */
#include "../live/expect.h"

#include <pthread.h>
#include <sys/signalfd.h>

static const char *kind;
static pid_t child;

/* Takes the signal, if it has not been caught by the main thread. */
static void *take(void *descriptor)
{
    const struct timespec at_once = {0};
    struct signalfd_siginfo info;
    sigset_t usr1 = only(SIGUSR1);
    for (int i = 0; i < 4; i++)
        if (strcmp(kind, "thread") == 0)
            EXPECT(sigtimedwait(&usr1, NULL, &at_once) == SIGUSR1 || errno == EAGAIN);
        else if (strcmp(kind, "descriptor") == 0)
            EXPECT(read(*(int *)descriptor, &info, sizeof info) == sizeof info || errno == EAGAIN);
        else
            EXPECT(signal(SIGUSR1, SIG_IGN) != SIG_ERR);
    return NULL;
}

int main(int argc, char *argv[])
{
    kind = argc > 1 ? argv[1] : "thread";
    pthread_t other;
    sigset_t usr1 = only(SIGUSR1);
    catch_signal(SIGUSR1, count_signal);
    EXPECT(pthread_sigmask(SIG_BLOCK, &usr1, NULL) == 0);
    int descriptor = signalfd(-1, &usr1, SFD_NONBLOCK);
    EXPECT(descriptor != -1);
    EXPECT(pthread_create(&other, NULL, take, &descriptor) == 0);
    EXPECT(pthread_sigmask(SIG_UNBLOCK, &usr1, NULL) == 0);
    if ((child = start()) == 0) {
        for (int i = 0; i < 4; i++)
            EXPECT(kill(getppid(), SIGUSR1) == 0);
        _exit(0);
    }
    for (int i = 0; i < 4; i++)
        EXPECT(getppid() != -1 && close(dup(0)) == 0); /* -1: an errno that nobody should see */
    EXPECT(pthread_join(other, NULL) == 0);
    int status;
    while (waitpid(child, &status, 0) == -1)
        EXPECT(errno == EINTR);
    return status == 0 ? 0 : 1;
}

/* interrupted KIND [restart] - reads from a pipe ("read") or waits for a System V semaphore
 * ("semop"), and takes a failure for one, though it was the end of another child, whose signal is
 * caught. restart: with SA_RESTART; semop(2) is not begun anew all the same. */
#include "../live/expect.h"

#include <sys/sem.h>

static int set, ends[2];
static bool reads;

static void await_first(void)
{
    struct sembuf take = {.sem_op = -1};
    char byte;
    if (reads)
        EXPECT(read(ends[0], &byte, 1) == 1);
    else
        EXPECT(semop(set, &take, 1) == 0);
}

static void tell(void)
{
    struct sembuf give = {.sem_op = 1};
    if (reads)
        put(ends[1], 'x');
    else
        EXPECT(semop(set, &give, 1) == 0);
}

int main(int argc, char *argv[])
{
    struct sigaction action = {.sa_handler = count_signal};
    reads = argc > 1 && strcmp(argv[1], "read") == 0;
    action.sa_flags = argc > 2 && strcmp(argv[2], "restart") == 0 ? SA_RESTART : 0;
    EXPECT(pipe(ends) == 0);
    EXPECT(sigaction(SIGCHLD, &action, NULL) == 0);
    EXPECT((set = semget(IPC_PRIVATE, 1, 0600)) != -1);
    if (start() == 0)
        _exit(0);
    if (start() == 0) {
        tell();
        _exit(0);
    }
    await_first();
    EXPECT(semctl(set, 0, IPC_RMID) == 0);
    for (int left = 2; left > 0;)
        if (wait(NULL) != -1)
            left--;
        else
            EXPECT(errno == EINTR);
    return 0;
}

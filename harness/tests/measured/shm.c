/* shm - two processes add to a number in a shared memory object, each with the POSIX semaphore that
 * lies beside it; and the child posts another one, with a name, when it is done. */
#include "../live/expect.h"

#include <semaphore.h>
#include <sys/mman.h>

struct shared {
    sem_t mutex;
    int number;
};

static struct shared *map(int flags)
{
    int fd = shm_open("/shared", flags, 0600);
    EXPECT(fd != -1 && ((flags & O_CREAT) == 0 || ftruncate(fd, sizeof(struct shared)) == 0));
    struct shared *s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    EXPECT(s != MAP_FAILED && close(fd) == 0);
    return s;
}

static void add(struct shared *s, int n)
{
    EXPECT(sem_wait(&s->mutex) == 0);
    int before = s->number;
    EXPECT(getppid() != -1); /* here the other may come in between, were it not for the semaphore */
    s->number = before + n;
    EXPECT(sem_post(&s->mutex) == 0);
}

int main(void)
{
    struct shared *s = map(O_CREAT | O_EXCL | O_RDWR);
    sem_t *done = sem_open("/done", O_CREAT | O_EXCL, 0600, 0);
    EXPECT(done != SEM_FAILED && sem_init(&s->mutex, 1, 1) == 0);
    pid_t child = start();
    if (child == 0) {
        add(map(O_RDWR), 1);
        EXPECT(sem_post(done) == 0);
        _exit(0);
    }
    add(s, 2);
    EXPECT(sem_wait(done) == 0);
    printf("%d\n", s->number);
    finish(child);
    EXPECT(sem_unlink("/done") == 0 && shm_unlink("/shared") == 0);
    return 0;
}

/* Two processes share two POSIX semaphores in memory; each waits for the one that the other would
 * post only afterwards. */
#include "stamp.h"

#include <semaphore.h>
#include <sys/mman.h>

int main(void)
{
    sem_t *pair =
        mmap(NULL, 2 * sizeof *pair, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(pair != MAP_FAILED);
    EXPECT(sem_init(&pair[0], 1, 0) == 0 && sem_init(&pair[1], 1, 0) == 0);
    int mine = start() == 0;
    stamp();
    EXPECT(sem_wait(&pair[mine]) == 0);
    EXPECT(sem_post(&pair[!mine]) == 0);
    woken();
}

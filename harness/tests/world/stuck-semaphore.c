/* stuck-semaphore STATE - tasks that are stuck over semaphores, System V and POSIX. */
#include "../live/await_call.h"
#include "stuck.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/syscall.h>

static void change(int set, unsigned short number, short by)
{
    struct sembuf operation = {.sem_num = number, .sem_op = by};
    EXPECT(semop(set, &operation, 1) == 0);
}

static int get_set(int n)
{
    int set = semget(IPC_PRIVATE, n, 0600);
    EXPECT(set != -1);
    return set;
}

/* A child that makes semaphore `number` of `set` go up and down and, last, by `by`; returns when
 * that is done. */
static void start_changer(const char *name, int set, unsigned short number, short by)
{
    int done[2];
    EXPECT(pipe(done) == 0);
    if (start_as(name) == 0) {
        change(set, number, 1);
        change(set, number, -1);
        if (by != 0)
            change(set, number, by);
        put(done[1], 'd');
        idle();
    }
    EXPECT(get(done[0]) == 'd');
}

/* taker: for semaphore 1 to rise, which holder was the last to lower. */
static void set_low(void)
{
    struct sembuf take = {.sem_num = 1, .sem_op = -1};
    int set = get_set(2);
    start_changer("holder", set, 1, 0);
    be("taker");
    HERE();
    EXPECT(semop(set, &take, 1) == 0);
}

/* taker: for a semaphore that nobody ever changed. */
static void set_untouched(void)
{
    struct sembuf take = {.sem_num = 0, .sem_op = -2};
    int set = get_set(1);
    be("taker");
    HERE();
    EXPECT(semop(set, &take, 1) == 0);
}

/* taker: for what its child took, who ended without giving it back. */
static void set_taker_ended(void)
{
    struct sembuf take = {.sem_num = 0, .sem_op = -1};
    int set = get_set(1);
    change(set, 0, 1);
    pid_t pid = start();
    if (pid == 0) {
        change(set, 0, -1);
        _exit(0);
    }
    finish(pid);
    be("taker");
    HERE();
    EXPECT(semop(set, &take, 1) == 0);
}

/* taker: for semaphores 0 and 2 together, while it could have 1; holder changed 0 last. */
static void set_all(void)
{
    struct sembuf take[] = {
        {.sem_num = 0, .sem_op = -1}, {.sem_num = 1, .sem_op = -1}, {.sem_num = 2, .sem_op = -3}};
    int set = get_set(3);
    change(set, 1, 2);
    start_changer("holder", set, 0, 0);
    be("taker");
    HERE();
    EXPECT(semop(set, take, 3) == 0);
}

/* waiter: for the semaphore to become 0; worker made it 3. */
static void set_not_zero(void)
{
    struct sembuf zero = {.sem_num = 0, .sem_op = 0};
    int set = get_set(1);
    start_changer("worker", set, 0, 3);
    be("waiter");
    HERE();
    EXPECT(semop(set, &zero, 1) == 0);
}

/* taker: for the last semaphore of as many operations as one call may have. */
static void set_many(void)
{
    enum { MOST = 500 };
    static struct sembuf operations[MOST];
    int set = get_set(2);
    for (int i = 0; i < MOST; i++)
        operations[i] = (struct sembuf){.sem_num = 0, .sem_op = 1};
    operations[MOST - 1] = (struct sembuf){.sem_num = 1, .sem_op = -1};
    be("taker");
    HERE();
    EXPECT(semop(set, operations, MOST) == 0);
}

/* left, right: for the semaphore that the other took. */
static void set_crossed(void)
{
    struct sembuf take_other = {.sem_num = 1, .sem_op = -1};
    int set = get_set(2), taken[2];
    EXPECT(pipe(taken) == 0);
    change(set, 0, 1);
    change(set, 1, 1);
    be("left");
    change(set, 0, -1);
    if (start_as("right") == 0) {
        change(set, 1, -1);
        put(taken[1], 't');
        take_other.sem_num = 0;
    } else {
        EXPECT(get(taken[0]) == 't');
    }
    HERE();
    EXPECT(semop(set, &take_other, 1) == 0);
}

/* taker: for a post to a named semaphore. */
static void named(void)
{
    sem_t *semaphore = sem_open("/ready", O_CREAT, 0600, 0);
    EXPECT(semaphore != SEM_FAILED);
    be("taker");
    HERE();
    EXPECT(sem_wait(semaphore) == 0);
}

/* taker-1, taker-2: for a post to the same semaphore. */
static void named_shared(void)
{
    sem_t *semaphore = sem_open("/ready", O_CREAT, 0600, 0);
    EXPECT(semaphore != SEM_FAILED);
    be("taker-1");
    start_as("taker-2");
    HERE();
    EXPECT(sem_wait(semaphore) == 0);
}

/* left, right: for a post to their own semaphore; each would post the other's afterwards. */
static void shared_crossed(void)
{
    sem_t *both =
        mmap(NULL, 2 * sizeof *both, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(both != MAP_FAILED);
    EXPECT(sem_init(&both[0], 1, 0) == 0 && sem_init(&both[1], 1, 0) == 0);
    be("left");
    int mine = start_as("right") == 0;
    HERE();
    EXPECT(sem_wait(&both[mine]) == 0);
    EXPECT(sem_post(&both[!mine]) == 0);
}

/* taker: for a post to a semaphore in shared memory; bystander waits for a signal. */
static void shared_alone(void)
{
    sem_t *semaphore =
        mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(semaphore != MAP_FAILED && sem_init(semaphore, 1, 0) == 0);
    start_idle("bystander");
    be("taker");
    HERE();
    EXPECT(sem_wait(semaphore) == 0);
}

/* A semaphore in shared memory, but for the threads of one process. */
static sem_t *private_semaphore(void)
{
    sem_t *semaphore =
        mmap(NULL, sizeof *semaphore, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    EXPECT(semaphore != MAP_FAILED && sem_init(semaphore, 0, 0) == 0);
    return semaphore;
}

/* parent: for taker to end. taker: for a post that parent has made, which does not wake it. */
static void private_posted(void)
{
    sem_t *semaphore = private_semaphore();
    be("parent");
    pid_t taker = start_as("taker");
    if (taker == 0) {
        HERE();
        EXPECT(sem_wait(semaphore) == 0);
        _exit(0);
    }
    await_call(taker, SYS_futex);
    EXPECT(sem_post(semaphore) == 0);
    HERE();
    EXPECT(waitpid(taker, NULL, 0) == taker);
}

/* parent, taker: the same, without the post. */
static void private_unposted(void)
{
    sem_t *semaphore = private_semaphore();
    be("parent");
    pid_t taker = start_as("taker");
    if (taker == 0) {
        HERE();
        EXPECT(sem_wait(semaphore) == 0);
        _exit(0);
    }
    HERE();
    EXPECT(waitpid(taker, NULL, 0) == taker);
}

static sem_t one, other;

static void *take_other(void *unused)
{
    be("helper");
    HERE();
    EXPECT(sem_wait(&other) == 0);
    EXPECT(sem_post(&one) == 0);
    return unused;
}

/* leader, helper: threads that wait for a post to one and the other semaphore. */
static void own_crossed(void)
{
    pthread_t helper;
    EXPECT(sem_init(&one, 0, 0) == 0 && sem_init(&other, 0, 0) == 0);
    be("leader");
    EXPECT((errno = pthread_create(&helper, NULL, take_other, NULL)) == 0);
    HERE();
    EXPECT(sem_wait(&one) == 0);
    EXPECT(sem_post(&other) == 0);
}

/* taker: for a post to a semaphore of its own. */
static void own(void)
{
    EXPECT(sem_init(&one, 0, 0) == 0);
    be("taker");
    HERE();
    EXPECT(sem_wait(&one) == 0);
}

STUCK({"set-low", set_low}, {"set-untouched", set_untouched}, {"set-taker-ended", set_taker_ended},
      {"set-all", set_all}, {"set-not-zero", set_not_zero}, {"set-many", set_many},
      {"set-crossed", set_crossed}, {"named", named}, {"named-shared", named_shared},
      {"shared-crossed", shared_crossed}, {"shared-alone", shared_alone},
      {"private-posted", private_posted}, {"private-unposted", private_unposted},
      {"own-crossed", own_crossed}, {"own", own})

/* use RESOURCE N [PROCESSES] - uses N of a resource, all at once, and keeps it in use for a while
 * (so that whoever looks now and then sees it). Ends with status 0. */
#include "../live/expect.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/shm.h>

enum { MIB = 1 << 20, SEEN_MS = 100 };

static long amount, processes = 1;

/* The children end with the pipe that this process alone holds open for writing. */
static void use_processes(void)
{
    int end[2];
    EXPECT(pipe(end) == 0);
    for (long i = 1; i < amount; i++) {
        if (start() != 0)
            continue;
        char byte;
        EXPECT(close(end[1]) == 0);
        EXPECT(read(end[0], &byte, 1) == 0);
        _exit(0);
    }
    sleep_ms(SEEN_MS);
    EXPECT(close(end[1]) == 0);
    while (wait(NULL) != -1)
        ;
}

static void *sleep_as_thread(void *unused)
{
    (void)unused;
    sleep_ms(SEEN_MS);
    return NULL;
}

static void use_threads(void)
{
    pthread_t thread;
    for (long i = 1; i < amount; i++)
        EXPECT((errno = pthread_create(&thread, NULL, sleep_as_thread, NULL)) == 0);
    sleep_ms(SEEN_MS);
    pthread_exit(NULL);
}

/* Touches `mib` of fresh memory behind `address`. */
static void touch(void *address, long mib)
{
    EXPECT(address != MAP_FAILED);
    memset(address, 'm', (size_t)mib * MIB);
}

static void use_memory(void)
{
    const int pages = PROT_READ | PROT_WRITE, kind = MAP_PRIVATE | MAP_ANONYMOUS;
    long share = amount / processes;
    while (--processes > 0 && start() == 0)
        continue; /* each process starts the next */
    touch(mmap(NULL, (size_t)share * MIB, pages, kind, -1, 0), share);
    sleep_ms(SEEN_MS);
    while (wait(NULL) != -1)
        ;
}

/* One mapping, that all processes have touched. */
static void use_shared_mapping(void)
{
    const int pages = PROT_READ | PROT_WRITE, kind = MAP_SHARED | MAP_ANONYMOUS;
    void *mapping = mmap(NULL, (size_t)amount * MIB, pages, kind, -1, 0);
    while (--processes > 0 && start() == 0)
        continue;
    touch(mapping, amount);
    sleep_ms(SEEN_MS);
    while (wait(NULL) != -1)
        ;
}

/* The segments are filled one after the other, and none stays attached. */
static void use_segments(void)
{
    int ids[64];
    EXPECT(amount <= 64);
    for (long i = 0; i < amount; i++) {
        EXPECT((ids[i] = shmget(IPC_PRIVATE, MIB, 0600)) != -1);
        void *segment = shmat(ids[i], NULL, 0);
        touch(segment, 1);
        EXPECT(shmdt(segment) == 0);
    }
    sleep_ms(SEEN_MS);
    for (long i = 0; i < amount; i++)
        EXPECT(shmctl(ids[i], IPC_RMID, NULL) == 0);
}

static char block[MIB];

/* Files in memory that are never mapped. */
static void use_memory_files(void)
{
    for (long i = 0; i < amount; i++) {
        int fd = memfd_create("file", 0);
        EXPECT(fd != -1);
        EXPECT(write(fd, block, MIB) == MIB);
    }
    sleep_ms(SEEN_MS);
}

static void write_bytes(int fd)
{
    while (amount > 0) {
        ssize_t n = write(fd, block, amount < MIB ? (size_t)amount : MIB);
        EXPECT(n > 0);
        amount -= n;
    }
}

static void use_stdout(void)
{
    write_bytes(STDOUT_FILENO);
}

static void use_stderr(void)
{
    write_bytes(STDERR_FILENO);
}

/* One file of so many bytes, removed again. */
static void use_file(void)
{
    int fd = open("file", O_CREAT | O_EXCL | O_WRONLY, 0600);
    EXPECT(fd != -1);
    write_bytes(fd);
    EXPECT(unlink("file") == 0);
}

static void use_sparse_file(void)
{
    int fd = open("file", O_CREAT | O_EXCL | O_WRONLY, 0600);
    EXPECT(fd != -1);
    EXPECT(ftruncate(fd, amount) == 0);
    EXPECT(unlink("file") == 0);
}

/* CPU time, in milliseconds, spread over `processes`. */
static void use_cpu(void)
{
    struct timespec used = {0};
    long share = amount / processes;
    while (--processes > 0 && start() == 0)
        continue;
    while (used.tv_sec * 1000 + used.tv_nsec / 1000000 < share)
        EXPECT(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0);
    while (wait(NULL) != -1)
        ;
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*use)(void);
    } RESOURCES[] = {{"processes", use_processes},
                     {"threads", use_threads},
                     {"memory", use_memory},
                     {"shared-mapping", use_shared_mapping},
                     {"segments", use_segments},
                     {"memory-files", use_memory_files},
                     {"stdout", use_stdout},
                     {"stderr", use_stderr},
                     {"file", use_file},
                     {"sparse-file", use_sparse_file},
                     {"cpu", use_cpu}};

    EXPECT(argc >= 3);
    amount = atol(argv[2]);
    if (argc > 3)
        processes = atol(argv[3]);
    for (size_t i = 0; i < sizeof RESOURCES / sizeof RESOURCES[0]; i++)
        if (strcmp(RESOURCES[i].name, argv[1]) == 0) {
            RESOURCES[i].use();
            return 0;
        }
    errx(1, "no resource %s", argv[1]);
}

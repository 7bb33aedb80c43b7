/* deep STATE [FILE...] - waits for bytes, or whatever STATE says, at the bottom of a few calls:
 * each in a way that makes a stack look different. Before a call that blocks it says where on
 * stdout: "TID FUNCTION LINE". */
#include "../live/expect.h"

#include <pthread.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/prctl.h>

/* To stand on the line before the call that blocks. */
#define HERE() EXPECT(dprintf(STDOUT_FILENO, "%d %s %d\n", gettid(), __func__, __LINE__ + 1) > 0)

#ifdef __clang__
#define UNOPTIMIZED __attribute__((noinline, optnone))
#define JUMPING     __attribute__((noinline))
#else
#define UNOPTIMIZED __attribute__((noinline, optimize("O0")))
#define JUMPING     __attribute__((noinline, optimize("O2")))
#endif
#define SEPARATE __attribute__((noinline))
#define INLINED  __attribute__((always_inline)) inline

enum { LEVELS = 100 };

SEPARATE static void take(void)
{
    char byte;
    HERE();
    EXPECT(read(STDIN_FILENO, &byte, 1) == 1);
}

SEPARATE static void plain(void)
{
    take();
    HERE();
    EXPECT(fgetc(stdin) != EOF);
}

/* Jumps to read(2): it is on no stack. */
JUMPING static ssize_t jump(char *byte)
{
    return read(STDIN_FILENO, byte, 1);
}

SEPARATE static void jumping(void)
{
    char byte;
    HERE();
    EXPECT(jump(&byte) == 1);
}

static INLINED void take_inlined(void)
{
    char byte;
    HERE();
    EXPECT(read(STDIN_FILENO, &byte, 1) == 1);
}

SEPARATE static void inlining(void)
{
    take_inlined();
    puts("done");
}

/* Its frame is found by its frame pointer, and holds what looks like frames as well. */
UNOPTIMIZED static void take_unoptimized(int n)
{
    char bytes[3000];
    HERE();
    EXPECT(read(STDIN_FILENO, bytes, (size_t)n) == 1);
}

UNOPTIMIZED static void leave_traces(int n)
{
    if (n > 0)
        leave_traces(n - 1);
}

UNOPTIMIZED static void unoptimized(void)
{
    leave_traces(5);
    take_unoptimized(1);
}

/* So is this one, but the function's beginning does not tell how large it is. */
SEPARATE static void take_growing(size_t size)
{
    char bytes[size];
    memset(bytes, 0, size);
    HERE();
    EXPECT(read(STDIN_FILENO, bytes, size) == 1);
}

SEPARATE static void growing(void)
{
    take_growing(getpid() > 0 ? 1000 : 1);
    puts("done");
}

SEPARATE static void recurse(int levels)
{
    if (levels == 0)
        take();
    else
        recurse(levels - 1);
    EXPECT(levels <= LEVELS); /* or the compiler would make a loop of it */
}

static void recursing(void)
{
    recurse(LEVELS);
}

/* Says first where three variables are: one of its own, a part of another, one on the stack. */
SEPARATE static void variables(void)
{
    static sem_t ready;
    static struct {
        char name[40];
        sem_t free;
    } queue;
    int local = 0;
    EXPECT(sem_init(&ready, 0, 0) == 0 && sem_init(&queue.free, 0, 0) == 0);
    EXPECT(dprintf(STDOUT_FILENO, "%p %p %p\n", (void *)&ready, (void *)&queue.free,
                   (void *)&local) > 0);
    HERE();
    EXPECT(sem_wait(&ready) == 0);
}

static void *run(void *unused)
{
    take();
    return unused;
}

SEPARATE static void threads(void)
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, run, NULL) == 0);
    EXPECT(pthread_join(thread, NULL) == 0);
}

SEPARATE static void forks(void)
{
    if (start() == 0)
        take();
    wait(NULL);
}

SEPARATE static void replaced(void)
{
    take();
    execlp("cat", "cat", NULL);
    err(1, "cannot run cat");
}

/* Has the files mapped as if they held code. */
static void map(char *files[])
{
    for (; *files != NULL; files++) {
        int fd = open(*files, O_RDONLY);
        EXPECT(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) != MAP_FAILED);
        EXPECT(close(fd) == 0);
    }
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*enter)(void);
    } STATES[] = {
        {"plain", plain},     {"inlining", inlining},   {"unoptimized", unoptimized},
        {"growing", growing}, {"recursing", recursing}, {"variables", variables},
        {"threads", threads}, {"forks", forks},         {"replaced", replaced},
        {"jumping", jumping},
    };
    EXPECT(argc >= 2 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0);
    map(argv + 2);
    for (size_t i = 0; i < sizeof STATES / sizeof STATES[0]; i++)
        if (strcmp(STATES[i].name, argv[1]) == 0)
            STATES[i].enter();
    return 0;
}

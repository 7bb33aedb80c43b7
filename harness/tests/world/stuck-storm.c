/* stuck-storm STATE - tasks that live so short that whoever looks at one may find it gone. */
#include "stuck.h"

#include <pthread.h>

enum { MAKERS = 4 };

static void make_processes(void)
{
    for (;;) {
        pid_t pid = start_as("mayfly");
        if (pid == 0)
            _exit(0);
        finish(pid);
    }
}

/* parent: for its children, who never end but whose children do at once. */
static void processes(void)
{
    be("parent");
    for (int i = 0; i < MAKERS; i++)
        if (start_as("maker") == 0)
            make_processes();
    EXPECT(wait(NULL) != -1);
}

static void *end(void *unused)
{
    return unused;
}

static void *make_threads(void *unused)
{
    pthread_t thread;
    for (;;)
        EXPECT(pthread_create(&thread, NULL, end, unused) == 0 && pthread_join(thread, NULL) == 0);
}

static void threads(void)
{
    pthread_t maker;
    for (int i = 1; i < MAKERS; i++)
        EXPECT((errno = pthread_create(&maker, NULL, make_threads, NULL)) == 0);
    make_threads(NULL);
}

STUCK({"processes", processes}, {"threads", threads})

/* litter HOW N - leaves N objects of one kind behind: files, queues, sets, segments, mqueues; or
 * one directory in another, N deep; or files with names that are hard to print (N: how many of
 * them). */
#include "../live/expect.h"

#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>

static void make_file(const char *name)
{
    int fd = open(name, O_CREAT | O_EXCL | O_WRONLY, 0600);
    EXPECT(fd != -1);
    EXPECT(close(fd) == 0);
}

static void leave_file(int number)
{
    char name[32];
    snprintf(name, sizeof name, "%04d", number);
    make_file(name);
}

static void leave_queue(int number)
{
    EXPECT(msgget(number, IPC_CREAT | IPC_EXCL | 0600) != -1);
}

static void leave_set(int number)
{
    EXPECT(semget(number, 1, IPC_CREAT | IPC_EXCL | 0600) != -1);
}

static void leave_segment(int number)
{
    EXPECT(shmget(number, 1, IPC_CREAT | IPC_EXCL | 0600) != -1);
}

static void leave_mqueue(int number)
{
    char name[32];
    struct mq_attr small = {.mq_maxmsg = 1, .mq_msgsize = 8};
    snprintf(name, sizeof name, "/%04d", number);
    EXPECT(mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &small) != (mqd_t)-1);
}

static void descend(int number)
{
    (void)number;
    EXPECT(mkdir("d", 0700) == 0);
    EXPECT(chdir("d") == 0);
}

static void leave_odd_name(int number)
{
    static const char *const names[] = {"new\nline", "\033[2J", "\377\376",
                                        "-rf",       " ",       "a\"b'c$(d)"};
    EXPECT(number <= (int)(sizeof names / sizeof names[0]));
    make_file(names[number - 1]);
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*leave)(int number);
    } KINDS[] = {{"files", leave_file},        {"queues", leave_queue},   {"sets", leave_set},
                 {"segments", leave_segment},  {"mqueues", leave_mqueue}, {"depth", descend},
                 {"odd-names", leave_odd_name}};

    EXPECT(argc == 3);
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].name, argv[1]) != 0)
            continue;
        for (int number = 1; number <= atoi(argv[2]); number++)
            KINDS[i].leave(number);
        return 0;
    }
    errx(1, "no kind %s", argv[1]);
}

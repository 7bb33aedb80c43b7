/* stuck-lock STATE - tasks that are stuck over locks of files: of flock(2), and of fcntl(2) both
 * for records and for open file descriptions. */
#include "stuck.h"

#include <pthread.h>
#include <sys/file.h>

static int open_data(void)
{
    int fd = open("data", O_CREAT | O_RDWR, 0600);
    EXPECT(fd != -1);
    return fd;
}

/* taker: for holder, who shares the open file description that is locked. */
static void flock_held(void)
{
    int locked = open_data();
    EXPECT(flock(locked, LOCK_EX) == 0);
    start_idle("holder");
    be("taker");
    EXPECT(close(locked) == 0);
    int again = open_data();
    HERE();
    EXPECT(flock(again, LOCK_SH) == 0);
}

static pthread_t leader;
static int locked_by_leader[2]; /* a pipe: a byte comes through it when the leader has ended */

static void *outlive_leader(void *unused)
{
    be("helper");
    EXPECT(pthread_join(leader, NULL) == 0);
    put(locked_by_leader[1], 'l');
    idle();
    return unused;
}

/* taker: for helper, a thread that has outlived the main thread of its process. */
static void flock_leader_gone(void)
{
    pthread_t helper;
    EXPECT(pipe(locked_by_leader) == 0);
    be("taker");
    if (start_as("leader") == 0) {
        EXPECT(flock(open_data(), LOCK_EX) == 0);
        leader = pthread_self();
        EXPECT(pthread_create(&helper, NULL, outlive_leader, NULL) == 0);
        pthread_exit(NULL);
    }
    EXPECT(get(locked_by_leader[0]) == 'l');
    int fd = open_data();
    HERE();
    EXPECT(flock(fd, LOCK_EX) == 0);
}

/* taker: for itself; it has locked the file through another open file description. */
static void flock_own(void)
{
    int locked = open_data(), again = open_data();
    EXPECT(flock(locked, LOCK_EX) == 0);
    be("taker");
    HERE();
    EXPECT(flock(again, LOCK_EX) == 0);
}

static void start_sharer(const char *name)
{
    int locked[2];
    EXPECT(pipe(locked) == 0);
    if (start_as(name) == 0) {
        EXPECT(flock(open_data(), LOCK_SH) == 0);
        put(locked[1], 'l');
        idle();
    }
    EXPECT(get(locked[0]) == 'l');
}

/* taker: for both of two that share the lock. */
static void flock_shared(void)
{
    start_sharer("sharer-1");
    start_sharer("sharer-2");
    be("taker");
    int fd = open_data();
    HERE();
    EXPECT(flock(fd, LOCK_EX) == 0);
}

/* Locks the range by a child that keeps it. */
static void start_locker(const char *name, int start, int length)
{
    struct flock range = {.l_type = F_WRLCK, .l_start = start, .l_len = length};
    int locked[2];
    EXPECT(pipe(locked) == 0);
    if (start_as(name) == 0) {
        EXPECT(fcntl(open_data(), F_SETLK, &range) == 0);
        put(locked[1], 'l');
        idle();
    }
    EXPECT(get(locked[0]) == 'l');
}

/* parent: for child to end. child: for bytes 100 to 149, of which parent has locked some, while
 * neighbour has locked the next ones. */
static void record(void)
{
    struct flock mine = {.l_type = F_WRLCK, .l_start = 120, .l_len = 10};
    struct flock wanted = {.l_type = F_RDLCK, .l_start = 100, .l_len = 50};
    start_locker("neighbour", 150, 10);
    int fd = open_data();
    EXPECT(fcntl(fd, F_SETLK, &mine) == 0);
    be("parent");
    pid_t pid = start_as("child");
    if (pid == 0) {
        HERE();
        EXPECT(fcntl(fd, F_SETLKW, &wanted) == 0);
        _exit(0);
    }
    HERE();
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

static struct flock byte_at(int start)
{
    return (struct flock){.l_type = F_WRLCK, .l_start = start, .l_len = 1};
}

/* left, right: for the byte that the other has locked; the kernel looks for no such ring. */
static void ofd_crossed(void)
{
    struct flock lock = byte_at(0);
    int locked[2], fd = open_data();
    EXPECT(pipe(locked) == 0 && fcntl(fd, F_OFD_SETLK, &lock) == 0);
    be("left");
    if (start_as("right") == 0) {
        EXPECT(close(fd) == 0);
        fd = open_data();
        lock = byte_at(1);
        EXPECT(fcntl(fd, F_OFD_SETLK, &lock) == 0);
        lock = byte_at(0);
        put(locked[1], 'l');
    } else {
        lock = byte_at(1);
        EXPECT(get(locked[0]) == 'l');
    }
    HERE();
    EXPECT(fcntl(fd, F_OFD_SETLKW, &lock) == 0);
}

STUCK({"flock-held", flock_held}, {"flock-leader-gone", flock_leader_gone},
      {"flock-own", flock_own}, {"flock-shared", flock_shared}, {"record", record},
      {"ofd-crossed", ofd_crossed})

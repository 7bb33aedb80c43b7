/* leave [--tidy] KIND... - makes one object of each kind, and takes none of them away again;
 * --tidy: takes them all away. */
#include "../live/expect.h"

#include <mqueue.h>
#include <semaphore.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

enum { KEY = 0x4d2 };

static int id;    /* of the System V object made last */
static pid_t pid; /* of the process started last */

static void make_msg(void)
{
    const struct {
        long type;
        char text[5];
    } message = {1, "hello"};
    EXPECT((id = msgget(KEY, IPC_CREAT | IPC_EXCL | 0600)) != -1);
    EXPECT(msgsnd(id, &message, sizeof message.text, 0) == 0);
}

static void remove_msg(void)
{
    EXPECT(msgctl(id, IPC_RMID, NULL) == 0);
}

static void make_sem_set(void)
{
    EXPECT((id = semget(KEY, 3, IPC_CREAT | IPC_EXCL | 0600)) != -1);
}

static void remove_sem_set(void)
{
    EXPECT(semctl(id, 0, IPC_RMID) == 0);
}

static void make_segment(void)
{
    EXPECT((id = shmget(KEY, 4096, IPC_CREAT | IPC_EXCL | 0600)) != -1);
}

static void make_private_segment(void)
{
    EXPECT((id = shmget(IPC_PRIVATE, 4096, 0600)) != -1);
}

static void remove_segment(void)
{
    EXPECT(shmctl(id, IPC_RMID, NULL) == 0);
}

static void make_mqueue(void)
{
    mqd_t queue = mq_open("/requests", O_CREAT | O_EXCL | O_WRONLY, 0600, NULL);
    EXPECT(queue != (mqd_t)-1);
    EXPECT(mq_send(queue, "hello", 5, 0) == 0);
    EXPECT(mq_close(queue) == 0);
}

static void remove_mqueue(void)
{
    EXPECT(mq_unlink("/requests") == 0);
}

static void make_sem(void)
{
    sem_t *semaphore = sem_open("/ready", O_CREAT | O_EXCL, 0600, 0);
    EXPECT(semaphore != SEM_FAILED);
    EXPECT(sem_close(semaphore) == 0);
}

static void remove_sem(void)
{
    EXPECT(sem_unlink("/ready") == 0);
}

static void make_shm(void)
{
    int fd = shm_open("/board", O_CREAT | O_EXCL | O_RDWR, 0600);
    EXPECT(fd != -1);
    EXPECT(ftruncate(fd, 8192) == 0);
    EXPECT(close(fd) == 0);
}

static void remove_shm(void)
{
    EXPECT(shm_unlink("/board") == 0);
}

static void make_fifo(void)
{
    EXPECT(mkfifo("pipe", 0600) == 0);
}

static void remove_fifo(void)
{
    EXPECT(unlink("pipe") == 0);
}

/* A socket bound to `name`: a path, or after a NUL byte an abstract one. */
static int bound_socket(const char *name, size_t length)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(fd != -1);
    memcpy(address.sun_path, name, length);
    EXPECT(bind(fd, (const struct sockaddr *)&address,
                (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) == 0);
    return fd;
}

static void make_socket(void)
{
    EXPECT(close(bound_socket("server", sizeof "server")) == 0);
}

static void remove_socket(void)
{
    EXPECT(unlink("server") == 0);
}

static void start_named(const char *name)
{
    int ready[2];
    EXPECT(pipe(ready) == 0);
    if ((pid = start()) == 0) {
        EXPECT(prctl(PR_SET_NAME, name) == 0);
        put(ready[1], 'y');
        pause();
        _exit(1);
    }
    EXPECT(get(ready[0]) == 'y');
    EXPECT(close(ready[0]) == 0 && close(ready[1]) == 0);
}

static void make_process(void)
{
    start_named("worker");
}

static void remove_process(void)
{
    EXPECT(kill(pid, SIGKILL) == 0);
    EXPECT(waitpid(pid, NULL, 0) == pid);
}

/* Held by a process that stays: an abstract name goes with its last holder. */
static void make_abstract(void)
{
    int fd = bound_socket("\0hub", 4);
    start_named("holder");
    EXPECT(close(fd) == 0);
}

/* A process that stays, with a child that has ended and is not waited for. */
static void make_zombie(void)
{
    int ready[2];
    EXPECT(pipe(ready) == 0);
    if ((pid = start()) == 0) {
        siginfo_t ended;
        EXPECT(prctl(PR_SET_NAME, "careless") == 0);
        pid_t child = start();
        if (child == 0) {
            EXPECT(prctl(PR_SET_NAME, "forgotten") == 0);
            _exit(0);
        }
        EXPECT(waitid(P_PID, (id_t)child, &ended, WEXITED | WNOWAIT) == 0);
        put(ready[1], 'y');
        pause();
        _exit(1);
    }
    EXPECT(get(ready[0]) == 'y');
}

static void make_file(void)
{
    int fd = open("result", O_CREAT | O_EXCL | O_WRONLY, 0600);
    EXPECT(fd != -1);
    EXPECT(write(fd, "hello", 5) == 5);
    EXPECT(close(fd) == 0);
}

static void remove_file(void)
{
    EXPECT(unlink("result") == 0);
}

static void make_directory(void)
{
    EXPECT(mkdir("spool", 0700) == 0);
}

static void remove_directory(void)
{
    EXPECT(rmdir("spool") == 0);
}

static void make_link(void)
{
    EXPECT(symlink("/usr", "link") == 0);
}

static void remove_link(void)
{
    EXPECT(unlink("link") == 0);
}

static const struct {
    const char *name;
    void (*make)(void), (*remove)(void);
} KINDS[] = {{"msg", make_msg, remove_msg},
             {"sem-set", make_sem_set, remove_sem_set},
             {"segment", make_segment, remove_segment},
             {"private-segment", make_private_segment, remove_segment},
             {"mqueue", make_mqueue, remove_mqueue},
             {"sem", make_sem, remove_sem},
             {"shm", make_shm, remove_shm},
             {"fifo", make_fifo, remove_fifo},
             {"socket", make_socket, remove_socket},
             {"abstract", make_abstract, remove_process},
             {"file", make_file, remove_file},
             {"directory", make_directory, remove_directory},
             {"link", make_link, remove_link},
             {"process", make_process, remove_process},
             {"zombie", make_zombie, remove_process}};

static void leave(const char *name, bool tidy)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof KINDS[0]; i++) {
        if (strcmp(KINDS[i].name, name) != 0)
            continue;
        KINDS[i].make();
        if (tidy)
            KINDS[i].remove();
        return;
    }
    errx(1, "no kind %s", name);
}

int main(int argc, char *argv[])
{
    bool tidy = argc > 1 && strcmp(argv[1], "--tidy") == 0;
    for (int i = tidy ? 2 : 1; i < argc; i++)
        leave(argv[i], tidy);
    return 0;
}

/* meet KEY NAME - looks for what the test that runs it has made outside under the same key and
 * name: System V objects, POSIX ones, an abstract socket, a TCP port (KEY), the file NAME in /tmp.
 * Says on stdout what it found; then makes its own, where it can be seen that they are others. */
#include "../live/loopback.h"

#include <mqueue.h>
#include <stddef.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/un.h>

#define ABSENT(what)                                                                               \
    do {                                                                                           \
        if ((long)(what) != -1)                                                                    \
            puts("found: " #what);                                                                 \
    } while (0)

static int connect_abstract(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(name);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(fd != -1);
    memcpy(address.sun_path + 1, name, length);
    return connect(fd, (const struct sockaddr *)&address,
                   (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length));
}

static int connect_port(const char *host, int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd != -1 && inet_pton(AF_INET, host, &address.sin_addr) == 1);
    return connect(fd, (const struct sockaddr *)&address, sizeof address);
}

int main(int argc, char *argv[])
{
    EXPECT(argc == 3);
    int key = atoi(argv[1]);
    const char *name = argv[2];
    char object[300], file[300];
    snprintf(object, sizeof object, "/%s", name);
    snprintf(file, sizeof file, "/tmp/%s", name);

    ABSENT(msgget(key, 0));
    ABSENT(semget(key, 0, 0));
    ABSENT(shmget(key, 0, 0));
    ABSENT(mq_open(object, O_RDONLY));
    ABSENT(shm_open(object, O_RDONLY, 0));
    ABSENT(access(file, F_OK));
    ABSENT(connect_abstract(name));
    ABSENT(connect_port("127.0.0.1", key));
    EXPECT(connect_port("192.0.2.1", 80) == -1 && errno == ENETUNREACH);
    EXPECT(connect_port("169.254.169.254", 80) == -1 && errno == ENETUNREACH);

    EXPECT(msgctl(msgget(key, IPC_CREAT | 0600), IPC_RMID, NULL) == 0);
    EXPECT(semctl(semget(key, 1, IPC_CREAT | 0600), 0, IPC_RMID) == 0);
    EXPECT(shmctl(shmget(key, 1, IPC_CREAT | 0600), IPC_RMID, NULL) == 0);
    EXPECT(mq_open(object, O_CREAT | O_RDWR, 0600, NULL) != -1 && mq_unlink(object) == 0);
    EXPECT(shm_open(object, O_CREAT | O_RDWR, 0600) != -1 && shm_unlink(object) == 0);
    EXPECT(open(file, O_CREAT | O_RDWR, 0600) != -1 && unlink(file) == 0);
    return 0;
}

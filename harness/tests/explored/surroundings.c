/* surroundings - says what may be another at each start of a program: process ids, addresses, the
 * time, ids of System V objects, ports, random bytes that the C library uses for its own ends. */
#include "../live/expect.h"

#include <arpa/inet.h>
#include <sys/msg.h>
#include <sys/socket.h>

static int global;

static int port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd != -1);
    EXPECT(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    EXPECT(close(fd) == 0);
    return address.sin_port != 0;
}

int main(void)
{
    struct timespec now;
    char text[32];
    void *memory = malloc(100);
    int local, queue = msgget(IPC_PRIVATE, 0600);
    pid_t child = start();
    if (child == 0)
        _exit(0);
    EXPECT(memory != NULL && queue != -1);
    EXPECT(clock_gettime(CLOCK_REALTIME, &now) == 0);
    EXPECT(strftime(text, sizeof text, "%F %T", gmtime(&now.tv_sec)) > 0);
    printf("%d %d %d %s.%09ld\n", getpid(), getppid(), child, text, now.tv_nsec);
    printf("%p %p %p %p %d %d\n", (void *)&global, (void *)&local, memory, (void *)stdout, queue,
           port());
    finish(child);
    EXPECT(msgctl(queue, IPC_RMID, NULL) == 0);
    free(memory);
    return 0;
}

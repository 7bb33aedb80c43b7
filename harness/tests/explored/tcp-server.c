/* tcp-server - a server that answers two clients, one after the other, over TCP. */
#include "../live/expect.h"

#include <arpa/inet.h>
#include <sys/socket.h>

enum { CLIENTS = 2 };

static void ask(const struct sockaddr_in *server, char question)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(fd != -1);
    EXPECT(connect(fd, (const struct sockaddr *)server, sizeof *server) == 0);
    put(fd, question);
    EXPECT(get(fd) == question + 1);
    EXPECT(close(fd) == 0);
    _exit(0);
}

int main(void)
{
    struct sockaddr_in server = {.sin_family = AF_INET};
    socklen_t size = sizeof server;
    pid_t clients[CLIENTS];
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(listener != -1);
    EXPECT(bind(listener, (struct sockaddr *)&server, sizeof server) == 0);
    EXPECT(listen(listener, CLIENTS) == 0);
    EXPECT(getsockname(listener, (struct sockaddr *)&server, &size) == 0);
    for (int i = 0; i < CLIENTS; i++)
        if ((clients[i] = start()) == 0)
            ask(&server, (char)('a' + i));
    for (int i = 0; i < CLIENTS; i++) {
        int fd = accept(listener, NULL, NULL);
        EXPECT(fd != -1);
        put(fd, (char)(get(fd) + 1));
        EXPECT(close(fd) == 0);
    }
    for (int i = 0; i < CLIENTS; i++)
        finish(clients[i]);
    return 0;
}

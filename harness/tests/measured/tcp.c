/* tcp - a client sends a message in two pieces; the server reads until it has all of it, answers,
 * and sees the client's end. */
#include "../live/expect.h"

#include <netinet/in.h>
#include <sys/socket.h>

enum { LENGTH = 6 };

static void receive_all(int from, char *message)
{
    for (size_t n = 0; n < LENGTH;) {
        ssize_t got = recv(from, message + n, LENGTH - n, 0);
        EXPECT(got > 0);
        n += (size_t)got;
    }
}

static void ask(const struct sockaddr_in *server)
{
    char reply[LENGTH];
    int connection = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(connection != -1);
    EXPECT(connect(connection, (const struct sockaddr *)server, sizeof *server) == 0);
    EXPECT(send(connection, "mes", 3, MSG_NOSIGNAL) == 3);
    EXPECT(send(connection, "sag", 3, MSG_NOSIGNAL) == 3);
    receive_all(connection, reply);
}

int main(void)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    char message[LENGTH], end;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(listener != -1 && bind(listener, (struct sockaddr *)&here, size) == 0);
    EXPECT(listen(listener, 1) == 0);
    EXPECT(getsockname(listener, (struct sockaddr *)&here, &size) == 0);
    pid_t child = start();
    if (child == 0) {
        ask(&here);
        _exit(0);
    }
    int connection = accept(listener, NULL, NULL);
    EXPECT(connection != -1);
    receive_all(connection, message);
    EXPECT(send(connection, message, LENGTH, MSG_NOSIGNAL) == LENGTH);
    EXPECT(recv(connection, &end, 1, 0) == 0);
    printf("%.*s\n", LENGTH, message);
    finish(child);
    return 0;
}

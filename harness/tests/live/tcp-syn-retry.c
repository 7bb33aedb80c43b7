/* Connects to a TCP socket whose backlog is full: the SYN is dropped. The server has accepted what
 * there was and waits for more, so both sides are blocked and nothing is on the wire.
 * Woken by the retransmission of the SYN, after a second. */
#include "loopback.h"

int main(void)
{
    struct sockaddr_in address;
    int listener = bind_loopback(SOCK_STREAM, &address), client[2];
    EXPECT(listen(listener, 0) == 0);
    for (int i = 0; i < 2; i++)
        EXPECT((client[i] = socket(AF_INET, SOCK_STREAM, 0)) != -1);
    connect_to(client[0], &address);
    pid_t server = start();
    if (server == 0) {
        sleep_ms(100);
        EXPECT(accept(listener, NULL, NULL) != -1);
        EXPECT(accept(listener, NULL, NULL) != -1);
        _exit(0);
    }
    double begin = now_ms();
    connect_to(client[1], &address);
    EXPECT(now_ms() - begin >= 900);
    finish(server);
    return 0;
}

/* Receives on sockets that nobody sends to: a unix one, by read(2), and a UDP one, by recvfrom(2).
 * Woken by the sockets' SO_RCVTIMEO, which the calls' arguments do not show. */
#include "loopback.h"

int main(void)
{
    struct sockaddr_in address;
    int pair[2], udp = bind_loopback(SOCK_DGRAM, &address);
    char byte;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    set_timeout(pair[0], SO_RCVTIMEO, 20);
    set_timeout(udp, SO_RCVTIMEO, 20);
    EXPECT(read(pair[0], &byte, 1) == -1 && errno == EAGAIN);
    EXPECT(recv(udp, &byte, 1, 0) == -1 && errno == EAGAIN);
    return 0;
}

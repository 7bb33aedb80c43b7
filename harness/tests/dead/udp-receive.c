/* Waits for an answer to a datagram that went to a socket nobody reads from. */
#include "../live/loopback.h"
#include "stamp.h"

int main(void)
{
    struct sockaddr_in here, there;
    int one = bind_loopback(SOCK_DGRAM, &here), other = bind_loopback(SOCK_DGRAM, &there);
    EXPECT(other != -1);
    connect_to(one, &there);
    put(one, 'q');
    stamp();
    get(one);
    woken();
}

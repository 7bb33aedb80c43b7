/* Two processes pass a datagram to and fro; at many instants both wait in recv(2), while it is on
 * its way in a softirq. Woken by its arrival. */
#include "loopback.h"

int main(void)
{
    struct sockaddr_in here, there;
    int one = bind_loopback(SOCK_DGRAM, &here), other = bind_loopback(SOCK_DGRAM, &there);
    connect_to(one, &there);
    connect_to(other, &here);
    pid_t child = start();
    if (child == 0) {
        for (int i = 0; i < 500; i++)
            put(other, get(other));
        _exit(0);
    }
    for (int i = 0; i < 500; i++) {
        put(one, 'p');
        EXPECT(get(one) == 'p');
    }
    finish(child);
    return 0;
}

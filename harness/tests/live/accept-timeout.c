/* Accepts on TCP and unix sockets that nobody connects to.
 * Woken by the listening sockets' SO_RCVTIMEO. */
#include "loopback.h"

int main(void)
{
    struct sockaddr_in address;
    int tcp = bind_loopback(SOCK_STREAM, &address), local = socket(AF_UNIX, SOCK_STREAM, 0);
    const struct sockaddr unnamed = {.sa_family = AF_UNIX};
    EXPECT(local != -1);
    EXPECT(bind(local, &unnamed, sizeof unnamed.sa_family) == 0); /* the kernel finds a name */
    EXPECT(listen(tcp, 1) == 0 && listen(local, 1) == 0);
    set_timeout(tcp, SO_RCVTIMEO, 20);
    set_timeout(local, SO_RCVTIMEO, 20);
    EXPECT(accept(tcp, NULL, NULL) == -1 && errno == EAGAIN);
    EXPECT(accept(local, NULL, NULL) == -1 && errno == EAGAIN);
    return 0;
}

/* Connects to a TCP socket whose backlog is full and that nobody accepts from.
 * Woken by the connecting socket's SO_SNDTIMEO. */
#include "loopback.h"

int main(void)
{
    struct sockaddr_in address;
    int listener = bind_loopback(SOCK_STREAM, &address);
    int first = socket(AF_INET, SOCK_STREAM, 0), second = socket(AF_INET, SOCK_STREAM, 0);
    EXPECT(listen(listener, 0) == 0 && first != -1 && second != -1);
    connect_to(first, &address);
    set_timeout(second, SO_SNDTIMEO, 50);
    EXPECT(connect(second, (struct sockaddr *)&address, sizeof address) == -1);
    EXPECT(errno == EINPROGRESS);
    return 0;
}

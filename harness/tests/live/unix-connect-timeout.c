/* Connects to a unix socket whose backlog is full and that nobody accepts from.
 * Woken by the connecting socket's SO_SNDTIMEO. */
#include "loopback.h"

#include <sys/un.h>

int main(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t length = sizeof address.sun_family;
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), client[2];
    EXPECT(listener != -1 && bind(listener, (struct sockaddr *)&address, length) == 0);
    length = sizeof address;
    EXPECT(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    EXPECT(listen(listener, 0) == 0);
    for (int i = 0; i < 2; i++) {
        EXPECT((client[i] = socket(AF_UNIX, SOCK_STREAM, 0)) != -1);
        set_timeout(client[i], SO_SNDTIMEO, 30);
    }
    EXPECT(connect(client[0], (struct sockaddr *)&address, length) == 0);
    EXPECT(connect(client[1], (struct sockaddr *)&address, length) == -1 && errno == EAGAIN);
    return 0;
}

/* Connects to a unix socket once more than its backlog holds, and would accept only afterwards. */
#include "stamp.h"

#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(listener != -1);
    EXPECT(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(listen(listener, 0) == 0);
    int first = socket(AF_UNIX, SOCK_STREAM, 0), second = socket(AF_UNIX, SOCK_STREAM, 0);
    EXPECT(first != -1 && second != -1);
    EXPECT(connect(first, (struct sockaddr *)&address, sizeof address) == 0);
    stamp();
    connect(second, (struct sockaddr *)&address, sizeof address);
    woken();
}

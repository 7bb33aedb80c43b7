/* A server waits for a client on a unix socket; the client waits for a byte before it connects. */
#include "stamp.h"

#include <sys/socket.h>
#include <sys/un.h>

int main(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
    int listener = socket(AF_UNIX, SOCK_STREAM, 0), go[2];
    EXPECT(listener != -1 && pipe(go) == 0);
    EXPECT(bind(listener, (struct sockaddr *)&address, sizeof address) == 0);
    EXPECT(listen(listener, 1) == 0);
    if (start() == 0) {
        stamp();
        get(go[0]);
        woken();
    }
    stamp();
    accept(listener, NULL, NULL);
    woken();
}

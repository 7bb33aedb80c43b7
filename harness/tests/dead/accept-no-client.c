/* Waits for a TCP client, and nobody connects. */
#include "../live/loopback.h"
#include "stamp.h"

int main(void)
{
    struct sockaddr_in address;
    int listener = bind_loopback(SOCK_STREAM, &address);
    EXPECT(listen(listener, 1) == 0);
    stamp();
    accept(listener, NULL, NULL);
    woken();
}

/* A request has gone over TCP, but a byte short: the server waits for the rest, the client for the
 * answer. */
#include "../live/loopback.h"
#include "stamp.h"

int main(void)
{
    int pair[2];
    char request[64] = {0};
    tcp_pair(pair);
    if (start() == 0) {
        EXPECT(read(pair[1], request, 63) == 63);
        stamp();
        get(pair[1]);
        woken();
    }
    EXPECT(write(pair[0], request, 63) == 63);
    stamp();
    get(pair[0]);
    woken();
}

/* Client and server are connected over TCP; each waits for the other to speak first. */
#include "../live/loopback.h"
#include "stamp.h"

int main(void)
{
    int pair[2];
    tcp_pair(pair);
    bool child = start() == 0;
    stamp();
    get(pair[child]);
    woken();
}

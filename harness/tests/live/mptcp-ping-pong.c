/* Two processes pass a byte to and fro over Multipath TCP, which moves data in softirqs, by timers
 * and in kernel workers of its own. Woken by the byte's arrival. */
#include "loopback.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

int main(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    if (listener == -1) {
        warn("no Multipath TCP here, so it cannot wake anyone");
        return 0;
    }
    EXPECT(bind(listener, (struct sockaddr *)&address, length) == 0 && listen(listener, 1) == 0);
    EXPECT(getsockname(listener, (struct sockaddr *)&address, &length) == 0);
    pid_t child = start();
    if (child == 0) {
        int server = accept(listener, NULL, NULL);
        EXPECT(server != -1);
        for (int i = 0; i < 300; i++)
            put(server, get(server));
        _exit(0);
    }
    int client = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);
    EXPECT(client != -1);
    connect_to(client, &address);
    for (int i = 0; i < 300; i++) {
        put(client, 'p');
        EXPECT(get(client) == 'p');
    }
    finish(child);
    return 0;
}

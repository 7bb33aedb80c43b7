/* A thread receives on a unix socket whose SO_RCVTIMEO is 0: no time limit, so it seems.
 * Woken by the limit that the socket had when the call began. The other thread has cleared it
 * since: it knows that the call has begun because its first byte has been taken. */
#include "loopback.h"

#include <pthread.h>
#include <sys/ioctl.h>

static int pair[2];

static void *receive(void *unused)
{
    char two[2];
    EXPECT(recv(pair[0], two, sizeof two, MSG_WAITALL) == 1);
    return unused;
}

int main(void)
{
    int queued;
    pthread_t thread;
    EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    set_timeout(pair[0], SO_RCVTIMEO, 60);
    put(pair[1], '1');
    EXPECT(pthread_create(&thread, NULL, receive, NULL) == 0);
    do
        EXPECT(ioctl(pair[0], FIONREAD, &queued) == 0);
    while (queued > 0);
    set_timeout(pair[0], SO_RCVTIMEO, 0);
    EXPECT(pthread_join(thread, NULL) == 0);
    return 0;
}

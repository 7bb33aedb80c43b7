/* A child reads from a pipe whose only write end no process has open: it is on its way in a unix
 * socket. Woken by a process that sleeps, takes the end out of the socket and writes. */
#include "pass_fd.h"

int main(void)
{
    int ends[2], pair[2];
    EXPECT(pipe(ends) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    send_fd(pair[0], ends[1]);
    EXPECT(close(ends[1]) == 0);
    pid_t reader = start();
    if (reader == 0)
        _exit(get(ends[0]) == 'e' ? 0 : 1);
    sleep_ms(30);
    put(receive_fd(pair[1]), 'e');
    finish(reader);
    return 0;
}

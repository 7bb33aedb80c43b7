/* Waits in sigsuspend(); no process will send it a signal, and nobody waits for the socket.
 * Woken by SIGIO, which a datagram from a sleeping child makes the kernel send (O_ASYNC). */
#include "loopback.h"

int main(void)
{
    struct sockaddr_in address;
    int server = bind_loopback(SOCK_DGRAM, &address), client = socket(AF_INET, SOCK_DGRAM, 0);
    sigset_t open = block_signal(SIGIO);
    catch_signal(SIGIO, count_signal);
    EXPECT(fcntl(server, F_SETOWN, getpid()) == 0);
    EXPECT(fcntl(server, F_SETFL, O_ASYNC) == 0);
    connect_to(client, &address);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(20);
        put(client, 'd');
        _exit(0);
    }
    EXPECT(sigsuspend(&open) == -1 && signals_caught == 1);
    EXPECT(get(server) == 'd');
    finish(child);
    return 0;
}

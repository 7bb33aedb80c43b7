/* Eight processes in a ring pass one byte on, 200 times round: at any moment at least seven are
 * blocked, and from one look to the next it is another one that is not. Woken by the byte. */
#include "expect.h"

enum { PROCESSES = 8, ROUNDS = 200 };

int main(void)
{
    int link[PROCESSES][2];
    pid_t pid[PROCESSES];
    for (int i = 0; i < PROCESSES; i++)
        EXPECT(pipe(link[i]) == 0);
    for (int i = 1; i < PROCESSES; i++) {
        if ((pid[i] = start()) == 0) {
            for (int round = 0; round < ROUNDS; round++)
                put(link[(i + 1) % PROCESSES][1], get(link[i][0]));
            _exit(0);
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        put(link[1][1], 'b');
        EXPECT(get(link[0][0]) == 'b');
    }
    for (int i = 1; i < PROCESSES; i++)
        finish(pid[i]);
    return 0;
}

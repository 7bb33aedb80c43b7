/* ping-pong [ROUNDS] - two processes that answer each other through two pipes. With 4 rounds, the
 * default, they make 20 calls, births and ends apart. */
#include "../live/expect.h"

int main(int argc, char *argv[])
{
    int rounds = argc > 1 ? atoi(argv[1]) : 4, there[2], back[2];
    EXPECT(pipe(there) == 0 && pipe(back) == 0);
    pid_t child = start();
    for (int i = 0; i < rounds; i++) {
        if (child == 0) {
            put(back[1], get(there[0]));
        } else {
            put(there[1], 'o');
            EXPECT(get(back[0]) == 'o');
        }
    }
    if (child != 0)
        finish(child);
    return 0;
}

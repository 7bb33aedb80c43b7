/* Six processes in a ring: each reads from its left neighbour before it writes to its right one. */
#include "stamp.h"

enum { PROCESSES = 6 };

int main(void)
{
    int link[PROCESSES][2], self = 0;
    for (int i = 0; i < PROCESSES; i++)
        EXPECT(pipe(link[i]) == 0);
    for (int i = 1; i < PROCESSES && self == 0; i++)
        if (start() == 0)
            self = i;
    stamp();
    put(link[(self + 1) % PROCESSES][1], get(link[self][0]));
    woken();
}

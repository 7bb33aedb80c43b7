/* Reads a pipe to its end, and holds the write end itself. */
#include "stamp.h"

int main(void)
{
    int ends[2];
    EXPECT(pipe(ends) == 0);
    put(ends[1], 'p');
    EXPECT(get(ends[0]) == 'p');
    stamp();
    get(ends[0]);
    woken();
}

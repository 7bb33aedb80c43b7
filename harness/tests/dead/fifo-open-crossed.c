/* Two processes open the same two FIFOs for writing and for reading, in opposite order. */
#include "stamp.h"

#include <sys/stat.h>

int main(void)
{
    EXPECT(mkfifo("a", 0600) == 0 && mkfifo("b", 0600) == 0);
    const char *first = start() == 0 ? "b" : "a";
    stamp();
    open(first, O_WRONLY);
    woken();
}

/* Opens a FIFO for reading; nobody will ever open it for writing. */
#include "stamp.h"

#include <sys/stat.h>

int main(void)
{
    EXPECT(mkfifo("fifo", 0600) == 0);
    stamp();
    open("fifo", O_RDONLY);
    woken();
}

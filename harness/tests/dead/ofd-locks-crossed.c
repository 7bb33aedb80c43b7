/* Each of two processes holds one byte of a file by a lock of its open file description and asks
 * for the other's; for such locks the kernel looks for no deadlock. */
#include "stamp.h"

static int lock_byte(int file, int which)
{
    struct flock lock = {.l_type = F_WRLCK, .l_start = which, .l_len = 1};
    return fcntl(file, F_OFD_SETLKW, &lock);
}

int main(void)
{
    int held[2][2];
    EXPECT(pipe(held[0]) == 0 && pipe(held[1]) == 0);
    int mine = start() == 0;
    int file = open("file", O_RDWR | O_CREAT, 0600);
    EXPECT(file != -1 && lock_byte(file, mine) == 0);
    put(held[mine][1], 'h');
    EXPECT(get(held[!mine][0]) == 'h');
    stamp();
    lock_byte(file, !mine);
    woken();
}

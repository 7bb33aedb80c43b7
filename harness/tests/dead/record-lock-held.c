/* Waits for a record lock whose holder waits for it to end. */
#include "stamp.h"

static int lock_file(int file)
{
    struct flock whole = {.l_type = F_WRLCK};
    return fcntl(file, F_SETLKW, &whole);
}

int main(void)
{
    int file = open("file", O_RDWR | O_CREAT, 0600);
    EXPECT(file != -1 && lock_file(file) == 0);
    pid_t child = start();
    stamp();
    if (child == 0)
        lock_file(file);
    else
        finish(child);
    woken();
}

/* Each of two processes holds one file by flock(2) and asks for the other's. */
#include "stamp.h"

#include <sys/file.h>

int main(void)
{
    static const char *const name[2] = {"a", "b"};
    int held[2][2], file[2];
    EXPECT(pipe(held[0]) == 0 && pipe(held[1]) == 0);
    int mine = start() == 0;
    for (int i = 0; i < 2; i++)
        EXPECT((file[i] = open(name[i], O_RDWR | O_CREAT, 0600)) != -1);
    EXPECT(flock(file[mine], LOCK_EX) == 0);
    put(held[mine][1], 'h');
    EXPECT(get(held[!mine][0]) == 'h');
    stamp();
    flock(file[!mine], LOCK_EX);
    woken();
}

/* Selects, without a time limit, on a pipe that it alone has open. */
#include "stamp.h"

#include <sys/select.h>

int main(void)
{
    int ends[2];
    fd_set readable;
    EXPECT(pipe(ends) == 0);
    FD_ZERO(&readable);
    FD_SET(ends[0], &readable);
    stamp();
    select(ends[0] + 1, &readable, NULL, NULL, NULL);
    woken();
}

/* Is held in open(2) of a FIFO that nobody has open.
 * Woken by a child that sleeps and then opens the other side. */
#include "expect.h"

#include <sys/stat.h>

int main(void)
{
    EXPECT(mkfifo("fifo", 0600) == 0);
    pid_t child = start();
    if (child == 0) {
        sleep_ms(30);
        int out = open("fifo", O_WRONLY);
        EXPECT(out != -1);
        put(out, 'f');
        _exit(0);
    }
    int in = open("fifo", O_RDONLY);
    EXPECT(in != -1 && get(in) == 'f');
    finish(child);
    EXPECT(unlink("fifo") == 0);
    return 0;
}

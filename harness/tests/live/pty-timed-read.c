/* Reads from a terminal that nobody types at; the call has no time limit, nor has the descriptor.
 * Woken after 100 ms by the terminal's own: VMIN is 0 and VTIME 1. */
#include "expect.h"

#include <termios.h>

int main(void)
{
    char name[64], byte;
    struct termios settings;
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    EXPECT(master != -1 && grantpt(master) == 0 && unlockpt(master) == 0);
    EXPECT(ptsname_r(master, name, sizeof name) == 0);
    int terminal = open(name, O_RDWR | O_NOCTTY);
    EXPECT(terminal != -1 && tcgetattr(terminal, &settings) == 0);
    cfmakeraw(&settings);
    settings.c_cc[VMIN] = 0;
    settings.c_cc[VTIME] = 1;
    EXPECT(tcsetattr(terminal, TCSANOW, &settings) == 0);
    EXPECT(read(terminal, &byte, 1) == 0);
    return 0;
}

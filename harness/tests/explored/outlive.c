/* outlive [busy] - ends, while a child of it goes on: it waits for ever; busy: it works for ever.
 */
#include "../live/expect.h"

int main(int argc, char *argv[])
{
    (void)argv;
    pid_t child = start();
    if (child == 0)
        while (argc > 1 ? close(dup(0)) == 0 : pause() == -1)
            ;
    return 0;
}

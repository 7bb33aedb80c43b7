/* spin [PROCESSES] - computes for ever, without a call. */
#include "../live/expect.h"

int main(int argc, char *argv[])
{
    for (int others = argc > 1 ? atoi(argv[1]) - 1 : 0; others > 0; others--)
        if (start() == 0)
            break;
    for (volatile unsigned n = 0;; n++)
        ;
}

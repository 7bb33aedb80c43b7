/* advice.h - what to do about the chain of an explanation. */
#ifndef BROKENPIPE_ADVICE_H
#define BROKENPIPE_ADVICE_H

#include "explanation.h"

/* What to do about x->chain, as the end of a sentence: a static string. NULL where there is no
 * cycle or dead end, or where its shape leaves a doubt about what was meant. */
const char *advice_for(const struct explanation *x);

#endif

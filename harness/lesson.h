/* lesson.h - the chain of an explanation in one sentence, as a teacher would say it. */
#ifndef BROKENPIPE_LESSON_H
#define BROKENPIPE_LESSON_H

#include "explanation.h"

/* Writes x->lesson from x->chain: who waits for what at which line, why that does not come, and
 * what to do about it, where that is known. Leaves NULL where there is no chain. 0, or -1 without
 * memory. */
int lesson_write(struct explanation *x);

#endif

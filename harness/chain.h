/* chain.h - the part of a wait-for graph that tells the story: its cycle, or its dead end. */
#ifndef BROKENPIPE_CHAIN_H
#define BROKENPIPE_CHAIN_H

#include "explanation.h"

/* Fills in x->chain from x->waits and x->edges: among the cycles, one whose weakest edge is as
 * strong as can be, and of these a shortest one; if there is none, the shortest path from the first
 * task that waits to nobody, else to the outside or to a task that can go on. 0, or -1 without
 * memory. */
int chain_find(struct explanation *x);

#endif

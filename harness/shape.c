/* shape.c - the shapes by name, and what each means. See shape.h. */
#include "shape.h"

#include <string.h>

static const struct {
    const char *name, *meaning;
} shapes[SHAPES] = {
    [SHAPE_END_KEPT_OPEN] = {"end kept open",
                             "somebody still holds what the other waits to see closed"},
    [SHAPE_ORDER_INVERSION] = {"order inversion", "two take the same things in opposite orders"},
    [SHAPE_LOST_WAKE_UP] = {"lost wake-up", "the event comes before the waiting begins"},
    [SHAPE_FULL_BOTH_WAYS] = {"full both ways", "both write, and neither reads"},
    [SHAPE_NOBODY_DRAINS] = {"nobody drains", "a writer waits for room that nobody will ever make"},
    [SHAPE_OWNER_DIED] = {"owner died", "whoever had to let go is dead"},
    [SHAPE_NO_PEER] = {"no peer", "the other end is gone, or never came"},
    [SHAPE_PARTIAL_TRANSFER] = {"partial transfer", "a part is taken for the whole"},
    [SHAPE_LOST_BOUNDARY] = {"lost boundary", "where one message ends and the next begins is gone"},
    [SHAPE_LOST_EVENT] = {"lost event", "several events become one, or none"},
    [SHAPE_STALE_NAME] = {"stale name", "something of that name was left from before"},
    [SHAPE_LEAK] = {"leak", "something is left behind, each time"},
    [SHAPE_EXHAUSTION] = {"exhaustion", "a table, a queue or a disk is full"},
    [SHAPE_UNSYNCHRONIZED_ACCESS] = {"unsynchronized access", "two are in the same data at once"},
    [SHAPE_USED_BEFORE_READY] = {"used before ready", "it is there before it can be used"},
    [SHAPE_NEVER_RELEASED] = {"never released",
                              "a way through the code keeps what it took, or takes it twice"},
    [SHAPE_NOT_SHARED] = {"not shared", "both use it, and each has its own"},
    [SHAPE_WRONG_ADDRESSEE] = {"wrong addressee", "it reaches another than was meant"},
    [SHAPE_INHERITED_STATE] = {"inherited state", "fork or exec hands on more than was meant"},
    [SHAPE_INTERRUPTED_CALL] = {"interrupted call", "a signal ends a call early"},
    [SHAPE_UNSAFE_CONTEXT] = {"unsafe context",
                              "a signal handler does what only the program may do"},
    [SHAPE_HELD_BACK] = {"held back", "it waits in a buffer, or behind somebody who is blocked"},
    [SHAPE_RESULT_MISREAD] = {"result misread", "what a call returned means something else"},
};

const char *shape_name(enum shape shape)
{
    return shapes[shape].name;
}

const char *shape_meaning(enum shape shape)
{
    return shapes[shape].meaning;
}

int shape_parse(const char *text)
{
    for (int shape = 0; shape < SHAPES; shape++)
        if (strcmp(shapes[shape].name, text) == 0)
            return shape;
    return -1;
}

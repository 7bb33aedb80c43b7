/* shape.h - the shapes that failures have, whatever the mechanism: the rows of `brokenpipe grid`.
 */
#ifndef BROKENPIPE_SHAPE_H
#define BROKENPIPE_SHAPE_H

enum shape {
    SHAPE_END_KEPT_OPEN,
    SHAPE_ORDER_INVERSION,
    SHAPE_LOST_WAKE_UP,
    SHAPE_FULL_BOTH_WAYS,
    SHAPE_NOBODY_DRAINS,
    SHAPE_OWNER_DIED,
    SHAPE_NO_PEER,
    SHAPE_PARTIAL_TRANSFER,
    SHAPE_LOST_BOUNDARY,
    SHAPE_LOST_EVENT,
    SHAPE_STALE_NAME,
    SHAPE_LEAK,
    SHAPE_EXHAUSTION,
    SHAPE_UNSYNCHRONIZED_ACCESS,
    SHAPE_USED_BEFORE_READY,
    SHAPE_NEVER_RELEASED,
    SHAPE_NOT_SHARED,
    SHAPE_WRONG_ADDRESSEE,
    SHAPE_INHERITED_STATE,
    SHAPE_INTERRUPTED_CALL,
    SHAPE_UNSAFE_CONTEXT,
    SHAPE_HELD_BACK,
    SHAPE_RESULT_MISREAD,
    SHAPES
};

const char *shape_name(enum shape shape);    /* "end kept open" */
const char *shape_meaning(enum shape shape); /* "somebody still holds what..." */
int shape_parse(const char *text);           /* or -1 */

#endif

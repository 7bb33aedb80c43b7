/* scheduler_story.c - steps told to a person. See scheduler_story.h. */
#include "scheduler_story.h"

#include "arguments.h"
#include "stack.h"
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct story_teller {
    struct view *view;
    struct schedule *schedule;
    struct stacks *stacks;
};

struct story_teller *story_open(struct view *v, struct schedule *schedule)
{
    struct story_teller *teller = malloc(sizeof(*teller));
    if (teller == NULL)
        return NULL;
    *teller = (struct story_teller){.view = v, .schedule = schedule, .stacks = stacks_open(v)};
    if (teller->stacks != NULL)
        return teller;
    free(teller);
    return NULL;
}

void story_close(struct story_teller *teller)
{
    if (teller == NULL)
        return;
    stacks_close(teller->stacks);
    free(teller);
}

/* "deposit (broken.c:45)": the innermost line of the program's own source. New string, or NULL. */
static char *show_place(const struct frame *frames, size_t n)
{
    char *text = NULL;
    for (size_t i = 0; i < n && text == NULL; i++)
        if (frames[i].own &&
            asprintf(&text, "%s (%s:%d)", frames[i].function == NULL ? "?" : frames[i].function,
                     frame_file(&frames[i]), frames[i].line) < 0)
            text = NULL;
    return text;
}

/* The function of the C library that the program called, or, where that is a part of the program,
 * what its own source called. A new string, or NULL. */
static char *called_function(const struct story_teller *teller, pid_t pid,
                             const struct frame *frames, size_t n)
{
    char name[64];
    if (stack_outside(frames, n) > 0)
        return stack_library_call(teller->stacks, pid, frames, n);
    for (size_t i = 1; i < n; i++)
        if (frames[i].own)
            return stack_called(teller->stacks, pid, frames[i].pc, name, sizeof(name)) == 0
                       ? strdup(name)
                       : NULL;
    return NULL;
}

void story_tell(struct story_teller *teller, const struct held_call *call, struct step *step)
{
    struct task task = {.pid = call->world_tgid, .tid = call->world_tid};
    if (task_read(teller->view, &task) != 0)
        return;
    task_name(teller->view, &task, teller->schedule->tasks[step->choice.task].name);
    /* The first step is init's, which shows an ordinary user nothing. */
    if (teller->schedule->n_steps == 1)
        return;
    task.nr = call->nr;
    memcpy(task.args, call->args, sizeof(task.args));
    struct frame *frames = NULL;
    size_t n = stack_unwind(teller->stacks, &task, NULL, &frames);
    char *called = called_function(teller, task.pid, frames, n);
    step->shown = arguments_tell(teller->view, teller->stacks, &task, called);
    free(called);
    step->where = show_place(frames, n);
    frames_free(frames, n);
}

/* program.h - the program that a person wants to be run: where it is, and what it may see. */
#ifndef BROKENPIPE_PROGRAM_H
#define BROKENPIPE_PROGRAM_H

#include "commands.h"

/* `name` as a shell finds it in $PATH: a new string, or NULL. */
char *search_path(const char *name);

/* Finds PROGRAM of a command line, which a world can run. Returns its absolute name, a new string;
 * or NULL with the complaint made. */
char *find_program(const struct command *command, const char *name);

/* What of the host the program may read: a new list, or NULL with errno. Arguments that it will not
 * find are warned of. */
char **list_visible(const struct command *command, char *const *argv);

#endif

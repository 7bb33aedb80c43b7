/* files.h - small jobs with files. */
#ifndef BROKENPIPE_FILES_H
#define BROKENPIPE_FILES_H

/* Writes `text` to the existing file `path` below `directory` (or AT_FDCWD) with a single write(2),
 * as the files of proc(5) want it. 0, or -1 with errno. */
int file_write(int directory, const char *path, const char *text);

#endif

/* temporary.h - files and directories that live as long as one test. */
#ifndef BROKENPIPE_TEMPORARY_H
#define BROKENPIPE_TEMPORARY_H

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* The directory of the test that runs; fixtures for tcase_add_checked_fixture() make and remove
 * it. */
static char temporary[PATH_MAX];

static inline void temporary_make(void)
{
    const char *parent = getenv("TMPDIR");

    snprintf(temporary, sizeof temporary, "%s/brokenpipe-test-XXXXXX",
             parent != NULL && *parent != '\0' ? parent : "/tmp");
    ck_assert_msg(mkdtemp(temporary) != NULL, "%s: %s", temporary, strerror(errno));
    ck_assert_int_eq(chmod(temporary, 0755), 0); /* programs in it run as another user */
}

static inline int temporary_remove_one(const char *path, const struct stat *status, int type,
                                       struct FTW *place)
{
    (void)status, (void)type, (void)place;
    return remove(path);
}

static inline void temporary_remove(void)
{
    ck_assert_int_eq(nftw(temporary, temporary_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* The path of `name` in the directory; valid for the next fifteen calls. */
static inline const char *temporary_path(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
static inline const char *temporary_path(const char *format, ...)
{
    static char paths[16][PATH_MAX];
    static int next;
    char name[1000];
    char *path = paths[next++ % 16];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(name, sizeof name, format, arguments);
    va_end(arguments);
    ck_assert_int_lt(snprintf(path, PATH_MAX, "%s/%s", temporary, name), PATH_MAX);
    return path;
}

/* Makes the file and the directories above it. */
static inline void temporary_write(const char *path, const void *bytes, size_t length)
{
    char parent[PATH_MAX];
    FILE *file;

    snprintf(parent, sizeof parent, "%s", path);
    for (char *slash = parent + strlen(temporary); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ck_assert_msg(mkdir(parent, 0755) == 0 || errno == EEXIST, "%s: %s", parent,
                      strerror(errno));
        *slash = '/';
    }
    file = fopen(path, "w");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Copies a file, and its permission to be executed, to `path` in the directory. */
static inline void temporary_copy(const char *path, const char *file)
{
    struct stat status;
    FILE *from = fopen(file, "r");
    char *bytes;

    ck_assert_msg(from != NULL && fstat(fileno(from), &status) == 0, "%s: %s", file,
                  strerror(errno));
    bytes = malloc((size_t)status.st_size);
    ck_assert_ptr_nonnull(bytes);
    ck_assert_uint_eq(fread(bytes, 1, (size_t)status.st_size, from), (size_t)status.st_size);
    temporary_write(path, bytes, (size_t)status.st_size);
    ck_assert_int_eq(chmod(path, status.st_mode & 0777), 0);
    ck_assert_int_eq(fclose(from), 0);
    free(bytes);
}

static inline void temporary_write_text(const char *path, const char *text)
{
    temporary_write(path, text, strlen(text));
}

#endif

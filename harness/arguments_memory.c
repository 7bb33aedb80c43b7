/* arguments_memory.c - arguments that point to names and data. See arguments_parts.h. */
#include "arguments_parts.h"

#include "futex.h"
#include "utf8.h"

#include <inttypes.h>
#include <limits.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

enum {
    DATA_WIDTH = 24, /* of data, and of a program's argument, more is not told */
    PATH_WIDTH = 32, /* of a path, only its end is told */
    NAME_WIDTH = 16, /* the same of a program's name, which is mostly told by the path before it */
    WORDS_SHOWN = 8, /* of a program's arguments */
};

/* Where that means nothing to a person who reads a story, it is left out. */
void put_address(struct arguments *a, size_t i)
{
    uint64_t value = a->task->args[i];
    if (value == 0)
        fputs("NULL", a->to);
    else if (a->told)
        fputs("...", a->to);
    else
        fprintf(a->to, "%#" PRIx64, value);
}

bool fetch(struct arguments *a, size_t i, void *to, size_t size)
{
    uint64_t address = a->task->args[i];
    if (a->told && address != 0 && task_memory(a->view, a->task->pid, address, to, size) == 0)
        return true;
    put_address(a, i);
    return false;
}

/* What tasks meet at: "&lock", "/dev/shm/board+0x40". Without a name, the address tells it from
 * others. */
void put_object(struct arguments *a, size_t i)
{
    struct futex object;
    struct task at = *a->task;
    at.nr = SYS_futex;
    at.args[0] = a->task->args[i];
    at.args[1] = FUTEX_WAIT;
    if (!a->told || futex_look(a->view, a->stacks, &at, NULL, 0, &object) != 0)
        fprintf(a->to, "%#" PRIx64, a->task->args[i]);
    else if (object.variable[0] != '\0')
        fprintf(a->to, "&%s", object.variable);
    else if (object.where[0] == '\0')
        fprintf(a->to, "%#" PRIx64, object.address);
    else if (object.offset == 0)
        fputs(object.where, a->to);
    else
        fprintf(a->to, "%s+%#" PRIx64, object.where, object.offset);
}

/* Bytes. */

/* Whether the bytes are UTF-8, which is told as it is; else, what is not ASCII goes by its number.
 * A character at the end that is cut in two is not told. */
static bool is_text(const char *bytes, size_t *n, bool more)
{
    size_t whole = *n;
    while (more && whole > 0 && (bytes[whole - 1] & 0xc0) == 0x80)
        whole--;
    if (more && whole > 0 && (bytes[whole - 1] & 0x80) != 0)
        whole--;
    char copy[QUOTED_MOST];
    for (size_t i = 0; i < whole; i++) /* NUL is as good as other control characters */
        copy[i] = bytes[i] == '\0' ? ' ' : bytes[i];
    char *repaired = utf8_repair(copy, whole);
    bool valid =
        repaired != NULL && strlen(repaired) == whole && memcmp(repaired, copy, whole) == 0;
    free(repaired);
    if (valid)
        *n = whole;
    return valid;
}

/* One byte as C would have it, "\n". A short number must not run into a digit behind it. */
static void escape(char text[8], unsigned char byte, bool before_digit, bool as_text)
{
    static const char letters[] = "a\ab\bt\tn\nv\vf\fr\r\"\"\\\\";
    for (size_t i = 0; i + 1 < sizeof(letters); i += 2)
        if ((unsigned char)letters[i + 1] == byte) {
            snprintf(text, 8, "\\%c", letters[i]);
            return;
        }
    if ((byte >= 0x20 && byte < 0x7f) || (byte >= 0x80 && as_text))
        snprintf(text, 8, "%c", byte);
    else
        snprintf(text, 8, before_digit ? "\\%03o" : "\\%o", byte);
}

void put_quoted(FILE *to, const char *bytes, size_t n, bool more)
{
    bool as_text = is_text(bytes, &n, more);
    size_t width = 0, i = 0;
    fputc('"', to);
    for (; i < n && width < DATA_WIDTH; i++) {
        char text[8];
        bool before_digit = i + 1 < n && bytes[i + 1] >= '0' && bytes[i + 1] <= '7';
        escape(text, (unsigned char)bytes[i], before_digit, as_text);
        fputs(text, to);
        width += utf8_width(text, strlen(text));
    }
    while (as_text && i < n && (bytes[i] & 0xc0) == 0x80) /* the rest of a character */
        fputc(bytes[i++], to);
    fputs(i < n || more ? "\"..." : "\"", to);
}

static void put_bytes(struct arguments *a, uint64_t address, uint64_t length)
{
    char bytes[QUOTED_MOST];
    size_t n = length < sizeof(bytes) ? (size_t)length : sizeof(bytes);
    if (task_memory(a->view, a->task->pid, address, bytes, n) == 0)
        put_quoted(a->to, bytes, n, length > n);
    else
        fputs("...", a->to);
}

/* Data; its length follows. */
void put_data(struct arguments *a, size_t i)
{
    if (a->told && a->task->args[i] != 0)
        put_bytes(a, a->task->args[i], a->task->args[i + 1]);
    else
        put_address(a, i);
}

/* An array of iovec, by the first of its parts that holds something; its length follows. */
static void put_parts(struct arguments *a, uint64_t address, uint64_t n)
{
    struct iovec part = {0};
    uint64_t k = 0;
    for (; k < n && k < IOV_MAX && part.iov_len == 0; k++)
        if (task_memory(a->view, a->task->pid, address + k * sizeof(part), &part, sizeof(part)) !=
            0) {
            fputs("...", a->to);
            return;
        }
    fputc('[', a->to);
    put_bytes(a, (uintptr_t)part.iov_base, part.iov_len);
    fputs(k < n ? ", ...]" : "]", a->to);
}

void put_vector(struct arguments *a, size_t i)
{
    if (a->told && a->task->args[i] != 0)
        put_parts(a, a->task->args[i], a->task->args[i + 1]);
    else
        put_address(a, i);
}

/* struct msghdr, by its data. */
void put_message(struct arguments *a, size_t i)
{
    struct msghdr message;
    if (fetch(a, i, &message, sizeof(message)))
        put_parts(a, (uintptr_t)message.msg_iov, message.msg_iovlen);
}

/* A message of a System V queue, its type before its data; the data's length follows. */
void put_typed_message(struct arguments *a, size_t i)
{
    long type;
    if (!fetch(a, i, &type, sizeof(type)))
        return;
    fprintf(a->to, "{%ld, ", type);
    put_bytes(a, a->task->args[i] + sizeof(type), a->task->args[i + 1]);
    fputc('}', a->to);
}

/* Strings. */

/* The end of a long path tells more than its beginning: what of it follows the slash at which less
 * than `width` is left. */
static void put_end_of_path(FILE *to, const char *path, size_t width)
{
    size_t length = strlen(path);
    const char *end = length <= width ? path : strchr(path + length - width, '/');
    if (end == NULL)
        end = strrchr(path, '/') == NULL ? path + length - width : strrchr(path, '/');
    fprintf(to, "\"%s%s\"", end == path ? "" : "...", end);
}

void put_path(struct arguments *a, size_t i)
{
    char path[PATH_MAX];
    if (task_string(a->view, a->task->pid, a->task->args[i], path, sizeof(path)) != 0)
        put_address(a, i);
    else if (a->told)
        put_end_of_path(a->to, path, PATH_WIDTH);
    else
        fprintf(a->to, "\"%s\"", path);
}

/* Of shm_open(3) and sem_open(3), whose files lie in /dev/shm. */
void put_shared_name(struct arguments *a, size_t i)
{
    char path[PATH_MAX];
    const char *name = path;
    if (task_string(a->view, a->task->pid, a->task->args[i], path, sizeof(path)) != 0) {
        put_address(a, i);
        return;
    }
    if (strncmp(name, "/dev/shm/", 9) == 0)
        name += 8;
    if (strncmp(name, "/sem.", 5) == 0)
        fprintf(a->to, "\"/%s\"", name + 5);
    else
        fprintf(a->to, "\"%s\"", name);
}

/* The kernel is not given the slash that names of message queues begin with. */
void put_queue_name(struct arguments *a, size_t i)
{
    char name[NAME_MAX + 1];
    if (task_string(a->view, a->task->pid, a->task->args[i], name, sizeof(name)) == 0)
        fprintf(a->to, "\"/%s\"", name);
    else
        put_address(a, i);
}

static void put_program_argument(struct arguments *a, uint64_t address, bool path)
{
    char text[PATH_MAX];
    if (task_string(a->view, a->task->pid, address, text, sizeof(text)) != 0)
        fputs("...", a->to);
    else if (path)
        put_end_of_path(a->to, text, NAME_WIDTH);
    else {
        size_t length = strlen(text), shown = length < QUOTED_MOST ? length : QUOTED_MOST;
        put_quoted(a->to, text, shown, shown < length);
    }
}

/* The arguments of a program that is executed. */
void put_arguments(struct arguments *a, size_t i)
{
    uint64_t words[WORDS_SHOWN + 1] = {0};
    size_t n = 0;
    if (!fetch(a, i, words, sizeof(words[0])))
        return;
    while (n < WORDS_SHOWN && words[n] != 0) {
        n++;
        if (task_memory(a->view, a->task->pid, a->task->args[i] + n * sizeof(words[0]), &words[n],
                        sizeof(words[0])) != 0)
            words[n] = 0;
    }
    fputc('[', a->to);
    for (size_t k = 0; k < n; k++) {
        fputs(k == 0 ? "" : ", ", a->to);
        put_program_argument(a, words[k], k == 0);
    }
    fputs(n == WORDS_SHOWN && words[n] != 0 ? ", ...]" : "]", a->to);
}

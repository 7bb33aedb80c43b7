/* transfer.c - at which end a call that moves data is held up. See transfer.h.
 *
 * It waits at `in` if there is nothing to take there but room at `out`, and the reverse. If both
 * are in the way, it depends on what was so first, which nobody can see any more. */
#include "transfer.h"

#include "object.h"

#include <linux/magic.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef XFS_SUPER_MAGIC /* Linux 5.5 */
#define XFS_SUPER_MAGIC 0x58465342
#endif

/* Reading or writing a file there is over soon. With fuse(4), say, it waits for another process. */
static bool is_on_disk(int fd)
{
    struct statfs fs;
    if (fstatfs(fd, &fs) != 0)
        return false;
    switch (fs.f_type) {
    case TMPFS_MAGIC:
    case EXT4_SUPER_MAGIC:
    case XFS_SUPER_MAGIC:
    case BTRFS_SUPER_MAGIC:
        return true;
    default:
        return false;
    }
}

/* Whether the file is free for `event`, POLLIN or POLLOUT: 1 or 0, or -1 if that cannot be told. */
static int is_free(struct view *v, const struct task *task, int fd, short event)
{
    struct stat stat;
    int result = -1, copy = view_getfd(v, task->pid, fd);
    struct pollfd poll_one = {.fd = copy, .events = event};
    if (copy < 0)
        return -1;
    if (fstat(copy, &stat) != 0)
        result = -1;
    else if (S_ISREG(stat.st_mode))
        result = is_on_disk(copy) ? 1 : -1;
    else if (S_ISFIFO(stat.st_mode) || S_ISSOCK(stat.st_mode))
        result = poll(&poll_one, 1, 0);
    close(copy);
    return result;
}

unsigned transfer_waits_at(struct view *v, const struct task *task, int in, int out)
{
    int data = is_free(v, task, in, POLLIN), room = is_free(v, task, out, POLLOUT);
    if (data == 0 && room == 1)
        return ACCESS_READ;
    return data == 1 && room == 0 ? ACCESS_WRITE : 0;
}

/* rootfs.h - the file system that a program in a world sees.
 *
 * One small tmpfs is its root and holds everything it can write: /tmp (where it starts) and
 * /dev/shm, and nothing else of the machine. /usr, /etc and what the plan shows are read-only views
 * of the host's. Because it is a single file system of a fixed size, one statfs(2) tells whether
 * the program filled it, and one walk finds all that it left there. */
#ifndef BROKENPIPE_ROOTFS_H
#define BROKENPIPE_ROOTFS_H

#include "error.h"
#include "init.h"
#include "view.h"

/* Builds it, makes it the root of the calling process's mount namespace, and opens the view's
 * descriptors on it. To be called as pid 1 of new namespaces. 0, or -1 with `err`. */
int rootfs_enter(const struct init_plan *plan, int view_fds[VIEW_FDS], struct error *err);

/* After unshare(2) of the ipc or network namespace: mounts the new message queues in the place of
 * the old ones, and opens the last VIEW_RENEWED descriptors of the view. 0, or -1 with `err`. */
int rootfs_renew(int view_fds[VIEW_RENEWED], struct error *err);

/* A detached copy of the mount tree at `path`, read-only; -1 with errno. Needs CAP_SYS_ADMIN over
 * the caller's mount namespace. */
int rootfs_clone(const char *path);

/* Makes root's files below the detached mount `tree` look owned by INIT_ID of user namespace
 * `userns`, so that the program may use what root alone may (mount_setattr(2), MOUNT_ATTR_IDMAP).
 * Not every file system can: then their modes decide, as ever. */
void rootfs_map_owner(int tree, int userns);

/* Makes what is at `path` of the caller's own root read-only. 0, or -1 with errno. */
int rootfs_cover(const char *path);

/* Whether `path` is in every world anyhow. */
bool rootfs_is_shown(const char *path);

/* Whether `path` may be shown in a world at its own place, that is, hides none of the places that
 * the world has of its own. */
bool rootfs_may_show(const char *path);

#endif

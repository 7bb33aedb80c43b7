/* rootfs.c - the file system of a world. See rootfs.h; mount_setattr(2), pivot_root(2). */
#include "rootfs.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* <sys/mount.h> and <linux/mount.h> cannot both be included with glibc 2.36; these three are all
 * that is needed of the former. */
int mount(const char *, const char *, const char *, unsigned long, const void *);
int umount2(const char *, int);
enum { DETACH = 2 };

static int sys_open_tree(int dir, const char *path, unsigned flags)
{
    return (int)syscall(SYS_open_tree, dir, path, flags);
}

static int sys_move_mount(int from, int to_dir, const char *to)
{
    return (int)syscall(SYS_move_mount, from, "", to_dir, to, MOVE_MOUNT_F_EMPTY_PATH);
}

int rootfs_clone(const char *path)
{
    int tree = sys_open_tree(AT_FDCWD, path, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
    if (tree < 0)
        return -1;
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV};
    if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) !=
        0) {
        close(tree);
        return -1;
    }
    return tree;
}

void rootfs_map_owner(int tree, int userns)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_IDMAP, .userns_fd = (unsigned)userns};
    (void)syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr));
}

bool rootfs_is_shown(const char *path)
{
    return strncmp(path, "/usr/", 5) == 0 || strncmp(path, "/etc/", 5) == 0;
}

bool rootfs_may_show(const char *path)
{
    static const char *const own[] = {"/", "/tmp", "/dev", "/proc", "/usr", "/etc", NULL};
    for (size_t i = 0; own[i] != NULL; i++)
        if (strcmp(path, own[i]) == 0)
            return false;
    return strncmp(path, "/dev/", 5) != 0 && strncmp(path, "/proc/", 6) != 0;
}

/* A new instance of file system `type`, mounted nowhere yet; `options` are "key=value" or "flag".
 */
static int new_file_system(const char *type, const char *const *options, unsigned attributes)
{
    int context = (int)syscall(SYS_fsopen, type, FSOPEN_CLOEXEC);
    if (context < 0)
        return -1;
    int result = 0;
    for (; *options != NULL && result == 0; options++) {
        char key[32];
        const char *value = strchr(*options, '=');
        if (value == NULL) {
            result = (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, *options, NULL, 0);
            continue;
        }
        snprintf(key, sizeof(key), "%.*s", (int)(value - *options), *options);
        result = (int)syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, key, value + 1, 0);
    }
    if (result == 0)
        result = (int)syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    if (result == 0)
        result = (int)syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC, attributes);
    int saved = errno;
    close(context);
    errno = saved;
    return result;
}

static int attach(int tree, int root, const char *place)
{
    if (tree < 0)
        return -1;
    int result = sys_move_mount(tree, root, place);
    int saved = errno;
    close(tree);
    errno = saved;
    return result;
}

int rootfs_cover(const char *path)
{
    return attach(rootfs_clone(path), AT_FDCWD, path);
}

static int make_directory(int root, const char *path, mode_t mode)
{
    if (mkdirat(root, path, mode) != 0 && errno != EEXIST)
        return -1;
    return 0;
}

/* Makes all directories above the last component of `path`, relative to `root`. */
static int make_parents(int root, const char *path)
{
    char part[4096];
    if (snprintf(part, sizeof(part), "%s", path) >= (int)sizeof(part)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    for (char *slash = strchr(part, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (make_directory(root, part, 0755) != 0)
            return -1;
        *slash = '/';
    }
    return 0;
}

/* Shows the host's `path` at the same place of the new root; `tree` as in init_plan. */
static int show(int root, const char *path, int tree)
{
    struct stat here, there, own;
    const char *place = path + 1;
    if (fstat(root, &own) != 0)
        return -1;
    /* Within something that is shown already; a directory made to show something in does not count.
     */
    if (fstatat(root, place, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
        !(S_ISDIR(there.st_mode) && there.st_dev == own.st_dev))
        return 0;
    if (tree < 0) {
        tree = rootfs_clone(path);
        if (tree < 0)
            return -1;
    }
    if (fstat(tree, &here) != 0 || make_parents(root, place) != 0)
        return -1;
    if (S_ISDIR(here.st_mode) ? make_directory(root, place, 0755) != 0
                              : mknodat(root, place, S_IFREG | 0644, 0) != 0)
        return -1;
    return attach(tree, root, place);
}

/* /bin, /lib and so on are symbolic links into /usr on a merged-/usr system, else directories. */
static int show_system(int root)
{
    static const char *const places[] = {"/usr",   "/etc",   "/bin",    "/sbin", "/lib",
                                         "/lib32", "/lib64", "/libx32", NULL};
    for (size_t i = 0; places[i] != NULL; i++) {
        char target[256];
        ssize_t n = readlink(places[i], target, sizeof(target) - 1);
        if (n > 0) {
            target[n] = '\0';
            if (symlinkat(target, root, places[i] + 1) != 0)
                return -1;
        } else if (access(places[i], F_OK) == 0 && show(root, places[i], -1) != 0) {
            return -1;
        }
    }
    return 0;
}

static int show_devices(int root)
{
    static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty", NULL};
    static const struct {
        const char *name, *target;
    } links[] = {{"dev/fd", "/proc/self/fd"},
                 {"dev/stdin", "/proc/self/fd/0"},
                 {"dev/stdout", "/proc/self/fd/1"},
                 {"dev/stderr", "/proc/self/fd/2"},
                 {"dev/ptmx", "pts/ptmx"}};

    for (size_t i = 0; devices[i] != NULL; i++) {
        char place[32];
        snprintf(place, sizeof(place), "/dev/%s", devices[i]);
        int tree = sys_open_tree(AT_FDCWD, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (tree < 0 && errno == ENOENT)
            continue;
        if (tree < 0 || mknodat(root, place + 1, S_IFREG | 0644, 0) != 0 ||
            attach(tree, root, place + 1) != 0)
            return -1;
    }
    for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
        if (symlinkat(links[i].target, root, links[i].name) != 0)
            return -1;
    return 0;
}

static int make_root(const struct init_plan *plan)
{
    char size[32];
    snprintf(size, sizeof(size), "size=%ldm", plan->spec->limits.disk_mib);
    const char *const options[] = {size, "nr_inodes=16384", "mode=0755", NULL};
    int root = new_file_system("tmpfs", options, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
    if (root < 0)
        return -1;
    static const struct {
        const char *path;
        mode_t mode;
    } directories[] = {{"dev", 0755},     {"dev/shm", 01777}, {"dev/mqueue", 0755},
                       {"dev/pts", 0755}, {"proc", 0555},     {"tmp", 01777}};
    for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); i++)
        if (mkdirat(root, directories[i].path, directories[i].mode) != 0)
            return -1;
    return root;
}

/* The view's descriptors from `first` on. */
static int open_view(int fds[], enum view_fd first)
{
    static const struct {
        const char *path;
        int flags;
    } files[VIEW_FDS] = {
        [VIEW_PROC] = {"/proc", O_DIRECTORY},       [VIEW_ROOT] = {"/", O_DIRECTORY},
        [VIEW_PTS] = {"/dev/pts", O_DIRECTORY},     [VIEW_MQUEUE] = {"/dev/mqueue", O_DIRECTORY},
        [VIEW_SYSV_MSG] = {"/proc/sysvipc/msg", 0}, [VIEW_SYSV_SEM] = {"/proc/sysvipc/sem", 0},
        [VIEW_SYSV_SHM] = {"/proc/sysvipc/shm", 0}};
    for (int i = (int)first; i < VIEW_FDS; i++) {
        int fd = i == VIEW_DIAG ? socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                                         NETLINK_SOCK_DIAG)
                                : open(files[i].path, O_RDONLY | O_CLOEXEC | files[i].flags);
        if (fd < 0)
            return -1;
        fds[i - (int)first] = fd;
    }
    return 0;
}

/* Lets the program write below `place` though the rest of the file system will be read-only: the
 * program's user owns all of it. */
static int make_writable(int root, const char *place)
{
    return attach(sys_open_tree(root, place, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC), root, place);
}

static int make_read_only(int root)
{
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    return (int)syscall(SYS_mount_setattr, root, "", AT_EMPTY_PATH, &attr, sizeof(attr));
}

int rootfs_enter(const struct init_plan *plan, int view_fds[VIEW_FDS], struct error *err)
{
    static const char *const none[] = {NULL};
    static const char *const pts[] = {"newinstance", "ptmxmode=0666", "mode=0620", NULL};
    enum { REC_PRIVATE = 0x4000 | (1 << 18) }; /* MS_REC | MS_PRIVATE */

    if (mount(NULL, "/", NULL, REC_PRIVATE, NULL) != 0)
        return error_errno(err, "cannot make the world's mounts private");
    umask(0);
    int root = make_root(plan);
    if (root < 0 || sys_move_mount(root, AT_FDCWD, "/") != 0 || make_writable(root, "tmp") != 0 ||
        make_writable(root, "dev/shm") != 0)
        return error_errno(err, "cannot make the world's file system");
    if (show_system(root) != 0)
        return error_errno(err, "cannot show /usr and /etc in the world");
    if (show_devices(root) != 0)
        return error_errno(err, "cannot make the world's /dev");
    for (size_t i = 0; plan->visible[i] != NULL; i++)
        if (show(root, plan->visible[i], plan->trees[i]) != 0)
            return error_errno(err, "cannot show %s in the world", plan->visible[i]);
    /* Refused where the host's own /proc is masked, as in many containers. */
    if (attach(new_file_system("proc", none, 0), root, "proc") != 0)
        return error_errno(err, "cannot mount /proc in the world");
    if (attach(new_file_system("mqueue", none, 0), root, "dev/mqueue") != 0)
        return error_errno(err, "cannot mount /dev/mqueue in the world");
    if (attach(new_file_system("devpts", pts, 0), root, "dev/pts") != 0)
        return error_errno(err, "cannot mount /dev/pts in the world");
    if (make_read_only(root) != 0 || fchdir(root) != 0 || syscall(SYS_pivot_root, ".", ".") != 0 ||
        umount2(".", DETACH) != 0 || chdir("/tmp") != 0)
        return error_errno(err, "cannot enter the world's file system");
    umask(022);
    close(root);
    if (open_view(view_fds, VIEW_PROC) != 0)
        return error_errno(err, "cannot open the view into the world");
    return 0;
}

int rootfs_renew(int view_fds[VIEW_RENEWED], struct error *err)
{
    static const char *const none[] = {NULL};
    if (umount2("/dev/mqueue", DETACH) != 0 ||
        attach(new_file_system("mqueue", none, 0), AT_FDCWD, "/dev/mqueue") != 0)
        return error_errno(err, "cannot mount /dev/mqueue in the world");
    if (open_view(view_fds, VIEW_MQUEUE) != 0)
        return error_errno(err, "cannot open the view into the world");
    return 0;
}

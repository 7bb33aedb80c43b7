/* attack - tries to reach, to stop and to kill what watches it, and to get more rights than it was
 * given; then dies of SIGSEGV. Says on stdout what succeeded. */
#include "../live/expect.h"

#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/reboot.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>

enum { INIT = 1 };

/* Says so if what should be refused is not: every attack fails with -1. */
#define REFUSED(attack)                                                                            \
    do {                                                                                           \
        if ((long)(attack) != -1)                                                                  \
            puts("succeeded: " #attack);                                                           \
    } while (0)

/* Init and its status, by which it tells how this process ended. */
static void attack_init(void)
{
    char byte = 0;
    struct iovec here = {&byte, 1}, there = {&byte, 1};
    struct rlimit none = {0};
    int pidfd = (int)syscall(SYS_pidfd_open, INIT, 0);

    REFUSED(ptrace(PTRACE_ATTACH, INIT, NULL, NULL));
    REFUSED(ptrace(PTRACE_SEIZE, INIT, NULL, NULL));
    REFUSED(process_vm_readv(INIT, &here, 1, &there, 1, 0));
    REFUSED(process_vm_writev(INIT, &here, 1, &there, 1, 0));
    EXPECT(errno == EPERM); /* refused, not merely a wrong address */
    for (int fd = 0; fd < 32; fd++)
        REFUSED(syscall(SYS_pidfd_getfd, pidfd, fd, 0));
    REFUSED(open("/proc/1/mem", O_RDWR));
    REFUSED(open("/proc/1/environ", O_RDONLY));
    REFUSED(open("/proc/1/root/tmp", O_RDONLY));
    REFUSED(open("/proc/1/cwd", O_RDONLY));
    REFUSED(open("/proc/1/fd", O_RDONLY));
    REFUSED(open("/proc/1/fd/3", O_RDWR));
    REFUSED(open("/proc/1/ns/mnt", O_RDONLY));
    REFUSED(open("/proc/1/oom_score_adj", O_WRONLY));
    REFUSED(setpriority(PRIO_PROCESS, INIT, 19));
    REFUSED(prlimit(INIT, RLIMIT_NOFILE, &none, NULL));

    /* Whether such signals are refused or ignored does not matter, pid_namespaces(7). */
    for (int signal = 1; signal < NSIG; signal++)
        kill(INIT, signal);
    syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
}

static void attack_rights(void)
{
    struct sched_param high = {.sched_priority = 1};
    struct timeval now = {0};

    REFUSED(setuid(0));
    REFUSED(setgid(0));
    REFUSED(unshare(CLONE_NEWUSER));
    REFUSED(unshare(CLONE_NEWNS));
    REFUSED(unshare(CLONE_NEWPID));
    REFUSED(unshare(CLONE_NEWNET));
    REFUSED(mount("none", "/tmp", "tmpfs", 0, NULL));
    REFUSED(mount(NULL, "/usr", NULL, MS_REMOUNT | MS_BIND, NULL));
    REFUSED(umount2("/usr", MNT_DETACH));
    REFUSED(umount2("/proc", MNT_DETACH));
    REFUSED(chroot("/tmp"));
    REFUSED(sethostname("host", 4));
    REFUSED(settimeofday(&now, NULL));
    REFUSED(reboot(RB_DISABLE_CAD));
    REFUSED(klogctl(5 /* SYSLOG_ACTION_CLEAR */, NULL, 0));
    REFUSED(setpriority(PRIO_PROCESS, 0, -20));
    REFUSED(sched_setscheduler(0, SCHED_FIFO, &high));
    REFUSED(mknod("/tmp/device", S_IFBLK | 0600, makedev(8, 0)));
    REFUSED(prctl(PR_CAPBSET_DROP, CAP_SYS_ADMIN, 0, 0, 0));
}

static void attack_files(void)
{
    static const char *const paths[] = {"/etc/passwd",
                                        "/usr/bin/env",
                                        "/proc/self/exe",
                                        "/dev/kmsg",
                                        "/dev/mem",
                                        "/proc/sysrq-trigger",
                                        "/proc/sys/kernel/sem",
                                        "/proc/sys/net/ipv4/tcp_rmem",
                                        "/proc/sys/fs/mqueue/msg_max",
                                        "/proc/sys/kernel/core_pattern"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
        if (open(paths[i], O_WRONLY) != -1 || open(paths[i], O_RDWR) != -1)
            printf("succeeded: to open %s for writing\n", paths[i]);
    REFUSED(chmod("/proc/self/exe", 0777));
    REFUSED(unlink("/etc/passwd"));
    REFUSED(mkdir("/usr/new", 0700));
    REFUSED(mkdir("/etc/new", 0700));
    REFUSED(mkdir("/new", 0700));
    REFUSED(mkdir("/dev/new", 0700));
    REFUSED(rename("/tmp", "/temporary"));
}

static void attack_network(void)
{
    struct ifreq lo = {.ifr_name = "lo"};
    REFUSED(socket(AF_INET, SOCK_RAW, 1));
    REFUSED(socket(AF_PACKET, SOCK_RAW, 0));
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    EXPECT(fd != -1);
    REFUSED(ioctl(fd, SIOCSIFFLAGS, &lo));
}

int main(void)
{
    attack_init();
    attack_rights();
    attack_files();
    attack_network();
    EXPECT(fflush(stdout) == 0);
    raise(SIGSEGV);
}

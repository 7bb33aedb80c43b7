/* turn.c - turning a world's knobs, by the kernel's own settings. See turn.h. */
#include "turn.h"

#include "files.h"

#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int set_loopback(unsigned long request, struct ifreq lo)
{
    strcpy(lo.ifr_name, "lo");
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    int result = ioctl(fd, request, &lo);
    close(fd);
    return result;
}

int bring_up_loopback(void)
{
    return set_loopback(SIOCSIFFLAGS, (struct ifreq){.ifr_flags = IFF_UP | IFF_RUNNING});
}

/* What IPv6 asks of every network, RFC 8200 5: with less, the kernel takes ::1 away. */
static int narrow_loopback(void)
{
    enum { IPV6_MTU_LEAST = 1280 };
    return set_loopback(SIOCSIFMTU, (struct ifreq){.ifr_mtu = IPV6_MTU_LEAST});
}

/* Names below /proc/sys, each of which has a value of its own in every namespace: proc(5),
 * mq_overview(7), tcp(7), unix(7). The buffers of UDP and unix sockets, net.core.wmem_default and
 * its likes, are the machine's. */
struct setting {
    const char *path, *value;
};

static const struct setting QUEUES[] = {{"kernel/msgmnb", "2048"},
                                        {"kernel/msgmax", "1024"},
                                        {"fs/mqueue/msg_max", "2"},
                                        {"fs/mqueue/msg_default", "2"},
                                        {"fs/mqueue/msgsize_max", "512"},
                                        {"fs/mqueue/msgsize_default", "512"},
                                        {NULL, NULL}};
static const struct setting SOCKETS[] = {{"net/ipv4/tcp_rmem", "4096 4096 4096"},
                                         {"net/ipv4/tcp_wmem", "4096 4096 4096"},
                                         {"net/unix/max_dgram_qlen", "1"},
                                         {NULL, NULL}};

static int set_all(int sys, const struct setting *settings)
{
    for (; settings->path != NULL; settings++)
        if (file_write(sys, settings->path, settings->value) != 0)
            return -1;
    return 0;
}

static int keep_one_cpu(void)
{
    cpu_set_t mine, one;
    if (sched_getaffinity(0, sizeof(mine), &mine) != 0)
        return -1;
    size_t cpu = 0;
    while (!CPU_ISSET(cpu, &mine))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    return sched_setaffinity(0, sizeof(one), &one);
}

int turn_knobs(const struct world_knobs *knobs, int sys)
{
    if (knobs->small_queues && set_all(sys, QUEUES) != 0)
        return -1;
    if (knobs->small_sockets && (set_all(sys, SOCKETS) != 0 || narrow_loopback() != 0))
        return -1;
    return knobs->one_cpu ? keep_one_cpu() : 0;
}

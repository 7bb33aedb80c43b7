/* net.c - is the network of a world at rest? See net.h; sock_diag(7), proc_pid_net(5). */
#include "net.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Whose network files tell of the world: init is always there. */
static const char *resident(const struct view *v)
{
    return v->machine ? "self" : "1";
}

/* States and timers as the kernel numbers them in /proc/net/tcp and inet_diag_msg. */
enum {
    STATE_ESTABLISHED = 1,
    STATE_SYN_SENT = 2,
    STATE_SYN_RECV = 3,
    STATE_CLOSE_WAIT = 8,
    STATE_LISTEN = 10
};
enum {
    TIMER_NONE = 0,
    TIMER_RETRANSMIT = 1,
    TIMER_KEEPALIVE = 2,
    TIMER_TIME_WAIT = 3,
    TIMER_PROBE = 4
};

/* The number behind `word` in one of the sockstat files. */
static int count_of(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at == NULL ? 0 : atoi(at + strlen(word));
}

/* Sockets of the two families. A connection that no process holds any more can still wake its peer,
 * so orphans count. */
static void count_sockets(const struct view *v, int *inet, int *inet6)
{
    char text[4096];
    *inet = *inet6 = 0;
    if (view_read_line(v, text, sizeof(text), "%s/net/sockstat", resident(v)) > 0)
        *inet = count_of(text, "TCP: inuse ") + count_of(text, "UDP: inuse ") +
                count_of(text, "orphan ");
    if (view_read_line(v, text, sizeof(text), "%s/net/sockstat6", resident(v)) > 0)
        *inet6 = count_of(text, "TCP6: inuse ") + count_of(text, "UDP6: inuse ");
}

static long packets_on_loopback(const struct view *v)
{
    char text[4096];
    long received;
    if (view_read(v, text, sizeof(text), "%s/net/dev", resident(v)) <= 0)
        return -1;
    const char *lo = strstr(text, "lo:");
    if (lo == NULL || sscanf(lo, "lo: %*d %ld", &received) != 1)
        return -1;
    return received;
}

/* Packets of the whole machine that wait for a softirq: column 12 of softnet_stat. */
static bool softirqs_empty(const struct view *v)
{
    char text[65536];
    if (view_read(v, text, sizeof(text), "%s/net/softnet_stat", resident(v)) <= 0)
        return false;
    char *rest;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        unsigned column[12];
        int n = 0;
        for (char *at = line; n < 12; n++)
            column[n] = (unsigned)strtoul(at, &at, 16);
        if (column[11] != 0)
            return false;
    }
    return true;
}

/* Runs for a moment on each CPU: a softirq handler in progress there must end before we can. */
static bool visit_every_cpu(void)
{
    cpu_set_t mine;
    if (sched_getaffinity(0, sizeof(mine), &mine) != 0)
        return false;
    for (size_t cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        cpu_set_t one;
        if (!CPU_ISSET(cpu, &mine))
            continue;
        CPU_ZERO(&one);
        CPU_SET(cpu, &one);
        if (sched_setaffinity(0, sizeof(one), &one) != 0)
            break;
    }
    return sched_setaffinity(0, sizeof(mine), &mine) == 0;
}

static bool nothing_in_flight(const struct view *v)
{
    long before = packets_on_loopback(v);
    return before >= 0 && softirqs_empty(v) && visit_every_cpu() && softirqs_empty(v) &&
           packets_on_loopback(v) == before;
}

/* The file's heading and lines. The kernel walks its whole table of connections for every read(2),
 * half a millisecond and more, and fills a page before it returns: so less than half a page is all
 * there is, and the reading that would find the end is spared. */
static char *read_tcp_file(const struct view *v, const char *file)
{
    enum { SIZE = 1 << 20, HALF_PAGE = 2048 };
    char *text = malloc(SIZE);
    if (text == NULL)
        return NULL;
    ssize_t n = view_read_line(v, text, SIZE, "%s/net/%s", resident(v), file);
    if (n >= HALF_PAGE)
        n = view_read(v, text, SIZE, "%s/net/%s", resident(v), file);
    if (n >= 0)
        return text;
    free(text);
    return NULL;
}

static int read_tcp(const struct view *v, const char *file, struct tcp_socket **sockets, int n)
{
    char *text = read_tcp_file(v, file), *rest;
    if (text == NULL)
        return -1;
    char *line = strtok_r(text, "\n", &rest); /* the heading */
    while (n >= 0 && line != NULL && (line = strtok_r(NULL, "\n", &rest)) != NULL) {
        struct tcp_socket one;
        unsigned long inode = 0;
        int fields = sscanf(line, " %*d: %63s %63s %x %lx:%lx %x:%*x %*x %*u %*u %lu", one.local,
                            one.remote, &one.state, &one.unsent, &one.unread, &one.timer, &inode);
        struct tcp_socket *more = realloc(*sockets, (size_t)(n + 1) * sizeof(*more));
        if (more != NULL)
            *sockets = more;
        if (more == NULL || fields != 7) {
            n = -1;
            break;
        }
        one.inode = inode;
        more[n++] = one;
    }
    free(text);
    return n;
}

int net_tcp_sockets(const struct view *v, struct tcp_socket **sockets)
{
    int inet, inet6, n = 0;
    *sockets = NULL;
    count_sockets(v, &inet, &inet6);
    if (inet + inet6 > 0) /* an IPv6 socket may speak IPv4 */
        n = read_tcp(v, "tcp", sockets, 0);
    if (n >= 0 && inet6 > 0)
        n = read_tcp(v, "tcp6", sockets, n);
    if (n < 0) {
        free(*sockets);
        *sockets = NULL;
    }
    return n;
}

/* An IPv4 address in an IPv6 socket (::ffff:a.b.c.d) ends in the same eight digits as in IPv4's
 * own. */
static const char *without_mapping(const char *address)
{
    static const char prefix[] = "0000000000000000FFFF0000";
    size_t length = sizeof(prefix) - 1;
    return strncmp(address, prefix, length) == 0 ? address + length : address;
}

bool net_tcp_are_peers(const struct tcp_socket *a, const struct tcp_socket *b)
{
    return strcmp(without_mapping(a->local), without_mapping(b->remote)) == 0 &&
           strcmp(without_mapping(a->remote), without_mapping(b->local)) == 0;
}

/* The wildcard address of IPv6 takes connections of IPv4 too, unless that has a listener itself. */
int net_tcp_fits(const struct tcp_socket *listener, const char *address)
{
    const char *local = without_mapping(listener->local), *wanted = without_mapping(address);
    size_t length = strcspn(local, ":"), wanted_length = strcspn(wanted, ":");
    if (listener->state != STATE_LISTEN || strcmp(local + length, wanted + wanted_length) != 0)
        return 0;
    if (strcmp(local, wanted) == 0)
        return 3;
    if (strspn(local, "0") < length)
        return 0;
    return length == wanted_length ? 2 : length > wanted_length;
}

/* What is left of a closed connection has no inode either, but is in other states. */
bool net_tcp_is_unaccepted(const struct tcp_socket *s)
{
    return s->inode == 0 && (s->state == STATE_ESTABLISHED || s->state == STATE_SYN_RECV ||
                             s->state == STATE_CLOSE_WAIT);
}

char *net_address_format(const char *hexadecimal, char *text, size_t size)
{
    const char *address = without_mapping(hexadecimal), *colon = strchr(address, ':');
    uint32_t words[4] = {0}; /* as they stand in memory, in network byte order */
    char shown[INET6_ADDRSTRLEN];
    size_t n = colon == NULL ? 0 : (size_t)(colon - address) / 8;
    for (size_t i = 0; i < n && i < 4; i++) {
        char digits[9] = "";
        memcpy(digits, address + i * 8, 8);
        words[i] = (uint32_t)strtoul(digits, NULL, 16);
    }
    bool four = n == 1;
    unsigned port = colon == NULL ? 0 : (unsigned)strtoul(colon + 1, NULL, 16);
    if (colon == NULL || inet_ntop(four ? AF_INET : AF_INET6, words, shown, sizeof(shown)) == NULL)
        snprintf(shown, sizeof(shown), "?");
    snprintf(text, size, four ? "%s:%u" : "[%s]:%u", shown, port);
    return text;
}

/* Sends a dump request and calls `each` for every answer. 0, or -1. */
static int dump(const struct view *v, const void *request, size_t length,
                int (*each)(const struct nlmsghdr *, void *), void *context)
{
    _Alignas(struct nlmsghdr) char buffer[32768];
    struct {
        struct nlmsghdr header;
        char body[128];
    } message = {.header = {.nlmsg_len = (unsigned)(NLMSG_HDRLEN + length),
                            .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                            .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP}};
    memcpy(message.body, request, length);
    if (send(v->fds[VIEW_DIAG], &message, message.header.nlmsg_len, 0) < 0)
        return -1;
    for (;;) {
        ssize_t n = recv(v->fds[VIEW_DIAG], buffer, sizeof(buffer), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return -1;
        unsigned left = (unsigned)n;
        for (struct nlmsghdr *at = (struct nlmsghdr *)buffer; NLMSG_OK(at, left);
             at = NLMSG_NEXT(at, left)) {
            if (at->nlmsg_type == NLMSG_DONE)
                return 0;
            if (at->nlmsg_type == NLMSG_ERROR || each(at, context) != 0)
                return -1;
        }
    }
}

/* Counts the probing sockets whose last probe was answered while all tasks slept. */
struct probes {
    double quiet_ms;
    int probing, answered;
};

static int count_probe(const struct nlmsghdr *header, void *context)
{
    struct probes *probes = context;
    const struct inet_diag_msg *socket = NLMSG_DATA(header);
    if (socket->idiag_timer != TIMER_PROBE)
        return 0;
    probes->probing++;
    unsigned left = header->nlmsg_len - (unsigned)NLMSG_LENGTH(sizeof(*socket));
    for (const struct rtattr *at = (const struct rtattr *)(socket + 1); RTA_OK(at, left);
         at = RTA_NEXT(at, left)) {
        if (at->rta_type != INET_DIAG_INFO || RTA_PAYLOAD(at) < 64)
            continue;
        struct tcp_info info = {0};
        size_t size = RTA_PAYLOAD(at) < sizeof(info) ? RTA_PAYLOAD(at) : sizeof(info);
        memcpy(&info, RTA_DATA(at), size);
        /* 20 ms: the answer came well after the last task had gone to sleep, and told that the
         * window is still closed, or the timer would not be a probe's. */
        if (info.tcpi_backoff >= 1 && info.tcpi_probes == 0 &&
            info.tcpi_last_ack_recv + 20.0 < probes->quiet_ms)
            probes->answered++;
    }
    return 0;
}

static bool probes_are_inert(const struct view *v, double quiet_ms)
{
    static const unsigned char families[] = {AF_INET, AF_INET6};
    struct probes probes = {.quiet_ms = quiet_ms};
    for (size_t i = 0; i < 2; i++) {
        struct inet_diag_req_v2 request = {.sdiag_family = families[i],
                                           .sdiag_protocol = IPPROTO_TCP,
                                           .idiag_ext = 1 << (INET_DIAG_INFO - 1),
                                           .idiag_states = ~0U};
        if (dump(v, &request, sizeof(request), count_probe, &probes) != 0)
            return false;
    }
    return probes.probing > 0 && probes.answered == probes.probing;
}

/* Any data not yet acknowledged keep the sender's retransmission timer running, so delayed
 * acknowledgements need no look of their own. */
static bool has_timer(const struct tcp_socket *s)
{
    return s->state == STATE_SYN_SENT || s->state == STATE_SYN_RECV ||
           s->timer == TIMER_RETRANSMIT || s->timer == TIMER_KEEPALIVE || s->timer > TIMER_PROBE ||
           (s->timer == TIMER_NONE && s->unsent > 0 && s->state != STATE_LISTEN);
}

static enum net_verdict look_at_tcp(const struct view *v, const struct net *net, double quiet_ms,
                                    char *why, size_t size)
{
    bool probing = false;
    for (int i = 0; i < net->n_tcp; i++) {
        if (has_timer(&net->tcp[i])) {
            snprintf(why, size, "a TCP timer is running");
            return NET_BUSY;
        }
        probing |= net->tcp[i].timer == TIMER_PROBE;
    }
    if (!probing)
        return NET_QUIET;
    if (!probes_are_inert(v, quiet_ms)) {
        snprintf(why, size, "TCP probes a closed window and has no answer yet");
        return NET_BUSY;
    }
    snprintf(why, size, "TCP goes on probing closed windows, which no task will ever open");
    return NET_INERT;
}

struct unix_list {
    struct unix_socket *all;
    int n;
};

static int add_unix(const struct nlmsghdr *header, void *context)
{
    struct unix_list *list = context;
    const struct unix_diag_msg *socket = NLMSG_DATA(header);
    struct unix_socket one = {.inode = socket->udiag_ino,
                              .type = socket->udiag_type,
                              .listens = socket->udiag_state == STATE_LISTEN};
    unsigned left = header->nlmsg_len - (unsigned)NLMSG_LENGTH(sizeof(*socket));
    for (const struct rtattr *at = (const struct rtattr *)(socket + 1); RTA_OK(at, left);
         at = RTA_NEXT(at, left)) {
        if (at->rta_type == UNIX_DIAG_PEER) {
            unsigned peer;
            memcpy(&peer, RTA_DATA(at), sizeof(peer));
            one.peer = peer;
        } else if (at->rta_type == UNIX_DIAG_RQLEN) {
            struct unix_diag_rqlen queue;
            memcpy(&queue, RTA_DATA(at), sizeof(queue));
            one.queued = queue.udiag_rqueue;
        } else if (at->rta_type == UNIX_DIAG_VFS) {
            struct unix_diag_vfs file;
            memcpy(&file, RTA_DATA(at), sizeof(file));
            one.device = file.udiag_vfs_dev;
            one.file = file.udiag_vfs_ino;
        } else if (at->rta_type == UNIX_DIAG_NAME) {
            size_t length = RTA_PAYLOAD(at);
            if (length > sizeof(one.name) - 1)
                length = sizeof(one.name) - 1;
            memcpy(one.name, RTA_DATA(at), length);
            if (one.name[0] == '\0')
                one.name[0] = '@';
        }
    }
    struct unix_socket *more = realloc(list->all, (size_t)(list->n + 1) * sizeof(*more));
    if (more == NULL)
        return -1;
    list->all = more;
    more[list->n++] = one;
    return 0;
}

int net_unix_sockets(const struct view *v, struct unix_socket **sockets)
{
    struct unix_list list = {0};
    struct unix_diag_req request = {.sdiag_family = AF_UNIX,
                                    .udiag_states = ~0U,
                                    .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_PEER |
                                                  UDIAG_SHOW_RQLEN | UDIAG_SHOW_VFS};
    if (dump(v, &request, sizeof(request), add_unix, &list) != 0) {
        free(list.all);
        return -1;
    }
    *sockets = list.all;
    return list.n;
}

static unsigned device_number(dev_t device)
{
    return (major(device) << 20) | minor(device);
}

void net_file_id(const struct stat *file, unsigned *device, unsigned *inode)
{
    *device = device_number(file->st_dev);
    *inode = (unsigned)file->st_ino;
}

/* A connection, and the listening socket in whose queue it is. */
struct queued {
    ino_t connection, listener;
};

static int find_queued(const struct nlmsghdr *header, void *context)
{
    struct queued *queued = context;
    const struct unix_diag_msg *socket = NLMSG_DATA(header);
    unsigned left = header->nlmsg_len - (unsigned)NLMSG_LENGTH(sizeof(*socket));
    for (const struct rtattr *at = (const struct rtattr *)(socket + 1); RTA_OK(at, left);
         at = RTA_NEXT(at, left)) {
        const unsigned *ends = RTA_DATA(at);
        for (size_t i = 0; at->rta_type == UNIX_DIAG_ICONS && i < RTA_PAYLOAD(at) / sizeof(*ends);
             i++)
            if (ends[i] == queued->connection)
                queued->listener = socket->udiag_ino;
    }
    return 0;
}

/* Asked for alone, for the kernel ends its list of sockets, without a word, at a queue so long that
 * it does not fit into an answer. */
ino_t net_unix_acceptor(const struct view *v, ino_t connection)
{
    struct queued queued = {.connection = connection};
    struct unix_diag_req request = {.sdiag_family = AF_UNIX,
                                    .udiag_states = 1U << STATE_LISTEN,
                                    .udiag_show = UDIAG_SHOW_ICONS};
    return dump(v, &request, sizeof(request), find_queued, &queued) == 0 ? queued.listener : 0;
}

bool net_has_unix_sockets(const struct view *v)
{
    struct unix_socket *sockets = NULL;
    int n = net_unix_sockets(v, &sockets);
    free(sockets);
    return n != 0; /* what cannot be read may be there */
}

/* A socket of the host, bound to a path that is shown read-only, can be connected to from here. The
 * end that its owner accepts then counts to our network namespace but bears the listener's path;
 * the peer of a datagram socket is not among ours at all. */
static bool unix_peers_inside(const struct view *v, const struct net *net)
{
    unsigned own = device_number(v->root_device);
    bool inside = true;
    for (int i = 0; i < net->n_local && inside; i++) {
        const struct unix_socket *s = &net->local[i];
        bool known = s->peer == 0;
        for (int j = 0; j < net->n_local && !known; j++)
            known = net->local[j].inode == s->peer;
        inside = known && (s->device == 0 || s->device == own);
    }
    return inside;
}

enum net_verdict net_look(struct view *v, struct net *net, double quiet_ms, char *why, size_t size)
{
    int inet, inet6;
    *net = (struct net){0};
    net->n_local = net_unix_sockets(v, &net->local);
    if (net->n_local < 0 || !unix_peers_inside(v, net)) {
        snprintf(why, size, "a socket's peer lies outside the world");
        return NET_BUSY;
    }
    count_sockets(v, &inet, &inet6);
    if (inet + inet6 == 0)
        return NET_QUIET;
    if (!nothing_in_flight(v)) {
        snprintf(why, size, "a packet is on its way");
        return NET_BUSY;
    }
    net->n_tcp = net_tcp_sockets(v, &net->tcp);
    if (net->n_tcp < 0) {
        snprintf(why, size, "the TCP sockets cannot be read");
        return NET_BUSY;
    }
    return look_at_tcp(v, net, quiet_ms, why, size);
}

void net_free(struct net *net)
{
    free(net->local);
    free(net->tcp);
    *net = (struct net){0};
}

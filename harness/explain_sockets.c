/* explain_sockets.c - waiting at a socket: both ends, what is queued each way, who holds the other
 * end. See scene.h; unix(7), tcp(7), sock_diag(7). */
#include "scene.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

enum { STATE_LISTEN = 10 }; /* as /proc/net/tcp numbers it */

static bool accepts(const struct story *s)
{
    return s->call.fd >= 0 && (s->task->nr == SYS_accept || s->task->nr == SYS_accept4);
}

static const struct unix_socket *find_unix(const struct unix_socket *all, int n, ino_t inode)
{
    for (int i = 0; i < n && inode != 0; i++)
        if (all[i].inode == inode)
            return &all[i];
    return NULL;
}

static const struct unix_socket *find_unix_name(const struct unix_socket *all, int n,
                                                const char *name)
{
    for (int i = 0; i < n; i++)
        if (name[0] != '\0' && strcmp(all[i].name, name) == 0)
            return &all[i];
    return NULL;
}

/* The name may be relative to a directory: what is bound is known by the text that was bound. */
static const struct unix_socket *destination(const struct story *s, const struct unix_socket *all,
                                             int n)
{
    char path[UNIX_ADDRESS];
    if (call_unix_address(s->scene->view, s->task, path) != 1)
        return NULL;
    return find_unix_name(all, n, path);
}

/* Edges to whoever holds the socket `inode`, and the end of the phrase: "to teller". */
static void meet_peer(struct story *s, const struct object *o, ino_t inode, struct end_words words,
                      const char *held_as, const char *between)
{
    struct holder *held;
    int n = holders_of(&s->scene->holders, s->scene->view, o->device, inode, 0, &held);
    s->scene->failed |= n < 0;
    scene_fact_holders(s, held_as, held, n);
    scene_edges_to_holders(s, held, n, words);
    fprintf(s->phrase, "%s", between);
    if (holders_write(&s->scene->holders, s->phrase, held, n, s->task->pid) == 0)
        fprintf(s->phrase, "nobody");
    free(held);
}

static const struct end_words OTHER_END = {"the only descriptor of the other end",
                                           "a descriptor of the other end"};

static void tell_unix_connect(struct story *s, const struct object *o,
                              const struct unix_socket *all, int n)
{
    static const struct end_words words = {"the only descriptor of the listening socket",
                                           "a descriptor of the listening socket"};
    const struct unix_socket *listener = destination(s, all, n);
    fprintf(s->phrase, "for its connection to be taken");
    if (listener == NULL) {
        scene_outsider(s, "nobody accepts connections there", "whoever listens there");
        return;
    }
    scene_name(s, "%s", listener->name);
    scene_fact(s, false, "%u connections wait to be accepted", listener->queued);
    meet_peer(s, o, listener->inode, words, "listening socket held by", " by ");
}

static void tell_unix(struct story *s, int fd, unsigned access, const struct object *o)
{
    const struct unix_socket *all;
    int n = scene_unix(s->scene, &all);
    const struct unix_socket *own = find_unix(all, n, o->inode);
    bool writes = (access & ACCESS_WRITE) != 0, connects = s->task->nr == SYS_connect;
    bool listens = accepts(s) || (own != NULL && own->listens);
    const char *state = listens    ? "no-client"
                        : connects ? "backlog-full"
                        : writes   ? "full"
                                   : "empty";
    struct wanted *wanted = scene_want(s, OBJECT_UNIX, fd, state);

    wanted->origin = scene_origin(s, o->device, o->inode);
    scene_name(s, "%s", own != NULL && own->name[0] != '\0' ? own->name : o->link);
    if (listens) {
        scene_outsider(s, "nobody connects", "any process that connects");
        fprintf(s->phrase, "for a client to connect");
        return;
    }
    if (connects) {
        tell_unix_connect(s, o, all, n);
        return;
    }
    const struct unix_socket *peer = own == NULL ? NULL : find_unix(all, n, own->peer);
    if (peer == NULL && writes)
        peer = destination(s, all, n);
    if (own != NULL)
        scene_fact(s, false, "%u bytes wait here", own->queued);
    if (peer != NULL)
        scene_fact(s, false, "%u bytes at the other end", peer->queued);
    fprintf(s->phrase, "on %s %s Unix socket", writes ? "a" : "an", state);
    if (peer != NULL)
        meet_peer(s, o, peer->inode, OTHER_END, "other end held by", " to ");
    else
        scene_outsider(s, "nobody is left to send", "any process that sends to it");
}

static const struct tcp_socket *find_tcp(const struct tcp_socket *all, int n, ino_t inode)
{
    for (int i = 0; i < n && inode != 0; i++)
        if (all[i].inode == inode)
            return &all[i];
    return NULL;
}

static const struct tcp_socket *tcp_peer(const struct tcp_socket *all, int n,
                                         const struct tcp_socket *own)
{
    for (int i = 0; i < n && own != NULL; i++)
        if (net_tcp_are_peers(own, &all[i]))
            return &all[i];
    return NULL;
}

static void tell_tcp_ends(struct story *s, const struct object *o, const struct tcp_socket *own,
                          const struct tcp_socket *peer, bool writes)
{
    char local[80], remote[80], outside[128];
    net_address_format(own->local, local, sizeof(local));
    net_address_format(own->remote, remote, sizeof(remote));
    scene_name(s, "%s to %s", local, remote);
    scene_fact(s, false, "%lu bytes unread here, %lu not yet taken by the other end", own->unread,
               own->unsent);
    if (peer != NULL)
        scene_fact(s, false, "%lu unread there", peer->unread);
    fprintf(s->phrase, "on %s TCP connection", writes ? "a full" : "an empty");
    if (peer != NULL && peer->inode != 0) {
        meet_peer(s, o, peer->inode, OTHER_END, "other end held by", " to ");
        return;
    }
    snprintf(outside, sizeof(outside), "socket to %s", remote);
    fprintf(s->phrase, " to %s", remote);
    scene_outsider(s, "no task holds the other end", outside);
}

static void tell_tcp(struct story *s, int fd, unsigned access, const struct object *o)
{
    const struct tcp_socket *all;
    int n = scene_tcp(s->scene, &all);
    const struct tcp_socket *own = find_tcp(all, n, o->inode);
    bool writes = (access & ACCESS_WRITE) != 0;
    bool listens = own != NULL && own->state == STATE_LISTEN;
    char local[80];

    scene_want(s, OBJECT_TCP, fd, listens ? "no-client" : writes ? "full" : "empty");
    scene_name(s, "%s", o->link);
    if (listens) {
        scene_name(s, "%s", net_address_format(own->local, local, sizeof(local)));
        scene_outsider(s, "nobody connects", "any client that connects");
        fprintf(s->phrase, "for a client to connect");
    } else if (own != NULL && s->task->nr != SYS_connect) {
        tell_tcp_ends(s, o, own, tcp_peer(all, n, own), writes);
    } else {
        scene_outsider(s, "the other end does not answer", "whoever is at the other end");
        fprintf(s->phrase, "for its connection to be taken");
    }
}

void tell_socket(struct story *s, int fd, unsigned access, const struct object *o)
{
    /* poll(2) and its like do not heed the socket's time limits. */
    if (s->call.object != OBJECT_POLL && s->call.object != OBJECT_EPOLL)
        s->wait->timed |= o->timed;
    if (o->kind == OBJECT_UNIX) {
        tell_unix(s, fd, access, o);
    } else if (o->kind == OBJECT_TCP) {
        tell_tcp(s, fd, access, o);
    } else {
        bool writes = (access & ACCESS_WRITE) != 0;
        scene_want(s, o->kind, fd, writes ? "full" : "empty");
        scene_name(s, "%s", o->link);
        scene_outsider(s, "nobody is left to send to it", "any host that sends to it");
        fprintf(s->phrase, "on %s UDP socket", writes ? "a full" : "an empty");
    }
}

/* explain_sockets.c - waiting at a socket: both ends, what is queued each way, who holds the other
 * end, or has yet to accept it. See scene.h; unix(7), tcp(7), sock_diag(7). */
#include "scene.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static const struct end_words OTHER_END = {"the only descriptor of the other end",
                                           "a descriptor of the other end"};
static const struct end_words LISTENER = {"the only descriptor of the listening socket",
                                          "a descriptor of the listening socket"};
static const struct end_words ACCEPTOR = {
    "the only descriptor of the listening socket that has yet to accept it",
    "a descriptor of the listening socket that has yet to accept it"};

static bool accepts(const struct story *s)
{
    return s->call.fd >= 0 && (s->task->nr == SYS_accept || s->task->nr == SYS_accept4);
}

static const char *plural(unsigned long n)
{
    return n == 1 ? "" : "s";
}

/* Edges to whoever holds the socket `inode`, and the end of the phrase: "to teller". */
static void meet(struct story *s, const struct object *o, ino_t inode, struct end_words words,
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

static void meet_acceptor(struct story *s, const struct object *o, ino_t listener)
{
    scene_fact(s, false, "not accepted yet");
    meet(s, o, listener, ACCEPTOR, "listening socket held by", " not yet accepted by ");
}

static const struct unix_socket *find_unix(const struct unix_socket *all, int n, ino_t inode)
{
    for (int i = 0; i < n && inode != 0; i++)
        if (all[i].inode == inode)
            return &all[i];
    return NULL;
}

/* A file, or an abstract name, which may be cut at a NUL. */
static bool same_name(const struct unix_socket *a, const struct unix_socket *b)
{
    if (a->device != 0 || b->device != 0)
        return a->device == b->device && a->file == b->file;
    return a->name[0] == '@' && strcmp(a->name, b->name) == 0;
}

/* The socket that the task means by a name, which is of the same type as its own; NULL if that
 * cannot be told. A path is no more than a way to a file: others know the same file by other paths,
 * and other files by the same one. */
static const struct unix_socket *find_named(const struct story *s, const struct unix_socket *all,
                                            int n, const struct unix_socket *own, const char *text,
                                            bool listens)
{
    const struct unix_socket *found = NULL;
    struct unix_socket name = {0};
    struct stat file;
    snprintf(name.name, sizeof(name.name), "%s", text);
    if (text[0] != '@') {
        if (call_find_file(s->scene->view, s->task, AT_FDCWD, text, &file) != 0)
            return NULL;
        net_file_id(&file, &name.device, &name.file);
    }
    for (int i = 0; i < n && own != NULL; i++) {
        const struct unix_socket *one = &all[i];
        if (one->type != own->type || one->listens != listens || !same_name(one, &name))
            continue;
        if (found != NULL)
            return NULL;
        found = one;
    }
    return found;
}

static void tell_unix_connect(struct story *s, const struct object *o,
                              const struct unix_socket *all, int n, const struct unix_socket *own)
{
    char name[UNIX_ADDRESS];
    const struct unix_socket *listener = NULL;
    fprintf(s->phrase, "for its connection to be taken");
    if (call_unix_address(s->scene->view, s->task, name) == 1) {
        listener = find_named(s, all, n, own, name, true);
        scene_name(s, "%s", listener != NULL ? listener->name : name);
    }
    if (listener == NULL) {
        scene_outsider(s, "it cannot be told who accepts connections there",
                       "whoever listens there");
        return;
    }
    scene_fact(s, false, "%u connection%s to be accepted", listener->queued,
               listener->queued == 1 ? " waits" : "s wait");
    meet(s, o, listener->inode, LISTENER, "listening socket held by", " by ");
}

static const char *why_nobody_sends(const struct unix_socket *own)
{
    if (own == NULL || own->peer != 0)
        return "its other end is not to be seen";
    return own->type == SOCK_DGRAM && own->name[0] != '\0' ? "nobody sends to it"
                                                           : "nobody is left to send";
}

/* Of datagrams the kernel tells the length of the first alone. */
static void fact_queued(struct story *s, const struct unix_socket *own,
                        const struct unix_socket *peer)
{
    if (own->type == SOCK_DGRAM)
        scene_fact(s, false, "datagram socket");
    else if (own->type == SOCK_SEQPACKET)
        scene_fact(s, false, "socket of sequenced packets");
    scene_fact(s, false, "%u byte%s here", own->queued, own->queued == 1 ? " waits" : "s wait");
    if (peer != NULL && own->type == SOCK_DGRAM)
        scene_fact(s, false, "the first message there has %u byte%s", peer->queued,
                   plural(peer->queued));
    else if (peer != NULL)
        scene_fact(s, false, "%u byte%s at the other end", peer->queued, plural(peer->queued));
}

/* The socket that the address of the call names, or else the one that the task's is connected to;
 * NULL if it cannot be told, or there is none, or it is not accepted yet. */
static const struct unix_socket *other_end(const struct story *s, const struct unix_socket *all,
                                           int n, const struct unix_socket *own)
{
    char name[UNIX_ADDRESS];
    int named = call_unix_address(s->scene->view, s->task, name);
    if (named == 0)
        return own == NULL ? NULL : find_unix(all, n, own->peer);
    return named < 0 ? NULL : find_named(s, all, n, own, name, false);
}

static void tell_unix_ends(struct story *s, const struct object *o, const struct unix_socket *all,
                           int n, const struct unix_socket *own, bool writes)
{
    const struct unix_socket *peer = other_end(s, all, n, own);
    bool waits = own != NULL && own->type != SOCK_DGRAM && own->peer == 0;
    ino_t acceptor = waits ? net_unix_acceptor(s->scene->view, own->inode) : 0;
    if (own != NULL)
        fact_queued(s, own, peer);
    if (own != NULL && s->wait->n_wanted > 0)
        s->wait->wanted[s->wait->n_wanted - 1].datagrams = own->type == SOCK_DGRAM;
    fprintf(s->phrase, "on %s Unix socket", writes ? "a full" : "an empty");
    if (acceptor != 0)
        meet_acceptor(s, o, acceptor);
    else if (peer != NULL)
        meet(s, o, peer->inode, OTHER_END, "other end held by", " to ");
    else if (writes)
        scene_outsider(s, "it cannot be told who receives there", "whoever receives there");
    else
        scene_outsider(s, why_nobody_sends(own), "any process that sends to it");
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

    scene_want(s, OBJECT_UNIX, fd, state)->origin = scene_origin(s, o->device, o->inode);
    scene_name(s, "%s", own != NULL && own->name[0] != '\0' ? own->name : o->link);
    if (listens) {
        scene_outsider(s, "nobody connects", "any process that connects");
        fprintf(s->phrase, "for a client to connect");
    } else if (connects) {
        tell_unix_connect(s, o, all, n, own);
    } else {
        tell_unix_ends(s, o, all, n, own, writes);
    }
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
    for (int i = 0; i < n; i++)
        if (net_tcp_are_peers(own, &all[i]))
            return &all[i];
    return NULL;
}

/* The socket that takes connections to `address`; NULL if none does, or several share the work,
 * see SO_REUSEPORT in socket(7). */
static const struct tcp_socket *tcp_listener(const struct tcp_socket *all, int n,
                                             const char *address)
{
    const struct tcp_socket *found = NULL;
    int best = 0;
    for (int i = 0; i < n; i++) {
        int fits = net_tcp_fits(&all[i], address);
        if (fits == 0 || fits < best)
            continue;
        found = fits > best ? &all[i] : NULL;
        best = fits;
    }
    return found;
}

/* Several sockets are listening where it came to. */
static void tell_unknown_acceptor(struct story *s)
{
    scene_fact(s, false, "not accepted yet");
    scene_outsider(s, "it cannot be told who has yet to accept it", "whoever listens there");
    fprintf(s->phrase, " not yet accepted");
}

static void tell_tcp_ends(struct story *s, const struct object *o, const struct tcp_socket *own,
                          const struct tcp_socket *all, int n, bool writes)
{
    char local[80], remote[80], outside[128];
    const struct tcp_socket *peer = tcp_peer(all, n, own);
    net_address_format(own->local, local, sizeof(local));
    net_address_format(own->remote, remote, sizeof(remote));
    scene_name(s, "%s to %s", local, remote);
    scene_fact(s, false, "%lu byte%s unread here, %lu not yet taken by the other end", own->unread,
               plural(own->unread), own->unsent);
    if (peer != NULL)
        scene_fact(s, false, "%lu unread there", peer->unread);
    fprintf(s->phrase, "on %s TCP connection", writes ? "a full" : "an empty");
    const struct tcp_socket *listener =
        peer != NULL && net_tcp_is_unaccepted(peer) ? tcp_listener(all, n, peer->local) : NULL;
    if (listener != NULL) {
        meet_acceptor(s, o, listener->inode);
    } else if (peer != NULL && net_tcp_is_unaccepted(peer)) {
        tell_unknown_acceptor(s);
    } else if (peer != NULL && peer->inode != 0) {
        meet(s, o, peer->inode, OTHER_END, "other end held by", " to ");
    } else {
        snprintf(outside, sizeof(outside), "socket to %s", remote);
        fprintf(s->phrase, " to %s", remote);
        scene_outsider(s, "no task holds the other end", outside);
    }
}

/* A listener of ours that does not answer has no room for more connections. */
static void tell_tcp_connect(struct story *s, const struct object *o, const struct tcp_socket *own,
                             const struct tcp_socket *all, int n)
{
    char remote[80];
    const struct tcp_socket *listener = own == NULL ? NULL : tcp_listener(all, n, own->remote);
    if (own != NULL)
        scene_name(s, "%s", net_address_format(own->remote, remote, sizeof(remote)));
    fprintf(s->phrase, "for its connection to be taken");
    if (listener != NULL)
        meet(s, o, listener->inode, LISTENER, "listening socket held by", " by ");
    else
        scene_outsider(s, "the other end does not answer", "whoever is at the other end");
}

static void tell_tcp(struct story *s, int fd, unsigned access, const struct object *o)
{
    const struct tcp_socket *all;
    int n = scene_tcp(s->scene, &all);
    const struct tcp_socket *own = find_tcp(all, n, o->inode);
    bool writes = (access & ACCESS_WRITE) != 0;
    bool listens = own != NULL && own->state == TCP_LISTEN;
    bool connects = s->task->nr == SYS_connect || (own != NULL && own->state == TCP_SYN_SENT);
    char local[80];

    scene_want(s, OBJECT_TCP, fd,
               listens    ? "no-client"
               : connects ? "backlog-full"
               : writes   ? "full"
                          : "empty");
    scene_name(s, "%s", o->link);
    if (listens) {
        scene_name(s, "%s", net_address_format(own->local, local, sizeof(local)));
        scene_outsider(s, "nobody connects", "any client that connects");
        fprintf(s->phrase, "for a client to connect");
    } else if (connects) {
        tell_tcp_connect(s, o, own, all, n);
    } else if (own != NULL) {
        tell_tcp_ends(s, o, own, all, n, writes);
    } else {
        scene_outsider(s, "its other end is not to be seen", "whoever is at the other end");
        fprintf(s->phrase, "on %s TCP connection", writes ? "a full" : "an empty");
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

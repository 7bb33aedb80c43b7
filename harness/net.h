/* net.h - the network of a world: is anything on its way, is every socket's peer inside?
 *
 * While every task sleeps, a packet may still be in a softirq and a TCP timer may still be
 * running; both can wake a task. Nothing here sends, receives or changes anything. */
#ifndef BROKENPIPE_NET_H
#define BROKENPIPE_NET_H

#include "view.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

enum net_verdict {
    NET_BUSY,  /* packets in flight, a retransmission pending... */
    NET_QUIET, /* nothing will happen by itself */
    NET_INERT, /* TCP probes of closed windows go on for ever, but carry nothing */
};

/* One AF_UNIX socket of the world, unix(7). */
struct unix_socket {
    ino_t inode, peer; /* peer 0: none, or a connection that is not accepted yet */
    int type;          /* SOCK_STREAM... */
    bool listens;
    unsigned device, file; /* of the file it is bound to, as net_file_id() gives them; 0: none */
    unsigned queued;       /* bytes (of a listener: connections) not yet received */
    char name[109];        /* bound to; "@..." if abstract; "" if unbound */
};

/* The device and inode of a file as sock_diag(7) writes them. */
void net_file_id(const struct stat *file, unsigned *device, unsigned *inode);

/* Whether the world has any. */
bool net_has_unix_sockets(const struct view *v);

/* All of them, in a new array that the caller frees. Returns how many, or -1. */
int net_unix_sockets(const struct view *v, struct unix_socket **sockets);

/* The listening socket at which this end of a connection waits to be accepted; 0 if at none. */
ino_t net_unix_acceptor(const struct view *v, ino_t connection);

/* One TCP socket of the world, as /proc/PID/net/tcp shows it. */
struct tcp_socket {
    ino_t inode;
    char local[64], remote[64]; /* the kernel's hexadecimal address:port */
    unsigned state, timer;
    unsigned long unsent, unread; /* bytes not yet taken by the peer's kernel; by the program */
};

/* All of IPv4 and IPv6 in a new array that the caller frees. Returns how many, or -1. */
int net_tcp_sockets(const struct view *v, struct tcp_socket **sockets);

/* The kernel's hexadecimal address:port as a person writes it, "127.0.0.1:5432" or "[::1]:80". */
char *net_address_format(const char *hexadecimal, char *text, size_t size);

/* The two ends of a connection, each seen from its own side. */
bool net_tcp_are_peers(const struct tcp_socket *a, const struct tcp_socket *b);

/* Whether connections to `address` come to this listening socket: 0 if not, else the better it
 * fits, the more. The kernel gives them to the one that fits best. */
int net_tcp_fits(const struct tcp_socket *listener, const char *address);

/* Whether this end of a connection still waits for accept(2). */
bool net_tcp_is_unaccepted(const struct tcp_socket *s);

/* The sockets of a world at one moment. */
struct net {
    struct unix_socket *local;
    struct tcp_socket *tcp;
    int n_local, n_tcp;
};

/* Looks at the network, and leaves what it found in `net`, to be released with net_free() whatever
 * the answer. To be asked only while every task of the world is blocked. `quiet_ms` is how long all
 * of them are known to have been so. `why` gets the reason for NET_BUSY and NET_INERT. */
enum net_verdict net_look(struct view *v, struct net *net, double quiet_ms, char *why, size_t size);
void net_free(struct net *net);

#endif

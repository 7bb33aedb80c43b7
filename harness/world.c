/* world.c - makes a world, runs a program in it, and tears it down. See world.h. */
#include "world.h"

#include "clock.h"
#include "explain.h"
#include "files.h"
#include "init.h"
#include "interrupts.h"
#include "ledger.h"
#include "link.h"
#include "rootfs.h"
#include "scheduler.h"
#include "timers.h"
#include "watch.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { OUTPUT_KEPT = 64 << 10 }; /* of each stream, in the observation */
enum { NOBODY = 65534 };

#ifdef __aarch64__
enum { NATIVE_MACHINE = EM_AARCH64 };
#else
enum { NATIVE_MACHINE = EM_X86_64 };
#endif

/* What a run, or several controlled ones, hold open outside of the world. */
struct world {
    const struct world_spec *spec;
    struct control *control; /* NULL: the run is natural */
    double cpu_ms;           /* controlled: of the runs so far */
    struct watch watch;
    struct init_plan plan;
    int link[2], service[2]; /* [0] the harness's end, [1] init's */
    int pidfd;
    pid_t pid; /* init, as the harness sees it */
    unsigned isolation;
    bool reduced;
    bool interrupts; /* natural: the program may catch signals so that calls end with EINTR */
    char **visible;  /* NULL-terminated */
    int *trees;
    size_t n_visible;
    char directory[64]; /* not isolated: where the program runs */
};

struct world_limits world_limits_default(void)
{
    return (struct world_limits){.wall_s = 10,
                                 .cpu_s = 2,
                                 .processes = 256,
                                 .memory_mib = 512,
                                 .output_kib = 1024,
                                 .disk_mib = 64,
                                 .grace_s = 1};
}

static const struct {
    unsigned long long flag;
    enum isolation bit;
} NAMESPACES[] = {{CLONE_NEWUSER, ISOLATION_USER}, {CLONE_NEWPID, ISOLATION_PID},
                  {CLONE_NEWIPC, ISOLATION_IPC},   {CLONE_NEWNET, ISOLATION_NET},
                  {CLONE_NEWNS, ISOLATION_MOUNT},  {CLONE_NEWUTS, ISOLATION_UTS}};

static void run_init(struct world *r, const struct world_spec *spec, struct control *control,
                     bool reduced)
{
    *r = (struct world){.spec = spec,
                        .control = control,
                        .reduced = reduced,
                        .link = {-1, -1},
                        .service = {-1, -1},
                        .pidfd = -1,
                        .isolation = ISOLATION_FULL};
    watch_init(&r->watch, spec, -1, -1);
}

static void close_if_open(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int remove_one(const char *path, const struct stat *stat, int type, struct FTW *where)
{
    (void)stat, (void)type, (void)where;
    return remove(path);
}

static void run_close(struct world *r)
{
    for (int i = 0; i < 2; i++) {
        close_if_open(&r->link[i]);
        close_if_open(&r->service[i]);
    }
    close_if_open(&r->pidfd);
    close_if_open(&r->watch.out);
    close_if_open(&r->watch.err);
    for (size_t i = 0; i < r->n_visible; i++) {
        free(r->visible[i]);
        close_if_open(&r->trees[i]);
    }
    free(r->visible);
    free(r->trees);
    if (r->control == NULL)
        free(r->plan.filter.filter);
    watch_close(&r->watch);
    if (r->directory[0] != '\0')
        nftw(r->directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* An ELF file for another machine, as a 32-bit program is: its system calls have other numbers than
 * those that the watch knows. */
static bool is_foreign(const char *path)
{
    Elf64_Ehdr header = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, &header, sizeof(header));
    if (fd >= 0)
        close(fd);
    return n >= EI_NIDENT && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
           (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_machine != NATIVE_MACHINE);
}

int world_check_program(const char *path, struct error *err)
{
    struct stat stat_;
    if (path == NULL || path[0] != '/')
        return error_set(err, "cannot run %s: not an absolute path",
                         path == NULL ? "nothing" : path);
    if (stat(path, &stat_) != 0)
        return error_errno(err, "cannot run %s", path);
    if (!S_ISREG(stat_.st_mode))
        return error_set(err, "cannot run %s: not a regular file", path);
    if ((stat_.st_mode & 0111) == 0)
        return error_set(err, "cannot run %s: not executable", path);
    if (is_foreign(path))
        return error_set(err, "cannot run %s: not a 64-bit program for this machine", path);
    return 0;
}

static int add_visible(struct world *r, const char *path, struct error *err)
{
    if (rootfs_is_shown(path))
        return 0;
    char *copy = strdup(path);
    if (copy == NULL)
        return error_set(err, "out of memory");
    /* Root can read what nobody, as whom its worlds run, cannot; others get -1 here, and init does
     * it with their own rights. */
    r->trees[r->n_visible] = geteuid() == 0 ? rootfs_clone(path) : -1;
    r->visible[r->n_visible++] = copy;
    return 0;
}

static size_t count_words(char *const *words)
{
    size_t n = 0;
    while (words != NULL && words[n] != NULL)
        n++;
    return n;
}

/* The program's directory, or the program alone where its directory cannot be shown as a whole. */
static int choose_visible(struct world *r, struct error *err)
{
    size_t room = count_words(r->spec->visible) + 2;
    char *program = strdup(r->spec->argv[0]);
    r->visible = calloc(room, sizeof(*r->visible));
    r->trees = calloc(room, sizeof(*r->trees));
    if (program == NULL || r->visible == NULL || r->trees == NULL) {
        free(program);
        return error_set(err, "out of memory");
    }
    const char *directory = dirname(program);
    int result = add_visible(r, rootfs_may_show(directory) ? directory : r->spec->argv[0], err);
    free(program);
    for (char *const *path = r->spec->visible; path != NULL && *path != NULL && result == 0; path++)
        if (rootfs_may_show(*path))
            result = add_visible(r, *path, err);
    return result;
}

static int open_output(const char *name, struct error *err)
{
    int fd = memfd_create(name, MFD_CLOEXEC);
    if (fd < 0 || fcntl(fd, F_SETFL, O_APPEND) != 0)
        return error_errno(err, "cannot make a file for the program's output");
    return fd;
}

static int choose_filter(struct world *r, struct error *err)
{
    if (r->control == NULL) {
        r->interrupts = interrupts_possible(r->spec->argv[0]);
        bool pipes = r->spec->knobs.small_pipes || !r->interrupts;
        return timers_filter(&r->plan.filter, pipes, err);
    }
    r->plan.filter = r->control->filter;
    r->plan.preload = r->control->preload;
    return 0;
}

static int prepare(struct world *r, struct error *err)
{
    struct watch *w = &r->watch;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->link) != 0 ||
        socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, r->service) != 0)
        return error_errno(err, "cannot make a line to the world's init");
    w->link = r->link[0];
    w->view.service = r->service[0];
    if ((w->out = open_output("stdout", err)) < 0 || (w->err = open_output("stderr", err)) < 0)
        return -1;
    if (choose_filter(r, err) != 0 || choose_visible(r, err) != 0)
        return -1;
    r->plan.spec = r->spec;
    r->plan.link = r->link[1];
    r->plan.service = r->service[1];
    r->plan.out = w->out;
    r->plan.err = w->err;
    r->plan.visible = r->visible;
    r->plan.trees = r->trees;
    return 0;
}

static pid_t clone_init(struct world *r, unsigned long long flags)
{
    struct clone_args args = {
        .flags = flags | CLONE_PIDFD, .pidfd = (uintptr_t)&r->pidfd, .exit_signal = SIGCHLD};
    pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
    if (pid == 0) {
        close(r->link[0]);
        close(r->service[0]);
        init_main(&r->plan);
    }
    return pid;
}

/* Where a host refuses a world, and the job allows it: a session of its own in an empty directory,
 * with init as the adopter of orphans, and nothing proved. */
static int start_reduced(struct world *r, struct error *err)
{
    snprintf(r->directory, sizeof(r->directory), "/tmp/brokenpipe-run-XXXXXX");
    if (mkdtemp(r->directory) == NULL) {
        r->directory[0] = '\0';
        return error_errno(err, "cannot make a directory for the run");
    }
    r->plan.start = r->directory;
    r->isolation = 0;
    r->pid = clone_init(r, 0);
    if (r->pid < 0)
        return error_errno(err, "cannot start the run's init");
    r->watch.start_ms = clock_now_ms();
    return 0;
}

static int start(struct world *r, struct error *err)
{
    unsigned long long flags = 0;
    for (size_t i = 0; i < sizeof(NAMESPACES) / sizeof(NAMESPACES[0]); i++)
        flags |= NAMESPACES[i].flag;
    r->plan.isolated = true;
    r->watch.isolated = true;
    r->pid = clone_init(r, flags);
    if (r->pid > 0)
        return 0;
    if (errno != EPERM && errno != ENOSPC && errno != EINVAL && errno != ENOSYS && errno != EUSERS)
        return error_errno(err, "cannot make a world");
    return error_set(err,
                     "this host refuses the namespaces that a world is made of (%s); "
                     "`brokenpipe doctor` tells more",
                     strerror(errno));
}

static int write_map(pid_t pid, const char *file, unsigned outside)
{
    char path[64], map[64];
    snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    snprintf(map, sizeof(map), "%d %u 1", INIT_ID, outside);
    return file_write(AT_FDCWD, path, map);
}

static int map_ids(pid_t pid, unsigned uid, unsigned gid)
{
    char setgroups[64];
    snprintf(setgroups, sizeof(setgroups), "/proc/%d/setgroups", (int)pid);
    if (write_map(pid, "uid_map", uid) != 0)
        return -1;
    /* An ordinary user may map a group only after giving up setgroups(2), user_namespaces(7). */
    if (uid == geteuid() && file_write(AT_FDCWD, setgroups, "deny") != 0)
        return -1;
    return write_map(pid, "gid_map", gid);
}

/* Root's worlds run as nobody: the kernel counts no processes of root's, RLIMIT_NPROC in
 * setrlimit(2), and root owns the machine's devices. Where root is only a container's, there may be
 * no nobody. */
static int choose_user(pid_t pid)
{
    if (geteuid() == 0 && map_ids(pid, NOBODY, NOBODY) == 0)
        return 0;
    return map_ids(pid, geteuid(), getegid());
}

/* What root shows in a world is often root's alone, such as a fresh temporary directory. */
static void share_roots_files(const struct world *r)
{
    char path[64];
    snprintf(path, sizeof(path), "/proc/%d/ns/user", (int)r->pid);
    int userns = open(path, O_RDONLY | O_CLOEXEC);
    for (size_t i = 0; i < r->n_visible && userns >= 0; i++)
        if (r->trees[i] >= 0)
            rootfs_map_owner(r->trees[i], userns);
    if (userns >= 0)
        close(userns);
}

static int let_go(struct world *r, struct error *err)
{
    struct link_message go = {.kind = LINK_GO};
    if (r->isolation != 0) {
        if (choose_user(r->pid) != 0)
            return error_errno(err, "cannot map the world's user");
        share_roots_files(r);
    }
    if (r->control != NULL)
        processor_spare(r->control->processor, r->pid);
    close_if_open(&r->link[1]);
    close_if_open(&r->service[1]);
    if (link_send(r->link[0], &go) != 0)
        return error_errno(err, "cannot speak to the world's init");
    return 0;
}

/* Init's death takes the whole pid namespace with it. Without one, init ends its children when the
 * line to it is closed. */
static void kill_all(struct world *r, struct rusage *used)
{
    if (r->pid <= 0)
        return;
    if (r->isolation == 0)
        close_if_open(&r->service[0]);
    else
        syscall(SYS_pidfd_send_signal, r->pidfd, SIGKILL, NULL, 0);
    while (wait4(r->pid, NULL, 0, used) < 0 && errno == EINTR)
        continue;
    r->pid = 0;
}

static int read_output(int fd, struct output *output, struct error *err)
{
    struct stat stat;
    if (fstat(fd, &stat) != 0)
        return error_errno(err, "cannot read the program's output");
    output->length = (size_t)stat.st_size;
    size_t wanted = output->length < OUTPUT_KEPT ? output->length : OUTPUT_KEPT;
    output->text = malloc(wanted + 1);
    if (output->text == NULL)
        return error_set(err, "out of memory");
    ssize_t n = pread(fd, output->text, wanted, 0);
    if (n < 0)
        return error_errno(err, "cannot read the program's output");
    output->kept = (size_t)n;
    output->text[n] = '\0';
    return 0;
}

/* The outcome stands, whether or not it can be explained. */
static void take_explanation(struct world *r, struct observation *o)
{
    struct error err;
    const struct explain_options options = {.lines = r->spec->explain ||
                                                     o->outcome.kind == OUTCOME_DEADLOCK,
                                            .origins = &r->watch.origins};
    origins_settle(&r->watch.origins, &r->watch.view);
    if (explain(&r->watch.view, &options, &o->explanation, &err) == 0)
        return;
    explanation_free(&o->explanation);
    if (o->note == NULL)
        o->note = strdup(err.text);
}

/* Who is still there, and waits for what: to be asked while they live. */
static int take_living(struct world *r, struct observation *o, struct error *err)
{
    struct watch *w = &r->watch;
    o->wall_ms = w->ended_ms - w->start_ms;
    o->ended_ms = w->ended_ms;
    o->isolation = r->isolation;
    if (r->isolation == 0 || w->all_ended || o->outcome.kind == OUTCOME_LIMIT)
        return 0; /* what crossed a limit may well leave us no CPU to look at it: it goes at once */
    o->cpu_ms = watch_living_cpu_ms(w);
    take_explanation(r, o);
    return ledger_take_living(w, o, err);
}

/* What is left when everybody is dead, and can change no more. */
static int take_left(struct world *r, struct observation *o, struct error *err)
{
    if (r->isolation == 0) {
        if (o->note == NULL)
            o->note = strdup("no namespaces here: nothing proved, nothing taken stock of");
        return 0;
    }
    if (ledger_take(&r->watch.view, r->visible, o, err) != 0)
        return -1;
    if (r->spec->keep == NULL)
        return 0;
    o->kept = strdup(r->spec->keep);
    return ledger_keep(&r->watch.view, r->spec->keep, err);
}

/* What remains when everybody is dead. */
static int take_end(struct world *r, struct observation *o, struct error *err)
{
    struct drain *drain = &r->watch.drain;
    if (take_left(r, o, err) != 0)
        return -1;
    drain_take(drain);
    errno = drain->error;
    if (errno != 0)
        return error_errno(err, "cannot keep the program's output");
    if (read_output(r->watch.out, &o->out, err) != 0)
        return -1;
    return read_output(r->watch.err, &o->err, err);
}

/* CPU time: of those that were waited for `used` tells; of the living, the last look before their
 * death, which for those beyond a limit is the watch's. */
static void add_cpu_time(const struct world *r, struct observation *o, const struct rusage *used)
{
    double waited_ms = clock_used_ms(used) - r->watch.init_cpu_ms;
    o->cpu_ms += waited_ms;
    if (o->outcome.kind == OUTCOME_LIMIT && r->watch.use.cpu_s * 1e3 > o->cpu_ms)
        o->cpu_ms = r->watch.use.cpu_s * 1e3;
}

/* Is the run of no use, because the program may have seen what it could not have seen without the
 * harness? Where a signal interrupts a call before the harness has taken the notification, the call
 * starts again; or ends with EINTR, if the program has asked for that, and pipe(2) never does. */
static bool is_spoiled(const struct world *r)
{
    const struct timers *t = &r->watch.timers;
    return t->small_pipes && (t->spoiled || (t->lost && r->interrupts));
}

/* 0, or -1 with `err`; 1 if the run has to be made again. */
static int run_once(struct world *r, struct observation *o, struct error *err)
{
    struct rusage used = {0};
    int result = prepare(r, err);
    if (result == 0)
        result = r->reduced ? start_reduced(r, err) : start(r, err);
    if (result == 0)
        result = let_go(r, err);
    if (result == 0)
        result = watch_run(&r->watch, o, err);
    if (result == 0)
        result = take_living(r, o, err);
    kill_all(r, &used);
    if (result == 0)
        add_cpu_time(r, o, &used);
    if (result == 0 && is_spoiled(r))
        return 1;
    return result == 0 ? take_end(r, o, err) : result;
}

/* In a world, or with less of one if the host refuses it. As run_once(). */
static int run_somehow(const struct world_spec *spec, struct observation *o, struct error *err)
{
    int result = -1;
    for (int reduced = 0; reduced <= (int)spec->reduced && result != 0; reduced++) {
        struct world r;
        *o = (struct observation){.verdict_ms = -1};
        run_init(&r, spec, NULL, reduced != 0);
        result = run_once(&r, o, err);
        bool started = r.watch.start_ms > 0;
        run_close(&r);
        if (result == 0)
            break;
        observation_free(o);
        *o = (struct observation){.verdict_ms = -1};
        if (started)
            break; /* the world was there: with less of one it would not go better */
    }
    return result;
}

int world_run(const struct world_spec *spec, struct observation *o, struct error *err)
{
    enum { TRIES = 10 };
    *o = (struct observation){.verdict_ms = -1};
    if (world_check_program(spec->argv[0], err) != 0)
        return -1;
    for (int i = 0; i < TRIES; i++) {
        int result = run_somehow(spec, o, err);
        if (result <= 0)
            return result;
    }
    return error_set(err,
                     "in each of %d runs a signal came while a small pipe was made, which the "
                     "program might have noticed",
                     TRIES);
}

/* Namespaces that were spent have been renewed. */
static int renew_view(struct world *r, struct error *err)
{
    struct link_message renewed;
    link_await(r->service[0], -1);
    if (link_receive(r->service[0], &renewed) != 0 || renewed.n_fds != VIEW_RENEWED)
        return error_set(err, "the world could not be renewed");
    int *fds = &r->watch.view.fds[VIEW_MQUEUE];
    for (int i = 0; i < VIEW_RENEWED; i++) {
        close(fds[i]);
        fds[i] = renewed.fds[i];
    }
    return 0;
}

/* The program starts once more in a world where nothing is left of the run before. */
static int start_again(struct world *r, struct error *err)
{
    struct link_message again = {.kind = LINK_AGAIN, .value = r->control->spent};
    watch_again(&r->watch);
    if (ftruncate(r->watch.out, 0) != 0 || ftruncate(r->watch.err, 0) != 0)
        return error_errno(err, "cannot empty the program's output");
    if (link_send(r->service[0], &again) != 0)
        return error_errno(err, "cannot speak to the world's init");
    return again.value == 0 ? 0 : renew_view(r, err);
}

/* Until the program's process executes its program, init waits for it in vfork(2) and hears
 * nothing: if the run is over so early, the process has to be ended from here. */
static void end_unstarted(const struct world *r)
{
    char path[64];
    int child;
    snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)r->pid, (int)r->pid);
    FILE *children = fopen(path, "re");
    while (children != NULL && fscanf(children, "%d", &child) == 1)
        kill(child, SIGKILL);
    if (children != NULL)
        fclose(children);
}

/* Ends what is left of the program, with `message` for init's answer. */
static int end_rest(struct world *r, struct link_message *message, struct error *err)
{
    enum { PATIENCE_MS = 20 };
    *message = (struct link_message){.kind = LINK_CLEAR};
    int sent = link_send(r->service[0], message);
    while (sent == 0 && !link_await(r->service[0], PATIENCE_MS))
        end_unstarted(r);
    if (sent != 0 || link_receive(r->service[0], message) != 0)
        return error_set(err, "the world's init ended unexpectedly");
    /* What init had to say of the end is known by now. */
    struct link_message late;
    while (link_await(r->link[0], 0))
        if (link_receive(r->link[0], &late) != 0)
            return error_errno(err, "cannot hear the world's init");
    return 0;
}

/* Nothing of the program is left after this. Adds up its CPU time; `*again`: another run can be
 * made. */
static int clear(struct world *r, struct observation *o, bool *again, struct error *err)
{
    struct link_message ended = {.again = r->watch.again, .cpu_ms = r->watch.reaped_cpu_ms};
    if (!r->watch.all_ended && end_rest(r, &ended, err) != 0)
        return -1;
    o->cpu_ms = ended.cpu_ms - r->cpu_ms;
    r->cpu_ms = ended.cpu_ms;
    *again = ended.again;
    return 0;
}

/* Somebody may want to look at the tasks that are left. */
static void show_end(struct world *r, const struct observation *o)
{
    const struct control *c = r->control;
    if (c->at_end == NULL || c->n_alive == 0)
        return;
    pid_t child = c->at_end(c->at_end_context, o, c->alive, c->n_alive);
    if (child > 0)
        scheduler_serve(&r->watch, child);
}

static int run_controlled(struct world *r, struct observation *o, bool *again, struct error *err)
{
    int result = 0;
    if (r->pid == 0) {
        result = prepare(r, err);
        if (result == 0)
            result = start(r, err);
        if (result == 0)
            result = let_go(r, err);
    } else {
        result = start_again(r, err);
    }
    if (result == 0)
        result = scheduler_run(&r->watch, r->control, o, err);
    if (result == 0)
        result = take_living(r, o, err);
    if (result == 0)
        show_end(r, o);
    if (result == 0)
        result = clear(r, o, again, err);
    return result == 0 ? take_end(r, o, err) : result;
}

int world_run_controlled(struct world **kept, const struct world_spec *spec,
                         struct control *control, struct observation *o, struct error *err)
{
    bool again = false;
    *o = (struct observation){.verdict_ms = -1};
    if (*kept == NULL) {
        if (world_check_program(spec->argv[0], err) != 0)
            return -1;
        *kept = malloc(sizeof(**kept));
        if (*kept == NULL)
            return error_set(err, "out of memory");
        run_init(*kept, spec, control, false);
    }
    int result = run_controlled(*kept, o, &again, err);
    if (result == 0 && again && o->n_left == 0)
        return 0;
    world_free(*kept);
    *kept = NULL;
    if (result != 0) {
        observation_free(o);
        *o = (struct observation){.verdict_ms = -1};
    }
    return result;
}

void world_free(struct world *world)
{
    struct rusage used;
    if (world == NULL)
        return;
    kill_all(world, &used);
    run_close(world);
    free(world);
}

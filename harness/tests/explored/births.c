/* births KIND - makes processes and threads in all the ways there are, and waits for them. */
#include "../live/expect.h"

#include <linux/sched.h>
#include <pthread.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/syscall.h>

static char *const nothing[] = {"/bin/true", NULL};
static char *const same_environment[] = {NULL};

static void by_fork(void)
{
    enum { MANY = 8 };
    pid_t children[MANY];
    for (int i = 0; i < MANY; i++)
        if ((children[i] = start()) == 0) {
            pid_t child = start();
            if (child != 0)
                finish(child);
            _exit(0);
        }
    for (int i = 0; i < MANY; i++)
        finish(children[i]);
}

static void *begin_and_end(void *unused)
{
    EXPECT(close(dup(0)) == 0);
    return unused;
}

static void by_thread(void)
{
    enum { MANY = 8 };
    pthread_t threads[MANY];
    for (int i = 0; i < MANY; i++)
        EXPECT(pthread_create(&threads[i], NULL, begin_and_end, NULL) == 0);
    for (int i = 0; i < MANY; i++)
        EXPECT(pthread_join(threads[i], NULL) == 0);
}

/* program: NULL: none. */
static void vfork_and_execute(const char *program)
{
    pid_t child = vfork();
    EXPECT(child != -1);
    if (child == 0) {
        if (program != NULL)
            execve(program, nothing, same_environment);
        _exit(0);
    }
    finish(child);
}

static void by_vfork(void)
{
    vfork_and_execute(NULL);
    vfork_and_execute("/no/such/program");
    vfork_and_execute(nothing[0]);
}

static void by_spawn(void)
{
    pid_t child;
    EXPECT(posix_spawn(&child, nothing[0], NULL, NULL, nothing, same_environment) == 0);
    finish(child);
    EXPECT(posix_spawn(&child, "/no/such/program", NULL, NULL, nothing, same_environment) ==
           ENOENT);
}

static void by_system(void)
{
    EXPECT(system("exit 3") == 3 << 8);
}

static void by_popen(void)
{
    char line[16];
    FILE *from = popen("echo hello", "r");
    EXPECT(from != NULL && fgets(line, sizeof line, from) != NULL);
    EXPECT(strcmp(line, "hello\n") == 0 && pclose(from) == 0);
}

static void by_exec(void)
{
    pid_t child = start();
    if (child == 0) {
        EXPECT(execve("/no/such/program", nothing, same_environment) == -1);
        EXPECT(getppid() != -1); /* still here */
        execve(nothing[0], nothing, same_environment);
        _exit(1);
    }
    finish(child);
}

static void *execute(void *unused)
{
    execve("/no/such/program", nothing, same_environment);
    execve(nothing[0], nothing, same_environment);
    return unused;
}

static void *wait_for_ever(void *ends)
{
    char byte;
    EXPECT(read(*(int *)ends, &byte, 1) == -1);
    return NULL;
}

static void by_exec_of_thread(void)
{
    pid_t child = start();
    if (child == 0) {
        pthread_t waits, executes;
        int ends[2];
        EXPECT(pipe(ends) == 0);
        EXPECT(pthread_create(&waits, NULL, wait_for_ever, ends) == 0);
        EXPECT(pthread_create(&executes, NULL, execute, NULL) == 0);
        pthread_join(executes, NULL);
        _exit(1);
    }
    finish(child);
}

static void by_clone3(void)
{
    struct clone_args how = {.exit_signal = SIGCHLD};
    pid_t child = (pid_t)syscall(SYS_clone3, &how, sizeof how);
    EXPECT(child != -1);
    if (child == 0)
        _exit(0);
    finish(child);
}

/* Killed while it waits, or before it comes to that. */
static void by_kill(void)
{
    int ends[2], status;
    char byte;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(close(dup(0)) == 0 && close(dup(0)) == 0);
        _exit(read(ends[0], &byte, 1) == 1);
    }
    EXPECT(close(dup(0)) == 0);
    EXPECT(kill(child, SIGKILL) == 0);
    EXPECT(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
}

/* The process ends while its other threads have not. */
static void by_early_end(void)
{
    pthread_t thread;
    for (int i = 0; i < 3; i++)
        EXPECT(pthread_create(&thread, NULL, begin_and_end, NULL) == 0);
    exit(0);
}

/* The main thread ends before the other. */
static void by_late_end(void)
{
    pthread_t thread;
    EXPECT(pthread_create(&thread, NULL, begin_and_end, NULL) == 0);
    pthread_exit(NULL);
}

/* A daemon that reports, and whose end nobody waits for but the reader. */
static void by_daemon(void)
{
    int ends[2];
    char byte;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        EXPECT(setsid() != -1);
        if (start() == 0)
            put(ends[1], 'x');
        _exit(0);
    }
    finish(child);
    EXPECT(close(ends[1]) == 0);
    EXPECT(get(ends[0]) == 'x' && read(ends[0], &byte, 1) == 0);
}

static const struct {
    const char *name;
    void (*make)(void);
} kinds[] = {
    {"fork", by_fork},           {"thread", by_thread},
    {"vfork", by_vfork},         {"spawn", by_spawn},
    {"system", by_system},       {"popen", by_popen},
    {"exec", by_exec},           {"exec-of-thread", by_exec_of_thread},
    {"clone3", by_clone3},       {"kill", by_kill},
    {"early-end", by_early_end}, {"late-end", by_late_end},
    {"daemon", by_daemon},
};

int main(int argc, char *argv[])
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (argc > 1 && strcmp(kinds[i].name, argv[1]) == 0) {
            kinds[i].make();
            return 0;
        }
    errx(2, "no such kind");
}

/* job KIND - a child that is stopped and continued ("stop"), ended by SIGQUIT ("quit") or by
 * abort(3) ("abort"), or killed while it waits ("kill"), or before ("kill-early"); the parent looks
 * at each state of it. */
#include "../live/expect.h"

static int await(pid_t child, int options)
{
    int status;
    EXPECT(waitpid(child, &status, options) == child);
    return status;
}

int main(int argc, char *argv[])
{
    const char *kind = argc > 1 ? argv[1] : "stop";
    int ends[2], status;
    EXPECT(pipe(ends) == 0);
    pid_t child = start();
    if (child == 0) {
        if (strcmp(kind, "abort") == 0)
            abort();
        EXPECT(close(ends[1]) == 0);
        EXPECT(get(ends[0]) == 'x');
        _exit(7);
    }
    if (strcmp(kind, "stop") == 0) {
        EXPECT(kill(child, SIGSTOP) == 0);
        status = await(child, WUNTRACED);
        EXPECT(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
        put(ends[1], 'x');
        EXPECT(kill(child, SIGCONT) == 0);
        status = await(child, WCONTINUED);
        if (WIFCONTINUED(status))
            status = await(child, 0);
        EXPECT(WIFEXITED(status) && WEXITSTATUS(status) == 7);
        return 0;
    }
    int signal = strcmp(kind, "quit") == 0 ? SIGQUIT : SIGKILL;
    if (strcmp(kind, "abort") == 0)
        signal = SIGABRT;
    else
        EXPECT(kill(child, signal) == 0);
    status = await(child, 0);
    EXPECT(WIFSIGNALED(status) && WTERMSIG(status) == signal);
    return 0;
}

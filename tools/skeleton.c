/* skeleton.c - the files of a new scenario: see skeleton.h.
 *
 * The programs compile and run as they are; every mark must go before the scenario is judged. */
#include "skeleton.h"

#define PROGRAM                                                                                    \
    "#define _GNU_SOURCE\n"                                                                        \
    "#include <err.h>\n"                                                                           \
    "#include <stdio.h>\n"                                                                         \
    "#include <stdlib.h>\n"                                                                        \
    "#include <sys/prctl.h>\n"                                                                     \
    "#include <sys/types.h>\n"                                                                     \
    "#include <sys/wait.h>\n"                                                                      \
    "#include <unistd.h>\n"                                                                        \
    "\n"                                                                                           \
    "static void child(long count)\n"                                                              \
    "{\n"                                                                                          \
    "    if (prctl(PR_SET_NAME, \"child\") == -1)\n"                                               \
    "        err(1, \"prctl\");\n"                                                                 \
    "    /* TODO: what the child does with its count. */\n"                                        \
    "    exit(count < 0);\n"                                                                       \
    "}\n"                                                                                          \
    "\n"                                                                                           \
    "int main(int argc, char *argv[])\n"                                                           \
    "{\n"                                                                                          \
    "    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 100;\n"                               \
    "    if (prctl(PR_SET_NAME, \"parent\") == -1)\n"                                              \
    "        err(1, \"prctl\");\n"                                                                 \
    "\n"                                                                                           \
    "    pid_t pid = fork();\n"                                                                    \
    "    if (pid == -1)\n"                                                                         \
    "        err(1, \"fork\");\n"                                                                  \
    "    if (pid == 0)\n"                                                                          \
    "        child(count);\n"                                                                      \
    "    /* TODO: what the parent does meanwhile. */\n"                                            \
    "\n"                                                                                           \
    "    int status;\n"                                                                            \
    "    if (waitpid(pid, &status, 0) == -1)\n"                                                    \
    "        err(1, \"waitpid\");\n"                                                               \
    "    printf(\"TODO: the result of %ld\\n\", count);\n"                                         \
    "    return 0;\n"                                                                              \
    "}\n"

const char skeleton_broken[] =
    "/* broken.c - TODO: what this program does, in a sentence.\n"
    " *\n"
    " * TODO: what is wrong, and why it fails in every run. Compare fixed.c. */\n" PROGRAM;

const char skeleton_fixed[] =
    "/* fixed.c - TODO: what this program does, in the same sentence.\n"
    " *\n"
    " * TODO: why it always works. It differs from broken.c in the fault alone. */\n" PROGRAM;

const char skeleton_wrong[] =
    "/* wrong-idea.c - TODO: the fix that most people try first; name the file after it.\n"
    " *\n"
    " * TODO: why it passes the plain run, and what exposes it. */\n" PROGRAM;

const char skeleton_expectation[] =
    "; What each variant of @ID@ must do; CONTRIBUTING.md describes the format.\n"
    "[scenario]\n"
    "title = TODO: the failure, in a sentence\n"
    "shape = leak                   ; TODO: what kind of failure; `brokenpipe grid` lists them\n"
    "culprit = main                 ; TODO: the function that holds the fault\n"
    "references = TODO: man pages; book section; CWE\n"
    "; bug = https://...            ; TODO: real threads, or no such line\n"
    "\n"
    "[run]\n"
    "args = 100                     ; TODO: of every variant\n"
    "\n"
    "; A failure that only some orders of events show goes into [broken under explore] instead:\n"
    "; `brokenpipe explore` must find it. Of each fixed variant every schedule is tried anyway.\n"
    "[broken]\n"
    "outcome = deadlock             ; TODO: or exit N, signal NAME, livelock...\n"
    "waits = parent wait4 child     ; TODO: who waits in which call for what\n"
    "waits = child write pipe full\n"
    "cycle = parent child           ; TODO: who waits for whom, or dead-end = NAME...\n"
    "\n"
    "[fixed]\n"
    "outcome = exit 0\n"
    "stdout = TODO: the result of 100\n"
    "\n"
    "[fixed under payload 1000]     ; TODO: every knob that exposes a wrong fix\n"
    "outcome = exit 0\n"
    "stdout = TODO: the result of 1000\n"
    "\n"
    "[wrong-idea]\n"
    "outcome = exit 0\n"
    "stdout = TODO: the result of 100\n"
    "\n"
    "[wrong-idea under payload 1000]\n"
    "outcome = deadlock             ; TODO: how it fails\n"
    "waits = parent wait4 child\n"
    "waits = child write pipe full\n"
    "cycle = parent child\n";

const char skeleton_readme[] =
    "# TODO: the failure, in a sentence\n"
    "\n"
    "## Symptom\n"
    "TODO: what a person sees. `make pages` puts the harness's output here:\n"
    "\n"
    "```\n"
    "$ build/brokenpipe run -- build/scenarios/@ID@/broken\n"
    "```\n"
    "\n"
    "## Reproduce\n"
    "```sh\n"
    "build/brokenpipe run -- build/scenarios/@ID@/broken 100\n"
    "build/brokenpipe check @ID@\n"
    "```\n"
    "\n"
    "## Diagnose\n"
    "TODO: the commands (strace, /proc, ss, ipcs, lsof, gdb) and what they show.\n"
    "\n"
    "## Cause\n"
    "TODO: why it fails, every time.\n"
    "\n"
    "## Fix\n"
    "TODO: the diff that matters, and why it holds.\n"
    "\n"
    "## Wrong fixes\n"
    "TODO: why each still fails, and what exposes it.\n"
    "\n"
    "## References\n"
    "TODO: man page, book section, CWE, real bugs as links.\n";

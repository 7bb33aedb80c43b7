/* check_ledger.c - tests that each thing a run can leave behind is told by kind and name, that
 * nothing else is, and that files can be kept. */
#include "inside.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Leaves one object; `line` must name it. The detail must be this, if there is one. */
static void expect_one(char *kind, const char *line, const char *detail)
{
    RUN(PROGRAM("leave"), kind);
    expect_outcome("exit 0");
    expect_left(line);
    ck_assert_str_eq(seen.left[0].detail, detail);
}

START_TEST(sysv_objects_are_told)
{
    expect_one((char *)"msg", "sysv-msg key 0x4d2\n", "1 messages, 5 bytes");
    expect_one((char *)"sem-set", "sysv-sem key 0x4d2\n", "3 semaphores");
    expect_one((char *)"segment", "sysv-shm key 0x4d2\n", "4096 bytes, 0 attached");
    expect_one((char *)"private-segment", "sysv-shm id 0 (IPC_PRIVATE)\n",
               "4096 bytes, 0 attached");
}
END_TEST

START_TEST(posix_objects_are_told)
{
    RUN(PROGRAM("leave"), "mqueue");
    expect_outcome("exit 0");
    expect_left("mqueue /requests\n");
    expect_one((char *)"sem", "sem /dev/shm/sem.ready\n", "");
    expect_one((char *)"shm", "shm /dev/shm/board\n", "8192 bytes");
}
END_TEST

START_TEST(files_are_told)
{
    expect_one((char *)"fifo", "fifo /tmp/pipe\n", "");
    expect_one((char *)"socket", "socket /tmp/server\n", "");
    expect_one((char *)"file", "file /tmp/result\n", "5 bytes");
    expect_one((char *)"directory", "file /tmp/spool\n", "directory");
    expect_one((char *)"link", "file /tmp/link\n", "symbolic link");
}
END_TEST

/* Pids are as the program saw them: its main process is 2. */
START_TEST(left_processes_are_told)
{
    expect_one((char *)"process", "process worker (pid 3)\n", "still alive");
    RUN(PROGRAM("leave"), "abstract");
    expect_outcome("exit 0");
    expect_left("socket @hub\nprocess holder (pid 3)\n");
    ck_assert_uint_eq(seen.explanation.n_waits, 1);
    ck_assert_str_eq(seen.explanation.waits[0].name, "holder");
}
END_TEST

START_TEST(zombies_are_told)
{
    RUN(PROGRAM("leave"), "zombie");
    expect_outcome("exit 0");
    expect_left("process careless (pid 3)\nzombie forgotten (pid 4)\n");
    ck_assert_str_eq(seen.left[1].detail, "ended, and never waited for by pid 3");
}
END_TEST

/* After a deadlock the living are waits, not leftovers; and an orphan is no zombie. */
START_TEST(who_waits_is_not_left)
{
    RUN(PROGRAM("stuck"), "child");
    expect_outcome("deadlock");
    expect_left("");
    ck_assert_uint_eq(seen.explanation.n_waits, 3);
    RUN(SCRIPT("(sh -c : & exit 0); exit 0"));
    expect_success("");
}
END_TEST

#define FILES                                                                                      \
    "msg", "sem-set", "segment", "mqueue", "sem", "shm", "fifo", "socket", "file", "directory",    \
        "link"

START_TEST(all_of_it_in_order)
{
    RUN(PROGRAM("leave"), FILES, "zombie", "process", "abstract");
    expect_outcome("exit 0");
    expect_left("sysv-msg key 0x4d2\nsysv-sem key 0x4d2\nsysv-shm key 0x4d2\n"
                "mqueue /requests\nsem /dev/shm/sem.ready\nshm /dev/shm/board\n"
                "fifo /tmp/pipe\nsocket /tmp/server\nsocket @hub\n"
                "file /tmp/link\nfile /tmp/result\nfile /tmp/spool\n"
                "process careless (pid 3)\nprocess holder (pid 6)\nprocess worker (pid 5)\n"
                "zombie forgotten (pid 4)\n");
}
END_TEST

START_TEST(tidy_program_leaves_nothing)
{
    RUN(PROGRAM("leave"), "--tidy", FILES, "zombie", "process", "abstract");
    expect_success("");
}
END_TEST

/* The next world starts clean, whatever the one before held. */
START_TEST(nothing_is_left_to_the_next_run)
{
    RUN(PROGRAM("leave"), FILES);
    RUN(PROGRAM("leave"), FILES);
    expect_outcome("exit 0");
    ck_assert_str_eq(seen.err.text, "");
}
END_TEST

START_TEST(odd_names_are_told_as_they_are)
{
    RUN(PROGRAM("litter"), "odd-names", "6");
    expect_outcome("exit 0");
    expect_left("file /tmp/\033[2J\nfile /tmp/ \nfile /tmp/-rf\nfile /tmp/a\"b'c$(d)\n"
                "file /tmp/new\nline\nfile /tmp/\377\376\n");
}
END_TEST

/* What is in a directory that nobody may read cannot be told for sure; that it is there, can. */
START_TEST(closed_directories_are_told)
{
    RUN(SCRIPT("mkdir d; touch d/f e; chmod 000 d e; mkdir g; mkfifo g/p; chmod 000 g"));
    expect_outcome("exit 0");
    ck_assert_uint_ge(seen.n_left, 3);
    int told = 0;
    for (size_t i = 0; i < seen.n_left; i++)
        told += strcmp(seen.left[i].name, "/tmp/d") == 0 ||
                strcmp(seen.left[i].name, "/tmp/e") == 0 ||
                strcmp(seen.left[i].name, "/tmp/g") == 0;
    ck_assert_int_eq(told, 3);
    RUN(SCRIPT("chmod 000 /tmp"));
    expect_outcome("exit 0");
}
END_TEST

START_TEST(deep_directories_do_no_harm)
{
    RUN(PROGRAM("litter"), "depth", "5000");
    expect_outcome("exit 0");
    ck_assert_uint_ge(seen.n_left, 1);
    ck_assert_str_eq(seen.left[0].name, "/tmp/d");
}
END_TEST

static void expect_many(char *how, enum left_kind kind, const char *first, const char *last)
{
    RUN(PROGRAM("litter"), how, "1000");
    expect_outcome("exit 0");
    ck_assert_uint_eq(seen.n_left, 1000);
    for (size_t i = 0; i < seen.n_left; i++)
        ck_assert_int_eq(seen.left[i].kind, kind);
    bool found_first = false, found_last = false;
    for (size_t i = 0; i < seen.n_left; i++) {
        found_first |= strcmp(seen.left[i].name, first) == 0;
        found_last |= strcmp(seen.left[i].name, last) == 0;
    }
    ck_assert(found_first && found_last);
}

START_TEST(a_thousand_files)
{
    expect_many((char *)"files", LEFT_FILE, "/tmp/0001", "/tmp/1000");
}
END_TEST

START_TEST(a_thousand_sysv_objects)
{
    expect_many((char *)"queues", LEFT_SYSV_MSG, "key 0x1", "key 0x3e8");
    expect_many((char *)"sets", LEFT_SYSV_SEM, "key 0x1", "key 0x3e8");
    expect_many((char *)"segments", LEFT_SYSV_SHM, "key 0x1", "key 0x3e8");
}
END_TEST

/* The world of a program that is killed is looked at, too. */
START_TEST(signals_and_timeouts_leave_things_too)
{
    RUN(SCRIPT("mkfifo f; kill -KILL $$"));
    expect_outcome("signal KILL");
    expect_left("fifo /tmp/f\n");
    spec.limits.wall_s = 0.3;
    RUN(SCRIPT("mkfifo f; exec sleep 60"));
    expect_outcome("timeout");
    expect_left("fifo /tmp/f\n");
}
END_TEST

static void expect_file(const char *path, const char *text)
{
    char got[64] = "";
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
    ck_assert_uint_eq(fread(got, 1, sizeof got - 1, file), strlen(text));
    ck_assert_str_eq(got, text);
    ck_assert_int_eq(fclose(file), 0);
}

START_TEST(files_are_kept)
{
    spec.keep = temporary;
    RUN(SCRIPT("mkdir a; echo one >a/b; echo two >/dev/shm/c; mkfifo f; ln -s /etc/passwd l"));
    expect_outcome("exit 0");
    ck_assert_str_eq(seen.kept, temporary);
    expect_file(temporary_path("tmp/a/b"), "one\n");
    expect_file(temporary_path("shm/c"), "two\n");
    ck_assert_int_eq(access(temporary_path("tmp/l"), F_OK), -1);
    expect_left("shm /dev/shm/c\nfifo /tmp/f\nfile /tmp/a\nfile /tmp/a/b\nfile /tmp/l\n");
}
END_TEST

/* A program cannot make the run fail by what it leaves to be kept. */
START_TEST(unreadable_files_are_not_kept)
{
    spec.keep = temporary;
    RUN(SCRIPT("echo one >a; echo two >b; mkdir d; touch d/e; chmod 000 a d"));
    expect_outcome("exit 0");
    expect_file(temporary_path("tmp/b"), "two\n");
}
END_TEST

START_TEST(deep_directories_are_kept_as_far_as_possible)
{
    const struct rlimit few = {.rlim_cur = 256, .rlim_max = 256};
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
    spec.keep = temporary;
    RUN(PROGRAM("litter"), "depth", "300");
    expect_outcome("exit 0");
    ck_assert_int_eq(access(temporary_path("tmp/d/d/d/d"), F_OK), 0);
}
END_TEST

int main(void)
{
    return SUITE("ledger", sysv_objects_are_told, posix_objects_are_told, files_are_told,
                 left_processes_are_told, zombies_are_told, who_waits_is_not_left,
                 all_of_it_in_order, tidy_program_leaves_nothing, nothing_is_left_to_the_next_run,
                 odd_names_are_told_as_they_are, closed_directories_are_told,
                 deep_directories_do_no_harm, a_thousand_files, a_thousand_sysv_objects,
                 signals_and_timeouts_leave_things_too, files_are_kept,
                 unreadable_files_are_not_kept, deep_directories_are_kept_as_far_as_possible);
}

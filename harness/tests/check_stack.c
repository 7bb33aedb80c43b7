/* check_stack.c - tests that the stack of a task which sleeps is unwound from outside, whatever the
 * program looks like, and that no program can harm whoever looks. */
#include "stack.h"

#include "temporary.h"

#include <elf.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof(array)[0])
#define DEEP          BUILD_DIR "/tests/world/deep"

enum { PATIENCE_S = 20, NO_PROCESS = 0x3fffffff };

static struct view view;
static struct stacks *stacks;

/* The program that is looked at, and the frames that were seen last. */
static pid_t child;
static int to_child = -1;
static FILE *from_child;
static struct frame *frames;
static size_t n_frames;

static void begin(void)
{
    view_init(&view, -1);
    view.fds[VIEW_PROC] = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_ge(view.fds[VIEW_PROC], 0);
    stacks = stacks_open(&view);
    ck_assert_ptr_nonnull(stacks);
    temporary_make();
}

static void stop_program(void)
{
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    child = 0;
    ck_assert_int_eq(close(to_child), 0);
    ck_assert_int_eq(fclose(from_child), 0);
}

static void forget_frames(void)
{
    frames_free(frames, n_frames);
    frames = NULL;
    n_frames = 0;
}

static void end(void)
{
    if (child != 0)
        stop_program();
    forget_frames();
    stacks_close(stacks);
    view_close(&view);
    temporary_remove();
}

#define START(...) start_program((const char *const[]){__VA_ARGS__, NULL})

static void start_program(const char *const argv[])
{
    int in[2], out[2];
    ck_assert_int_eq(pipe2(in, O_CLOEXEC), 0);
    ck_assert_int_eq(pipe2(out, O_CLOEXEC), 0);
    child = fork();
    ck_assert_int_ne(child, -1);
    if (child == 0) {
        dup2(in[0], STDIN_FILENO);
        dup2(out[1], STDOUT_FILENO);
        execv(argv[0], (char *const *)argv);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    to_child = in[1];
    from_child = fdopen(out[0], "r");
    ck_assert_ptr_nonnull(from_child);
}

static void wake(void)
{
    ck_assert_int_eq(write(to_child, "x", 1), 1);
}

/* Where the program has said that it is about to block. */
struct place {
    pid_t tid;
    char function[64];
    int line;
};

static void hear(struct place *place)
{
    char line[256];
    int tid;
    ck_assert_ptr_nonnull(fgets(line, sizeof line, from_child));
    ck_assert_msg(sscanf(line, "%d %63s %d", &tid, place->function, &place->line) == 3,
                  "no place: '%s'", line);
    place->tid = tid;
}

/* Task `tid` of `pid`, as soon as it is blocked in the call `nr`; a read must be of stdin, for a
 * program that starts reads files. */
static struct task asleep(pid_t pid, pid_t tid, long nr)
{
    struct task task = {.pid = pid, .tid = tid};
    for (time_t until = time(NULL) + PATIENCE_S; time(NULL) < until; sched_yield())
        if (task_read(&view, &task) == 0 && task.blocked && task.in_call && task.nr == nr &&
            (nr != SYS_read || task.args[0] == STDIN_FILENO))
            return task;
    ck_abort_msg("task %d does not block in call %ld", (int)tid, nr);
}

static void unwind(const struct task *task, const struct stack_copy *copy)
{
    forget_frames();
    n_frames = stack_unwind(stacks, task, copy, &frames);
}

/* Fails with `what` and the frames that were seen. */
static void fail_seen(const char *what)
{
    char text[4000];
    size_t length = 0;
    for (size_t i = 0; i < n_frames && length < sizeof text - 300; i++)
        length += (size_t)snprintf(text + length, 300, "\n  %.80s at %.80s:%d in %.80s%s",
                                   frames[i].function != NULL ? frames[i].function : "?",
                                   frames[i].file != NULL ? frames[i].file : "?", frames[i].line,
                                   frames[i].module != NULL ? frames[i].module : "?",
                                   frames[i].own ? ", own" : "");
    ck_abort_msg("%s; %zu frames were seen:%.*s", what, n_frames, (int)length, text);
}

/* The end alone counts: there may be symbolic links on the way that the kernel has followed. */
static void expect_module(const struct frame *frame, const char *path_end)
{
    size_t length = strlen(frame->module), end_length = strlen(path_end);
    ck_assert_uint_ge(length, end_length);
    ck_assert_str_eq(frame->module + length - end_length, path_end);
}

/* The own frame number `i`, from the innermost. */
static const struct frame *own_frame(size_t i)
{
    for (size_t k = 0; k < n_frames; k++)
        if (frames[k].own && i-- == 0)
            return &frames[k];
    fail_seen("too few own frames");
    return NULL;
}

/* The own frames must be just these functions, from the innermost, and that one at the place told.
 */
static void expect_own(const struct place *place, const char *const functions[], size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(own_frame(i)->function, functions[i]) != 0)
            fail_seen(functions[i]);
    size_t own = 0;
    for (size_t i = 0; i < n_frames; i++)
        own += frames[i].own;
    const struct frame *first = own_frame(0);
    const char *slash = strrchr(first->file, '/');
    if (own != n || first->line != place->line ||
        strcmp(slash == NULL ? first->file : slash + 1, "deep.c") != 0)
        fail_seen("another number of own frames, or another place");
}

#define EXPECT_OWN(place, ...)                                                                     \
    expect_own(place, (const char *const[]){__VA_ARGS__},                                          \
               LENGTH(((const char *const[]){__VA_ARGS__})))

/* Runs `deep` until it blocks in `nr` where it said, and unwinds it. */
static struct task unwind_deep(const char *state, long nr, struct place *place)
{
    START(DEEP, state);
    hear(place);
    struct task task = asleep(child, place->tid, nr);
    unwind(&task, NULL);
    return task;
}

static void expect_called(const struct frame *frame, const char *function)
{
    char name[64];
    if (stack_called(stacks, child, frame->pc, name, sizeof name) != 0)
        fail_seen("no call was found");
    ck_assert_str_eq(name, function);
}

static void expect_library_call(const char *function)
{
    char *name = stack_library_call(stacks, child, frames, n_frames);
    if (name == NULL)
        fail_seen("no call into the C library was found");
    ck_assert_str_eq(name, function);
    free(name);
    ck_assert_ptr_null(stack_library_call(stacks, child, frames, stack_outside(frames, n_frames)));
}

START_TEST(optimized_code)
{
    struct place place;
    unwind_deep("plain", SYS_read, &place);
    EXPECT_OWN(&place, "take", "plain", "main");
    ck_assert_str_eq(frames[0].function, "read");
    ck_assert_ptr_nonnull(strstr(frames[0].module, "/libc.so"));
    ck_assert_ptr_null(frames[0].file);
    ck_assert(!frames[0].own);
    expect_module(own_frame(0), "/tests/world/deep");
    ck_assert_str_eq(frames[n_frames - 1].function, "_start");
    expect_called(own_frame(0), "read");
    expect_called(own_frame(1), "take");
    expect_library_call("read");
}
END_TEST

START_TEST(library_function_that_was_jumped_to)
{
    struct place place;
    unwind_deep("jumping", SYS_read, &place);
    EXPECT_OWN(&place, "jumping", "main");
    expect_called(own_frame(0), "jump");
    expect_library_call("read");
}
END_TEST

/* The preloaded library's function stands before the C library's, and jumps to it. */
START_TEST(library_function_that_was_replaced)
{
    char line[256];
    struct place place;
    ck_assert_int_eq(setenv("LD_PRELOAD", BUILD_DIR "/points.so", 1), 0);
    START(DEEP, "variables");
    ck_assert_int_eq(unsetenv("LD_PRELOAD"), 0);
    ck_assert_ptr_nonnull(fgets(line, sizeof line, from_child));
    hear(&place);
    struct task task = asleep(child, child, SYS_futex);
    unwind(&task, NULL);
    EXPECT_OWN(&place, "variables", "main");
    expect_called(own_frame(0), "sem_wait");
    expect_library_call("sem_wait");
}
END_TEST

START_TEST(what_stands_before_the_program)
{
    char c_library[] = "/lib/x86_64-linux-gnu/libc.so.6", preloaded[] = "/usr/lib/points.so",
         program[] = "/home/me/libc.so.6/points";
    const struct frame stack[] = {
        {.module = c_library}, {.module = preloaded}, {.module = program}};
    ck_assert_uint_eq(stack_outside(stack, 3), 2);
    ck_assert_uint_eq(stack_outside(stack, 2), 2);
    ck_assert_uint_eq(stack_outside(stack + 2, 1), 0);
}
END_TEST

START_TEST(next_call_of_the_same_process)
{
    struct place place;
    unwind_deep("plain", SYS_read, &place);
    wake();
    hear(&place);
    struct task task = asleep(child, child, SYS_read);
    unwind(&task, NULL);
    EXPECT_OWN(&place, "plain", "main");
    expect_called(own_frame(0), "fgetc");
}
END_TEST

START_TEST(inlined_functions_are_frames_too)
{
    struct place place;
    unwind_deep("inlining", SYS_read, &place);
    EXPECT_OWN(&place, "take_inlined", "inlining", "main");
    ck_assert_uint_eq(own_frame(0)->pc, own_frame(1)->pc);
    ck_assert_int_gt(own_frame(1)->line, own_frame(0)->line);
}
END_TEST

START_TEST(code_that_needs_the_frame_pointer)
{
    struct place place;
    unwind_deep("unoptimized", SYS_read, &place);
    EXPECT_OWN(&place, "take_unoptimized", "unoptimized", "main");
    expect_called(own_frame(0), "read");
    stop_program();

    unwind_deep("growing", SYS_read, &place);
    EXPECT_OWN(&place, "take_growing", "growing", "main");
}
END_TEST

START_TEST(long_stack_is_cut)
{
    struct place place;
    unwind_deep("recursing", SYS_read, &place);
    ck_assert_uint_eq(n_frames, 64);
    ck_assert_str_eq(own_frame(0)->function, "take");
    ck_assert_str_eq(frames[63].function, "recurse");
}
END_TEST

START_TEST(thread_beside_the_leader)
{
    struct place place;
    struct task task = unwind_deep("threads", SYS_read, &place);
    ck_assert_int_ne(place.tid, child);
    EXPECT_OWN(&place, "take", "run");
    task = asleep(child, child, SYS_futex);
    unwind(&task, NULL);
    ck_assert_str_eq(own_frame(0)->function, "threads");
    expect_called(own_frame(0), "pthread_join");
}
END_TEST

START_TEST(fork_of_a_process_that_was_seen)
{
    struct place place;
    START(DEEP, "forks");
    hear(&place);
    struct task task = asleep(child, child, SYS_wait4);
    unwind(&task, NULL);
    ck_assert_str_eq(own_frame(0)->function, "forks");
    expect_called(own_frame(0), "wait");
    task = asleep(place.tid, place.tid, SYS_read);
    unwind(&task, NULL);
    EXPECT_OWN(&place, "take", "forks", "main");
    ck_assert_int_eq(kill(place.tid, SIGKILL), 0);
}
END_TEST

START_TEST(variables)
{
    char line[256], name[64];
    unsigned long long ready, inside, local;
    struct place place;
    START(DEEP, "variables");
    ck_assert_ptr_nonnull(fgets(line, sizeof line, from_child));
    ck_assert_int_eq(sscanf(line, "%llx %llx %llx", &ready, &inside, &local), 3);
    hear(&place);
    struct task task = asleep(child, child, SYS_futex);
    unwind(&task, NULL);
    EXPECT_OWN(&place, "variables", "main");
    expect_called(own_frame(0), "sem_wait");

    ck_assert_int_eq(stack_variable(stacks, child, ready, name, sizeof name), 0);
    ck_assert_str_eq(name, "ready");
    ck_assert_int_eq(stack_variable(stacks, child, inside, name, sizeof name), 0);
    ck_assert_str_eq(name, "queue+0x28");
    ck_assert_int_eq(stack_variable(stacks, child, local, name, sizeof name), -1);
    ck_assert_int_eq(stack_variable(stacks, child, 0, name, sizeof name), -1);
    ck_assert_int_eq(stack_variable(stacks, child, UINT64_MAX, name, sizeof name), -1);
    ck_assert_int_eq(stack_variable(stacks, child, own_frame(0)->pc, name, sizeof name), -1);
    ck_assert_int_eq(stack_variable(stacks, child, ready, name, 4), 0);
    ck_assert_str_eq(name, "rea");
}
END_TEST

START_TEST(what_is_no_call)
{
    char name[64];
    struct place place;
    unwind_deep("plain", SYS_read, &place);
    const uint64_t addresses[] = {0, 3, UINT64_MAX, frames[0].pc, own_frame(0)->pc - 1};
    for (size_t i = 0; i < LENGTH(addresses); i++)
        ck_assert_int_eq(stack_called(stacks, child, addresses[i], name, sizeof name), -1);
}
END_TEST

/* Copies `size` bytes of the stack where `task` is now. */
static struct stack_copy copy_stack(const struct task *task, size_t size)
{
    struct stack_copy copy = {.sp = task->sp, .pc = task->pc, .length = size};
    copy.bytes = malloc(size);
    ck_assert_ptr_nonnull(copy.bytes);
    ck_assert_int_eq(task_memory(&view, task->pid, copy.sp, copy.bytes, size), 0);
    return copy;
}

START_TEST(copy_shows_an_earlier_stack)
{
    struct place before, after;
    struct task task = unwind_deep("plain", SYS_read, &before);
    struct stack_copy copy = copy_stack(&task, 1024);
    wake();
    hear(&after);
    task = asleep(child, child, SYS_read);
    unwind(&task, &copy);
    EXPECT_OWN(&before, "take", "plain", "main");
    unwind(&task, NULL);
    EXPECT_OWN(&after, "plain", "main");
    free(copy.bytes);
}
END_TEST

START_TEST(copy_of_code_that_needs_the_frame_pointer)
{
    struct place place;
    struct task task = unwind_deep("unoptimized", SYS_read, &place);
    struct stack_copy copy = copy_stack(&task, 4096);
    wake();
    ck_assert_int_eq(waitid(P_PID, (id_t)child, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
    unwind(&task, &copy);
    ck_assert_uint_eq(n_frames, 0); /* the process that made it is gone */
    stop_program();
    free(copy.bytes);

    task = unwind_deep("unoptimized", SYS_read, &place);
    copy = copy_stack(&task, 4096);
    task.sp = task.pc = 0;
    unwind(&task, &copy);
    EXPECT_OWN(&place, "take_unoptimized", "unoptimized", "main");
    free(copy.bytes);
}
END_TEST

START_TEST(damaged_stacks_do_no_harm)
{
    enum { ROUNDS = 300, SIZE = 4096 };
    struct place place;
    struct task task = unwind_deep("unoptimized", SYS_read, &place);
    struct stack_copy whole = copy_stack(&task, SIZE), copy = whole;
    copy.bytes = malloc(SIZE);
    ck_assert_ptr_nonnull(copy.bytes);
    unsigned state = 1;
    for (int round = 0; round < ROUNDS; round++) {
        memcpy(copy.bytes, whole.bytes, SIZE);
        for (int i = 0; i < 64; i++) { /* another word of it in a word's place, or anything */
            state = state * 1103515245 + 12345;
            size_t from = state / 65536 % (SIZE / 8) * 8;
            state = state * 1103515245 + 12345;
            size_t to = state / 65536 % (SIZE / 8) * 8;
            memcpy(copy.bytes + to, whole.bytes + from, 8);
            if (i % 8 == 0)
                memcpy(copy.bytes + to, &state, sizeof state);
        }
        copy.length = round % 3 == 0 ? (size_t)round * 8 : SIZE;
        copy.pc = round % 5 == 0 ? whole.pc + state % 64 : whole.pc;
        unwind(&task, &copy);
        ck_assert_uint_le(n_frames, 64);
    }
    free(copy.bytes);
    free(whole.bytes);
}
END_TEST

START_TEST(registers_that_lead_nowhere)
{
    struct place place;
    struct task task = unwind_deep("plain", SYS_read, &place);
    const uint64_t odd[] = {0, 1, 8, task.sp, task.pc, UINT64_MAX, UINT64_MAX - 7, 1ULL << 63};
    for (size_t i = 0; i < LENGTH(odd); i++)
        for (size_t k = 0; k < LENGTH(odd); k++) {
            task.sp = odd[i];
            task.pc = odd[k];
            unwind(&task, NULL);
            ck_assert_uint_le(n_frames, 64);
        }
}
END_TEST

/* The file that the program runs. */
static void read_program(char *path, size_t size)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/%d/exe", (int)child);
    ssize_t length = readlink(link, path, size - 1);
    ck_assert_int_gt(length, 0);
    path[length] = '\0';
}

START_TEST(another_program_takes_the_place)
{
    char before[PATH_MAX], now[PATH_MAX];
    struct place place;
    unwind_deep("replaced", SYS_read, &place);
    EXPECT_OWN(&place, "take", "replaced", "main");
    read_program(before, sizeof before);
    wake();
    time_t until = time(NULL) + PATIENCE_S;
    do {
        sched_yield();
        read_program(now, sizeof now);
    } while (strcmp(before, now) == 0 && time(NULL) < until);
    struct task task = asleep(child, child, SYS_read);
    unwind(&task, NULL);
    ck_assert_uint_gt(n_frames, 1);
    for (size_t i = 0; i < n_frames; i++)
        ck_assert(!frames[i].own);
    ck_assert_str_eq(frames[0].function, "read");
    ck_assert_str_eq(frames[1].module, now);
    expect_called(&frames[1], "read");
}
END_TEST

/* Runs a command of the shell: "%s" stands for these. */
static bool shell(const char *command, const char *first, const char *second)
{
    char line[8192];
    snprintf(line, sizeof line, command, first, second);
    return system(line) == 0;
}

START_TEST(program_whose_file_is_gone)
{
    const char *path = temporary_path("gone");
    ck_assert(shell("cp '%s' '%s'", DEEP, path));
    struct place place;
    START(path, "plain");
    hear(&place);
    ck_assert_int_eq(unlink(path), 0);
    temporary_write_text(path, "something else");
    struct task task = asleep(child, child, SYS_read);
    unwind(&task, NULL);
    EXPECT_OWN(&place, "take", "plain", "main");
    expect_module(own_frame(0), "/gone");
    expect_called(own_frame(0), "read");
}
END_TEST

/* Whether the program at `path` is seen with its functions and lines. */
static bool is_seen_whole(const char *path)
{
    struct place place;
    START(path, "plain");
    hear(&place);
    struct task task = asleep(child, child, SYS_read);
    unwind(&task, NULL);
    bool functions = n_frames > 1 && frames[1].function != NULL,
         own = n_frames > 1 && frames[1].own;
    ck_assert(functions == own);
    if (own)
        EXPECT_OWN(&place, "take", "plain", "main");
    stop_program();
    return own;
}

START_TEST(name_with_a_newline)
{
    const char *path = temporary_path("two\nlines");
    ck_assert(shell("cp '%s' '%s'", DEEP, path));
    ck_assert(is_seen_whole(path));
}
END_TEST

/* A program as an array of bytes. */
struct program {
    unsigned char bytes[1 << 20];
    size_t length;
};

static void load_program(struct program *program)
{
    FILE *from = fopen(DEEP, "r");
    ck_assert_ptr_nonnull(from);
    program->length = fread(program->bytes, 1, sizeof program->bytes, from);
    ck_assert_uint_lt(program->length, sizeof program->bytes - 4096);
    ck_assert_int_eq(fclose(from), 0);
}

static const char *store_program(const struct program *program, const char *name)
{
    const char *path = temporary_path("%s", name);
    temporary_write(path, (const char *)program->bytes, program->length);
    ck_assert_int_eq(chmod(path, 0700), 0);
    return path;
}

/* Copies out the section's header, and tells where it is. Sets `name` to where its name is. */
static size_t find_section(struct program *program, const char *wanted, Elf64_Shdr *found,
                           char **name)
{
    Elf64_Ehdr header;
    Elf64_Shdr names;
    memcpy(&header, program->bytes, sizeof header);
    memcpy(&names, program->bytes + header.e_shoff + header.e_shstrndx * sizeof names,
           sizeof names);
    for (size_t i = 0; i < header.e_shnum; i++) {
        size_t at = header.e_shoff + i * sizeof *found;
        memcpy(found, program->bytes + at, sizeof *found);
        *name = (char *)program->bytes + names.sh_offset + found->sh_name;
        if (strcmp(*name, wanted) == 0)
            return at;
    }
    ck_abort_msg("no section %s", wanted);
}

/* As small files claim that become gigabytes. */
START_TEST(sections_that_claim_to_be_huge)
{
    static struct program program;
    const Elf64_Chdr claim = {
        .ch_type = ELFCOMPRESS_ZLIB, .ch_size = 3ULL << 30, .ch_addralign = 1};
    Elf64_Shdr section;
    char *name;
    load_program(&program);
    size_t at = find_section(&program, ".debug_info", &section, &name);
    section.sh_flags |= SHF_COMPRESSED;
    section.sh_offset = program.length;
    section.sh_size = sizeof claim + 100;
    memcpy(program.bytes + at, &section, sizeof section);
    memcpy(program.bytes + program.length, &claim, sizeof claim);
    program.length += section.sh_size;
    ck_assert(!is_seen_whole(store_program(&program, "bomb")));

    load_program(&program);
    find_section(&program, ".debug_line", &section, &name);
    memcpy(name, ".zdebug_lin", strlen(name)); /* the old way */
    ck_assert(!is_seen_whole(store_program(&program, "old")));
}
END_TEST

START_TEST(compressed_sections)
{
    const char *path = temporary_path("compressed");
    ck_assert(shell("objcopy --compress-debug-sections=zlib '%s' '%s'", DEEP, path));
    ck_assert(is_seen_whole(path));
}
END_TEST

/* Builds a small program from its source with `command`, and unwinds it. False if that cannot be
 * done here. */
static bool unwind_built(const char *command, const char *source)
{
    struct place place;
    const char *path = temporary_path("built"), *text = temporary_path("source");
    temporary_write_text(text, source);
    if (!shell(command, path, text))
        return false;
    START(path);
    hear(&place);
    struct task task = asleep(child, child, SYS_read);
    unwind(&task, NULL);
    ck_assert_str_eq(own_frame(0)->function, place.function);
    ck_assert_int_eq(own_frame(0)->line, place.line);
    return true;
}

START_TEST(parts_in_one_page)
{
    static const char SOURCE[] =
        "#include <stdio.h>\n"
        "#include <unistd.h>\n"
        "int main(void) { char byte; dprintf(1, \"%d main 4\\n\", getpid());\n"
        "return (int)read(0, &byte, 1); }\n";
    unwind_built("cc -g -fuse-ld=lld -o '%s' -x c '%s' 2>/dev/null", SOURCE);
}
END_TEST

START_TEST(names_of_cplusplus)
{
    static const char SOURCE[] =
        "#include <stdio.h>\n"
        "#include <unistd.h>\n"
        "namespace pool { struct worker { int run(int fd); template <class T> int get(T fd); }; }\n"
        "int pool::worker::run(int fd) { char byte;\n"
        "dprintf(1, \"%d pool::worker::run 6\\n\", getpid());\n"
        "return (int)read(fd, &byte, 1); }\n"
        "template <class T> int pool::worker::get(T fd) { return run(fd) + 1; }\n"
        "int main() { return [] { return pool::worker().get(0) + 1; }(); }\n";
    if (!unwind_built("c++ -g -o '%s' -x c++ '%s' 2>/dev/null", SOURCE))
        return;
    ck_assert_str_eq(own_frame(1)->function, "pool::worker::get<int>");
    ck_assert_ptr_nonnull(strstr(own_frame(2)->function, "operator()"));
    ck_assert_str_eq(own_frame(3)->function, "main");
}
END_TEST

START_TEST(files_that_are_no_programs)
{
    static const char HEADER[] = "\x7f"
                                 "ELF\2\1\1\0\0\0\0\0\0\0\0\0\3\0\x3e\0\1\0\0\0";
    const char *names[] = {"text", "cut", "a (deleted)", "two\nlines", "large", "fifo", "gone"};
    const char *paths[LENGTH(names)];
    for (size_t i = 0; i < LENGTH(names); i++) {
        paths[i] = temporary_path("%s", names[i]);
        temporary_write(paths[i], HEADER, i == 0 ? 3 : sizeof HEADER);
    }
    ck_assert_int_eq(truncate(paths[4], 1LL << 40), 0);
    struct place place;
    START(DEEP, "plain", paths[0], paths[1], paths[2], paths[3], paths[4], paths[5], paths[6]);
    hear(&place);
    ck_assert_int_eq(unlink(paths[5]), 0);
    ck_assert_int_eq(mkfifo(paths[5], 0600), 0);
    ck_assert_int_eq(unlink(paths[6]), 0);
    struct task task = asleep(child, child, SYS_read);
    unwind(&task, NULL);
    EXPECT_OWN(&place, "take", "plain", "main");

    /* And in the midst of them. */
    char line[8192], name[64];
    unsigned long long start;
    snprintf(name, sizeof name, "/proc/%d/maps", (int)child);
    FILE *maps = fopen(name, "r");
    ck_assert_ptr_nonnull(maps);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (strstr(line, strrchr(temporary, '/')) == NULL || sscanf(line, "%llx-", &start) != 1)
            continue;
        struct task lost = task;
        lost.pc = start + 8;
        unwind(&lost, NULL);
        ck_assert_int_eq(stack_called(stacks, child, start + 8, name, sizeof name), -1);
        ck_assert_int_eq(stack_variable(stacks, child, start + 8, name, sizeof name), -1);
    }
    ck_assert_int_eq(fclose(maps), 0);
}
END_TEST

START_TEST(process_that_is_gone)
{
    char name[64];
    struct place place;
    struct task task = unwind_deep("plain", SYS_read, &place);
    const uint64_t pc = own_frame(0)->pc;
    const pid_t pid = child;
    ck_assert_int_eq(kill(child, SIGKILL), 0);
    ck_assert_int_eq(waitid(P_PID, (id_t)child, &(siginfo_t){0}, WEXITED | WNOWAIT), 0);
    unwind(&task, NULL); /* a zombie */
    ck_assert_uint_eq(n_frames, 0);
    stop_program();
    unwind(&task, NULL);
    ck_assert_uint_eq(n_frames, 0);
    ck_assert_int_eq(stack_called(stacks, pid, pc, name, sizeof name), -1);
    ck_assert_int_eq(stack_variable(stacks, pid, pc, name, sizeof name), -1);
}
END_TEST

START_TEST(process_that_never_was)
{
    const struct task task = {.pid = NO_PROCESS, .tid = NO_PROCESS, .sp = 4096, .pc = 4096};
    unwind(&task, NULL);
    ck_assert_uint_eq(n_frames, 0);
    ck_assert_ptr_null(frames);
}
END_TEST

START_TEST(many_layouts)
{
    struct place place;
    for (int i = 0; i < 12; i++) { /* more than are kept */
        struct task task = unwind_deep("plain", SYS_read, &place);
        EXPECT_OWN(&place, "take", "plain", "main");
        unwind(&task, NULL);
        EXPECT_OWN(&place, "take", "plain", "main");
        stop_program();
    }
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {optimized_code,
                                  library_function_that_was_jumped_to,
                                  library_function_that_was_replaced,
                                  what_stands_before_the_program,
                                  next_call_of_the_same_process,
                                  inlined_functions_are_frames_too,
                                  code_that_needs_the_frame_pointer,
                                  long_stack_is_cut,
                                  thread_beside_the_leader,
                                  fork_of_a_process_that_was_seen,
                                  variables,
                                  what_is_no_call,
                                  copy_shows_an_earlier_stack,
                                  copy_of_code_that_needs_the_frame_pointer,
                                  damaged_stacks_do_no_harm,
                                  registers_that_lead_nowhere,
                                  another_program_takes_the_place,
                                  program_whose_file_is_gone,
                                  name_with_a_newline,
                                  sections_that_claim_to_be_huge,
                                  compressed_sections,
                                  parts_in_one_page,
                                  names_of_cplusplus,
                                  files_that_are_no_programs,
                                  process_that_is_gone,
                                  process_that_never_was,
                                  many_layouts};
    TCase *tcase = tcase_create("stack");
    tcase_set_timeout(tcase, PATIENCE_S);
    tcase_add_checked_fixture(tcase, begin, end);
    for (size_t i = 0; i < LENGTH(tests); i++)
        tcase_add_test(tcase, tests[i]);
    Suite *suite = suite_create("stack");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

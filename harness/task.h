/* task.h - what proc(5) tells of one task (thread) of a world. */
#ifndef BROKENPIPE_TASK_H
#define BROKENPIPE_TASK_H

#include "view.h"

#include <stdbool.h>
#include <stdint.h>

struct task {
    pid_t pid, tid;
    char state;   /* as in /proc/PID/stat: R, S, D, T, t, Z, X... */
    bool blocked; /* off the CPU for good, say /proc/PID/task/TID/syscall and the state */
    bool in_call; /* blocked within a system call: `nr` and `args` hold it */
    long nr;      /* system call number */
    uint64_t args[6];
    uint64_t sp, pc;   /* user's stack pointer and program counter */
    uint64_t switches; /* how often it has been put on a CPU */
};

/* /proc/PID/stat of a process. */
struct process {
    pid_t pid, parent;
    char state;
    int threads;        /* num_threads */
    uint64_t cpu_ticks; /* of itself and of the children it has waited for */
};

struct tasks {
    struct task *all; /* in the order of pid, as listed */
    size_t n, room;
};

/* All tasks of the world but init's (of the machine: all), with pid and tid set and nothing read
 * yet. 0 or -1. */
int tasks_list(const struct view *v, struct tasks *tasks);
void tasks_free(struct tasks *tasks);

/* Reads state, the switch counter and the system call, in this order: if the counter is the same
 * at a later reading that finds the task blocked, it has been blocked all the time in between.
 * Returns 0, or -1 if the task is gone. */
int task_read(const struct view *v, struct task *task);

/* Reads the switch counter alone; 0, or -1 if the task is gone. */
int task_read_switches(const struct view *v, const struct task *task, uint64_t *switches);

int process_read(const struct view *v, pid_t pid, struct process *process);

/* Whether the process (or, by its number, the thread) has memory. A kernel thread and a zombie have
 * none, nor has one that is about to end or gone. */
bool process_has_memory(const struct view *v, pid_t pid);

/* Whether the process is in a pid namespace below ours, pid_namespaces(7): there processes and
 * threads go by other numbers. */
bool process_is_numbered_elsewhere(const struct view *v, pid_t pid);

/* The signals of a task: bit N - 1 stands for signal N, proc_pid_status(5). */
struct signal_sets {
    uint64_t pending; /* sent to it or to its process, and not yet delivered */
    uint64_t blocked, ignored, caught;
};

/* 0, or -1 if the task is gone. */
int task_signals(const struct view *v, const struct task *task, struct signal_sets *sets);

/* CPU time that the task has used so far, in ms, from the scheduler's own account. */
double task_cpu_ms(const struct view *v, const struct task *task);

/* The task's name, PR_SET_NAME(2const); "" if it is gone. */
void task_name(const struct view *v, const struct task *task, char name[16]);

/* Copies `size` bytes at `address` of the process's memory. 0 or -1. */
int task_memory(const struct view *v, pid_t pid, uint64_t address, void *to, size_t size);

/* Copies the string at `address`, cut at size - 1 bytes. 0 or -1. */
int task_string(const struct view *v, pid_t pid, uint64_t address, char *to, size_t size);

#endif

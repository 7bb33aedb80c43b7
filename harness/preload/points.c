/* points.c - the preloaded library, build/points.so: makes system calls, at which a controlled run
 * can hold a task, of what the C library does without one.
 *
 * A semaphore, a mutex and their like ask the kernel only where somebody contends for them, and
 * clocks are read from a page that is shared with the kernel, vdso(7). So each of these functions
 * is replaced by one that first says that it is about to be called (library_call.h), or that asks
 * the kernel for the time. Calls that the C library makes to itself do not come here; with
 * LD_PRELOAD those of the program and of its other libraries do.
 *
 * A program without a scheduler notices nothing: errno stays as it was, and the real function is
 * called last, so that a compiler that optimizes jumps there: its return address lies in the
 * program, for whoever reads the stack, and so does the frame that a cancelled thread unwinds. */
#include "library_call.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

typedef void (*function)(void);

static const char *const names[LIBRARY_FUNCTIONS] = {LIBRARY_FUNCTION_NAMES};
static function real[LIBRARY_FUNCTIONS];

/* The next one of that name; of several versions, as pthread_cond_wait has, the newest. */
static function find(enum library_function f)
{
    void *symbol = dlsym(RTLD_NEXT, names[f]);
    memcpy(&real[f], &symbol, sizeof(symbol));
    return real[f];
}

static void announce(enum library_function f, const volatile void *object)
{
    int before = errno;
    syscall(POINT_LIBRARY_CALL, (long)f, object);
    errno = before;
}

/* All are found at the start, since in a signal's handler dlsym(3) may not be called. Only other
 * libraries' constructors can come before. */
static function announced(enum library_function f, const volatile void *object)
{
    announce(f, object);
    return real[f] != NULL ? real[f] : find(f);
}

__attribute__((constructor)) static void start(void)
{
    for (enum library_function f = LIBRARY_STARTED + 1; f < LIBRARY_FUNCTIONS; f++)
        find(f);
    announce(LIBRARY_STARTED, NULL);
}

/* Of the function called `name`, which is about to do something with `object`. */
#define REPLACE(name, f, object, parameters, arguments)                                            \
    int name parameters                                                                            \
    {                                                                                              \
        return ((int(*) parameters)announced(f, object))arguments;                                 \
    }

typedef const struct timespec *limit;

REPLACE(sem_init, LIBRARY_SEM_INIT, s, (sem_t * s, int shared, unsigned value), (s, shared, value))
REPLACE(sem_destroy, LIBRARY_SEM_DESTROY, s, (sem_t * s), (s))
REPLACE(sem_wait, LIBRARY_SEM_WAIT, s, (sem_t * s), (s))
REPLACE(sem_trywait, LIBRARY_SEM_TRYWAIT, s, (sem_t * s), (s))
REPLACE(sem_timedwait, LIBRARY_SEM_TIMEDWAIT, s, (sem_t * s, limit at), (s, at))
REPLACE(sem_clockwait, LIBRARY_SEM_CLOCKWAIT, s, (sem_t * s, clockid_t clock, limit at),
        (s, clock, at))
REPLACE(sem_post, LIBRARY_SEM_POST, s, (sem_t * s), (s))
REPLACE(sem_getvalue, LIBRARY_SEM_GETVALUE, s, (sem_t * s, int *value), (s, value))

REPLACE(pthread_mutex_init, LIBRARY_MUTEX_INIT, m,
        (pthread_mutex_t * m, const pthread_mutexattr_t *a), (m, a))
REPLACE(pthread_mutex_destroy, LIBRARY_MUTEX_DESTROY, m, (pthread_mutex_t * m), (m))
REPLACE(pthread_mutex_lock, LIBRARY_MUTEX_LOCK, m, (pthread_mutex_t * m), (m))
REPLACE(pthread_mutex_trylock, LIBRARY_MUTEX_TRYLOCK, m, (pthread_mutex_t * m), (m))
REPLACE(pthread_mutex_timedlock, LIBRARY_MUTEX_TIMEDLOCK, m, (pthread_mutex_t * m, limit at),
        (m, at))
REPLACE(pthread_mutex_clocklock, LIBRARY_MUTEX_CLOCKLOCK, m,
        (pthread_mutex_t * m, clockid_t clock, limit at), (m, clock, at))
REPLACE(pthread_mutex_unlock, LIBRARY_MUTEX_UNLOCK, m, (pthread_mutex_t * m), (m))

REPLACE(pthread_cond_init, LIBRARY_COND_INIT, c, (pthread_cond_t * c, const pthread_condattr_t *a),
        (c, a))
REPLACE(pthread_cond_destroy, LIBRARY_COND_DESTROY, c, (pthread_cond_t * c), (c))
REPLACE(pthread_cond_wait, LIBRARY_COND_WAIT, c, (pthread_cond_t * c, pthread_mutex_t *m), (c, m))
REPLACE(pthread_cond_timedwait, LIBRARY_COND_TIMEDWAIT, c,
        (pthread_cond_t * c, pthread_mutex_t *m, limit at), (c, m, at))
REPLACE(pthread_cond_clockwait, LIBRARY_COND_CLOCKWAIT, c,
        (pthread_cond_t * c, pthread_mutex_t *m, clockid_t clock, limit at), (c, m, clock, at))
REPLACE(pthread_cond_signal, LIBRARY_COND_SIGNAL, c, (pthread_cond_t * c), (c))
REPLACE(pthread_cond_broadcast, LIBRARY_COND_BROADCAST, c, (pthread_cond_t * c), (c))

REPLACE(pthread_rwlock_init, LIBRARY_RWLOCK_INIT, l,
        (pthread_rwlock_t * l, const pthread_rwlockattr_t *a), (l, a))
REPLACE(pthread_rwlock_destroy, LIBRARY_RWLOCK_DESTROY, l, (pthread_rwlock_t * l), (l))
REPLACE(pthread_rwlock_rdlock, LIBRARY_RWLOCK_RDLOCK, l, (pthread_rwlock_t * l), (l))
REPLACE(pthread_rwlock_tryrdlock, LIBRARY_RWLOCK_TRYRDLOCK, l, (pthread_rwlock_t * l), (l))
REPLACE(pthread_rwlock_timedrdlock, LIBRARY_RWLOCK_TIMEDRDLOCK, l, (pthread_rwlock_t * l, limit at),
        (l, at))
REPLACE(pthread_rwlock_wrlock, LIBRARY_RWLOCK_WRLOCK, l, (pthread_rwlock_t * l), (l))
REPLACE(pthread_rwlock_trywrlock, LIBRARY_RWLOCK_TRYWRLOCK, l, (pthread_rwlock_t * l), (l))
REPLACE(pthread_rwlock_timedwrlock, LIBRARY_RWLOCK_TIMEDWRLOCK, l, (pthread_rwlock_t * l, limit at),
        (l, at))
REPLACE(pthread_rwlock_unlock, LIBRARY_RWLOCK_UNLOCK, l, (pthread_rwlock_t * l), (l))

REPLACE(pthread_barrier_init, LIBRARY_BARRIER_INIT, b,
        (pthread_barrier_t * b, const pthread_barrierattr_t *a, unsigned count), (b, a, count))
REPLACE(pthread_barrier_destroy, LIBRARY_BARRIER_DESTROY, b, (pthread_barrier_t * b), (b))
REPLACE(pthread_barrier_wait, LIBRARY_BARRIER_WAIT, b, (pthread_barrier_t * b), (b))

REPLACE(pthread_spin_lock, LIBRARY_SPIN_LOCK, l, (pthread_spinlock_t * l), (l))
REPLACE(pthread_spin_trylock, LIBRARY_SPIN_TRYLOCK, l, (pthread_spinlock_t * l), (l))
REPLACE(pthread_spin_unlock, LIBRARY_SPIN_UNLOCK, l, (pthread_spinlock_t * l), (l))

REPLACE(pthread_once, LIBRARY_ONCE, o, (pthread_once_t * o, void (*routine)(void)), (o, routine))

REPLACE(mtx_lock, LIBRARY_MTX_LOCK, m, (mtx_t * m), (m))
REPLACE(mtx_trylock, LIBRARY_MTX_TRYLOCK, m, (mtx_t * m), (m))
REPLACE(mtx_timedlock, LIBRARY_MTX_TIMEDLOCK, m, (mtx_t * m, limit at), (m, at))
REPLACE(mtx_unlock, LIBRARY_MTX_UNLOCK, m, (mtx_t * m), (m))
REPLACE(cnd_wait, LIBRARY_CND_WAIT, c, (cnd_t * c, mtx_t *m), (c, m))
REPLACE(cnd_timedwait, LIBRARY_CND_TIMEDWAIT, c, (cnd_t * c, mtx_t *m, limit at), (c, m, at))
REPLACE(cnd_signal, LIBRARY_CND_SIGNAL, c, (cnd_t * c), (c))
REPLACE(cnd_broadcast, LIBRARY_CND_BROADCAST, c, (cnd_t * c), (c))

void call_once(once_flag *o, void (*routine)(void))
{
    ((void (*)(once_flag *, void (*)(void)))announced(LIBRARY_CALL_ONCE, o))(o, routine);
}

/* Time, asked of the kernel. Processor time is asked of it anyway. */

int clock_gettime(clockid_t clock, struct timespec *now)
{
    return (int)syscall(SYS_clock_gettime, clock, now);
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    return (int)syscall(SYS_gettimeofday, now, zone);
}

time_t time(time_t *result)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_REALTIME_COARSE, &now); /* which cannot fail */
    if (result != NULL)
        *result = now.tv_sec;
    return now.tv_sec;
}

int timespec_get(struct timespec *now, int base)
{
    if (base != TIME_UTC)
        return 0;
    return syscall(SYS_clock_gettime, CLOCK_REALTIME, now) == 0 ? base : 0;
}

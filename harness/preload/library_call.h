/* library_call.h - what the preloaded library says to the scheduler, and how.
 *
 *     syscall(POINT_LIBRARY_CALL, enum library_function, address of the object)
 *
 * The number is none of Linux's: without a scheduler the call fails with ENOSYS, which the library
 * ignores. */
#ifndef BROKENPIPE_LIBRARY_CALL_H
#define BROKENPIPE_LIBRARY_CALL_H

enum { POINT_LIBRARY_CALL = 0x6270 };

enum library_function {
    LIBRARY_STARTED, /* the dynamic linker is done, and main() is about to begin */
    LIBRARY_SEM_WAIT,
    LIBRARY_SEM_TRYWAIT,
    LIBRARY_SEM_TIMEDWAIT,
    LIBRARY_SEM_POST,
    LIBRARY_SEM_GETVALUE,
    LIBRARY_MUTEX_LOCK,
    LIBRARY_MUTEX_TRYLOCK,
    LIBRARY_MUTEX_TIMEDLOCK,
    LIBRARY_MUTEX_UNLOCK,
    LIBRARY_COND_WAIT,
    LIBRARY_COND_TIMEDWAIT,
    LIBRARY_COND_SIGNAL,
    LIBRARY_COND_BROADCAST,
    LIBRARY_RWLOCK_RDLOCK,
    LIBRARY_RWLOCK_WRLOCK,
    LIBRARY_RWLOCK_UNLOCK,
    LIBRARY_BARRIER_WAIT,
    LIBRARY_SPIN_LOCK,
    LIBRARY_SPIN_UNLOCK,
    /* What others of their kind may come before, or after. */
    LIBRARY_SEM_INIT,
    LIBRARY_SEM_DESTROY,
    LIBRARY_SEM_CLOCKWAIT,
    LIBRARY_MUTEX_INIT,
    LIBRARY_MUTEX_DESTROY,
    LIBRARY_MUTEX_CLOCKLOCK,
    LIBRARY_COND_INIT,
    LIBRARY_COND_DESTROY,
    LIBRARY_COND_CLOCKWAIT,
    LIBRARY_RWLOCK_INIT,
    LIBRARY_RWLOCK_DESTROY,
    LIBRARY_RWLOCK_TRYRDLOCK,
    LIBRARY_RWLOCK_TRYWRLOCK,
    LIBRARY_RWLOCK_TIMEDRDLOCK,
    LIBRARY_RWLOCK_TIMEDWRLOCK,
    LIBRARY_BARRIER_INIT,
    LIBRARY_BARRIER_DESTROY,
    LIBRARY_SPIN_TRYLOCK,
    LIBRARY_ONCE,
    LIBRARY_MTX_LOCK,
    LIBRARY_MTX_TRYLOCK,
    LIBRARY_MTX_TIMEDLOCK,
    LIBRARY_MTX_UNLOCK,
    LIBRARY_CND_WAIT,
    LIBRARY_CND_TIMEDWAIT,
    LIBRARY_CND_SIGNAL,
    LIBRARY_CND_BROADCAST,
    LIBRARY_CALL_ONCE,
    LIBRARY_FUNCTIONS
};

/* "sem_wait", "pthread_mutex_lock"... in the order above; the first is "main". */
#define LIBRARY_FUNCTION_NAMES                                                                     \
    "main", "sem_wait", "sem_trywait", "sem_timedwait", "sem_post", "sem_getvalue",                \
        "pthread_mutex_lock", "pthread_mutex_trylock", "pthread_mutex_timedlock",                  \
        "pthread_mutex_unlock", "pthread_cond_wait", "pthread_cond_timedwait",                     \
        "pthread_cond_signal", "pthread_cond_broadcast", "pthread_rwlock_rdlock",                  \
        "pthread_rwlock_wrlock", "pthread_rwlock_unlock", "pthread_barrier_wait",                  \
        "pthread_spin_lock", "pthread_spin_unlock", "sem_init", "sem_destroy", "sem_clockwait",    \
        "pthread_mutex_init", "pthread_mutex_destroy", "pthread_mutex_clocklock",                  \
        "pthread_cond_init", "pthread_cond_destroy", "pthread_cond_clockwait",                     \
        "pthread_rwlock_init", "pthread_rwlock_destroy", "pthread_rwlock_tryrdlock",               \
        "pthread_rwlock_trywrlock", "pthread_rwlock_timedrdlock", "pthread_rwlock_timedwrlock",    \
        "pthread_barrier_init", "pthread_barrier_destroy", "pthread_spin_trylock", "pthread_once", \
        "mtx_lock", "mtx_trylock", "mtx_timedlock", "mtx_unlock", "cnd_wait", "cnd_timedwait",     \
        "cnd_signal", "cnd_broadcast", "call_once"

#endif

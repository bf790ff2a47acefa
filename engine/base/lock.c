/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lock; see lock.h. */

#define _POSIX_C_SOURCE 200809L /* struct timespec */

#include "engine/base/lock.h"

#include <time.h>

#define US_A_SECOND 1000000

void
fs_lock_take (FsLock *lock)
{
  pthread_mutex_lock (&lock->mutex);
}

void
fs_lock_leave (FsLock *lock)
{
  pthread_mutex_unlock (&lock->mutex);
}

void
fs_lock_wait_until (FsLock *lock, int64_t real_us)
{
  const struct timespec until = { .tv_sec = (time_t) (real_us / US_A_SECOND),
                                  .tv_nsec = (long) (real_us % US_A_SECOND) * 1000 };
  pthread_cond_timedwait (&lock->bell, &lock->mutex, &until);
}

void
fs_lock_ring (FsLock *lock)
{
  pthread_cond_broadcast (&lock->bell);
}

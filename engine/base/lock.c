/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A lock; see lock.h. */

#define _POSIX_C_SOURCE 200809L /* clock_gettime() */

#include "engine/base/lock.h"

#include <time.h>

#define NS_A_SECOND 1000000000L

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
fs_lock_wait (FsLock *lock, unsigned ms)
{
  struct timespec until;
  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_nsec += (long) ms * 1000000;
  until.tv_sec += until.tv_nsec / NS_A_SECOND;
  until.tv_nsec %= NS_A_SECOND;
  pthread_cond_timedwait (&lock->bell, &lock->mutex, &until);
}

void
fs_lock_ring (FsLock *lock)
{
  pthread_cond_broadcast (&lock->bell);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A lock for data that several threads share, with a bell for those who wait until it changes. It is the
 * system's, so that ThreadSanitizer sees what it guards. Give it FS_LOCK_INIT; it needs no end. */

#include <pthread.h>
#include <stdint.h>

typedef struct
{
  pthread_mutex_t mutex;
  pthread_cond_t bell;
} FsLock;

#define FS_LOCK_INIT                                    \
  {                                                     \
    PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER \
  }

void fs_lock_take (FsLock *lock);
void fs_lock_leave (FsLock *lock);

/* With the lock taken: gives it up until somebody rings, at the latest at this time of day, in microseconds
 * since 1970 (down here there is no clock). */
void fs_lock_wait_until (FsLock *lock, int64_t real_us);
void fs_lock_ring (FsLock *lock);

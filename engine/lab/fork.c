/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Forks between threads; see fork.h. What a state is, is engine/train's matter. */

#include "engine/lab/fork.h"

#include <stdlib.h>
#include "engine/lab/lab-error.h"

/* Between two looks at the interrupt while waiting: freeing a run must not take longer. */
#define LOOK_US 20000

struct FsFork
{
  FsShared shared;
  uint32_t epoch;
  FsForkMoments moments;

  GMutex lock; /* of the rest */
  GCond filled;
  gboolean is_filled;
  unsigned char *bytes; /* NULL if there is no state to be had, and then `problem` says why */
  size_t n_bytes;
  FsProblem problem;
};

static void
destroy (void *self)
{
  FsFork *fork = self;
  g_mutex_clear (&fork->lock);
  g_cond_clear (&fork->filled);
  free (fork->bytes);
  free (fork);
}

FsFork *
fs_fork_new (uint32_t epoch, FsForkMoments moments)
{
  FsFork *fork = fs_shared_new (sizeof *fork, destroy);
  if (!fork)
    g_error ("There is not enough memory to start anything.");
  fork->epoch = epoch;
  fork->moments = moments;
  g_mutex_init (&fork->lock);
  g_cond_init (&fork->filled);
  return fork;
}

FsFork *
fs_fork_ref (FsFork *fork)
{
  return fs_shared_ref (fork);
}

void
fs_fork_unref (FsFork *fork)
{
  fs_shared_unref (fork);
}

void
fs_fork_fill (FsFork *fork, const FsTrainer *trainer)
{
  uint32_t found;
  g_mutex_lock (&fork->lock);
  if (!fork->is_filled && trainer)
    fs_trainer_save_at (trainer, fork->epoch, &found, &fork->bytes, &fork->n_bytes, &fork->problem);
  else if (!fork->is_filled)
    fs_problem (&fork->problem, FS_MISMATCH, "fork", NULL,
                "a run that is still there and has not failed, to go on from");
  fork->is_filled = TRUE;
  g_cond_broadcast (&fork->filled);
  g_mutex_unlock (&fork->lock);
}

gboolean
fs_fork_take (FsFork *fork, FsTrainer *trainer, const FsInterrupt *interrupt, GError **error)
{
  FsProblem problem = { 0 };
  FsStatus status = FS_OK;
  g_mutex_lock (&fork->lock);
  while (!fork->is_filled && !fs_interrupt_is_requested (interrupt))
    g_cond_wait_until (&fork->filled, &fork->lock, g_get_monotonic_time () + LOOK_US);
  if (!fork->is_filled)
    status = fs_problem (&problem, FS_INTERRUPTED, NULL, NULL, NULL);
  else if (!fork->bytes)
    {
      problem = fork->problem;
      status = problem.status;
    }
  else
    status = fs_trainer_restore_fork (trainer, fork->bytes, fork->n_bytes, fork->moments, &problem);
  g_mutex_unlock (&fork->lock);
  return status == FS_OK || fs_lab_error_take (error, &problem);
}

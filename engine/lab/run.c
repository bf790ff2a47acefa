/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The owner's half of a run: commands out, snapshots in. Everything that takes time is on the other
 * side of the link (run-worker.c). */

#include "engine/lab/run.h"

#include <stdlib.h>
#include "engine/lab/run-worker.h"

/* How long freeing waits for the thread. Batches and reading are cut short within a few ms; but to
 * prepare a million rows, or to draw the initial weights of thousands of units, takes up to seconds
 * and cannot be. A window that is being typed into must not wait for that. */
#define PATIENCE_US 50000

struct FsRun
{
  FsRunLink *link; /* shared with the thread */
  GThread *thread;
  FsRunNotify notify; /* NULL when headless */
  void *data;
  FsSnapshotFrame *newest; /* owned; never NULL */
  uint64_t n_commands;     /* given so far */
};

/* ---- threads that were let go ---- */

typedef struct
{
  GThread *thread;
  FsRunLink *link;
} Straggler;

static GMutex stragglers_lock;
static GArray *stragglers; /* Straggler; under the lock */

/* Joins those that have ended, or all. */
static void
join_stragglers (gboolean all)
{
  g_mutex_lock (&stragglers_lock);
  for (guint i = stragglers ? stragglers->len : 0; i-- > 0;)
    {
      Straggler straggler = g_array_index (stragglers, Straggler, i);
      if (!all && !atomic_load (&straggler.link->has_ended))
        continue;
      g_thread_join (straggler.thread);
      fs_shared_unref (straggler.link);
      g_array_remove_index_fast (stragglers, i);
    }
  if (all)
    g_clear_pointer (&stragglers, g_array_unref);
  g_mutex_unlock (&stragglers_lock);
}

/* Before the libraries that a straggler may be using tear themselves down. */
static void
join_all_at_exit (void)
{
  join_stragglers (TRUE);
}

static void
let_go (GThread *thread, FsRunLink *link)
{
  static gboolean is_registered;
  Straggler straggler = { thread, link };
  g_mutex_lock (&stragglers_lock);
  if (!stragglers)
    stragglers = g_array_new (FALSE, FALSE, sizeof (Straggler));
  if (!is_registered)
    is_registered = atexit (join_all_at_exit) == 0;
  g_array_append_val (stragglers, straggler);
  g_mutex_unlock (&stragglers_lock);
}

/* ---- the link ---- */

static void
link_destroy (void *self)
{
  FsRunLink *link = self;
  fs_mailbox_free (link->mailbox);
  fs_command_queue_clear (&link->commands);
  fs_recorder_free (link->recorder);
  g_cond_clear (&link->ended);
  g_mutex_clear (&link->lock);
  g_free (link->base);
  g_free (link->state_path);
  fs_fork_unref (link->fork);
  free (link);
}

static gboolean
has_ended_in_time (FsRunLink *link)
{
  int64_t until = g_get_monotonic_time () + PATIENCE_US;
  gboolean is_in_time = TRUE;
  g_mutex_lock (&link->lock);
  while (is_in_time && !atomic_load (&link->has_ended))
    is_in_time = g_cond_wait_until (&link->ended, &link->lock, until);
  g_mutex_unlock (&link->lock);
  return is_in_time;
}

static void
receive_cb (void *payload, void *data)
{
  FsRun *run = data;
  fs_shared_unref (run->newest);
  run->newest = payload;
  if (!run->notify)
    return;
  /* The callback may free the run. */
  const FsSnapshot *snapshot = fs_snapshot_ref (&run->newest->public);
  run->notify (run, snapshot, run->data);
  fs_snapshot_unref (snapshot);
}

static void
give (FsRun *run, FsCommand command)
{
  FsCommand *copy = g_new0 (FsCommand, 1);
  *copy = command;
  run->n_commands++;
  fs_command_queue_push (&run->link->commands, copy);
  gboolean can_wait = command.kind == FS_COMMAND_SET || command.kind == FS_COMMAND_SET_SHOWN
                      || command.kind == FS_COMMAND_SHOW_EPOCH;
  if (!can_wait || atomic_load_explicit (&run->link->yields_to_settings, memory_order_relaxed))
    atomic_store_explicit (&run->link->interrupt.is_requested, true, memory_order_relaxed);
}

static void
start_thread (FsRun *run)
{
  g_autoptr (GError) error = NULL;
  run->thread = g_thread_try_new ("run", fs_run_worker, fs_shared_ref (run->link), &error);
  if (run->thread)
    return;
  fs_shared_unref (run->link);
  FsSnapshot *snapshot = &run->newest->public;
  snapshot->state = FS_RUN_FAILED;
  g_snprintf (snapshot->error, sizeof snapshot->error,
              "The system starts no more threads (%s): close something and try again.",
              error->message);
}

FsRun *
fs_run_new (const FsExperiment *experiment,
            const char *base,
            unsigned n_threads,
            FsRunNotify notify,
            void *data)
{
  return fs_run_new_kept (experiment, base, n_threads, NULL, FALSE, notify, data);
}

FsRun *
fs_run_new_kept (const FsExperiment *experiment,
                 const char *base,
                 unsigned n_threads,
                 const char *path,
                 gboolean resumes,
                 FsRunNotify notify,
                 void *data)
{
  const FsRunOptions options = {
    .base = base,
    .n_threads = n_threads,
    .state_path = path,
    .resumes = resumes,
    .notify = notify,
    .data = data,
  };
  return fs_run_new_with (experiment, &options);
}

FsRun *
fs_run_new_with (const FsExperiment *experiment, const FsRunOptions *options)
{
  join_stragglers (FALSE);
  FsRun *run = g_new0 (FsRun, 1);
  FsRunLink *link = run->link = fs_shared_new (sizeof *link, link_destroy);
  run->newest = fs_snapshot_frame_new ();
  if (!link || !run->newest)
    g_error ("There is not enough memory to start anything.");
  link->experiment = *experiment;
  link->base = g_strdup (options->base);
  link->n_threads = options->n_threads;
  link->state_path = g_strdup (options->state_path);
  link->resumes = options->resumes;
  if (options->origin)
    {
      link->fork = fs_fork_new (options->fork_epoch, options->fork_moments);
      give (options->origin,
            (FsCommand){ .kind = FS_COMMAND_FORK, .fork = fs_fork_ref (link->fork) });
    }
  link->recorder = options->recorder;
  link->is_watched = options->notify != NULL;
  link->mailbox = fs_mailbox_new (receive_cb, fs_shared_unref, run);
  fs_command_queue_init (&link->commands);
  atomic_init (&link->interrupt.is_requested, false);
  atomic_init (&link->quits.is_requested, false);
  atomic_init (&link->yields_to_settings, true);
  atomic_init (&link->has_ended, false);
  g_mutex_init (&link->lock);
  g_cond_init (&link->ended);
  run->notify = options->notify;
  run->data = options->data;
  run->newest->public.state = FS_RUN_LOADING;
  run->newest->public.experiment = *experiment;
  start_thread (run);
  return run;
}

void
fs_run_free (FsRun *run)
{
  if (!run)
    return;
  FsRunLink *link = run->link;
  fs_mailbox_close (link->mailbox);
  if (run->thread)
    {
      atomic_store_explicit (&link->quits.is_requested, true, memory_order_relaxed);
      give (run, (FsCommand){ .kind = FS_COMMAND_QUIT });
    }
  if (run->thread && !has_ended_in_time (link))
    let_go (run->thread, link);
  else
    {
      if (run->thread)
        g_thread_join (run->thread);
      fs_shared_unref (link);
    }
  fs_shared_unref (run->newest);
  g_free (run);
}

void
fs_run_train (FsRun *run)
{
  give (run, (FsCommand){ .kind = FS_COMMAND_TRAIN });
}

void
fs_run_pause (FsRun *run)
{
  give (run, (FsCommand){ .kind = FS_COMMAND_PAUSE });
}

void
fs_run_step (FsRun *run)
{
  give (run, (FsCommand){ .kind = FS_COMMAND_STEP });
}

void
fs_run_stop (FsRun *run)
{
  give (run, (FsCommand){ .kind = FS_COMMAND_STOP });
}

void
fs_run_set (FsRun *run, const char *key, double value)
{
  FsCommand command = { .kind = FS_COMMAND_SET, .value = value };
  g_strlcpy (command.key, key, sizeof command.key);
  give (run, command);
}

void
fs_run_set_shown (FsRun *run, const char *key, const char *text)
{
  FsCommand command = { .kind = FS_COMMAND_SET_SHOWN };
  g_strlcpy (command.key, key, sizeof command.key);
  g_strlcpy (command.text, text, sizeof command.text);
  give (run, command);
}

void
fs_run_show_epoch (FsRun *run, uint32_t epoch)
{
  give (run, (FsCommand){ .kind = FS_COMMAND_SHOW_EPOCH, .epoch = epoch });
}

const FsSnapshot *
fs_run_snapshot (const FsRun *run)
{
  return &run->newest->public;
}

const char *
fs_run_base (const FsRun *run)
{
  return run->link->base;
}

static gboolean
is_at_rest (const FsRun *run)
{
  return !run->thread || (run->newest->is_idle && run->newest->n_commands == run->n_commands);
}

void
fs_run_wait (FsRun *run, FsRunProgress progress, void *data)
{
  size_t n_seen = run->newest->public.history.n_observations;
  while (!is_at_rest (run))
    {
      fs_mailbox_wait (run->link->mailbox);
      size_t n = run->newest->public.history.n_observations;
      if (progress && n > n_seen)
        progress (&run->newest->public, data);
      n_seen = n;
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The owner's half of a run: commands out, snapshots in. Everything that takes time is on the other
 * side of the link (run-worker.c). */

#include "engine/lab/run.h"

#include "engine/lab/run-worker.h"

struct FsRun
{
  FsRunLink link;
  GThread *thread;
  FsRunNotify notify; /* NULL when headless */
  void *data;
  FsSnapshotFrame *newest; /* owned; never NULL */
  uint64_t n_commands;     /* given so far */
};

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
  fs_command_queue_push (&run->link.commands, copy);
  gboolean can_wait = command.kind == FS_COMMAND_SET || command.kind == FS_COMMAND_SHOW_EPOCH;
  if (!can_wait || atomic_load_explicit (&run->link.yields_to_settings, memory_order_relaxed))
    atomic_store_explicit (&run->link.interrupt.is_requested, true, memory_order_relaxed);
}

static void
start_thread (FsRun *run)
{
  g_autoptr (GError) error = NULL;
  run->thread = g_thread_try_new ("run", fs_run_worker, &run->link, &error);
  if (run->thread)
    return;
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
  FsRun *run = g_new0 (FsRun, 1);
  FsRunLink *link = &run->link;
  link->experiment = *experiment;
  link->base = g_strdup (base);
  link->n_threads = n_threads;
  link->is_watched = notify != NULL;
  link->mailbox = fs_mailbox_new (receive_cb, fs_shared_unref, run);
  fs_command_queue_init (&link->commands);
  atomic_init (&link->interrupt.is_requested, false);
  atomic_init (&link->quits.is_requested, false);
  atomic_init (&link->yields_to_settings, true);
  run->notify = notify;
  run->data = data;
  run->newest = fs_snapshot_frame_new ();
  if (!run->newest)
    g_error ("Not enough memory to start anything.");
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
  FsRunLink *link = &run->link;
  if (run->thread)
    {
      atomic_store_explicit (&link->quits.is_requested, true, memory_order_relaxed);
      give (run, (FsCommand){ .kind = FS_COMMAND_QUIT });
      g_thread_join (run->thread);
    }
  fs_mailbox_free (link->mailbox);
  fs_command_queue_clear (&link->commands);
  fs_shared_unref (run->newest);
  g_free (link->base);
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
  return run->link.base;
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
      fs_mailbox_wait (run->link.mailbox);
      size_t n = run->newest->public.history.n_observations;
      if (progress && n > n_seen)
        progress (&run->newest->public, data);
      n_seen = n;
    }
}

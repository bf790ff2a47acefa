/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Races: runs that train side by side. */

#include "ui/session-private.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/recorder.h"
#include "ui/facts.h"
#include "ui/text.h"

/* The losses are the same with any number of threads. */
unsigned
fs_session_threads_each (FsSession *self, guint n)
{
  unsigned all = self->n_threads > 0 ? self->n_threads : g_get_num_processors ();

  return MAX (all / n, 1);
}

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, FS_LAB_ERROR, FS_TOO_LITTLE, sentence);
  return FALSE;
}

static FsRun *
make_racer (FsSession *self, const FsExperiment *experiment, const char *name, unsigned n_threads)
{
  return fs_run_new_with (
      experiment, &(FsRunOptions){
                      .n_threads = n_threads,
                      .recorder = self->store ? fs_recorder_new (self->store, name, NULL, 0) : NULL,
                      .notify = fs_session_run_notify,
                      .data = self });
}

gboolean
fs_session_race (FsSession *self, const FsExperiment *const *experiments, guint n, GError **error)
{
  g_autofree FsExperiment *racer = NULL;
  guint ids[FS_SESSION_MAX_RACERS];
  FsProblem problem = { 0 };

  if (n < 2 || n > FS_SESSION_MAX_RACERS)
    return refuse (error, _ ("A race is between two, three or four runs."));
  for (guint i = 0; i < n; i++)
    if (fs_experiment_validate (experiments[i], &problem) != FS_OK)
      return fs_lab_error_take (error, &problem);
  fs_session_stop_race (self);
  if (fs_session_is_training (self))
    fs_run_pause (self->run);
  self->n_races++;
  racer = g_new (FsExperiment, 1);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = fs_facts_run_name (experiments[i], i > 0 ? experiments[0] : NULL);
      FsKeptRun *kept;

      *racer = *experiments[i];
      racer->train.seed = experiments[0]->train.seed;
      kept = fs_session_add_beside (
          self, make_racer (self, racer, name, fs_session_threads_each (self, n)), name,
          self->n_races);
      ids[i] = kept->id;
    }
  /* Begun together: all are made before the first trains. */
  for (guint i = 0; i < n; i++)
    fs_run_train (fs_session_find_own_kept (self, ids[i])->run);
  fs_session_compare_only (self, ids, n);
  fs_session_emit (self, FS_SESSION_RUNS);
  return TRUE;
}

gboolean
fs_session_race_compared (FsSession *self, GError **error)
{
  const FsExperiment *experiments[FS_SESSION_MAX_COMPARED];
  guint n = fs_session_get_n_compared (self);

  for (guint i = 0; i < n; i++)
    {
      guint id = fs_session_get_compared (self, i);
      const FsKeptRun *kept = fs_session_find_kept (self, id);
      const FsSnapshot *snapshot = kept ? kept->snapshot : fs_session_get_current (self);

      if (!snapshot)
        return refuse (error, _ ("The epochs of these runs are still being read."));
      experiments[i] = &snapshot->experiment;
    }
  return fs_session_race (self, experiments, n, error);
}

gboolean
fs_session_race_change (FsSession *self, GError **error)
{
  const FsExperiment *experiments[] = { self->run_experiment, &self->experiment };

  if (!self->is_pending)
    return refuse (error, _ ("Change a setting first: the race is between before and after."));
  return fs_session_race (self, experiments, 2, error);
}

gboolean
fs_session_is_racing (FsSession *self)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      const FsKeptRun *kept = fs_session_get_kept (self, i);
      if (kept->is_own && kept->run && kept->summary->state == FS_STORED_TRAINING)
        return TRUE;
    }
  return FALSE;
}

void
fs_session_stop_race (FsSession *self)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      const FsKeptRun *kept = fs_session_get_kept (self, i);
      if (kept->is_own && kept->run && kept->summary->state == FS_STORED_TRAINING)
        fs_run_pause (kept->run);
    }
}

/* The order of the windows follows from the seed and their number, and the batches from that. */
static gboolean
see_the_same (const FsSnapshot *left, const FsSnapshot *right)
{
  const FsExperiment *a = &left->experiment, *b = &right->experiment;

  return left->dataset && right->dataset
         && left->dataset->windows[FS_PART_TRAIN].n == right->dataset->windows[FS_PART_TRAIN].n
         && left->dataset->frame_hash == right->dataset->frame_hash
         && a->window.length == b->window.length && a->train.batch == b->train.batch
         && a->train.seed == b->train.seed && a->train.is_shuffled == b->train.is_shuffled;
}

gboolean
fs_session_compares_race (FsSession *self, gboolean *same_batches)
{
  const FsKeptRun *first = NULL;

  *same_batches = TRUE;
  for (guint i = 0; i < fs_session_get_n_compared (self); i++)
    {
      const FsKeptRun *kept = fs_session_find_kept (self, fs_session_get_compared (self, i));

      if (!kept || kept->race == 0 || (first && kept->race != first->race))
        return FALSE;
      first = first ? first : kept;
      *same_batches = *same_batches && first->snapshot && kept->snapshot
                      && see_the_same (first->snapshot, kept->snapshot);
    }
  return first && fs_session_get_n_compared (self) > 1;
}

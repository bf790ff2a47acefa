/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs that train side by side: races, and branches that try a change. */

#include "ui/session-private.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/recorder.h"
#include "ui/facts.h"
#include "ui/text.h"

/* Each racer has its share of the cores; the losses are the same with any number of threads. */
static unsigned
threads_each (FsSession *self, guint n)
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

static void
compare_only (FsSession *self, const guint *ids, guint n)
{
  g_array_set_size (self->compared, 0);
  g_array_append_vals (self->compared, ids, n);
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
      kept = fs_session_add_beside (self, make_racer (self, racer, name, threads_each (self, n)),
                                    name, self->n_races);
      ids[i] = kept->id;
    }
  /* Begun together: all are made before the first trains. */
  for (guint i = 0; i < n; i++)
    fs_run_train (fs_session_find_own_kept (self, ids[i])->run);
  compare_only (self, ids, n);
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

/* ---- branches ---- */

typedef struct
{
  gboolean can_branch;
  guint n;
} Change;

/* What the past of a run was about stays as it was: what it read, how it was cut into windows, and which
 * weights it has. */
static void
change_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  static const char *const fixed[] = { "data.", "prepare", "window.", "split.", "train.loss" };
  Change *change = data;

  if (g_str_equal (path, "name"))
    return;
  change->n++;
  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    if (g_str_has_prefix (path, fixed[i]))
      change->can_branch = FALSE;
  if (g_str_has_prefix (path, "model.") && !g_str_has_suffix (path, ".rate"))
    change->can_branch = FALSE;
}

gboolean
fs_session_branch (FsSession *self, guint32 epoch, const FsExperiment *changed, GError **error)
{
  const FsKeptRun *shown = self->shown ? fs_session_find_kept (self, self->shown) : NULL;
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);
  FsRun *origin = shown ? shown->run : self->run;
  Change change = { .can_branch = TRUE };
  FsProblem problem = { 0 };
  guint ids[2] = { shown ? shown->id : self->run_id };
  g_autofree char *difference = NULL;
  g_autofree char *name = NULL;
  FsKeptRun *kept;
  FsRun *run;

  if (!snapshot || snapshot->history.n_observations == 0)
    return refuse (error, _ ("Train at least one epoch first: a branch begins with a past."));
  fs_experiment_compare (&snapshot->experiment, changed, change_cb, &change);
  if (change.n == 0)
    return refuse (error, _ ("Nothing is changed: a branch would be the same run again."));
  if (fs_experiment_validate (changed, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  if (!change.can_branch || !origin)
    {
      const FsExperiment *racers[] = { &snapshot->experiment, changed };
      return fs_session_race (self, racers, 2, error);
    }
  if (epoch == 0 || epoch > snapshot->history.n_observations)
    epoch = (guint32) snapshot->history.n_observations;
  difference = fs_facts_run_name (changed, &snapshot->experiment);
  name = g_strdup_printf (_ ("%s from epoch %u"), difference, epoch);
  run = fs_run_new_with (
      changed,
      &(FsRunOptions){
          .n_threads = threads_each (self, 2),
          .origin = origin,
          .fork_epoch = epoch,
          .recorder = self->store ? fs_recorder_new (self->store, name, snapshot->id, epoch) : NULL,
          .notify = fs_session_run_notify,
          .data = self });
  kept = fs_session_add_beside (self, run, name, 0);
  ids[1] = kept->id;
  fs_run_train (run);
  compare_only (self, ids, 2);
  fs_session_emit (self, FS_SESSION_RUNS);
  return TRUE;
}

gboolean
fs_session_branch_with (FsSession *self, guint32 epoch, const char *edits, GError **error)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);
  g_auto (GStrv) each = g_strsplit (edits, "\n", -1);
  g_autofree FsExperiment *changed = NULL;
  FsProblem problem = { 0 };

  if (!snapshot)
    return refuse (error, _ ("There is no run to branch off."));
  changed = g_memdup2 (&snapshot->experiment, sizeof *changed);
  for (guint i = 0; each[i]; i++)
    if (each[i][0] && fs_experiment_set (changed, each[i], &problem) != FS_OK)
      return fs_lab_error_take (error, &problem);
  return fs_session_branch (self, epoch, changed, error);
}

gboolean
fs_session_branch_change (FsSession *self, GError **error)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);

  return fs_session_branch (self, snapshot && snapshot->forecast ? snapshot->forecast->epoch : 0,
                            &self->experiment, error);
}

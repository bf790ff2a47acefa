/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Branches: runs that share the past of another and try a change from there on; and what to do about a
 * change that no branch can make. */

#include "ui/session-private.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/recorder.h"
#include "engine/train/task.h"
#include "ui/facts.h"
#include "ui/text.h"

static gboolean
refuse (GError **error, const char *sentence)
{
  g_set_error_literal (error, FS_LAB_ERROR, FS_TOO_LITTLE, sentence);
  return FALSE;
}

/* ---- what a branch can change ---- */

typedef struct
{
  FsExperiment *changed;
  gboolean can_branch;
  gboolean is_of_length; /* nothing but when training ends */
  guint n;
} Change;

/* What the past of a run was about stays as it was: what it read, how it was cut into windows, and by what
 * it was measured. */
static gboolean
begins_in_the_past (const char *path)
{
  static const char *const fixed[] = { "data.", "prepare", "window.", "split.", "train.loss" };

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++)
    if (g_str_has_prefix (path, fixed[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_of_the_past (FsExperiment *experiment, const char *path)
{
  FsPlace place;

  return begins_in_the_past (path)
         || (fs_experiment_find (experiment, path, &place, NULL) == FS_OK
             && g_strcmp0 (place.setting->only_if_key, "train.loss") == 0);
}

gboolean
fs_session_branch_can_change (const FsPlace *place)
{
  const FsSetting *setting = place->setting;

  if (setting->is_live)
    return TRUE;
  return g_str_has_prefix (place->path, "train.") && !setting->is_for_show
         && !begins_in_the_past (place->path)
         && g_strcmp0 (setting->only_if_key, "train.loss") != 0;
}

static void
change_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  Change *change = data;

  if (g_str_equal (path, "name"))
    return;
  change->n++;
  if (is_of_the_past (change->changed, path))
    change->can_branch = FALSE;
  if (!g_str_equal (path, "train.epochs") && !g_str_has_prefix (path, "train.stop."))
    change->is_of_length = FALSE;
}

static FsTensorTable *
plan_tensors (const FsSnapshot *snapshot, const FsExperiment *experiment)
{
  FsNetworkShape shape = fs_task_shape (snapshot->dataset, 1);
  FsLayerSummary summaries[FS_MAX_LAYERS];
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);

  if (fs_network_plan (experiment, &shape, summaries, table, NULL) != FS_OK)
    return NULL;
  return g_steal_pointer (&table);
}

/* A layer of dropout more or less has no weights: the branch goes on with those that there are. */
static gboolean
has_same_weights (const FsSnapshot *snapshot, const FsExperiment *changed)
{
  g_autofree FsTensorTable *ours = NULL;
  g_autofree FsTensorTable *theirs = NULL;

  if (!snapshot->dataset)
    return FALSE;
  ours = plan_tensors (snapshot, &snapshot->experiment);
  theirs = plan_tensors (snapshot, changed);
  if (!ours || !theirs || ours->n_tensors != theirs->n_tensors)
    return FALSE;
  for (gsize i = 0; i < ours->n_tensors; i++)
    if (ours->tensors[i].rows != theirs->tensors[i].rows
        || ours->tensors[i].cols != theirs->tensors[i].cols
        || ours->tensors[i].role != theirs->tensors[i].role)
      return FALSE;
  return TRUE;
}

static Change
compare_with (const FsSnapshot *snapshot, const FsExperiment *changed)
{
  g_autofree FsExperiment *copy = g_memdup2 (changed, sizeof *changed);
  Change change = { .changed = copy, .can_branch = TRUE, .is_of_length = TRUE };

  fs_experiment_compare (&snapshot->experiment, changed, change_cb, &change);
  change.can_branch = change.can_branch && has_same_weights (snapshot, changed);
  change.changed = NULL;
  return change;
}

/* ---- branching ---- */

/* The shown run, if it is there to hand over the state of that epoch: one that was brought back from the
 * store has that of its end only. */
static FsRun *
find_origin (FsSession *self, guint32 epoch)
{
  const FsKeptRun *shown = self->shown ? fs_session_find_kept (self, self->shown) : NULL;

  if (!self->shown)
    return self->run;
  if (!shown || !shown->run || !shown->snapshot)
    return NULL;
  return shown->is_own || epoch == shown->snapshot->history.n_observations ? shown->run : NULL;
}

static void
branch_off (FsSession *self,
            FsRun *origin,
            guint32 epoch,
            const FsExperiment *changed,
            const char *difference)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);
  guint ids[2] = { self->shown ? self->shown : self->run_id };
  g_autofree char *name = g_strdup_printf (_ ("%s from epoch %u"), difference, epoch);
  FsRun *run = fs_run_new_with (
      changed,
      &(FsRunOptions){
          .n_threads = fs_session_threads_each (self, 2),
          .origin = origin,
          .fork_epoch = epoch,
          .recorder = self->store ? fs_recorder_new (self->store, name, snapshot->id, epoch) : NULL,
          .notify = fs_session_run_notify,
          .data = self });

  ids[1] = fs_session_add_beside (self, run, name, 0)->id;
  fs_run_train (run);
  fs_session_compare_only (self, ids, 2);
  fs_session_emit (self, FS_SESSION_RUNS);
}

gboolean
fs_session_branch (FsSession *self, guint32 epoch, const FsExperiment *changed, GError **error)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);
  g_autofree char *difference = NULL;
  FsProblem problem = { 0 };
  Change change;
  FsRun *origin;

  if (!snapshot || snapshot->history.n_observations == 0)
    return refuse (error, _ ("Train at least one epoch first: a branch begins with a past."));
  change = compare_with (snapshot, changed);
  if (change.n == 0)
    return refuse (error, _ ("Nothing is changed: a branch would be the same run again."));
  if (fs_experiment_validate (changed, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  if (epoch == 0 || epoch > snapshot->history.n_observations)
    epoch = (guint32) snapshot->history.n_observations;
  origin = find_origin (self, epoch);
  if (!change.can_branch || !origin)
    {
      const FsExperiment *racers[] = { &snapshot->experiment, changed };
      return fs_session_race (self, racers, 2, error);
    }
  difference = fs_facts_run_name (changed, &snapshot->experiment);
  branch_off (self, origin, epoch, changed, difference);
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

/* ---- trying what a finding proposes ---- */

/* After which epoch the change comes: where the trouble began, with the rest of the run to show what is
 * different; 0 = from the beginning. A change of when training ends changes nothing before the end. */
static guint32
epoch_to_try_from (const FsSnapshot *snapshot, const Change *change, guint32 since_epoch)
{
  const FsHistory *history = &snapshot->history;
  const guint32 n = (guint32) history->n_observations;
  const gboolean is_over = snapshot->state == FS_RUN_FINISHED;

  if (n == 0 || !change->can_branch)
    return 0;
  if (change->is_of_length || (!is_over && since_epoch == 0))
    return n;
  /* What has no number any more is not gone on with. */
  if (history->end == FS_END_NON_FINITE && since_epoch > 0)
    since_epoch--;
  return since_epoch < n || !is_over ? MIN (since_epoch, n) : 0;
}

/* Beside the shown run, from the beginning, as the current one. */
static gboolean
try_from_the_beginning (FsSession *self,
                        const FsExperiment *changed,
                        const char *label,
                        const char *difference)
{
  guint ids[2] = { self->shown ? self->shown : self->run_id };

  if (!fs_session_train_instead (self, changed, label))
    return FALSE;
  ids[1] = self->run_id;
  fs_session_label (self, self->run_id, difference, "");
  fs_session_compare_only (self, ids, 2);
  fs_session_emit (self, FS_SESSION_RUNS);
  return TRUE;
}

gboolean
fs_session_try (FsSession *self, const FsEdit *edit, guint32 since_epoch)
{
  const FsSnapshot *shown = fs_session_get_snapshot (self);
  g_autofree FsExperiment *changed = NULL;
  g_autofree char *difference = NULL;
  FsEditWords words;
  FsProblem problem = { 0 };
  char sentence[1024];
  Change change;
  FsRun *origin;
  guint32 epoch;

  if (!shown)
    return FALSE;
  changed = g_memdup2 (&shown->experiment, sizeof *changed);
  fs_edit_describe (edit, changed, &words);
  if (fs_edit_apply (edit, changed, &problem) != FS_OK
      || fs_experiment_validate (changed, &problem) != FS_OK)
    {
      fs_session_notice (self, fs_problem_sentence (&problem, sentence, sizeof sentence));
      return FALSE;
    }
  difference = words.right[0] ? g_strdup_printf ("%s %s", words.label, words.right)
                              : fs_facts_run_name (changed, &shown->experiment);
  change = compare_with (shown, changed);
  epoch = epoch_to_try_from (shown, &change, since_epoch);
  origin = epoch > 0 ? find_origin (self, epoch) : NULL;
  if (!origin)
    return try_from_the_beginning (self, changed, words.label, difference);
  branch_off (self, origin, epoch, changed, difference);
  return TRUE;
}

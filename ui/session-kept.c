/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session's other runs: kept from before, read from the store, training beside the current one. A
 * run that was current in this window stays in memory with the weights of its epochs while there is
 * room. What the store does for them is in session-store.c, what people say of them in
 * session-labels.c. */

#include "ui/session-private.h"

#include "engine/lab/recorder.h"
#include "ui/facts.h"
#include "ui/text.h"

/* Room for kept runs in memory: their threads sleep, and what counts is the weights of their epochs. */
#define MAX_RESTING_RUNS 6
#define MAX_RESTING_BYTES ((gsize) 512 << 20)

void
fs_kept_run_free (void *data)
{
  FsKeptRun *kept = data;

  fs_run_free (kept->run);
  fs_snapshot_unref (kept->snapshot);
  fs_run_summary_free (kept->summary);
  g_free (kept);
}

FsKeptRun *
fs_session_find_own_kept (FsSession *self, guint id)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      FsKeptRun *kept = g_ptr_array_index (self->kept, i);
      if (kept->id == id)
        return kept;
    }
  return NULL;
}

const FsKeptRun *
fs_session_find_kept (FsSession *self, guint id)
{
  return fs_session_find_own_kept (self, id);
}

void
fs_session_insert_kept (FsSession *self, FsKeptRun *kept)
{
  guint at = self->kept->len;

  while (at > 0 && ((FsKeptRun *) self->kept->pdata[at - 1])->order > kept->order)
    at--;
  g_ptr_array_insert (self->kept, (int) at, kept);
}

/* ---- keeping ---- */

static gsize
bytes_of (const FsKeptRun *kept)
{
  return kept->snapshot ? kept->snapshot->n_parameters * sizeof (FsReal)
                              * (kept->snapshot->history.n_observations + 8)
                        : 0;
}

static gboolean
is_resting (const FsKeptRun *kept)
{
  return kept->run && kept->snapshot && kept->snapshot->state != FS_RUN_TRAINING
         && kept->snapshot->state != FS_RUN_LOADING;
}

/* The oldest that rest make room for newer ones; they stay in the list. */
static void
make_room (FsSession *self)
{
  gsize n_bytes = 0;
  guint n_runs = 0;

  for (guint i = self->kept->len; i-- > 0;)
    {
      FsKeptRun *kept = g_ptr_array_index (self->kept, i);

      if (!is_resting (kept))
        continue;
      n_runs++;
      n_bytes += bytes_of (kept);
      if (kept->id == self->shown || (n_runs <= MAX_RESTING_RUNS && n_bytes <= MAX_RESTING_BYTES))
        continue;
      g_clear_pointer (&kept->run, fs_run_free);
      kept->is_own = FALSE;
    }
}

void
fs_session_keep_current (FsSession *self)
{
  const FsSnapshot *snapshot = fs_session_get_current (self);
  g_autofree char *name = NULL;
  FsKeptRun *kept;

  if (!snapshot || snapshot->history.n_observations == 0)
    {
      g_clear_pointer (&self->run, fs_run_free);
      return;
    }
  name = fs_session_dup_current_name (self);
  kept = g_new0 (FsKeptRun, 1);
  kept->id = self->run_id;
  kept->order = self->run_order;
  kept->snapshot = fs_snapshot_ref (snapshot);
  kept->summary = fs_run_summary_new (snapshot, name);
  kept->summary->is_pinned = self->run_is_pinned;
  if (self->shown == 0)
    fs_run_summary_set_verdict (kept->summary, fs_session_get_verdict (self));
  if (self->run_note)
    {
      g_free (kept->summary->note);
      kept->summary->note = g_steal_pointer (&self->run_note);
    }
  if (snapshot->state == FS_RUN_TRAINING)
    fs_run_pause (self->run);
  kept->run = g_steal_pointer (&self->run);
  kept->is_own = TRUE;
  /* Live settings may have changed what it is called after. */
  fs_session_change_record (self, FS_RECORD_NAME, kept->summary->id, name, FALSE);
  fs_session_insert_kept (self, kept);
  g_clear_pointer (&self->run_name, g_free);
  self->run_is_pinned = FALSE;
  g_free (self->previous);
  self->previous = g_memdup2 (self->run_experiment, sizeof *self->run_experiment);
  make_room (self);
}

FsKeptRun *
fs_session_add_beside (FsSession *self, FsRun *run, const char *name, guint race)
{
  FsKeptRun *kept = g_new0 (FsKeptRun, 1);

  kept->id = self->next_id++;
  kept->order = g_get_real_time ();
  kept->summary = fs_run_summary_new (fs_run_snapshot (run), name);
  kept->summary->state = FS_STORED_TRAINING;
  kept->run = run;
  kept->is_own = TRUE;
  kept->race = race;
  fs_session_insert_kept (self, kept);
  return kept;
}

/* The small picture of a run that trains is not judged anew thirty times a second. */
#define SUM_UP_INTERVAL_US (G_USEC_PER_SEC / 2)

static gboolean
is_sum_due (const FsKeptRun *kept, gboolean is_same_state)
{
  return !is_same_state || g_get_monotonic_time () >= kept->summed_at_us + SUM_UP_INTERVAL_US;
}

static void
sum_up (FsKeptRun *kept)
{
  FsRunSummary *summary = fs_run_summary_new (kept->snapshot, kept->summary->name);

  g_free (summary->note);
  summary->note = g_strdup (kept->summary->note);
  summary->is_pinned = kept->summary->is_pinned;
  summary->begun = kept->summary->begun;
  summary->number = kept->summary->number;
  summary->parent = g_strdup (kept->summary->parent);
  summary->fork_epoch = kept->summary->fork_epoch;
  if (!summary->id[0])
    g_strlcpy (summary->id, kept->summary->id, sizeof summary->id);
  fs_run_summary_free (kept->summary);
  kept->summary = summary;
  kept->summed_at_us = g_get_monotonic_time ();
}

/* From the run of a kept one: it pauses, or trains beside the current one, or was brought back and may
 * know fewer epochs than its record. */
void
fs_session_kept_has_news (FsSession *self, FsKeptRun *kept, const FsSnapshot *snapshot)
{
  const FsSnapshot *before = kept->snapshot;
  gboolean is_same_state = before && before->state == snapshot->state;
  gsize n_before = before ? before->history.n_observations : 0;

  if (snapshot->state == FS_RUN_LOADING)
    return;
  if (snapshot->state == FS_RUN_FAILED && n_before > 0)
    {
      g_autofree char *sentence =
          g_strdup_printf (_ ("There is no forecast to show of this run. %s"), snapshot->error);
      g_clear_pointer (&kept->run, fs_run_free);
      fs_session_emit_notice (self, sentence, NULL, NULL);
      return;
    }
  if (snapshot->state == FS_RUN_FAILED)
    {
      fs_session_emit_notice (self, snapshot->error, NULL, NULL);
      g_ptr_array_remove (self->kept, kept);
      fs_session_emit (self, FS_SESSION_RUNS);
      return;
    }
  if (snapshot->history.n_observations >= n_before || kept->is_own)
    kept->snapshot = fs_snapshot_ref (snapshot);
  else
    kept->snapshot = fs_snapshot_with_history_of (snapshot, before);
  fs_snapshot_unref (before);
  if (kept->is_own && is_sum_due (kept, is_same_state))
    sum_up (kept);
  if (self->shown == kept->id)
    {
      self->is_judged = FALSE;
      fs_session_emit (self, FS_SESSION_SNAPSHOT);
    }
  fs_session_emit (self, is_same_state ? FS_SESSION_BESIDE : FS_SESSION_RUNS);
}

/* ---- what there is ---- */

guint
fs_session_get_n_kept (FsSession *self)
{
  return self->kept->len;
}

const FsKeptRun *
fs_session_get_kept (FsSession *self, guint index)
{
  return g_ptr_array_index (self->kept, index);
}

guint
fs_session_get_shown (FsSession *self)
{
  return self->shown;
}

guint
fs_session_get_current_id (FsSession *self)
{
  return self->run_id;
}

char *
fs_session_dup_current_name (FsSession *self)
{
  if (self->run_name)
    return g_strdup (self->run_name);
  return fs_facts_run_name (self->run_experiment, self->previous);
}

const char *
fs_session_get_current_note (FsSession *self)
{
  return self->run_note ? self->run_note : "";
}

gboolean
fs_session_is_current_pinned (FsSession *self)
{
  return self->run_is_pinned;
}

void
fs_session_show (FsSession *self, guint id)
{
  FsKeptRun *kept;

  if (id == self->run_id)
    id = 0;
  kept = fs_session_find_own_kept (self, id);
  if (id == self->shown || (id != 0 && !kept))
    return;
  self->shown = id;
  self->is_judged = FALSE;
  if (kept && !kept->snapshot)
    fs_session_load (self, id);
  else if (kept)
    fs_session_revive (self, kept);
  make_room (self);
  fs_session_emit (self, FS_SESSION_RUNS);
  fs_session_emit (self, FS_SESSION_SNAPSHOT);
}

gboolean
fs_session_can_show_epochs (FsSession *self)
{
  const FsKeptRun *kept = self->shown ? fs_session_find_kept (self, self->shown) : NULL;

  return kept ? kept->run && kept->snapshot && kept->snapshot->dataset : self->run != NULL;
}

void
fs_session_show_epoch (FsSession *self, guint32 epoch)
{
  const FsKeptRun *kept = self->shown ? fs_session_find_kept (self, self->shown) : NULL;
  FsRun *run = self->shown ? (kept ? kept->run : NULL) : self->run;

  if (run)
    fs_run_show_epoch (run, epoch);
}

void
fs_session_reuse (FsSession *self, guint id)
{
  const FsKeptRun *kept = fs_session_find_kept (self, id);

  if (kept && kept->snapshot)
    fs_session_replace (self, &kept->snapshot->experiment, _ ("Settings of an earlier run"), NULL);
}

/* ---- going on ---- */

gboolean
fs_session_can_continue (FsSession *self, guint id)
{
  const FsKeptRun *kept = fs_session_find_kept (self, id);

  if (!kept || kept->summary->state == FS_STORED_TRAINING)
    return FALSE;
  if (kept->run && kept->is_own)
    return kept->snapshot->state == FS_RUN_PAUSED || kept->snapshot->state == FS_RUN_READY;
  return self->store && kept->summary->id[0] && fs_run_summary_can_continue (kept->summary);
}

/* Its run, as it is in memory or as the store has it. */
static FsRun *
run_to_go_on (FsSession *self, FsKeptRun *kept)
{
  if (kept->run && kept->is_own)
    return g_steal_pointer (&kept->run);
  g_clear_pointer (&kept->run, fs_run_free);
  return fs_run_new_with (
      &kept->snapshot->experiment,
      &(FsRunOptions){ .n_threads = self->n_threads,
                       .recorder = fs_recorder_new_continued (self->store, kept->summary->id),
                       .resumes = TRUE,
                       .notify = fs_session_run_notify,
                       .data = self });
}

void
fs_session_continue (FsSession *self, guint id)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);
  FsExperiment *experiment;
  guint at;
  FsRun *run;

  if (!kept || !fs_session_can_continue (self, id))
    return;
  if (!kept->snapshot)
    {
      kept->is_to_go_on = TRUE;
      fs_session_load (self, id);
      return;
    }
  experiment = g_memdup2 (&kept->snapshot->experiment, sizeof *experiment);
  run = run_to_go_on (self, kept);
  if (g_ptr_array_find (self->kept, kept, &at))
    g_ptr_array_steal_index (self->kept, at);
  fs_session_take_run (self, run, experiment, id);
  g_free (self->run_name);
  g_free (self->run_note);
  self->run_name = g_strdup (kept->summary->name);
  self->run_note = g_strdup (kept->summary->note);
  self->run_is_pinned = kept->summary->is_pinned;
  self->run_order = kept->order;
  fs_session_replace (self, experiment, _ ("Continue an earlier run"), NULL);
  fs_session_settle (self);
  fs_run_train (self->run);
  fs_session_emit (self, FS_SESSION_RUNS);
  fs_kept_run_free (kept);
  g_free (experiment);
}

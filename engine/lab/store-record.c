/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the store hands out; see store-record.h. */

#include "engine/lab/store-record.h"

#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/snapshot.h"

void
fs_run_summary_free (FsRunSummary *summary)
{
  if (!summary)
    return;
  g_free (summary->name);
  g_free (summary->note);
  g_free (summary->source);
  g_free (summary->parent);
  g_free (summary->headline);
  g_free (summary);
}

FsRunSummary *
fs_run_summary_copy (const FsRunSummary *summary)
{
  FsRunSummary *copy = g_memdup2 (summary, sizeof *summary);
  copy->name = g_strdup (summary->name);
  copy->note = g_strdup (summary->note);
  copy->source = g_strdup (summary->source);
  copy->parent = g_strdup (summary->parent);
  copy->headline = g_strdup (summary->headline);
  return copy;
}

void
fs_run_summary_set_verdict (FsRunSummary *summary, const FsVerdict *verdict)
{
  summary->verdict = verdict->kind;
  summary->tone = verdict->tone;
  g_free (summary->headline);
  summary->headline = g_strdup (verdict->headline);
}

static FsStoredState
stored_state (FsRunState state)
{
  if (state == FS_RUN_FINISHED || state == FS_RUN_FAILED)
    return FS_STORED_FINISHED;
  return state == FS_RUN_TRAINING ? FS_STORED_TRAINING : FS_STORED_PAUSED;
}

FsRunSummary *
fs_run_summary_new (const FsSnapshot *snapshot, const char *name)
{
  const FsHistory *history = &snapshot->history;
  FsForecastFacts forecast;
  const FsCase subject = fs_snapshot_case (snapshot, &forecast);
  const FsVerdict verdict = fs_verdict_judge (&subject);
  FsRunSummary *summary = g_new0 (FsRunSummary, 1);
  g_strlcpy (summary->id, snapshot->id, sizeof summary->id);
  summary->name = g_strdup (name);
  summary->note = g_strdup ("");
  summary->source = g_strdup (snapshot->experiment.data.source);
  summary->begun = g_get_real_time () / G_USEC_PER_SEC;
  summary->state = stored_state (snapshot->state);
  summary->end = history->end;
  summary->has_validation = history->has_validation;
  summary->n_epochs = (guint32) history->n_observations;
  summary->best_loss = summary->train_loss = summary->validation_loss = NAN;
  if (history->n_observations > 0)
    {
      const FsObservation *last = &history->observations[history->n_observations - 1];
      summary->best_epoch = history->observations[history->best].epoch;
      summary->best_loss = fs_history_monitored (history, history->best);
      summary->train_loss = last->train_loss;
      summary->validation_loss = last->validation_loss;
    }
  summary->epoch_seconds = snapshot->epoch_seconds > 0 ? snapshot->epoch_seconds : NAN;
  summary->n_parameters = (gint64) snapshot->n_parameters;
  summary->seed = snapshot->experiment.train.seed;
  summary->family = fs_experiment_family (&snapshot->experiment,
                                          snapshot->dataset ? snapshot->dataset->frame_hash : 0);
  fs_run_summary_set_verdict (summary, &verdict);
  fs_spark_make (&summary->spark, history);
  return summary;
}

/* A run that somebody stopped left its state from before, so that it can go on too. */
gboolean
fs_run_summary_can_continue (const FsRunSummary *summary)
{
  if (summary->is_elsewhere)
    return FALSE;
  return summary->state != FS_STORED_FINISHED || summary->end == FS_END_STOPPED;
}

const char *
fs_stored_state_word (FsStoredState state)
{
  static const char *const words[] = {
    [FS_STORED_TRAINING] = "training",
    [FS_STORED_PAUSED] = "paused",
    [FS_STORED_INTERRUPTED] = "interrupted",
    [FS_STORED_FINISHED] = "finished",
  };
  return words[state];
}

void
fs_run_record_free (FsRunRecord *record)
{
  if (!record)
    return;
  fs_run_summary_free (record->summary);
  fs_history_clear (&record->history);
  g_free (record->epoch_seconds);
  g_free (record);
}

static FsRunState
state_of (const FsRunRecord *record)
{
  return record->summary->state == FS_STORED_FINISHED ? FS_RUN_FINISHED : FS_RUN_PAUSED;
}

const FsSnapshot *
fs_run_record_to_snapshot (const FsRunRecord *record)
{
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  if (!frame)
    g_error ("There is not enough memory to show a run.");
  FsSnapshot *snapshot = &frame->public;
  const size_t n = record->history.n_observations;
  snapshot->state = state_of (record);
  snapshot->experiment = record->experiment;
  snapshot->baselines = record->baselines;
  snapshot->n_parameters = (size_t) MAX (record->summary->n_parameters, 0);
  g_strlcpy (snapshot->id, record->summary->id, sizeof snapshot->id);
  fs_history_share (&snapshot->history, &record->history);
  for (size_t i = 0; i < n; i++)
    if (!fs_epoch_times_append (&frame->times, i, record->epoch_seconds[i]))
      return snapshot;
  if (frame->times)
    snapshot->epoch_times = frame->times->seconds;
  snapshot->epoch_seconds =
      isnan (record->summary->epoch_seconds) ? 0.0 : record->summary->epoch_seconds;
  return snapshot;
}

void
fs_spark_make (FsSpark *spark, const FsHistory *history)
{
  const size_t stride = history->n_observations / FS_SPARK_POINTS + 1;
  memset (spark, 0, sizeof *spark);
  for (size_t i = 0; i < history->n_observations && spark->n <= FS_SPARK_POINTS; i += stride)
    {
      const FsObservation *at = &history->observations[i];
      spark->train[spark->n] = isfinite (at->train_loss) ? (float) at->train_loss : NAN;
      spark->validation[spark->n] =
          isfinite (at->validation_loss) ? (float) at->validation_loss : NAN;
      spark->n++;
    }
}

guint64
fs_experiment_family (const FsExperiment *experiment, guint64 data_hash)
{
  FsExperiment seedless = *experiment;
  seedless.train.seed = 0;
  guint64 hash = fs_experiment_hash (&seedless);
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ (data_hash >> shift & 0xFF)) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

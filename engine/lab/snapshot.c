/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Building snapshots; see snapshot.h. When one is due, and with what, is the worker's decision. */

#include "engine/lab/snapshot.h"

#include <math.h>
#include <string.h>
#include "engine/train/task.h"
#include "engine/train/trainer-sample.h"

/* Recent epochs whose median is shown as time per epoch: one that the machine was busy with something
 * else in does not show. */
#define N_RECENT_EPOCHS 9

/* Of the forecast fed back: long enough to drift, and what a chart can show. */
#define FEWEST_STEPS_FED_BACK 24
#define MOST_STEPS_FED_BACK 400

static void
prepared_destroy (void *self)
{
  FsPrepared *prepared = self;
  fs_dataset_free (prepared->dataset);
  free (prepared);
}

FsPrepared *
fs_prepared_new (void)
{
  return fs_shared_new (sizeof (FsPrepared), prepared_destroy);
}

static void
forecast_destroy (void *self)
{
  FsSharedForecast *shared = self;
  for (int part = 0; part < FS_N_PARTS; part++)
    free (shared->forecast.predicted[part]);
  free (shared->forecast.fed_back);
  free (shared->forecast.sample);
  free (shared);
}

/* ŷ of one part, [n_windows][n_outputs], and back to original units, or as probabilities of classes. */
static FsStatus
predict_part (FsForecast *forecast,
              FsTrainer *trainer,
              const FsDataset *dataset,
              const FsReal *weights,
              FsPart part,
              const FsInterrupt *interrupt)
{
  const FsWindows *windows = &dataset->windows[part];
  const size_t n_outputs = dataset->n_outputs;
  if (windows->n == 0 || !fs_task_has_predictions (dataset))
    return FS_OK;
  double *predicted = calloc (windows->n, n_outputs * sizeof *predicted);
  if (!predicted)
    return FS_OUT_OF_MEMORY;
  forecast->predicted[part] = predicted;
  forecast->n_windows[part] = windows->n;
  FsStatus status = weights ? fs_trainer_predict_with (trainer, weights, part, predicted, interrupt)
                            : fs_trainer_predict (trainer, part, predicted, interrupt);
  if (status != FS_OK)
    return status;
  const FsLossRule loss = fs_task_loss (fs_trainer_experiment (trainer), dataset);
  for (size_t w = 0; w < windows->n; w++)
    if (dataset->n_classes > 0)
      fs_loss_probabilities (loss, predicted + w * n_outputs, predicted + w * n_outputs);
    else
      fs_recipe_invert_target (dataset->recipe, predicted + w * n_outputs, n_outputs,
                               fs_window_target_row (dataset, part, w, 0));
  return FS_OK;
}

/* A step fed back is a pass of one row, which costs about as much as six of a full batch: so many of
 * them that the forecast as a whole costs at most twice as much. */
static size_t
affordable_steps (const FsDataset *dataset)
{
  size_t n_windows = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    n_windows += dataset->windows[part].n;
  return CLAMP (n_windows / 6 * dataset->horizon, FEWEST_STEPS_FED_BACK, MOST_STEPS_FED_BACK);
}

static FsStatus
feed_back (FsForecast *forecast,
           FsTrainer *trainer,
           const FsDataset *dataset,
           const FsReal *weights,
           const FsInterrupt *interrupt)
{
  const FsPart part = FS_PART_VALIDATION;
  size_t n = MIN (fs_trainer_feed_back_steps (trainer, part), affordable_steps (dataset));
  if (n == 0)
    return FS_OK;
  forecast->fed_back = calloc (n, sizeof *forecast->fed_back);
  if (!forecast->fed_back)
    return FS_OUT_OF_MEMORY;
  FsStatus status = fs_trainer_feed_back (trainer, weights, part, n, forecast->fed_back, interrupt);
  if (status != FS_OK)
    return status;
  fs_recipe_invert_target (dataset->recipe, forecast->fed_back, n,
                           dataset->windows[part].starts[0] + dataset->length);
  forecast->n_fed_back = n;
  return FS_OK;
}

FsSharedForecast *
fs_forecast_compute (FsTrainer *trainer,
                     const FsDataset *dataset,
                     const FsReal *weights,
                     uint32_t epoch,
                     const FsInterrupt *interrupt,
                     bool *was_interrupted)
{
  *was_interrupted = false;
  FsSharedForecast *shared = fs_shared_new (sizeof *shared, forecast_destroy);
  if (!shared)
    return NULL;
  shared->forecast.epoch = epoch;
  FsStatus status = FS_OK;
  for (int part = 0; part < FS_N_PARTS && status == FS_OK; part++)
    status = predict_part (&shared->forecast, trainer, dataset, weights, part, interrupt);
  if (status == FS_OK)
    status = feed_back (&shared->forecast, trainer, dataset, weights, interrupt);
  if (status == FS_OK)
    status = fs_trainer_sample (trainer, weights, epoch, &shared->forecast.sample, interrupt);
  if (status == FS_OK)
    return shared;
  *was_interrupted = status == FS_INTERRUPTED;
  fs_shared_unref (shared);
  return NULL;
}

static void
weights_destroy (void *self)
{
  FsSharedWeights *shared = self;
  free (shared->weights.best);
  free (shared->weights.last);
  free (shared);
}

FsSharedWeights *
fs_weights_copy (const FsTensorTable *tensors,
                 const FsReal *best,
                 uint32_t best_epoch,
                 const FsReal *last,
                 uint32_t last_epoch)
{
  FsSharedWeights *shared = fs_shared_new (sizeof *shared, weights_destroy);
  if (!shared)
    return NULL;
  FsRunWeights *weights = &shared->weights;
  weights->tensors = *tensors;
  weights->best = calloc (tensors->size, sizeof *weights->best);
  weights->last = calloc (tensors->size, sizeof *weights->last);
  if (!weights->best || !weights->last)
    {
      fs_shared_unref (shared);
      return NULL;
    }
  memcpy (weights->last, last, tensors->size * sizeof *last);
  memcpy (weights->best, best ? best : last, tensors->size * sizeof *last);
  weights->last_epoch = last_epoch;
  weights->best_epoch = best ? best_epoch : last_epoch;
  return shared;
}

static void
epoch_times_destroy (void *self)
{
  free (self);
}

gboolean
fs_epoch_times_append (FsEpochTimes **times, size_t n, double seconds)
{
  if (!*times || n >= (*times)->capacity)
    {
      size_t capacity = n < 32 ? 64 : 2 * n;
      FsEpochTimes *grown =
          fs_shared_new (sizeof *grown + capacity * sizeof grown->seconds[0], epoch_times_destroy);
      if (!grown)
        return FALSE;
      grown->capacity = capacity;
      if (n > 0)
        memcpy (grown->seconds, (*times)->seconds, n * sizeof grown->seconds[0]);
      fs_shared_unref (*times);
      *times = grown;
    }
  (*times)->seconds[n] = seconds;
  return TRUE;
}

static int
compare_doubles (const void *left, const void *right)
{
  double a = *(const double *) left, b = *(const double *) right;
  return (a > b) - (a < b);
}

double
fs_epoch_times_median (const FsEpochTimes *times, size_t n)
{
  double recent[N_RECENT_EPOCHS];
  size_t n_recent = 0;
  for (size_t i = n; i-- > 0 && n_recent < N_RECENT_EPOCHS && !isnan (times->seconds[i]);)
    recent[n_recent++] = times->seconds[i];
  if (n_recent == 0)
    return 0.0;
  qsort (recent, n_recent, sizeof recent[0], compare_doubles);
  return recent[n_recent / 2];
}

static void
snapshot_frame_destroy (void *self)
{
  FsSnapshotFrame *frame = self;
  fs_history_clear (&frame->public.history);
  fs_shared_unref (frame->prepared);
  fs_shared_unref (frame->forecast);
  fs_shared_unref (frame->weights);
  fs_shared_unref (frame->times);
  free (frame);
}

FsSnapshotFrame *
fs_snapshot_frame_new (void)
{
  return fs_shared_new (sizeof (FsSnapshotFrame), snapshot_frame_destroy);
}

FsCase
fs_snapshot_case (const FsSnapshot *snapshot, FsForecastFacts *forecast)
{
  FsCase subject = { .history = &snapshot->history, .experiment = &snapshot->experiment };
  /* Whatever trained had data, and its baselines were kept with it. */
  if (snapshot->dataset || snapshot->history.n_observations > 0)
    subject.baselines = &snapshot->baselines;
  if (!snapshot->dataset)
    return subject;
  subject.data = snapshot->facts;
  if (snapshot->forecast)
    {
      fs_forecast_facts_measure (forecast, snapshot->dataset, snapshot->forecast->predicted);
      subject.forecast = forecast;
    }
  return subject;
}

const FsSnapshot *
fs_snapshot_ref (const FsSnapshot *snapshot)
{
  fs_shared_ref (fs_snapshot_frame (snapshot));
  return snapshot;
}

void
fs_snapshot_unref (const FsSnapshot *snapshot)
{
  if (snapshot)
    fs_shared_unref (fs_snapshot_frame (snapshot));
}

const FsSnapshot *
fs_snapshot_with_history_of (const FsSnapshot *snapshot, const FsSnapshot *other)
{
  FsSnapshotFrame *from = fs_snapshot_frame (snapshot), *history = fs_snapshot_frame (other);
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  if (!frame)
    return fs_snapshot_ref (other);
  frame->public = *snapshot;
  frame->n_commands = from->n_commands;
  frame->is_idle = from->is_idle;
  frame->prepared = fs_shared_ref (from->prepared);
  frame->forecast = fs_shared_ref (from->forecast);
  frame->weights = fs_shared_ref (from->weights);
  frame->times = fs_shared_ref (history->times);
  frame->public.epoch_times = other->epoch_times;
  fs_history_share (&frame->public.history, &other->history);
  return &frame->public;
}

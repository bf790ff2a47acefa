/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trainer's state machine; see trainer.h for what it promises. An epoch is: order the training
 * windows, train batch after batch, evaluate all training windows and then all validation windows
 * with the epoch's final weights and without dropout, and observe. Each arrow is taken when a piece of
 * work is complete; an interrupted piece changes nothing but scratch, so doing it again gives the same
 * numbers. Whether a run is over is asked at the boundary between two epochs, from the state and the
 * settings as they are then. */

#include "engine/train/trainer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/random.h"
#include "engine/train/buckets.h"
#include "engine/train/task.h"
#include "engine/train/trainer-private.h"
#include "engine/train/training-memory.h"

/* ---- Making ---- */

static FsReal *
new_block (size_t size)
{
  return calloc (size + 1, sizeof (FsReal));
}

/* An embedding whose words have vectors already. */
static FsStatus
begin_with_vectors (FsTrainer *trainer, FsProblem *problem)
{
  const FsWordVectors *vectors = &trainer->dataset->vectors;
  const FsTensor *tensor =
      fs_tensor_table_find (fs_network_tensors (trainer->network), "layers.0.weight");
  if (!vectors->values)
    return FS_OK;
  if (!tensor || tensor->rows != vectors->n_words || tensor->cols != vectors->n_dimensions)
    return fs_problem_at (problem, FS_MISMATCH, "model.layers.0.units", 0, NULL,
                          "%zu, as many numbers as the vectors of the words have",
                          vectors->n_dimensions);
  FsReal *rows = fs_network_parameters (trainer->network) + tensor->offset;
  for (size_t i = 0; i < tensor->rows * tensor->cols; i++)
    rows[i] = (FsReal) vectors->values[i];
  fs_network_refresh (trainer->network);
  return FS_OK;
}

static FsStatus
allocate (FsTrainer *trainer, FsProblem *problem)
{
  const FsDataset *dataset = trainer->dataset;
  FsStatus status = fs_trainer_make_room (trainer, problem);
  if (status != FS_OK)
    return status;
  fs_network_initialise (trainer->network, (uint64_t) trainer->experiment.train.seed);
  trainer->augments = fs_experiment_augments (&trainer->experiment);
  if (trainer->augments)
    status = fs_augment_room_init (&trainer->augment_room, dataset->length, dataset->n_channels,
                                   dataset->n_targets, problem);
  if (status == FS_OK)
    status = begin_with_vectors (trainer, problem);
  if (status == FS_OK)
    status = fs_trainer_make_carry (trainer, problem);
  if (status != FS_OK)
    return status;
  const FsTensorTable *table = fs_network_tensors (trainer->network);
  const FsDescentRule rule = fs_descent_rule (&trainer->experiment);
  status = fs_descent_new_with_rule (&trainer->descent, &rule, table, trainer->pool, problem);
  const size_t kept_bytes = fs_training_kept_bytes (trainer->network_bytes);
  if (status == FS_OK)
    status = fs_checkpoints_new (&trainer->checkpoints, table->size, FS_MIN_CHECKPOINTS, kept_bytes,
                                 problem);
  if (status == FS_OK)
    status = fs_trainer_make_states (trainer, kept_bytes, problem);
  if (status != FS_OK)
    return status;
  trainer->best = new_block (table->size);
  trainer->last = new_block (table->size);
  trainer->order = calloc (dataset->windows[FS_PART_TRAIN].n, sizeof *trainer->order);
  if (!trainer->best || !trainer->last || !trainer->order)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "train", NULL, "fewer or smaller layers");
  return FS_OK;
}

FsStatus
fs_trainer_new (FsTrainer **trainer,
                const FsExperiment *experiment,
                const FsDataset *dataset,
                FsPool *pool,
                FsProblem *problem)
{
  *trainer = NULL;
  if (dataset->windows[FS_PART_TRAIN].n == 0)
    return fs_problem (problem, FS_TOO_LITTLE, "window.length", NULL,
                       "no window fits into the training rows: take shorter windows or more data");
  FsTrainer *made = calloc (1, sizeof *made);
  if (!made)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "train", NULL, NULL);
  made->experiment = *experiment;
  made->dataset = dataset;
  made->pool = pool;
  made->stopping = fs_stopping (experiment->train.stop.patience, experiment->train.stop.min_delta);
  if (experiment->train.stop.baseline != FS_NO_BASELINE)
    made->stopping.baseline = experiment->train.stop.baseline;
  made->stopping.first_epoch = (uint32_t) experiment->train.stop.first_epoch;
  made->plateau = fs_plateau ();
  made->history.has_accuracy = dataset->n_classes > 0;
  made->history.has_validation = dataset->windows[FS_PART_VALIDATION].n > 0;
  made->history.min_delta = experiment->train.stop.min_delta;
  FsStatus status = allocate (made, problem);
  if (status != FS_OK)
    {
      fs_trainer_free (made);
      return status;
    }
  fs_checkpoints_add (made->checkpoints, 0, fs_network_parameters (made->network));
  fs_trainer_keep_state (made);
  *trainer = made;
  return FS_OK;
}

void
fs_trainer_free (FsTrainer *trainer)
{
  if (!trainer)
    return;
  fs_descent_free (trainer->descent);
  fs_network_free (trainer->network);
  fs_checkpoints_free (trainer->checkpoints);
  fs_checkpoints_free (trainer->states);
  fs_epoch_statistics_clear (&trainer->statistics);
  fs_history_clear (&trainer->history);
  free (trainer->probes.half);
  free (trainer->best);
  free (trainer->last);
  fs_augment_room_clear (&trainer->augment_room);
  free (trainer->order);
  free (trainer->carried);
  free (trainer->evaluated);
  free (trainer->predicted);
  free (trainer->which);
  free (trainer->lengths);
  free (trainer->y);
  free (trainer->dy);
  free (trainer);
}

/* ---- Beginnings and ends ---- */

static void
set_weights (FsTrainer *trainer, const FsReal *weights)
{
  memcpy (fs_network_parameters (trainer->network), weights,
          fs_trainer_size (trainer) * sizeof *weights);
  fs_network_refresh (trainer->network);
}

static void
end (FsTrainer *trainer, FsEndReason reason)
{
  memcpy (trainer->last, fs_network_parameters (trainer->network),
          fs_trainer_size (trainer) * sizeof *trainer->last);
  trainer->history.end = reason;
  trainer->phase = FS_PHASE_ENDED;
  if (trainer->experiment.train.stop.restores_best && trainer->stopping.best_epoch > 0)
    set_weights (trainer, trainer->best);
}

/* Ends the run and says where the first number that is not finite was found: in the parameters, or
 * else in the gradients, or else only in the loss. */
static void
end_non_finite (FsTrainer *trainer, bool gradients_count)
{
  const FsTensor *tensor = fs_network_first_non_finite (trainer->network, false);
  if (!tensor && gradients_count)
    tensor = fs_network_first_non_finite (trainer->network, true);
  FsHistory *history = &trainer->history;
  snprintf (history->non_finite_tensor, sizeof history->non_finite_tensor, "%s",
            tensor ? tensor->name : "");
  history->non_finite_step = trainer->n_steps;
  char text[sizeof ((FsEvent *) NULL)->text];
  snprintf (text, sizeof text, "not finite: %s, batch %llu", tensor ? tensor->name : "loss",
            (unsigned long long) trainer->n_steps);
  fs_history_add_event (history, FS_EVENT_NON_FINITE, trainer->epoch, text);
  end (trainer, FS_END_NON_FINITE);
}

/* FS_END_NONE while the run should go on. */
static FsEndReason
reason_to_end (const FsTrainer *trainer)
{
  if (trainer->is_broken)
    return FS_END_NON_FINITE;
  if (fs_stopping_is_due (&trainer->stopping))
    return FS_END_EARLY_STOPPING;
  if ((int64_t) trainer->epoch >= trainer->experiment.train.epochs)
    return FS_END_EPOCHS;
  return FS_END_NONE;
}

void
fs_trainer_reopen (FsTrainer *trainer)
{
  const FsEndReason end_reason = trainer->history.end;
  if ((end_reason != FS_END_EPOCHS && end_reason != FS_END_EARLY_STOPPING)
      || reason_to_end (trainer) != FS_END_NONE)
    return;
  set_weights (trainer, trainer->last);
  trainer->history.end = FS_END_NONE;
  trainer->phase = FS_PHASE_BOUNDARY;
}

void
fs_trainer_order_windows (FsTrainer *trainer)
{
  const size_t n = trainer->dataset->windows[FS_PART_TRAIN].n;
  for (size_t i = 0; i < n; i++)
    trainer->order[i] = (uint32_t) fs_trainer_window_at (trainer, FS_PART_TRAIN, i);
  if (trainer->experiment.train.is_shuffled)
    {
      FsRandom random = fs_random ((uint64_t) trainer->experiment.train.seed, FS_STREAM_ORDER,
                                   trainer->epoch + 1, 0);
      fs_random_shuffle (&random, trainer->order, n);
    }
  if (trainer->experiment.train.has_buckets)
    fs_buckets_order (trainer->order, n, trainer->dataset->windows[FS_PART_TRAIN].lengths,
                      (size_t) trainer->experiment.train.batch,
                      fs_random ((uint64_t) trainer->experiment.train.seed, FS_STREAM_ORDER,
                                 trainer->epoch + 1, 1));
}

static void
begin_epoch (FsTrainer *trainer)
{
  fs_trainer_order_windows (trainer);
  if (trainer->experiment.train.stateful == FS_STATEFUL_EPOCH)
    fs_trainer_forget (trainer, trainer->carried);
  fs_epoch_statistics_restart (&trainer->statistics);
  trainer->position = 0;
  trainer->phase = FS_PHASE_TRAIN;
}

static void
begin_evaluation (FsTrainer *trainer, FsPhase phase)
{
  trainer->phase = phase;
  trainer->position = 0;
  trainer->loss_sum = trainer->loss_weight = 0;
  trainer->n_right = trainer->n_answers = 0;
}

/* ---- A batch ---- */

/* Batches are looked up in the live settings; the last one of an epoch may be smaller. */
static size_t
batch_rows (const FsTrainer *trainer)
{
  const size_t n_left = trainer->dataset->windows[FS_PART_TRAIN].n - trainer->position;
  const size_t batch = (size_t) trainer->experiment.train.batch;
  return batch < n_left ? batch : n_left;
}

const uint32_t *
fs_trainer_gather_batch (FsTrainer *trainer, const uint32_t *which, size_t n)
{
  const FsDataset *dataset = trainer->dataset;
  FsReal *x = fs_network_inputs (trainer->network);
  const uint32_t *lengths = fs_dataset_lengths (dataset, FS_PART_TRAIN, which, n, trainer->lengths);
  fs_dataset_gather (dataset, FS_PART_TRAIN, which, n, x, trainer->y);
  if (trainer->augments)
    fs_dataset_vary (dataset, &trainer->experiment, &trainer->augment_room, trainer->epoch, which,
                     n, x, trainer->y, lengths ? trainer->lengths : NULL);
  return lengths;
}

/* The rate of batch `step` since the start, in the epoch that is being trained. */
static double
rate_of_step (const FsTrainer *trainer, uint64_t step)
{
  const FsExperiment *experiment = &trainer->experiment;
  const size_t n = trainer->dataset->windows[FS_PART_TRAIN].n;
  const size_t batch = (size_t) experiment->train.batch;
  const double rate =
      fs_schedule_rate (experiment, step, trainer->epoch, n / batch + (n % batch != 0));
  if (experiment->train.schedule.type == FS_SCHEDULE_PLATEAU)
    return rate * trainer->plateau.share;
  return rate;
}

/* With the momentum that the schedule has for batch `step`, where it moves one: Adam's is β₁. */
static FsDescentSettings
settings_of_step (const FsTrainer *trainer, uint64_t step)
{
  const FsExperiment *experiment = &trainer->experiment;
  const size_t n = trainer->dataset->windows[FS_PART_TRAIN].n;
  const size_t batch = (size_t) experiment->train.batch;
  FsDescentSettings settings = fs_descent_settings (experiment, rate_of_step (trainer, step));
  const double momentum =
      fs_schedule_momentum (experiment, step, trainer->epoch, n / batch + (n % batch != 0));
  if (isnan (momentum))
    return settings;
  settings.momentum = momentum;
  settings.has_beta1 = experiment->train.optimiser == FS_OPTIMISER_ADAM
                       || experiment->train.optimiser == FS_OPTIMISER_ADAMW;
  settings.beta1 = momentum;
  return settings;
}

static FsAdvanced
train_batch (FsTrainer *trainer, const FsInterrupt *interrupt)
{
  const FsExperiment *experiment = &trainer->experiment;
  FsNetwork *network = trainer->network;
  const size_t n_rows = batch_rows (trainer);
  const size_t n_output_rows = fs_task_n_output_rows (trainer->dataset, n_rows);
  const bool is_last = trainer->position + n_rows == trainer->dataset->windows[FS_PART_TRAIN].n;
  const uint32_t *which = trainer->order + trainer->position;
  FsPass pass = { .n_rows = n_rows,
                  .is_training = true,
                  .seed = (uint64_t) experiment->train.seed,
                  .step = trainer->n_steps,
                  .interrupt = interrupt };
  fs_trainer_begin_carried (trainer, n_rows, trainer->carried);
  if (fs_trainer_halve_batch (trainer, n_rows, interrupt) != FS_OK)
    return FS_ADVANCED_INTERRUPTED;
  pass.lengths = fs_trainer_gather_batch (trainer, which, n_rows);
  if (fs_network_forward (network, &pass) != FS_OK)
    return FS_ADVANCED_INTERRUPTED;
  const FsReal *predicted = fs_network_outputs (network);
  const FsLossRule rule = fs_task_loss (experiment, trainer->dataset);
  const FsLossSum loss = fs_loss_sum_rows (rule, predicted, trainer->y, n_output_rows);
  fs_loss_gradient_rows (rule, predicted, trainer->y, n_output_rows, trainer->dy);
  if (fs_network_backward (network, &pass, trainer->dy) != FS_OK)
    return FS_ADVANCED_INTERRUPTED;

  fs_trainer_keep_carried (trainer, n_rows, trainer->carried);
  fs_trainer_measure_noise (trainer, n_rows);
  fs_trainer_count_work (trainer, n_rows, true);
  trainer->n_steps++;
  const FsDescentSettings settings = settings_of_step (trainer, trainer->n_steps - 1);
  FsDescentReport report;
  if (!isfinite (loss.sum)
      || !fs_descent_step (trainer->descent, &settings, fs_network_parameters (network),
                           fs_network_gradients (network), is_last, &report))
    {
      end_non_finite (trainer, true);
      return FS_ADVANCED_END;
    }
  fs_network_refresh (network);
  fs_epoch_statistics_add (&trainer->statistics, report.gradient_norm, report.is_clipped);
  trainer->statistics.loss_sum += loss.sum;
  trainer->statistics.loss_weight += loss.weight;
  trainer->statistics.update_ratio = report.update_ratio;
  trainer->position += n_rows;
  if (is_last)
    {
      fs_trainer_note_tensors (trainer);
      trainer->running_loss = trainer->statistics.loss_sum / trainer->statistics.loss_weight;
      begin_evaluation (trainer, FS_PHASE_EVALUATE_TRAIN);
    }
  return FS_ADVANCED_BATCH;
}

/* ---- Evaluation and observation ---- */

/* "plateau: rate 0.01 → 0.001" */
static void
watch_plateau (FsTrainer *trainer, double monitored)
{
  const FsExperiment *experiment = &trainer->experiment;
  const double rate = experiment->train.learning_rate;
  const double before = rate * trainer->plateau.share;
  if (experiment->train.schedule.type != FS_SCHEDULE_PLATEAU
      || !fs_plateau_observe (&trainer->plateau, experiment, monitored))
    return;
  char text[sizeof ((FsEvent *) NULL)->text], old[FS_NUMBER_SIZE], new[FS_NUMBER_SIZE];
  snprintf (text, sizeof text, "plateau: rate %s \u2192 %s", fs_number_write_short (before, 4, old),
            fs_number_write_short (rate * trainer->plateau.share, 4, new));
  fs_history_add_event (&trainer->history, FS_EVENT_LEARNING_RATE, trainer->epoch, text);
}

static FsAdvanced
observe (FsTrainer *trainer)
{
  const double validation_loss = trainer->validation_loss;
  FsEpochStatistics *statistics = &trainer->statistics;
  const FsObservation observation = {
    .epoch = trainer->epoch + 1,
    .train_loss = trainer->train_loss,
    .running_loss = trainer->running_loss,
    .validation_loss = validation_loss,
    .train_accuracy = trainer->train_accuracy,
    .validation_accuracy = trainer->validation_accuracy,
    .learning_rate = rate_of_step (trainer, trainer->n_steps - 1),
    .gradient_norm = fs_epoch_statistics_median_norm (statistics),
    .gradient_norm_max = fs_epoch_statistics_max_norm (statistics),
    .clipped_share = fs_epoch_statistics_clipped_share (statistics),
    .update_ratio = statistics->update_ratio,
    .gradient_norm_p90 = fs_epoch_statistics_quantile_norm (statistics, 0.9),
    .gradient_norm_p99 = fs_epoch_statistics_quantile_norm (statistics, 0.99),
  };
  trainer->epoch++;
  if (fs_history_append (&trainer->history, &observation) != FS_OK)
    {
      /* An epoch that cannot be written down must not look as if it had never been. */
      end (trainer, FS_END_STOPPED);
      return FS_ADVANCED_END;
    }
  const FsReal *parameters = fs_network_parameters (trainer->network);
  const double monitored = trainer->history.has_validation ? validation_loss : trainer->train_loss;
  trainer->is_broken = !isfinite (trainer->train_loss)
                       || (trainer->history.has_validation && !isfinite (validation_loss));
  if (fs_stopping_observe (&trainer->stopping, trainer->epoch, monitored))
    memcpy (trainer->best, parameters, fs_trainer_size (trainer) * sizeof *parameters);
  fs_checkpoints_add (trainer->checkpoints, trainer->epoch, parameters);
  watch_plateau (trainer, monitored);
  trainer->phase = FS_PHASE_BOUNDARY;
  fs_trainer_keep_state (trainer);
  return FS_ADVANCED_EPOCH;
}

static FsAdvanced
look_inside (FsTrainer *trainer, const FsInterrupt *interrupt)
{
  if (fs_trainer_look_inside (trainer, interrupt) != FS_OK)
    return FS_ADVANCED_INTERRUPTED;
  /* Without memory for it, the run goes on unseen. */
  fs_history_add_probe (&trainer->history, &trainer->probes.next);
  return observe (trainer);
}

static FsAdvanced
end_evaluation (FsTrainer *trainer, double validation_loss)
{
  trainer->validation_loss = validation_loss;
  if (!isfinite (trainer->train_loss) || !fs_trainer_probe_is_due (trainer))
    return observe (trainer);
  trainer->phase = FS_PHASE_PROBE;
  return FS_ADVANCED_EVALUATION;
}

static FsAdvanced
evaluate_chunk (FsTrainer *trainer, FsPart part, const FsInterrupt *interrupt)
{
  const size_t n_windows = trainer->dataset->windows[part].n;
  const size_t n_left = n_windows - trainer->position;
  const size_t most_rows = fs_trainer_pass_rows (trainer, part);
  const size_t n_rows = n_left < most_rows ? n_left : most_rows;
  if (fs_trainer_forward (trainer, part, trainer->position, n_rows, trainer->evaluated, interrupt)
      != FS_OK)
    return FS_ADVANCED_INTERRUPTED;
  fs_trainer_count_work (trainer, n_rows, false);
  const FsLossRule rule = fs_task_loss (&trainer->experiment, trainer->dataset);
  const FsReal *outputs = fs_network_outputs (trainer->network);
  const size_t n_output_rows = fs_task_n_output_rows (trainer->dataset, n_rows);
  const FsLossSum sum = fs_loss_sum_rows (rule, outputs, trainer->y, n_output_rows);
  if (fs_loss_is_of_classes (rule.kind))
    fs_loss_count_right (rule, outputs, trainer->y, n_output_rows, &trainer->n_right,
                         &trainer->n_answers);
  trainer->loss_sum += sum.sum;
  trainer->loss_weight += sum.weight;
  trainer->position += n_rows;
  if (trainer->position < n_windows)
    return FS_ADVANCED_EVALUATION;

  const double loss = trainer->loss_sum / trainer->loss_weight;
  const double accuracy = trainer->n_answers > 0 ? trainer->n_right / trainer->n_answers : NAN;
  if (part == FS_PART_VALIDATION)
    {
      trainer->validation_accuracy = accuracy;
      return end_evaluation (trainer, loss);
    }
  trainer->train_loss = loss;
  trainer->train_accuracy = accuracy;
  if (!trainer->history.has_validation)
    {
      trainer->validation_accuracy = NAN;
      return end_evaluation (trainer, NAN);
    }
  begin_evaluation (trainer, FS_PHASE_EVALUATE_VALIDATION);
  return FS_ADVANCED_EVALUATION;
}

FsAdvanced
fs_trainer_advance (FsTrainer *trainer, const FsInterrupt *interrupt)
{
  if (trainer->phase == FS_PHASE_BOUNDARY)
    {
      const FsEndReason reason = reason_to_end (trainer);
      if (reason == FS_END_NON_FINITE)
        end_non_finite (trainer, false);
      else if (reason != FS_END_NONE)
        end (trainer, reason);
      else
        begin_epoch (trainer);
    }
  switch (trainer->phase)
    {
    case FS_PHASE_TRAIN:
      return train_batch (trainer, interrupt);
    case FS_PHASE_EVALUATE_TRAIN:
      return evaluate_chunk (trainer, FS_PART_TRAIN, interrupt);
    case FS_PHASE_EVALUATE_VALIDATION:
      return evaluate_chunk (trainer, FS_PART_VALIDATION, interrupt);
    case FS_PHASE_PROBE:
      return look_inside (trainer, interrupt);
    case FS_PHASE_BOUNDARY:
    case FS_PHASE_ENDED:
      break;
    }
  return FS_ADVANCED_END;
}

/* ---- Reading ---- */

const FsHistory *
fs_trainer_history (const FsTrainer *trainer)
{
  return &trainer->history;
}

const FsExperiment *
fs_trainer_experiment (const FsTrainer *trainer)
{
  return &trainer->experiment;
}

FsNetwork *
fs_trainer_network (FsTrainer *trainer)
{
  return trainer->network;
}

void
fs_trainer_progress (const FsTrainer *trainer, size_t *done, size_t *total)
{
  const size_t n_windows = trainer->dataset->windows[FS_PART_TRAIN].n;
  const size_t batch = (size_t) trainer->experiment.train.batch;
  const size_t n_done = trainer->statistics.n_batches;
  switch (trainer->phase)
    {
    case FS_PHASE_TRAIN:
      *done = n_done;
      *total = n_done + (n_windows - trainer->position + batch - 1) / batch;
      break;
    case FS_PHASE_EVALUATE_TRAIN:
    case FS_PHASE_EVALUATE_VALIDATION:
    case FS_PHASE_PROBE:
      *done = *total = n_done;
      break;
    case FS_PHASE_BOUNDARY:
    case FS_PHASE_ENDED:
      *done = 0;
      *total = (n_windows + batch - 1) / batch;
      break;
    }
}

void
fs_trainer_stop (FsTrainer *trainer)
{
  if (trainer->phase != FS_PHASE_ENDED)
    end (trainer, FS_END_STOPPED);
}

const FsReal *
fs_trainer_best_weights (const FsTrainer *trainer)
{
  return trainer->stopping.best_epoch > 0 ? trainer->best : NULL;
}

const FsReal *
fs_trainer_last_weights (const FsTrainer *trainer)
{
  return trainer->phase == FS_PHASE_ENDED ? trainer->last
                                          : fs_network_parameters (trainer->network);
}

const FsReal *
fs_trainer_weights_at (const FsTrainer *trainer, uint32_t epoch, uint32_t *found_epoch)
{
  const FsReal *found = fs_checkpoints_nearest (trainer->checkpoints, epoch, found_epoch);
  if (trainer->stopping.best_epoch == epoch && (!found || *found_epoch != epoch))
    {
      *found_epoch = epoch;
      found = trainer->best;
    }
  return found;
}

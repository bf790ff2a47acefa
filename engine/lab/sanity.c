/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sanity battery; see sanity.h. The data are prepared once; each check trains a network of its own on
 * what it has left of them. */

#include "engine/lab/sanity.h"

#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/diagnose/words.h"
#include "engine/lab/run-load.h"
#include "engine/model/loss.h"
#include "engine/train/range-test.h"
#include "engine/train/task.h"

/* The battery is to be over in ten seconds on any network. So the first and the last two checks cut the number
 * of windows to what the network can do at SPEED, multiply-adds a second, in some of them; and
 * what trains stops at its deadline, and then does not claim to know. */
#define SPEED 4e9
#define FIRST_SECONDS 0.5
#define ORDER_SECONDS 1.5 /* of each of the two runs */
#define RATE_SECONDS 1.5
#define BUDGET_US (3 * G_USEC_PER_SEC / 2)

/* Beside its multiply-adds each step of a window costs as much time as these. */
#define COST_OF_STEP 2000.0

#define PASSES_OF_TRAINING 3

/* With small initial weights the outputs are near 0, and so is what one scores by forecasting 0. */
#define FIRST_LOSS_FACTOR 2.0

#define LEARNED_SHARE 0.1
#define N_MEMORISED 16
#define MEMORISED_SHARE 0.05
#define N_STEPS 600
#define MEMORISING_RATE 0.01

/* Real targets must be learned better than shuffled ones by more than chance gives. */
#define ORDER_GAIN 0.05
#define N_ORDER_WINDOWS 512
#define N_LEAST_WINDOWS 32
#define N_ORDER_EPOCHS 20
#define N_LEAST_EPOCHS 4

/* The rate may lie this far from the valley of a range test, two thirds into the longest fall of the loss.
 * Where it falls fastest is no measure: that is at the first few rates, by chance, as often as not. */
#define RATE_FACTOR 50.0

static const struct
{
  const char *word, *name;
} names[FS_N_SANITY] = {
  [FS_SANITY_FIRST_LOSS] = { "first-loss", "The first loss is as expected" },
  [FS_SANITY_ONE_BATCH] = { "one-batch", "One batch can be learned" },
  [FS_SANITY_MEMORISE] = { "memorise", "Sixteen windows are learned by heart" },
  [FS_SANITY_SHUFFLED] = { "shuffled", "Shuffled targets are learned worse" },
  [FS_SANITY_RATE] = { "rate", "The learning rate suits" },
};

const char *
fs_sanity_word (FsSanityCheck check)
{
  return names[check].word;
}

const char *
fs_sanity_name (FsSanityCheck check)
{
  return names[check].name;
}

typedef struct
{
  FsExperiment experiment; /* without what holds back */
  FsLoaded loaded;
  FsDataset *dataset; /* the loaded one's; its training windows are cut and mended */
  size_t n_windows, n_validation;
  const FsInterrupt *interrupt;
} Bench;

/* Nothing that restrains: the question is what the network can, not what it may. */
static FsExperiment
unrestrained (const FsExperiment *experiment)
{
  FsExperiment free = *experiment;
  for (size_t i = 0; i < free.n_layers; i++)
    free.layers[i].rate = 0;
  free.train.l1 = free.train.l2 = free.train.l1_recurrent = free.train.l2_recurrent = 0;
  free.train.max_norm = 0;
  free.train.class_weights = FS_CLASS_WEIGHTS_NONE;
  free.train.schedule.type = FS_SCHEDULE_NONE;
  free.train.stop.patience = FS_NEVER;
  free.train.stop.restores_best = false;
  return free;
}

/* How many windows forward the network does in so many seconds. */
static double
affordable (Bench *bench, double seconds)
{
  FsNetwork *network = fs_trainer_network (bench->loaded.trainer);
  return seconds * SPEED
         / (fs_network_row_cost (network) + COST_OF_STEP * (double) bench->dataset->length);
}

/* How a training went: after how many of its epochs it stopped, and with which losses. */
typedef struct
{
  int64_t n_epochs;
  double train_loss, validation_loss;
} Trained;

/* Trains on the dataset as it is now until the train loss has come down to `target`, the epochs are done, or
 * the time is up. FALSE if it was interrupted, or no epoch was finished. */
static gboolean
train (Bench *bench,
       const FsExperiment *experiment,
       int64_t n_epochs,
       double target,
       Trained *trained)
{
  FsExperiment shortened = *experiment;
  FsTrainer *trainer;
  int64_t deadline = g_get_monotonic_time () + BUDGET_US;
  FsAdvanced advanced = FS_ADVANCED_BATCH;
  *trained = (Trained){ 0, NAN, NAN };
  shortened.train.epochs = n_epochs;
  if (fs_trainer_new (&trainer, &shortened, bench->dataset, bench->loaded.pool, NULL) != FS_OK)
    return FALSE;
  fs_trainer_set_probing (trainer, false);
  while (advanced != FS_ADVANCED_END && advanced != FS_ADVANCED_INTERRUPTED
         && !(trained->train_loss <= target) && g_get_monotonic_time () < deadline)
    {
      advanced = fs_trainer_advance (trainer, bench->interrupt);
      const FsHistory *history = fs_trainer_history (trainer);
      if ((size_t) trained->n_epochs == history->n_observations)
        continue;
      const FsObservation *last = &history->observations[history->n_observations - 1];
      *trained =
          (Trained){ (int64_t) history->n_observations, last->train_loss, last->validation_loss };
    }
  fs_trainer_free (trainer);
  return trained->n_epochs > 0 && advanced != FS_ADVANCED_INTERRUPTED;
}

static double
target_of (const FsDataset *dataset, size_t window, size_t k)
{
  const size_t row = fs_window_target_row (dataset, FS_PART_TRAIN, window, k);
  return dataset->n_classes > 0 ? dataset->target_raw[row] : dataset->target_prepared[row];
}

/* What naming no class, or each as often as it occurs, scores on the training windows. */
static double
score_classes (const FsDataset *dataset, gboolean is_even)
{
  const size_t n = dataset->windows[FS_PART_TRAIN].n;
  g_autofree double *shares = g_new0 (double, dataset->n_classes + 1);
  double sum = 0;
  if (is_even || dataset->is_stepwise)
    return log ((double) dataset->n_classes);
  for (size_t i = 0; i < n; i++)
    {
      double y = target_of (dataset, i, 0);
      if (y >= 0 && y < (double) dataset->n_classes)
        shares[(size_t) y] += 1.0 / (double) n;
    }
  for (size_t k = 0; k < dataset->n_classes; k++)
    sum -= shares[k] > 0 ? shares[k] * log (shares[k]) : 0;
  return sum;
}

/* What forecasting 0, or the mean of the targets there are, scores on the training windows. */
static double
score_constant (const Bench *bench, gboolean is_zero)
{
  const FsDataset *dataset = bench->dataset;
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  const FsLossRule rule = fs_loss_rule (&bench->experiment);
  double mean = 0, sum = 0, n = (double) (windows->n * dataset->n_targets);
  if (dataset->n_classes > 0)
    return score_classes (dataset, is_zero);
  for (int pass = is_zero ? 1 : 0; pass < 2; pass++)
    for (size_t i = 0; i < windows->n; i++)
      for (size_t h = 0; h < dataset->n_targets; h++)
        {
          double y = target_of (dataset, i, h);
          if (pass == 0)
            mean += y / n;
          else
            sum += fs_loss_term (rule, mean, y) / n;
        }
  return sum;
}

/* ---- the checks ---- */

/* Of one window. */
static double
score_prediction (const Bench *bench, size_t window, const double *predicted)
{
  const FsDataset *dataset = bench->dataset;
  const FsLossRule rule = fs_task_loss (&bench->experiment, dataset);
  g_autofree double *p = g_new (double, dataset->n_outputs + 1);
  double sum = 0;
  if (dataset->n_classes > 0)
    {
      fs_loss_probabilities (rule, predicted, p);
      return fs_loss_of_probabilities (rule, p, (size_t) target_of (dataset, window, 0));
    }
  for (size_t h = 0; h < dataset->n_outputs; h++)
    sum += fs_loss_term (rule, predicted[h], target_of (dataset, window, h))
           / (double) dataset->n_outputs;
  return sum;
}

static void
check_first_loss (Bench *bench, FsSanity *result)
{
  const FsDataset *dataset = bench->dataset;
  FsWindows *windows = &bench->dataset->windows[FS_PART_TRAIN];
  char value[FS_NUMBER_SIZE], expected[FS_NUMBER_SIZE];
  if (dataset->is_stepwise)
    {
      FS_SAY (result->sentence, "not tried on a text that is to be continued");
      return;
    }
  windows->n = (size_t) CLAMP (affordable (bench, FIRST_SECONDS), 1, (double) bench->n_windows);
  g_autofree double *predicted = g_new (double, windows->n * dataset->n_outputs + 1);
  const FsStatus status =
      fs_trainer_predict (bench->loaded.trainer, FS_PART_TRAIN, predicted, bench->interrupt);
  for (size_t i = 0; status == FS_OK && i < windows->n; i++)
    result->value +=
        score_prediction (bench, i, predicted + i * dataset->n_outputs) / (double) windows->n;
  result->expected = score_constant (bench, TRUE);
  windows->n = bench->n_windows;
  if (status != FS_OK)
    return;
  result->is_done = TRUE;
  result->is_well = result->value < FIRST_LOSS_FACTOR * result->expected
                    && result->value > result->expected / FIRST_LOSS_FACTOR;
  fs_words_number (result->value, value);
  fs_words_number (result->expected, expected);
  if (dataset->n_classes > 0)
    FS_SAY (result->sentence, "initial weights score %s, all classes alike score %s%s", value,
            expected,
            result->is_well ? "" : fs_text (": outputs, targets or loss are not on one scale"));
  else
    FS_SAY (result->sentence, "initial weights score %s, forecasting 0 scores %s%s", value,
            expected,
            result->is_well ? "" : fs_text (": outputs, targets or loss are not on one scale"));
}

static void
check_learning (Bench *bench, FsSanity *result, size_t n_windows, double rate, double share)
{
  FsExperiment experiment = bench->experiment;
  char value[FS_NUMBER_SIZE];
  Trained trained;
  n_windows = MIN (n_windows, bench->n_windows);
  if (affordable (bench, BUDGET_US / 1e6) < (double) (n_windows * (PASSES_OF_TRAINING + 1)))
    {
      FS_SAY (result->sentence, "not known: this network is too large to try it in some seconds");
      return;
    }
  bench->dataset->windows[FS_PART_TRAIN].n = n_windows;
  bench->dataset->windows[FS_PART_VALIDATION].n = 0; /* is not asked, and would cost time */
  if (rate > 0)
    {
      experiment.train.learning_rate = rate;
      experiment.train.optimiser = FS_OPTIMISER_ADAM;
      experiment.train.clip_norm = experiment.train.clip_value = 0;
    }
  experiment.train.batch = (int64_t) n_windows;
  const double mean = score_constant (bench, FALSE);
  result->expected = share * mean;
  result->is_done = train (bench, &experiment, N_STEPS, result->expected, &trained);
  result->value = trained.train_loss;
  bench->dataset->windows[FS_PART_TRAIN].n = bench->n_windows;
  bench->dataset->windows[FS_PART_VALIDATION].n = bench->n_validation;
  result->is_well = result->is_done && result->value <= result->expected;
  if (!result->is_well && trained.n_epochs < N_STEPS)
    {
      result->is_done = FALSE;
      FS_SAY (result->sentence, "not known: this network makes %d of %d steps in the time there is",
              (int) trained.n_epochs, N_STEPS);
      return;
    }
  FS_SAY (result->sentence, "what their mean leaves was brought down to %s (wanted: %.0f %%)%s",
          fs_words_percent (result->value / mean, value), 100 * share,
          result->is_well ? ""
          : rate > 0
              ? fs_text (": the network is too small, or something in it is broken")
              : fs_text (": the rate is wrong, or something between data and loss is broken"));
}

/* Targets of training rows or sequences change places; inputs and validation stay. What was there. */
static double *
shuffle_targets (Bench *bench, double **targets)
{
  FsDataset *dataset = bench->dataset;
  const gboolean has_rows = dataset->task == FS_TASK_FORECAST;
  const uint32_t *starts = dataset->windows[FS_PART_TRAIN].starts;
  g_autofree size_t *rows = g_new (size_t, MAX (dataset->n_rows, bench->n_windows) + 1);
  size_t n = 0;
  *targets = dataset->n_classes > 0 ? dataset->target_raw : dataset->target_prepared;
  double *kept = g_memdup2 (*targets, dataset->n_rows * sizeof *kept);
  FsRandom random = fs_random ((uint64_t) bench->experiment.train.seed, FS_STREAM_PROBE, 0, 0);
  for (size_t i = 0; !has_rows && i < bench->n_windows; i++)
    rows[n++] = starts[i];
  for (size_t row = dataset->length; has_rows && row < dataset->part_ends[FS_PART_TRAIN]; row++)
    if (fs_dataset_part_of_row (dataset, row) == FS_PART_TRAIN)
      rows[n++] = row;
  for (size_t i = n; i-- > 1;)
    {
      double *a = *targets + rows[i];
      double *b = *targets + rows[fs_random_below (&random, i + 1)], swapped = *a;
      if (isnan (*a) || isnan (*b))
        continue;
      *a = *b;
      *b = swapped;
    }
  return kept;
}

static void
check_order (Bench *bench, FsSanity *result)
{
  char real[FS_NUMBER_SIZE], shuffled[FS_NUMBER_SIZE];
  FsWindows *windows = bench->dataset->windows;
  const double rows = affordable (bench, ORDER_SECONDS) / (PASSES_OF_TRAINING + 2);
  const double n_windows = fmin (N_ORDER_WINDOWS, (double) bench->n_windows);
  const double n_least = fmin (N_LEAST_WINDOWS, n_windows);
  const double n = fmax (n_least, fmin (n_windows, rows / N_ORDER_EPOCHS));
  const double n_epochs = fmin (N_ORDER_EPOCHS, floor (rows / n));
  Trained with = { 0 }, without = { 0 };
  if (bench->n_validation == 0)
    {
      FS_SAY (result->sentence, "there is no validation part to see it on");
      return;
    }
  if (bench->dataset->is_stepwise)
    {
      FS_SAY (result->sentence, "not tried on a text that is to be continued");
      return;
    }
  if (n_epochs < N_LEAST_EPOCHS)
    {
      FS_SAY (result->sentence, "not known: this network is too large to try it in some seconds");
      return;
    }
  windows[FS_PART_TRAIN].n = (size_t) n;
  windows[FS_PART_VALIDATION].n = MIN ((size_t) n, bench->n_validation);
  result->is_done = train (bench, &bench->experiment, (int64_t) n_epochs, -INFINITY, &with);
  double *targets, *kept = shuffle_targets (bench, &targets);
  result->is_done =
      train (bench, &bench->experiment, (int64_t) n_epochs, -INFINITY, &without) && result->is_done;
  memcpy (targets, kept, bench->dataset->n_rows * sizeof *kept);
  g_free (kept);
  windows[FS_PART_TRAIN].n = bench->n_windows;
  windows[FS_PART_VALIDATION].n = bench->n_validation;
  result->value = with.validation_loss;
  result->expected = without.validation_loss;
  if (with.n_epochs != without.n_epochs || with.n_epochs < N_LEAST_EPOCHS)
    {
      result->is_done = FALSE;
      FS_SAY (result->sentence, "not known: there was no time to train both for as long");
      return;
    }
  result->is_well = result->value < (1 - ORDER_GAIN) * result->expected;
  FS_SAY (result->sentence, "validation %s with the real targets, %s with shuffled ones%s",
          fs_words_number (result->value, real), fs_words_number (result->expected, shuffled),
          result->is_well ? "" : fs_text (": so far nothing is learned that holds for other rows"));
}

static void
check_rate (Bench *bench, FsSanity *result)
{
  const FsRangeTestSettings settings = fs_range_test_settings_default ();
  FsExperiment experiment = bench->experiment;
  FsRangeTest test = { 0 };
  FsTrainer *trainer;
  char rate[FS_NUMBER_SIZE], valley[FS_NUMBER_SIZE];
  const double most =
      floor (affordable (bench, RATE_SECONDS) / PASSES_OF_TRAINING / (double) settings.n_steps);
  result->value = bench->experiment.train.learning_rate;
  if (most < 1)
    {
      FS_SAY (result->sentence, "not known: this network is too large to try it in some seconds");
      return;
    }
  experiment.train.batch = (int64_t) fmin ((double) experiment.train.batch, most);
  if (fs_trainer_new (&trainer, &experiment, bench->dataset, bench->loaded.pool, NULL) != FS_OK)
    return;
  if (fs_range_test_run (&test, trainer, &settings, bench->interrupt, NULL) == FS_OK)
    {
      result->expected = test.valley;
      result->is_done = isfinite (test.valley);
    }
  fs_range_test_clear (&test);
  fs_trainer_free (trainer);
  result->is_well = result->is_done && result->value < RATE_FACTOR * result->expected
                    && result->value > result->expected / RATE_FACTOR;
  if (result->is_done)
    FS_SAY (result->sentence, "it is %s; while a rate rises, the loss falls best at about %s",
            fs_words_number (result->value, rate), fs_words_number (result->expected, valley));
  else
    FS_SAY (result->sentence, "the loss falls at no rate");
}

static void
run_check (Bench *bench, FsSanityCheck check, FsSanity *result)
{
  switch (check)
    {
    case FS_SANITY_FIRST_LOSS:
      check_first_loss (bench, result);
      break;
    case FS_SANITY_ONE_BATCH:
      check_learning (bench, result, (size_t) bench->experiment.train.batch, 0, LEARNED_SHARE);
      break;
    case FS_SANITY_MEMORISE:
      check_learning (bench, result, N_MEMORISED, MEMORISING_RATE, MEMORISED_SHARE);
      break;
    case FS_SANITY_SHUFFLED:
      check_order (bench, result);
      break;
    case FS_SANITY_RATE:
      check_rate (bench, result);
      break;
    case FS_N_SANITY:
      break;
    }
}

gboolean
fs_sanity_run (FsSanity results[FS_N_SANITY],
               const FsExperiment *experiment,
               const char *base,
               const FsInterrupt *interrupt,
               FsSanityProgress progress,
               void *data,
               GError **error)
{
  g_autofree Bench *bench = g_new0 (Bench, 1);
  bench->experiment = unrestrained (experiment);
  bench->interrupt = interrupt;
  memset (results, 0, FS_N_SANITY * sizeof *results);
  gboolean is_loaded =
      fs_loaded_make (&bench->loaded, &bench->experiment, base, 0, interrupt, error);
  if (is_loaded)
    {
      bench->dataset = bench->loaded.prepared->dataset;
      bench->n_windows = bench->dataset->windows[FS_PART_TRAIN].n;
      bench->n_validation = bench->dataset->windows[FS_PART_VALIDATION].n;
    }
  for (FsSanityCheck check = 0;
       is_loaded && check < FS_N_SANITY && !fs_interrupt_is_requested (interrupt); check++)
    {
      run_check (bench, check, &results[check]);
      if (progress)
        progress (check, &results[check], data);
    }
  fs_loaded_clear (&bench->loaded);
  return is_loaded;
}

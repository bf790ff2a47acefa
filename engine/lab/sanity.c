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

/* For each of the checks that train. The battery is to be over in ten seconds on any network. */
#define BUDGET_US (2 * G_USEC_PER_SEC)

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
#define N_ORDER_EPOCHS 20

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
  size_t n_windows;
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
  free.train.schedule.type = FS_SCHEDULE_NONE;
  free.train.stop.patience = FS_NEVER;
  free.train.stop.restores_best = false;
  return free;
}

/* Trains on the dataset as it is now, within the budget; the losses of the last epoch. */
static gboolean
train (Bench *bench,
       const FsExperiment *experiment,
       int64_t n_epochs,
       double *train_loss,
       double *validation_loss)
{
  FsExperiment shortened = *experiment;
  FsTrainer *trainer;
  int64_t deadline = g_get_monotonic_time () + BUDGET_US;
  FsAdvanced advanced = FS_ADVANCED_BATCH;
  shortened.train.epochs = n_epochs;
  if (fs_trainer_new (&trainer, &shortened, bench->dataset, bench->loaded.pool, NULL) != FS_OK)
    return FALSE;
  while (advanced != FS_ADVANCED_END && advanced != FS_ADVANCED_INTERRUPTED
         && (advanced != FS_ADVANCED_EPOCH || g_get_monotonic_time () < deadline))
    advanced = fs_trainer_advance (trainer, bench->interrupt);
  const FsHistory *history = fs_trainer_history (trainer);
  gboolean has_any = history->n_observations > 0;
  if (has_any)
    {
      const FsObservation *last = &history->observations[history->n_observations - 1];
      *train_loss = last->train_loss;
      *validation_loss = last->validation_loss;
    }
  fs_trainer_free (trainer);
  return has_any && advanced != FS_ADVANCED_INTERRUPTED;
}

/* What forecasting 0, or the mean of the targets there are, scores on the training windows. */
static double
score_constant (const Bench *bench, gboolean is_zero)
{
  const FsDataset *dataset = bench->dataset;
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  const FsLossRule rule = fs_loss_rule (&bench->experiment);
  double mean = 0, sum = 0, n = (double) (windows->n * dataset->horizon);
  for (int pass = is_zero ? 1 : 0; pass < 2; pass++)
    for (size_t i = 0; i < windows->n; i++)
      for (size_t h = 0; h < dataset->horizon; h++)
        {
          double y = dataset->target_prepared[windows->starts[i] + dataset->length + h];
          if (pass == 0)
            mean += y / n;
          else
            sum += fs_loss_term (rule, mean, y) / n;
        }
  return sum;
}

/* ---- the checks ---- */

static void
check_first_loss (Bench *bench, FsSanity *result)
{
  const FsDataset *dataset = bench->dataset;
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  const FsLossRule rule = fs_loss_rule (&bench->experiment);
  const size_t n_outputs = dataset->n_outputs;
  g_autofree double *predicted = g_new (double, windows->n *n_outputs + 1);
  char value[FS_NUMBER_SIZE], expected[FS_NUMBER_SIZE];
  double n = (double) (windows->n * n_outputs);
  if (fs_trainer_predict (bench->loaded.trainer, FS_PART_TRAIN, predicted, bench->interrupt)
      != FS_OK)
    return;
  for (size_t i = 0; i < windows->n; i++)
    for (size_t h = 0; h < n_outputs; h++)
      result->value +=
          fs_loss_term (rule, predicted[i * n_outputs + h],
                        dataset->target_prepared[windows->starts[i] + dataset->length + h])
          / n;
  result->expected = score_constant (bench, TRUE);
  result->is_done = TRUE;
  result->is_well = result->value < FIRST_LOSS_FACTOR * result->expected
                    && result->value > result->expected / FIRST_LOSS_FACTOR;
  FS_SAY (result->sentence, "initial weights score %s, forecasting 0 scores %s%s",
          fs_words_number (result->value, value), fs_words_number (result->expected, expected),
          result->is_well ? "" : ": outputs, targets or loss are not on one scale");
}

static void
check_learning (Bench *bench, FsSanity *result, size_t n_windows, double rate, double share)
{
  FsExperiment experiment = bench->experiment;
  char value[FS_NUMBER_SIZE];
  double validation;
  bench->dataset->windows[FS_PART_TRAIN].n = MIN (n_windows, bench->n_windows);
  if (rate > 0)
    {
      experiment.train.learning_rate = rate;
      experiment.train.optimiser = FS_OPTIMISER_ADAM;
      experiment.train.clip_norm = experiment.train.clip_value = 0;
    }
  experiment.train.batch = (int64_t) MIN (n_windows, bench->n_windows);
  result->expected = share * score_constant (bench, FALSE);
  result->is_done = train (bench, &experiment, N_STEPS, &result->value, &validation);
  bench->dataset->windows[FS_PART_TRAIN].n = bench->n_windows;
  result->is_well = result->is_done && result->value <= result->expected;
  FS_SAY (result->sentence, "what their mean leaves was brought down to %s (wanted: %.0f %%)%s",
          fs_words_percent (result->value / result->expected * share, value), 100 * share,
          result->is_well ? ""
          : rate > 0      ? ": the network is too small, or something in it is broken"
                          : ": the rate is wrong, or something between data and loss is broken");
}

/* Targets of training rows change places; inputs and validation stay. */
static double *
shuffle_targets (Bench *bench)
{
  FsDataset *dataset = bench->dataset;
  size_t begin = dataset->length, end = dataset->part_ends[FS_PART_TRAIN];
  double *kept = g_memdup2 (dataset->target_prepared, dataset->n_rows * sizeof *kept);
  FsRandom random = fs_random ((uint64_t) bench->experiment.train.seed, FS_STREAM_PROBE, 0, 0);
  for (size_t t = end; t-- > begin + 1;)
    {
      size_t other = begin + (size_t) fs_random_below (&random, t - begin + 1);
      double y = dataset->target_prepared[t];
      if (isnan (y) || isnan (dataset->target_prepared[other]))
        continue;
      dataset->target_prepared[t] = dataset->target_prepared[other];
      dataset->target_prepared[other] = y;
    }
  return kept;
}

static void
check_order (Bench *bench, FsSanity *result)
{
  double train_loss;
  char real[FS_NUMBER_SIZE], shuffled[FS_NUMBER_SIZE];
  if (bench->dataset->windows[FS_PART_VALIDATION].n == 0)
    {
      FS_SAY (result->sentence, "there is no validation part to see it on");
      return;
    }
  bench->dataset->windows[FS_PART_TRAIN].n = MIN (N_ORDER_WINDOWS, bench->n_windows);
  result->is_done = train (bench, &bench->experiment, N_ORDER_EPOCHS, &train_loss, &result->value);
  double *kept = shuffle_targets (bench);
  result->is_done =
      result->is_done
      && train (bench, &bench->experiment, N_ORDER_EPOCHS, &train_loss, &result->expected);
  memcpy (bench->dataset->target_prepared, kept, bench->dataset->n_rows * sizeof *kept);
  g_free (kept);
  bench->dataset->windows[FS_PART_TRAIN].n = bench->n_windows;
  result->is_well = result->value < (1 - ORDER_GAIN) * result->expected;
  FS_SAY (result->sentence, "validation %s with the real targets, %s with shuffled ones%s",
          fs_words_number (result->value, real), fs_words_number (result->expected, shuffled),
          result->is_well ? "" : ": so far nothing is learned that holds for other rows");
}

static void
check_rate (Bench *bench, FsSanity *result)
{
  const FsRangeTestSettings settings = fs_range_test_settings_default ();
  FsRangeTest test = { 0 };
  FsTrainer *trainer;
  char rate[FS_NUMBER_SIZE], valley[FS_NUMBER_SIZE];
  if (fs_trainer_new (&trainer, &bench->experiment, bench->dataset, bench->loaded.pool, NULL)
      != FS_OK)
    return;
  result->value = bench->experiment.train.learning_rate;
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

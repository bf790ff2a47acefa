/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The trainer's looks inside: when they are due, on which windows, and how batches are cut into halves
 * for the noise of the gradient. What comes of them is a FsProbe in the history (probe.h).
 *
 * They are paid for out of the work that has been done, counted in multiply-adds and not in seconds, so
 * that the same run takes the same probes everywhere: each pass puts a small share of its cost aside,
 * and a probe is taken when there is enough. The shares are such that all that probes do stays below 3 % of
 * the time; `fitscope bench` measures it. On credit are the first probe, and in small jobs, which could
 * not pay for a second one before they end, those of epochs 2, 4, 8 … and of the last one: as long as
 * the debt is some hundredths of a second. */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/train/layer-probe.h"
#include "engine/train/task.h"
#include "engine/train/trainer-private.h"

/* Of the work, for the look inside and for batches that are cut. */
#define INSIDE_SHARE 0.012
#define NOISE_SHARE 0.007

/* Multiply-adds, or what takes their time, that looks inside may be in debt. */
#define MOST_DEBT 3e7

/* Windows of the fixed set: one in sixteen of the training part, but no fewer than eight (statistics
 * of states hold over steps and units too) and no more than 32. */
#define WINDOWS_PER_PROBED 16
#define MIN_PROBED 8
#define MAX_PROBED 32

/* What is left of the weight of older batches with each that is cut. */
#define NOISE_MEMORY 0.9

/* Forward, backward and the gradient of the weights are alike in work. */
#define PASSES_OF_TRAINING 3

/* Beside its multiply-adds a pass has work for each unit and step, whose curves do not come in blocks of
 * less than 16. In small networks that is most of it; as many multiply-adds take its time. */
#define COST_OF_UNIT_STEP 64
#define UNITS_A_BLOCK 16

/* One row forward. */
static double
cost_of_row (const FsTrainer *trainer)
{
  double cost = fs_network_row_cost (trainer->network);
  FsStateShape shape;
  for (size_t i = 0; i < trainer->experiment.n_layers; i++)
    if (fs_network_state_shape (trainer->network, i, &shape))
      cost += COST_OF_UNIT_STEP * (double) shape.n_steps
              * (double) ((shape.n_units + UNITS_A_BLOCK - 1) / UNITS_A_BLOCK * UNITS_A_BLOCK);
  return cost;
}

void
fs_trainer_count_work (FsTrainer *trainer, size_t n_rows, bool is_training)
{
  FsTrainerProbes *probes = &trainer->probes;
  const double work =
      (is_training ? PASSES_OF_TRAINING : 1) * (double) n_rows * cost_of_row (trainer);
  probes->work += work;
  if (probes->is_off)
    return;
  probes->credit += INSIDE_SHARE * work;
  probes->noise_credit += NOISE_SHARE * work;
}

static void
pay (FsTrainerProbes *probes, double *credit, double cost)
{
  *credit -= cost;
  probes->spent += cost;
}

/* ---- Noise ---- */

/* The first half of a batch of n. */
static size_t
half_of (size_t n_rows)
{
  return n_rows / 2;
}

static double
cost_of_half (const FsTrainer *trainer, size_t n_rows)
{
  return PASSES_OF_TRAINING * (double) half_of (n_rows) * cost_of_row (trainer)
         + 3 * (double) fs_trainer_size (trainer);
}

/* The same masks of dropout fall on these rows as in the whole batch, for they are its first. */
FsStatus
fs_trainer_halve_batch (FsTrainer *trainer, size_t n_rows, const FsInterrupt *interrupt)
{
  FsTrainerProbes *probes = &trainer->probes;
  FsNetwork *network = trainer->network;
  const size_t n_half = half_of (n_rows);
  const uint32_t *which = trainer->order + trainer->position;
  if (probes->halved_step == trainer->n_steps + 1 && probes->halved_rows == n_rows)
    return FS_OK; /* the pass over the whole was interrupted */
  probes->halved_step = 0;
  /* What the second half pulls at can only be told where every row weighs the same. */
  if (probes->is_off || n_half == 0 || trainer->dataset->class_weights
      || trainer->dataset->is_stepwise || probes->noise_credit < cost_of_half (trainer, n_rows))
    return FS_OK;
  if (!probes->half)
    probes->half = calloc (fs_trainer_size (trainer) + 1, sizeof *probes->half);
  if (!probes->half)
    return FS_OK; /* without memory there is no noise to see: no reason to end a run */
  const FsPass pass = { .n_rows = n_half,
                        .is_training = true,
                        .seed = (uint64_t) trainer->experiment.train.seed,
                        .step = trainer->n_steps,
                        .lengths = fs_trainer_gather_batch (trainer, which, n_half),
                        .interrupt = interrupt };
  if (fs_network_forward (network, &pass) != FS_OK)
    return FS_INTERRUPTED;
  fs_loss_gradient_rows (fs_task_loss (&trainer->experiment, trainer->dataset),
                         fs_network_outputs (network), trainer->y, n_half, trainer->dy);
  if (fs_network_backward (network, &pass, trainer->dy) != FS_OK)
    return FS_INTERRUPTED;
  memcpy (probes->half, fs_network_gradients (network),
          fs_trainer_size (trainer) * sizeof *probes->half);
  probes->halved_step = trainer->n_steps + 1;
  probes->halved_rows = n_rows;
  return FS_OK;
}

/* With the gradients A of the first half's a rows and G of all n = a + b: B = (n G − a A) / b. */
void
fs_trainer_measure_noise (FsTrainer *trainer, size_t n_rows)
{
  FsTrainerProbes *probes = &trainer->probes;
  if (probes->halved_step != trainer->n_steps + 1)
    return;
  const FsReal *whole = fs_network_gradients (trainer->network);
  const double n = (double) n_rows, a = (double) half_of (n_rows), b = n - a;
  double product = 0, difference = 0;
  for (size_t i = 0; i < fs_trainer_size (trainer); i++)
    {
      const double g_a = (double) probes->half[i];
      const double g_b = (n * (double) whole[i] - a * g_a) / b;
      product += g_a * g_b;
      difference += (g_a - g_b) * (g_a - g_b);
    }
  probes->halved_step = 0;
  pay (probes, &probes->noise_credit, cost_of_half (trainer, n_rows));
  if (!isfinite (product) || !isfinite (difference))
    return;
  probes->noise = NOISE_MEMORY * probes->noise + difference / (1 / a + 1 / b);
  probes->signal = NOISE_MEMORY * probes->signal + product;
  probes->noise_weight = NOISE_MEMORY * probes->noise_weight + 1;
}

static void
tell_noise (const FsTrainerProbes *probes, FsProbe *probe)
{
  probe->noise = probe->signal = probe->noise_scale = NAN;
  if (probes->noise_weight == 0)
    return;
  probe->noise = probes->noise / probes->noise_weight;
  probe->signal = probes->signal / probes->noise_weight;
  probe->noise_scale = probe->signal > 0 ? probe->noise / probe->signal : INFINITY;
}

/* ---- Tensors ---- */

void
fs_trainer_note_tensors (FsTrainer *trainer)
{
  FsProbe *probe = &trainer->probes.next;
  probe->n_tensors = (uint32_t) fs_network_tensors (trainer->network)->n_tensors;
  for (size_t i = 0; i < probe->n_tensors; i++)
    {
      const FsDescentNorms norms = fs_descent_tensor_norms (trainer->descent, i);
      probe->tensors[i] = (FsTensorProbe){
        .gradient_norm = (float) norms.gradient,
        .weight_norm = (float) norms.weight,
        .update_ratio = (float) (norms.weight > 0 ? norms.change / norms.weight : NAN),
      };
    }
}

/* ---- The inside ---- */

/* Masked steps have no gates to look at: only windows without any are probed. */
static bool
is_whole (const FsTrainer *trainer, size_t window)
{
  return !trainer->dataset->is_masked
         || fs_window_length (trainer->dataset, FS_PART_TRAIN, window) == trainer->dataset->length;
}

static size_t
count_whole (const FsTrainer *trainer)
{
  const size_t n_windows = trainer->dataset->windows[FS_PART_TRAIN].n;
  size_t n = 0;
  for (size_t i = 0; i < n_windows; i++)
    n += is_whole (trainer, i);
  return n;
}

/* The windows probed, evenly spread over the whole ones. */
static void
choose_probed (const FsTrainer *trainer, size_t n_rows, uint32_t *which)
{
  const size_t n_whole = count_whole (trainer);
  for (size_t window = 0, place = 0, i = 0; i < n_rows; window++)
    if (is_whole (trainer, window) && place++ == i * n_whole / n_rows)
      which[i++] = (uint32_t) window;
}

static size_t
n_probed (const FsTrainer *trainer)
{
  const size_t n = count_whole (trainer);
  size_t n_rows = n / WINDOWS_PER_PROBED;
  n_rows = n_rows < MIN_PROBED ? MIN_PROBED : n_rows > MAX_PROBED ? MAX_PROBED : n_rows;
  n_rows = n_rows < n ? n_rows : n;
  return n_rows < trainer->max_rows ? n_rows : trainer->max_rows;
}

static double
cost_of_probe (const FsTrainer *trainer)
{
  const size_t n_rows = n_probed (trainer);
  double cost = PASSES_OF_TRAINING * (double) n_rows * cost_of_row (trainer);
  bool reads_window = true;
  FsStateShape shape;
  for (size_t i = 0; i < trainer->experiment.n_layers; i++)
    if (fs_network_state_shape (trainer->network, i, &shape))
      {
        cost += fs_layer_probe_cost (&shape, n_rows, reads_window);
        reads_window = false;
      }
  return cost;
}

/* The weights of the pass that has just been made. Without memory there is nothing to see. */
static void
tell_attention (const FsTrainer *trainer, size_t n_rows, FsProbe *probe)
{
  const size_t n_steps = trainer->dataset->length;
  const size_t n = n_steps < FS_PROBE_TIMES ? n_steps : FS_PROBE_TIMES;
  FsReal *weights = calloc (n_steps + 1, sizeof *weights);
  double *sums = calloc (n_steps + 1, sizeof *sums);
  size_t layer = 0, n_read = 0;
  probe->n_attention = 0;
  while (layer < trainer->experiment.n_layers
         && trainer->experiment.layers[layer].kind != FS_LAYER_ATTENTION)
    layer++;
  for (size_t row = 0; weights && sums && row < n_rows; row++)
    if (layer < trainer->experiment.n_layers
        && fs_network_attention (trainer->network, layer, row, weights))
      {
        for (size_t t = 0; t < n_steps; t++)
          sums[t] += (double) weights[t];
        n_read++;
      }
  for (size_t i = 0; n_read > 0 && i < n; i++)
    {
      const size_t begin = i * n_steps / n, end = (i + 1) * n_steps / n;
      double sum = 0;
      for (size_t t = begin; t < end; t++)
        sum += sums[t];
      probe->attention[i] = (float) (sum / (double) ((end - begin) * n_read));
    }
  if (n_read > 0)
    {
      probe->n_attention = (uint32_t) n;
      probe->attention_layer = (uint32_t) layer;
      probe->attention_steps = (uint32_t) n_steps;
    }
  free (weights);
  free (sums);
}

/* Epochs that a short run should not end without a look at. */
static bool
is_milestone (const FsTrainer *trainer, uint32_t epoch)
{
  return (epoch & (epoch - 1)) == 0 || (int64_t) epoch == trainer->experiment.train.epochs;
}

bool
fs_trainer_probe_is_due (const FsTrainer *trainer)
{
  const FsTrainerProbes *probes = &trainer->probes;
  const uint32_t epoch = (uint32_t) trainer->epoch + 1;
  if (probes->is_off || n_probed (trainer) == 0
      || !fs_history_wants_probe (&trainer->history, epoch))
    return false;
  if (trainer->history.n_probes == 0)
    return true;
  const double most_debt = is_milestone (trainer, epoch) ? MOST_DEBT : 0;
  return probes->credit - cost_of_probe (trainer) >= -most_debt;
}

FsStatus
fs_trainer_look_inside (FsTrainer *trainer, const FsInterrupt *interrupt)
{
  FsTrainerProbes *probes = &trainer->probes;
  FsNetwork *network = trainer->network;
  FsProbe *probe = &probes->next;
  const size_t n_rows = n_probed (trainer);
  const FsPass pass = {
    .n_rows = n_rows, .is_training = true, .is_probe = true, .interrupt = interrupt
  };
  choose_probed (trainer, n_rows, trainer->which);
  fs_dataset_gather (trainer->dataset, FS_PART_TRAIN, trainer->which, n_rows,
                     fs_network_inputs (network), trainer->y);
  if (fs_network_forward (network, &pass) != FS_OK)
    return FS_INTERRUPTED;
  probe->n_layers = 0;
  for (size_t i = 0; i < trainer->experiment.n_layers; i++)
    if (fs_layer_probe_states (&probe->layers[probe->n_layers], network, i, n_rows))
      probe->n_layers++;
  tell_attention (trainer, n_rows, probe);
  fs_loss_gradient_rows (fs_task_loss (&trainer->experiment, trainer->dataset),
                         fs_network_outputs (network), trainer->y,
                         fs_task_n_output_rows (trainer->dataset, n_rows), trainer->dy);
  if (fs_network_backward (network, &pass, trainer->dy) != FS_OK)
    return FS_INTERRUPTED;
  for (size_t i = 0; i < probe->n_layers; i++)
    fs_layer_probe_gradients (&probe->layers[i], network, probe->layers[i].layer, n_rows, i == 0);
  probe->epoch = trainer->epoch + 1;
  tell_noise (probes, probe);
  pay (probes, &probes->credit, cost_of_probe (trainer));
  return FS_OK;
}

/* ---- Outside ---- */

void
fs_trainer_set_probing (FsTrainer *trainer, bool is_on)
{
  trainer->probes.is_off = !is_on;
}

double
fs_trainer_probe_share (const FsTrainer *trainer)
{
  const FsTrainerProbes *probes = &trainer->probes;
  return probes->work > 0 ? probes->spent / (probes->work + probes->spent) : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* One experiment's data, measured before training; see data-facts.h. */

#include "engine/diagnose/data-facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/diagnose/words.h"
#include "engine/maths/order.h"
#include "engine/prepare/geometry.h"
#include "engine/train/task.h"

/* The newest training rows are enough for a correlation, and bound the cost for long files. */
#define MOST_ROWS 4000

/* Lags searched for an input that acts late: as many windows, but no more rows than this. */
#define LATE_WINDOWS 4
#define MOST_LAGS 240

/* A target whose own past leaves less than this share of its variance is deterministic: anything that
 * follows it looks like a copy of it, and a leak cannot be told from a law. */
#define LEAST_REMAINDER 1e-4

/* A value that repeats for this share of the rows at an end of the range, and lies this many sds of
 * the others away from them, is a code for "missing" (−999), not a measurement. */
#define SENTINEL_SHARE 0.002
#define SENTINEL_REACH 8.0

#define N_BASIS 4

/* Of the noise of a column that is the target one row ahead, the target's past explains no more than this;
 * and the column tells of the next row by chance with less than e^-15. */
#define LITTLE_OF_NOISE 0.05
#define SURE_SHARE 30.0

void
fs_data_facts_name_channel (const FsDataset *dataset,
                            size_t channel,
                            double value,
                            FsChannelFact *fact)
{
  fact->channel = channel;
  fact->value = value;
  if (channel < dataset->raw->n_channels)
    FS_SAY (fact->name, "%.*s", FS_FACT_NAME_SIZE - 1, dataset->raw->names[channel]);
  else
    FS_SAY (fact->name, "feature %zu", channel - dataset->raw->n_channels + 1);
}

/* ---- levels of prepared channels ---- */

typedef struct
{
  size_t n;
  double mean, sd, low, high;
  bool has_two_values; /* or one */
} Level;

static Level
level_of (const double *values, size_t n)
{
  Level level = { .low = INFINITY, .high = -INFINITY, .has_two_values = true };
  double mean = 0, squares = 0;
  for (size_t i = 0; i < n; i++)
    if (isfinite (values[i]))
      {
        double step = values[i] - mean;
        level.n++;
        mean += step / (double) level.n;
        squares += step * (values[i] - mean);
        level.low = fmin (level.low, values[i]);
        level.high = fmax (level.high, values[i]);
      }
  for (size_t i = 0; i < n && level.has_two_values; i++)
    level.has_two_values =
        !isfinite (values[i]) || values[i] == level.low || values[i] == level.high;
  level.mean = mean;
  level.sd = level.n > 1 ? sqrt (squares / (double) (level.n - 1)) : 0;
  return level;
}

/* The greatest distance from the median in robust sds, and 0 where most values are equal. */
static double
farthest (const double *values, size_t n, double *scratch)
{
  size_t n_known = 0;
  for (size_t i = 0; i < n; i++)
    if (isfinite (values[i]))
      scratch[n_known++] = values[i];
  if (n_known < 8)
    return 0;
  fs_sort (scratch, n_known);
  double median = fs_quantile (scratch, n_known, 0.5);
  double reach = fmax (median - scratch[0], scratch[n_known - 1] - median);
  for (size_t i = 0; i < n_known; i++)
    scratch[i] = fabs (scratch[i] - median);
  fs_sort (scratch, n_known);
  double deviation = 1.4826 * fs_quantile (scratch, n_known, 0.5);
  return deviation > 0 ? reach / deviation : 0;
}

void
fs_data_facts_look_at_channel (FsDataFacts *facts,
                               const FsDataset *dataset,
                               size_t channel,
                               const double *values,
                               size_t n,
                               double *scratch)
{
  Level level = level_of (values, n);
  if (level.sd == 0 && channel > 0 && facts->constant.value == 0)
    fs_data_facts_name_channel (dataset, channel, 1, &facts->constant);
  if (level.has_two_values || !(level.sd > 0))
    return;
  double widest = facts->widest.value > 0 ? fabs (log (facts->widest.value)) : 0;
  double centre = fabs (level.mean) / level.sd;
  if (fabs (log (level.sd)) > widest)
    fs_data_facts_name_channel (dataset, channel, level.sd, &facts->widest);
  if (centre > facts->off_centre.value)
    fs_data_facts_name_channel (dataset, channel, centre, &facts->off_centre);
  double heavy = farthest (values, n, scratch);
  if (heavy > facts->heaviest.value)
    fs_data_facts_name_channel (dataset, channel, heavy, &facts->heaviest);
}

static void
measure_channels (FsDataFacts *facts, const FsDataset *dataset, double *values, double *scratch)
{
  const size_t n = dataset->part_ends[FS_PART_TRAIN];
  for (size_t c = 0; c < dataset->n_channels; c++)
    {
      for (size_t t = 0; t < n; t++)
        if (fs_dataset_part_of_row (dataset, t) != FS_PART_TRAIN)
          values[t] = NAN;
        else
          values[t] = c == 0 ? dataset->target_prepared[t]
                             : (double) dataset->inputs[t * dataset->n_channels + c];
      fs_data_facts_look_at_channel (facts, dataset, c, values, n, scratch);
    }
}

/* ---- parts ---- */

/* The prepared targets of one part's rows, in order; returns how many. */
static size_t
take_targets (const FsDataset *dataset, FsPart part, double *values)
{
  size_t n = 0;
  for (size_t t = 0; t < dataset->part_ends[part]; t++)
    if (fs_dataset_part_of_row (dataset, t) == part)
      values[n++] = dataset->target_prepared[t];
  return n;
}

static void
measure_parts (FsDataFacts *facts, const FsDataset *dataset, double *values)
{
  Level train = level_of (values, take_targets (dataset, FS_PART_TRAIN, values));
  const size_t n = take_targets (dataset, FS_PART_VALIDATION, values);
  Level validation = level_of (values, n);
  facts->target_sd = train.sd;
  facts->target_mean = train.mean;
  if (validation.n == 0 || !(train.sd > 0))
    return;
  size_t n_outside = 0;
  for (size_t t = 0; t < n; t++)
    n_outside += values[t] < train.low || values[t] > train.high;
  facts->validation_shift = (validation.mean - train.mean) / train.sd;
  facts->validation_spread = validation.sd / train.sd;
  facts->validation_outside = (double) n_outside / (double) validation.n;
}

/* Exact: which rows training windows look at or aim for, and which validation windows aim at one. */
static void
count_overlaps (FsDataFacts *facts, const FsDataset *dataset, bool *is_seen)
{
  const FsWindows *train = &dataset->windows[FS_PART_TRAIN];
  const FsWindows *validation = &dataset->windows[FS_PART_VALIDATION];
  const size_t span = dataset->length + dataset->horizon;
  size_t seen_to = 0;
  memset (is_seen, 0, dataset->n_rows * sizeof *is_seen);
  for (size_t i = 0; i < train->n; i++)
    {
      size_t from = train->starts[i] > seen_to ? train->starts[i] : seen_to;
      for (size_t t = from; t < train->starts[i] + span; t++)
        is_seen[t] = true;
      seen_to = train->starts[i] + span;
    }
  for (size_t i = 0; i < validation->n; i++)
    for (size_t h = 0; h < dataset->horizon; h++)
      if (is_seen[validation->starts[i] + dataset->length + h])
        {
          facts->n_overlapping++;
          break;
        }
}

/* ---- what the file has ---- */

static void
measure_missing (FsDataFacts *facts, const FsDataset *dataset)
{
  const FsTable *raw = dataset->raw;
  for (size_t c = 0; c < raw->n_channels; c++)
    {
      size_t n_missing = 0, run = 0;
      for (size_t t = 0; t < raw->n_rows; t++)
        {
          bool is_missing = isnan (raw->values[t * raw->n_channels + c]);
          n_missing += is_missing;
          run = is_missing ? run + 1 : 0;
          if (c == 0 && run > facts->longest_gap)
            facts->longest_gap = run;
        }
      double share = (double) n_missing / (double) raw->n_rows;
      if (share > facts->missing.value)
        fs_data_facts_name_channel (dataset, c, share, &facts->missing);
    }
}

static void
look_for_sentinel (FsDataFacts *facts,
                   const FsDataset *dataset,
                   double *values,
                   double *prepared,
                   double *scratch)
{
  size_t n = 0, end = dataset->part_ends[FS_PART_TRAIN];
  for (size_t t = 0; t < end; t++)
    if (isfinite (dataset->target_raw[t]) && fs_dataset_part_of_row (dataset, t) == FS_PART_TRAIN)
      values[n++] = dataset->target_raw[t];
  /* What a step has cut off already is no longer there to be learned. */
  fs_dataset_training_only (dataset, dataset->target_prepared, prepared);
  if (n < 20 || farthest (prepared, end, scratch) < SENTINEL_REACH)
    return;
  fs_sort (values, n);
  for (int side = 0; side < 2; side++)
    {
      double extreme = side == 0 ? values[0] : values[n - 1];
      size_t n_equal = 0;
      while (n_equal < n && values[side == 0 ? n_equal : n - 1 - n_equal] == extreme)
        n_equal++;
      if (n_equal < 2 || (double) n_equal < SENTINEL_SHARE * (double) n || 2 * n_equal > n)
        continue;
      Level others = level_of (side == 0 ? values + n_equal : values, n - n_equal);
      double away = side == 0 ? others.low - extreme : extreme - others.high;
      if (others.sd > 0 && away > SENTINEL_REACH * others.sd)
        {
          facts->sentinel = extreme;
          facts->sentinel_share = (double) n_equal / (double) n;
        }
    }
}

/* ---- what inputs know of the target ---- */

/* The target one row ahead of each row looked from, and a basis of its own past. */
typedef struct
{
  size_t n, *rows; /* the newest row of a window; the target is the next one */
  double *basis[N_BASIS], *target, *column;
  double *next; /* the target but for its mean; `target`: but for its past */
  size_t n_basis;
  double remainder; /* share of the target's variance that its past does not explain */
} Past;

/* Takes out of x what lies along unit vector b. */
static void
take_out (double *x, const double *b, size_t n)
{
  double along = 0;
  for (size_t i = 0; i < n; i++)
    along += x[i] * b[i];
  for (size_t i = 0; i < n; i++)
    x[i] -= along * b[i];
}

static double
length_of (const double *x, size_t n)
{
  double squares = 0;
  for (size_t i = 0; i < n; i++)
    squares += x[i] * x[i];
  return sqrt (squares);
}

/* Twice, because once leaves rounding behind where two columns nearly agree. */
static void
residualise (const Past *past, double *x)
{
  for (int pass = 0; pass < 2; pass++)
    for (size_t b = 0; b < past->n_basis; b++)
      take_out (x, past->basis[b], past->n);
}

static void
add_to_basis (Past *past, const double *column)
{
  double *b = past->basis[past->n_basis];
  double before = length_of (column, past->n);
  memcpy (b, column, past->n * sizeof *b);
  residualise (past, b);
  double after = length_of (b, past->n);
  if (!(after > 1e-9 * before))
    return;
  for (size_t i = 0; i < past->n; i++)
    b[i] /= after;
  past->n_basis++;
}

static void
add_past_value (Past *past, const double *target, size_t back)
{
  for (size_t i = 0; i < past->n; i++)
    past->column[i] = target[past->rows[i] + 1 - back];
  add_to_basis (past, past->column);
}

static void
build_past (Past *past, const FsDataset *dataset, const double *target, size_t deepest)
{
  const size_t end = dataset->part_ends[FS_PART_TRAIN];
  past->n = 0;
  for (size_t t = end - 1; t-- > deepest && past->n < MOST_ROWS;)
    {
      bool is_known = isfinite (target[t + 1]) && isfinite (target[t]) && isfinite (target[t - 1])
                      && fs_dataset_part_of_row (dataset, t + 1) == FS_PART_TRAIN;
      if (dataset->season > 1)
        is_known = is_known && isfinite (target[t + 1 - dataset->season]);
      if (is_known)
        past->rows[past->n++] = t;
    }
  for (size_t i = 0; i < past->n; i++)
    {
      past->column[i] = 1;
      past->target[i] = target[past->rows[i] + 1];
    }
  add_to_basis (past, past->column);
  residualise (past, past->target);
  memcpy (past->next, past->target, past->n * sizeof *past->next);
  double spread = length_of (past->target, past->n);
  add_past_value (past, target, 1);
  add_past_value (past, target, 2);
  if (dataset->season > 2)
    add_past_value (past, target, dataset->season);
  residualise (past, past->target);
  double left = length_of (past->target, past->n);
  past->remainder = spread > 0 ? left * left / (spread * spread) : 0;
}

/* Partial correlation of the target with channel `c`, `lag` rows before the newest. */
static double
partial_correlation (const Past *past, const FsDataset *dataset, size_t c, size_t lag)
{
  for (size_t i = 0; i < past->n; i++)
    past->column[i] = (double) dataset->inputs[(past->rows[i] - lag) * dataset->n_channels + c];
  double before = length_of (past->column, past->n), product = 0;
  residualise (past, past->column);
  double after = length_of (past->column, past->n);
  if (!(after > 1e-6 * before))
    return 0;
  for (size_t i = 0; i < past->n; i++)
    product += past->column[i] * past->target[i];
  return product / (after * length_of (past->target, past->n));
}

/* Whether the channel's newest row is the target one row ahead with noise: what lies beside that value, the
 * target's past does not explain. What drives a target, or moves with it, tells of its past too. */
static void
look_ahead (FsDataFacts *facts, const FsDataset *dataset, const Past *past, size_t c)
{
  double *x = past->column, along = 0, beside = 0, mean = 0;
  size_t n_known = 0;
  for (size_t i = 0; i < past->n; i++)
    {
      x[i] = dataset->raw->values[past->rows[i] * dataset->raw->n_channels + c];
      if (isfinite (x[i]))
        mean += (x[i] - mean) / (double) ++n_known;
    }
  for (size_t i = 0; i < past->n; i++)
    x[i] = isfinite (x[i]) ? x[i] - mean : 0;
  double whole = length_of (x, past->n), next = length_of (past->next, past->n);
  if (!(whole > 0) || !(next > 0))
    return;
  for (size_t i = 0; i < past->n; i++)
    along += x[i] * past->next[i] / (whole * next);
  for (size_t b = 1; b < past->n_basis; b++)
    take_out (x, past->basis[b], past->n);
  for (size_t i = 0; i < past->n; i++)
    beside += x[i] * past->target[i];
  double target = length_of (past->target, past->n);
  double left = length_of (x, past->n);
  left = left * left - beside * beside / (target * target);
  double noise = (1 - along * along) * whole * whole;
  double share = beside * beside / (target * target) / (left + beside * beside / (target * target));
  if (share * (double) past->n > SURE_SHARE && left > (1 - LITTLE_OF_NOISE) * noise
      && along * along > facts->ahead.value)
    fs_data_facts_name_channel (dataset, c, along * along, &facts->ahead);
}

static void
question_inputs (FsDataFacts *facts, const FsDataset *dataset, const Past *past, size_t n_lags)
{
  const size_t n_inputs = dataset->raw->n_channels;
  for (size_t c = 1; c < n_inputs && c < dataset->n_channels; c++)
    {
      double within = 0, beyond = 0;
      size_t late_lag = 0;
      for (size_t lag = 0; lag < n_lags; lag++)
        {
          double r = fabs (partial_correlation (past, dataset, c, lag));
          if (lag == 0 && r * r > facts->giveaway.value)
            fs_data_facts_name_channel (dataset, c, r * r, &facts->giveaway);
          if (lag < dataset->length)
            within = fmax (within, r);
          else if (r > beyond)
            {
              beyond = r;
              late_lag = lag;
            }
        }
      if (beyond - within > facts->late.value)
        {
          fs_data_facts_name_channel (dataset, c, beyond - within, &facts->late);
          facts->late_lag = late_lag;
        }
    }
}

static FsStatus
look_for_giveaway (FsDataFacts *facts, const FsDataset *dataset)
{
  const size_t end = dataset->part_ends[FS_PART_TRAIN];
  size_t n_lags = LATE_WINDOWS * dataset->length;
  if (n_lags > MOST_LAGS)
    n_lags = MOST_LAGS;
  if (n_lags > end / 4)
    n_lags = end / 4;
  size_t deepest = n_lags > dataset->season ? n_lags : dataset->season;
  if (deepest < 2)
    deepest = 2;
  if (dataset->raw->n_channels < 2 || end < deepest + 30)
    return FS_OK;
  Past past = { .rows = malloc (MOST_ROWS * sizeof *past.rows) };
  double *block = malloc ((N_BASIS + 3) * MOST_ROWS * sizeof *block);
  if (past.rows && block)
    {
      for (size_t b = 0; b < N_BASIS; b++)
        past.basis[b] = block + b * MOST_ROWS;
      past.target = block + N_BASIS * MOST_ROWS;
      past.column = past.target + MOST_ROWS;
      past.next = past.column + MOST_ROWS;
      build_past (&past, dataset, dataset->target_prepared, deepest);
      if (past.n >= 30 && past.remainder > LEAST_REMAINDER)
        question_inputs (facts, dataset, &past, n_lags);
      /* As the file has them: whatever is made of the target in preparing, its copy is not. */
      past.n_basis = 0;
      build_past (&past, dataset, dataset->target_raw, deepest);
      for (size_t c = 1; c < dataset->raw->n_channels && past.n >= 30; c++)
        if (past.remainder > LEAST_REMAINDER)
          look_ahead (facts, dataset, &past, c);
    }
  FsStatus status = past.rows && block ? FS_OK : FS_OUT_OF_MEMORY;
  free (past.rows);
  free (block);
  return status;
}

/* Two inputs, or an input and the target, that are each other up to scale. */
static void
look_for_copies (FsDataFacts *facts, const FsDataset *dataset)
{
  const size_t end = dataset->part_ends[FS_PART_TRAIN], n_channels = dataset->raw->n_channels;
  const size_t begin = end > MOST_ROWS ? end - MOST_ROWS : 0;
  for (size_t a = 0; a < n_channels && n_channels <= dataset->n_channels; a++)
    for (size_t b = a + 1; b < n_channels; b++)
      {
        double sums[5] = { 0 }, n = 0;
        for (size_t t = begin; t < end; t++)
          {
            if (fs_dataset_part_of_row (dataset, t) != FS_PART_TRAIN)
              continue;
            n++;
            double x = (double) dataset->inputs[t * dataset->n_channels + a];
            double y = (double) dataset->inputs[t * dataset->n_channels + b];
            sums[0] += x;
            sums[1] += y;
            sums[2] += x * x;
            sums[3] += y * y;
            sums[4] += x * y;
          }
        double vx = sums[2] - sums[0] * sums[0] / n, vy = sums[3] - sums[1] * sums[1] / n;
        if (!(vx > 0) || !(vy > 0))
          continue;
        double r = fabs (sums[4] - sums[0] * sums[1] / n) / sqrt (vx * vy);
        if (r > facts->copy.value)
          fs_data_facts_name_channel (dataset, b, r, &facts->copy);
      }
}

/* ---- the network ---- */

static void
count_parameters (FsDataFacts *facts, const FsDataset *dataset, const FsExperiment *experiment)
{
  const FsNetworkShape shape = fs_task_shape (dataset, 1);
  FsLayerSummary layers[FS_MAX_LAYERS];
  FsTensorTable table;
  if (fs_network_plan (experiment, &shape, layers, &table, NULL) == FS_OK)
    facts->n_parameters = table.n_parameters;
  for (size_t i = 0; i < experiment->n_steps && facts->wrong_fit == 0; i++)
    if (experiment->steps[i].is_enabled && experiment->steps[i].fits_all_rows)
      facts->wrong_fit = i + 1;
}

static double
correlate_neighbours (const double *x, size_t n)
{
  double mean = 0, product = 0, squares = 0;
  size_t n_known = 0;
  for (size_t t = 0; t < n; t++)
    if (isfinite (x[t]))
      mean += (x[t] - mean) / (double) ++n_known;
  for (size_t t = 0; t < n; t++)
    if (isfinite (x[t]))
      {
        squares += (x[t] - mean) * (x[t] - mean);
        if (t > 0 && isfinite (x[t - 1]))
          product += (x[t] - mean) * (x[t - 1] - mean);
      }
  return squares > 0 ? product / squares : 0;
}

FsStatus
fs_data_facts_measure (FsDataFacts *facts, const FsDataset *dataset, const FsExperiment *experiment)
{
  *facts = (FsDataFacts){ .n_rows = dataset->n_rows,
                          .n_channels = dataset->n_channels,
                          .length = dataset->length,
                          .horizon = dataset->horizon,
                          .season = dataset->season,
                          .purge = dataset->purge };
  if (dataset->task != FS_TASK_FORECAST)
    {
      /* Rows of many sequences or of words have no past, no drift and no overlap. */
      for (int part = 0; part < FS_N_PARTS; part++)
        facts->n_windows[part] = dataset->windows[part].n;
      facts->n_training_values = dataset->windows[FS_PART_TRAIN].n;
      count_parameters (facts, dataset, experiment);
      fs_data_facts_look_at_sequences (facts, dataset);
      return fs_data_facts_look_at_inputs (facts, dataset);
    }
  double *values = malloc ((dataset->n_rows + 1) * sizeof *values);
  double *scratch = malloc ((dataset->n_rows + 1) * sizeof *scratch);
  double *prepared = malloc ((dataset->n_rows + 1) * sizeof *prepared);
  bool *is_seen = malloc (dataset->n_rows + 1);
  FsStatus status = values && scratch && prepared && is_seen ? FS_OK : FS_OUT_OF_MEMORY;
  if (status == FS_OK)
    {
      for (int part = 0; part < FS_N_PARTS; part++)
        facts->n_windows[part] = dataset->windows[part].n;
      facts->n_training_values = dataset->windows[FS_PART_TRAIN].n * dataset->n_outputs;
      fs_dataset_training_only (dataset, dataset->target_prepared, values);
      facts->first_order = correlate_neighbours (values, dataset->part_ends[FS_PART_TRAIN]);
      measure_channels (facts, dataset, values, scratch);
      measure_parts (facts, dataset, values);
      measure_missing (facts, dataset);
      look_for_sentinel (facts, dataset, values, prepared, scratch);
      count_overlaps (facts, dataset, is_seen);
      facts->n_sharing = fs_windows_count_sharing (dataset);
      count_parameters (facts, dataset, experiment);
      look_for_copies (facts, dataset);
      fs_data_facts_look_at_past (facts, dataset);
      status = look_for_giveaway (facts, dataset);
    }
  free (values);
  free (scratch);
  free (prepared);
  free (is_seen);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The inside of one recurrent layer in a few figures; see layer-probe.h. Sums run unit by unit, in the
 * order of rows and steps, so that the compiler may use vectors and the result is always the same. */

#include "engine/train/layer-probe.h"

#include <math.h>
#include <stdlib.h>
#include "engine/maths/eigenvalues.h"

/* The rank looks at all units of small layers, and at some states of large ones: with 32 of the fewer of
 * the two it takes some 40 µs. */
#define RANK_SIZE 32
#define RANK_STATES_PER_UNIT 4

/* The longest memory that is told apart from none at all being lost. */
#define LONGEST_MEMORY 1e6

/* Multiply-adds of a pass (65 in a ns, on the machine that this was fitted on) that go by in the time
 * of: one number read and counted, one row found, one step of the n³ of eigenvalues. */
#define COST_OF_NUMBER 60
#define COST_OF_ROW 900
#define COST_OF_EIGENVALUES 120

/* One state over all rows and steps. */
typedef struct
{
  double *sums;    /* [n_units] */
  double *squares; /* [n_units] */
  double max;      /* of the magnitude */
  size_t n_low, n_high;
} Sums;

static bool
sums_make (Sums *sums, size_t n_units)
{
  *sums = (Sums){ .sums = calloc (2 * n_units + 1, sizeof (double)) };
  sums->squares = sums->sums ? sums->sums + n_units : NULL;
  return sums->sums;
}

static void
sums_add (Sums *sums, const FsReal *values, size_t n, double low, double high)
{
  FsReal max = 0;
  unsigned n_low = 0, n_high = 0;
  const FsReal l = (FsReal) low, h = (FsReal) high;
  for (size_t u = 0; u < n; u++)
    {
      sums->sums[u] += (double) values[u];
      sums->squares[u] += (double) values[u] * (double) values[u];
      n_low += values[u] < l;
      n_high += values[u] > h;
    }
  for (size_t u = 0; u < n; u++)
    {
      const FsReal size = values[u] < 0 ? -values[u] : values[u];
      max = size > max ? size : max;
    }
  sums->n_low += n_low;
  sums->n_high += n_high;
  if ((double) max > sums->max)
    sums->max = (double) max;
}

/* Adds up a state over all rows and steps; false if the layer has none or memory is short. */
static bool
sum_state (Sums *sums,
           const FsNetwork *network,
           size_t layer,
           FsState state,
           const FsStateShape *shape,
           size_t n_rows,
           FsReal *values)
{
  const bool is_candidate = state == FS_STATE_CANDIDATE;
  const double low = is_candidate ? -FS_PROBE_CANDIDATE_LIMIT : FS_PROBE_GATE_LOW;
  const double high = is_candidate ? FS_PROBE_CANDIDATE_LIMIT : FS_PROBE_GATE_HIGH;
  const size_t n_units = shape->n_units;
  if (!fs_network_read_states (network, layer, state, 0, values) || !sums_make (sums, n_units))
    return false;
  for (size_t t = 0; t < shape->n_steps; t++)
    {
      fs_network_read_states (network, layer, state, t, values);
      for (size_t row = 0; row < n_rows; row++)
        sums_add (sums, values + row * n_units, n_units, low, high);
    }
  return true;
}

static double
sum_of (const double *values, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += values[i];
  return sum;
}

/* Mean and standard deviation over everything. */
static void
spread (const Sums *sums, size_t n_units, size_t n_each, float *mean, float *deviation)
{
  const double n = (double) n_units * (double) n_each, m = sum_of (sums->sums, n_units) / n;
  *mean = (float) m;
  *deviation = (float) sqrt (fmax (0, sum_of (sums->squares, n_units) / n - m * m));
}

/* The longest of the units' memories, 1 / (1 − mean of the gate that keeps). */
static float
longest_memory (const Sums *sums, size_t n_units, size_t n_each)
{
  double highest = 0;
  for (size_t u = 0; u < n_units; u++)
    highest = fmax (highest, sums->sums[u] / (double) n_each);
  return (float) fmin (1 / fmax (1 - highest, 1 / LONGEST_MEMORY), LONGEST_MEMORY);
}

static float
dead_share (const Sums *sums, size_t n_units, size_t n_each)
{
  size_t n_dead = 0;
  for (size_t u = 0; u < n_units; u++)
    {
      const double mean = sums->sums[u] / (double) n_each;
      const double variance = sums->squares[u] / (double) n_each - mean * mean;
      n_dead += variance < FS_PROBE_DEAD_DEVIATION * FS_PROBE_DEAD_DEVIATION;
    }
  return (float) n_dead / (float) n_units;
}

/* Mean |c| over rows and units at one step. */
static float
mean_size_at (const FsNetwork *network,
              size_t layer,
              size_t t,
              const FsStateShape *shape,
              size_t n_rows,
              FsReal *values)
{
  const size_t n = n_rows * shape->n_units;
  double sum = 0;
  fs_network_read_states (network, layer, FS_STATE_CELL, t, values);
  for (size_t i = 0; i < n; i++)
    sum += fabs ((double) values[i]);
  return (float) (sum / (double) n);
}

/* The Gram matrix of the rows, or of the columns if they are fewer: both have the same eigenvalues but
 * for zeros. */
static void
make_gram (double *gram, const double *values, size_t n_rows, size_t n_columns)
{
  const size_t n = n_rows < n_columns ? n_rows : n_columns;
  const bool is_of_rows = n_rows < n_columns;
  const size_t n_summed = is_of_rows ? n_columns : n_rows;
  const size_t step = is_of_rows ? n_columns : 1, stride = is_of_rows ? 1 : n_columns;
  for (size_t k = 0; k < n_summed; k++)
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j < n; j++)
        gram[i * n + j] += values[i * step + k * stride] * values[j * step + k * stride];
}

double
fs_effective_rank (const double *values, size_t n_rows, size_t n_columns)
{
  const size_t n = n_rows < n_columns ? n_rows : n_columns;
  double *gram = calloc (n * n + n + 1, sizeof *gram), *squares = gram ? gram + n * n : NULL;
  double sum = 0, entropy = 0;
  if (gram)
    make_gram (gram, values, n_rows, n_columns);
  const bool is_done = gram && fs_symmetric_eigenvalues (gram, n, squares);
  for (size_t i = 0; is_done && i < n; i++)
    sum += sqrt (fmax (0, squares[i]));
  for (size_t i = 0; is_done && i < n; i++)
    {
      const double p = sqrt (fmax (0, squares[i])) / sum;
      if (p > 0)
        entropy -= p * log (p);
    }
  free (gram);
  return is_done && sum > 0 ? exp (entropy) : NAN;
}

/* States that the rank looks at. */
static size_t
n_ranked (const FsStateShape *shape, size_t n_rows)
{
  const size_t n_all = n_rows * shape->n_steps;
  const size_t n = shape->n_units <= RANK_SIZE ? shape->n_units * RANK_STATES_PER_UNIT : RANK_SIZE;
  return n < n_all ? n : n_all;
}

/* Of h at some of all rows and steps, as a share of what it could be. */
static float
rank_share (const FsNetwork *network,
            size_t layer,
            const FsStateShape *shape,
            size_t n_rows,
            FsReal *values)
{
  const size_t n = n_ranked (shape, n_rows), n_units = shape->n_units;
  double *states = calloc (n * n_units + 1, sizeof *states);
  size_t t_read = shape->n_steps;
  if (!states)
    return NAN;
  for (size_t i = 0; i < n; i++)
    {
      const size_t place = i * n_rows * shape->n_steps / n, t = place / n_rows;
      if (t != t_read)
        fs_network_read_states (network, layer, FS_STATE_HIDDEN, t, values);
      t_read = t;
      for (size_t u = 0; u < n_units; u++)
        states[i * n_units + u] = (double) values[place % n_rows * n_units + u];
    }
  const double rank = fs_effective_rank (states, n, n_units);
  free (states);
  return (float) (rank / (double) (n < n_units ? n : n_units));
}

static void
clear (FsLayerProbe *probe, size_t layer, const FsStateShape *shape)
{
  *probe = (FsLayerProbe){ .layer = (uint32_t) layer,
                           .n_units = (uint32_t) shape->n_units,
                           .n_steps = (uint32_t) shape->n_steps };
  for (size_t i = 0; i < FS_N_GATE_STATES; i++)
    probe->gates[i] = (FsGateProbe){ NAN, NAN, NAN };
  probe->memory = NAN;
  probe->cell_mean = probe->cell_deviation = probe->cell_max = NAN;
  probe->cell_early = probe->cell_late = NAN;
  probe->hidden_mean = probe->hidden_deviation = probe->hidden_max = NAN;
  probe->dead_share = probe->effective_rank = NAN;
  probe->gradient_slope = probe->gradient_older = NAN;
  probe->saliency_older = probe->saliency_oldest = NAN;
}

static void
probe_gate (FsLayerProbe *probe, FsState state, const Sums *sums, size_t n_each)
{
  const double n = (double) probe->n_units * (double) n_each;
  probe->gates[state] = (FsGateProbe){
    .low = (float) ((double) sums->n_low / n),
    .high = (float) ((double) sums->n_high / n),
    .mean = (float) (sum_of (sums->sums, probe->n_units) / n),
  };
  if (state == FS_STATE_FORGET_GATE || state == FS_STATE_UPDATE_GATE)
    probe->memory = longest_memory (sums, probe->n_units, n_each);
}

bool
fs_layer_probe_states (FsLayerProbe *probe, const FsNetwork *network, size_t layer, size_t n_rows)
{
  FsStateShape shape;
  Sums sums;
  if (!fs_network_state_shape (network, layer, &shape))
    return false;
  const size_t n_units = shape.n_units, n_each = n_rows * shape.n_steps;
  FsReal *values = calloc (n_rows * n_units + 1, sizeof *values);
  clear (probe, layer, &shape);
  if (!values)
    return false;
  for (FsState state = 0; state < FS_N_GATE_STATES; state++)
    if (sum_state (&sums, network, layer, state, &shape, n_rows, values))
      {
        probe_gate (probe, state, &sums, n_each);
        free (sums.sums);
      }
  if (sum_state (&sums, network, layer, FS_STATE_CELL, &shape, n_rows, values))
    {
      spread (&sums, n_units, n_each, &probe->cell_mean, &probe->cell_deviation);
      probe->cell_max = (float) sums.max;
      probe->cell_early = mean_size_at (network, layer, shape.n_steps / 4, &shape, n_rows, values);
      probe->cell_late = mean_size_at (network, layer, shape.n_steps - 1, &shape, n_rows, values);
      free (sums.sums);
    }
  if (sum_state (&sums, network, layer, FS_STATE_HIDDEN, &shape, n_rows, values))
    {
      spread (&sums, n_units, n_each, &probe->hidden_mean, &probe->hidden_deviation);
      probe->hidden_max = (float) sums.max;
      probe->dead_share = dead_share (&sums, n_units, n_each);
      free (sums.sums);
    }
  probe->effective_rank = rank_share (network, layer, &shape, n_rows, values);
  free (values);
  return true;
}

/* ---- Gradients ---- */

/* In eight lanes, which the compiler may not make of one sum by itself. */
static double
sum_squares (const FsReal *values, size_t n)
{
  double lanes[8] = { 0 }, rest = 0;
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t k = 0; k < 8; k++)
      lanes[k] += (double) values[i + k] * (double) values[i + k];
  for (; i < n; i++)
    rest += (double) values[i] * (double) values[i];
  return sum_of (lanes, 8) + rest;
}

/* sizes[t] = √(mean over rows of ‖·‖²) of a gradient. */
static void
sizes_through_time (double *sizes,
                    const FsNetwork *network,
                    size_t layer,
                    FsState state,
                    size_t n_steps,
                    size_t n_rows,
                    FsReal *values,
                    size_t n)
{
  for (size_t t = 0; t < n_steps; t++)
    {
      fs_network_read_states (network, layer, state, t, values);
      sizes[t] = sqrt (sum_squares (values, n_rows * n) / (double) n_rows);
    }
}

/* The share of the first `n_old` steps; NaN when there is nothing at all. */
static float
share_of_oldest (const double *sizes, size_t n_steps, size_t n_old)
{
  const double all = sum_of (sizes, n_steps);
  return (float) (all > 0 ? sum_of (sizes, n_old) / all : NAN);
}

/* Least squares of log size over t, by the steps where it is not 0. */
static float
log_slope (const double *sizes, size_t n_steps)
{
  double n = 0, t_sum = 0, y_sum = 0, tt = 0, ty = 0;
  for (size_t t = 0; t < n_steps; t++)
    if (sizes[t] > 0)
      {
        n++;
        t_sum += (double) t;
        y_sum += log (sizes[t]);
      }
  for (size_t t = 0; t < n_steps; t++)
    if (sizes[t] > 0)
      {
        const double dt = (double) t - t_sum / n;
        tt += dt * dt;
        ty += dt * (log (sizes[t]) - y_sum / n);
      }
  return (float) (tt > 0 ? ty / tt : NAN);
}

static void
draw_curve (FsLayerProbe *probe, const double *sizes, size_t n_steps)
{
  const size_t n = n_steps < FS_PROBE_TIMES ? n_steps : FS_PROBE_TIMES;
  double points[FS_PROBE_TIMES], highest = 0;
  for (size_t i = 0; i < n; i++)
    {
      const size_t first = i * n_steps / n, end = (i + 1) * n_steps / n;
      points[i] = sum_of (sizes + first, end - first) / (double) (end - first);
      highest = fmax (highest, points[i]);
    }
  for (size_t i = 0; i < n; i++)
    probe->gradient_times[i] = (float) (highest > 0 ? points[i] / highest : 0);
  probe->n_times = (uint32_t) n;
}

bool
fs_layer_probe_gradients (FsLayerProbe *probe,
                          const FsNetwork *network,
                          size_t layer,
                          size_t n_rows,
                          bool reads_window)
{
  FsStateShape shape;
  if (!fs_network_state_shape (network, layer, &shape))
    return false;
  const size_t n_steps = shape.n_steps;
  const size_t n_values = shape.n_units > shape.n_inputs ? shape.n_units : shape.n_inputs;
  double *sizes = calloc (n_steps + 1, sizeof *sizes);
  FsReal *values = calloc (n_rows * n_values + 1, sizeof *values);
  if (sizes && values)
    {
      sizes_through_time (sizes, network, layer, FS_STATE_HIDDEN_GRADIENT, n_steps, n_rows, values,
                          shape.n_units);
      draw_curve (probe, sizes, n_steps);
      probe->gradient_slope = log_slope (sizes, n_steps);
      probe->gradient_older = share_of_oldest (sizes, n_steps, n_steps / 2);
    }
  if (sizes && values && reads_window)
    {
      sizes_through_time (sizes, network, layer, FS_STATE_INPUT_GRADIENT, n_steps, n_rows, values,
                          shape.n_inputs);
      probe->saliency_older = share_of_oldest (sizes, n_steps, n_steps / 2);
      probe->saliency_oldest = share_of_oldest (sizes, n_steps, (n_steps + 9) / 10);
    }
  const bool is_done = sizes && values;
  free (sizes);
  free (values);
  return is_done;
}

double
fs_layer_probe_cost (const FsStateShape *shape, size_t n_rows, bool reads_window)
{
  const double n_units = (double) shape->n_units, n_inputs = (double) shape->n_inputs;
  const double n_each = (double) n_rows * (double) shape->n_steps;
  const double n_states = (double) n_ranked (shape, n_rows);
  const double rank = fmin (n_units, n_states);
  const double numbers = 7 * n_each * n_units;            /* at most four gates, c, h and dh */
  const double way_back = n_each * 4 * n_units * n_units; /* ∂L/∂h once more */
  const double saliency = reads_window ? n_each * 4 * n_units * n_inputs : 0;
  return COST_OF_NUMBER * numbers + COST_OF_ROW * 8 * n_each + way_back
         + COST_OF_NUMBER / 2 * saliency
         + COST_OF_EIGENVALUES * (rank * rank * rank + rank * rank * fmax (n_units, n_states) / 4);
}

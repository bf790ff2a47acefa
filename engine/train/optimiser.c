/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loop over pieces that all optimisers share; see optimiser.h. Their formulas are a table of their
 * own (optimiser-methods.h). */

#include "engine/train/optimiser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/large-pages.h"
#include "engine/base/size.h"
#include "engine/model/kernels.h"
#include "engine/train/optimiser-methods.h"

/* Reals a piece: its weights, gradients and moments stay in a first or second level cache, and it is
 * worth a few microseconds, well above the price of claiming it. */
#define PIECE_SIZE 4096

/* Below this many reals, waking the pool costs more than it saves (10,000 take about 6 µs, by one thread alone
 * and by two together). */
#define MIN_SHARED_SIZE 32768

/* Beside the norm, as PyTorch has it. */
#define CLIP_EPSILON 1e-6

/* Beside the length of a row that is scaled back, as Keras and PyTorch have it. */
#define MAX_NORM_EPSILON 1e-7

typedef struct
{
  size_t offset, n;
  size_t tensor;
  FsTensorRole role;
} Piece;

/* Which piece is worked on when. */
typedef struct
{
  size_t piece;
  size_t layer, unit;
} Turn;

/* A kernel, for what concerns whole rows of it. */
typedef struct
{
  size_t offset, rows, cols;
} Kernel;

struct FsDescent
{
  FsDescentRule rule;
  const FsMethod *method;
  const FsUpdateKernels *kernels;
  FsPool *pool;
  size_t size;   /* FsReal in a block, padding included */
  Piece *pieces; /* they cover the block */
  Turn *turns;   /* [n_pieces] */
  size_t n_pieces;
  Kernel rowed[FS_MAX_TENSORS]; /* kernels and recurrent kernels */
  size_t n_rowed;
  size_t n_moments;
  FsReal *moments;   /* [n_moments][size] */
  uint64_t n_steps;  /* done */
  double mu_product; /* nadam: Π μ of the first mu_steps steps */
  uint64_t mu_steps;

  /* One step's work, shared with the pool's threads. */
  FsStepNumbers numbers;
  FsReal *parameters, *gradients;
  bool measures_ratio;
  double *gradient_sums; /* [n_pieces]: Σ g² */
  double *change_sums;   /* [n_pieces]: Σ Δw² */
  double *weight_sums;   /* [n_pieces]: Σ w², before the step */
  double *cut_counts;    /* [n_pieces]: numbers that clip_value cut */
  double max_norm;
};

/* ---- Making ---- */

/* The layers' choice; where they compute plainly, portably is plain enough here. */
static const FsUpdateKernels *
choose_kernels (void)
{
  switch (fs_isa_current ())
    {
#ifdef __x86_64__
    case FS_ISA_AVX2:
      return &fs_update_kernels_avx2;
    case FS_ISA_AVX512:
      return &fs_update_kernels_avx512;
#endif
    default:
      return &fs_update_kernels_portable;
    }
}

/* Where tensor `i` ends, its padding included. */
static size_t
tensor_end (const FsTensorTable *table, size_t i)
{
  return i + 1 < table->n_tensors ? table->tensors[i + 1].offset : table->size;
}

/* Cuts every tensor into pieces; with `pieces` NULL only counts them. */
static size_t
cut_pieces (const FsTensorTable *table, Piece *pieces)
{
  size_t n_pieces = 0;
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const size_t end = tensor_end (table, i);
      if (table->tensors[i].role == FS_TENSOR_FIXED)
        continue;
      for (size_t offset = table->tensors[i].offset; offset < end; offset += PIECE_SIZE)
        {
          if (pieces)
            pieces[n_pieces] = (Piece){
              .offset = offset,
              .n = end - offset < PIECE_SIZE ? end - offset : PIECE_SIZE,
              .tensor = i,
              .role = table->tensors[i].role,
            };
          n_pieces++;
        }
    }
  return n_pieces;
}

/* Of a recurrent layer, whose matrices hold the lines of all units for one gate after the other; 1 of any
 * other. */
static size_t
n_gates_of_layer (const FsTensorTable *table, size_t layer)
{
  size_t n_gates = 1;
  for (size_t i = 0; i < table->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[i];
      if (tensor->layer == layer && tensor->role == FS_TENSOR_RECURRENT
          && tensor->rows / tensor->cols > n_gates)
        n_gates = tensor->rows / tensor->cols;
    }
  return n_gates;
}

static int
compare_turns (const void *first, const void *second)
{
  const Turn *a = first, *b = second;
  if (a->layer != b->layer)
    return a->layer < b->layer ? -1 : 1;
  if (a->unit != b->unit)
    return a->unit < b->unit ? -1 : 1;
  return a->piece < b->piece ? -1 : a->piece > b->piece;
}

/* Layers make the gradients of their units' gates together and repack their weights so, and the pool gives a
 * thread the same part of the items in every job. In the order of units, not of gates, a thread therefore
 * moves the weights whose gradients it has made, and repacks those: they stay in its caches. With 256 units
 * two threads took an eighth less time for the update and a twelfth less for repacking; one thread alone is
 * quickest in the order of memory. */
static void
order_turns (FsDescent *descent, const FsTensorTable *table)
{
  for (size_t i = 0; i < descent->n_pieces; i++)
    {
      const Piece *piece = &descent->pieces[i];
      const FsTensor *tensor = &table->tensors[piece->tensor];
      descent->turns[i].piece = i;
      if (fs_pool_n_threads (descent->pool) == 1)
        continue;
      const size_t n_units = tensor->rows / n_gates_of_layer (table, tensor->layer);
      const size_t line = (piece->offset - tensor->offset) / tensor->cols;
      descent->turns[i].layer = tensor->layer;
      descent->turns[i].unit = n_units > 0 ? line % n_units : line;
    }
  qsort (descent->turns, descent->n_pieces, sizeof *descent->turns, compare_turns);
}

static void
note_kernels (FsDescent *descent, const FsTensorTable *table)
{
  for (size_t i = 0; i < table->n_tensors; i++)
    if (fs_tensor_role_is_kernel (table->tensors[i].role))
      descent->rowed[descent->n_rowed++] = (Kernel){
        .offset = table->tensors[i].offset,
        .rows = table->tensors[i].rows,
        .cols = table->tensors[i].cols,
      };
}

static FsReal *
new_moments (size_t n)
{
  const size_t n_bytes = fs_size_round_up (n * sizeof (FsReal) + 1, 64);
  if (n_bytes < FS_LARGE_PAGE)
    return aligned_alloc (64, n_bytes);
  FsReal *moments = aligned_alloc (FS_LARGE_PAGE, fs_size_round_up (n_bytes, FS_LARGE_PAGE));
  if (moments)
    fs_prefer_large_pages (moments, n_bytes);
  return moments;
}

FsStatus
fs_descent_new_with_rule (FsDescent **descent,
                          const FsDescentRule *rule,
                          const FsTensorTable *table,
                          FsPool *pool,
                          FsProblem *problem)
{
  *descent = NULL;
  FsDescent *made = calloc (1, sizeof *made);
  if (!made)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "train.optimiser", NULL, NULL);
  made->rule = *rule;
  made->method = fs_method (rule->optimiser);
  made->kernels = choose_kernels ();
  made->pool = pool;
  made->size = table->size;
  made->n_pieces = cut_pieces (table, NULL);
  made->pieces = calloc (made->n_pieces + 1, sizeof *made->pieces);
  made->turns = calloc (made->n_pieces + 1, sizeof *made->turns);
  made->gradient_sums = calloc (4 * made->n_pieces + 1, sizeof (double));
  made->n_moments = made->method->n_moments (rule);
  made->mu_product = 1;
  const size_t n = made->n_moments * made->size;
  made->moments = new_moments (n);
  if (!made->pieces || !made->turns || !made->gradient_sums || !made->moments)
    {
      fs_descent_free (made);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "train.optimiser", NULL, NULL);
    }
  made->change_sums = made->gradient_sums + made->n_pieces;
  made->weight_sums = made->change_sums + made->n_pieces;
  made->cut_counts = made->weight_sums + made->n_pieces;
  const FsReal first = rule->optimiser == FS_OPTIMISER_ADAGRAD ? (FsReal) rule->first_sum : 0;
  for (size_t i = 0; i < n; i++)
    made->moments[i] = first;
  cut_pieces (table, made->pieces);
  order_turns (made, table);
  note_kernels (made, table);
  *descent = made;
  return FS_OK;
}

FsStatus
fs_descent_new (FsDescent **descent,
                FsOptimiser optimiser,
                const FsTensorTable *table,
                FsPool *pool,
                FsProblem *problem)
{
  const FsDescentRule rule = fs_descent_rule_default (optimiser, FS_CONVENTION_PYTORCH);
  return fs_descent_new_with_rule (descent, &rule, table, pool, problem);
}

void
fs_descent_free (FsDescent *descent)
{
  if (!descent)
    return;
  free (descent->pieces);
  free (descent->turns);
  free (descent->gradient_sums);
  free (descent->moments);
  free (descent);
}

/* ---- A step ---- */

static void
penalise_and_measure_cb (void *context, size_t item, size_t worker)
{
  FsDescent *descent = context;
  const size_t number = descent->turns[item].piece;
  const Piece piece = descent->pieces[number];
  const FsStepNumbers *numbers = &descent->numbers;
  FsReal *g = descent->gradients + piece.offset;
  const bool is_recurrent = piece.role == FS_TENSOR_RECURRENT;
  const bool is_bias = piece.role == FS_TENSOR_BIAS;
  const FsReal l1 = is_bias ? numbers->bias_l1 : is_recurrent ? numbers->recurrent_l1 : numbers->l1;
  const FsReal l2 = is_bias ? numbers->bias_l2 : is_recurrent ? numbers->recurrent_l2 : numbers->l2;
  if ((is_bias || fs_tensor_role_is_kernel (piece.role)) && (l1 != 0 || l2 != 0))
    numbers->kernels->add_penalty (g, descent->parameters + piece.offset, l1, l2, piece.n);
  descent->gradient_sums[number] = numbers->kernels->sum_squares (g, piece.n);
}

static void
update_cb (void *context, size_t item, size_t worker)
{
  FsDescent *descent = context;
  const size_t number = descent->turns[item].piece;
  const Piece piece = descent->pieces[number];
  const FsStepNumbers *numbers = &descent->numbers;
  FsReal *w = descent->parameters + piece.offset, *g = descent->gradients + piece.offset;
  FsReal *moments[FS_MAX_MOMENTS] = { NULL };
  for (size_t i = 0; i < descent->n_moments; i++)
    moments[i] = descent->moments + i * descent->size + piece.offset;
  FsReal before[PIECE_SIZE];
  if (descent->measures_ratio)
    memcpy (before, w, piece.n * sizeof *w);
  if (numbers->keep != 1)
    numbers->kernels->shrink (w, numbers->keep, piece.n);
  descent->method->update (numbers, w, g, moments, piece.n);
  if (descent->measures_ratio)
    {
      descent->change_sums[number] =
          descent->numbers.kernels->sum_squared_differences (w, before, piece.n);
      descent->weight_sums[number] = descent->numbers.kernels->sum_squares (before, piece.n);
    }
}

/* Scales by the norm's clipping and cuts what is still too large. */
static void
cut_cb (void *context, size_t item, size_t worker)
{
  FsDescent *descent = context;
  const size_t number = descent->turns[item].piece;
  const Piece piece = descent->pieces[number];
  descent->cut_counts[number] = (double) descent->numbers.kernels->clamp (
      descent->gradients + piece.offset, descent->numbers.scale, descent->numbers.clip_value,
      piece.n);
}

/* w ← w · max_norm / (‖w‖ + 1e-7) for each row (all that goes into one unit) longer than that. */
static void
shorten_rows_cb (void *context, size_t item, size_t worker)
{
  FsDescent *descent = context;
  const Kernel kernel = descent->rowed[item];
  const FsUpdateKernels *kernels = descent->kernels;
  for (size_t row = 0; row < kernel.rows; row++)
    {
      FsReal *w = descent->parameters + kernel.offset + row * kernel.cols;
      const double norm = sqrt (kernels->sum_squares (w, kernel.cols));
      if (norm > descent->max_norm)
        kernels->shrink (w, (FsReal) (descent->max_norm / (norm + MAX_NORM_EPSILON)), kernel.cols);
    }
}

static void
run_pieces (FsDescent *descent, FsPoolTask task)
{
  if (descent->size >= MIN_SHARED_SIZE)
    fs_pool_run (descent->pool, descent->n_pieces, task, descent);
  else
    for (size_t item = 0; item < descent->n_pieces; item++)
      task (descent, item, 0);
}

static double
root_of_sum (const double *sums, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += sums[i];
  return sqrt (sum);
}

/* Π μ over the steps that are done, which is not part of what is saved: after a restore it is made
 * again, by the same multiplications in the same order. */
static double
past_mu_product (FsDescent *descent)
{
  if (descent->mu_steps > descent->n_steps)
    {
      descent->mu_steps = 0;
      descent->mu_product = 1;
    }
  while (descent->mu_steps < descent->n_steps)
    descent->mu_product *= fs_nadam_mu (&descent->rule, ++descent->mu_steps);
  return descent->mu_product;
}

/* Clips by norm and by value; the scale that is left to be applied is in the numbers. */
static bool
clip (FsDescent *descent, const FsDescentSettings *settings, double norm)
{
  const double scale = settings->clip_norm / (norm + CLIP_EPSILON);
  bool is_clipped = settings->clip_norm > 0 && scale < 1;
  descent->numbers.scale = is_clipped ? (FsReal) scale : 1;
  if (settings->clip_value > 0)
    {
      descent->numbers.clip_value = (FsReal) settings->clip_value;
      run_pieces (descent, cut_cb);
      descent->numbers.scale = 1;
      for (size_t i = 0; i < descent->n_pieces; i++)
        is_clipped = is_clipped || descent->cut_counts[i] > 0;
    }
  return is_clipped;
}

static void
update (FsDescent *descent, const FsDescentSettings *settings)
{
  const bool is_nadam = descent->rule.optimiser == FS_OPTIMISER_NADAM;
  descent->numbers.keep =
      settings->decay > 0 ? (FsReal) (1 - settings->learning_rate * settings->decay) : 1;
  descent->method->prepare (&descent->numbers, settings, descent->n_steps + 1,
                            is_nadam ? past_mu_product (descent) : 1);
  run_pieces (descent, update_cb);
  descent->n_steps++;
  descent->max_norm = settings->max_norm;
  if (settings->max_norm > 0)
    fs_pool_run (descent->pool, descent->n_rowed, shorten_rows_cb, descent);
}

bool
fs_descent_step (FsDescent *descent,
                 const FsDescentSettings *settings,
                 FsReal *parameters,
                 FsReal *gradients,
                 bool measures_ratio,
                 FsDescentReport *report)
{
  const bool is_apart = settings->recurrent_is_apart;
  *report = (FsDescentReport){ .update_ratio = NAN };
  descent->parameters = parameters;
  descent->gradients = gradients;
  descent->measures_ratio = measures_ratio;
  descent->numbers = (FsStepNumbers){
    .kernels = descent->kernels,
    .rule = &descent->rule,
    .l1 = (FsReal) settings->l1,
    .l2 = (FsReal) settings->l2,
    .recurrent_l1 = (FsReal) (is_apart ? settings->l1_recurrent : settings->l1),
    .recurrent_l2 = (FsReal) (is_apart ? settings->l2_recurrent : settings->l2),
    .bias_l1 = (FsReal) (is_apart ? settings->l1_bias : 0),
    .bias_l2 = (FsReal) (is_apart ? settings->l2_bias : 0),
    .beta1 = settings->has_beta1 ? settings->beta1 : descent->rule.beta1,
  };
  run_pieces (descent, penalise_and_measure_cb);
  const double norm = root_of_sum (descent->gradient_sums, descent->n_pieces);
  report->gradient_norm = norm;
  if (!isfinite (norm))
    return false;

  report->is_clipped = clip (descent, settings, norm);
  update (descent, settings);
  if (measures_ratio)
    report->update_ratio = root_of_sum (descent->change_sums, descent->n_pieces)
                           / root_of_sum (descent->weight_sums, descent->n_pieces);
  return true;
}

FsDescentNorms
fs_descent_tensor_norms (const FsDescent *descent, size_t tensor)
{
  FsDescentNorms norms = { 0, 0, 0 };
  for (size_t i = 0; i < descent->n_pieces; i++)
    if (descent->pieces[i].tensor == tensor)
      {
        norms.gradient += descent->gradient_sums[i];
        norms.weight += descent->weight_sums[i];
        norms.change += descent->change_sums[i];
      }
  norms.gradient = sqrt (norms.gradient);
  norms.weight = sqrt (norms.weight);
  norms.change = sqrt (norms.change);
  return norms;
}

FsReal *
fs_descent_moments (FsDescent *descent, size_t *n_reals)
{
  *n_reals = descent->n_moments * descent->size;
  return *n_reals > 0 ? descent->moments : NULL;
}

uint64_t *
fs_descent_n_steps (FsDescent *descent)
{
  return &descent->n_steps;
}

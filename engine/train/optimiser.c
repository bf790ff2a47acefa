/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of optimisers, and the loop over pieces that they share; see optimiser.h. An optimiser is
 * a row: how many moments it keeps, how a step's scalars are made (in double), and the inner loop
 * (update-kernels.h). */

#include "engine/train/optimiser.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/model/kernels.h"
#include "engine/train/update-kernels.h"

/* Reals a piece: its weights, gradients and moments stay in a first or second level cache, and it is
 * worth a few microseconds, well above the price of claiming it. */
#define PIECE_SIZE 4096

/* Below this many reals, waking the pool costs more than it saves (10,000 take about 7 µs). */
#define MIN_SHARED_SIZE 32768

/* PyTorch's defaults; none of them is a setting yet. */
#define ADAM_BETA1 0.9
#define ADAM_BETA2 0.999
#define ADAM_EPSILON 1e-8
#define CLIP_EPSILON 1e-6

#define MAX_MOMENTS 2

typedef struct
{
  size_t offset, n;
  bool is_penalised;
} Piece;

/* The scalars of one step, and the loops to use them in. */
typedef struct
{
  const FsUpdateKernels *kernels;
  FsReal scale;    /* of gradients: clipping */
  FsReal l1, l2;   /* 0 = off */
  FsReal rate;     /* sgd */
  FsReal momentum; /* sgd */
  FsAdamNumbers adam;
} StepNumbers;

typedef struct
{
  size_t n_moments;
  void (*prepare) (StepNumbers *numbers, const FsDescentSettings *settings, uint64_t t);
  void (*update) (const StepNumbers *numbers,
                  FsReal *w,
                  const FsReal *g,
                  FsReal *const *moments,
                  size_t n);
} Method;

struct FsDescent
{
  const Method *method;
  const FsUpdateKernels *kernels;
  FsPool *pool;
  size_t size;   /* FsReal in a block, padding included */
  Piece *pieces; /* they cover the block */
  size_t n_pieces;
  FsReal *moments;  /* [method->n_moments][size]; the padding stays 0 */
  uint64_t n_steps; /* done */

  /* One step's work, shared with the pool's threads. */
  StepNumbers numbers;
  FsReal *parameters, *gradients;
  bool measures_ratio;
  double *gradient_sums; /* [n_pieces]: Σ g² */
  double *change_sums;   /* [n_pieces]: Σ Δw² */
  double *weight_sums;   /* [n_pieces]: Σ w², before the step */
};

/* ---- The table ---- */

static void
prepare_sgd (StepNumbers *numbers, const FsDescentSettings *settings, uint64_t t)
{
  numbers->rate = (FsReal) settings->learning_rate;
  numbers->momentum = (FsReal) settings->momentum;
}

/* At the first step the buffer is 0, so b = g as PyTorch has it. */
static void
update_sgd (const StepNumbers *numbers,
            FsReal *w,
            const FsReal *g,
            FsReal *const *moments,
            size_t n)
{
  if (numbers->momentum == 0)
    numbers->kernels->sgd (w, g, numbers->scale, numbers->rate, n);
  else
    numbers->kernels->momentum (w, moments[0], g, numbers->scale, numbers->rate, numbers->momentum,
                                n);
}

static void
prepare_adam (StepNumbers *numbers, const FsDescentSettings *settings, uint64_t t)
{
  numbers->adam = (FsAdamNumbers){
    .scale = numbers->scale,
    .beta1 = (FsReal) ADAM_BETA1,
    .one_minus1 = (FsReal) (1 - ADAM_BETA1),
    .beta2 = (FsReal) ADAM_BETA2,
    .one_minus2 = (FsReal) (1 - ADAM_BETA2),
    .rate = (FsReal) (settings->learning_rate / (1 - pow (ADAM_BETA1, (double) t))),
    .correction = (FsReal) (1 / sqrt (1 - pow (ADAM_BETA2, (double) t))),
    .epsilon = (FsReal) ADAM_EPSILON,
  };
}

static void
update_adam (const StepNumbers *numbers,
             FsReal *w,
             const FsReal *g,
             FsReal *const *moments,
             size_t n)
{
  numbers->kernels->adam (w, moments[0], moments[1], g, &numbers->adam, n);
}

static const Method methods[] = {
  [FS_OPTIMISER_ADAM] = { 2, prepare_adam, update_adam },
  [FS_OPTIMISER_SGD] = { 1, prepare_sgd, update_sgd },
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
      for (size_t offset = table->tensors[i].offset; offset < end; offset += PIECE_SIZE)
        {
          if (pieces)
            pieces[n_pieces] = (Piece){
              .offset = offset,
              .n = end - offset < PIECE_SIZE ? end - offset : PIECE_SIZE,
              .is_penalised = table->tensors[i].role != FS_TENSOR_BIAS,
            };
          n_pieces++;
        }
    }
  return n_pieces;
}

FsStatus
fs_descent_new (FsDescent **descent,
                FsOptimiser optimiser,
                const FsTensorTable *table,
                FsPool *pool,
                FsProblem *problem)
{
  *descent = NULL;
  FsDescent *made = calloc (1, sizeof *made);
  if (!made)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "train.optimiser", NULL, NULL);
  made->method = &methods[optimiser];
  made->kernels = choose_kernels ();
  made->pool = pool;
  made->size = table->size;
  made->n_pieces = cut_pieces (table, NULL);
  made->pieces = calloc (made->n_pieces + 1, sizeof *made->pieces);
  made->gradient_sums = calloc (3 * made->n_pieces + 1, sizeof (double));
  size_t n_bytes = made->method->n_moments * made->size * sizeof (FsReal);
  made->moments = aligned_alloc (64, (n_bytes + 63) / 64 * 64 + 64);
  if (!made->pieces || !made->gradient_sums || !made->moments)
    {
      fs_descent_free (made);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "train.optimiser", NULL, NULL);
    }
  made->change_sums = made->gradient_sums + made->n_pieces;
  made->weight_sums = made->change_sums + made->n_pieces;
  memset (made->moments, 0, n_bytes);
  cut_pieces (table, made->pieces);
  *descent = made;
  return FS_OK;
}

void
fs_descent_free (FsDescent *descent)
{
  if (!descent)
    return;
  free (descent->pieces);
  free (descent->gradient_sums);
  free (descent->moments);
  free (descent);
}

/* ---- A step ---- */

static void
penalise_and_measure_cb (void *context, size_t item, size_t worker)
{
  FsDescent *descent = context;
  const Piece piece = descent->pieces[item];
  const StepNumbers *numbers = &descent->numbers;
  FsReal *g = descent->gradients + piece.offset;
  if (piece.is_penalised && (numbers->l1 != 0 || numbers->l2 != 0))
    numbers->kernels->add_penalty (g, descent->parameters + piece.offset, numbers->l1, numbers->l2,
                                   piece.n);
  descent->gradient_sums[item] = numbers->kernels->sum_squares (g, piece.n);
}

static void
update_cb (void *context, size_t item, size_t worker)
{
  FsDescent *descent = context;
  const Piece piece = descent->pieces[item];
  FsReal *w = descent->parameters + piece.offset;
  FsReal *moments[MAX_MOMENTS] = { NULL };
  for (size_t i = 0; i < descent->method->n_moments; i++)
    moments[i] = descent->moments + i * descent->size + piece.offset;
  FsReal before[PIECE_SIZE];
  if (descent->measures_ratio)
    memcpy (before, w, piece.n * sizeof *w);
  descent->method->update (&descent->numbers, w, descent->gradients + piece.offset, moments,
                           piece.n);
  if (descent->measures_ratio)
    {
      descent->change_sums[item] =
          descent->numbers.kernels->sum_squared_differences (w, before, piece.n);
      descent->weight_sums[item] = descent->numbers.kernels->sum_squares (before, piece.n);
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

bool
fs_descent_step (FsDescent *descent,
                 const FsDescentSettings *settings,
                 FsReal *parameters,
                 FsReal *gradients,
                 bool measures_ratio,
                 FsDescentReport *report)
{
  *report = (FsDescentReport){ .update_ratio = NAN };
  descent->parameters = parameters;
  descent->gradients = gradients;
  descent->measures_ratio = measures_ratio;
  descent->numbers = (StepNumbers){ .kernels = descent->kernels,
                                    .l1 = (FsReal) settings->l1,
                                    .l2 = (FsReal) settings->l2 };
  run_pieces (descent, penalise_and_measure_cb);
  const double norm = root_of_sum (descent->gradient_sums, descent->n_pieces);
  report->gradient_norm = norm;
  if (!isfinite (norm))
    return false;

  const double scale = settings->clip_norm / (norm + CLIP_EPSILON);
  report->is_clipped = settings->clip_norm > 0 && scale < 1;
  descent->numbers.scale = report->is_clipped ? (FsReal) scale : 1;
  descent->method->prepare (&descent->numbers, settings, descent->n_steps + 1);
  run_pieces (descent, update_cb);
  descent->n_steps++;
  if (measures_ratio)
    report->update_ratio = root_of_sum (descent->change_sums, descent->n_pieces)
                           / root_of_sum (descent->weight_sums, descent->n_pieces);
  return true;
}

FsReal *
fs_descent_moments (FsDescent *descent, size_t *n_reals)
{
  *n_reals = descent->method->n_moments * descent->size;
  return *n_reals > 0 ? descent->moments : NULL;
}

uint64_t *
fs_descent_n_steps (FsDescent *descent)
{
  return &descent->n_steps;
}

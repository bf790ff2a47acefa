/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ridge regression by normal equations; see ridge.h. With rows x = (window's inputs, centred by each
 * channel's mean over the training rows, and a constant 1) and y = centred targets:
 *   G = Σ x xᵀ   C = Σ x yᵀ   s = Σ y²    w(λ) = (G + n·λ·v·D)⁻¹ C
 * where v is the mean square of the centred inputs and D is 1 for inputs and 0 for the constant. G, C
 * and s are summed apart for the first four fifths of the windows and for the last: the error there,
 *   Σ (y − wᵀx)² = s − 2 wᵀC + wᵀG w,
 * picks λ without another pass, and their sums give the final fit. */

#include "engine/train/ridge.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Bounds on the cost: G takes rows × columns² multiply-adds, here at most 5·10⁹, well below a second.
 * Longer windows use their last steps, longer series every k-th window. */
#define MAX_COLUMNS 512
#define MAX_FITTED_WINDOWS 20000

/* Fewer windows than this leave a last fifth too small to choose anything by. */
#define MIN_WINDOWS 20

/* λ/v: from as good as none to "nearly the mean"; a factor of 10 apart, since the error is flat. */
static const double lambdas[] = { 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10 };
#define N_LAMBDAS (sizeof lambdas / sizeof *lambdas)

/* The sums over one set of windows. */
typedef struct
{
  double *G; /* [n_columns][n_columns], upper triangle, row-major */
  double *C; /* [n_columns][n_outputs] */
  double s;  /* Σ y² over all outputs */
  size_t n;  /* windows */
} Sums;

struct FsRidge
{
  const FsDataset *dataset;
  size_t n_steps;   /* of a window, its last ones */
  size_t n_columns; /* n_steps × channels + 1 */
  double *means;    /* [n_channels]: over the training rows */
  double *weights;  /* [n_columns][n_outputs] */
  double *rows;     /* [FS_RIDGE_ROWS][n_columns] scratch */
  double lambda;
};

static void
fill_row (const FsRidge *ridge, size_t start, double *row)
{
  const FsDataset *dataset = ridge->dataset;
  const size_t n_channels = dataset->n_channels;
  const FsReal *inputs = dataset->inputs + (start + dataset->length - ridge->n_steps) * n_channels;
  for (size_t t = 0; t < ridge->n_steps; t++)
    for (size_t c = 0; c < n_channels; c++)
      *row++ = (double) inputs[t * n_channels + c] - ridge->means[c];
  *row = 1;
}

static void
compute_means (FsRidge *ridge)
{
  const FsDataset *dataset = ridge->dataset;
  const size_t n_rows = dataset->part_ends[FS_PART_TRAIN];
  for (size_t c = 0; c < dataset->n_channels; c++)
    {
      double sum = 0;
      size_t n = 0;
      for (size_t i = 0; i < n_rows; i++)
        if (fs_dataset_part_of_row (dataset, i) == FS_PART_TRAIN)
          {
            sum += (double) dataset->inputs[i * dataset->n_channels + c];
            n++;
          }
      ridge->means[c] = sum / (double) n;
    }
}

/* Adds windows first, first + stride, … below end of the training part; y: [FS_RIDGE_ROWS][H]. */
static void
add_windows (const FsRidge *ridge, Sums *sums, double *y, size_t first, size_t end, size_t stride)
{
  const FsDataset *dataset = ridge->dataset;
  const size_t H = dataset->n_outputs;
  const int columns = (int) ridge->n_columns;
  for (size_t i = first; i < end;)
    {
      size_t n = 0;
      for (; n < FS_RIDGE_ROWS && i < end; n++, i += stride)
        {
          const size_t start = dataset->windows[FS_PART_TRAIN].starts[i];
          const double *target = dataset->target_prepared + start + dataset->length;
          fill_row (ridge, start, ridge->rows + n * ridge->n_columns);
          for (size_t h = 0; h < H; h++)
            {
              y[n * H + h] = target[h] - ridge->means[0];
              sums->s += y[n * H + h] * y[n * H + h];
            }
        }
      cblas_dsyrk (CblasRowMajor, CblasUpper, CblasTrans, columns, (int) n, 1, ridge->rows, columns,
                   1, sums->G, columns);
      cblas_dgemm (CblasRowMajor, CblasTrans, CblasNoTrans, columns, (int) H, (int) n, 1,
                   ridge->rows, columns, y, (int) H, 1, sums->C, (int) H);
      sums->n += n;
    }
}

/* w = (G + n λ v D)⁻¹ C into `weights`, with `factor` as scratch; false where G is too singular. */
static bool
solve (const FsRidge *ridge, const Sums *sums, double lambda, double *factor, double *weights)
{
  const size_t d = ridge->n_columns, H = ridge->dataset->n_outputs;
  double trace = 0;
  for (size_t i = 0; i + 1 < d; i++)
    trace += sums->G[i * d + i];
  memcpy (factor, sums->G, d * d * sizeof *factor);
  memcpy (weights, sums->C, d * H * sizeof *weights);
  for (size_t i = 0; i + 1 < d; i++)
    factor[i * d + i] += lambda * trace / (double) (d - 1);
  return LAPACKE_dposv (LAPACK_ROW_MAJOR, 'U', (lapack_int) d, (lapack_int) H, factor,
                        (lapack_int) d, weights, (lapack_int) H)
         == 0;
}

/* Σ (y − wᵀx)² over the windows of `sums`; `product` is scratch [n_columns][H]. */
static double
squared_error (const FsRidge *ridge, const Sums *sums, const double *weights, double *product)
{
  const size_t d = ridge->n_columns, H = ridge->dataset->n_outputs;
  cblas_dsymm (CblasRowMajor, CblasLeft, CblasUpper, (int) d, (int) H, 1, sums->G, (int) d, weights,
               (int) H, 0, product, (int) H);
  double error = sums->s;
  for (size_t i = 0; i < d * H; i++)
    error += weights[i] * (product[i] - 2 * sums->C[i]);
  return error;
}

/* Chooses λ on `late` with weights fitted on `early`, then fits on both. False if nothing fits. */
static bool
choose_and_fit (FsRidge *ridge, Sums *early, const Sums *late, double *factor, double *product)
{
  const size_t d = ridge->n_columns, H = ridge->dataset->n_outputs;
  double lowest = INFINITY;
  for (size_t i = 0; i < N_LAMBDAS; i++)
    if (solve (ridge, early, lambdas[i], factor, ridge->weights))
      {
        double error = squared_error (ridge, late, ridge->weights, product);
        if (error < lowest)
          {
            lowest = error;
            ridge->lambda = lambdas[i];
          }
      }
  if (!isfinite (lowest))
    return false;
  for (size_t i = 0; i < d * d; i++)
    early->G[i] += late->G[i];
  for (size_t i = 0; i < d * H; i++)
    early->C[i] += late->C[i];
  return solve (ridge, early, ridge->lambda, factor, ridge->weights);
}

static FsStatus
fit (FsRidge *ridge, bool *has_fit)
{
  const size_t d = ridge->n_columns, H = ridge->dataset->n_outputs;
  const size_t n_windows = ridge->dataset->windows[FS_PART_TRAIN].n;
  /* Two G, the factor; two C and a product; y. */
  double *memory = calloc (3 * d * d + 3 * d * H + FS_RIDGE_ROWS * H, sizeof *memory);
  if (!memory)
    return FS_OUT_OF_MEMORY;
  double *after_G = memory + 3 * d * d, *y = after_G + 3 * d * H;
  Sums early = { .G = memory, .C = after_G };
  Sums late = { .G = memory + d * d, .C = after_G + d * H };
  compute_means (ridge);
  const size_t stride = (n_windows + MAX_FITTED_WINDOWS - 1) / MAX_FITTED_WINDOWS;
  const size_t n_early = n_windows - n_windows / 5;
  add_windows (ridge, &early, y, 0, n_early, stride);
  add_windows (ridge, &late, y, n_early, n_windows, stride);
  *has_fit = choose_and_fit (ridge, &early, &late, memory + 2 * d * d, after_G + 2 * d * H);
  free (memory);
  return FS_OK;
}

FsStatus
fs_ridge_fit (FsRidge **ridge, const FsDataset *dataset, FsProblem *problem)
{
  *ridge = NULL;
  if (dataset->windows[FS_PART_TRAIN].n < MIN_WINDOWS || dataset->n_channels >= MAX_COLUMNS)
    return FS_OK;
  const size_t most_steps = (MAX_COLUMNS - 1) / dataset->n_channels;
  const size_t n_steps = dataset->length < most_steps ? dataset->length : most_steps;
  const size_t n_columns = n_steps * dataset->n_channels + 1;
  FsRidge *made = calloc (1, sizeof *made);
  if (!made)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "baselines", NULL, NULL);
  *made = (FsRidge){ .dataset = dataset, .n_steps = n_steps, .n_columns = n_columns };
  made->means = calloc (dataset->n_channels, sizeof (double));
  made->weights = calloc (n_columns * dataset->n_outputs, sizeof (double));
  made->rows = calloc (FS_RIDGE_ROWS * n_columns, sizeof (double));
  FsStatus status = FS_OUT_OF_MEMORY;
  bool has_fit = false;
  /* The order of OpenBLAS's sums depends on its threads. */
  openblas_set_num_threads (1);
  if (made->means && made->weights && made->rows)
    status = fit (made, &has_fit);
  if (status == FS_OK && has_fit)
    *ridge = made;
  else
    fs_ridge_free (made);
  return status == FS_OK ? FS_OK : fs_problem (problem, status, "baselines", NULL, NULL);
}

void
fs_ridge_free (FsRidge *ridge)
{
  if (!ridge)
    return;
  free (ridge->means);
  free (ridge->weights);
  free (ridge->rows);
  free (ridge);
}

double
fs_ridge_lambda (const FsRidge *ridge)
{
  return ridge->lambda;
}

void
fs_ridge_predict (FsRidge *ridge, FsPart part, size_t first, size_t n, double *predicted)
{
  const size_t H = ridge->dataset->n_outputs;
  for (size_t i = 0; i < n; i++)
    fill_row (ridge, ridge->dataset->windows[part].starts[first + i],
              ridge->rows + i * ridge->n_columns);
  cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) n, (int) H, (int) ridge->n_columns,
               1, ridge->rows, (int) ridge->n_columns, ridge->weights, (int) H, 0, predicted,
               (int) H);
  for (size_t i = 0; i < n * H; i++)
    predicted[i] += ridge->means[0];
}

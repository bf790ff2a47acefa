/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small networks on made-up data, trained as the trainer would (batches in order, Adam, mean
 * squared error), without its books: what is timed is gathering a batch, both passes, the update and
 * the repacking of weights. */

#include "app/commands/bench-jobs.h"

#include <cblas.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "app/commands/bench-probes.h"
#include "engine/base/random.h"
#include "engine/model/kernels.h"
#include "engine/model/loss.h"
#include "engine/model/network.h"
#include "engine/model/simd/kernel-table.h"
#include "engine/train/optimiser.h"

#define N_JOBS 8

typedef struct
{
  FsLayerSpec layers[6];
  size_t n_layers;
  size_t n_samples, n_steps, n_inputs, batch;
  double l2;
} Shape;

#define LSTM(n)                                           \
  {                                                       \
    .kind = FS_LAYER_LSTM, .units = (n), .forget_bias = 1 \
  }
#define GRU(n)                         \
  {                                    \
    .kind = FS_LAYER_GRU, .units = (n) \
  }
#define DROPOUT(p)                        \
  {                                       \
    .kind = FS_LAYER_DROPOUT, .rate = (p) \
  }
#define RELU(n)                                                            \
  {                                                                        \
    .kind = FS_LAYER_DENSE, .units = (n), .activation = FS_ACTIVATION_RELU \
  }
#define HEAD                           \
  {                                    \
    .kind = FS_LAYER_DENSE, .units = 1 \
  }

static const FsBenchJob jobs[N_JOBS + 1] = {
  { "J1", "LSTM 50, 10 steps of 1" },
  { "J2", "LSTM 128, 10 steps of 1" },
  { "J3", "LSTM 128 with dropout, 20 steps of 1" },
  { "J4", "LSTM 256, 5 steps of 3" },
  { "J5", "LSTM 128, dense 64, dropout and L2, 20 steps of 8" },
  { "J6", "LSTM 128 and 64, 50 steps of 8" },
  { "J7", "LSTM 512 twice, 100 steps of 32" },
  { "J8", "GRU 128, 50 steps of 8" },
  { NULL, NULL },
};

static const Shape shapes[N_JOBS] = {
  { { LSTM (50), HEAD }, 2, 1000, 10, 1, 32, 0 },
  { { LSTM (128), HEAD }, 2, 100, 10, 1, 32, 0 },
  { { LSTM (128), DROPOUT (0.5), HEAD }, 3, 1000, 20, 1, 32, 0 },
  { { LSTM (256), HEAD }, 2, 500, 5, 3, 32, 0 },
  { { LSTM (128), DROPOUT (0.5), RELU (64), DROPOUT (0.5), HEAD }, 5, 1000, 20, 8, 32, 0.01 },
  { { LSTM (128), LSTM (64), HEAD }, 3, 1000, 50, 8, 32, 0 },
  { { LSTM (512), LSTM (512), HEAD }, 3, 512, 100, 32, 64, 0 },
  { { GRU (128), HEAD }, 2, 1000, 50, 8, 32, 0 },
};

const FsBenchJob *
fs_bench_jobs (void)
{
  return jobs;
}

static double
now (clockid_t clock)
{
  struct timespec time;
  clock_gettime (clock, &time);
  return (double) time.tv_sec + 1e-9 * (double) time.tv_nsec;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
median (double *values, size_t n)
{
  qsort (values, n, sizeof *values, compare_doubles);
  return values[n / 2];
}

typedef struct
{
  const Shape *shape;
  FsPool *pool;
  FsNetwork *network;
  FsDescent *descent;
  float *x; /* [n_samples][n_steps][n_inputs] */
  FsReal *y;
  FsReal *dy;
  uint64_t step;
} Bench;

/* The target is the mean of the first channel: something that can be learnt. */
static void
make_samples (Bench *bench)
{
  const Shape *s = bench->shape;
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < s->n_samples; i++)
    {
      double sum = 0;
      for (size_t k = 0; k < s->n_steps * s->n_inputs; k++)
        {
          float value = (float) fs_random_normal (&random);
          bench->x[i * s->n_steps * s->n_inputs + k] = value;
          if (k % s->n_inputs == 0)
            sum += (double) value;
        }
      bench->y[i] = (FsReal) (sum / (double) s->n_steps);
    }
}

static void
bench_clear (Bench *bench)
{
  fs_descent_free (bench->descent);
  fs_network_free (bench->network);
  fs_pool_free (bench->pool);
  free (bench->x);
  free (bench->y);
  free (bench->dy);
}

static FsStatus
bench_make (Bench *bench, const Shape *s, unsigned n_threads, double *flops, FsProblem *problem)
{
  *bench = (Bench){ .shape = s };
  FsExperiment experiment = fs_experiment_default ();
  memcpy (experiment.layers, s->layers, s->n_layers * sizeof *s->layers);
  experiment.n_layers = s->n_layers;
  const FsNetworkShape shape = {
    .n_inputs = s->n_inputs, .n_steps = s->n_steps, .n_outputs = 1, .max_rows = s->batch
  };
  FsLayerSummary summaries[FS_MAX_LAYERS];
  FsTensorTable table;
  FsStatus status = fs_network_plan (&experiment, &shape, summaries, &table, problem);
  if (status == FS_OK)
    status = fs_pool_new (&bench->pool, n_threads, problem);
  if (status == FS_OK)
    status = fs_network_new (&bench->network, &experiment, &shape, bench->pool, problem);
  if (status == FS_OK)
    status = fs_descent_new (&bench->descent, FS_OPTIMISER_ADAM, &table, bench->pool, problem);
  if (status != FS_OK)
    return status;
  /* Forward, backward and the weight gradient are alike in work; the first layer passes nothing back
   * to its inputs. */
  *flops = -2.0 * (s->layers[0].kind == FS_LAYER_GRU ? 3 : 4) * (double) (s->n_steps * s->n_inputs)
           * (double) s->layers[0].units;
  for (size_t i = 0; i < s->n_layers; i++)
    *flops += 6 * summaries[i].multiply_adds;

  bench->x = calloc (s->n_samples * s->n_steps * s->n_inputs, sizeof *bench->x);
  bench->y = calloc (s->n_samples, sizeof *bench->y);
  bench->dy = calloc (s->batch, sizeof *bench->dy);
  if (!bench->x || !bench->y || !bench->dy)
    return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  make_samples (bench);
  fs_network_initialise (bench->network, 1);
  return FS_OK;
}

/* One epoch; returns its mean loss. */
static double
train_epoch (Bench *bench)
{
  const Shape *s = bench->shape;
  const FsDescentSettings settings = { .learning_rate = 0.001, .l2 = s->l2 };
  double loss = 0;
  for (size_t first = 0; first < s->n_samples; first += s->batch)
    {
      const size_t n_rows = MIN (s->batch, s->n_samples - first);
      FsReal *inputs = fs_network_inputs (bench->network);
      for (size_t t = 0; t < s->n_steps; t++)
        for (size_t row = 0; row < n_rows; row++)
          for (size_t k = 0; k < s->n_inputs; k++)
            *inputs++ = bench->x[((first + row) * s->n_steps + t) * s->n_inputs + k];

      const FsPass pass = {
        .n_rows = n_rows, .is_training = true, .seed = 1, .step = bench->step++
      };
      fs_network_forward (bench->network, &pass);
      const FsReal *predicted = fs_network_outputs (bench->network);
      loss += fs_loss_sum ((FsLossRule){ FS_LOSS_MSE, 0 }, predicted, bench->y + first, n_rows);
      fs_loss_gradient ((FsLossRule){ FS_LOSS_MSE, 0 }, predicted, bench->y + first, n_rows,
                        bench->dy);
      fs_network_backward (bench->network, &pass, bench->dy);
      FsDescentReport report;
      fs_descent_step (bench->descent, &settings, fs_network_parameters (bench->network),
                       fs_network_gradients (bench->network), false, &report);
      fs_network_refresh (bench->network);
    }
  return loss / (double) s->n_samples;
}

/* One round of whole epochs: samples a second by wall clock and by processor time. */
static double
run_round (Bench *bench, double seconds, double *wall_rate, double *cpu_rate)
{
  const clockid_t cpu_clock =
      fs_pool_n_threads (bench->pool) == 1 ? CLOCK_THREAD_CPUTIME_ID : CLOCK_PROCESS_CPUTIME_ID;
  const double wall_start = now (CLOCK_MONOTONIC), cpu_start = now (cpu_clock);
  double samples = 0, wall, loss;
  do
    {
      loss = train_epoch (bench);
      samples += (double) bench->shape->n_samples;
      wall = now (CLOCK_MONOTONIC) - wall_start;
    }
  while (wall < seconds);
  *wall_rate = samples / wall;
  *cpu_rate = samples / (now (cpu_clock) - cpu_start);
  return loss;
}

FsStatus
fs_bench_measure (const FsBenchJob *job,
                  unsigned n_threads,
                  unsigned n_rounds,
                  double seconds,
                  size_t n_windows,
                  FsBenchResult *result,
                  FsProblem *problem)
{
  Bench bench;
  Shape shape = shapes[job - jobs];
  if (n_windows > 0)
    shape.n_samples = MIN (shape.n_samples, n_windows);
  double flops = 0;
  g_autofree double *wall = g_new (double, n_rounds);
  g_autofree double *cpu = g_new (double, n_rounds);
  FsStatus status = bench_make (&bench, &shape, n_threads, &flops, problem);
  if (status == FS_OK)
    {
      *result = (FsBenchResult){ .n_threads = n_threads, .flops_per_sample = flops };
      result->losses[0] = train_epoch (&bench);
      for (unsigned i = 0; i < n_rounds; i++)
        result->losses[1] = run_round (&bench, seconds, &wall[i], &cpu[i]);
      result->samples_per_second = median (wall, n_rounds);
      result->cpu_samples_per_second = median (cpu, n_rounds);
      result->gflops = 1e-9 * flops * result->samples_per_second;
      result->cpu_gflops = 1e-9 * flops * result->cpu_samples_per_second;
    }
  bench_clear (&bench);
  return status;
}

FsStatus
fs_bench_measure_probes (const FsBenchJob *job, double seconds, double *share, FsProblem *problem)
{
  const Shape *s = &shapes[job - jobs];
  FsExperiment experiment = fs_experiment_default ();
  memcpy (experiment.layers, s->layers, s->n_layers * sizeof *s->layers);
  experiment.n_layers = s->n_layers;
  experiment.window.length = (int64_t) s->n_steps;
  experiment.train.batch = (int64_t) s->batch;
  experiment.train.l2 = s->l2;
  return fs_bench_probe_share (&experiment, s->n_samples, s->n_inputs, seconds, share, problem);
}

double
fs_bench_fma_gflops (void)
{
  const FsKernels *kernels = fs_isa_kernels (fs_isa_current ());
  if (!kernels)
    return 0;
  double rates[9];
  FsReal sink[16] = { (FsReal) 0.999, (FsReal) 0.001 };
  for (size_t i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      const double start = now (CLOCK_THREAD_CPUTIME_ID);
      const double n = kernels->peak (300000, sink);
      rates[i] = 2e-9 * n / (now (CLOCK_THREAD_CPUTIME_ID) - start);
    }
  return median (rates, G_N_ELEMENTS (rates));
}

double
fs_bench_sgemm_gflops (void)
{
  enum
  {
    N = 1024
  };
  g_autofree float *a = g_new0 (float, N *N), *b = g_new0 (float, N *N), *c = g_new0 (float, N *N);
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (size_t i = 0; i < N * N; i++)
    {
      a[i] = (float) fs_random_uniform (&random);
      b[i] = (float) fs_random_uniform (&random);
    }
  openblas_set_num_threads (1);
  double rates[6];
  for (size_t i = 0; i < G_N_ELEMENTS (rates); i++)
    {
      const double start = now (CLOCK_THREAD_CPUTIME_ID);
      cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, N, N, N, 1, a, N, b, N, 0, c, N);
      rates[i] = 2e-9 * N * N * N / (now (CLOCK_THREAD_CPUTIME_ID) - start);
    }
  return median (rates + 1, G_N_ELEMENTS (rates) - 1); /* the first faults the pages in */
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Initial weights; see initialiser.h. All arithmetic is double and in a fixed order: a seed gives the
 * same weights on every processor. */

#include "engine/model/initialiser.h"

#include <math.h>
#include <stdlib.h>
#include "engine/base/random.h"

/* The standard deviation of a standard normal that is truncated at ±2. */
#define TRUNCATED_SD 0.87962566103423978

static void
fill_uniform (FsReal *values, size_t n, FsRandom *random, double limit)
{
  for (size_t i = 0; i < n; i++)
    values[i] = (FsReal) (limit * (2.0 * fs_random_uniform (random) - 1.0));
}

static void
fill_normal (FsReal *values, size_t n, FsRandom *random, double sd)
{
  for (size_t i = 0; i < n; i++)
    {
      double z;
      do
        z = fs_random_normal (random);
      while (fabs (z) > 2);
      values[i] = (FsReal) (z * sd / TRUNCATED_SD);
    }
}

/* Eight sums side by side: a fixed order that the compiler can still do in vector registers. */
static double
dot (const double *a, const double *b, size_t n)
{
  double sums[8] = { 0 };
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t j = 0; j < 8; j++)
      sums[j] += a[i + j] * b[i + j];
  for (; i < n; i++)
    sums[i % 8] += a[i] * b[i];
  return ((sums[0] + sums[4]) + (sums[1] + sums[5])) + ((sums[2] + sums[6]) + (sums[3] + sums[7]));
}

/* Modified Gram-Schmidt over n_vectors vectors of n numbers each. One pass suffices: a tall normal
 * matrix is well conditioned (about 3 for four rows a column), so what is lost is a few ulp. The
 * factor R it implies has a positive diagonal, as the usual sign convention wants. */
static void
orthonormalise (double *vectors, size_t n_vectors, size_t n)
{
  for (size_t j = 0; j < n_vectors; j++)
    {
      double *v = vectors + j * n;
      double scale = 1.0 / sqrt (dot (v, v, n));
      for (size_t i = 0; i < n; i++)
        v[i] *= scale;
      for (size_t k = j + 1; k < n_vectors; k++)
        {
          double *w = vectors + k * n;
          double along = dot (v, w, n);
          for (size_t i = 0; i < n; i++)
            w[i] -= along * v[i];
        }
    }
}

/* False if there is no memory for it. */
static bool
fill_orthogonal (FsReal *values, size_t rows, size_t cols, FsRandom *random)
{
  const bool is_wide = rows < cols;
  const size_t n_vectors = is_wide ? rows : cols, n = is_wide ? cols : rows;
  double *vectors = calloc (n_vectors, n * sizeof *vectors);
  if (!vectors)
    return false;
  for (size_t i = 0; i < n_vectors * n; i++)
    vectors[i] = fs_random_normal (random);
  orthonormalise (vectors, n_vectors, n);
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < cols; c++)
      values[r * cols + c] = (FsReal) (is_wide ? vectors[r * n + c] : vectors[c * n + r]);
  free (vectors);
  return true;
}

void
fs_initialise (const FsTensorTable *table,
               size_t tensor,
               FsReal *parameters,
               uint64_t seed,
               const FsFill *fill)
{
  const FsTensor *shape = &table->tensors[tensor];
  const size_t n = shape->rows * shape->cols;
  FsReal *values = parameters + shape->offset;
  FsRandom random = fs_random (seed, FS_STREAM_INITIALISER, tensor, 0);
  const double both = fill->fan_in + fill->fan_out;
  switch (fill->kind)
    {
    case FS_INIT_ORTHOGONAL:
      if (fill_orthogonal (values, shape->rows, shape->cols, &random))
        break;
      /* fall through */
    case FS_INIT_GLOROT_UNIFORM:
      fill_uniform (values, n, &random, sqrt (6.0 / both));
      break;
    case FS_INIT_GLOROT_UNIFORM_PER_GATE:
      fill_uniform (values, n, &random, sqrt (6.0 / (fill->fan_in + fill->units)));
      break;
    case FS_INIT_GLOROT_NORMAL:
      fill_normal (values, n, &random, sqrt (2.0 / both));
      break;
    case FS_INIT_HE_UNIFORM:
      fill_uniform (values, n, &random, sqrt (6.0 / fill->fan_in));
      break;
    case FS_INIT_HE_NORMAL:
      fill_normal (values, n, &random, sqrt (2.0 / fill->fan_in));
      break;
    case FS_INIT_PYTORCH:
      fill_uniform (values, n, &random, 1.0 / sqrt (fill->fan));
      break;
    case FS_INIT_ZEROS:
    case FS_INIT_CONSTANT:
      for (size_t i = 0; i < n; i++)
        values[i] = (FsReal) (fill->kind == FS_INIT_CONSTANT ? fill->constant : 0);
      break;
    }
}

/* The list of a recurrent kernel begins with what is usual there. */
static FsInitialiser
recurrent_kind (FsRecurrentInitialiser kind)
{
  static const FsInitialiser kinds[] = {
    [FS_RECURRENT_INIT_ORTHOGONAL] = FS_INIT_ORTHOGONAL,
    [FS_RECURRENT_INIT_GLOROT_UNIFORM] = FS_INIT_GLOROT_UNIFORM,
    [FS_RECURRENT_INIT_GLOROT_UNIFORM_PER_GATE] = FS_INIT_GLOROT_UNIFORM_PER_GATE,
    [FS_RECURRENT_INIT_GLOROT_NORMAL] = FS_INIT_GLOROT_NORMAL,
    [FS_RECURRENT_INIT_HE_UNIFORM] = FS_INIT_HE_UNIFORM,
    [FS_RECURRENT_INIT_HE_NORMAL] = FS_INIT_HE_NORMAL,
    [FS_RECURRENT_INIT_PYTORCH] = FS_INIT_PYTORCH,
    [FS_RECURRENT_INIT_ZEROS] = FS_INIT_ZEROS,
    [FS_RECURRENT_INIT_CONSTANT] = FS_INIT_CONSTANT,
  };
  return kinds[kind];
}

/* Zero, constant or PyTorch's; `is_sum` = the sum of two draws. */
static void
fill_bias (const FsTensorTable *table,
           size_t tensor,
           FsReal *parameters,
           uint64_t seed,
           const FsLayerSpec *spec,
           double fan,
           bool is_sum)
{
  const FsTensor *shape = &table->tensors[tensor];
  FsRandom random = fs_random (seed, FS_STREAM_INITIALISER, tensor, 0);
  const double limit = 1.0 / sqrt (fan);
  for (size_t i = 0; i < shape->rows; i++)
    {
      double value = 0;
      if (spec->bias_init == FS_BIAS_INIT_CONSTANT)
        value = spec->init_constant;
      for (int k = 0; spec->bias_init == FS_BIAS_INIT_PYTORCH && k < (is_sum ? 2 : 1); k++)
        value += limit * (2.0 * fs_random_uniform (&random) - 1.0);
      parameters[shape->offset + i] = (FsReal) value;
    }
}

static void
fill_chrono (const FsLayer *layer, FsReal *bias, FsRandom *random)
{
  const size_t units = layer->spec.units > 0 ? (size_t) layer->spec.units : 0;
  const double longest = layer->in.steps > 2 ? (double) layer->in.steps - 1 : 1;
  for (size_t u = 0; u < units; u++)
    {
      const double b = log (1.0 + (longest - 1.0) * fs_random_uniform (random));
      bias[units + u] = (FsReal) b;
      if (layer->spec.kind == FS_LAYER_LSTM)
        bias[u] = (FsReal) -b;
    }
}

void
fs_initialise_recurrent (const FsLayer *layer,
                         const FsTensorTable *table,
                         const FsRecurrentTensors *tensors,
                         FsReal *parameters,
                         uint64_t seed)
{
  const FsLayerSpec *spec = &layer->spec;
  const size_t first = layer->first_tensor, units = layer->out.width;
  const FsTensor *w = &table->tensors[first + tensors->kernel];
  FsFill fill = { .kind = spec->kernel_init,
                  .fan_in = (double) w->cols,
                  .fan_out = (double) w->rows,
                  .units = (double) units,
                  .fan = (double) units,
                  .constant = spec->init_constant };
  fs_initialise (table, first + tensors->kernel, parameters, seed, &fill);
  fill.kind = recurrent_kind (spec->recurrent_init);
  fill.fan_in = (double) units;
  fs_initialise (table, first + tensors->recurrent, parameters, seed, &fill);

  const bool is_chrono = spec->bias_init == FS_BIAS_INIT_CHRONO && spec->kind != FS_LAYER_RNN;
  if (tensors->bias == FS_NO_TENSOR)
    return;
  fill_bias (table, first + tensors->bias, parameters, seed, spec, (double) units,
             tensors->second_bias == FS_NO_TENSOR);
  if (tensors->second_bias != FS_NO_TENSOR)
    fill_bias (table, first + tensors->second_bias, parameters, seed, spec, (double) units, false);
  FsReal *bias = parameters + table->tensors[first + tensors->bias].offset;
  FsRandom random = fs_random (seed, FS_STREAM_INITIALISER, first + tensors->bias, 1);
  if (is_chrono)
    fill_chrono (layer, bias, &random);
  else if (spec->kind == FS_LAYER_LSTM)
    for (size_t u = 0; u < units; u++)
      bias[units + u] += (FsReal) spec->forget_bias;
}

void
fs_initialise_dense (const FsLayer *layer,
                     const FsTensorTable *table,
                     size_t weight,
                     size_t bias,
                     FsReal *parameters,
                     uint64_t seed)
{
  const double inputs = (double) layer->in.width, outputs = (double) layer->out.width;
  const FsFill fill = { .kind = layer->spec.kernel_init,
                        .fan_in = inputs,
                        .fan_out = outputs,
                        .units = outputs,
                        .fan = inputs,
                        .constant = layer->spec.init_constant };
  fs_initialise (table, layer->first_tensor + weight, parameters, seed, &fill);
  fill_bias (table, layer->first_tensor + bias, parameters, seed, &layer->spec, inputs, false);
}

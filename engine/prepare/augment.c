/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Variants of windows of numbers; see augment.h. The formulas are those of Iwana & Uchida 2021, "An empirical
 * survey of data augmentation for time series classification", but that a slice is stretched from its first
 * to its very last row. Words are augment-words.c's. */

#include "engine/prepare/augment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Random numbers of one window: more steps than this are not in a list. */
#define STREAMS_A_WINDOW FS_MAX_STEPS

/* What the methods that draw nothing else do: the shares of the paper. */
#define SLICE_SHARE 0.9
#define WARPED_SHARE 0.1

/* ---- formulas ---- */

void
fs_warp_curve (const double knots[FS_WARP_KNOTS], size_t n, double *curve)
{
  const double h = (double) (n - 1) / (FS_WARP_KNOTS - 1);
  double r[FS_WARP_KNOTS], m[FS_WARP_KNOTS];
  if (n == 1)
    {
      curve[0] = knots[0];
      return;
    }
  /* m_{i−1} + 4 m_i + m_{i+1} = r_i of the second derivatives, and m_0 − 2 m_1 + m_2 = 0 at both ends. */
  for (size_t i = 1; i + 1 < FS_WARP_KNOTS; i++)
    r[i] = 6 / (h * h) * (knots[i - 1] - 2 * knots[i] + knots[i + 1]);
  m[1] = r[1] / 6;
  m[4] = r[4] / 6;
  m[2] = (4 * (r[2] - m[1]) - (r[3] - m[4])) / 15;
  m[3] = (4 * (r[3] - m[4]) - (r[2] - m[1])) / 15;
  m[0] = 2 * m[1] - m[2];
  m[5] = 2 * m[4] - m[3];
  for (size_t t = 0; t < n; t++)
    {
      size_t i = (size_t) ((double) t / h);
      i = i < FS_WARP_KNOTS - 2 ? i : FS_WARP_KNOTS - 2;
      const double b = (double) t - h * (double) i, a = h - b;
      curve[t] = (m[i] * a * a * a + m[i + 1] * b * b * b) / (6 * h)
                 + (knots[i] / h - m[i] * h / 6) * a + (knots[i + 1] / h - m[i + 1] * h / 6) * b;
    }
}

void
fs_warp_time (const double knots[FS_WARP_KNOTS], size_t n, double *time)
{
  double moved[FS_WARP_KNOTS];
  const double last = (double) (n - 1);
  for (size_t i = 0; i < FS_WARP_KNOTS; i++)
    moved[i] = knots[i] * last * (double) i / (FS_WARP_KNOTS - 1);
  fs_warp_curve (moved, n, time);
  const double share = time[n - 1] > 0 ? last / time[n - 1] : 1;
  for (size_t t = 0; t < n; t++)
    {
      time[t] = fmin (fmax (share * time[t], 0), last);
      if (t > 0)
        time[t] = fmax (time[t], time[t - 1]);
    }
}

void
fs_warp_rows (const FsReal *x, size_t n, size_t n_channels, const double *time, FsReal *y)
{
  size_t i = 0;
  for (size_t t = 0; t < n; t++)
    {
      const double at = (double) t;
      while (i + 2 < n && time[i + 1] <= at)
        i++;
      const double width = n > 1 ? time[i + 1] - time[i] : 0;
      const double share = width > 0                    ? fmin (fmax ((at - time[i]) / width, 0), 1)
                           : n > 1 && at >= time[i + 1] ? 1
                                                        : 0;
      for (size_t c = 0; c < n_channels; c++)
        {
          const double left = (double) x[i * n_channels + c];
          const double right = (double) x[(n > 1 ? i + 1 : i) * n_channels + c];
          y[t * n_channels + c] = (FsReal) (left + share * (right - left));
        }
    }
}

/* Row `at` of n, between two. */
static void
take_row (const FsReal *x, size_t n, size_t n_channels, double at, FsReal *y)
{
  size_t i = (size_t) at;
  i = i + 1 < n ? i : n - 1;
  const size_t next = i + 1 < n ? i + 1 : i;
  const double share = at - (double) i;
  for (size_t c = 0; c < n_channels; c++)
    {
      const double left = (double) x[i * n_channels + c];
      y[c] = (FsReal) (left + share * ((double) x[next * n_channels + c] - left));
    }
}

/* The place of row t of n in a run of m rows. */
static double
place_in (size_t t, size_t n, size_t m)
{
  return n > 1 ? (double) t * (double) (m - 1) / (double) (n - 1) : 0;
}

void
fs_slice_rows (const FsReal *x, size_t first, size_t n_kept, size_t n, size_t n_channels, FsReal *y)
{
  for (size_t t = 0; t < n; t++)
    take_row (x + first * n_channels, n_kept, n_channels, place_in (t, n, n_kept),
              y + t * n_channels);
}

void
fs_warp_window (const FsReal *x,
                size_t first,
                size_t width,
                double factor,
                size_t n,
                size_t n_channels,
                FsReal *y)
{
  const size_t warped = (size_t) ((double) width * factor), all = n - width + warped;
  for (size_t t = 0; t < n; t++)
    {
      /* Between two rows of the longer or shorter whole, each of which is one of x or between two. */
      const double at = place_in (t, n, all);
      const size_t left = (size_t) at < all - 1 ? (size_t) at : all - 1;
      const double share = at - (double) left;
      for (size_t c = 0; c < n_channels; c++)
        y[t * n_channels + c] = 0;
      for (size_t side = 0; side < 2; side++)
        {
          const size_t row = left + side < all ? left + side : all - 1;
          const double weight = side ? share : 1 - share;
          const double old = row < first ? (double) row
                             : row < first + warped
                                 ? (double) first + place_in (row - first, warped, width)
                                 : (double) (row - warped + width);
          const size_t i = (size_t) old < n - 1 ? (size_t) old : n - 1,
                       next = i + 1 < n ? i + 1 : i;
          const double between = old - (double) i;
          for (size_t c = 0; c < n_channels; c++)
            {
              const double a = (double) x[i * n_channels + c];
              const double b = (double) x[next * n_channels + c];
              y[t * n_channels + c] =
                  (FsReal) ((double) y[t * n_channels + c] + weight * (a + between * (b - a)));
            }
        }
    }
}

void
fs_mix_rows (FsReal *x, const FsReal *other, size_t n, double share)
{
  for (size_t i = 0; i < n; i++)
    x[i] = (FsReal) (share * (double) x[i] + (1 - share) * (double) other[i]);
}

/* Jöhnk 1964: u^(1/α) / (u^(1/α) + v^(1/α)) where the sum is at most 1; both may be too small for a double,
 * so only their quotient is formed. */
double
fs_mix_share (FsRandom *random, double alpha)
{
  for (;;)
    {
      const double u = log (1 - fs_random_uniform (random)) / alpha;
      const double v = log (1 - fs_random_uniform (random)) / alpha;
      if (exp (u) + exp (v) <= 1)
        return 1 / (1 + exp (-fabs (u - v)));
    }
}

/* ---- one window ---- */

static void
draw_knots (FsRandom *random, double strength, double knots[FS_WARP_KNOTS])
{
  for (size_t i = 0; i < FS_WARP_KNOTS; i++)
    knots[i] = 1 + strength * fs_random_normal (random);
}

static size_t
round_up (double share, size_t n)
{
  const size_t rows = (size_t) ceil (share * (double) n - 1e-9);
  return rows > 0 ? rows : 1;
}

/* A window with a row before and one behind what is warped. */
static void
warp_some_window (FsRandom *random, const FsAugmentRoom *room, size_t length, size_t n_channels)
{
  const size_t width = round_up (WARPED_SHARE, length);
  if (length < width + 3 || width < 2)
    return;
  const size_t first = 1 + (size_t) fs_random_below (random, length - width - 2);
  const double factor = fs_random_below (random, 2) ? 2 : 0.5;
  fs_warp_window (room->copy, first, width, factor, length, n_channels, room->window);
}

void
fs_augment_window (const FsStepSpec *spec,
                   FsRandom *random,
                   const FsAugmentRoom *room,
                   size_t length,
                   size_t n_channels,
                   size_t n_ahead)
{
  FsReal *x = room->window;
  const double strength = fs_augment_strength (spec);
  double knots[FS_WARP_KNOTS];
  for (size_t k = 0; k < n_ahead; k++)
    room->ahead[k] = 1;
  if (length == 0)
    return;
  memcpy (room->copy, x, length * n_channels * sizeof *x);
  switch (spec->augment_method)
    {
    case FS_AUGMENT_JITTER:
      for (size_t i = 0; i < length * n_channels; i++)
        x[i] = (FsReal) ((double) x[i] + strength * fs_random_normal (random));
      break;
    case FS_AUGMENT_SCALING:
      for (size_t c = 0; c < n_channels; c++)
        {
          const double factor = 1 + strength * fs_random_normal (random);
          for (size_t t = 0; t < length; t++)
            x[t * n_channels + c] = (FsReal) ((double) x[t * n_channels + c] * factor);
          for (size_t k = 0; c == 0 && k < n_ahead; k++)
            room->ahead[k] = factor;
        }
      break;
    case FS_AUGMENT_MAGNITUDE_WARP:
      for (size_t c = 0; c < n_channels; c++)
        {
          /* One curve over the window and what follows it. */
          draw_knots (random, strength, knots);
          fs_warp_curve (knots, length + n_ahead, room->curve);
          for (size_t t = 0; t < length; t++)
            x[t * n_channels + c] = (FsReal) ((double) x[t * n_channels + c] * room->curve[t]);
          for (size_t k = 0; c == 0 && k < n_ahead; k++)
            room->ahead[k] = room->curve[length + k];
        }
      break;
    case FS_AUGMENT_TIME_WARP:
      draw_knots (random, strength, knots);
      fs_warp_time (knots, length, room->curve);
      fs_warp_rows (room->copy, length, n_channels, room->curve, x);
      break;
    case FS_AUGMENT_SLICE:
      {
        const size_t n_kept = round_up (SLICE_SHARE, length);
        const size_t first = (size_t) fs_random_below (random, length - n_kept + 1);
        fs_slice_rows (room->copy, first, n_kept, length, n_channels, x);
        break;
      }
    case FS_AUGMENT_WINDOW_WARP:
      warp_some_window (random, room, length, n_channels);
      break;
    case FS_AUGMENT_MIXUP:
      break; /* of two windows */
    case FS_AUGMENT_SYNONYM:
    case FS_AUGMENT_INSERT:
    case FS_AUGMENT_SWAP:
    case FS_AUGMENT_DELETE:
    case FS_AUGMENT_BACK_TRANSLATION:
      break; /* of words */
    }
}

/* ---- a batch ---- */

bool
fs_experiment_augments (const FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_steps; i++)
    if (experiment->steps[i].kind == FS_STEP_AUGMENT && experiment->steps[i].is_enabled
        && experiment->steps[i].augment_share > 0)
      return true;
  return false;
}

FsStatus
fs_augment_room_init (FsAugmentRoom *room,
                      size_t length,
                      size_t n_channels,
                      size_t n_ahead,
                      FsProblem *problem)
{
  *room = (FsAugmentRoom){ .window = calloc (length * n_channels + 1, sizeof *room->window),
                           .copy = calloc (length * n_channels + 1, sizeof *room->copy),
                           .curve = calloc (2 * length + n_ahead + 2, sizeof *room->curve),
                           .ahead = calloc (n_ahead + 1, sizeof *room->ahead),
                           .other_targets = calloc (n_ahead + 1, sizeof *room->other_targets) };
  if (room->window && room->copy && room->curve && room->ahead && room->other_targets)
    return FS_OK;
  fs_augment_room_clear (room);
  return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
}

void
fs_augment_room_clear (FsAugmentRoom *room)
{
  free (room->window);
  free (room->copy);
  free (room->curve);
  free (room->ahead);
  free (room->other_targets);
  *room = (FsAugmentRoom){ 0 };
}

/* Where the window's own rows lie in the padded one, as fs_dataset_gather() puts them. */
static size_t
first_row (const FsDataset *dataset, size_t length)
{
  return dataset->padding == FS_AT_START && !dataset->is_masked ? dataset->length - length : 0;
}

static void
take_window (const FsDataset *dataset,
             const FsAugmentRoom *room,
             const FsReal *x,
             size_t n,
             size_t b,
             size_t length)
{
  const size_t n_channels = dataset->n_channels, first = first_row (dataset, length);
  for (size_t t = 0; t < length; t++)
    memcpy (room->window + t * n_channels, x + ((first + t) * n + b) * n_channels,
            n_channels * sizeof *x);
}

static void
put_window (const FsDataset *dataset,
            const FsAugmentRoom *room,
            FsReal *x,
            size_t n,
            size_t b,
            size_t length)
{
  const size_t n_channels = dataset->n_channels, first = first_row (dataset, length);
  for (size_t t = 0; t < dataset->length; t++)
    if (t >= first && t < first + length)
      memcpy (x + (t * n + b) * n_channels, room->window + (t - first) * n_channels,
              n_channels * sizeof *x);
    else
      memset (x + (t * n + b) * n_channels, 0, n_channels * sizeof *x);
}

/* Mixes room->window with a window of the training part that is drawn, as far as both have rows, and y, its
 * targets. A class cannot be mixed: it is the window's own with the share of it, so that the loss is, in the
 * mean over the draws, that of both classes by their shares. */
static void
mix_window (const FsDataset *dataset,
            const FsStepSpec *spec,
            FsRandom *random,
            const FsAugmentRoom *room,
            size_t length,
            FsReal *y)
{
  const uint32_t other = (uint32_t) fs_random_below (random, dataset->windows[FS_PART_TRAIN].n);
  const size_t other_length = fs_window_length (dataset, FS_PART_TRAIN, other);
  const size_t n_rows = length < other_length ? length : other_length;
  const double share = fs_mix_share (random, fs_augment_strength (spec));
  fs_dataset_gather (dataset, FS_PART_TRAIN, &other, 1, room->copy, room->other_targets);
  fs_mix_rows (room->window, room->copy + first_row (dataset, other_length) * dataset->n_channels,
               n_rows * dataset->n_channels, share);
  if (dataset->n_classes == 0)
    fs_mix_rows (y, room->other_targets, dataset->n_targets, share);
  else if (fs_random_uniform (random) >= share)
    y[0] = room->other_targets[0];
}

void
fs_dataset_vary (const FsDataset *dataset,
                 const FsExperiment *experiment,
                 const FsAugmentRoom *room,
                 uint64_t epoch,
                 const uint32_t *which,
                 size_t n,
                 FsReal *x,
                 FsReal *y,
                 uint32_t *lengths)
{
  const uint64_t seed = (uint64_t) experiment->train.seed;
  for (size_t b = 0; b < n; b++)
    {
      /* A step after one that changed how many words there are goes on with those. */
      size_t length = lengths ? lengths[b] : fs_window_length (dataset, FS_PART_TRAIN, which[b]);
      for (size_t i = 0; i < experiment->n_steps; i++)
        {
          const FsStepSpec *spec = &experiment->steps[i];
          FsRandom random = fs_random (seed, FS_STREAM_AUGMENT, epoch,
                                       (uint64_t) which[b] * STREAMS_A_WINDOW + i);
          if (spec->kind != FS_STEP_AUGMENT || !spec->is_enabled
              || fs_random_uniform (&random) >= spec->augment_share)
            continue;
          take_window (dataset, room, x, n, b, length);
          if (dataset->task == FS_TASK_TEXT)
            {
              length = fs_augment_words (spec, &random, dataset, which[b], room->window, length,
                                         dataset->length);
              if (lengths)
                lengths[b] = (uint32_t) length;
            }
          else if (spec->augment_method == FS_AUGMENT_MIXUP)
            mix_window (dataset, spec, &random, room, length, y + b * dataset->n_targets);
          else
            {
              const size_t n_ahead = dataset->task == FS_TASK_FORECAST ? dataset->n_targets : 0;
              fs_augment_window (spec, &random, room, length, dataset->n_channels, n_ahead);
              for (size_t k = 0; k < n_ahead; k++)
                y[b * dataset->n_targets + k] =
                    (FsReal) ((double) y[b * dataset->n_targets + k] * room->ahead[k]);
            }
          put_window (dataset, room, x, n, b, length);
        }
    }
}

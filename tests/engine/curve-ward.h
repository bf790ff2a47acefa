/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Simulated loss curves, healthy in ways that look ill, and ill ones: what the rates of alarms are
 * measured on. Every run depends only on its kind, jitter and number. Test programs only. */

#include <math.h>
#include <string.h>
#include "engine/base/random.h"

#define WARD_MAX_EPOCHS 400

typedef enum
{
  WARD_FLAT,           /* converges early, then jitters about its level */
  WARD_FLAT_WANDERING, /* the same, the jitter of neighbours correlated by 0.6 */
  WARD_STILL_LEARNING, /* falls to the end */
  WARD_MEMORISING,     /* train falls on while validation stays level: a gap, no rise */
  WARD_LEVEL_GAP,      /* validation 1.3 … 3 times train from the start */
  WARD_DROPOUT,        /* train above validation */
  WARD_CYCLIC_RATE,    /* both rise and fall with a cyclic learning rate */
  WARD_WARM_UP,        /* a plateau that rises a little, then the fall */
  WARD_FINE_TUNE,      /* begins where it will end */
  WARD_DOUBLE_DESCENT, /* validation rises by 5 … 30 %, then falls below where it was */
  WARD_OVERFIT,        /* rises by 8 … 100 % after its best */
  WARD_LATE_RISE,      /* jitters on a level for long, then rises slowly */
  WARD_STEP_DECAY, /* a learning rate that drops twice: plateaus that wear out, then fall; ever calmer */
  WARD_N_KINDS
} WardKind;

typedef struct
{
  size_t n;
  double train[WARD_MAX_EPOCHS], validation[WARD_MAX_EPOCHS];
} WardRun;

static double
ward_between (FsRandom *random, double low, double high)
{
  return low + (high - low) * fs_random_uniform (random);
}

static double
ward_ratio_between (FsRandom *random, double low, double high)
{
  return low * pow (high / low, fs_random_uniform (random));
}

/* The course of one run at time t = epoch/n in (0, 1], without jitter; `p` are its random traits. */
static void
ward_course (WardKind kind,
             const double p[6],
             size_t n,
             double t,
             double *train,
             double *validation)
{
  double epoch = t * (double) n, fall = exp (-t / p[0]), past;
  *train = 0.9 * p[1] + fall;
  *validation = p[1] + fall;
  switch (kind)
    {
    case WARD_MEMORISING:
      *train = 0.2 + 0.3 * exp (-2 * t) + fall;
      *validation = 0.5 + fall;
      break;
    case WARD_LEVEL_GAP:
      *validation *= p[2];
      break;
    case WARD_DROPOUT:
      *train *= 1.2 + 0.2 * (p[2] - 1.3);
      break;
    case WARD_CYCLIC_RATE:
      past = 1 + p[3] * (1 - cos (6.283185307179586 * (epoch / p[4] + p[5]))) / 2;
      *train *= past;
      *validation *= past;
      break;
    case WARD_WARM_UP:
      past = fmax (0, t - 0.2 * p[5] - 0.05);
      fall = exp (-past / 0.1);
      *train = 0.3 + 0.7 * fall + (past == 0 ? 0.02 * t : 0);
      *validation = *train + 0.05;
      break;
    case WARD_FINE_TUNE:
      *train = 0.3 * (1 - 0.1 * p[3] * t);
      *validation = 0.33 * (1 - 0.07 * p[3] * t);
      break;
    case WARD_DOUBLE_DESCENT:
      past = (t - 0.25 - 0.15 * p[5]) / 0.1;
      *train = 0.05 + exp (-t / 0.15);
      *validation = 0.3 * (1 - 0.3 / (1 + exp (2 - 2 * past))) + exp (-t / 0.05)
                    + 0.6 * p[3] * exp (-0.5 * past * past);
      break;
    case WARD_OVERFIT:
      past = fmax (0, t - p[4]) / (1 - p[4]);
      *train = 0.02 + 0.9 * exp (-t / (0.7 * p[4]));
      *validation =
          0.4 * (1 + p[2] * pow (past, 1 + 0.6 * p[5])) + 0.5 * pow (fmax (0, p[4] - t) / p[4], 3);
      break;
    case WARD_LATE_RISE:
      past = fmax (0, t - 0.4 - 0.2 * p[5]) / (0.6 - 0.2 * p[5]);
      *train = 0.05 + 0.3 * exp (-2 * t) + fall;
      *validation = 0.4 * (1 + (p[2] - 1.2) * past) + fall;
      break;
    case WARD_STEP_DECAY:
      past = t < 0.4 ? 0 : 1 - exp (-(t - 0.4) / 0.02);
      past += t < 0.7 ? 0 : 0.4 * (1 - exp (-(t - 0.7) / 0.02));
      *train = 0.55 - 0.25 * past + fall;
      *validation = 0.6 - 0.2 * past + fall;
      break;
    default:
      break;
    }
}

/* How much of its first jitter a run has left. */
static double
ward_calm (WardKind kind, double t)
{
  return kind != WARD_STEP_DECAY || t < 0.4 ? 1 : t < 0.7 ? 0.4 : 0.2;
}

static void
ward_traits (WardKind kind, FsRandom *random, double p[6])
{
  p[0] = kind == WARD_STILL_LEARNING ? ward_ratio_between (random, 0.33, 2)
                                     : ward_ratio_between (random, 0.02, 0.17);
  p[1] = ward_between (random, 0.2, 0.6);
  p[2] =
      kind == WARD_OVERFIT ? ward_ratio_between (random, 0.08, 1) : ward_between (random, 1.3, 3);
  p[3] = ward_between (random, 0.02, 0.15);
  p[4] = kind == WARD_OVERFIT ? ward_between (random, 0.1, 0.5) : ward_between (random, 10, 30);
  p[5] = fs_random_uniform (random);
}

/* `jitter` is the standard deviation of the validation loss as a share of its level; the train loss,
 * from more windows, has a third of it. */
static void
ward_make (WardRun *run, WardKind kind, double jitter, size_t n_epochs, uint64_t number)
{
  FsRandom random = fs_random (number, FS_STREAM_GENERATOR, kind, (uint64_t) (jitter * 1000));
  double p[6], train_jitter = 0, validation_jitter = 0;
  double carried = kind == WARD_FLAT_WANDERING ? 0.6 : 0;
  ward_traits (kind, &random, p);
  run->n = n_epochs;
  for (size_t i = 0; i < n_epochs; i++)
    {
      double train, validation, fresh = i == 0 ? 1 : sqrt (1 - carried * carried);
      ward_course (kind, p, n_epochs, (double) (i + 1) / (double) n_epochs, &train, &validation);
      train_jitter = carried * train_jitter + fresh * fs_random_normal (&random);
      validation_jitter = carried * validation_jitter + fresh * fs_random_normal (&random);
      const double strength = jitter * ward_calm (kind, (double) (i + 1) / (double) n_epochs);
      run->train[i] = train * (1 + strength / 3 * train_jitter);
      run->validation[i] = validation * (1 + strength * validation_jitter);
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The learning-rate range test (Smith 2017): train for some batches with a rate that grows from one to
 * the next, watch the loss, and see where it falls fastest and where it bursts. A trainer of its own
 * is used up by it, so that the run that is being prepared stays as it was. */

#include <stddef.h>
#include "engine/train/trainer.h"

typedef struct FsRangeTest FsRangeTest;

typedef struct
{
  double lowest, highest; /* rates */
  size_t n_steps;         /* batches between them, both ends among them */
  double smoothing;       /* β of the running mean of losses */
  double burst;           /* stop when it is so many times the lowest */
  /* After each step, with the curve so far and no suggestions yet; NULL = nobody. */
  void (*progress) (const FsRangeTest *test, void *data);
  void *data;
} FsRangeTestSettings;

/* 1e-7 … 10 in 100 steps, 0.98, 4. */
FsRangeTestSettings fs_range_test_settings_default (void);

struct FsRangeTest
{
  double *rates;   /* [n] */
  double *losses;  /* [n]: running means, corrected for their beginning */
  size_t n;        /* steps that were made before the end or the burst */
  double steepest; /* the rate where the loss falls fastest over the logarithm of the rate, over a
                 * decade of it; NaN = none */
  double valley;   /* two thirds into the longest fall; NaN = none */
};

/* On a trainer that was made for it and has not advanced. FS_INTERRUPTED leaves `test` empty. */
FsStatus fs_range_test_run (FsRangeTest *test,
                            FsTrainer *trainer,
                            const FsRangeTestSettings *settings,
                            const FsInterrupt *interrupt,
                            FsProblem *problem);
void fs_range_test_clear (FsRangeTest *test);

/* The rate to take: where the loss falls fastest, or else the valley; NaN = none. */
double fs_range_test_suggestion (const FsRangeTest *test);

/* The two suggestions for a curve; NaN when it has fewer than two points or never falls. */
double fs_range_test_steepest (const double *rates, const double *losses, size_t n);
double fs_range_test_valley (const double *rates, const double *losses, size_t n);

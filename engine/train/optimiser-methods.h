/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The table of optimisers: a row says how many moments a rule keeps, how a step's scalars are made (in
 * double), and which inner loop (update-kernels.h) uses them. How the loops are shared out over
 * threads, and what happens to gradients before, is the descent's (optimiser.h). */

#include "engine/train/optimiser.h"
#include "engine/train/update-kernels.h"

#define FS_MAX_MOMENTS 3

/* The scalars of one step, and the loops to use them in. */
typedef struct
{
  const FsUpdateKernels *kernels;
  const FsDescentRule *rule;
  FsReal scale;  /* of gradients: clipping */
  FsReal l1, l2; /* 0 = off; on kernels, and on recurrent kernels: */
  FsReal recurrent_l1, recurrent_l2;
  FsReal bias_l1, bias_l2;
  double beta1;      /* adam, adamw: of this step */
  FsReal clip_value; /* 0 = off */
  FsReal keep;       /* 1 − rate·decay: what decay leaves of each weight; 1 = off */
  FsReal momentum;   /* sgd */
  FsReal gain, rate; /* sgd: of gradients on their way into the moment, and of the moment */
  FsNadamNumbers adam;
  FsRootNumbers root;
} FsStepNumbers;

typedef struct
{
  size_t (*n_moments) (const FsDescentRule *rule);

  /* Step t, from 1. `mu_product` is Π μ of the steps before (nadam). */
  void (*prepare) (FsStepNumbers *numbers,
                   const FsDescentSettings *settings,
                   uint64_t t,
                   double mu_product);

  /* moments[i] is NULL where the rule keeps none. */
  void (*update) (const FsStepNumbers *numbers,
                  FsReal *w,
                  const FsReal *g,
                  FsReal *const *moments,
                  size_t n);
} FsMethod;

const FsMethod *fs_method (FsOptimiser optimiser);

/* μₜ = β₁ (1 − ½·0.96^(tψ)) */
double fs_nadam_mu (const FsDescentRule *rule, uint64_t t);

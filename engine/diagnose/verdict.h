/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The verdict: the run's state in words, from observations and baselines alone (never from the network
 * or the trainer). Judged afresh from the whole history each time, so it is a pure function: the same
 * history gives the same verdict, live, headless, or read from a log years later. */

#include <stdint.h>
#include "engine/experiment/experiment.h"
#include "engine/train/baselines.h"
#include "engine/train/history.h"

typedef enum
{
  FS_VERDICT_WAITING,  /* nothing observed yet */
  FS_VERDICT_LEARNING, /* validation still improves */
  FS_VERDICT_HEALTHY,  /* settled; no sign of overfitting; beats the baselines */
  FS_VERDICT_OVERFITTING,
  FS_VERDICT_UNDERFITTING, /* both losses high and flat: worse than a straight line (ridge) */
  FS_VERDICT_NO_SIGNAL,    /* no better than the best baseline that learns nothing */
  FS_VERDICT_NOT_LEARNING, /* the training loss itself does not fall */
  FS_VERDICT_DIVERGED,     /* rising without end, NaN or Inf */
  FS_N_VERDICTS
} FsVerdictKind;

typedef enum
{
  FS_TONE_NEUTRAL,
  FS_TONE_GOOD,
  FS_TONE_WARNING,
  FS_TONE_BAD
} FsTone;

typedef struct
{
  FsVerdictKind kind;
  FsTone tone;
  double confidence;    /* 0 … 1 */
  uint32_t since_epoch; /* 0 where it has no meaning */
  uint32_t best_epoch;  /* 0 before the first observation */
  uint32_t stop_epoch; /* the first epoch at which this rule would have stopped the run; 0 = none */
  char headline[96];   /* "Overfitting since epoch 34" */
  char detail[256];    /* "validation +77 % since its best while train still falls" */
  char state
      [256]; /* "validation best 0.081 at epoch 34; since then +12 % while training fell 18 %" */
  char advice[256]; /* one thing to try, or "" */
} FsVerdict;

/* `baselines` and `experiment` may be NULL: then only what curves alone can tell is said. */
FsVerdict fs_verdict_judge (const FsHistory *history,
                            const FsBaselines *baselines,
                            const FsExperiment *experiment);

const char *fs_verdict_word (FsVerdictKind kind); /* "overfitting", for scripts */

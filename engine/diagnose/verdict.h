/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The verdict: the run's state in words, from observations and baselines alone (never from the network
 * or the trainer). It is a pure function of the history: the same history gives the same verdict, live,
 * headless, or read from a log years later. Causes come before their symptoms: a network whose inputs
 * hold no signal may overfit as well, but more dropout will not help it. */

#include <stdbool.h>
#include <stdint.h>
#include "engine/diagnose/curve.h"
#include "engine/experiment/experiment.h"
#include "engine/train/baselines.h"
#include "engine/train/history.h"

/* In the order of causes: the first that holds is the verdict. */
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

/* One thing that is wrong, with what speaks for it and one change to try. */
typedef struct
{
  FsVerdictKind kind;
  double confidence;     /* 0 … 1 */
  uint32_t since_epoch;  /* 0 where it has no meaning */
  char headline[96];     /* "Overfitting since epoch 34" */
  char detail[256];      /* "validation +77 % since its best, while training still falls" */
  char advice[256];      /* one thing to try, or "" */
  char remedy_key[64];   /* the same as a setting: "train.learning_rate"; "" = not one setting */
  char remedy_value[32]; /* "0.0001" */
} FsFinding;

#define FS_MAX_FINDINGS 4

typedef struct
{
  FsVerdictKind kind;
  FsTone tone;
  double confidence;    /* 0 … 1 */
  bool is_overfitting;  /* also where a cause before it gives the verdict */
  uint32_t since_epoch; /* 0 where it has no meaning */
  uint32_t best_epoch;  /* 0 before the first observation */
  uint32_t stop_epoch; /* the first epoch at which this rule would have stopped the run; 0 = none */
  char headline[96];   /* "Overfitting since epoch 34" */
  char detail[256];    /* "validation +77 % since its best, while training still falls" */
  char state
      [256]; /* "validation best 0.081 at epoch 34; since then +12 % while training fell 18 %" */
  char advice[256]; /* one thing to try, or "" */

  FsFinding findings[FS_MAX_FINDINGS]; /* what is wrong, causes first; none when all is well */
  size_t n_findings;
} FsVerdict;

/* `baselines` and `experiment` may be NULL: then only what curves alone can tell is said. */
FsVerdict fs_verdict_judge (const FsHistory *history,
                            const FsBaselines *baselines,
                            const FsExperiment *experiment);

/* For a run that is watched while it grows: remembers how far it has read, so that judging again costs
 * what was added. Gives the same verdict. Zeroed = nothing read; one judge for one run, from a start
 * or a reset on. */
typedef struct
{
  FsCurve curve;
  size_t n_read;
} FsJudge;

FsVerdict fs_judge_look (FsJudge *judge,
                         const FsHistory *history,
                         const FsBaselines *baselines,
                         const FsExperiment *experiment);

const char *fs_verdict_word (FsVerdictKind kind); /* "overfitting", for scripts */

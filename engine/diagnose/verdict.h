/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The verdict: the run's state in words and what is wrong with it, from observations and facts alone
 * (never from the network or the trainer). It is a pure function of what it is given: the same case
 * gives the same verdict, live, headless, or read from a log years later. Causes come before their
 * symptoms: a network whose inputs hold no signal may overfit as well, but more dropout will not help. */

#include <stdbool.h>
#include <stdint.h>
#include "engine/diagnose/curve.h"
#include "engine/diagnose/data-facts.h"
#include "engine/diagnose/finding.h"
#include "engine/diagnose/forecast-facts.h"
#include "engine/experiment/experiment.h"
#include "engine/train/baselines.h"
#include "engine/train/history.h"

/* The state of the fit, for one word. Run stores hold the numbers: append only. */
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
  FS_VERDICT_SUSPECT,      /* the curves look well, but data or settings are at fault */
  FS_N_VERDICTS
} FsVerdictKind;

typedef enum
{
  FS_TONE_NEUTRAL,
  FS_TONE_GOOD,
  FS_TONE_WARNING,
  FS_TONE_BAD
} FsTone;

/* What is judged. Only the history must be there; what is NULL is not known, and what would need it is
 * not said. */
typedef struct
{
  const FsHistory *history;
  const FsBaselines *baselines;
  const FsExperiment *experiment;
  const FsDataFacts *data;
  const FsForecastFacts *forecast; /* of the newest or the kept weights */
} FsCase;

#define FS_MAX_FINDINGS 12

typedef struct
{
  FsVerdictKind kind;
  FsTone tone;
  double confidence;    /* 0 … 1 */
  bool is_overfitting;  /* also where a cause before it gives the verdict */
  uint32_t since_epoch; /* 0 where it has no meaning */
  uint32_t best_epoch;  /* 0 before the first observation */
  uint32_t stop_epoch; /* the first epoch at which this rule would have stopped the run; 0 = none */
  char headline[128];  /* "Overfitting since epoch 34" */
  char detail[384];    /* "validation +77 % since its best, while training still falls" */
  char state
      [384]; /* "validation best 0.081 at epoch 34; since then +12 % while training fell 18 %" */
  char advice[320]; /* one thing to try, or "" */
  char
      why_not[512]; /* "Why is it not overfitting?", answered; "" while it is, or it is too early */

  /* What was found: warnings in the order of causes, then notes. */
  FsFinding findings[FS_MAX_FINDINGS];
  size_t n_findings, n_warnings;
} FsVerdict;

FsVerdict fs_verdict_judge (const FsCase *subject);

/* For a run that is watched while it grows: remembers how far it has read, so that judging again costs
 * what was added. Gives the same verdict. Zeroed = nothing read; one judge for one run, from a start
 * or a reset on.
 *
 * Findings have hysteresis: they are judged at fixed epochs (every one at first, then with every
 * fiftieth of the length), raised when they hold at three in a row, cleared when they fail at five. */
typedef struct
{
  FsLossCurve curve;
  size_t n_read;
  size_t next_check;
  uint8_t n_for[FS_N_FOUND], n_against[FS_N_FOUND];
  bool is_raised[FS_N_FOUND];
  float confidence[FS_N_FOUND]; /* when it held last */
  uint32_t since[FS_N_FOUND];   /* the epoch at which it first held */
} FsJudge;

FsVerdict fs_judge_look (FsJudge *judge, const FsCase *subject);

/* Whether one row holds in a run, whatever else explains it: its confidence (0 = it does not), and what it
 * says (may be NULL). For proofs. */
double fs_finding_look (FsFindingId id, const FsCase *subject, FsFinding *finding);

const char *fs_verdict_word (FsVerdictKind kind); /* "overfitting", for scripts */

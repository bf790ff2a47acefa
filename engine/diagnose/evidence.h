/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a verdict is made from, gathered once and passed around inside engine/diagnose; not for use
 * outside. */

#include "engine/diagnose/verdict.h"

typedef struct
{
  const FsHistory *history;
  const FsExperiment *experiment; /* may be NULL */
  const FsCurve *curve;

  /* Means over the last fifth of the epochs and over the fifth before it, and what the first gained
   * on the second as a share of it; 0 where the gain is no more than jitter. */
  double train_level, validation_level;
  double train_gain, validation_gain;

  bool has_baselines;
  double naive[2];        /* lowest loss without learning, by TRAIN, VALIDATION below */
  const char *naive_name; /* of the validation part: "repeating the last value" */
  double ridge[2];        /* loss of the straight line (ridge autoregression); NaN = not known */
  bool line_finds_signal; /* the straight line is clearly better than no learning, on both parts */
} FsEvidence;

enum
{
  FS_EVIDENCE_TRAIN,
  FS_EVIDENCE_VALIDATION
};

/* Writes headline, detail and advice of `finding` (its kind, confidence and epoch are set). */
void fs_finding_say (FsFinding *finding, const FsEvidence *evidence);

/* The same for a verdict without a finding, and the `state` of any. */
void fs_verdict_say (FsVerdict *verdict, const FsEvidence *evidence);
void fs_verdict_say_state (FsVerdict *verdict, const FsEvidence *evidence);

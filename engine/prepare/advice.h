/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a profile means for the preparation: one finding = one sentence that says what was found and
 * what to do, and the change of the experiment that does it: a step, a longer window, an input less. Facts are in series/profile.h; here are the
 * thresholds of taste, each with its reason. */

#include "engine/experiment/experiment.h"
#include "engine/series/profile.h"

typedef enum
{
  FS_FINDING_EMPTY,
  FS_FINDING_CONSTANT,
  FS_FINDING_MISSING,
  FS_FINDING_LONG_GAP,
  FS_FINDING_OUTLIERS,
  FS_FINDING_SKEWED,
  FS_FINDING_HEAVY_TAILS,
  FS_FINDING_UNSCALED,
  FS_FINDING_TREND,
  FS_FINDING_SEASON,
  FS_FINDING_DRIFT,
  FS_FINDING_COPY,
  FS_FINDING_LEAK,
  FS_FINDING_FEW_CATEGORIES,
  FS_FINDING_RARE_CATEGORY,
  FS_FINDING_UNEVEN_TIME,
  FS_N_FINDINGS
} FsFindingKind;

#define FS_MAX_ADVICE FS_N_FINDINGS

typedef struct
{
  FsFindingKind kind;
  char sentence[384];
  bool has_step;
  FsStepSpec step;
  size_t window;  /* rows that a window should have at least; 0 = any */
  bool leave_out; /* as an input it does no good */
} FsAdvice;

/* "missing", "outliers": for files. */
const char *fs_finding_word (FsFindingKind kind);

/* Whether the steps change what the network learns from so that the advice is followed already. */
bool fs_advice_is_followed (const FsAdvice *advice, const FsExperiment *experiment);

/* What is to be said of one column; returns how many. `profile` may be NULL for words and texts. */
size_t fs_advice_on_column (FsAdvice advice[FS_MAX_ADVICE],
                            const FsColumn *column,
                            size_t n_rows,
                            const FsProfile *profile);

/* Whether `column` gives the target away. */
bool fs_advice_on_pair (FsAdvice *advice,
                        const FsColumn *target,
                        const FsColumn *column,
                        size_t n_rows);

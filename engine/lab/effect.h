/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* "Is this step worth it?" The experiment is run as it is and once without each of its steps, with the
 * same few seeds (paired-runs.h), and the validation errors are compared pair by pair.
 *
 * The error of a run is the root mean squared error on the validation part in original units, with the
 * weights of its best epoch, on the rows that both runs of a pair aim at (without a step that loses
 * rows there are more of them); where a class is to be found it is the loss there, the cross-entropy.
 * Steps that the task has no use for are not measured. The change of a pair is the error without the step less the error with
 * it: above 0 the step helps. Reported is the mean change with the interval mean ± t s / √n, s the
 * standard deviation of the changes over n seeds (n − 1 below the root) and t the 97.5 % point of
 * Student's distribution with n − 1 degrees: 95 of 100 such intervals hold the true mean if changes
 * are normal. Three seeds are few, and the interval says so by its width (t = 4.30).
 *
 * Used from one thread, as the paired runs are; `notify` as there. */

#include "engine/lab/paired-runs.h"

#define FS_EFFECT_SEEDS 3

typedef enum
{
  FS_EFFECT_RUNNING,
  FS_EFFECT_HELPS,   /* the whole interval is above 0 */
  FS_EFFECT_HURTS,   /* the whole interval is below 0 */
  FS_EFFECT_UNCLEAR, /* 0 is inside, or there is one seed alone */
  FS_EFFECT_NEEDED,  /* without the step the experiment cannot run, or diverges */
  FS_EFFECT_FAILED   /* the experiment as it is cannot run, or the runs were cancelled */
} FsEffectState;

typedef struct
{
  size_t step; /* its number in the experiment */
  FsStepKind kind;
  FsEffectState state;
  guint n;                                                        /* pairs that are done */
  double with[FS_PAIRED_MAX_SEEDS], without[FS_PAIRED_MAX_SEEDS]; /* [n] errors, original units */
  double change, low, high; /* NaN while n is 0; low, high below 2 */
  double share;             /* change over the mean error with the step */
  char problem[1024];       /* NEEDED, FAILED: why */
} FsEffect;

typedef struct FsEffects FsEffects;
typedef void (*FsEffectsNotify) (FsEffects *effects, void *data);

/* For each enabled step in order; at most FS_PAIRED_MAX_ARMS − 1 of them. Fails when there is none.
 * n_seeds 0 = FS_EFFECT_SEEDS; `base` as in source.h; n_jobs as for fs_paired_runs_new(). */
FsEffects *fs_effects_new (const FsExperiment *experiment,
                           const char *base,
                           guint n_seeds,
                           guint n_jobs,
                           FsEffectsNotify notify,
                           void *data,
                           GError **error);
void fs_effects_free (FsEffects *effects); /* cancels */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsEffects, fs_effects_free)

void fs_effects_cancel (FsEffects *effects);
gboolean fs_effects_is_done (FsEffects *effects);
gboolean fs_effects_is_cancelled (FsEffects *effects);
double fs_effects_progress (FsEffects *effects); /* 0 … 1 */
guint fs_effects_n_seeds (const FsEffects *effects);
gboolean fs_effects_are_of_classes (const FsEffects *effects); /* errors are cross-entropies */
/* Blocks, for headless use; `progress` may be NULL. */
void fs_effects_wait (FsEffects *effects, FsEffectsNotify progress, void *data);

guint fs_effects_n (const FsEffects *effects);
/* As it is now; pairs come in while runs end. */
FsEffect fs_effects_get (FsEffects *effects, guint index);

/* "It helps: without it the error rises by 12.3 (5.1 to 19.5), 18 %." Transfer full. */
char *fs_effect_describe (const FsEffect *effect, guint n_seeds);
/* "helps", for files. */
const char *fs_effect_state_word (FsEffectState state);

/* The comparison alone: mean, and the ends of the interval, NaN where n < 2. */
void fs_effect_interval (const double *changes, guint n, double *mean, double *low, double *high);

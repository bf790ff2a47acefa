/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A proof: a finding's change is run beside the original, not believed. Four arms, each with the same
 * few seeds: the original, the change, a placebo (other seeds: what chance alone does), and another
 * change of about the same size drawn at random (what any change does). They are judged on rows that no
 * arm was tuned on: the test part, or where there is none, the later half of the validation part, which
 * is then held back from all arms.
 *
 *   outcome          the error falls by 3 % and by two standard errors of the paired difference, and by
 *                    more than the placebo's
 *   mechanism        what the cause predicts: in most seeds the finding holds in the original, and with
 *                    the change it is gone, or half as far from healthy
 *
 *   both             confirmed
 *   outcome alone    works, cause unproven
 *   mechanism alone  cause right, not cured
 *   neither          refuted; also where the change does harm (by as much, or by 3 % with every seed), or
 *                    the finding only gave way to another: what no longer learns does not overfit
 *
 * Only what is confirmed may be called a diagnosis. Threads and callbacks as in paired-runs.h. */

#include "engine/diagnose/verdict.h"
#include "engine/lab/paired-runs.h"

#define FS_PROOF_SEEDS 3 /* by default */
#define FS_PROOF_MAX_SEEDS 20

typedef enum
{
  FS_ARM_ORIGINAL,
  FS_ARM_CHANGE,
  FS_ARM_PLACEBO,
  FS_ARM_RANDOM,
  FS_N_ARMS
} FsProofArm;

typedef enum
{
  FS_PROOF_CONFIRMED,
  FS_PROOF_CAUSE_UNPROVEN, /* works, cause unproven */
  FS_PROOF_NOT_CURED,      /* cause right, not cured */
  FS_PROOF_REFUTED,
  FS_PROOF_FAILED,   /* an arm cannot be run; the sentence says why */
  FS_PROOF_CANCELLED /* before it was done */
} FsProofOutcome;

typedef struct
{
  FsProofOutcome outcome;
  guint n_seeds;
  gboolean is_absolute; /* errors are mean absolute ones, else root mean square */
  double errors[FS_N_ARMS][FS_PROOF_MAX_SEEDS]; /* original units; NaN = not finite */
  size_t n_rows;                                /* judged, the same of every arm */
  gboolean is_held_back;                        /* they are the later half of the validation part */
  double gain[FS_N_ARMS]; /* mean share by which the error is below the original's */
  double gain_error;      /* standard error of the change's */
  guint n_held;           /* seeds in which the finding holds in the original */
  guint n_moved;          /* of those, in which it is gone or half as far */
  guint n_exchanged;      /* of these, in which another fault has come that the original had not */
  double sign_before, sign_after; /* median of the finding's first sign; NaN = none */
  char sign_label[72];
  FsEdit edit, random_edit;
  char sentence[960];
} FsProof;

typedef struct FsProver FsProver;
typedef void (*FsProverNotify) (FsProver *prover, void *data);

/* Starts at once. FALSE with an error if the finding has no change to try, or the change cannot be made. */
FsProver *fs_prover_new (const FsExperiment *experiment,
                         const char *base,
                         const FsFinding *finding,
                         guint n_seeds,
                         guint n_jobs,
                         FsProverNotify notify,
                         void *data,
                         GError **error);
void fs_prover_free (FsProver *prover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsProver, fs_prover_free)

FsFindingId fs_prover_finding (FsProver *prover);
void fs_prover_cancel (FsProver *prover);
double fs_prover_progress (FsProver *prover); /* 0 … 1 */
void fs_prover_wait (FsProver *prover, FsProverNotify progress, void *data);

/* NULL until it is done. */
const FsProof *fs_prover_proof (FsProver *prover);

const char *fs_proof_word (FsProofOutcome outcome);  /* "confirmed", for scripts */
const char *fs_proof_words (FsProofOutcome outcome); /* "Confirmed", "Works, cause unproven" */

/* What is judged, from the arms' errors and the mechanism alone; fills outcome, gains and their error. */
void fs_proof_judge (FsProof *proof);

/* The squared step from one value to the next beyond which it is a slip, from the squared steps there are
 * (sorted on the way). Rows without any step say nothing of the usual one: where most values repeat, every
 * change would be a slip. Infinite where nothing moves. */
double fs_proof_slip (double *squares, guint n);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From what a rule claims to how sure one may be. A rule knows how far a measure is beyond its limit; how
 * often such a finding is right as the first one of a verdict was counted on the bench of planted
 * faults, and is a curve for each family of findings: logit of the confidence = offset + slope × logit
 * of the claim (Platt 1999). The curves are in calibration-rows.h, which the bench writes. */

#include "engine/diagnose/finding.h"

/* The families stand together in the finding table. */
typedef enum
{
  FS_FAMILY_DATA,
  FS_FAMILY_STEPS,
  FS_FAMILY_STATE,
  FS_FAMILY_FIT,
  FS_N_FAMILIES
} FsFamily;

typedef struct
{
  double offset, slope; /* slope ≥ 0: more is never less sure */
} FsCalibration;

FsFamily fs_finding_family (FsFindingId id);

/* Of a claim kept within 0.01 … 0.995: nothing that is measured is certain. */
double fs_claim_logit (double claim);

double fs_calibration_apply (const FsCalibration *curve, double claim);

/* Of tasks that the bench has no runs of, by the same curve as far as it may be trusted: drawn towards even odds. What
 * is exact stays. */
double fs_confidence_of_unmeasured (double confidence);

/* By the family's curve; what is exact (a claim of 1) stays. */
double fs_finding_calibrate (FsFindingId id, double claim);

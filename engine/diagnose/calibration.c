/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Claims and confidences; see calibration.h. */

#include "engine/diagnose/calibration.h"

#include <math.h>

static const FsCalibration curves[FS_N_FAMILIES] = {
#define CURVE(family, offset, slope) [FS_FAMILY_##family] = { offset, slope },
#include "engine/diagnose/calibration-rows.h"
#undef CURVE
};

FsFamily
fs_finding_family (FsFindingId id)
{
  if (id < FS_FOUND_DIVERGED)
    return FS_FAMILY_DATA;
  if (id < FS_FOUND_EXPLODING)
    return FS_FAMILY_STEPS;
  return id < FS_FOUND_OVER_REGULARISED ? FS_FAMILY_STATE : FS_FAMILY_FIT;
}

double
fs_claim_logit (double claim)
{
  double p = fmin (fmax (claim, 0.01), 0.995);
  return log (p / (1 - p));
}

double
fs_calibration_apply (const FsCalibration *curve, double claim)
{
  return 1 / (1 + exp (-(curve->offset + curve->slope * fs_claim_logit (claim))));
}

double
fs_finding_calibrate (FsFindingId id, double claim)
{
  if (!(claim > 0) || claim >= 1)
    return claim;
  return fs_calibration_apply (&curves[fs_finding_family (id)], claim);
}

/* Forecasts' curves were off by 0.16 to 0.32 on the first tasks of sequences that were tried. */
#define UNMEASURED_TRUST 0.6

double
fs_confidence_of_unmeasured (double confidence)
{
  return confidence > 0 && confidence < 1 ? 0.5 + UNMEASURED_TRUST * (confidence - 0.5)
                                          : confidence;
}

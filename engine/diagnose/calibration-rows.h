/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Written by the bench of planted faults (./dev ward); see calibration.h. */

CURVE (DATA, 0.000, 1.000)
CURVE (STEPS, 0.000, 1.000)
CURVE (STATE, 0.000, 1.000)
CURVE (FIT, 0.000, 1.000)

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Written by the bench of planted faults (./dev ward); see calibration.h. */

CURVE (DATA, -1.555, 2.082)
CURVE (STEPS, 1.225, 0.635)
CURVE (STATE, -1.767, 0.761)
CURVE (FIT, 2.480, 0.000)

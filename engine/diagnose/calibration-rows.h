/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Written by the bench of planted faults (./dev ward); see calibration.h. */

CURVE (DATA, 0.587, 1.831)
CURVE (STEPS, 0.818, 0.943)
CURVE (STATE, 0.692, 1.221)
CURVE (FIT, 2.635, 0.150)

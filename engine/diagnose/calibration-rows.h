/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Written by the bench of planted faults (./dev ward); see calibration.h. */

CURVE (DATA, 1.177, 1.573)
CURVE (STEPS, 0.739, 1.335)
CURVE (STATE, 0.262, 1.135)
CURVE (FIT, 2.898, 0.180)

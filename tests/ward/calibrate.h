/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How sure a first finding may say it is: of those that claimed as much, how many were right. For each
 * family of findings a rising curve (Platt 1999, slope never below 0) is fitted to the bench's runs and
 * written as engine/diagnose/calibration-rows.h. What is reported is cross-fitted: each host is judged by
 * curves fitted on the others. */

#include "tests/ward/score.h"

void ward_print_calibration (const WardScores *scores);
void ward_write_calibration (const WardScores *scores, const char *path);

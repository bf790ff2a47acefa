/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Published rules, from their formulas and defaults, for comparison on the same runs. Each looks at a
 * whole run and says whether it would ever have raised an alarm. */

#include "engine/experiment/experiment.h"
#include "engine/train/history.h"

#define WARD_N_RULES 24

const char *ward_rule_name (unsigned rule);

/* Bit by rule. */
unsigned ward_rules_judge (const FsHistory *history, const FsExperiment *experiment);

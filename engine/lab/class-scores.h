/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Scores of a snapshot whose task is to find the class of each sequence or text. */

#include "engine/lab/run.h"
#include "engine/train/class-metrics.h"

/* FALSE without such a task, a forecast, or an example in `part`; else clear `metrics` afterwards. */
gboolean fs_run_class_metrics (const FsSnapshot *snapshot, FsPart part, FsClassMetrics *metrics);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `fitscope prepare --effects`: what each step is worth, as a table for people or as JSON. */

#include <glib.h>
#include "engine/experiment/experiment.h"

/* Blocks until all runs are done; progress goes to stderr if that is a terminal. Returns the exit
 * code. */
int fs_prepare_effects (const FsExperiment *experiment,
                        const char *base,
                        int n_seeds,
                        gboolean is_json);

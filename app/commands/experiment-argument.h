/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* EXPERIMENT and --set, which many verbs take. */

#include <glib.h>
#include "engine/experiment/experiment.h"

/* What EXPERIMENT may be, for the end of a verb's help. */
#define FS_EXPERIMENT_ARGUMENT_HELP                                                               \
  "EXPERIMENT is a file (*.fit.json), builtin:NAME for one that comes with the program, or the\n" \
  "text that fitscope share or the window's Copy gave.\n"                                         \
  "fitscope schema lists what --set can change.\n"

/* The experiment of that name with every KEY=VALUE of `settings` (NULL = none) applied in turn, then
 * checked as a whole. *base is the folder its data.source is relative to. */
gboolean fs_experiment_argument_read (const char *argument,
                                      char *const *settings,
                                      FsExperiment *experiment,
                                      char **base,
                                      GError **error);

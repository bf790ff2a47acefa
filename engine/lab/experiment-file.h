/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Experiments as JSON (*.fit.json): reading is strict (an unknown key is an error that names the
 * nearest known one, with its line), writing leaves nothing out, and both walk the schema. */

#include <glib.h>
#include "engine/lab/lab-error.h"
#include "engine/experiment/experiment.h"

gboolean fs_experiment_file_parse (FsExperiment *experiment,
                                   const char *json,
                                   gssize length,
                                   const char *name,
                                   GError **error);
gboolean fs_experiment_file_load (FsExperiment *experiment, const char *path, GError **error);
char *fs_experiment_file_to_json (const FsExperiment *experiment);
gboolean fs_experiment_file_save (const FsExperiment *experiment, const char *path, GError **error);

/* The schema itself, for scripts. */
char *fs_schema_to_json (void);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run by its name on the command line: the id of a kept run, a folder of fitscope train --out, or an
 * experiment that is to be run. */

#include <glib.h>
#include "engine/experiment/experiment.h"

/* Looks like the first digits of an id; whether there is such a run is another question. */
gboolean fs_run_argument_is_id (const char *argument);

/* The experiment of that run, and the folder its data.source is relative to (NULL = none: it is absolute
 * or built in). */
gboolean fs_run_argument_read (const char *argument,
                               FsExperiment *experiment,
                               char **base,
                               GError **error);

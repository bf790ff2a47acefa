/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From an experiment's data.source to a frame: "builtin:NAME" in the program's data directory, or a
 * path relative to the experiment file's directory (`base`; NULL = the current directory). */

#include <glib.h>
#include "engine/experiment/experiment.h"
#include "engine/lab/lab-error.h"
#include "engine/prepare/dataset.h"
#include "engine/series/read.h"

/* $FITSCOPE_DATA_DIR, else the source tree while running uninstalled, else the installed directory. */
const char *fs_source_data_dir (void);

char *fs_source_resolve (const char *source, const char *base, GError **error);

/* Makes data.source and the files of words mean the same from everywhere: what was relative to `base` becomes
 * absolute. */
void fs_source_settle (FsExperiment *experiment, const char *base);

/* The same of the files of words alone, whether they are there or not. */
void fs_source_settle_words (FsExperiment *experiment, const char *base);

/* fs_dataset_new(), with the experiment's other files looked for beside it too. */
FsStatus fs_source_prepare (FsDataset **dataset,
                            const FsFrame *frame,
                            const FsExperiment *experiment,
                            const char *base,
                            FsProblem *problem);

/* `options` may be NULL; an experiment's data is read with its data.import. */
FsFrame *fs_source_load (const char *source,
                         const char *base,
                         const FsReadOptions *options,
                         GError **error);

/* Names of the built-in series, sorted, NULL-terminated; free with g_strfreev(). */
char **fs_source_list_builtin (void);

/* An experiment as people name it: a path, or "builtin:NAME" for one that comes with the program
 * (data/experiments/NAME.fit.json). The folder of the file that is returned is the `base` above. */
char *fs_source_resolve_experiment (const char *name, GError **error);
char **fs_source_list_experiments (void);

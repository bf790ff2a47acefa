/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Back-translations by a program of the user's: a table for the step that varies texts (the format is that of
 * engine/prepare/back-translations.h). The program is run once for each different training text, which it
 * reads from its standard input; each line that it writes is a variant. It is named by a person, on the command
 * line or in the window, and never by an experiment or a data file; no shell takes part, and nothing of a text
 * is ever an argument. Later texts are never shown to it. */

#include <gio/gio.h>
#include "engine/experiment/experiment.h"
#include "engine/series/frame.h"

typedef void (*FsBackTranslateProgress) (guint n_done, guint n, void *data);

/* Appends to the table at `path` as texts come back; those that it has already are not asked for again, so a
 * broken-off work goes on. `program` is a command with its arguments, quoted as for a shell. Blocks. */
gboolean fs_back_translate (const FsFrame *frame,
                            const FsExperiment *experiment,
                            const char *base,
                            const char *program,
                            const char *path,
                            GCancellable *cancellable,
                            FsBackTranslateProgress progress,
                            void *data,
                            GError **error);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A button that opens a table of the network's layers: what each yields, its weights, work and memory, as
 * they will be when it is trained. */

#include <gtk/gtk.h>
#include "engine/prepare/dataset.h"

GtkWidget *fs_model_summary_button_new (void);

/* Shows this experiment's network; a sentence instead where its parts do not fit. */
void fs_model_summary_button_set (GtkWidget *button,
                                  const FsExperiment *experiment,
                                  const FsDataset *dataset);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The loss chart's plot, from snapshots. It follows one run: each snapshot adds only the epochs
 * that are new, so the cost of an update does not grow with the run. No widget; the chart draws it. */

#include "engine/lab/run.h"
#include "engine/lab/spark.h"
#include "ui/chart/chart-plot.h"

typedef struct FsLossPlot FsLossPlot;

FsLossPlot *fs_loss_plot_new (void);
void fs_loss_plot_free (FsLossPlot *loss_plot);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsLossPlot, fs_loss_plot_free)

/* Forgets what was gathered: another run follows. */
void fs_loss_plot_reset (FsLossPlot *loss_plot);

/* 0 shows the curves as they are. Above, up to below 1, each point is that share of the smoothed value
 * before it and the rest its own (the start corrected for): never what comes later, so a curve does
 * not change behind its end. The curves as they are stay, faint. */
void fs_loss_plot_set_smoothing (FsLossPlot *loss_plot, double weight);

/* A plot of the run as it is in `snapshot` (NULL: nothing yet), a later one of the same run than
 * the last. `shown_epoch` is marked unless it is 0. Transfer full. */
FsPlot *fs_loss_plot_make (FsLossPlot *loss_plot, const FsSnapshot *snapshot, guint32 shown_epoch);

/* The same in words, for a screen reader. Transfer full. */
char *fs_loss_plot_describe (const FsSnapshot *snapshot);

/* A small picture of the two curves, for the strip of runs. */
FsPlot *fs_loss_plot_sparkline (const FsSpark *spark, gboolean has_validation);

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

/* What is drawn beside the losses, on an axis of its own at the right. */
typedef enum
{
  FS_LOSS_SECOND_NONE,
  FS_LOSS_SECOND_RATE,
  FS_LOSS_SECOND_GRADIENT, /* median norm over the epoch's batches */
  FS_LOSS_SECOND_ACCURACY, /* where classes are to be found */
  FS_N_LOSS_SECOND
} FsLossSecond;

void fs_loss_plot_set_second (FsLossPlot *loss_plot, FsLossSecond second);
const char *fs_loss_plot_second_name (FsLossSecond second); /* "Learning rate"; "Loss alone" */

/* The newest of it in words, to be said after the losses; "" where there is nothing. Transfer full. */
char *fs_loss_plot_describe_second (const FsSnapshot *snapshot, FsLossSecond second);

/* A plot of the run as it is in `snapshot` (NULL: nothing yet), a later one of the same run than
 * the last. `shown_epoch` is marked unless it is 0. Transfer full. */
FsPlot *fs_loss_plot_make (FsLossPlot *loss_plot, const FsSnapshot *snapshot, guint32 shown_epoch);

/* The same in words, for a screen reader. Transfer full. */
char *fs_loss_plot_describe (const FsSnapshot *snapshot);

/* A small picture of the two curves, for the strip of runs. */
FsPlot *fs_loss_plot_sparkline (const FsSpark *spark, gboolean has_validation);

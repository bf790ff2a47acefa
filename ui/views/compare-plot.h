/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Several runs on shared axes: a colour for each run, solid for train and dashed for validation. Runs
 * that differ in their seed alone share a colour and are drawn as a band from the lowest to the highest
 * loss of each epoch, with their mean. No widget. */

#include "engine/lab/run.h"
#include "ui/chart/chart-plot.h"

/* Runs with more groups than this share colours. */
#define FS_COMPARE_N_COLOURS 6

typedef struct
{
  guint id;
  const char *name;
  const FsSnapshot *snapshot; /* NULL while its epochs are being read */
  guint64 family;             /* the same for the seeds of one experiment */
} FsComparedRun;

/* Group of each run, 0 …, in the order in which they first come; returns how many there are. */
guint fs_compare_group (const FsComparedRun *runs, guint n, guint *groups);
FsChartColour fs_compare_colour (guint group);

/* The epoch after which one of the runs branches off another; 0 = none does. */
guint32 fs_compare_find_fork (const FsComparedRun *runs, guint n);

FsPlot *fs_compare_plot_make (const FsComparedRun *runs, guint n);

/* In words, for a screen reader. Transfer full. */
char *fs_compare_plot_describe (const FsComparedRun *runs, guint n);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The pictures of the inside of a network, from what the probes of a run found (engine/train/probe.h)
 * and from the epochs' own figures: each with the range in which it is healthy, which is the range that
 * the findings judge by, and with one sentence of what it means. No widget; a chart draws them.
 *
 * A run has at most FS_HISTORY_MAX_PROBES probes; the figures of epochs, of which there may be 10^5, are
 * gathered once each. */

#include "engine/lab/run.h"
#include "ui/chart/chart-plot.h"

typedef enum
{
  FS_INSIDE_ENDS,      /* gate values at their ends */
  FS_INSIDE_MEANS,     /* gates on average */
  FS_INSIDE_STATES,    /* cell and hidden state */
  FS_INSIDE_UNITS,     /* dead units, effective rank */
  FS_INSIDE_PAST,      /* the gradient over the steps of the window, of one epoch */
  FS_INSIDE_ATTENTION, /* how much each step counts, of one epoch; where there is attention */
  FS_INSIDE_REACH,     /* what the older half of the window gets, over epochs */
  FS_INSIDE_UPDATES,   /* of each tensor of a layer, as the next two */
  FS_INSIDE_GRADIENTS, /* */
  FS_INSIDE_WEIGHTS,   /* */
  FS_INSIDE_NORMS,     /* of the batches' gradients, as the next two */
  FS_INSIDE_CLIPPED,   /* */
  FS_INSIDE_NOISE,     /* */
  FS_N_INSIDE
} FsInsidePicture;

typedef struct FsInsidePlot FsInsidePlot;

FsInsidePlot *fs_inside_plot_new (void);
void fs_inside_plot_free (FsInsidePlot *inside);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsInsidePlot, fs_inside_plot_free)

/* Forgets what was gathered: another run follows. */
void fs_inside_plot_reset (FsInsidePlot *inside);

/* What is looked at. The snapshot is one of the run that is followed, or NULL. */
typedef struct
{
  const FsSnapshot *snapshot;
  const FsTensorTable *tensors; /* of its network; NULL = not known */
  guint layer;                  /* index into the experiment's layers */
  guint32 epoch;                /* for FS_INSIDE_PAST: of the probe up to it; 0 = the newest */
} FsInsideSubject;

const char *fs_inside_plot_name (FsInsidePicture picture);      /* "Gates at their ends" */
const char *fs_inside_plot_brief (FsInsidePicture picture);     /* "Step": where one is chosen */
const char *fs_inside_plot_meaning (FsInsidePicture picture);   /* one sentence */
const char *fs_inside_plot_healthy (FsInsidePicture picture);   /* "Healthy: below 50 %." */
gboolean fs_inside_plot_is_of_epochs (FsInsidePicture picture); /* else its x are steps */

FsPlot *fs_inside_plot_make (FsInsidePlot *inside,
                             FsInsidePicture picture,
                             const FsInsideSubject *subject);

/* The newest figures in words, and whether they are healthy; *is_healthy (may be NULL) stays TRUE where
 * there is nothing to judge. Transfer full. */
char *fs_inside_plot_describe (FsInsidePicture picture,
                               const FsInsideSubject *subject,
                               gboolean *is_healthy);

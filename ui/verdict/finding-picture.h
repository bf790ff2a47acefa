/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The small pictures of a card: the part of the history that shows a finding (a few dozen points and
 * the healthy band), and a number against its healthy range. Both draw what they were given and know no
 * run; each states itself in words. */

#include <gtk/gtk.h>
#include "engine/diagnose/finding.h"
#include "engine/lab/prove.h"
#include "engine/train/history.h"

G_BEGIN_DECLS

#define FS_TYPE_FINDING_PICTURE (fs_finding_picture_get_type ())
G_DECLARE_FINAL_TYPE (FsFindingPicture, fs_finding_picture, FS, FINDING_PICTURE, GtkWidget)

GtkWidget *fs_finding_picture_new (void);

/* The course that the finding's row of the table asks for; hides itself where there is none. */
void fs_finding_picture_show_history (FsFindingPicture *picture,
                                      const FsFinding *finding,
                                      const FsHistory *history);

/* One row of dots an arm, one dot a seed, and a bar at their mean. */
void fs_finding_picture_show_proof (FsFindingPicture *picture, const FsProof *proof);

#define FS_TYPE_RANGE_GAUGE (fs_range_gauge_get_type ())
G_DECLARE_FINAL_TYPE (FsRangeGauge, fs_range_gauge, FS, RANGE_GAUGE, GtkWidget)

GtkWidget *fs_range_gauge_new (void);
void fs_range_gauge_show (FsRangeGauge *gauge, const FsSign *sign);

/* Where on a gauge (0 … 1) the healthy range begins and ends and where the value stands, all within it:
 * the scale is logarithmic where all that is known is above 0. Pure; for tests. */
void fs_range_gauge_place (const FsSign *sign, double *low, double *high, double *value);

G_END_DECLS

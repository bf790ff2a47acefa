/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slider between the loss and the forecast: "Fit at epoch". At its right end it follows a run
 * that goes on; anywhere else it asks for that epoch's weights. Play runs through the epochs from
 * the first. A tick marks the best epoch. Signal "epoch" (guint): 0 means follow the newest. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define FS_TYPE_SCRUBBER (fs_scrubber_get_type ())
G_DECLARE_FINAL_TYPE (FsScrubber, fs_scrubber, FS, SCRUBBER, GtkWidget)

GtkWidget *fs_scrubber_new (void);

/* How many epochs there are, which is best (0: none), of which the forecast is shown (0: none yet),
 * and whether the run may go on. Playing waits until what it asked for is shown. */
void fs_scrubber_set (FsScrubber *scrubber,
                      guint n_epochs,
                      guint best,
                      guint shown,
                      gboolean is_open);
/* Back to following, as for another run. */
void fs_scrubber_reset (FsScrubber *scrubber);
/* 0 while following. */
guint fs_scrubber_get_epoch (FsScrubber *scrubber);
void fs_scrubber_play (FsScrubber *scrubber);
/* One epoch back (−1) or on (1). */
void fs_scrubber_move (FsScrubber *scrubber, int by);

G_END_DECLS

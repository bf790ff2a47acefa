/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long something that shows its progress will still take, in words. */

#include <gtk/gtk.h>

typedef struct
{
  gint64 begun_us; /* monotonic; 0 = not begun */
} FsTimeLeft;

void fs_time_left_begin (FsTimeLeft *time_left);

/* "45 %", and once there is something to go by "45 % · 12 s left". Transfer full. */
char *fs_time_left_say (const FsTimeLeft *time_left, double share);

/* The same for a time that has passed; pure. */
char *fs_time_left_describe (double seconds, double share);

/* Shows a share (0 … 1) and words on a progress bar, for eyes and for screen readers. */
void fs_time_left_show (GtkWidget *bar, double share, const char *words);

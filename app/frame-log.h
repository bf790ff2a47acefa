/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How long frames take, for measuring: one line a frame, "frame,ms,interval_ms,processor_ms,layouts",
 * where ms is from the clock's frame time to the end of painting and interval_ms since the frame before
 * (empty for the first); processor_ms is what the main thread worked since then, however busy the machine
 * is, and layouts how often the window was laid out. Times are read for the log alone; nothing else depends on them. */

#include <gtk/gtk.h>

/* Logs the frames of `widget`'s window from its realisation to its end. FALSE if the file cannot be
 * written. */
gboolean fs_frame_log_start (GtkWidget *widget, const char *path, GError **error);

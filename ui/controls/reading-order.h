/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What of the window does not simply mirror where people read from right to left: numbers and the
 * pictures of rows and epochs go from left to right everywhere, and an arrow points to what comes next. */

#include <gtk/gtk.h>

/* A label with an arrow from one thing to the one that follows it in reading order. */
GtkWidget *fs_arrow_new (void);

/* A text of numbers and signs alone ("50 · 30 · 20", "6.4 ×"), kept in this order. Transfer full. */
char *fs_left_to_right (const char *text);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The numbers of a plot as a table in a window of its own: for whoever cannot or would rather not
 * read them off the curve. It shows the plot as it was when the window was opened. */

#include <gtk/gtk.h>
#include "ui/chart/chart-plot.h"

/* Copies what it needs of the plot. `parent` may be NULL. */
GtkWidget *fs_chart_table_new (const FsPlot *plot, GtkWindow *parent);

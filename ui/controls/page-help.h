/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* One sentence on each page of a GtkStackSwitcher, as the tooltip of its button. GTK gives the buttons no
 * way to have one: they stand in the order of the pages, and are made anew with every page that is added,
 * so this comes last. */
void fs_page_help_set (GtkWidget *switcher, guint page, const char *sentence);

G_END_DECLS

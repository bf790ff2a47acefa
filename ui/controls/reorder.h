/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Items of a list that change places by being dragged onto each other. Whoever has such a list offers
 * buttons and keys for the same, because not everybody can drag. */

#include <gtk/gtk.h>

/* `widget` is item number `index` of `list`; only items of the same list can be dropped onto each
 * other. `moved` is called with the list's own data when the item `from` is dropped onto item `to`. */
typedef void (*FsReorderMoved) (guint from, guint to, void *data);
void fs_reorder_add (GtkWidget *widget, void *list, guint index, FsReorderMoved moved, void *data);

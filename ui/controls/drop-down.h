/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A drop-down of words that stays narrow: long names are cut in the button and whole in the list,
 * and beyond a dozen of them the list can be searched. */

#include <gtk/gtk.h>

GtkWidget *fs_drop_down_new (const char *label);

/* Replaces the words if they differ and selects one (GTK_INVALID_LIST_POSITION: none). `helps`
 * (NULL, or one for each word) are shown as tooltips in the list. */
void fs_drop_down_set (GtkWidget *drop_down,
                       const char *const *words,
                       const char *const *helps,
                       guint selected);

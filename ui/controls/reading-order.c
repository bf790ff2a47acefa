/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading order. See reading-order.h. */

#include "ui/controls/reading-order.h"

static gboolean
reads_from_the_right (void)
{
  return gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL;
}

GtkWidget *
fs_arrow_new (void)
{
  return gtk_label_new (reads_from_the_right () ? "←" : "→");
}

/* Pango takes the direction of a paragraph from its first letter, and without letters from the widget: an
 * invisible letter (U+200E, left-to-right mark) tells it. */
char *
fs_left_to_right (const char *text)
{
  return g_strconcat (reads_from_the_right () ? "\xe2\x80\x8e" : "", text, NULL);
}

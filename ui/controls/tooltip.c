/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tooltips without a question to the display server. See tooltip.h. */

#include "ui/controls/tooltip.h"

void
fs_tooltip_set (GtkWidget *widget, const char *text)
{
  /* GTK takes the empty text for none. */
  const char *wanted = text && *text ? text : NULL;
  gboolean must_hide;

  if (g_strcmp0 (gtk_widget_get_tooltip_text (widget), wanted) == 0)
    return;
  /* GTK looks at the widget's own flag, not at whether it is on the screen. */
  must_hide = gtk_widget_get_visible (widget) && !gtk_widget_get_mapped (widget);
  if (must_hide)
    gtk_widget_set_visible (widget, FALSE);
  gtk_widget_set_tooltip_text (widget, wanted);
  if (must_hide)
    gtk_widget_set_visible (widget, TRUE);
}

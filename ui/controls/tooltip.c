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

static gboolean
query_cb (GtkWidget *widget,
          int x,
          int y,
          gboolean by_keyboard,
          GtkTooltip *tooltip,
          const char *key)
{
  const char *text = g_object_get_data (G_OBJECT (widget), key);

  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

void
fs_tooltip_follow (GtkWidget *widget, const char *text)
{
  static const char key[] = "fs-tooltip";
  const char *wanted = text && *text ? text : NULL;

  if (!g_object_get_data (G_OBJECT (widget), key)
      && g_signal_handler_find (widget, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, query_cb, NULL) == 0)
    g_signal_connect (widget, "query-tooltip", G_CALLBACK (query_cb), (void *) key);
  g_object_set_data_full (G_OBJECT (widget), key, g_strdup (wanted), g_free);
  gtk_widget_set_has_tooltip (widget, wanted != NULL);
}

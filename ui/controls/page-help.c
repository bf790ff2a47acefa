/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tooltips of page switchers. See page-help.h. */

#include "ui/controls/page-help.h"

void
fs_page_help_set (GtkWidget *switcher, guint page, const char *sentence)
{
  GtkWidget *button = gtk_widget_get_first_child (switcher);

  for (; page > 0 && button; page--)
    button = gtk_widget_get_next_sibling (button);
  g_return_if_fail (button);
  gtk_widget_set_tooltip_text (button, sentence);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Walks a widget tree and lists everything that can be used and explains itself nowhere: neither by a
 * tooltip of its own or of the row it stands in, nor by a description for screen readers. */

#include "tests/ui/focus-names.h"

static inline gboolean
has_help (GtkWidget *widget)
{
  for (; widget && !GTK_IS_WINDOW (widget); widget = gtk_widget_get_parent (widget))
    {
      const char *tooltip = gtk_widget_get_tooltip_text (widget);
      if ((tooltip && *tooltip)
          || gtk_test_accessible_has_property (GTK_ACCESSIBLE (widget),
                                               GTK_ACCESSIBLE_PROPERTY_DESCRIPTION))
        return TRUE;
    }
  return FALSE;
}

/* What stands on the title bar is the desktop's own. */
static inline gboolean
is_of_the_desktop (GtkWidget *widget)
{
  return GTK_IS_WINDOW_CONTROLS (widget) || GTK_IS_POPOVER_MENU (widget);
}

/* A row that only tells something. */
static inline gboolean
is_mere_text (GtkWidget *widget)
{
  return GTK_IS_LIST_BOX_ROW (widget)
         && !gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (widget));
}

/* "GtkButton “Race” inside GtkBox", one a line; returns how many were looked at. */
static inline guint
list_without_help (GtkWidget *widget, GString *list)
{
  guint n = 0;

  if (!gtk_widget_get_mapped (widget) || is_of_the_desktop (widget))
    return 0;
  if (gtk_widget_get_focusable (widget) && !is_mere_container (widget) && !is_mere_text (widget))
    {
      if (!has_help (widget))
        {
          GtkWidget *parent = gtk_widget_get_parent (widget);
          const char *words = shown_words (widget);
          g_string_append_printf (list, "%s “%s” inside %s (%s)\n", G_OBJECT_TYPE_NAME (widget),
                                  words ? words : "", G_OBJECT_TYPE_NAME (parent),
                                  shown_words (parent) ? shown_words (parent) : "");
        }
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n += list_without_help (child, list);
  return n;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Walks a widget tree and asserts that everything which takes the keyboard focus has an accessible
 * name: one that was set, or its own label. */

#include <gtk/gtk.h>
#include <adwaita.h>

/* The first words shown inside the widget. */
static inline const char *
shown_words (GtkWidget *widget)
{
  const char *words = NULL;

  if (GTK_IS_LABEL (widget))
    words = gtk_label_get_text (GTK_LABEL (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && (!words || !*words);
       child = gtk_widget_get_next_sibling (child))
    words = shown_words (child);
  return words && *words ? words : NULL;
}

static inline gboolean
has_name (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);

  if (gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL)
      || gtk_test_accessible_has_relation (accessible, GTK_ACCESSIBLE_RELATION_LABELLED_BY))
    return TRUE;
  /* These two give a label of their own on to screen readers. */
  if (GTK_IS_BUTTON (widget))
    return gtk_button_get_label (GTK_BUTTON (widget)) != NULL;
  if (GTK_IS_CHECK_BUTTON (widget))
    return gtk_check_button_get_label (GTK_CHECK_BUTTON (widget)) != NULL;
  return FALSE;
}

/* Containers pass the focus on to what they hold. */
static inline gboolean
is_mere_container (GtkWidget *widget)
{
  return GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_VIEWPORT (widget) || GTK_IS_LIST_BOX (widget)
         || GTK_IS_POPOVER (widget) || GTK_IS_WINDOW (widget) || ADW_IS_FLAP (widget)
         || GTK_IS_MENU_BUTTON (widget);
}

static inline guint
assert_focusables_have_names (GtkWidget *widget)
{
  guint n = 0;

  if (!gtk_widget_get_visible (widget))
    return 0;
  if (gtk_widget_get_focusable (widget) && !is_mere_container (widget))
    {
      if (!has_name (widget))
        {
          GtkWidget *parent = gtk_widget_get_parent (widget);
          g_error ("%s inside %s (%s) takes the focus and has no name", G_OBJECT_TYPE_NAME (widget),
                   parent ? G_OBJECT_TYPE_NAME (parent) : "nothing",
                   parent && shown_words (parent) ? shown_words (parent) : "no words");
        }
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n += assert_focusables_have_names (child);
  return n;
}

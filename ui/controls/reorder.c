/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Dragging items of a list; see reorder.h. What is dragged is the address of the list and a number, as
 * text that no other program knows: it is compared, never followed. */

#include "ui/controls/reorder.h"

#include <string.h>

typedef struct
{
  void *list;
  guint index;
  FsReorderMoved moved;
  void *data;
} Item;

static char *
prefix_of (const Item *item)
{
  return g_strdup_printf ("fitscope-item-%p-", item->list);
}

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, void *data)
{
  const Item *item = data;
  g_autofree char *prefix = prefix_of (item);
  g_autofree char *text = g_strdup_printf ("%s%u", prefix, item->index);

  return gdk_content_provider_new_typed (G_TYPE_STRING, text);
}

static void
begin_cb (GtkDragSource *source, GdkDrag *drag, void *data)
{
  GtkWidget *widget = gtk_event_controller_get_widget (GTK_EVENT_CONTROLLER (source));
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (widget);

  gtk_drag_source_set_icon (source, picture, 0, 0);
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, void *data)
{
  const Item *item = data;
  g_autofree char *prefix = prefix_of (item);
  const char *text = g_value_get_string (value);
  guint64 from;

  if (!text || !g_str_has_prefix (text, prefix)
      || !g_ascii_string_to_unsigned (text + strlen (prefix), 10, 0, G_MAXUINT, &from, NULL)
      || from == item->index)
    return FALSE;
  item->moved ((guint) from, item->index, item->data);
  return TRUE;
}

static void
item_free (void *data, GClosure *closure)
{
  g_free (data);
}

void
fs_reorder_add (GtkWidget *widget, void *list, guint index, FsReorderMoved moved, void *data)
{
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_STRING, GDK_ACTION_MOVE);
  Item item = { list, index, moved, data };

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect_data (source, "prepare", G_CALLBACK (prepare_cb), g_memdup2 (&item, sizeof item),
                         item_free, G_CONNECT_DEFAULT);
  g_signal_connect (source, "drag-begin", G_CALLBACK (begin_cb), NULL);
  g_signal_connect_data (target, "drop", G_CALLBACK (drop_cb), g_memdup2 (&item, sizeof item),
                         item_free, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (source));
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (target));
}

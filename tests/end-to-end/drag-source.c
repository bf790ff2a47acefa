/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A window with nothing but a file to drag, as a file manager has it, in the lower right of the screen:
 *   drag-source FILE
 * For the tests of what is dropped. It ends when the drag has. */

#include <gtk/gtk.h>

#define SIDE_PX 120

static GdkContentProvider *
prepare_cb (GtkDragSource *source, double x, double y, GFile *file)
{
  GdkFileList *list = gdk_file_list_new_from_array (&file, 1);
  GdkContentProvider *provider = gdk_content_provider_new_typed (GDK_TYPE_FILE_LIST, list);

  g_boxed_free (GDK_TYPE_FILE_LIST, list);
  return provider;
}

static void
end_cb (GtkDragSource *source, GdkDrag *drag, gboolean deletes, GMainLoop *loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GFile) file = NULL;
  GtkDragSource *source;
  GtkWidget *window, *label;

  if (argc != 2)
    return 2;
  gtk_init ();
  file = g_file_new_for_commandline_arg (argv[1]);
  window = gtk_window_new ();
  label = gtk_label_new ("drag me");
  gtk_window_set_title (GTK_WINDOW (window), "drag-source");
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_widget_set_size_request (label, SIDE_PX, SIDE_PX);
  gtk_window_set_child (GTK_WINDOW (window), label);
  source = gtk_drag_source_new ();
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), file);
  g_signal_connect (source, "drag-end", G_CALLBACK (end_cb), loop);
  gtk_widget_add_controller (label, GTK_EVENT_CONTROLLER (source));
  gtk_window_present (GTK_WINDOW (window));
  g_main_loop_run (loop);
  return 0;
}

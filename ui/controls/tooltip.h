/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* gtk_widget_set_tooltip_text() for widgets made by the hundred or told their text at each epoch.
 * GTK 4.8 asks the display server where the pointer is at each call, even if the text is the same
 * and the widget is not on the screen; this asks only if the text of a widget on the screen changes. */
void fs_tooltip_set (GtkWidget *widget, const char *text);

/* For a text that changes while somebody trains: it waits until a pointer rests on the widget, and the
 * display server is never asked. The widget has no property "tooltip-text" then. */
void fs_tooltip_follow (GtkWidget *widget, const char *text);

G_END_DECLS

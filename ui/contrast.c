/* SPDX-License-Identifier: GPL-3.0-or-later */

/* High contrast. See contrast.h. libadwaita 1.2 follows the system's wish and has no call for the
 * person's: its sheet for high contrast is laid over the usual one here, and our own over ours. A
 * libadwaita without that sheet leaves our own colours, which are those of the charts. */

#include "ui/contrast.h"

#include <adwaita.h>

#define THEIRS "/org/gnome/Adwaita/styles/base-hc.css"
#define OURS "/org/fitscope/Fitscope/style-hc.css"
#define OURS_DARK "/org/fitscope/Fitscope/style-hc-dark.css"

static GtkCssProvider *theirs, *ours;

static void
follow_style (void)
{
  const gboolean is_dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  if (ours)
    gtk_css_provider_load_from_resource (ours, is_dark ? OURS_DARK : OURS);
}

static GtkCssProvider *
add_sheet (guint priority)
{
  GtkCssProvider *provider = gtk_css_provider_new ();

  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (provider), priority);
  return provider;
}

static void
remove_sheet (GtkCssProvider *provider)
{
  gtk_style_context_remove_provider_for_display (gdk_display_get_default (),
                                                 GTK_STYLE_PROVIDER (provider));
  g_object_unref (provider);
}

void
fs_contrast_set_high (gboolean is_high)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  if (is_high == (ours != NULL))
    return;
  if (!is_high)
    {
      g_signal_handlers_disconnect_by_func (manager, follow_style, NULL);
      g_clear_pointer (&theirs, remove_sheet);
      g_clear_pointer (&ours, remove_sheet);
      return;
    }
  if (g_resources_get_info (THEIRS, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL, NULL, NULL))
    {
      theirs = add_sheet (GTK_STYLE_PROVIDER_PRIORITY_THEME + 1);
      gtk_css_provider_load_from_resource (theirs, THEIRS);
    }
  ours = add_sheet (GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  follow_style ();
  g_signal_connect (manager, "notify::dark", G_CALLBACK (follow_style), NULL);
}

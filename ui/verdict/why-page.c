/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A page of prose. See why-page.h. */

#include "ui/verdict/why-page.h"

#include "ui/text.h"
#include <adwaita.h>
#include "ui/verdict/rates.h"

#define WIDTH_PX 480
#define HEIGHT_PX 560

static GtkWidget *
add_text (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
add_section (GtkWidget *box, const char *title, const char *text)
{
  if (!text || !*text)
    return;
  gtk_widget_set_margin_top (add_text (box, title, "heading"), 8);
  add_text (box, text, NULL);
}

static char *
describe_signs (const FsFinding *finding)
{
  g_autoptr (GString) text = g_string_new (finding->detail);

  for (gsize i = 0; i < finding->n_signs; i++)
    {
      const FsSign *sign = &finding->signs[i];
      char range[FS_RANGE_SIZE];
      fs_sign_range (sign, range);
      g_string_append_printf (text, "\n%s %s: %s",
                              sign->speaks_against ? _ ("Against:") : _ ("For:"), sign->label,
                              sign->text);
      if (range[0])
        g_string_append_printf (text, _ (" (healthy: %s)"), range);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
close_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

void
fs_why_page_present (GtkWindow *parent, const FsFinding *finding)
{
  const FsFindingInfo *info = fs_finding_info (finding->id);
  g_autofree char *title = g_strdup_printf (_ ("Why: %s"), _ (info->name));
  g_autofree char *signs = describe_signs (finding);
  g_autofree char *rates = fs_rates_describe (finding->id);
  GtkWidget *window = adw_window_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH_PX, HEIGHT_PX);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_modal (GTK_WINDOW (window), TRUE);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);

  gtk_box_append (GTK_BOX (content), adw_header_bar_new ());
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_bottom (box, 18);
  add_text (box, finding->headline, "title-4");
  add_section (box, _ ("In this run"), signs);
  add_section (box, _ ("Why it happens"), finding->cause);
  add_section (box, _ ("What is measured"), _ (info->why.measures));
  add_section (box, _ ("What is healthy"), _ (info->why.formula));
  add_section (box, _ ("Where this comes from"), _ (info->why.source));
  add_section (box, _ ("What it assumes"), _ (info->why.assumes));
  add_section (box, _ ("When it is wrong"), _ (info->why.fails));
  add_section (box, _ ("How often it is right"), rates);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (content), scroller);
  adw_window_set_content (ADW_WINDOW (window), content);
  gtk_window_present (GTK_WINDOW (window));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A log and its verdict; see log-page.h. */

#include "ui/verdict/log-page.h"

#include <adwaita.h>
#include <math.h>
#include "engine/diagnose/verdict.h"
#include "ui/chart/chart.h"
#include "ui/text.h"
#include "ui/verdict/why-page.h"
#include "ui/views/loss-plot.h"

#define WIDTH_PX 760
#define HEIGHT_PX 640
#define CHART_PX 260

/* The plot that a run would have, without what is not known of this one: its loss and what scores without
 * learning. */
static FsPlot *
make_plot (const FsLog *log)
{
  g_autofree FsSnapshot *snapshot = g_new0 (FsSnapshot, 1);
  g_autoptr (FsLossPlot) loss_plot = fs_loss_plot_new ();
  FsPlot *plot;

  snapshot->state = FS_RUN_FINISHED;
  snapshot->experiment = fs_experiment_default ();
  snapshot->experiment.train.stop.restores_best = false;
  for (int part = 0; part < FS_N_PARTS; part++)
    snapshot->baselines.parts[part] = (FsBaseline){ NAN, NAN, NAN, NAN, NAN };
  fs_history_share (&snapshot->history, &log->history);
  plot = fs_loss_plot_make (loss_plot, snapshot, 0);
  fs_plot_set_title (plot, _ ("Loss"), NULL);
  fs_history_clear (&snapshot->history);
  return plot;
}

static void
add_text (GtkWidget *box, const char *text, const char *css_class)
{
  GtkWidget *label;

  if (!*text)
    return;
  label = gtk_label_new (text);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
}

static void
why_cb (GtkButton *button, gpointer finding)
{
  fs_why_page_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))), finding);
}

static void
add_finding (GtkWidget *box, const FsFinding *finding)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *button = gtk_button_new_with_label (_ ("Why?"));
  g_autofree char *name = g_strdup_printf (_ ("Why: %s"), finding->headline);
  g_autofree char *claim =
      g_strdup_printf (_ ("%s (%.0f %% sure)"), finding->headline, 100 * finding->confidence);

  add_text (words, claim, "heading");
  add_text (words, finding->detail, NULL);
  add_text (words, finding->cause, "dim-label");
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (row), words);
  gtk_widget_set_valign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, _ ("What is measured, and when it is wrong"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_data (button, "clicked", G_CALLBACK (why_cb),
                         g_memdup2 (finding, sizeof *finding),
                         (GClosureNotify) (void (*) (void)) g_free, 0);
  gtk_box_append (GTK_BOX (row), button);
  gtk_widget_set_margin_top (row, 8);
  gtk_box_append (GTK_BOX (box), row);
}

static void
add_verdict (GtkWidget *box, const FsLog *log)
{
  const FsCase known = { .history = &log->history };
  const FsVerdict verdict = fs_verdict_judge (&known);
  g_autoptr (GString) notes = g_string_new (NULL);

  add_text (box, verdict.headline, "title-3");
  add_text (box, verdict.state[0] ? verdict.state : verdict.detail, NULL);
  add_text (box, verdict.advice, NULL);
  add_text (box, verdict.why_not, "dim-label");
  for (gsize i = 0; i < verdict.n_findings; i++)
    add_finding (box, &verdict.findings[i]);
  fs_log_append_notes (notes, log);
  g_string_append (notes,
                   _ ("Loss curves alone cannot tell underfitting from noise in the data, nor "
                      "whether the model beats repeating the last value."));
  add_text (box, notes->str, "dim-label");
  gtk_widget_set_margin_top (gtk_widget_get_last_child (box), 12);
}

static gboolean
close_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  gtk_window_close (GTK_WINDOW (widget));
  return TRUE;
}

GtkWidget *
fs_log_page_present (GtkWindow *parent, const FsLog *log, const char *name)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *chart = fs_chart_new (_ ("Loss"));
  GtkWidget *toasts = adw_toast_overlay_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_shortcut_controller_new ();

  gtk_window_set_title (GTK_WINDOW (window), name);
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH_PX, HEIGHT_PX);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_shortcut_controller_add_shortcut (
      GTK_SHORTCUT_CONTROLLER (keys),
      gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                        gtk_callback_action_new (close_cb, NULL, NULL)));
  gtk_widget_add_controller (window, keys);

  gtk_box_append (GTK_BOX (content), adw_header_bar_new ());
  fs_chart_take_plot (FS_CHART (chart), make_plot (log));
  gtk_widget_set_size_request (chart, -1, CHART_PX);
  gtk_box_append (GTK_BOX (content), chart);
  gtk_widget_set_margin_start (box, 18);
  gtk_widget_set_margin_end (box, 18);
  gtk_widget_set_margin_top (box, 12);
  gtk_widget_set_margin_bottom (box, 18);
  add_verdict (box, log);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), box);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_box_append (GTK_BOX (content), scroller);
  adw_toast_overlay_set_child (ADW_TOAST_OVERLAY (toasts), content);
  adw_window_set_content (ADW_WINDOW (window), toasts);
  /* A file on the command line is opened before its window shows: this one belongs in front. */
  if (gtk_widget_get_mapped (GTK_WIDGET (parent)))
    gtk_window_present (GTK_WINDOW (window));
  else
    g_signal_connect_object (parent, "map", G_CALLBACK (gtk_window_present), window,
                             G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  return window;
}

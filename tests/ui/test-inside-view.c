/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Inside view on a run that trains: its charts fill, another layer and another page are looked at,
 * and an epoch chosen on one chart is chosen on all. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "tests/ui/focus-names.h"
#include "ui/chart/chart.h"
#include "ui/views/inside-view.h"

static void
collect (GtkWidget *widget, GType type, GPtrArray *found)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    g_ptr_array_add (found, widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    collect (child, type, found);
}

/* The chart of that name. */
static FsChart *
chart_named (GtkWidget *view, const char *label)
{
  g_autoptr (GPtrArray) charts = g_ptr_array_new ();

  collect (view, FS_TYPE_CHART, charts);
  for (guint i = 0; i < charts->len; i++)
    if (g_str_equal (fs_chart_get_label (charts->pdata[i]), label))
      return charts->pdata[i];
  return NULL;
}

static gboolean
says (GtkWidget *view, const char *label, const char *part)
{
  FsChart *chart = chart_named (view, label);

  return chart && strstr (fs_chart_get_description (chart), part);
}

static void
test_run (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = small_experiment (12);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = g_object_ref_sink (fs_inside_view_new (session));
  g_autoptr (GPtrArray) drop_downs = g_ptr_array_new ();

  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 560);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_nonnull (chart_named (view, "Gates at their ends"));
  fs_session_start (session, &experiment);
  wait_until (is_in_state (session, FS_RUN_READY));
  wait_until (says (view, "Gates at their ends", "nothing to see yet"));
  fs_session_train (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED));
  wait_until (says (view, "Gates at their ends", "forget gate"));
  wait_until (says (view, "Gates on average", "Healthy"));
  assert_focusables_have_names (view);

  /* An epoch for all; the picture of one epoch follows. */
  fs_chart_set_cursor_x (chart_named (view, "Gates on average"), 1);
  gtk_widget_activate_action (view, "inside.page", "s", "past");
  wait_until (says (view, "Gradient through time", "After epoch 1:"));
  g_assert_cmpfloat (fs_chart_get_cursor_x (chart_named (view, "Reach into the past")), ==, 1);
  g_assert_true (isnan (fs_chart_get_cursor_x (chart_named (view, "Gradient through time"))));

  /* The dense layer has weights and no past. */
  collect (view, GTK_TYPE_DROP_DOWN, drop_downs);
  gtk_drop_down_set_selected (drop_downs->pdata[0], (guint) experiment.n_layers - 1);
  wait_until (says (view, "Gradient through time", "nothing to see"));
  gtk_widget_activate_action (view, "inside.page", "s", "updates");
  wait_until (says (view, "Step against weights", "bias"));
  gtk_drop_down_set_selected (drop_downs->pdata[2], 2); /* after that of the page before */
  wait_until (says (view, "Weights of each tensor", "input weights"));

  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

/* Attention is offered where the network has it, and its weights are told step by step. */
static void
test_attention (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = small_experiment (4);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = fs_inside_view_new (session);
  g_autoptr (GPtrArray) drop_downs = g_ptr_array_new ();
  FsProblem problem = { 0 };
  double sum = 0;
  const FsProbe *probe;

  g_assert_cmpint (fs_experiment_insert_layer (&experiment, 1, FS_LAYER_ATTENTION, &problem), ==,
                   FS_OK);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action (view, "inside.page", "s", "past");
  fs_session_start (session, &experiment);
  wait_until (is_in_state (session, FS_RUN_READY));
  fs_session_train (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED));
  wait_until (says (view, "Gradient through time", "oldest step"));
  collect (view, GTK_TYPE_DROP_DOWN, drop_downs);
  for (guint i = 1; i < drop_downs->len; i++)
    if (gtk_widget_get_mapped (drop_downs->pdata[i]))
      gtk_drop_down_set_selected (drop_downs->pdata[i], 1);
  wait_until (says (view, "Attention", "heaviest step"));
  probe = fs_history_probe_at (&fs_session_get_current (session)->history, G_MAXUINT32);
  g_assert_cmpuint (probe->n_attention, ==, 6);
  for (guint i = 0; i < probe->n_attention; i++)
    sum += (double) probe->attention[i];
  g_assert_cmpfloat_with_epsilon (sum, 1, 1e-5);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/inside-view/run", test_run);
  g_test_add_func ("/inside-view/attention", test_attention);
  return g_test_run ();
}

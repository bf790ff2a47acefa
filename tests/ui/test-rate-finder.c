/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window of the range test: it tells its curve and its suggestion, its button sets that rate as an
 * edit that can be undone, it can be cancelled and begun again, and closing it in the middle leaves
 * nothing behind. */

#include "tests/ui/ui-test.h"

#include <math.h>
#include <string.h>
#include "engine/lab/run-load.h"
#include "tests/ui/focus-names.h"
#include "ui/chart/chart.h"
#include "ui/rate-finder.h"
#include "ui/views/range-plot.h"
#include "tests/ui/other-tongue.h"

/* The visible button whose label begins so. */
static GtkWidget *
find_button (GtkWidget *widget, const char *begin)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget)
      && gtk_button_get_label (GTK_BUTTON (widget))
      && g_str_has_prefix (gtk_button_get_label (GTK_BUTTON (widget)), begin))
    return widget;
  for (GtkWidget *child = gtk_widget_get_last_child (widget); child;
       child = gtk_widget_get_prev_sibling (child))
    {
      GtkWidget *found = find_button (child, begin);

      if (found)
        return found;
    }
  return NULL;
}

static double
suggestion_of (const FsExperiment *experiment)
{
  const FsRangeTestSettings settings = fs_range_test_settings_default ();
  FsLoaded loaded = { 0 };
  FsRangeTest test;
  double found;

  g_assert_true (fs_loaded_make (&loaded, experiment, NULL, 1, NULL, NULL));
  g_assert_cmpint (fs_range_test_run (&test, loaded.trainer, &settings, NULL, NULL), ==, FS_OK);
  found = fs_range_test_suggestion (&test);
  fs_range_test_clear (&test);
  fs_loaded_clear (&loaded);
  return found;
}

static void
test_use (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = small_experiment (5);
  g_autofree char *rate = fs_range_plot_rate (suggestion_of (&experiment));
  g_autofree char *label = g_strdup_printf ("Use %s", rate);
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *finder;

  fs_session_start (session, &experiment);
  finder = g_object_ref (fs_rate_finder_new (GTK_WINDOW (parent), session));
  gtk_window_present (GTK_WINDOW (finder));
  wait_until (find_button (finder, "Use "));
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find_button (finder, "Use "))), ==, label);
  g_assert_nonnull (find_button (finder, "Try Again"));
  assert_focusables_have_names (finder);
  g_signal_emit_by_name (find_button (finder, "Use "), "clicked");
  g_assert_cmpfloat (fs_session_get_experiment (session)->train.learning_rate, ==,
                     g_ascii_strtod (rate, NULL));
  fs_session_undo (session);
  g_assert_cmpfloat (fs_session_get_experiment (session)->train.learning_rate, ==,
                     experiment.train.learning_rate);
  wait_until (!g_main_context_pending (NULL));
  g_assert_finalize_object (finder);
  gtk_window_destroy (GTK_WINDOW (parent));
}

static void
test_cancel (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = small_experiment (5);
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *finder;

  experiment.layers[0].units = 150; /* so that there is something to cancel */
  fs_session_start (session, &experiment);
  finder = g_object_ref (fs_rate_finder_new (GTK_WINDOW (parent), session));
  gtk_window_present (GTK_WINDOW (finder));
  g_signal_emit_by_name (find_button (finder, "Cancel"), "clicked");
  g_assert_nonnull (find_button (finder, "Try Again"));
  g_assert_null (find_button (finder, "Use "));
  g_signal_emit_by_name (find_button (finder, "Try Again"), "clicked");
  g_assert_nonnull (find_button (finder, "Cancel"));
  g_assert_cmpfloat (fs_session_get_experiment (session)->train.learning_rate, ==,
                     experiment.train.learning_rate);
  gtk_window_destroy (GTK_WINDOW (finder)); /* in the middle of its test */
  wait_until (!g_main_context_pending (NULL));
  g_assert_finalize_object (finder);
  gtk_window_destroy (GTK_WINDOW (parent));
}

/* The default button is pressed by Enter although it is hidden, before there is anything to use. */
static void
test_too_early (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = small_experiment (5);
  GtkWidget *parent = gtk_window_new ();
  GtkWidget *finder;
  GtkWidget *use;

  fs_session_start (session, &experiment);
  finder = g_object_ref (fs_rate_finder_new (GTK_WINDOW (parent), session));
  gtk_window_present (GTK_WINDOW (finder));
  use = gtk_window_get_default_widget (GTK_WINDOW (finder));
  wait_until (gtk_widget_get_visible (use));
  g_signal_emit_by_name (find_button (finder, "Try Again"), "clicked");
  g_assert_false (gtk_widget_get_visible (use));
  g_signal_emit_by_name (use, "clicked");
  g_assert_nonnull (find_button (finder, "Cancel"));
  g_assert_cmpfloat (fs_session_get_experiment (session)->train.learning_rate, ==,
                     experiment.train.learning_rate);
  gtk_window_destroy (GTK_WINDOW (finder));
  wait_until (!g_main_context_pending (NULL));
  g_assert_finalize_object (finder);
  gtk_window_destroy (GTK_WINDOW (parent));
}

/* What is drawn and said of curves made by hand. */
static void
test_plot (void)
{
  double rates[] = { 1e-4, 1e-3, 1e-2, 1e-1 }, losses[] = { 1, 0.8, 0.4, 2 };
  FsRangeNews news = { .rates = rates,
                       .losses = losses,
                       .n = 4,
                       .n_steps = 100,
                       .is_over = TRUE,
                       .suggestion = 1e-2,
                       .valley = 1e-3 };
  g_autoptr (FsPlot) plot = fs_range_plot_make (&news);
  g_autoptr (FsPlot) empty = fs_range_plot_make (NULL);
  g_autofree char *words = fs_range_plot_describe (&news);
  g_autofree char *flat = NULL;
  g_autofree char *half = NULL;

  ASSERT_SAME_FILE (fs_range_plot_make (&news));
  g_assert_cmpint (fs_plot_get_x_axis (plot).scale, ==, FS_CHART_LOG);
  g_assert_true (fs_plot_has_flags (plot));
  g_assert_true (fs_plot_is_empty (empty));
  g_assert_cmpstr (words, ==,
                   "The loss falls fastest at 0.01; a careful choice is 0.001, within its longest "
                   "fall. Beyond 0.1 it bursts.");
  news.suggestion = news.valley = NAN;
  flat = fs_range_plot_describe (&news);
  g_assert_nonnull (strstr (flat, "never fell"));
  news.is_over = FALSE;
  half = fs_range_plot_describe (&news);
  g_assert_cmpstr (half, ==, "Step 4 of 100: rate 0.1.");
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/rate-finder/plot", test_plot);
  g_test_add_func ("/rate-finder/use", test_use);
  g_test_add_func ("/rate-finder/cancel", test_cancel);
  g_test_add_func ("/rate-finder/too-early", test_too_early);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A chart in a window of its own for each test, shared by the tests of FsChart; included by them alone. */

#include <adwaita.h>
#include <math.h>
#include "ui/chart/chart.h"

#define DEADLINE_MS 10000

typedef struct
{
  GtkWidget *window;
  FsChart *chart;
} Stage;

static inline FsPlot *
make_plot (void)
{
  double x[101], train[101], validation[101];
  for (int i = 0; i <= 100; i++)
    {
      x[i] = i;
      train[i] = 0.05 + exp (-i / 15.0);
      validation[i] = 0.1 + exp (-i / 15.0) + 0.001 * i;
    }
  FsPlot *plot = fs_plot_new ();
  fs_plot_set_title (plot, "Loss", "mean squared error");
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = "epoch", .is_whole = true });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "train",
                                             .colour = FS_CHART_COLOUR_TRAIN,
                                             .x = x,
                                             .y = train,
                                             .n = 101,
                                             .is_labelled = true });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = "validation",
                                             .colour = FS_CHART_COLOUR_VALIDATION,
                                             .dash = FS_PLOT_DASHED,
                                             .x = x,
                                             .y = validation,
                                             .n = 101,
                                             .is_labelled = true });
  return plot;
}

static inline gboolean
timed_out_cb (gpointer data)
{
  *(bool *) data = true;
  return G_SOURCE_REMOVE;
}

/* Lets the main loop run until the chart has been drawn as it is now. */
static inline void
wait_for_picture (Stage *stage)
{
  bool is_late = false;
  guint timer = g_timeout_add (DEADLINE_MS, timed_out_cb, &is_late);
  gtk_widget_queue_draw (GTK_WIDGET (stage->chart));
  gtk_test_widget_wait_for_draw (stage->window);
  while (fs_chart_get_n_renders (stage->chart) == 0 && !is_late)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (is_late);
  g_source_remove (timer);
}

static inline void
set_up (Stage *stage, gconstpointer data)
{
  stage->window = gtk_window_new ();
  stage->chart = FS_CHART (fs_chart_new ("Loss curves"));
  gtk_window_set_default_size (GTK_WINDOW (stage->window), 640, 320);
  gtk_window_set_child (GTK_WINDOW (stage->window), GTK_WIDGET (stage->chart));
  fs_chart_take_plot (stage->chart, make_plot ());
  gtk_window_present (GTK_WINDOW (stage->window));
  wait_for_picture (stage);
}

/* The chart must die with its window: anything else is a leak. */
static inline void
tear_down (Stage *stage, gconstpointer data)
{
  FsChart *chart = stage->chart;
  g_object_add_weak_pointer (G_OBJECT (chart), (gpointer *) &chart);
  gtk_window_destroy (GTK_WINDOW (stage->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (chart);
}

static inline void
count_cb (unsigned *count)
{
  (*count)++;
}

/* Looks for the chart's shortcut for `key` and does what the key would. */
static inline bool
press (Stage *stage, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (stage->chart));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (!GTK_IS_SHORTCUT_CONTROLLER (controller))
        continue;
      for (guint k = 0; k < g_list_model_get_n_items (G_LIST_MODEL (controller)); k++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), k);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);
          if (GTK_IS_KEYVAL_TRIGGER (trigger)
              && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key
              && gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == modifiers)
            return gtk_shortcut_action_activate (
                gtk_shortcut_get_action (shortcut), GTK_SHORTCUT_ACTION_EXCLUSIVE,
                GTK_WIDGET (stage->chart), gtk_shortcut_get_arguments (shortcut));
        }
    }
  return false;
}

#define ADD(path, function) g_test_add (path, Stage, NULL, set_up, function, tear_down)

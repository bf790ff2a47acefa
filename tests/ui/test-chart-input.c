/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pointer, wheel and keys of FsChart, at the controllers and shortcuts that GTK would call. */

#include "tests/ui/chart-stage.h"

static void
test_keys (Stage *stage, gconstpointer data)
{
  unsigned n_moved = 0;
  g_signal_connect_swapped (stage->chart, "cursor-moved", G_CALLBACK (count_cb), &n_moved);
  g_assert_true (press (stage, GDK_KEY_Home, 0));
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 0);
  g_assert_true (press (stage, GDK_KEY_Right, 0));
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 1);
  g_assert_true (press (stage, GDK_KEY_Right, GDK_CONTROL_MASK));
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 11);
  g_assert_true (press (stage, GDK_KEY_Left, 0));
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 10);
  g_assert_true (press (stage, GDK_KEY_End, 0));
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 100);
  g_assert_true (press (stage, GDK_KEY_Right, 0)); /* the end is the end */
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 100);
  g_assert_true (press (stage, GDK_KEY_Escape, 0));
  g_assert_true (isnan (fs_chart_get_cursor_x (stage->chart)));
  g_assert_cmpuint (n_moved, ==, 6);
  fs_chart_set_cursor_x (stage->chart, 5); /* not the user */
  g_assert_cmpuint (n_moved, ==, 6);
  g_assert_true (press (stage, GDK_KEY_plus, 0));
  g_assert_false (fs_chart_get_follow (stage->chart));
  g_assert_true (press (stage, GDK_KEY_0, 0));
  g_assert_true (fs_chart_get_follow (stage->chart));
}

static GtkEventController *
find_controller (Stage *stage, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (stage->chart));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (G_OBJECT_TYPE (controller) == type)
        return controller; /* the widget keeps it */
    }
  g_assert_not_reached ();
}

static void
test_pointer (Stage *stage, gconstpointer data)
{
  const FsPlotFrame *frame = fs_chart_get_frame (stage->chart);
  GtkEventController *motion = find_controller (stage, GTK_TYPE_EVENT_CONTROLLER_MOTION);
  double x = fs_chart_axis_to_px (&frame->x, 40.2), y = (frame->top_px + frame->bottom_px) / 2;
  g_signal_emit_by_name (motion, "motion", x, y);
  g_assert_cmpfloat (fs_chart_get_hover_x (stage->chart), ==, 40); /* the nearest point */
  g_signal_emit_by_name (motion, "motion", 1.0, 1.0);
  g_assert_true (isnan (fs_chart_get_hover_x (stage->chart))); /* beside the axes */
  g_signal_emit_by_name (motion, "motion", x, y);
  g_signal_emit_by_name (motion, "leave");
  g_assert_true (isnan (fs_chart_get_hover_x (stage->chart)));

  GtkEventController *drag = find_controller (stage, GTK_TYPE_GESTURE_DRAG);
  g_signal_emit_by_name (drag, "drag-begin", x, y); /* a click sets the cursor */
  g_signal_emit_by_name (drag, "drag-end", 1.0, 0.0);
  g_assert_cmpfloat (fs_chart_get_cursor_x (stage->chart), ==, 40);
  g_assert_true (fs_chart_get_follow (stage->chart));

  double right = fs_chart_axis_to_px (&frame->x, 60); /* a flat drag zooms x alone */
  x = fs_chart_axis_to_px (&frame->x, 40);
  g_signal_emit_by_name (drag, "drag-begin", x, y);
  g_signal_emit_by_name (drag, "drag-update", right - x, 3.0);
  wait_for_picture (stage);
  g_signal_emit_by_name (drag, "drag-end", right - x, 3.0);
  FsPlotView view = fs_chart_get_view (stage->chart);
  g_assert_true (view.has_x && !view.has_y);
  g_assert_cmpfloat_with_epsilon (view.x.low, 40, 0.1);
  g_assert_cmpfloat_with_epsilon (view.x.high, 60, 0.1);
  wait_for_picture (stage);
  x = (frame->left_px + frame->right_px) / 2; /* and a tall one both */
  g_signal_emit_by_name (drag, "drag-begin", x, y);
  g_signal_emit_by_name (drag, "drag-update", -80.0, 60.0);
  g_signal_emit_by_name (drag, "drag-end", -80.0, 60.0);
  g_assert_true (fs_chart_get_view (stage->chart).has_y);
  wait_for_picture (stage);
  g_assert_cmpfloat (frame->y.range.high - frame->y.range.low, <, 0.4);
}

static void
test_wheel (Stage *stage, gconstpointer data)
{
  const FsPlotFrame *frame = fs_chart_get_frame (stage->chart);
  GtkEventController *motion = find_controller (stage, GTK_TYPE_EVENT_CONTROLLER_MOTION);
  GtkEventController *scroll = find_controller (stage, GTK_TYPE_EVENT_CONTROLLER_SCROLL);
  gboolean is_handled = FALSE;
  double x = fs_chart_axis_to_px (&frame->x, 25), width = frame->x.range.high - frame->x.range.low;
  g_signal_emit_by_name (motion, "motion", x, frame->top_px + 20);
  g_signal_emit_by_name (scroll, "scroll", 0.0, -1.0, &is_handled);
  g_assert_true (is_handled);
  wait_for_picture (stage);
  g_assert_cmpfloat_with_epsilon (frame->x.range.high - frame->x.range.low, width / 1.25, 1e-6);
  g_assert_cmpfloat_with_epsilon (fs_chart_axis_to_value (&frame->x, x), 25,
                                  0.5); /* about the pointer */
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  ADD ("/chart/input/keys", test_keys);
  ADD ("/chart/input/pointer", test_pointer);
  ADD ("/chart/input/wheel", test_wheel);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pointer and keys of a chart. Each turns pixels into an x, a view or an action; nothing is drawn
 * here. */

#include "ui/chart/chart-private.h"

#include <math.h>

/* A press that moves less is a click. */
#define CLICK_PX 4.0

/* One notch of the wheel, or one press of + and -. */
#define ZOOM_STEP 1.25

static void
motion_cb (FsChart *chart, double x, double y)
{
  const FsPlotFrame *frame = &chart->frame;
  chart->pointer_x = x;
  chart->pointer_y = y;
  bool is_inside = chart->texture != NULL && x >= frame->left_px - 2 && x <= frame->right_px + 2
                   && y >= frame->top_px - 2 && y <= frame->bottom_px + 2;
  double at = is_inside && chart->drag == FS_CHART_DRAG_NONE
                  ? fs_plot_snap_x (chart->plot, fs_chart_axis_to_value (&frame->x, x), 0)
                  : NAN;
  fs_chart_set_hover_x (chart, at);
}

static void
leave_cb (FsChart *chart)
{
  fs_chart_set_hover_x (chart, NAN);
}

void
fs_chart_zoom (FsChart *chart, double factor_x, double factor_y, double x_px, double y_px)
{
  FsPlotView view = chart->view;
  if (chart->texture == NULL)
    return;
  if (factor_x != 1)
    {
      view.has_x = true;
      view.x = fs_chart_axis_zoom (&chart->frame.x, factor_x, x_px);
    }
  if (factor_y != 1)
    {
      view.has_y = true;
      view.y = fs_chart_axis_zoom (&chart->frame.y, factor_y, y_px);
    }
  fs_chart_set_view (chart, &view);
}

static void
pan (FsChart *chart, const FsPlotFrame *from, double by_x, double by_y)
{
  FsPlotView view = chart->view;
  view.has_x = true;
  view.x = fs_chart_axis_pan (&from->x, by_x);
  if (by_y != 0 || view.has_y)
    {
      view.has_y = true;
      view.y = fs_chart_axis_pan (&from->y, by_y);
    }
  fs_chart_set_view (chart, &view);
}

static gboolean
scroll_cb (FsChart *chart, double dx, double dy, GtkEventController *controller)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  if (chart->texture == NULL)
    return GDK_EVENT_PROPAGATE;
  double factor = pow (ZOOM_STEP, -dy);
  if (state & GDK_CONTROL_MASK)
    fs_chart_zoom (chart, 1, factor, chart->pointer_x, chart->pointer_y);
  else if (state & GDK_SHIFT_MASK || dx != 0)
    pan (chart, &chart->frame, -(dx != 0 ? dx : dy) * 40, 0);
  else
    fs_chart_zoom (chart, factor, 1, chart->pointer_x, chart->pointer_y);
  return GDK_EVENT_STOP;
}

static void
drag_begin_cb (FsChart *chart, double x, double y, GtkGestureDrag *gesture)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  GdkModifierType state =
      gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  if (button == GDK_BUTTON_SECONDARY || chart->texture == NULL)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (chart));
  chart->drag_from = chart->drag_to = GRAPHENE_POINT_INIT ((float) x, (float) y);
  chart->drag_frame = chart->frame;
  bool is_pan = button == GDK_BUTTON_MIDDLE || (state & GDK_SHIFT_MASK);
  chart->drag = is_pan ? FS_CHART_DRAG_PAN : FS_CHART_DRAG_NONE;
}

static void
drag_update_cb (FsChart *chart, double dx, double dy, GtkGestureDrag *gesture)
{
  if (chart->drag == FS_CHART_DRAG_PAN)
    {
      pan (chart, &chart->drag_frame, dx, dy);
      return;
    }
  if (hypot (dx, dy) >= CLICK_PX)
    {
      chart->drag = FS_CHART_DRAG_ZOOM;
      fs_chart_set_hover_x (chart, NAN);
    }
  chart->drag_to =
      GRAPHENE_POINT_INIT (chart->drag_from.x + (float) dx, chart->drag_from.y + (float) dy);
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

/* A flat rectangle zooms x alone and a narrow one y alone: nobody draws a line to see a line. */
static void
zoom_to_rectangle (FsChart *chart)
{
  const FsPlotFrame *frame = &chart->drag_frame;
  const graphene_point_t *a = &chart->drag_from, *b = &chart->drag_to;
  double width = fabs (a->x - b->x), height = fabs (a->y - b->y), least = 4 * CLICK_PX;
  FsPlotView view = chart->view;
  if (width >= least || width >= height)
    {
      double left = fmax (fmin (a->x, b->x), frame->left_px),
             right = fmin (fmax (a->x, b->x), frame->right_px);
      view.has_x = true;
      view.x = (FsChartRange){ fs_chart_axis_to_value (&frame->x, left),
                               fs_chart_axis_to_value (&frame->x, right) };
      if (fs_chart_range_is_degenerate (view.x, frame->x.scale))
        return;
    }
  if (height >= least || height > width)
    {
      double top = fmax (fmin (a->y, b->y), frame->top_px),
             foot = fmin (fmax (a->y, b->y), frame->bottom_px);
      view.has_y = true;
      view.y = (FsChartRange){ fs_chart_axis_to_value (&frame->y, foot),
                               fs_chart_axis_to_value (&frame->y, top) };
      if (fs_chart_range_is_degenerate (view.y, frame->y.scale))
        return;
    }
  fs_chart_set_view (chart, &view);
}

static void
drag_end_cb (FsChart *chart, double dx, double dy, GtkGestureDrag *gesture)
{
  FsChartDrag drag = chart->drag;
  chart->drag = FS_CHART_DRAG_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (chart));
  if (drag == FS_CHART_DRAG_ZOOM && hypot (dx, dy) >= CLICK_PX)
    zoom_to_rectangle (chart);
  else if (drag == FS_CHART_DRAG_NONE)
    {
      double x = fs_chart_axis_to_value (&chart->frame.x, chart->drag_from.x);
      x = fs_plot_snap_x (chart->plot, x, 0);
      if (!isnan (x))
        fs_chart_move_cursor (chart, x);
    }
}

static void
drag_cancel_cb (FsChart *chart)
{
  chart->drag = FS_CHART_DRAG_NONE;
  gtk_widget_queue_draw (GTK_WIDGET (chart));
}

static void
pressed_cb (FsChart *chart, int n_press, double x, double y, GtkGestureClick *gesture)
{
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture));
  if (event != NULL && gdk_event_triggers_context_menu (event))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
      fs_chart_open_menu (chart, x, y);
    }
  else if (n_press == 2
           && gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture))
                  == GDK_BUTTON_PRIMARY)
    fs_chart_set_follow (chart, true);
}

/* The read-out of the cursor is shown while the keyboard is here. */
static void
focus_cb (FsChart *chart)
{
  fs_chart_overlay_update (chart);
}

void
fs_chart_add_input (FsChart *chart)
{
  GtkWidget *widget = GTK_WIDGET (chart);
  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (motion_cb), chart);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), chart);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (leave_cb), chart);
  gtk_widget_add_controller (widget, motion);

  GtkEventController *scroll =
      gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  g_signal_connect_swapped (scroll, "scroll", G_CALLBACK (scroll_cb), chart);
  gtk_widget_add_controller (widget, scroll);

  GtkGesture *drag = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin_cb), chart);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update_cb), chart);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end_cb), chart);
  g_signal_connect_swapped (drag, "cancel", G_CALLBACK (drag_cancel_cb), chart);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));

  GtkGesture *click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), chart);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));

  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_cb), chart);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_cb), chart);
  gtk_widget_add_controller (widget, focus);
}

/* -- Keys --------------------------------------------------------------------------------------- */

/* Without a cursor an arrow starts at the end it comes from. */
static gboolean
step_cb (GtkWidget *widget, GVariant *step, gpointer data)
{
  FsChart *chart = FS_CHART (widget);
  double x = fs_plot_snap_x (chart->plot, chart->cursor_x, g_variant_get_int32 (step));
  if (!isnan (x))
    fs_chart_move_cursor (chart, x);
  return GDK_EVENT_STOP;
}

static gboolean
jump_cb (GtkWidget *widget, GVariant *direction, gpointer data)
{
  FsChart *chart = FS_CHART (widget);
  double x = fs_plot_snap_x (chart->plot, NAN, -g_variant_get_int32 (direction));
  if (!isnan (x))
    fs_chart_move_cursor (chart, x);
  return GDK_EVENT_STOP;
}

static gboolean
escape_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  FsChart *chart = FS_CHART (widget);
  if (isnan (chart->cursor_x))
    return GDK_EVENT_PROPAGATE;
  fs_chart_move_cursor (chart, NAN);
  return GDK_EVENT_STOP;
}

static gboolean
menu_cb (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  FsChart *chart = FS_CHART (widget);
  fs_chart_open_menu (chart, (chart->frame.left_px + chart->frame.right_px) / 2,
                      (chart->frame.top_px + chart->frame.bottom_px) / 2);
  return GDK_EVENT_STOP;
}

void
fs_chart_class_add_keys (GtkWidgetClass *klass)
{
  static const struct
  {
    guint key;
    GdkModifierType modifiers;
    GtkShortcutFunc callback;
    int argument;
  } keys[] = {
    { GDK_KEY_Left, 0, step_cb, -1 },
    { GDK_KEY_Right, 0, step_cb, 1 },
    { GDK_KEY_Left, GDK_CONTROL_MASK, step_cb, -10 },
    { GDK_KEY_Right, GDK_CONTROL_MASK, step_cb, 10 },
    { GDK_KEY_Home, 0, jump_cb, -1 },
    { GDK_KEY_End, 0, jump_cb, 1 },
    { GDK_KEY_Escape, 0, escape_cb, 0 },
    { GDK_KEY_Menu, 0, menu_cb, 0 },
    { GDK_KEY_F10, GDK_SHIFT_MASK, menu_cb, 0 },
  };
  static const struct
  {
    guint key;
    const char *action;
  } actions[] = {
    { GDK_KEY_plus, "chart.zoom-in" },
    { GDK_KEY_KP_Add, "chart.zoom-in" },
    { GDK_KEY_equal, "chart.zoom-in" },
    { GDK_KEY_minus, "chart.zoom-out" },
    { GDK_KEY_KP_Subtract, "chart.zoom-out" },
    { GDK_KEY_0, "chart.show-all" },
    { GDK_KEY_KP_0, "chart.show-all" },
    { GDK_KEY_l, "chart.log" },
    { GDK_KEY_t, "chart.table" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_widget_class_add_binding (klass, keys[i].key, keys[i].modifiers, keys[i].callback, "i",
                                  keys[i].argument);
  for (size_t i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_add_binding_action (klass, actions[i].key, 0, actions[i].action, NULL);
}

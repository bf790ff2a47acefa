/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The state of a chart: its properties, its signals, what it says to a screen reader. Its picture is in
 * chart-picture.c. */

#include "ui/chart/chart-private.h"

#include "ui/text.h"
#include <adwaita.h>
#include <math.h>
#include <string.h>

enum
{
  PROP_LABEL = 1,
  PROP_DESCRIPTION,
  PROP_CURSOR_X,
  PROP_HOVER_X,
  PROP_FOLLOW,
  PROP_LOG_SCALE,
  PROP_MAGNIFICATION,
  N_PROPERTIES
};

enum
{
  CURSOR_MOVED,
  NOTICE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (FsChart, fs_chart, GTK_TYPE_WIDGET)

/* Style changes in the middle of a frame, and that frame is to show it. */
static void
drop_at_once (FsChart *chart)
{
  fs_chart_drop_picture (chart);
  gtk_widget_queue_allocate (GTK_WIDGET (chart));
}

/* Comes with every state of the widget and the window too (hover, focus, backdrop), which change
 * neither colours nor font as a rule and then must not cost a picture. */
static void
fs_chart_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  FsChart *chart = FS_CHART (widget);
  FsChartPalette before = chart->palette;
  GTK_WIDGET_CLASS (fs_chart_parent_class)->css_changed (widget, change);
  guint font = pango_context_get_serial (gtk_widget_get_pango_context (widget));
  bool had_palette = chart->has_palette;
  chart->has_palette = false;
  const FsChartPalette *after = fs_chart_get_palette (chart);
  if (had_palette && font == chart->font_serial && memcmp (&before, after, sizeof before) == 0)
    return;
  chart->font_serial = font;
  drop_at_once (chart);
}

void
fs_chart_chain_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fs_chart_parent_class)->map (widget);
}

static void
fs_chart_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  GTK_WIDGET_CLASS (fs_chart_parent_class)->direction_changed (widget, previous);
  drop_at_once (FS_CHART (widget));
}

static void
scale_factor_cb (FsChart *chart)
{
  drop_at_once (chart);
}

/* -- Words -------------------------------------------------------------------------------------- */

/* The keyboard's cursor is heard as well as seen. */
static char *
describe_cursor (FsChart *chart)
{
  FsPlotReading readings[FS_CHART_MAX_READINGS];
  char label[FS_CHART_LABEL_SIZE];
  size_t n = fs_plot_read (chart->plot, chart->cursor_x, readings, FS_CHART_MAX_READINGS);
  if (n == 0)
    return NULL;
  const char *title = fs_plot_get_x_axis (chart->plot).title;
  GString *words = g_string_new (_ ("At "));
  if (title != NULL && *title)
    g_string_append_printf (words, "%s ", title);
  g_string_append (words, fs_plot_format_x (chart->plot, chart->cursor_x, label));
  for (size_t i = 0; i < n; i++)
    g_string_append_printf (words, "%s %s %s", i > 0 ? "," : ":", readings[i].name,
                            fs_chart_format_value (readings[i].y, label));
  g_string_append (words, ". ");
  return g_string_free (words, FALSE);
}

static void
update_description (FsChart *chart)
{
  g_autofree char *cursor = describe_cursor (chart);
  g_autofree char *own = chart->description == NULL ? fs_plot_describe (chart->plot) : NULL;
  char *words =
      g_strconcat (cursor != NULL ? cursor : "", own != NULL ? own : chart->description, NULL);
  if (g_strcmp0 (words, chart->own_description) == 0)
    {
      g_free (words);
      return;
    }
  g_free (chart->own_description);
  chart->own_description = words;
  gtk_accessible_update_property (GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  words, -1);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_DESCRIPTION]);
}

void
fs_chart_notice (FsChart *chart, const char *sentence)
{
  g_signal_emit (chart, signals[NOTICE], 0, sentence);
}

/* -- Life --------------------------------------------------------------------------------------- */

static void
fs_chart_dispose (GObject *object)
{
  FsChart *chart = FS_CHART (object);
  g_clear_pointer (&chart->menu, gtk_widget_unparent);
  if (chart->chooser != NULL)
    gtk_native_dialog_destroy (GTK_NATIVE_DIALOG (chart->chooser));
  g_clear_object (&chart->chooser);
  fs_chart_clear_picture (chart);
  fs_chart_overlay_clear (&chart->overlay);
  G_OBJECT_CLASS (fs_chart_parent_class)->dispose (object);
}

static void
fs_chart_finalize (GObject *object)
{
  FsChart *chart = FS_CHART (object);
  fs_plot_free (chart->plot);
  g_free (chart->label);
  g_free (chart->description);
  g_free (chart->own_description);
  G_OBJECT_CLASS (fs_chart_parent_class)->finalize (object);
}

static void
fs_chart_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FsChart *chart = FS_CHART (object);
  switch (id)
    {
    case PROP_LABEL:
      g_value_set_string (value, chart->label);
      break;
    case PROP_DESCRIPTION:
      g_value_set_string (value, chart->own_description);
      break;
    case PROP_CURSOR_X:
      g_value_set_double (value, chart->cursor_x);
      break;
    case PROP_HOVER_X:
      g_value_set_double (value, chart->hover_x);
      break;
    case PROP_FOLLOW:
      g_value_set_boolean (value, chart->is_following);
      break;
    case PROP_LOG_SCALE:
      g_value_set_boolean (value, chart->is_log);
      break;
    case PROP_MAGNIFICATION:
      g_value_set_double (value, chart->magnification);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
fs_chart_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FsChart *chart = FS_CHART (object);
  switch (id)
    {
    case PROP_LABEL:
      fs_chart_set_label (chart, g_value_get_string (value));
      break;
    case PROP_DESCRIPTION:
      fs_chart_set_description (chart, g_value_get_string (value));
      break;
    case PROP_CURSOR_X:
      fs_chart_set_cursor_x (chart, g_value_get_double (value));
      break;
    case PROP_HOVER_X:
      fs_chart_set_hover_x (chart, g_value_get_double (value));
      break;
    case PROP_FOLLOW:
      fs_chart_set_follow (chart, g_value_get_boolean (value));
      break;
    case PROP_LOG_SCALE:
      fs_chart_set_log_scale (chart, g_value_get_boolean (value));
      break;
    case PROP_MAGNIFICATION:
      fs_chart_set_magnification (chart, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
notice_default_cb (FsChart *chart, const char *sentence)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (GTK_WIDGET (chart), ADW_TYPE_TOAST_OVERLAY);
  if (overlay != NULL && !g_signal_has_handler_pending (chart, signals[NOTICE], 0, TRUE))
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), adw_toast_new (sentence));
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  /* NaN is no element of any range, so the range must not be checked. */
  const GParamFlags nan_flags = flags | G_PARAM_LAX_VALIDATION;
  properties[PROP_LABEL] = g_param_spec_string ("label", NULL, NULL, NULL, flags);
  properties[PROP_DESCRIPTION] = g_param_spec_string ("description", NULL, NULL, NULL, flags);
  properties[PROP_CURSOR_X] =
      g_param_spec_double ("cursor-x", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, nan_flags);
  properties[PROP_HOVER_X] =
      g_param_spec_double ("hover-x", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, nan_flags);
  properties[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, TRUE, flags);
  properties[PROP_LOG_SCALE] = g_param_spec_boolean ("log-scale", NULL, NULL, FALSE, flags);
  properties[PROP_MAGNIFICATION] =
      g_param_spec_double ("magnification", NULL, NULL, 0.5, 4, 1, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
fs_chart_class_init (FsChartClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->dispose = fs_chart_dispose;
  object_class->finalize = fs_chart_finalize;
  object_class->get_property = fs_chart_get_property;
  object_class->set_property = fs_chart_set_property;
  widget_class->measure = fs_chart_measure_vfunc;
  widget_class->map = fs_chart_map_vfunc;
  widget_class->size_allocate = fs_chart_size_allocate_vfunc;
  widget_class->snapshot = fs_chart_snapshot_vfunc;
  widget_class->css_changed = fs_chart_css_changed;
  widget_class->direction_changed = fs_chart_direction_changed;
  install_properties (object_class);
  signals[CURSOR_MOVED] = g_signal_new ("cursor-moved", FS_TYPE_CHART, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  signals[NOTICE] = g_signal_new_class_handler ("notice", FS_TYPE_CHART, G_SIGNAL_RUN_FIRST,
                                                G_CALLBACK (notice_default_cb), NULL, NULL, NULL,
                                                G_TYPE_NONE, 1, G_TYPE_STRING);
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  fs_chart_class_add_actions (widget_class);
  fs_chart_class_add_keys (widget_class);
}

static void
fs_chart_init (FsChart *chart)
{
  chart->plot = fs_plot_new ();
  chart->cursor_x = chart->hover_x = NAN;
  chart->magnification = 1;
  chart->is_following = true;
  gtk_widget_set_focusable (GTK_WIDGET (chart), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (chart), GTK_OVERFLOW_HIDDEN);
  g_signal_connect (chart, "notify::scale-factor", G_CALLBACK (scale_factor_cb), NULL);
  fs_chart_add_input (chart);
  update_description (chart);
}

GtkWidget *
fs_chart_new (const char *label)
{
  return g_object_new (FS_TYPE_CHART, "label", label, NULL);
}

/* -- What it shows ------------------------------------------------------------------------------ */

void
fs_chart_take_plot (FsChart *chart, FsPlot *plot)
{
  g_return_if_fail (FS_IS_CHART (chart));
  fs_plot_free (chart->plot);
  chart->plot = plot != NULL ? plot : fs_plot_new ();
  bool is_log = fs_plot_get_y_axis (chart->plot).scale == FS_CHART_LOG;
  if (chart->is_log_chosen)
    fs_plot_set_y_scale (chart->plot, chart->is_log ? FS_CHART_LOG : FS_CHART_LINEAR);
  else if (is_log != chart->is_log)
    {
      chart->is_log = is_log;
      g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_LOG_SCALE]);
    }
  update_description (chart);
  fs_chart_drop_picture (chart);
}

const FsPlot *
fs_chart_get_plot (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NULL);
  return chart->plot;
}

const char *
fs_chart_get_label (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NULL);
  return chart->label;
}

void
fs_chart_set_label (FsChart *chart, const char *label)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (g_strcmp0 (label, chart->label) == 0)
    return;
  g_free (chart->label);
  chart->label = g_strdup (label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label != NULL ? label : "", -1);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_LABEL]);
}

const char *
fs_chart_get_description (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NULL);
  return chart->own_description;
}

void
fs_chart_set_description (FsChart *chart, const char *description)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (g_strcmp0 (description, chart->description) == 0)
    return;
  g_free (chart->description);
  chart->description = g_strdup (description);
  update_description (chart);
}

static bool
is_same_x (double a, double b)
{
  return a == b || (isnan (a) && isnan (b));
}

double
fs_chart_get_cursor_x (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NAN);
  return chart->cursor_x;
}

void
fs_chart_set_cursor_x (FsChart *chart, double x)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (is_same_x (x, chart->cursor_x))
    return;
  chart->cursor_x = x;
  update_description (chart);
  fs_chart_overlay_update (chart);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_CURSOR_X]);
}

void
fs_chart_move_cursor (FsChart *chart, double x)
{
  if (is_same_x (x, chart->cursor_x))
    return;
  fs_chart_set_cursor_x (chart, x);
  g_signal_emit (chart, signals[CURSOR_MOVED], 0, x);
}

double
fs_chart_get_hover_x (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NAN);
  return chart->hover_x;
}

void
fs_chart_set_hover_x (FsChart *chart, double x)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (is_same_x (x, chart->hover_x))
    return;
  chart->hover_x = x;
  fs_chart_overlay_update (chart);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_HOVER_X]);
}

bool
fs_chart_get_follow (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), false);
  return chart->is_following;
}

/* Not to follow means to stay where one is. */
void
fs_chart_set_follow (FsChart *chart, bool follow)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (follow == chart->is_following)
    return;
  chart->is_following = follow;
  chart->view = (FsPlotView){ 0 };
  if (!follow && chart->texture != NULL)
    chart->view = (FsPlotView){ true, true, chart->frame.x.range, chart->frame.y.range };
  fs_chart_drop_picture (chart);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_FOLLOW]);
}

void
fs_chart_set_view (FsChart *chart, const FsPlotView *view)
{
  g_return_if_fail (FS_IS_CHART (chart));
  chart->view = *view;
  fs_chart_drop_picture (chart);
  if (!chart->is_following)
    return;
  chart->is_following = false;
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_FOLLOW]);
}

FsPlotView
fs_chart_get_view (FsChart *chart)
{
  return chart->view;
}

bool
fs_chart_get_log_scale (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), false);
  return chart->is_log;
}

void
fs_chart_set_log_scale (FsChart *chart, bool log_scale)
{
  g_return_if_fail (FS_IS_CHART (chart));
  chart->is_log_chosen = true;
  if (log_scale == chart->is_log)
    return;
  chart->is_log = log_scale;
  fs_plot_set_y_scale (chart->plot, log_scale ? FS_CHART_LOG : FS_CHART_LINEAR);
  chart->view.has_y = false; /* a range of one scale may mean nothing on the other */
  fs_chart_drop_picture (chart);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_LOG_SCALE]);
}

double
fs_chart_get_magnification (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), 1);
  return chart->magnification;
}

void
fs_chart_set_magnification (FsChart *chart, double magnification)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (magnification == chart->magnification)
    return;
  chart->magnification = magnification;
  gtk_widget_queue_resize (GTK_WIDGET (chart));
  fs_chart_drop_picture (chart);
  g_object_notify_by_pspec (G_OBJECT (chart), properties[PROP_MAGNIFICATION]);
}

void
fs_chart_set_title_end (FsChart *chart, double px)
{
  g_return_if_fail (FS_IS_CHART (chart));
  if (px == chart->title_end_px)
    return;
  chart->title_end_px = px;
  fs_chart_drop_picture (chart);
}

const FsPlotFrame *
fs_chart_get_frame (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), NULL);
  return &chart->frame;
}

unsigned
fs_chart_get_n_renders (FsChart *chart)
{
  g_return_val_if_fail (FS_IS_CHART (chart), 0);
  return chart->n_renders;
}

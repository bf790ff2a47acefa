/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Small pictures drawn with Cairo, some dozens of points each. See finding-picture.h. */

#include "ui/verdict/finding-picture.h"

#include <math.h>
#include <string.h>
#include "ui/chart/chart-palette.h"
#include "ui/controls/tooltip.h"
#include "ui/text.h"

#define HEIGHT_PX 46
#define ROW_HEIGHT_PX 17
#define MARGIN_PX 3
#define NAME_WIDTH_PX 62

/* More points than pixels tell nothing. */
#define MOST_POINTS 120

/* How much of the run before the beginning is shown. */
#define SHARE_BEFORE 0.15

typedef struct
{
  double points[MOST_POINTS];
  FsChartColour colour;
  gboolean is_dashed;
} Line;

struct _FsFindingPicture
{
  GtkWidget parent_instance;

  Line lines[2];
  guint n_lines, n_points;
  double band_low, band_high; /* healthy, in the units of the lines; NaN = none */
  gboolean is_log;

  gboolean has_proof;
  guint n_seeds;
  double errors[FS_N_ARMS][FS_PROOF_MAX_SEEDS];
};

G_DEFINE_FINAL_TYPE (FsFindingPicture, fs_finding_picture, GTK_TYPE_WIDGET);

static const char *const arm_names[FS_N_ARMS] = { "original", "change", "placebo", "random" };

static GdkRGBA
colour_of (GtkWidget *widget, FsChartColour colour)
{
  GdkRGBA rgba = fs_chart_palette_light ()->colours[colour];

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                  fs_chart_colour_name (colour), &rgba);
  return rgba;
}

static void
set_colour (cairo_t *cr, GtkWidget *widget, FsChartColour colour, double alpha)
{
  GdkRGBA rgba = colour_of (widget, colour);

  cairo_set_source_rgba (cr, (double) rgba.red, (double) rgba.green, (double) rgba.blue,
                         (double) rgba.alpha * alpha);
}

/* ---- courses ---- */

static double
scaled (const FsFindingPicture *self, double value)
{
  return self->is_log ? log (fmax (value, 1e-300)) : value;
}

static gboolean
find_range (const FsFindingPicture *self, double *low, double *high)
{
  *low = INFINITY;
  *high = -INFINITY;
  for (guint line = 0; line < self->n_lines; line++)
    for (guint i = 0; i < self->n_points; i++)
      if (isfinite (self->lines[line].points[i]))
        {
          *low = fmin (*low, scaled (self, self->lines[line].points[i]));
          *high = fmax (*high, scaled (self, self->lines[line].points[i]));
        }
  if (!(*high >= *low))
    return FALSE;
  if (*high - *low < 1e-12)
    {
      *low -= 1;
      *high += 1;
    }
  return TRUE;
}

static void
draw_course (FsFindingPicture *self, cairo_t *cr, double width, double height)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double low, high;

  if (self->n_points < 2 || !find_range (self, &low, &high))
    return;
  double step = (width - 2 * MARGIN_PX) / (self->n_points - 1);
  double unit = (height - 2 * MARGIN_PX) / (high - low);
  if (isfinite (self->band_high))
    {
      double top = fmin (scaled (self, self->band_high), high);
      double bottom = fmax (scaled (self, self->band_low), low);
      set_colour (cr, widget, FS_CHART_COLOUR_VALIDATION, 0.16);
      cairo_rectangle (cr, MARGIN_PX, MARGIN_PX + (high - top) * unit, width - 2 * MARGIN_PX,
                       fmax ((top - bottom) * unit, 1));
      cairo_fill (cr);
    }
  for (guint l = 0; l < self->n_lines; l++)
    {
      const Line *line = &self->lines[l];
      const double dashes[] = { 4, 2 };
      set_colour (cr, widget, line->colour, 1);
      cairo_set_line_width (cr, 1.6);
      cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
      cairo_set_dash (cr, dashes, line->is_dashed ? 2 : 0, 0);
      for (guint i = 0; i < self->n_points; i++)
        if (isfinite (line->points[i]))
          cairo_line_to (cr, MARGIN_PX + i * step,
                         MARGIN_PX + (high - scaled (self, line->points[i])) * unit);
        else
          cairo_new_sub_path (cr);
      cairo_stroke (cr);
    }
}

/* ---- proofs ---- */

static void
draw_name (FsFindingPicture *self, cairo_t *cr, const char *name, double y)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), name);
  PangoAttrList *attributes = pango_attr_list_new ();
  int text_height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.82));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, NULL, &text_height);
  set_colour (cr, GTK_WIDGET (self), FS_CHART_COLOUR_DIM, 1);
  cairo_move_to (cr, MARGIN_PX, y + (ROW_HEIGHT_PX - text_height) / 2.0);
  pango_cairo_show_layout (cr, layout);
}

static void
draw_proof (FsFindingPicture *self, cairo_t *cr, double width)
{
  double most = 0;

  for (int arm = 0; arm < FS_N_ARMS; arm++)
    for (guint k = 0; k < self->n_seeds; k++)
      if (isfinite (self->errors[arm][k]))
        most = fmax (most, self->errors[arm][k]);
  if (!(most > 0))
    return;
  double unit = (width - NAME_WIDTH_PX - 3 * MARGIN_PX) / most;
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    {
      FsChartColour colour = arm == FS_ARM_CHANGE ? FS_CHART_COLOUR_TRAIN : FS_CHART_COLOUR_RUNNING;
      double y = arm * ROW_HEIGHT_PX, mean = 0;
      draw_name (self, cr, arm_names[arm], y);
      for (guint k = 0; k < self->n_seeds; k++)
        mean += self->errors[arm][k] / self->n_seeds;
      if (isfinite (mean))
        {
          set_colour (cr, GTK_WIDGET (self), colour, 0.55);
          cairo_rectangle (cr, NAME_WIDTH_PX + MARGIN_PX, y + 4, mean * unit, ROW_HEIGHT_PX - 8);
          cairo_fill (cr);
        }
      set_colour (cr, GTK_WIDGET (self), FS_CHART_COLOUR_TEXT, 0.85);
      for (guint k = 0; k < self->n_seeds; k++)
        if (isfinite (self->errors[arm][k]))
          {
            cairo_new_sub_path (cr);
            cairo_arc (cr, NAME_WIDTH_PX + MARGIN_PX + self->errors[arm][k] * unit,
                       y + ROW_HEIGHT_PX / 2.0, 2.2, 0, 2 * G_PI);
            cairo_fill (cr);
          }
    }
}

/* ---- the widget ---- */

static void
fs_finding_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsFindingPicture *self = FS_FINDING_PICTURE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  cairo_t *cr = gtk_snapshot_append_cairo (
      snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));

  if (self->has_proof)
    draw_proof (self, cr, width);
  else
    draw_course (self, cr, width, height);
  cairo_destroy (cr);
}

static void
fs_finding_picture_measure (GtkWidget *widget,
                            GtkOrientation orientation,
                            int for_size,
                            int *minimum,
                            int *natural,
                            int *minimum_baseline,
                            int *natural_baseline)
{
  FsFindingPicture *self = FS_FINDING_PICTURE (widget);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 120;
      *natural = 240;
    }
  else
    *minimum = *natural = self->has_proof ? FS_N_ARMS * ROW_HEIGHT_PX : HEIGHT_PX;
}

static void
fs_finding_picture_class_init (FsFindingPictureClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->snapshot = fs_finding_picture_snapshot;
  widget_class->measure = fs_finding_picture_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "findingpicture");
}

static void
fs_finding_picture_init (FsFindingPicture *self)
{
}

GtkWidget *
fs_finding_picture_new (void)
{
  return g_object_new (FS_TYPE_FINDING_PICTURE, NULL);
}

/* ---- what is shown ---- */

typedef double (*Course) (const FsHistory *history, size_t i);

static double
train_loss (const FsHistory *history, size_t i)
{
  return history->observations[i].train_loss;
}

static double
running_loss (const FsHistory *history, size_t i)
{
  return history->observations[i].running_loss;
}

static double
gradient_norm (const FsHistory *history, size_t i)
{
  return history->observations[i].gradient_norm_max;
}

static double
update_ratio (const FsHistory *history, size_t i)
{
  return history->observations[i].update_ratio;
}

static const struct
{
  Course courses[2];
  FsChartColour colours[2];
  gboolean is_log;
  const char *label;
} pictures[] = {
  [FS_PICTURE_VALIDATION] = { { fs_history_monitored, NULL },
                              { FS_CHART_COLOUR_VALIDATION, 0 },
                              FALSE,
                              N_ ("Validation loss") },
  [FS_PICTURE_BOTH] = { { train_loss, fs_history_monitored },
                        { FS_CHART_COLOUR_TRAIN, FS_CHART_COLOUR_VALIDATION },
                        TRUE,
                        N_ ("Training and validation loss") },
  [FS_PICTURE_TRAIN] = { { train_loss, NULL },
                         { FS_CHART_COLOUR_TRAIN, 0 },
                         FALSE,
                         N_ ("Training loss") },
  [FS_PICTURE_RUNNING] = { { train_loss, running_loss },
                           { FS_CHART_COLOUR_TRAIN, FS_CHART_COLOUR_RUNNING },
                           FALSE,
                           N_ ("Training loss as evaluated and as trained on") },
  [FS_PICTURE_GRADIENT] = { { gradient_norm, NULL },
                            { FS_CHART_COLOUR_EXTRA_1, 0 },
                            TRUE,
                            N_ ("Largest gradient of each epoch") },
  [FS_PICTURE_UPDATES] = { { update_ratio, NULL },
                           { FS_CHART_COLOUR_EXTRA_2, 0 },
                           TRUE,
                           N_ ("Step against weights") },
};

static void
take_course (Line *line, const FsHistory *history, Course course, size_t begin, guint n_points)
{
  size_t n = history->n_observations - begin;

  for (guint i = 0; i < n_points; i++)
    {
      size_t index = begin + (n_points > 1 ? i * (n - 1) / (n_points - 1) : 0);
      line->points[i] = course (history, index);
    }
}

void
fs_finding_picture_show_history (FsFindingPicture *self,
                                 const FsFinding *finding,
                                 const FsHistory *history)
{
  FsPicture picture = fs_finding_info (finding->id)->picture;
  size_t n = history->n_observations, begin = 0;

  self->has_proof = FALSE;
  self->n_lines = self->n_points = 0;
  self->band_low = self->band_high = NAN;
  gtk_widget_set_visible (GTK_WIDGET (self), picture != FS_PICTURE_NONE && n >= 3);
  if (picture == FS_PICTURE_NONE || n < 3)
    return;
  if (picture == FS_PICTURE_VALIDATION && finding->since_epoch > 0)
    {
      while (begin < n && history->observations[begin].epoch < finding->since_epoch)
        begin++;
      size_t before = (size_t) (SHARE_BEFORE * (double) (n - begin));
      self->band_low = begin < n ? fs_history_monitored (history, begin) : NAN;
      self->band_high = self->band_low * (1 + FS_CURVE_OVERFIT_RISE);
      begin = begin > before ? begin - before : 0;
    }
  self->is_log = pictures[picture].is_log;
  self->n_points = (guint) MIN (n - begin, MOST_POINTS);
  for (guint i = 0; i < 2 && pictures[picture].courses[i]; i++)
    {
      Line *line = &self->lines[self->n_lines++];
      line->colour = pictures[picture].colours[i];
      line->is_dashed = line->colour == FS_CHART_COLOUR_VALIDATION;
      take_course (line, history, pictures[picture].courses[i], begin, self->n_points);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (pictures[picture].label), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  finding->detail, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
fs_finding_picture_show_proof (FsFindingPicture *self, const FsProof *proof)
{
  self->has_proof = TRUE;
  self->n_seeds = proof->n_seeds;
  memcpy (self->errors, proof->errors, sizeof self->errors);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Errors of the four arms"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, proof->sentence, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), proof->outcome < FS_PROOF_FAILED);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* ---- a number against its healthy range ---- */

struct _FsRangeGauge
{
  GtkWidget parent_instance;

  double low, high, value; /* 0 … 1 */
  gboolean is_healthy, has_range;
};

G_DEFINE_FINAL_TYPE (FsRangeGauge, fs_range_gauge, GTK_TYPE_WIDGET);

#define GAUGE_WIDTH_PX 58
#define GAUGE_HEIGHT_PX 10

static double
place (double x, double least, double most, gboolean is_log)
{
  if (is_log)
    return log (x / least) / log (most / least);
  return (x - least) / (most - least);
}

void
fs_range_gauge_place (const FsSign *sign, double *low, double *high, double *value)
{
  double known[3] = { sign->low, sign->high, sign->value }, least = INFINITY, most = -INFINITY;
  for (int i = 0; i < 3; i++)
    if (isfinite (known[i]))
      {
        least = fmin (least, known[i]);
        most = fmax (most, known[i]);
      }
  gboolean is_log = least > 0 && most > 5 * least;
  double room = is_log ? 0 : 0.25 * (most - least);
  if (is_log)
    {
      double factor = pow (most / least, 0.25);
      least /= factor;
      most *= factor;
    }
  else
    {
      room = room > 0 ? room : fmax (fabs (most) / 2, 1);
      least -= room;
      most += room;
    }
  *low = isfinite (sign->low) ? place (sign->low, least, most, is_log) : 0;
  *high = isfinite (sign->high) ? place (sign->high, least, most, is_log) : 1;
  *value = isfinite (sign->value) ? CLAMP (place (sign->value, least, most, is_log), 0, 1) : 1;
}

static void
fs_range_gauge_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsRangeGauge *self = FS_RANGE_GAUGE (widget);
  float width = (float) gtk_widget_get_width (widget);
  float height = (float) gtk_widget_get_height (widget), middle = height / 2;
  GdkRGBA track = colour_of (widget, FS_CHART_COLOUR_DIM);
  GdkRGBA good = colour_of (widget, FS_CHART_COLOUR_GOOD);
  GdkRGBA mark =
      colour_of (widget, self->is_healthy ? FS_CHART_COLOUR_TEXT : FS_CHART_COLOUR_VALIDATION);
  float from = (float) self->low * width, to = (float) self->high * width;

  if (!self->has_range)
    return;
  track.alpha = 0.25f;
  good.alpha = 0.6f;
  gtk_snapshot_append_color (snapshot, &track, &GRAPHENE_RECT_INIT (0, middle - 2, width, 4));
  gtk_snapshot_append_color (snapshot, &good,
                             &GRAPHENE_RECT_INIT (from, middle - 2, MAX (to - from, 2), 4));
  gtk_snapshot_append_color (
      snapshot, &mark,
      &GRAPHENE_RECT_INIT (CLAMP ((float) self->value * width - 1.5f, 0, width - 3), 0, 3, height));
}

static void
fs_range_gauge_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  *minimum = *natural =
      orientation == GTK_ORIENTATION_HORIZONTAL ? GAUGE_WIDTH_PX : GAUGE_HEIGHT_PX;
}

static void
fs_range_gauge_class_init (FsRangeGaugeClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->snapshot = fs_range_gauge_snapshot;
  widget_class->measure = fs_range_gauge_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "rangegauge");
}

static void
fs_range_gauge_init (FsRangeGauge *self)
{
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
fs_range_gauge_new (void)
{
  return g_object_new (FS_TYPE_RANGE_GAUGE, NULL);
}

void
fs_range_gauge_show (FsRangeGauge *self, const FsSign *sign)
{
  char range[FS_RANGE_SIZE];
  g_autofree char *words = NULL;

  self->has_range = isfinite (sign->low) || isfinite (sign->high);
  self->is_healthy = !(sign->value < sign->low) && !(sign->value > sign->high);
  fs_range_gauge_place (sign, &self->low, &self->high, &self->value);
  fs_sign_range (sign, range);
  words = g_strdup_printf ("%s: %s%s%s", sign->label, sign->text, range[0] ? _ (", healthy: ") : "",
                           range);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  fs_tooltip_follow (GTK_WIDGET (self), range[0] ? words : NULL);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

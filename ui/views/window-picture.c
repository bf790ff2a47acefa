/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Parts, gaps and windows as rectangles. See window-picture.h. Names are colours and words both: a part
 * is named where it lies, and a crossing window is red and counted in the sentence. */

#include "ui/views/window-picture.h"

#include <math.h>
#include "ui/chart/chart-palette.h"
#include "ui/facts.h"
#include "ui/text.h"

#define N_EACH 4 /* windows on each side of a border */
#define N_BORDERS 2
#define HEIGHT_PX 196
#define BAR_HEIGHT_PX 22
#define WINDOW_HEIGHT_PX 7
#define WINDOW_STEP_PX 11
#define MARGIN_PX 12
#define LEAST_WIDTH_PX 360

struct _FsWindowPicture
{
  GtkWidget parent_instance;

  gboolean is_set;
  size_t n_rows, length, horizon, purge;
  size_t part_ends[FS_N_PARTS];
  size_t n_windows[FS_N_PARTS];
  FsWindowPlace places[N_BORDERS][2 * N_EACH];
  size_t n_places[N_BORDERS];
};

G_DEFINE_FINAL_TYPE (FsWindowPicture, fs_window_picture, GTK_TYPE_WIDGET);

static const struct
{
  const char *name;
  FsChartColour colour;
} parts[FS_N_PARTS] = {
  [FS_PART_TRAIN] = { N_ ("train"), FS_CHART_COLOUR_TRAIN },
  [FS_PART_VALIDATION] = { N_ ("validation"), FS_CHART_COLOUR_VALIDATION },
  [FS_PART_TEST] = { N_ ("test"), FS_CHART_COLOUR_TEST },
};

/* ---- words ---- */

char *
fs_window_picture_judge (const FsDataset *dataset, gboolean *is_clean)
{
  size_t n_validation = fs_windows_count_crossing (dataset, FS_PART_VALIDATION);
  size_t n_test = fs_windows_count_crossing (dataset, FS_PART_TEST);

  *is_clean = n_validation + n_test == 0;
  if (*is_clean)
    return g_strdup (_ ("No window shares a row with another part."));
  return g_strdup_printf (
      _ ("%zu validation and %zu test windows look back over the border: they share "
         "rows with windows of the part before. A purge gap of %zu rows keeps the "
         "parts apart."),
      n_validation, n_test, dataset->length);
}

char *
fs_window_picture_describe (const FsDataset *dataset)
{
  GString *text = g_string_new (NULL);
  gboolean is_clean;
  g_autofree char *judgement = fs_window_picture_judge (dataset, &is_clean);
  size_t begin = 0;

  for (int part = 0; part < FS_N_PARTS; part++)
    {
      size_t end = dataset->part_ends[part];
      g_autofree char *from = fs_facts_count ((gint64) begin + 1);
      g_autofree char *to = fs_facts_count ((gint64) end);
      g_autofree char *n = fs_facts_count ((gint64) dataset->windows[part].n);

      if (end > begin)
        g_string_append_printf (text, _ ("Rows %s to %s: %s, %s windows. "), from, to,
                                _ (parts[part].name), n);
      begin = end;
    }
  if (dataset->purge > 0)
    g_string_append_printf (text, _ ("The first %zu rows of validation and test are a gap. "),
                            dataset->purge);
  g_string_append (text, judgement);
  return g_string_free (text, FALSE);
}

/* ---- drawing ---- */

static GdkRGBA
colour_of (GtkWidget *widget, FsChartColour colour, double alpha)
{
  GdkRGBA rgba = fs_chart_palette_light ()->colours[colour];

  gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                  fs_chart_colour_name (colour), &rgba);
  rgba.alpha *= (float) alpha;
  return rgba;
}

static void
fill (FsWindowPicture *self,
      GtkSnapshot *snapshot,
      FsChartColour colour,
      double alpha,
      double x,
      double y,
      double width,
      double height)
{
  GdkRGBA rgba = colour_of (GTK_WIDGET (self), colour, alpha);

  gtk_snapshot_append_color (
      snapshot, &rgba,
      &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) MAX (width, 1), (float) height));
}

/* Returns the width of the text; draws nothing where it does not fit into `room`. */
static double
show_text (FsWindowPicture *self,
           GtkSnapshot *snapshot,
           const char *text,
           const GdkRGBA *rgba,
           double x,
           double y,
           double room)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();
  int width, height;

  pango_attr_list_insert (attributes, pango_attr_scale_new (0.82));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  pango_layout_get_pixel_size (layout, &width, &height);
  if (width > room)
    return width;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_snapshot_append_layout (snapshot, layout, rgba);
  gtk_snapshot_restore (snapshot);
  return width;
}

static void
draw_parts (FsWindowPicture *self, GtkSnapshot *snapshot, double width, double y)
{
  GdkRGBA text = colour_of (GTK_WIDGET (self), FS_CHART_COLOUR_TEXT, 1);
  double scale = width / (double) self->n_rows;
  size_t begin = 0;

  for (int part = 0; part < FS_N_PARTS; part++)
    {
      size_t end = self->part_ends[part];
      size_t gap = part == FS_PART_TRAIN ? 0 : MIN (self->purge, end - begin);
      double x = MARGIN_PX + (double) begin * scale;
      double length = (double) (end - begin) * scale;
      g_autofree char *rows = fs_facts_count ((gint64) (end - begin));
      g_autofree char *name = g_strdup_printf ("%s %s", _ (parts[part].name), rows);

      if (end == begin)
        continue;
      fill (self, snapshot, parts[part].colour, 0.35, x, y, length, BAR_HEIGHT_PX);
      if (gap > 0)
        fill (self, snapshot, FS_CHART_COLOUR_TEXT, 0.35, x, y, (double) gap * scale,
              BAR_HEIGHT_PX);
      if (show_text (self, snapshot, name, &text, x + 6, y + 3, length - 8) > length - 8)
        show_text (self, snapshot, _ (parts[part].name), &text, x + 6, y + 3, length - 8);
      begin = end;
    }
}

static void
draw_windows (FsWindowPicture *self,
              GtkSnapshot *snapshot,
              int border,
              double left,
              double width,
              double top)
{
  const FsWindowPlace *places = self->places[border];
  size_t n = self->n_places[border], at = self->part_ends[border];
  size_t span = self->length + self->horizon, low = at, high = at;
  GdkRGBA dim = colour_of (GTK_WIDGET (self), FS_CHART_COLOUR_DIM, 1);
  g_autofree char *title = NULL;
  double scale;

  if (n == 0 || self->n_windows[border + 1] == 0)
    return;
  for (size_t i = 0; i < n; i++)
    {
      low = MIN (low, places[i].start);
      high = MAX (high, places[i].start + span);
    }
  scale = width / (double) MAX (high - low, 1);
  title = g_strdup_printf (_ ("%s | %s at row %zu"), _ (parts[border].name),
                           _ (parts[border + 1].name), at + 1);
  show_text (self, snapshot, title, &dim, left, top, width);
  top += 18;
  {
    size_t ends = MIN (self->part_ends[border + 1], high);
    size_t gap = MIN (self->purge, ends - MIN (at, ends));
    double height = (double) n * WINDOW_STEP_PX + 4;

    fill (self, snapshot, parts[border].colour, 0.1, left, top, (double) (at - low) * scale,
          height);
    fill (self, snapshot, parts[border + 1].colour, 0.1, left + (double) (at - low) * scale, top,
          (double) (high - at) * scale, height);
    if (gap > 0)
      fill (self, snapshot, FS_CHART_COLOUR_TEXT, 0.12, left + (double) (at - low) * scale, top,
            (double) gap * scale, height);
  }
  for (size_t i = 0; i < n; i++)
    {
      double x = left + (double) (places[i].start - low) * scale;
      double y = top + 4 + (double) i * WINDOW_STEP_PX;
      double looks = (double) self->length * scale, aims = (double) self->horizon * scale;
      FsChartColour colour = places[i].crosses ? FS_CHART_COLOUR_BAD : parts[places[i].part].colour;

      fill (self, snapshot, colour, 0.45, x, y, looks, WINDOW_HEIGHT_PX);
      fill (self, snapshot, colour, 1, x + looks, y, MAX (aims, 2), WINDOW_HEIGHT_PX);
    }
}

static void
fs_window_picture_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsWindowPicture *self = FS_WINDOW_PICTURE (widget);
  double width = gtk_widget_get_width (widget) - 2 * MARGIN_PX;
  GdkRGBA dim = colour_of (widget, FS_CHART_COLOUR_DIM, 1);
  double half = (width - 2 * MARGIN_PX) / 2, legend = HEIGHT_PX - 24;

  if (!self->is_set || width < 1)
    return;
  draw_parts (self, snapshot, width, MARGIN_PX);
  draw_windows (self, snapshot, 0, MARGIN_PX, half, 52);
  draw_windows (self, snapshot, 1, MARGIN_PX + half + 2 * MARGIN_PX, half, 52);
  {
    double x = MARGIN_PX;
    const struct
    {
      const char *text;
      FsChartColour colour;
      double alpha;
    } keys[] = {
      { _ ("looks at"), FS_CHART_COLOUR_TRAIN, 0.45 },
      { _ ("aims for"), FS_CHART_COLOUR_TRAIN, 1 },
      { _ ("gap nobody aims for"), FS_CHART_COLOUR_TEXT, 0.35 },
      { _ ("crosses the border"), FS_CHART_COLOUR_BAD, 0.7 },
    };

    for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
      {
        fill (self, snapshot, keys[i].colour, keys[i].alpha, x, legend + 3, 14,
              WINDOW_HEIGHT_PX + 2);
        x += 19 + show_text (self, snapshot, keys[i].text, &dim, x + 19, legend, width) + 14;
      }
  }
}

static void
fs_window_picture_measure (GtkWidget *widget,
                           GtkOrientation orientation,
                           int for_size,
                           int *minimum,
                           int *natural,
                           int *minimum_baseline,
                           int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? LEAST_WIDTH_PX : HEIGHT_PX;
}

static void
fs_window_picture_class_init (FsWindowPictureClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->snapshot = fs_window_picture_snapshot;
  widget_class->measure = fs_window_picture_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "windowpicture");
}

static void
fs_window_picture_init (FsWindowPicture *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Split and windows"), -1);
}

GtkWidget *
fs_window_picture_new (void)
{
  return g_object_new (FS_TYPE_WINDOW_PICTURE, NULL);
}

void
fs_window_picture_set (FsWindowPicture *self, const FsDataset *dataset)
{
  g_autofree char *words = dataset ? fs_window_picture_describe (dataset) : g_strdup ("");

  self->is_set = dataset && dataset->n_rows > 0;
  if (self->is_set)
    {
      self->n_rows = dataset->n_rows;
      self->length = dataset->length;
      self->horizon = dataset->horizon;
      self->purge = dataset->purge;
      for (int part = 0; part < FS_N_PARTS; part++)
        {
          self->part_ends[part] = dataset->part_ends[part];
          self->n_windows[part] = dataset->windows[part].n;
        }
      for (int border = 0; border < N_BORDERS; border++)
        self->n_places[border] =
            fs_windows_at_border (dataset, (FsPart) border, N_EACH, self->places[border]);
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

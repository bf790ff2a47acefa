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
#define N_COLUMNS 240    /* of a bar whose parts are too short to be drawn each */
#define MOST_SEGMENTS 40 /* drawn each */
#define HEIGHT_PX 196
#define BAR_HEIGHT_PX 22
#define WINDOW_HEIGHT_PX 7
#define WINDOW_STEP_PX 11
#define MARGIN_PX 12
#define LEAST_WIDTH_PX 360

/* Rows that lie together in one part. */
typedef struct
{
  FsPart part;
  size_t begin, end;
} Segment;

/* What is drawn of a border: windows on both sides, and the parts of the rows that they have. */
typedef struct
{
  size_t row; /* n_rows = there is none */
  FsWindowPlace places[2 * N_EACH];
  size_t n_places, low, high;
  GArray *segments; /* of rows [low, high) */
} Border;

struct _FsWindowPicture
{
  GtkWidget parent_instance;

  gboolean is_set, is_shuffled;
  size_t n_rows, purge;
  GArray *segments; /* of all rows; NULL where there are too many to be told apart */
  double shares[N_COLUMNS][FS_N_PARTS]; /* then: of each part among the rows of a column */
  Border borders[N_BORDERS];
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

static gboolean
is_shuffled (const FsDataset *dataset)
{
  return fs_dataset_is_scattered (dataset)
         && fs_windows_count_crossing (dataset, FS_PART_TRAIN) > 0;
}

static char *
judge_shuffled (const FsDataset *dataset, gboolean *is_fair)
{
  size_t n = fs_windows_count_sharing (dataset);

  *is_fair = n == 0;
  if (*is_fair)
    return g_strdup (
        _ ("Shuffled, but no training window shares a row with a window that validates "
           "or tests."));
  return g_strdup_printf (
      _ ("Shuffled: %zu of %zu training windows share rows with windows that validate or test. "
         "These are judged on what training has seen, and scores look better than they are."),
      n, dataset->windows[FS_PART_TRAIN].n);
}

/* Of a short series the automatic gap would leave too few windows to judge on, and there is none. What
 * windows then share with the part before is what they look at, never what they aim for: that is what a
 * forecast of the next rows has at hand, and no alarm. */
static char *
judge_without_gap (const FsDataset *dataset, size_t n_validation, size_t n_test)
{
  return g_strdup_printf (
      _ ("%zu validation and %zu test windows look back over the border: the series is short, and "
         "an "
         "automatic gap of %zu rows would leave a part fewer than %d windows. What they aim for no "
         "training window has seen."),
      n_validation, n_test, dataset->length, FS_MIN_PURGED_WINDOWS);
}

char *
fs_window_picture_judge (const FsDataset *dataset,
                         const FsExperiment *experiment,
                         gboolean *is_fair)
{
  size_t n_validation, n_test;

  if (is_shuffled (dataset))
    return judge_shuffled (dataset, is_fair);
  n_validation = fs_windows_count_crossing (dataset, FS_PART_VALIDATION);
  n_test = fs_windows_count_crossing (dataset, FS_PART_TEST);
  *is_fair = n_validation + n_test == 0;
  if (*is_fair)
    return g_strdup (_ ("No window shares a row with another part."));
  if (dataset->purge == 0 && experiment->split.purge == FS_AUTO)
    {
      *is_fair = TRUE;
      return judge_without_gap (dataset, n_validation, n_test);
    }
  return g_strdup_printf (
      _ ("%zu validation and %zu test windows look back over the border: they share "
         "rows with windows of the part before. A purge gap of %zu rows keeps the "
         "parts apart."),
      n_validation, n_test, dataset->length);
}

/* Where parts do not lie one behind the other: how many rows each has. */
static void
describe_scattered (GString *text, const FsDataset *dataset)
{
  size_t counts[FS_N_PARTS] = { 0 };

  for (size_t row = 0; row < dataset->n_rows; row++)
    counts[fs_dataset_part_of_row (dataset, row)]++;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      g_autofree char *rows = fs_facts_count ((gint64) counts[part]);
      g_autofree char *n = fs_facts_count ((gint64) dataset->windows[part].n);

      if (counts[part] > 0)
        g_string_append_printf (text, _ ("%s: %s rows among the others, %s windows. "),
                                _ (parts[part].name), rows, n);
    }
}

char *
fs_window_picture_describe (const FsDataset *dataset, const FsExperiment *experiment)
{
  GString *text = g_string_new (NULL);
  gboolean is_fair;
  g_autofree char *judgement = fs_window_picture_judge (dataset, experiment, &is_fair);
  size_t begin = 0;

  if (fs_dataset_is_scattered (dataset))
    describe_scattered (text, dataset);
  for (int part = 0; part < FS_N_PARTS && !fs_dataset_is_scattered (dataset); part++)
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
  if (dataset->purge > 0 && !is_shuffled (dataset))
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
draw_segment (FsWindowPicture *self,
              GtkSnapshot *snapshot,
              const Segment *segment,
              double scale,
              double y)
{
  GdkRGBA text = colour_of (GTK_WIDGET (self), FS_CHART_COLOUR_TEXT, 1);
  size_t n = segment->end - segment->begin;
  size_t gap = segment->part == FS_PART_TRAIN ? 0 : MIN (self->purge, n);
  double x = MARGIN_PX + (double) segment->begin * scale, length = (double) n * scale;
  const char *part = _ (parts[segment->part].name);
  g_autofree char *rows = fs_facts_count ((gint64) n);
  g_autofree char *name = g_strdup_printf ("%s %s", part, rows);

  fill (self, snapshot, parts[segment->part].colour, 0.35, x, y, length, BAR_HEIGHT_PX);
  if (gap > 0)
    fill (self, snapshot, FS_CHART_COLOUR_TEXT, 0.35, x, y, (double) gap * scale, BAR_HEIGHT_PX);
  if (show_text (self, snapshot, name, &text, x + 6, y + 3, length - 8) > length - 8)
    show_text (self, snapshot, part, &text, x + 6, y + 3, length - 8);
}

/* Parts that change too often: in each column as much of each colour as it has rows of that part. */
static void
draw_shares (FsWindowPicture *self, GtkSnapshot *snapshot, double width, double y)
{
  const size_t n = MIN (self->n_rows, N_COLUMNS);
  const double step = width / (double) n;

  for (size_t column = 0; column < n; column++)
    {
      double top = y;

      for (int part = 0; part < FS_N_PARTS; part++)
        {
          double height = self->shares[column][part] * BAR_HEIGHT_PX;

          if (height > 0)
            fill (self, snapshot, parts[part].colour, 0.55, MARGIN_PX + (double) column * step, top,
                  step, height);
          top += height;
        }
    }
}

static void
draw_parts (FsWindowPicture *self, GtkSnapshot *snapshot, double width, double y)
{
  if (!self->segments)
    draw_shares (self, snapshot, width, y);
  for (guint i = 0; self->segments && i < self->segments->len; i++)
    draw_segment (self, snapshot, &g_array_index (self->segments, Segment, i),
                  width / (double) self->n_rows, y);
}

static void
draw_place (FsWindowPicture *self,
            GtkSnapshot *snapshot,
            const FsWindowPlace *place,
            double x,
            double y,
            double scale)
{
  const gboolean is_whole = place->aim == place->start; /* a sequence */
  double looks = (double) ((is_whole ? place->end : place->aim) - place->start) * scale;
  double aims = is_whole ? 0 : (double) (place->end - place->aim) * scale;
  FsChartColour colour = place->crosses ? FS_CHART_COLOUR_BAD : parts[place->part].colour;

  fill (self, snapshot, colour, 0.45, x, y, looks, WINDOW_HEIGHT_PX);
  /* Red ones among each other are told apart by what they aim for. */
  fill (self, snapshot, self->is_shuffled ? parts[place->part].colour : colour, 1, x + looks, y,
        MAX (aims, 2), WINDOW_HEIGHT_PX);
}

static void
draw_windows (FsWindowPicture *self,
              GtkSnapshot *snapshot,
              const Border *border,
              double left,
              double width,
              double top)
{
  GdkRGBA dim = colour_of (GTK_WIDGET (self), FS_CHART_COLOUR_DIM, 1);
  double scale = width / (double) MAX (border->high - border->low, 1);
  double height = (double) border->n_places * WINDOW_STEP_PX + 4;
  FsPart before = FS_PART_TRAIN;

  if (border->n_places == 0)
    return;
  for (guint i = 0; i < border->segments->len; i++)
    {
      const Segment *segment = &g_array_index (border->segments, Segment, i);
      double x = left + (double) (segment->begin - border->low) * scale;
      double n = (double) (segment->end - segment->begin);

      fill (self, snapshot, parts[segment->part].colour, self->is_shuffled ? 0.2 : 0.1, x, top + 18,
            n * scale, height);
      if (segment->begin == border->row && self->purge > 0 && !self->is_shuffled)
        fill (self, snapshot, FS_CHART_COLOUR_TEXT, 0.12, x, top + 18,
              MIN ((double) self->purge, n) * scale, height);
      if (segment->end == border->row)
        before = segment->part;
      if (segment->begin == border->row)
        {
          g_autofree char *title =
              g_strdup_printf (_ ("%s | %s at row %zu"), _ (parts[before].name),
                               _ (parts[segment->part].name), border->row + 1);

          show_text (self, snapshot, title, &dim, left, top, width);
        }
    }
  for (size_t i = 0; i < border->n_places; i++)
    draw_place (self, snapshot, &border->places[i],
                left + (double) (border->places[i].start - border->low) * scale,
                top + 22 + (double) i * WINDOW_STEP_PX, scale);
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
  draw_windows (self, snapshot, &self->borders[0], MARGIN_PX, half, 52);
  draw_windows (self, snapshot, &self->borders[1], MARGIN_PX + half + 2 * MARGIN_PX, half, 52);
  {
    double x = MARGIN_PX;
    const struct
    {
      const char *text;
      FsChartColour colour;
      double alpha;
      gboolean is_shown;
    } keys[] = {
      { _ (parts[FS_PART_TRAIN].name), FS_CHART_COLOUR_TRAIN, 0.55, !self->segments },
      { _ (parts[FS_PART_VALIDATION].name), FS_CHART_COLOUR_VALIDATION, 0.55, !self->segments },
      { _ (parts[FS_PART_TEST].name), FS_CHART_COLOUR_TEST, 0.55, !self->segments },
      { _ ("looks at"), FS_CHART_COLOUR_TRAIN, 0.45, TRUE },
      { _ ("aims for"), FS_CHART_COLOUR_TRAIN, 1, TRUE },
      { _ ("gap nobody aims for"), FS_CHART_COLOUR_TEXT, 0.35, !self->is_shuffled },
      { self->is_shuffled ? _ ("has rows of another part") : _ ("crosses the border"),
        FS_CHART_COLOUR_BAD, 0.7, TRUE },
    };

    for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
      {
        if (!keys[i].is_shown)
          continue;
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

static void clear_picture (FsWindowPicture *self);

static void
fs_window_picture_finalize (GObject *object)
{
  clear_picture (FS_WINDOW_PICTURE (object));
  G_OBJECT_CLASS (fs_window_picture_parent_class)->finalize (object);
}

static void
fs_window_picture_class_init (FsWindowPictureClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fs_window_picture_finalize;
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

/* ---- what is drawn ---- */

/* Rows [low, high) by their parts; NULL if there are more segments than `most`. */
static GArray *
take_segments (const FsDataset *dataset, size_t low, size_t high, guint most)
{
  GArray *segments = g_array_new (FALSE, FALSE, sizeof (Segment));

  for (size_t row = low; row < high; row++)
    {
      const FsPart part = fs_dataset_part_of_row (dataset, row);
      Segment *last =
          segments->len > 0 ? &g_array_index (segments, Segment, segments->len - 1) : NULL;

      if (last && last->part == part)
        last->end = row + 1;
      else if (segments->len == most)
        {
          g_array_unref (segments);
          return NULL;
        }
      else
        g_array_append_vals (segments, &(Segment){ part, row, row + 1 }, 1);
    }
  return segments;
}

static void
take_shares (FsWindowPicture *self, const FsDataset *dataset)
{
  const size_t n = MIN (self->n_rows, N_COLUMNS);

  for (size_t column = 0; column < n; column++)
    {
      const size_t from = column * self->n_rows / n, to = (column + 1) * self->n_rows / n;
      double *shares = self->shares[column];

      memset (shares, 0, sizeof self->shares[column]);
      for (size_t row = from; row < to; row++)
        shares[fs_dataset_part_of_row (dataset, row)] += 1.0 / (double) (to - from);
    }
}

static void
take_border (Border *border, const FsDataset *dataset, FsPart part)
{
  border->row = fs_windows_find_border (dataset, part);
  border->n_places = 0;
  g_clear_pointer (&border->segments, g_array_unref);
  if (border->row >= dataset->n_rows || dataset->windows[part].n == 0)
    return;
  border->n_places = fs_windows_at_border (dataset, border->row, N_EACH, border->places);
  border->low = border->row - 1;
  border->high = border->row + 1;
  for (size_t i = 0; i < border->n_places; i++)
    {
      border->low = MIN (border->low, border->places[i].start);
      border->high = MAX (border->high, border->places[i].end);
    }
  border->high = MIN (border->high, dataset->n_rows);
  border->segments = take_segments (dataset, border->low, border->high, G_MAXUINT);
}

static void
clear_picture (FsWindowPicture *self)
{
  g_clear_pointer (&self->segments, g_array_unref);
  for (int i = 0; i < N_BORDERS; i++)
    g_clear_pointer (&self->borders[i].segments, g_array_unref);
}

void
fs_window_picture_set (FsWindowPicture *self,
                       const FsDataset *dataset,
                       const FsExperiment *experiment)
{
  g_autofree char *words =
      dataset ? fs_window_picture_describe (dataset, experiment) : g_strdup ("");

  self->is_set = dataset && dataset->n_rows > 0;
  if (self->is_set)
    {
      clear_picture (self);
      self->n_rows = dataset->n_rows;
      self->purge = dataset->purge;
      self->is_shuffled = is_shuffled (dataset);
      self->segments = take_segments (dataset, 0, dataset->n_rows, MOST_SEGMENTS);
      if (!self->segments)
        take_shares (self, dataset);
      for (int i = 0; i < N_BORDERS; i++)
        take_border (&self->borders[i], dataset, (FsPart) (FS_PART_VALIDATION + i));
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The confusion matrix. See confusion-matrix.h. One function draws it on the screen and on paper. */

#include "ui/views/confusion-matrix.h"

#include <math.h>
#include <pango/pangocairo.h>
#include "ui/chart/chart-palette.h"
#include "ui/text.h"

#define LEAST_CELL_PX 26
#define HIGHEST_CELL_PX 44
#define MOST_NAME_PX 110
#define GAP_PX 4
#define FONT "Cantarell, Sans 9"
#define MOST_NUMBERED 16 /* classes: beyond them cells are too small for numbers */

struct _FsConfusionMatrix
{
  GtkWidget parent_instance;

  gsize n;
  size_t *counts;     /* [n][n] */
  char **names;       /* [n], NULL at the end */
  gsize truth, taken; /* the chosen cell */
};

G_DEFINE_FINAL_TYPE (FsConfusionMatrix, fs_confusion_matrix, GTK_TYPE_WIDGET);

static guint chosen_signal;

static size_t
row_sum (const size_t *counts, gsize n, gsize row)
{
  size_t sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += counts[row * n + i];
  return sum;
}

char *
fs_confusion_matrix_describe (const size_t *counts,
                              char *const *names,
                              gsize n,
                              gsize truth,
                              gsize taken)
{
  const size_t sum = n > 0 ? row_sum (counts, n, truth) : 0;
  const size_t count = n > 0 ? counts[truth * n + taken] : 0;

  if (n == 0)
    return g_strdup (_ ("Nothing has been classified yet."));
  if (sum == 0)
    return g_strdup_printf (_ ("None is %s."), names[truth]);
  if (truth == taken)
    return g_strdup_printf (_ ("%s found: %zu of %zu, %.0f %%."), names[truth], count, sum,
                            100 * (double) count / (double) sum);
  return g_strdup_printf (_ ("%s taken for %s: %zu of %zu, %.0f %%."), names[truth], names[taken],
                          count, sum, 100 * (double) count / (double) sum);
}

/* ---- where things lie ---- */

typedef struct
{
  double left, top, cell_width, cell_height;
} Layout;

static Layout
lay_out (gsize n, double width, double height)
{
  const double name = MIN (MOST_NAME_PX, width * 0.3);
  const double line = 18;
  const double rows = (double) MAX (n, 1);
  Layout layout = { .left = name + GAP_PX, .top = line };

  layout.cell_width = MAX ((width - layout.left) / rows, 1);
  layout.cell_height = MIN (MAX ((height - layout.top) / rows, 1), HIGHEST_CELL_PX);
  return layout;
}

/* ---- drawing ---- */

typedef struct
{
  cairo_t *cr;
  PangoLayout *text;
  const FsChartPalette *palette;
} Pen;

static void
put (Pen *pen,
     const char *text,
     FsChartColour colour,
     double x,
     double y,
     double width,
     double height,
     PangoAlignment alignment)
{
  int text_height;

  pango_layout_set_text (pen->text, text, -1);
  pango_layout_set_width (pen->text, (int) (width * PANGO_SCALE));
  pango_layout_set_alignment (pen->text, alignment);
  pango_layout_get_pixel_size (pen->text, NULL, &text_height);
  gdk_cairo_set_source_rgba (pen->cr, &pen->palette->colours[colour]);
  cairo_move_to (pen->cr, x, y + (height - text_height) / 2);
  pango_cairo_show_layout (pen->cr, pen->text);
}

static void
draw_cell (Pen *pen, const Layout *layout, size_t count, size_t sum, gsize row, gsize column)
{
  const double share = sum > 0 ? (double) count / (double) sum : 0;
  GdkRGBA colour =
      pen->palette->colours[row == column ? FS_CHART_COLOUR_TRAIN : FS_CHART_COLOUR_VALIDATION];

  colour.alpha = (float) (0.05 + 0.55 * share);
  gdk_cairo_set_source_rgba (pen->cr, &colour);
  cairo_rectangle (pen->cr, layout->left + (double) column * layout->cell_width,
                   layout->top + (double) row * layout->cell_height, layout->cell_width - 1,
                   layout->cell_height - 1);
  cairo_fill (pen->cr);
}

static void
draw_number (Pen *pen, const Layout *layout, size_t count, size_t sum, gsize row, gsize column)
{
  char text[64];

  if (sum > 0 && layout->cell_width > 74)
    g_snprintf (text, sizeof text, "%zu · %.0f %%", count, 100 * (double) count / (double) sum);
  else
    g_snprintf (text, sizeof text, "%zu", count);
  put (pen, text, count > 0 ? FS_CHART_COLOUR_TEXT : FS_CHART_COLOUR_DIM,
       layout->left + (double) column * layout->cell_width,
       layout->top + (double) row * layout->cell_height, layout->cell_width - 1,
       layout->cell_height - 1, PANGO_ALIGN_CENTER);
}

static void
draw_matrix (Pen *pen,
             const size_t *counts,
             char *const *names,
             gsize n,
             double width,
             double height)
{
  const Layout layout = lay_out (n, width, height);

  pango_layout_set_ellipsize (pen->text, PANGO_ELLIPSIZE_END);
  put (pen, _ ("true ↓  found →"), FS_CHART_COLOUR_DIM, 0, 0, layout.left - GAP_PX, layout.top,
       PANGO_ALIGN_LEFT);
  for (gsize i = 0; i < n; i++)
    {
      const size_t sum = row_sum (counts, n, i);

      put (pen, names[i], FS_CHART_COLOUR_DIM, layout.left + (double) i * layout.cell_width, 0,
           layout.cell_width - 1, layout.top, PANGO_ALIGN_CENTER);
      put (pen, names[i], FS_CHART_COLOUR_TEXT, 0, layout.top + (double) i * layout.cell_height,
           layout.left - GAP_PX, layout.cell_height, PANGO_ALIGN_RIGHT);
      for (gsize k = 0; k < n; k++)
        {
          draw_cell (pen, &layout, counts[i * n + k], sum, i, k);
          if (n <= MOST_NUMBERED)
            draw_number (pen, &layout, counts[i * n + k], sum, i, k);
        }
    }
}

void
fs_confusion_matrix_draw (cairo_t *cr,
                          const size_t *counts,
                          char *const *names,
                          gsize n,
                          double width_px,
                          double height_px)
{
  g_autoptr (PangoLayout) text = pango_cairo_create_layout (cr);
  PangoFontDescription *font = pango_font_description_from_string (FONT);
  Pen pen = { cr, text, fs_chart_palette_light () };

  pango_layout_set_font_description (text, font);
  pango_font_description_free (font);
  draw_matrix (&pen, counts, names, n, width_px, height_px);
}

static void
fs_confusion_matrix_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsConfusionMatrix *self = FS_CONFUSION_MATRIX (widget);
  const double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  const Layout layout = lay_out (self->n, width, height);
  g_autoptr (PangoLayout) text = gtk_widget_create_pango_layout (widget, NULL);
  PangoAttrList *attributes;
  FsChartPalette palette = *fs_chart_palette_light ();
  cairo_t *cr;

  if (self->n == 0)
    return;
  for (int i = 0; i < FS_CHART_N_COLOURS; i++)
    gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                    fs_chart_colour_name ((FsChartColour) i), &palette.colours[i]);
  attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_scale_new (0.85));
  pango_layout_set_attributes (text, attributes);
  pango_attr_list_unref (attributes);
  cr = gtk_snapshot_append_cairo (snapshot,
                                  &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  draw_matrix (&(Pen){ cr, text, &palette }, self->counts, self->names, self->n, width, height);
  gdk_cairo_set_source_rgba (cr, &palette.colours[FS_CHART_COLOUR_CURSOR]);
  cairo_set_line_width (cr, gtk_widget_has_visible_focus (widget) ? 3 : 1.5);
  cairo_rectangle (cr, layout.left + (double) self->taken * layout.cell_width + 1,
                   layout.top + (double) self->truth * layout.cell_height + 1,
                   layout.cell_width - 3, layout.cell_height - 3);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
fs_confusion_matrix_measure (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline)
{
  FsConfusionMatrix *self = FS_CONFUSION_MATRIX (widget);
  const int cells = (int) MIN (self->n, 100) * LEAST_CELL_PX;

  *minimum = *natural =
      orientation == GTK_ORIENTATION_HORIZONTAL ? MOST_NAME_PX + cells : 18 + cells * 2 / 3;
}

/* ---- choosing ---- */

static void
tell (FsConfusionMatrix *self)
{
  g_autofree char *words =
      fs_confusion_matrix_describe (self->counts, self->names, self->n, self->truth, self->taken);

  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
  g_signal_emit (self, chosen_signal, 0, words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
fs_confusion_matrix_choose (FsConfusionMatrix *self, gsize truth, gsize taken)
{
  if (truth >= self->n || taken >= self->n)
    return;
  self->truth = truth;
  self->taken = taken;
  tell (self);
}

static gboolean
key_cb (FsConfusionMatrix *self, guint key, guint code, GdkModifierType modifiers)
{
  const gsize truth = self->truth, taken = self->taken;

  switch (key)
    {
    case GDK_KEY_Left:
      fs_confusion_matrix_choose (self, truth, taken - 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
      fs_confusion_matrix_choose (self, truth, taken + 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
      fs_confusion_matrix_choose (self, truth - 1, taken);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
      fs_confusion_matrix_choose (self, truth + 1, taken);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
motion_cb (FsConfusionMatrix *self, double x, double y)
{
  const Layout layout = lay_out (self->n, gtk_widget_get_width (GTK_WIDGET (self)),
                                 gtk_widget_get_height (GTK_WIDGET (self)));
  const double column = floor ((x - layout.left) / layout.cell_width);
  const double row = floor ((y - layout.top) / layout.cell_height);

  if (row < 0 || column < 0 || row >= (double) self->n || column >= (double) self->n
      || ((gsize) row == self->truth && (gsize) column == self->taken))
    return;
  fs_confusion_matrix_choose (self, (gsize) row, (gsize) column);
}

/* ---- life ---- */

/* The cell that is confused most often, unless the one that is chosen is still there. */
static void
choose_first (FsConfusionMatrix *self)
{
  size_t most = 0;

  self->truth = self->taken = 0;
  for (gsize i = 0; i < self->n; i++)
    for (gsize k = 0; k < self->n; k++)
      if (i != k && self->counts[i * self->n + k] > most)
        {
          most = self->counts[i * self->n + k];
          self->truth = i;
          self->taken = k;
        }
}

void
fs_confusion_matrix_set (FsConfusionMatrix *self, const size_t *counts, char *const *names, gsize n)
{
  const gboolean is_other = n != self->n;

  g_free (self->counts);
  g_strfreev (self->names);
  self->n = n;
  self->counts = g_memdup2 (counts, n * n * sizeof *counts);
  self->names = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++)
    self->names[i] = g_strdup (names[i]);
  if (is_other)
    {
      choose_first (self);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  tell (self);
}

static void
fs_confusion_matrix_finalize (GObject *object)
{
  FsConfusionMatrix *self = FS_CONFUSION_MATRIX (object);

  g_free (self->counts);
  g_strfreev (self->names);
  G_OBJECT_CLASS (fs_confusion_matrix_parent_class)->finalize (object);
}

static void
fs_confusion_matrix_class_init (FsConfusionMatrixClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = fs_confusion_matrix_finalize;
  widget_class->snapshot = fs_confusion_matrix_snapshot;
  widget_class->measure = fs_confusion_matrix_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "confusionmatrix");
  chosen_signal = g_signal_new ("chosen", FS_TYPE_CONFUSION_MATRIX, G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
fs_confusion_matrix_init (FsConfusionMatrix *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();

  self->names = g_new0 (char *, 1);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Confusion matrix"), -1);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_cb), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (motion_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
}

GtkWidget *
fs_confusion_matrix_new (void)
{
  return g_object_new (FS_TYPE_CONFUSION_MATRIX, NULL);
}

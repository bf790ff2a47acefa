/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A number with its interval. See interval-bar.h; the words beside it say the same. */

#include "ui/views/interval-bar.h"

#include <math.h>
#include "ui/chart/chart-palette.h"

#define WIDTH_PX 132
#define HEIGHT_PX 22
#define DOT_PX 8
#define LINE_PX 3

struct _FsIntervalBar
{
  GtkWidget parent_instance;

  double value, low, high, reach;
};

G_DEFINE_FINAL_TYPE (FsIntervalBar, fs_interval_bar, GTK_TYPE_WIDGET);

static void
fill (FsIntervalBar *self,
      GtkSnapshot *snapshot,
      FsChartColour colour,
      double x,
      double y,
      double width,
      double height)
{
  GdkRGBA rgba = fs_chart_palette_light ()->colours[colour];

  gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (self)),
                                  fs_chart_colour_name (colour), &rgba);
  gtk_snapshot_append_color (
      snapshot, &rgba, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

static double
place (FsIntervalBar *self, double value, double width)
{
  double share = self->reach > 0 ? CLAMP (value / self->reach, -1, 1) : 0;

  return width / 2 + share * (width / 2 - DOT_PX);
}

static void
fs_interval_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsIntervalBar *self = FS_INTERVAL_BAR (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  FsChartColour colour = self->low > 0    ? FS_CHART_COLOUR_GOOD
                         : self->high < 0 ? FS_CHART_COLOUR_BAD
                                          : FS_CHART_COLOUR_DIM;

  fill (self, snapshot, FS_CHART_COLOUR_GRID, 0, height / 2 - 0.5, width, 1);
  fill (self, snapshot, FS_CHART_COLOUR_DIM, floor (width / 2), 2, 1, height - 4);
  if (!isfinite (self->value))
    return;
  if (isfinite (self->low) && isfinite (self->high))
    {
      double left = place (self, self->low, width), right = place (self, self->high, width);

      fill (self, snapshot, colour, left, (height - LINE_PX) / 2, MAX (right - left, 1), LINE_PX);
    }
  fill (self, snapshot, colour, place (self, self->value, width) - DOT_PX / 2.0,
        (height - DOT_PX) / 2, DOT_PX, DOT_PX);
}

static void
fs_interval_bar_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? WIDTH_PX : HEIGHT_PX;
}

static void
fs_interval_bar_class_init (FsIntervalBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->snapshot = fs_interval_bar_snapshot;
  widget_class->measure = fs_interval_bar_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "intervalbar");
}

static void
fs_interval_bar_init (FsIntervalBar *self)
{
  self->value = self->low = self->high = NAN;
}

GtkWidget *
fs_interval_bar_new (void)
{
  return g_object_new (FS_TYPE_INTERVAL_BAR, "valign", GTK_ALIGN_CENTER, NULL);
}

void
fs_interval_bar_set (FsIntervalBar *self, double value, double low, double high, double reach)
{
  self->value = value;
  self->low = low;
  self->high = high;
  self->reach = reach;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

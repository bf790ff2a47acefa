/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A picture of the split. See split-bar.h. */

#include "ui/controls/split-bar.h"

#include <math.h>
#include "ui/chart/chart-plot.h"
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/text.h"

#define WIDTH_PX 96
#define HEIGHT_PX 12
#define LEAST_GAP_PX 1 /* parts stay told apart without a gap */

struct _FsSplitBar
{
  GtkWidget parent_instance;

  double ends[FS_N_PARTS]; /* shares of the rows, ascending to 1 */
  double gap;              /* share */
};

G_DEFINE_FINAL_TYPE (FsSplitBar, fs_split_bar, GTK_TYPE_WIDGET);

static const FsChartColour part_colours[FS_N_PARTS] = {
  [FS_PART_TRAIN] = FS_CHART_COLOUR_TRAIN,
  [FS_PART_VALIDATION] = FS_CHART_COLOUR_VALIDATION,
  [FS_PART_TEST] = FS_CHART_COLOUR_TEST,
};

static void
fs_split_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FsSplitBar *self = FS_SPLIT_BAR (widget);
  double width = gtk_widget_get_width (widget);
  double height = gtk_widget_get_height (widget);
  double start = 0;

  for (int part = 0; part < FS_N_PARTS; part++)
    {
      double from = part == 0 ? 0 : MAX (start + self->gap * width, start + LEAST_GAP_PX);
      double to = self->ends[part] * width;
      GdkRGBA colour;

      if (to > from
          && gtk_style_context_lookup_color (gtk_widget_get_style_context (widget),
                                             fs_chart_colour_name (part_colours[part]), &colour))
        gtk_snapshot_append_color (
            snapshot, &colour,
            &GRAPHENE_RECT_INIT ((float) from, 0, (float) (to - from), (float) height));
      start = to;
    }
}

static void
fs_split_bar_measure (GtkWidget *widget,
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
fs_split_bar_class_init (FsSplitBarClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  widget_class->snapshot = fs_split_bar_snapshot;
  widget_class->measure = fs_split_bar_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "splitbar");
}

static void
fs_split_bar_init (FsSplitBar *self)
{
}

GtkWidget *
fs_split_bar_new (void)
{
  return g_object_new (FS_TYPE_SPLIT_BAR, "valign", GTK_ALIGN_CENTER, NULL);
}

void
fs_split_bar_set (FsSplitBar *self, const FsExperiment *experiment, const FsDataset *dataset)
{
  g_autofree char *words = NULL;

  double shares[FS_N_PARTS];

  fs_facts_shares (experiment, dataset, shares);
  self->ends[FS_PART_TRAIN] = shares[FS_PART_TRAIN];
  self->ends[FS_PART_VALIDATION] = shares[FS_PART_TRAIN] + shares[FS_PART_VALIDATION];
  self->ends[FS_PART_TEST] = 1;
  self->gap =
      dataset && dataset->n_rows > 0 ? (double) dataset->purge / (double) dataset->n_rows : 0;
  words = g_strdup_printf (_ ("%.0f percent train, %.0f percent validate, %.0f percent test"),
                           self->ends[FS_PART_TRAIN] * 100,
                           (self->ends[FS_PART_VALIDATION] - self->ends[FS_PART_TRAIN]) * 100,
                           (1 - self->ends[FS_PART_VALIDATION]) * 100);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  fs_tooltip_set (GTK_WIDGET (self), words);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

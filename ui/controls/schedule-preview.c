/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The planned learning rate. See schedule-preview.h. */

#include "ui/controls/schedule-preview.h"

#include <math.h>
#include "engine/base/number.h"
#include "engine/train/schedule.h"
#include "ui/chart/chart.h"
#include "ui/text.h"

#define HEIGHT_PX 104

/* More than the panel is wide; a schedule that moves with the epochs of a short run has each of them. */
#define N_POINTS 601

struct _FsSchedulePreview
{
  AdwPreferencesRow parent_instance;

  GtkWidget *chart;
};

G_DEFINE_FINAL_TYPE (FsSchedulePreview, fs_schedule_preview, ADW_TYPE_PREFERENCES_ROW);

static gboolean
is_planned (const FsExperiment *experiment)
{
  return experiment->train.schedule.type != FS_SCHEDULE_NONE && experiment->train.epochs > 0;
}

static gsize
count_points (const FsExperiment *experiment, gsize steps_per_epoch)
{
  const double n_steps = (double) experiment->train.epochs * (double) steps_per_epoch;

  return n_steps < N_POINTS ? (gsize) n_steps : N_POINTS;
}

/* The number of the point's epoch, with the share of it that is over. */
static double
epoch_of_point (const FsExperiment *experiment, gsize steps_per_epoch, gsize i, gsize n)
{
  const double last = (double) experiment->train.epochs * (double) steps_per_epoch - 1;
  const double step = n > 1 ? floor (last * (double) i / (double) (n - 1) + 0.5) : 0;

  return 1 + step / (double) steps_per_epoch;
}

FsPlot *
fs_schedule_preview_plot (const FsExperiment *experiment, gsize steps_per_epoch)
{
  FsPlot *plot = fs_plot_new ();
  const gsize n = is_planned (experiment) ? count_points (experiment, steps_per_epoch) : 0;
  g_autofree double *rates = g_new (double, n + 1);
  g_autofree double *epochs = g_new (double, n + 1);

  fs_plot_set_title (plot, _ ("Planned rate"), NULL);
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ ("epoch"),
                                           .file_title = "epoch",
                                           .has_range = TRUE,
                                           .low = 1,
                                           .high = fmax ((double) experiment->train.epochs + 1, 2),
                                           .is_whole = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE });
  if (n == 0)
    return plot;
  fs_schedule_preview (experiment, steps_per_epoch, rates, n);
  for (gsize i = 0; i < n; i++)
    epochs[i] = epoch_of_point (experiment, steps_per_epoch, i, n);
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("rate"),
                                             .file_name = "rate",
                                             .colour = FS_CHART_COLOUR_TRAIN,
                                             .x = epochs,
                                             .y = rates,
                                             .n = n });
  return plot;
}

static const char *
write_rate (double rate, char *number, gsize size)
{
  fs_number_write_short (rate, 3, number);
  return fs_text_mark_number (number, size);
}

char *
fs_schedule_preview_describe (const FsExperiment *experiment, gsize steps_per_epoch)
{
  const gsize n = is_planned (experiment) ? count_points (experiment, steps_per_epoch) : 0;
  g_autofree double *rates = g_new (double, n + 1);
  char first[FS_NUMBER_SIZE], highest[FS_NUMBER_SIZE], last[FS_NUMBER_SIZE];
  gsize peak = 0;

  if (n == 0)
    return g_strdup (_ ("The learning rate stays as it is."));
  if (experiment->train.schedule.type == FS_SCHEDULE_PLATEAU)
    return g_strdup_printf (
        _ ("The learning rate stays at %s until the loss stands still: when that "
           "will be cannot be drawn beforehand."),
        write_rate (experiment->train.learning_rate, first, sizeof first));
  fs_schedule_preview (experiment, steps_per_epoch, rates, n);
  for (gsize i = 1; i < n; i++)
    if (rates[i] > rates[peak])
      peak = i;
  return g_strdup_printf (
      _ ("The learning rate begins at %s, is highest in epoch %.0f with %s and ends at %s."),
      write_rate (rates[0], first, sizeof first),
      floor (epoch_of_point (experiment, steps_per_epoch, peak, n)),
      write_rate (rates[peak], highest, sizeof highest),
      write_rate (rates[n - 1], last, sizeof last));
}

void
fs_schedule_preview_set (FsSchedulePreview *self,
                         const FsExperiment *experiment,
                         const FsDataset *dataset)
{
  const gsize batch = (gsize) MAX (experiment->train.batch, 1);
  const gsize n_windows = dataset ? dataset->windows[FS_PART_TRAIN].n : 0;
  const gsize steps_per_epoch = MAX ((n_windows + batch - 1) / batch, 1);
  g_autofree char *words = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), is_planned (experiment));
  if (!is_planned (experiment))
    return;
  words = fs_schedule_preview_describe (experiment, steps_per_epoch);
  fs_chart_take_plot (FS_CHART (self->chart),
                      fs_schedule_preview_plot (experiment, steps_per_epoch));
  fs_chart_set_description (FS_CHART (self->chart), words);
}

static void
fs_schedule_preview_class_init (FsSchedulePreviewClass *class)
{
}

static void
fs_schedule_preview_init (FsSchedulePreview *self)
{
  self->chart = fs_chart_new (_ ("Planned learning rate"));
  gtk_widget_set_size_request (self->chart, -1, HEIGHT_PX);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->chart);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
}

GtkWidget *
fs_schedule_preview_new (void)
{
  return g_object_new (FS_TYPE_SCHEDULE_PREVIEW, NULL);
}

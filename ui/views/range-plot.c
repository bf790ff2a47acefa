/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The picture of a range test. See range-plot.h. */

#include "ui/views/range-plot.h"

#include <math.h>
#include "engine/base/number.h"
#include "ui/text.h"

#define RATE_DIGITS 4

char *
fs_range_plot_rate (double rate)
{
  char number[FS_NUMBER_SIZE];

  return g_strdup (fs_number_write_short (rate, RATE_DIGITS, number));
}

char *
fs_range_plot_shown_rate (double rate)
{
  char number[FS_NUMBER_SIZE];

  fs_number_write_short (rate, RATE_DIGITS, number);
  return g_strdup (fs_text_mark_number (number, sizeof number));
}

static gboolean
has_burst (const FsRangeNews *news)
{
  return news->is_over && news->n > 0 && news->n < news->n_steps;
}

FsPlot *
fs_range_plot_make (const FsRangeNews *news)
{
  const FsRangeTestSettings settings = fs_range_test_settings_default ();
  FsPlot *plot = fs_plot_new ();

  fs_plot_set_title (plot, _ ("Loss against rate"), _ ("running mean over the batches"));
  fs_plot_set_placeholder (plot, news && news->is_over ? _ ("There is no curve to show")
                                                       : _ ("Preparing the data"));
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .scale = FS_CHART_LOG,
                                           .title = _ ("rate"),
                                           .file_title = "rate",
                                           .has_range = TRUE,
                                           .low = settings.lowest,
                                           .high = settings.highest });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = FS_CHART_LINEAR });
  if (!news || news->n == 0)
    return plot;
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("loss"),
                                             .file_name = "loss",
                                             .colour = FS_CHART_COLOUR_TRAIN,
                                             .x = news->rates,
                                             .y = news->losses,
                                             .n = news->n });
  if (isfinite (news->valley) && news->valley != news->suggestion)
    {
      g_autofree char *rate = fs_range_plot_shown_rate (news->valley);
      g_autofree char *text = g_strdup_printf (_ ("careful %s"), rate);

      fs_plot_add_mark (
          plot, &(FsPlotMark){ .x = news->valley, .text = text, .colour = FS_CHART_COLOUR_EVENT });
    }
  if (isfinite (news->suggestion))
    {
      g_autofree char *rate = fs_range_plot_shown_rate (news->suggestion);
      g_autofree char *text = g_strdup_printf (_ ("falls fastest · %s"), rate);

      fs_plot_add_flag (plot, &(FsPlotFlag){ .x = news->suggestion,
                                             .text = text,
                                             .colour = FS_CHART_COLOUR_VALIDATION });
    }
  return plot;
}

char *
fs_range_plot_describe (const FsRangeNews *news)
{
  g_autofree char *last = NULL;
  g_autofree char *suggestion = NULL;
  g_autofree char *valley = NULL;

  if (!news)
    return g_strdup (_ ("Reading the file and preparing the windows."));
  if (*news->error)
    return g_strdup (news->error);
  if (news->n > 0)
    last = fs_range_plot_shown_rate (news->rates[news->n - 1]);
  if (!news->is_over)
    return g_strdup_printf (_ ("Step %zu of %zu: rate %s."), news->n, news->n_steps,
                            last ? last : "0");
  if (isnan (news->suggestion))
    return g_strdup (_ ("The loss never fell, so there is nothing to suggest: look at the data and "
                        "the network first."));
  suggestion = fs_range_plot_shown_rate (news->suggestion);
  valley = fs_range_plot_shown_rate (isnan (news->valley) ? news->suggestion : news->valley);
  if (has_burst (news))
    return g_strdup_printf (_ ("The loss falls fastest at %s; a careful choice is %s, within its "
                               "longest fall. Beyond %s it bursts."),
                            suggestion, valley, last);
  return g_strdup_printf (_ ("The loss falls fastest at %s; a careful choice is %s, within its "
                             "longest fall. It did not burst within these rates."),
                          suggestion, valley);
}

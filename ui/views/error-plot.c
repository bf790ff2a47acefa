/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures of what a forecast missed. See error-plot.h. */

#include "ui/views/error-plot.h"

#include <math.h>
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/curve.h"
#include "ui/views/part-style.h"

static const char *const titles[] = {
  [FS_ERROR_RESIDUALS] = N_ ("Residuals"),
  [FS_ERROR_HISTOGRAM] = N_ ("Residual histogram"),
  [FS_ERROR_AUTOCORRELATION] = N_ ("Residual autocorrelation"),
  [FS_ERROR_HORIZON] = N_ ("Error by steps ahead"),
};

/* ---- one function a picture ---- */

static void
draw_residuals (FsPlot *plot, const FsSnapshot *snapshot, const FsResiduals *parts, int n_parts)
{
  const FsDataset *dataset = snapshot->dataset;

  fs_plot_set_x_axis (plot,
                      &(FsPlotAxis){ .scale = dataset->has_dates ? FS_CHART_TIME : FS_CHART_LINEAR,
                                     .title = dataset->has_dates ? NULL : _ ("row"),
                                     .file_title = dataset->has_dates ? NULL : "row",
                                     .is_whole = !dataset->has_dates });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE });
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = 0,
                                           .text = _ ("no miss"),
                                           .colour = FS_CHART_COLOUR_BASELINE,
                                           .dash = FS_PLOT_DOTTED });
  for (int part = 0; part < n_parts; part++)
    {
      g_autoptr (FsCurve) curve = fs_curve_new ();
      const double *x, *y;
      gsize n;

      for (gsize i = 0; i < parts[part].n; i++)
        fs_curve_add (curve, parts[part].times[i], parts[part].values[i]);
      n = fs_curve_points (curve, &x, &y);
      fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (fs_part_style (part)->name),
                                                 .file_name = fs_part_style (part)->name,
                                                 .colour = fs_part_style (part)->colour,
                                                 .width_px = 1,
                                                 .x = x,
                                                 .y = y,
                                                 .n = n });
    }
}

/* Train as bars, the later parts as outlines over them. */
static void
draw_histogram (FsPlot *plot, const FsSnapshot *snapshot, const FsResiduals *parts, int n_parts)
{
  double low = 0, width = 1;
  gsize n_bins = fs_residuals_bins (parts, (gsize) n_parts, &low, &width);
  double x[FS_RESIDUAL_BINS + 1], shares[FS_RESIDUAL_BINS + 1];

  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ ("measured − predicted"),
                                           .file_title = "measured − predicted" });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE });
  for (int part = 0; part < n_parts; part++)
    {
      gboolean has_bars = part == FS_PART_TRAIN;

      if (parts[part].n == 0)
        continue;
      fs_residuals_histogram (&parts[part], low, width, n_bins, shares);
      for (gsize i = 0; i <= n_bins; i++)
        x[i] = low + width * ((double) i + (has_bars ? 0.5 : 0));
      shares[n_bins] = shares[n_bins - 1]; /* the last step is as wide as the others */
      fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (fs_part_style (part)->name),
                                                 .file_name = fs_part_style (part)->name,
                                                 .colour = fs_part_style (part)->colour,
                                                 .form = has_bars ? FS_PLOT_BARS : FS_PLOT_STEPS,
                                                 .alpha = has_bars ? 0.45 : 0,
                                                 .x = x,
                                                 .y = shares,
                                                 .n = n_bins + !has_bars });
    }
}

static void
draw_autocorrelation (FsPlot *plot,
                      const FsSnapshot *snapshot,
                      const FsResiduals *parts,
                      int n_parts)
{
  double x[FS_RESIDUAL_LAGS];
  double widest = 0;

  for (gsize i = 0; i < FS_RESIDUAL_LAGS; i++)
    x[i] = (double) i + 1;
  fs_plot_set_x_axis (plot,
                      &(FsPlotAxis){ .title = _ ("lag"), .file_title = "lag", .is_whole = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE });
  for (int part = 0; part < n_parts; part++)
    {
      double lags[FS_RESIDUAL_LAGS], band = 0;
      gsize n = fs_residuals_autocorrelation (&parts[part], lags, &band);

      if (n == 0)
        continue;
      widest = MAX (widest, band);
      fs_plot_add_series (
          plot, &(FsPlotSeries){ .name = _ (fs_part_style (part)->name),
                                 .file_name = fs_part_style (part)->name,
                                 .colour = fs_part_style (part)->colour,
                                 .form = part == FS_PART_TRAIN ? FS_PLOT_BARS : FS_PLOT_DOTS,
                                 .alpha = part == FS_PART_TRAIN ? 0.45 : 0,
                                 .x = x,
                                 .y = lags,
                                 .n = n });
    }
  if (widest > 0)
    for (int sign = -1; sign <= 1; sign += 2)
      fs_plot_add_level (plot, &(FsPlotLevel){ .y = sign * widest,
                                               .text = sign > 0 ? _ ("chance") : NULL,
                                               .colour = FS_CHART_COLOUR_BASELINE,
                                               .dash = FS_PLOT_DOTTED });
}

static void
draw_horizon (FsPlot *plot, const FsSnapshot *snapshot, const FsResiduals *parts, int n_parts)
{
  gsize n = snapshot->dataset->horizon;
  g_autofree double *x = g_new (double, n);
  g_autofree double *rmse = g_new (double, n);
  g_autofree double *repeat = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    x[i] = (double) i + 1;
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ ("steps ahead"),
                                           .file_title = "steps ahead",
                                           .is_whole = TRUE,
                                           .has_range = TRUE,
                                           .low = n > 1 ? 1 : 0,
                                           .high = n > 1 ? (double) n : 2 });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE });
  for (int part = 0; part < n_parts; part++)
    {
      if (parts[part].n == 0)
        continue;
      fs_forecast_horizon_errors (snapshot, (FsPart) part, rmse, repeat);
      if (part == FS_PART_VALIDATION)
        fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("repeat last value"),
                                                   .file_name = "repeat last value",
                                                   .colour = FS_CHART_COLOUR_BASELINE,
                                                   .dash = FS_PLOT_DOTTED,
                                                   .form = n > 1 ? FS_PLOT_LINE : FS_PLOT_DOTS,
                                                   .x = x,
                                                   .y = repeat,
                                                   .n = n,
                                                   .is_labelled = TRUE });
      fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (fs_part_style (part)->name),
                                                 .file_name = fs_part_style (part)->name,
                                                 .colour = fs_part_style (part)->colour,
                                                 .dash = fs_part_style (part)->dash,
                                                 .form = n > 1 ? FS_PLOT_LINE : FS_PLOT_DOTS,
                                                 .x = x,
                                                 .y = rmse,
                                                 .n = n,
                                                 .is_labelled = TRUE });
    }
}

static void (*const draw[]) (FsPlot *, const FsSnapshot *, const FsResiduals *, int) = {
  [FS_ERROR_RESIDUALS] = draw_residuals,
  [FS_ERROR_HISTOGRAM] = draw_histogram,
  [FS_ERROR_AUTOCORRELATION] = draw_autocorrelation,
  [FS_ERROR_HORIZON] = draw_horizon,
};

/* ---- all of them ---- */

/* Residuals of the parts that may be shown; returns how many there are. */
static int
gather (const FsSnapshot *snapshot, gboolean shows_test, FsResiduals parts[FS_N_PARTS])
{
  int n_parts = shows_test ? FS_N_PARTS : FS_PART_TEST;

  for (int part = 0; part < n_parts; part++)
    fs_residuals_init (&parts[part], snapshot, (FsPart) part);
  return n_parts;
}

static char *
subtitle (FsErrorPicture picture, const FsSnapshot *snapshot)
{
  const char *name = snapshot->dataset->target_name;
  guint32 epoch = snapshot->forecast->epoch;

  switch (picture)
    {
    case FS_ERROR_RESIDUALS:
      return g_strdup_printf (_ ("%s, measured − predicted · epoch %u"), name, epoch);
    case FS_ERROR_HISTOGRAM:
      return g_strdup_printf (_ ("share of the windows · epoch %u"), epoch);
    case FS_ERROR_AUTOCORRELATION:
      return g_strdup_printf (_ ("what one miss tells of the next · epoch %u"), epoch);
    default:
      return g_strdup_printf (_ ("%s, root mean squared error · epoch %u"), name, epoch);
    }
}

FsPlot *
fs_error_plot_make (FsErrorPicture picture, const FsSnapshot *snapshot, gboolean shows_test)
{
  FsPlot *plot = fs_plot_new ();
  FsResiduals parts[FS_N_PARTS] = { { 0 } };
  g_autofree char *text = NULL;
  int n_parts;

  if (!snapshot || !snapshot->dataset || !snapshot->forecast)
    {
      fs_plot_set_title (plot, _ (titles[picture]), NULL);
      fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_placeholder (plot, _ ("Press Train: there is no forecast yet"));
      return plot;
    }
  text = subtitle (picture, snapshot);
  fs_plot_set_title (plot, _ (titles[picture]), text);
  fs_plot_set_placeholder (plot, _ ("Too few windows"));
  n_parts = gather (snapshot, shows_test, parts);
  draw[picture](plot, snapshot, parts, n_parts);
  for (int part = 0; part < n_parts; part++)
    fs_residuals_clear (&parts[part]);
  return plot;
}

/* ---- in words ---- */

static void
tell_part (GString *words, FsErrorPicture picture, const FsSnapshot *snapshot, FsPart part)
{
  FsResiduals residuals;
  const char *name = _ (fs_part_style (part)->name);

  fs_residuals_init (&residuals, snapshot, part);
  if (residuals.n > 0 && picture == FS_ERROR_AUTOCORRELATION)
    {
      double lags[FS_RESIDUAL_LAGS], band = 0;
      gsize n = fs_residuals_autocorrelation (&residuals, lags, &band);
      gsize n_outside = 0;

      for (gsize i = 0; i < n; i++)
        n_outside += fabs (lags[i]) > band;
      if (n > 0)
        g_string_append_printf (words,
                                _ (" Of %s it is %.2f at lag 1; %zu of %zu lags lie outside ±%.2f, "
                                   "which chance exceeds once in 20."),
                                name, lags[0], n_outside, n, band);
    }
  else if (residuals.n > 0 && picture == FS_ERROR_HORIZON)
    {
      gsize n = snapshot->dataset->horizon;
      g_autofree double *rmse = g_new (double, n);
      g_autofree double *repeat = g_new (double, n);
      g_autofree char *first = NULL;
      g_autofree char *last = NULL;
      g_autofree char *repeated = NULL;

      fs_forecast_horizon_errors (snapshot, part, rmse, repeat);
      first = fs_facts_loss (rmse[0]);
      last = fs_facts_loss (rmse[n - 1]);
      repeated = fs_facts_loss (repeat[n - 1]);
      if (n > 1)
        g_string_append_printf (words,
                                _ (" Of %s it is %s one step ahead; %zu steps ahead it is %s, "
                                   "where repeating the last value misses by %s."),
                                name, first, n, last, repeated);
      else
        g_string_append_printf (
            words, _ (" Of %s it is %s one step ahead; repeating the last value misses by %s."),
            name, first, repeated);
    }
  else if (residuals.n > 0)
    {
      g_autofree char *mean = fs_facts_loss (residuals.mean);
      g_autofree char *sd = fs_facts_loss (residuals.sd);

      g_string_append_printf (words, _ (" Of %s: mean %s, standard deviation %s."), name, mean, sd);
    }
  fs_residuals_clear (&residuals);
}

char *
fs_error_plot_describe (FsErrorPicture picture, const FsSnapshot *snapshot, gboolean shows_test)
{
  GString *words;

  if (!snapshot || !snapshot->dataset || !snapshot->forecast)
    return g_strdup (_ ("There is no forecast yet."));
  words = g_string_new (NULL);
  g_string_append_printf (words, _ ("%s of %s by the weights of epoch %u."), _ (titles[picture]),
                          snapshot->dataset->target_name, snapshot->forecast->epoch);
  for (int part = 0; part < (shows_test ? FS_N_PARTS : FS_PART_TEST); part++)
    tell_part (words, picture, snapshot, (FsPart) part);
  return g_string_free (words, FALSE);
}

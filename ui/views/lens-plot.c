/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plots and sentences of the lens. See lens-plot.h. */

#include "ui/views/lens-plot.h"

#include <math.h>
#include "engine/base/number.h"
#include "ui/facts.h"
#include "ui/text.h"

#define DIGITS 4

/* A gap is at least this share of the width, or it would vanish between two pixels. */
#define LEAST_GAP_SHARE (1.0 / 500)

/* Skewness is usually called moderate from a half and strong from 1 on. */
#define MODERATE_SKEWNESS 0.5
#define STRONG_SKEWNESS 1.0

/* A sum of independent values has a correlation beyond this many 1/√n in one case of twenty. */
#define NOISE_WIDTH 1.96

static const char *const chart_names[FS_LENS_N_CHARTS][2] = {
  [FS_LENS_SERIES] = { N_ ("Series before"), N_ ("Series after") },
  [FS_LENS_HISTOGRAM] = { N_ ("Histogram before"), N_ ("Histogram after") },
  [FS_LENS_AUTOCORRELATION] = { N_ ("Autocorrelation before"), N_ ("Autocorrelation after") },
};

const char *
fs_lens_chart_name (FsLensChart chart, gboolean is_after)
{
  return _ (chart_names[chart][is_after ? 1 : 0]);
}

static char *
number (double value)
{
  char text[FS_NUMBER_SIZE];

  fs_number_write_short (value, DIGITS, text);
  return g_strdup (fs_text_mark_number (text, sizeof text));
}

static const FsLensSide *
side_of (const FsLensPicture *picture, gboolean is_after)
{
  return is_after ? &picture->after : &picture->before;
}

static const char *
name_of (const FsLensPicture *picture, gboolean is_after)
{
  return is_after ? picture->channel : picture->source;
}

/* ---- plots ---- */

static void
add_part (FsPlot *plot,
          const FsLensPicture *picture,
          FsPart part,
          const char *text,
          FsChartColour c)
{
  if (picture->part_ends[part] > picture->part_ends[part - 1])
    fs_plot_add_span (plot, &(FsPlotSpan){ .from = (double) picture->part_ends[part - 1],
                                           .to = (double) picture->part_ends[part],
                                           .text = text,
                                           .colour = c });
}

static void
add_gaps (FsPlot *plot, const FsLensPicture *picture)
{
  double least = (double) picture->n_rows * LEAST_GAP_SHARE;

  for (size_t i = 0; i < picture->n_gaps; i++)
    {
      double from = (double) picture->gaps[i].begin - 0.5, to = (double) picture->gaps[i].end - 0.5;
      FsPlotSpan span = { .from = from,
                          .to = MAX (to, from + least),
                          .colour = FS_CHART_COLOUR_BAD };

      /* A span is faint, and a gap is the point of the picture. */
      for (int layer = 0; layer < 3; layer++)
        fs_plot_add_span (plot, &span);
    }
}

static void
add_marks (FsPlot *plot, const FsLensMarks *marks, const char *name, FsChartColour colour)
{
  if (marks->n > 0)
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (name),
                                               .file_name = name,
                                               .colour = colour,
                                               .form = FS_PLOT_DOTS,
                                               .width_px = 4,
                                               .x = marks->x,
                                               .y = marks->y,
                                               .n = marks->n });
}

static void
make_series (FsPlot *plot, const FsLensPicture *picture, gboolean is_after)
{
  const FsLensCurve *curve = &side_of (picture, is_after)->curve;

  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ ("row"),
                                           .file_title = "row",
                                           .has_range = TRUE,
                                           .low = 0,
                                           .high = (double) (picture->n_rows - 1),
                                           .is_whole = TRUE });
  add_part (plot, picture, FS_PART_VALIDATION, _ ("validation"), FS_CHART_COLOUR_VALIDATION);
  add_part (plot, picture, FS_PART_TEST, _ ("test"), FS_CHART_COLOUR_TEST);
  if (!is_after)
    add_gaps (plot, picture);
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = name_of (picture, is_after),
                                             .colour = FS_CHART_COLOUR_TRUTH,
                                             .width_px = 1.2,
                                             .x = curve->x,
                                             .y = curve->y,
                                             .n = curve->n });
  if (is_after)
    add_marks (plot, &picture->filled, N_ ("filled"), FS_CHART_COLOUR_EXTRA_1);
  else
    add_marks (plot, &picture->cut, N_ ("cut"), FS_CHART_COLOUR_BAD);
}

static void
make_histogram (FsPlot *plot, const FsLensPicture *picture, gboolean is_after)
{
  const FsLensSide *side = side_of (picture, is_after);
  double x[FS_LENS_BINS], later[FS_LENS_BINS];
  gboolean has_later = picture->is_scattered || picture->part_ends[FS_PART_TRAIN] < picture->n_rows;

  for (size_t b = 0; b < FS_LENS_BINS; b++)
    {
      x[b] = side->bin_low + ((double) b + 0.5) * side->bin_width;
      later[b] = 100 * side->later_bins[b];
    }
  if (side->bin_width > 0)
    {
      double train[FS_LENS_BINS];

      for (size_t b = 0; b < FS_LENS_BINS; b++)
        train[b] = 100 * side->train_bins[b];
      fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("train %"),
                                                 .file_name = "train %",
                                                 .colour = FS_CHART_COLOUR_TRAIN,
                                                 .form = FS_PLOT_BARS,
                                                 .alpha = 0.7,
                                                 .x = x,
                                                 .y = train,
                                                 .n = FS_LENS_BINS });
      if (has_later)
        fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("later %"),
                                                   .file_name = "later %",
                                                   .colour = FS_CHART_COLOUR_VALIDATION,
                                                   .dash = FS_PLOT_DASHED,
                                                   .width_px = 1.5,
                                                   .x = x,
                                                   .y = later,
                                                   .n = FS_LENS_BINS });
    }
  else
    fs_plot_set_placeholder (plot, _ ("All values are the same"));
}

static void
make_autocorrelation (FsPlot *plot, const FsLensPicture *picture, gboolean is_after)
{
  const FsLensSide *side = side_of (picture, is_after);

  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ ("lag"),
                                           .file_title = "lag",
                                           .is_whole = TRUE,
                                           .has_range = TRUE,
                                           .low = 0,
                                           .high = FS_LENS_LAGS + 1 });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .has_zero = TRUE });
  if (side->n_lags == 0)
    {
      fs_plot_set_placeholder (plot, _ ("All values are the same"));
      return;
    }
  /* Lag 0 is 1 by definition and says nothing. */
  {
    double lags[FS_LENS_LAGS];

    for (size_t k = 0; k < side->n_lags; k++)
      lags[k] = (double) (k + 1);
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("autocorrelation"),
                                               .file_name = "autocorrelation",
                                               .colour = FS_CHART_COLOUR_EXTRA_5,
                                               .form = FS_PLOT_BARS,
                                               .alpha = 0.75,
                                               .x = lags,
                                               .y = side->autocorrelation + 1,
                                               .n = side->n_lags });
  }
}

static void
set_title (FsPlot *plot, const FsLensPicture *picture, FsLensChart chart, gboolean is_after)
{
  static const char *const words[FS_LENS_N_CHARTS] = { NULL, N_ ("of values, %"), N_ ("by lag") };
  const char *title = chart == FS_LENS_SERIES      ? is_after ? _ ("After") : _ ("Before")
                           : chart == FS_LENS_HISTOGRAM ? _ ("Histogram")
                                                   : _ ("Autocorrelation");
  const char *subtitle = _ (words[chart]);

  if (!subtitle && picture)
    subtitle = name_of (picture, is_after);
  fs_plot_set_title (plot, title, subtitle);
}

FsPlot *
fs_lens_plot_make (const FsLensPicture *picture, FsLensChart chart, gboolean is_after)
{
  FsPlot *plot = fs_plot_new ();

  set_title (plot, picture, chart, is_after);
  if (!picture || !side_of (picture, is_after)->is_there)
    {
      fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_placeholder (plot,
                               picture ? _ ("The step cannot be taken") : _ ("Nothing to see yet"));
      return plot;
    }
  if (side_of (picture, is_after)->n_known == 0)
    fs_plot_set_placeholder (plot, _ ("No value is known"));
  else if (chart == FS_LENS_SERIES)
    make_series (plot, picture, is_after);
  else if (chart == FS_LENS_HISTOGRAM)
    make_histogram (plot, picture, is_after);
  else
    make_autocorrelation (plot, picture, is_after);
  return plot;
}

/* ---- sentences ---- */

static char *
describe_series (const FsLensPicture *picture, gboolean is_after)
{
  const FsLensSide *side = side_of (picture, is_after);
  g_autofree char *rows = fs_facts_count ((gint64) picture->n_rows);
  g_autofree char *min = number (side->min), *max = number (side->max);
  g_autofree char *mean = number (side->mean), *sd = number (side->sd);
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text,
      is_after ? _ ("%s after the step: %s rows from %s to %s, mean %s, deviation %s")
               : _ ("%s before the step: %s rows from %s to %s, mean %s, deviation %s"),
      name_of (picture, is_after), rows, min, max, mean, sd);
  if (side->n_missing > 0)
    g_string_append_printf (text, _ ("; %zu missing"), side->n_missing);
  if (is_after && picture->n_filled > 0)
    g_string_append_printf (text, _ ("; %zu filled"), picture->n_filled);
  if (!is_after && picture->n_cut > 0)
    g_string_append_printf (text, _ ("; %zu will be cut"), picture->n_cut);
  if (is_after && picture->n_lost > 0)
    g_string_append_printf (text, _ ("; %zu rows lost"), picture->n_lost);
  g_string_append_c (text, '.');
  return g_string_free (text, FALSE);
}

static char *
describe_histogram (const FsLensPicture *picture, gboolean is_after)
{
  const FsLensSide *side = side_of (picture, is_after);
  g_autofree char *skewness = number (side->skewness);
  double size = fabs (side->skewness);

  if (!(side->max > side->min))
    return g_strdup (_ ("All values are the same."));
  if (size < MODERATE_SKEWNESS)
    return g_strdup_printf (_ ("Nearly even on both sides: skewness %s."), skewness);
  if (size < STRONG_SKEWNESS)
    return g_strdup_printf (side->skewness > 0 ? _ ("Somewhat skewed to the right: skewness %s.")
                                               : _ ("Somewhat skewed to the left: skewness %s."),
                            skewness);
  return g_strdup_printf (side->skewness > 0 ? _ ("Strongly skewed to the right: skewness %s.")
                                             : _ ("Strongly skewed to the left: skewness %s."),
                          skewness);
}

/* The lag from 2 on where the correlation is highest of all peaks; 0 without one beyond noise. */
static size_t
highest_peak (const FsLensSide *side)
{
  const double *r = side->autocorrelation;
  double noise = NOISE_WIDTH / sqrt ((double) MAX (side->n_known, 1));
  size_t best = 0;

  for (size_t k = 2; k < side->n_lags; k++)
    if (r[k] > noise && r[k] > r[k - 1] && r[k] >= r[k + 1] && (best == 0 || r[k] > r[best]))
      best = k;
  return best;
}

static char *
describe_autocorrelation (const FsLensPicture *picture, gboolean is_after)
{
  const FsLensSide *side = side_of (picture, is_after);
  g_autofree char *first = number (round (side->autocorrelation[1] * 100) / 100);
  size_t peak = highest_peak (side);

  if (side->n_lags == 0)
    return g_strdup (_ ("All values are the same."));
  if (peak > 0)
    {
      g_autofree char *at_peak = number (round (side->autocorrelation[peak] * 100) / 100);
      return g_strdup_printf (_ ("From one row to the next %s; it peaks again after %zu rows: %s."),
                              first, peak, at_peak);
    }
  return g_strdup_printf (_ ("From one row to the next %s; no later peak."), first);
}

char *
fs_lens_plot_describe (const FsLensPicture *picture, FsLensChart chart, gboolean is_after)
{
  if (!picture)
    return g_strdup (_ ("Nothing to see yet."));
  if (!side_of (picture, is_after)->is_there)
    return g_strdup (picture->problem[0] ? picture->problem : _ ("Nothing to see yet."));
  if (side_of (picture, is_after)->n_known == 0)
    return g_strdup (_ ("No value is known."));
  switch (chart)
    {
    case FS_LENS_SERIES:
      return describe_series (picture, is_after);
    case FS_LENS_HISTOGRAM:
      return describe_histogram (picture, is_after);
    default:
      return describe_autocorrelation (picture, is_after);
    }
}

char *
fs_lens_summary (const FsLensPicture *picture, const FsStepSpec *spec)
{
  GString *text;

  if (picture->problem[0])
    return g_strdup (picture->problem);
  text = g_string_new (picture->description);
  if (text->len > 0)
    text->str[0] = g_ascii_toupper (text->str[0]);
  g_string_append_c (text, '.');
  if (picture->n_undone > 0)
    g_string_append (text, picture->undo_error < 1e-6 ? _ (" Undone exactly for reports.")
                                                      : _ (" Undone for reports, not exactly."));
  if (spec->fits_all_rows)
    g_string_append (text,
                     _ (" It has seen the rows it will be tested on: scores will look better than "
                        "they are."));
  if (!spec->is_enabled)
    g_string_append (text, _ (" Switched off: this is what it would do."));
  return g_string_free (text, FALSE);
}

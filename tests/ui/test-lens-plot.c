/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens in plots and words: what is known of a picture is in the plot and in the sentence, and a
 * missing or impossible side says so instead of drawing nothing. */

#include "ui/views/lens-plot.h"

#include <math.h>
#include <string.h>
#include "engine/lab/source.h"
#include "ui/views/step-tuner.h"
#include "tests/ui/other-tongue.h"

static FsExperiment
sunspots (void)
{
  FsExperiment experiment = fs_experiment_default ();

  g_strlcpy (experiment.data.source, "builtin:sunspots-monthly", sizeof experiment.data.source);
  return experiment;
}

static FsLensPicture *
look (FsExperiment *experiment, size_t step)
{
  FsLensPicture *picture = g_new0 (FsLensPicture, 1);
  FsFrame *frame = fs_source_load (experiment->data.source, NULL, NULL, NULL);
  FsLens *lens;

  g_assert_nonnull (frame);
  g_assert_cmpint (fs_lens_new (&lens, NULL), ==, FS_OK);
  g_assert_cmpint (fs_lens_look (lens, frame, 1, experiment, step, FS_LENS_NATURAL, picture, NULL),
                   ==, FS_OK);
  fs_lens_free (lens);
  fs_frame_free (frame);
  return picture;
}

static void
assert_has (const char *text, const char *part)
{
  if (!strstr (text, part))
    g_error ("“%s” is not in “%s”", part, text);
}

static void
test_words (void)
{
  FsExperiment experiment = sunspots ();
  g_autofree FsLensPicture *picture = look (&experiment, 1);
  g_autofree char *series = fs_lens_plot_describe (picture, FS_LENS_SERIES, TRUE);
  g_autofree char *histogram = fs_lens_plot_describe (picture, FS_LENS_HISTOGRAM, FALSE);
  g_autofree char *lags = fs_lens_plot_describe (picture, FS_LENS_AUTOCORRELATION, FALSE);
  g_autofree char *summary = fs_lens_summary (picture, &experiment.steps[1]);
  g_autofree char *leak = NULL, *off = NULL;

  assert_has (series, "after the step: 2,820 rows from");
  assert_has (histogram, "skewed to the right: skewness");
  assert_has (lags, "From one row to the next 0.9");
  assert_has (summary, "Standard: mean");
  assert_has (summary, "Undone exactly for reports.");
  experiment.steps[1].fits_all_rows = true;
  leak = fs_lens_summary (picture, &experiment.steps[1]);
  assert_has (leak, "rows it will be tested on");
  experiment.steps[1].is_enabled = false;
  off = fs_lens_summary (picture, &experiment.steps[1]);
  assert_has (off, "Switched off");
}

static void
test_plots (void)
{
  FsExperiment experiment = sunspots ();
  g_autofree FsLensPicture *picture = look (&experiment, 1);

  for (int chart = 0; chart < FS_LENS_N_CHARTS; chart++)
    for (int side = 0; side < 2; side++)
      {
        g_autoptr (FsPlot) plot = fs_lens_plot_make (picture, (FsLensChart) chart, side);
        const FsPlotSeries *series = fs_plot_get_series (plot, 0);

        g_assert_false (fs_plot_is_empty (plot));
        ASSERT_SAME_FILE (fs_lens_plot_make (picture, (FsLensChart) chart, side));
        for (size_t i = 1; i < series->n; i++)
          g_assert_cmpfloat (series->x[i], >, series->x[i - 1]);
      }
  /* Where values are filled or cut there are dots. */
  picture->filled = (FsLensMarks){ 1, { 5 }, { 0.5 } };
  picture->cut = (FsLensMarks){ 2, { 5, 9 }, { 100, 200 } };
  for (int side = 0; side < 2; side++)
    {
      g_autoptr (FsPlot) plot = fs_lens_plot_make (picture, FS_LENS_SERIES, side);
      const FsPlotSeries *marks = fs_plot_get_series (plot, 1);

      g_assert_cmpuint (fs_plot_get_n_series (plot), ==, 2);
      g_assert_cmpint (marks->form, ==, FS_PLOT_DOTS);
      ASSERT_SAME_FILE (fs_lens_plot_make (picture, FS_LENS_SERIES, side));
      g_assert_cmpuint (marks->n, ==, side ? 1 : 2);
    }
}

static void
test_nothing (void)
{
  FsExperiment experiment = sunspots ();
  FsLensPicture *picture;

  experiment.steps[1] = fs_step_spec_default (FS_STEP_TRANSFORM); /* some months have no sunspot */
  picture = look (&experiment, 1);
  g_assert_cmpstr (picture->problem, !=, "");
  for (int chart = 0; chart < FS_LENS_N_CHARTS; chart++)
    {
      g_autoptr (FsPlot) none = fs_lens_plot_make (NULL, (FsLensChart) chart, TRUE);
      g_autoptr (FsPlot) failed = fs_lens_plot_make (picture, (FsLensChart) chart, TRUE);
      g_autofree char *words = fs_lens_plot_describe (NULL, (FsLensChart) chart, TRUE);
      g_autofree char *why = fs_lens_plot_describe (picture, (FsLensChart) chart, TRUE);

      g_assert_true (fs_plot_is_empty (none));
      g_assert_true (fs_plot_is_empty (failed));
      g_assert_cmpstr (words, !=, "");
      g_assert_cmpstr (why, ==, picture->problem);
    }
  g_free (picture);
}

/* Every number of every step can be dragged within what its row allows, and the default is inside. */
static void
test_slider_ranges (void)
{
  const FsSchema *schema = fs_schema_step ();

  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsSetting *setting = &schema->settings[i];
      double low, high;

      if (setting->type != FS_TYPE_NUMBER && setting->type != FS_TYPE_INTEGER)
        continue;
      fs_step_tuner_range (setting, setting->default_value, &low, &high);
      g_assert_cmpfloat (low, <, high);
      g_assert_cmpfloat (low, >=, setting->min);
      g_assert_cmpfloat (high, <=, setting->max);
      if (!setting->special_word || setting->default_value != setting->special_value)
        g_assert_true (low <= setting->default_value && setting->default_value <= high);
      fs_step_tuner_range (setting, setting->max, &low, &high);
      g_assert_cmpfloat (high, ==, setting->max);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/lens-plot/words", test_words);
  g_test_add_func ("/lens-plot/plots", test_plots);
  g_test_add_func ("/lens-plot/nothing", test_nothing);
  g_test_add_func ("/lens-plot/slider-ranges", test_slider_ranges);
  return g_test_run ();
}

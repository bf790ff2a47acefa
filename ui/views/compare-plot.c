/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The plot of compared runs. See compare-plot.h. */

#include "ui/views/compare-plot.h"

#include <math.h>
#include "ui/facts.h"
#include "ui/text.h"

/* A curve is drawn with at most about as many points as a chart is wide; each stands for the epochs up
 * to the next, and spikes among those are kept: the lowest and the highest. */
#define MAX_POINTS 2000

#define TRAIN_WIDTH_PX 1.4

guint
fs_compare_group (const FsComparedRun *runs, guint n, guint *groups)
{
  guint n_groups = 0;

  for (guint i = 0; i < n; i++)
    {
      groups[i] = n_groups;
      for (guint k = 0; k < i && groups[i] == n_groups; k++)
        if (runs[k].family == runs[i].family && runs[i].family != 0)
          groups[i] = groups[k];
      n_groups += groups[i] == n_groups;
    }
  return n_groups;
}

FsChartColour
fs_compare_colour (guint group)
{
  static const FsChartColour colours[FS_COMPARE_N_COLOURS] = {
    FS_CHART_COLOUR_TRAIN,   FS_CHART_COLOUR_VALIDATION, FS_CHART_COLOUR_EXTRA_1,
    FS_CHART_COLOUR_EXTRA_2, FS_CHART_COLOUR_EXTRA_4,    FS_CHART_COLOUR_EXTRA_3,
  };
  return colours[group % FS_COMPARE_N_COLOURS];
}

static guint32
forked_after (const FsHistory *history)
{
  for (gsize i = history->n_events; i-- > 0;)
    if (history->events[i].kind == FS_EVENT_FORKED)
      return history->events[i].epoch;
  return 0;
}

/* The same up to and with that epoch: equal numbers, not only equal settings. */
static gboolean
shares_past (const FsHistory *left, const FsHistory *right, guint32 epoch)
{
  return left->n_observations >= epoch && right->n_observations >= epoch
         && left->observations[epoch - 1].train_loss == right->observations[epoch - 1].train_loss;
}

/* Where one of the runs branches off another of them; 0 if it does not. */
static guint32
find_fork_of (const FsComparedRun *runs, guint n, guint index)
{
  const FsSnapshot *branch = runs[index].snapshot;
  guint32 epoch = branch ? forked_after (&branch->history) : 0;

  for (guint i = 0; epoch > 0 && i < n; i++)
    if (i != index && runs[i].snapshot
        && shares_past (&branch->history, &runs[i].snapshot->history, epoch))
      return epoch;
  return 0;
}

guint32
fs_compare_find_fork (const FsComparedRun *runs, guint n)
{
  guint32 fork = 0;

  for (guint i = 0; i < n && fork == 0; i++)
    fork = find_fork_of (runs, n, i);
  return fork;
}

static double
loss_at (const FsHistory *history, gsize index, gboolean is_train)
{
  const FsObservation *at = &history->observations[index];
  double loss = is_train ? at->train_loss : at->validation_loss;

  return isfinite (loss) ? loss : NAN;
}

/* ---- one run ---- */

/* Of long runs the extremes of each stretch, in their order. */
static gsize
gather (const FsHistory *history, gsize from, gboolean is_train, double *x, double *y)
{
  const gsize n = history->n_observations;
  const gsize stretch = n > MAX_POINTS ? 2 * n / MAX_POINTS + 1 : 1;
  gsize n_points = 0;

  for (gsize begin = from; begin < n; begin += stretch)
    {
      gsize low = begin, high = begin;

      for (gsize i = begin; i < MIN (begin + stretch, n); i++)
        {
          if (loss_at (history, i, is_train) < loss_at (history, low, is_train))
            low = i;
          if (loss_at (history, i, is_train) > loss_at (history, high, is_train))
            high = i;
        }
      for (int end = 0; end < (low == high ? 1 : 2); end++)
        {
          gsize at = end == 0 ? MIN (low, high) : MAX (low, high);
          x[n_points] = history->observations[at].epoch;
          y[n_points++] = loss_at (history, at, is_train);
        }
    }
  return n_points;
}

/* Of a branch what it shares is the other run's curve: from the fork on it has its own. */
static void
add_curve (FsPlot *plot, const FsComparedRun *run, guint32 fork, guint group, gboolean is_train)
{
  const FsHistory *history = &run->snapshot->history;
  g_autofree double *x = g_new (double, MIN (history->n_observations, 2 * MAX_POINTS) + 2);
  g_autofree double *y = g_new (double, MIN (history->n_observations, 2 * MAX_POINTS) + 2);
  gboolean is_main = !is_train || !history->has_validation;
  g_autofree char *name =
      is_main ? g_strdup (run->name) : g_strdup_printf (_ ("%s train"), run->name);
  g_autofree char *file_name = g_strconcat (run->name, is_main ? NULL : " train", NULL);
  gsize n = gather (history, fork > 0 ? fork - 1 : 0, is_train, x, y);

  fs_plot_add_series (plot, &(FsPlotSeries){ .name = name,
                                             .file_name = file_name,
                                             .colour = fs_compare_colour (group),
                                             .dash = is_train ? FS_PLOT_SOLID : FS_PLOT_DASHED,
                                             .width_px = is_train ? TRAIN_WIDTH_PX : 0,
                                             .x = x,
                                             .y = y,
                                             .n = n,
                                             .is_labelled = is_main });
}

/* ---- the seeds of one experiment ---- */

typedef struct
{
  gsize n; /* epochs */
  double *x, *low, *high, *mean;
} Band;

static void
band_clear (Band *band)
{
  g_free (band->x);
  g_free (band->low);
  g_free (band->high);
  g_free (band->mean);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Band, band_clear)

/* Over the runs that have the epoch. */
static void
band_measure (Band *band,
              const FsComparedRun *runs,
              const guint *groups,
              guint n,
              guint group,
              gboolean is_train)
{
  gsize longest = 0;

  for (guint i = 0; i < n; i++)
    if (groups[i] == group && runs[i].snapshot)
      longest = MAX (longest, runs[i].snapshot->history.n_observations);
  band->n = longest;
  band->x = g_new (double, longest + 1);
  band->low = g_new (double, longest + 1);
  band->high = g_new (double, longest + 1);
  band->mean = g_new (double, longest + 1);
  for (gsize epoch = 0; epoch < longest; epoch++)
    {
      double low = NAN, high = NAN, sum = 0;
      guint count = 0;

      for (guint i = 0; i < n; i++)
        {
          const FsHistory *history =
              groups[i] == group && runs[i].snapshot ? &runs[i].snapshot->history : NULL;
          double loss =
              history && epoch < history->n_observations ? loss_at (history, epoch, is_train) : NAN;

          if (isnan (loss))
            continue;
          low = fmin (low, loss);
          high = fmax (high, loss);
          sum += loss;
          count++;
        }
      band->x[epoch] = (double) epoch + 1;
      band->low[epoch] = low;
      band->high[epoch] = high;
      band->mean[epoch] = count ? sum / count : NAN;
    }
}

static void
add_band (FsPlot *plot,
          const FsComparedRun *runs,
          const guint *groups,
          guint n,
          guint group,
          const char *name,
          gboolean is_train,
          gboolean is_main)
{
  g_auto (Band) band = { 0 };
  g_autofree char *full = is_main ? g_strdup (name) : g_strdup_printf (_ ("%s train"), name);
  g_autofree char *file_name = g_strconcat (name, is_main ? NULL : " train", NULL);

  band_measure (&band, runs, groups, n, group, is_train);
  if (is_main)
    fs_plot_add_ribbon (plot, &(FsPlotRibbon){ .colour = fs_compare_colour (group),
                                               .alpha = 0.2,
                                               .x = band.x,
                                               .from = band.low,
                                               .to = band.high,
                                               .n = band.n });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = full,
                                             .file_name = file_name,
                                             .colour = fs_compare_colour (group),
                                             .dash = is_train ? FS_PLOT_SOLID : FS_PLOT_DASHED,
                                             .width_px = is_train ? TRAIN_WIDTH_PX : 0,
                                             .x = band.x,
                                             .y = band.mean,
                                             .n = band.n,
                                             .is_labelled = is_main });
}

/* ---- all ---- */

static guint
count_members (const guint *groups, guint n, guint group)
{
  guint count = 0;

  for (guint i = 0; i < n; i++)
    count += groups[i] == group;
  return count;
}

static void
add_group (FsPlot *plot, const FsComparedRun *runs, const guint *groups, guint n, guint group)
{
  guint first = 0, n_members = count_members (groups, n, group);
  gboolean has_validation;

  while (first < n && (groups[first] != group || !runs[first].snapshot))
    first++;
  if (first == n)
    return; /* still being read */
  has_validation = runs[first].snapshot->history.has_validation;
  if (n_members == 1)
    {
      const guint32 fork = find_fork_of (runs, n, first);

      add_curve (plot, &runs[first], fork, group, TRUE);
      if (has_validation)
        add_curve (plot, &runs[first], fork, group, FALSE);
    }
  else
    {
      g_autofree char *name = g_strdup_printf (_ ("%s, %u seeds"), runs[first].name, n_members);
      add_band (plot, runs, groups, n, group, name, TRUE, !has_validation);
      if (has_validation)
        add_band (plot, runs, groups, n, group, name, FALSE, TRUE);
    }
}

FsPlot *
fs_compare_plot_make (const FsComparedRun *runs, guint n)
{
  FsPlot *plot = fs_plot_new ();
  g_autofree guint *groups = g_new0 (guint, n + 1);
  guint n_groups = fs_compare_group (runs, n, groups);
  const guint32 fork = fs_compare_find_fork (runs, n);
  gsize longest = 1;
  const char *unit = NULL;
  g_autofree char *loss = NULL;
  g_autofree char *subtitle = NULL;

  for (guint i = 0; i < n; i++)
    if (runs[i].snapshot)
      {
        longest = MAX (longest, runs[i].snapshot->history.n_observations);
        if (!loss)
          loss = fs_facts_loss_name (&runs[i].snapshot->experiment);
      }
  unit = loss ? loss : "";
  subtitle = g_strdup_printf (_ ("%s · dashed: validation, solid: train"), unit);
  fs_plot_set_title (plot, _ ("Compared runs"), loss ? subtitle : NULL);
  fs_plot_set_placeholder (plot, n == 0 ? _ ("Choose runs to compare") : _ ("Reading the epochs"));
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = C_ ("axis", "epoch"),
                                           .file_title = "epoch",
                                           .has_range = TRUE,
                                           .low = 1,
                                           .high = MAX ((double) longest, 2),
                                           .is_whole = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = FS_CHART_LOG });
  for (guint group = 0; group < n_groups; group++)
    add_group (plot, runs, groups, n, group);
  if (fork > 0)
    fs_plot_add_mark (
        plot, &(FsPlotMark){ .x = fork, .text = _ ("branch"), .colour = FS_CHART_COLOUR_EVENT });
  return plot;
}

char *
fs_compare_plot_describe (const FsComparedRun *runs, guint n)
{
  GString *words = g_string_new (NULL);

  if (n == 0)
    return g_strdup (_ ("No run is chosen."));
  for (guint i = 0; i < n; i++)
    {
      const FsHistory *history = runs[i].snapshot ? &runs[i].snapshot->history : NULL;

      g_string_append_printf (words, "%s%s", i ? " " : "", runs[i].name);
      if (!history || history->n_observations == 0)
        g_string_append (words, _ (": no epoch yet."));
      else
        {
          g_autofree char *best = fs_facts_loss (fs_history_monitored (history, history->best));
          g_string_append_printf (words, _ (": %u epochs, lowest %s loss %s at epoch %u."),
                                  (guint) history->n_observations,
                                  history->has_validation ? _ ("validation") : _ ("train"), best,
                                  history->observations[history->best].epoch);
        }
    }
  return g_string_free (words, FALSE);
}

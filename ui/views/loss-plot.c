/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loss chart's plot. See loss-plot.h. */

#include "ui/views/loss-plot.h"

#include <math.h>
#include "engine/lab/noise-floor.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/curve.h"

/* An exponential average from its first value on: `share` is how much of the weight is spent. */
typedef struct
{
  double sum, share;
} Average;

struct FsLossPlot
{
  FsCurve *train, *running, *validation;
  FsCurve *smooth_train, *smooth_validation; /* empty without smoothing */
  FsCurve *second, *second_validation;       /* empty without a second axis */
  FsLossSecond what_second;
  double smoothing;
  Average train_average, validation_average;
  gsize n_seen; /* observations already in the curves */
};

FsLossPlot *
fs_loss_plot_new (void)
{
  FsLossPlot *self = g_new0 (FsLossPlot, 1);

  self->train = fs_curve_new ();
  self->running = fs_curve_new ();
  self->validation = fs_curve_new ();
  self->smooth_train = fs_curve_new ();
  self->smooth_validation = fs_curve_new ();
  self->second = fs_curve_new ();
  self->second_validation = fs_curve_new ();
  return self;
}

void
fs_loss_plot_free (FsLossPlot *self)
{
  if (!self)
    return;
  fs_curve_free (self->train);
  fs_curve_free (self->running);
  fs_curve_free (self->validation);
  fs_curve_free (self->smooth_train);
  fs_curve_free (self->smooth_validation);
  fs_curve_free (self->second);
  fs_curve_free (self->second_validation);
  g_free (self);
}

void
fs_loss_plot_reset (FsLossPlot *self)
{
  fs_curve_clear (self->train);
  fs_curve_clear (self->running);
  fs_curve_clear (self->validation);
  fs_curve_clear (self->smooth_train);
  fs_curve_clear (self->smooth_validation);
  fs_curve_clear (self->second);
  fs_curve_clear (self->second_validation);
  self->train_average = self->validation_average = (Average){ 0 };
  self->n_seen = 0;
}

void
fs_loss_plot_set_smoothing (FsLossPlot *self, double weight)
{
  if (weight == self->smoothing)
    return;
  self->smoothing = weight;
  fs_loss_plot_reset (self); /* the next plot gathers everything again */
}

void
fs_loss_plot_set_second (FsLossPlot *self, FsLossSecond second)
{
  if (second == self->what_second)
    return;
  self->what_second = second;
  fs_loss_plot_reset (self);
}

/* A gap stays one and leaves the average as it was. */
static double
follow (Average *average, double value, double weight)
{
  if (isnan (value))
    return NAN;
  average->sum = weight * average->sum + (1 - weight) * value;
  average->share = weight * average->share + (1 - weight);
  return average->sum / average->share;
}

/* A number that no axis can show is a gap, not a line to the sky. */
static double
finite_or_gap (double value)
{
  return isfinite (value) ? value : NAN;
}

#define PERCENT 100.0

static const struct
{
  const char *choice;  /* of a menu */
  const char *measure; /* in the subtitle */
  const char *name;    /* of the curve */
  const char *validation_name;
  FsPlotAxis axis;
} seconds[FS_N_LOSS_SECOND] = {
  [FS_LOSS_SECOND_NONE] = { N_ ("Loss alone") },
  [FS_LOSS_SECOND_RATE] = { N_ ("Learning rate"),
                            N_ ("learning rate"),
                            N_ ("rate"),
                            NULL,
                            { .has_zero = TRUE } },
  [FS_LOSS_SECOND_GRADIENT] = { N_ ("Gradient norm"),
                                N_ ("gradient norm"),
                                N_ ("gradient"),
                                NULL,
                                { .has_zero = TRUE } },
  [FS_LOSS_SECOND_ACCURACY] = { N_ ("Accuracy"),
                                N_ ("accuracy in %"),
                                N_ ("train accuracy"),
                                N_ ("accuracy"),
                                { .has_range = TRUE, .low = 0, .high = 100 } },
};

static double
second_of (const FsObservation *at, FsLossSecond second)
{
  switch (second)
    {
    case FS_LOSS_SECOND_RATE:
      return at->learning_rate;
    case FS_LOSS_SECOND_GRADIENT:
      return at->gradient_norm;
    case FS_LOSS_SECOND_ACCURACY:
      return PERCENT * at->train_accuracy;
    default:
      return NAN;
    }
}

static void
gather_second (FsLossPlot *self, const FsObservation *at)
{
  fs_curve_add (self->second, at->epoch, finite_or_gap (second_of (at, self->what_second)));
  if (self->what_second == FS_LOSS_SECOND_ACCURACY)
    fs_curve_add (self->second_validation, at->epoch,
                  finite_or_gap (PERCENT * at->validation_accuracy));
}

static void
gather (FsLossPlot *self, const FsHistory *history)
{
  if (history->n_observations < self->n_seen)
    fs_loss_plot_reset (self);
  for (; self->n_seen < history->n_observations; self->n_seen++)
    {
      const FsObservation *at = &history->observations[self->n_seen];

      fs_curve_add (self->train, at->epoch, finite_or_gap (at->train_loss));
      fs_curve_add (self->running, at->epoch, finite_or_gap (at->running_loss));
      fs_curve_add (self->validation, at->epoch, finite_or_gap (at->validation_loss));
      if (self->what_second != FS_LOSS_SECOND_NONE)
        gather_second (self, at);
      if (self->smoothing > 0)
        {
          fs_curve_add (
              self->smooth_train, at->epoch,
              follow (&self->train_average, finite_or_gap (at->train_loss), self->smoothing));
          fs_curve_add (self->smooth_validation, at->epoch,
                        follow (&self->validation_average, finite_or_gap (at->validation_loss),
                                self->smoothing));
        }
    }
}

/* While a run goes on the axis grows in steps (20, 50, 100, …), so that the curve moves and the
 * axis stands; a finished run fills it. */
static double
axis_end (const FsSnapshot *snapshot)
{
  double n = (double) snapshot->history.n_observations;
  double wanted = (double) snapshot->experiment.train.epochs;
  double step = 10;
  static const double factors[] = { 2, 2.5, 2 };

  if (snapshot->state == FS_RUN_FINISHED)
    return MAX (n, 1);
  for (int i = 0; step < n; i = (i + 1) % 3)
    step *= factors[i];
  return MAX (MIN (step, MAX (wanted, n)), 1);
}

static void
add_levels (FsPlot *plot, const FsSnapshot *snapshot)
{
  const FsBaseline *baseline = &snapshot->baselines.parts[FS_PART_VALIDATION];
  const double noise =
      snapshot->dataset ? fs_noise_floor (&snapshot->experiment, snapshot->dataset) : NAN;

  if (snapshot->baselines.is_of_classes && isfinite (baseline->mean))
    fs_plot_add_level (plot, &(FsPlotLevel){ .y = baseline->mean,
                                             .text = _ ("shares of the classes"),
                                             .colour = FS_CHART_COLOUR_BASELINE,
                                             .dash = FS_PLOT_DOTTED });
  if (isfinite (baseline->persistence))
    fs_plot_add_level (plot, &(FsPlotLevel){ .y = baseline->persistence,
                                             .text = _ ("repeat last value"),
                                             .colour = FS_CHART_COLOUR_BASELINE,
                                             .dash = FS_PLOT_DOTTED });
  if (isfinite (baseline->seasonal_naive))
    fs_plot_add_level (plot, &(FsPlotLevel){ .y = baseline->seasonal_naive,
                                             .text = _ ("repeat last season"),
                                             .colour = FS_CHART_COLOUR_BASELINE,
                                             .dash = FS_PLOT_DOTTED });
  if (isfinite (noise))
    fs_plot_add_level (plot, &(FsPlotLevel){ .y = noise,
                                             .text = _ ("noise floor"),
                                             .colour = FS_CHART_COLOUR_GOOD,
                                             .dash = FS_PLOT_DASH_DOT });
}

/* What the chart calls an event; NULL for what changed nothing in the curves. */
static const char *
event_text (const FsEvent *event)
{
  switch (event->kind)
    {
    case FS_EVENT_LEARNING_RATE:
    case FS_EVENT_SETTING:
    case FS_EVENT_NON_FINITE:
      return event->text;
    case FS_EVENT_FORKED:
      return _ ("branch begins");
    case FS_EVENT_PAUSED:
    case FS_EVENT_RESUMED:
      break;
    }
  return NULL;
}

static void
add_events (FsPlot *plot, const FsHistory *history, guint32 shown_epoch)
{
  for (size_t i = 0; i < history->n_events; i++)
    {
      const FsEvent *event = &history->events[i];
      const gboolean is_bad = event->kind == FS_EVENT_NON_FINITE;

      if (event_text (event))
        fs_plot_add_mark (
            plot, &(FsPlotMark){ .x = event->epoch,
                                 .text = event_text (event),
                                 .colour = is_bad ? FS_CHART_COLOUR_BAD : FS_CHART_COLOUR_EVENT });
    }
  if (shown_epoch > 0)
    fs_plot_add_mark (plot, &(FsPlotMark){ .x = shown_epoch,
                                           .text = _ ("shown below"),
                                           .colour = FS_CHART_COLOUR_CURSOR });
}

/* What the run keeps at its end is not what it ended with. */
static gboolean
has_restored (const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;

  return snapshot->state == FS_RUN_FINISHED && history->n_observations > 0
         && history->best + 1 < history->n_observations
         && snapshot->experiment.train.stop.restores_best;
}

static void
add_restored (FsPlot *plot, const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;
  const gsize n = history->n_observations;
  g_autofree char *text = NULL;

  if (!has_restored (snapshot))
    return;
  text = g_strdup_printf (_ ("weights of epoch %u restored"),
                          history->observations[history->best].epoch);
  fs_plot_add_mark (plot, &(FsPlotMark){ .x = history->observations[n - 1].epoch,
                                         .text = text,
                                         .colour = FS_CHART_COLOUR_EVENT });
}

/* The curve as it is; with smoothing, faint below its smoothed self. */
static void
add_curve (FsPlot *plot,
           const char *name,
           FsChartColour colour,
           FsPlotDash dash,
           FsCurve *raw,
           FsCurve *smooth)
{
  g_autofree char *smooth_name = g_strconcat (_ (name), _ (", smoothed"), NULL);
  g_autofree char *smooth_file_name = g_strconcat (name, ", smoothed", NULL);
  const double *x, *y, *smooth_x, *smooth_y;
  gsize n_smooth = fs_curve_points (smooth, &smooth_x, &smooth_y);
  gsize n = fs_curve_points (raw, &x, &y);

  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (name),
                                             .file_name = name,
                                             .colour = colour,
                                             .dash = n_smooth > 0 ? FS_PLOT_SOLID : dash,
                                             .width_px = n_smooth > 0 ? 1 : 0,
                                             .alpha = n_smooth > 0 ? 0.35 : 0,
                                             .x = x,
                                             .y = y,
                                             .n = n,
                                             .is_labelled = n_smooth == 0 });
  if (n_smooth > 0)
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = smooth_name,
                                               .file_name = smooth_file_name,
                                               .colour = colour,
                                               .dash = dash,
                                               .x = smooth_x,
                                               .y = smooth_y,
                                               .n = n_smooth,
                                               .is_labelled = TRUE });
}

static void
add_curves (FsLossPlot *self, FsPlot *plot, const FsHistory *history)
{
  const double *x, *y, *validation_x, *validation_y;
  gsize n = fs_curve_points (self->running, &x, &y);
  gsize n_validation = fs_curve_points (self->validation, &validation_x, &validation_y);

  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("running"),
                                             .file_name = "running",
                                             .colour = FS_CHART_COLOUR_RUNNING,
                                             .width_px = 1,
                                             .x = x,
                                             .y = y,
                                             .n = n,
                                             .is_quiet = TRUE });
  n = fs_curve_points (self->train, &x, &y);
  /* Between two curves that were reduced alike but not at the same places, an area would lie; long
   * runs do without. */
  if (history->has_validation && n == history->n_observations
      && n_validation == history->n_observations)
    fs_plot_add_ribbon (
        plot,
        &(FsPlotRibbon){
            .colour = FS_CHART_COLOUR_VALIDATION, .x = x, .from = y, .to = validation_y, .n = n });
  add_curve (plot, N_ ("train"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, self->train,
             self->smooth_train);
  if (history->has_validation)
    add_curve (plot, N_ ("validation"), FS_CHART_COLOUR_VALIDATION, FS_PLOT_DASHED,
               self->validation, self->smooth_validation);
}

static void
add_second_curve (FsPlot *plot,
                  const char *name,
                  FsCurve *curve,
                  FsChartColour colour,
                  FsPlotDash dash)
{
  const double *x, *y;
  gsize n = fs_curve_points (curve, &x, &y);

  if (n > 0)
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (name),
                                               .file_name = name,
                                               .colour = colour,
                                               .dash = dash,
                                               .width_px = 1.5,
                                               .x = x,
                                               .y = y,
                                               .n = n,
                                               .is_labelled = TRUE,
                                               .is_second = TRUE });
}

static void
add_second (FsLossPlot *self, FsPlot *plot)
{
  if (self->what_second == FS_LOSS_SECOND_NONE)
    return;
  fs_plot_set_second_axis (plot, &seconds[self->what_second].axis);
  add_second_curve (plot, seconds[self->what_second].name, self->second, FS_CHART_COLOUR_EXTRA_1,
                    FS_PLOT_DASH_DOT);
  if (self->what_second == FS_LOSS_SECOND_ACCURACY)
    add_second_curve (plot, seconds[self->what_second].validation_name, self->second_validation,
                      FS_CHART_COLOUR_EXTRA_2, FS_PLOT_DOTTED);
}

const char *
fs_loss_plot_second_name (FsLossSecond second)
{
  return _ (seconds[second].choice);
}

char *
fs_loss_plot_describe_second (const FsSnapshot *snapshot, FsLossSecond second)
{
  const FsHistory *history = snapshot ? &snapshot->history : NULL;
  const FsObservation *last;
  g_autofree char *value = NULL;

  if (second == FS_LOSS_SECOND_NONE || !history || history->n_observations == 0)
    return g_strdup ("");
  last = &history->observations[history->n_observations - 1];
  value = fs_facts_loss (second == FS_LOSS_SECOND_ACCURACY && history->has_validation
                             ? PERCENT * last->validation_accuracy
                             : second_of (last, second));
  return g_strdup_printf (_ (" On the right axis: %s, %s."), _ (seconds[second].measure), value);
}

FsPlot *
fs_loss_plot_make (FsLossPlot *self, const FsSnapshot *snapshot, guint32 shown_epoch)
{
  FsPlot *plot = fs_plot_new ();
  const FsHistory *history;
  g_autofree char *loss = NULL;

  if (!snapshot || snapshot->state == FS_RUN_LOADING || snapshot->state == FS_RUN_FAILED)
    {
      fs_plot_set_title (plot, _ ("Loss"), NULL);
      fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
      fs_plot_set_placeholder (plot, !snapshot || snapshot->state == FS_RUN_LOADING
                                         ? _ ("Loading and preparing")
                                         : _ ("Nothing to train"));
      return plot;
    }
  history = &snapshot->history;
  gather (self, history);
  loss = fs_facts_loss_name (&snapshot->experiment);
  if (self->what_second == FS_LOSS_SECOND_NONE)
    fs_plot_set_title (plot, _ ("Loss"), loss);
  else
    {
      g_autofree char *both =
          g_strdup_printf (_ ("%s · right: %s"), loss, _ (seconds[self->what_second].measure));
      fs_plot_set_title (plot, _ ("Loss"), both);
    }
  fs_plot_set_placeholder (plot, snapshot->state == FS_RUN_TRAINING
                                     ? _ ("The first epoch is on its way")
                                     : _ ("Press Train, and the loss draws itself here"));
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = C_ ("axis", "epoch"),
                                           .file_title = "epoch",
                                           .has_range = TRUE,
                                           .low = history->n_observations > 0 ? 1 : 0,
                                           .high = axis_end (snapshot),
                                           .is_whole = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .scale = FS_CHART_LOG });
  add_levels (plot, snapshot);
  add_events (plot, history, shown_epoch);
  add_restored (plot, snapshot);
  add_curves (self, plot, history);
  add_second (self, plot);
  if (history->n_observations > 1)
    {
      guint32 best = history->observations[history->best].epoch;
      g_autofree char *text = g_strdup_printf (_ ("best · epoch %u"), best);

      fs_plot_add_flag (plot, &(FsPlotFlag){ .x = best,
                                             .text = text,
                                             .colour = history->has_validation
                                                           ? FS_CHART_COLOUR_VALIDATION
                                                           : FS_CHART_COLOUR_TRAIN });
    }
  return plot;
}

static char *
describe_losses (const FsSnapshot *snapshot)
{
  const FsHistory *history;
  const FsObservation *last, *best;
  g_autofree char *train = NULL;
  g_autofree char *validation = NULL;
  g_autofree char *lowest = NULL;

  if (!snapshot || snapshot->history.n_observations == 0)
    return g_strdup (_ ("No epoch has been trained yet."));
  history = &snapshot->history;
  last = &history->observations[history->n_observations - 1];
  best = &history->observations[history->best];
  train = fs_facts_loss (last->train_loss);
  if (!history->has_validation)
    return g_strdup_printf (_ ("After epoch %u the train loss is %s. There is no validation part."),
                            last->epoch, train);
  validation = fs_facts_loss (last->validation_loss);
  lowest = fs_facts_loss (best->validation_loss);
  return g_strdup_printf (_ ("After epoch %u the train loss is %s and the validation loss %s. The "
                             "lowest validation loss is %s, at epoch %u."),
                          last->epoch, train, validation, lowest, best->epoch);
}

/* A screen reader is not told of a hundred steps of a schedule. */
#define MAX_DESCRIBED_EVENTS 6

char *
fs_loss_plot_describe (const FsSnapshot *snapshot)
{
  g_autofree char *losses = describe_losses (snapshot);
  GString *words = g_string_new (losses);
  const FsHistory *history = snapshot ? &snapshot->history : NULL;
  guint n_left = MAX_DESCRIBED_EVENTS;

  for (size_t i = 0; history && i < history->n_events && n_left > 0; i++)
    if (event_text (&history->events[i]))
      {
        g_string_append_c (words, ' ');
        g_string_append_printf (words, _ ("After epoch %u: %s."), history->events[i].epoch,
                                event_text (&history->events[i]));
        n_left--;
      }
  if (history && snapshot->dataset
      && isfinite (fs_noise_floor (&snapshot->experiment, snapshot->dataset)))
    {
      g_autofree char *noise =
          fs_facts_loss (fs_noise_floor (&snapshot->experiment, snapshot->dataset));
      g_string_append_c (words, ' ');
      g_string_append_printf (words, _ ("The noise in this made series alone scores %s."), noise);
    }
  if (snapshot && has_restored (snapshot))
    {
      g_string_append_c (words, ' ');
      g_string_append_printf (words, _ ("The weights of epoch %u are restored."),
                              history->observations[history->best].epoch);
    }
  return g_string_free (words, FALSE);
}

FsPlot *
fs_loss_plot_sparkline (const FsSpark *spark, gboolean has_validation)
{
  FsPlot *plot = fs_plot_new ();
  double train[FS_SPARK_POINTS + 1], validation[FS_SPARK_POINTS + 1];
  const gsize n = spark->n;

  for (gsize i = 0; i < n; i++)
    {
      train[i] = finite_or_gap (spark->train[i]);
      validation[i] = finite_or_gap (spark->validation[i]);
    }
  fs_plot_set_x_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE });
  fs_plot_set_y_axis (plot, &(FsPlotAxis){ .is_unnamed = TRUE, .scale = FS_CHART_LOG });
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("train"),
                                             .file_name = "train",
                                             .colour = FS_CHART_COLOUR_TRAIN,
                                             .width_px = 1.5,
                                             .y = train,
                                             .n = n });
  if (has_validation)
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ ("validation"),
                                               .file_name = "validation",
                                               .colour = FS_CHART_COLOUR_VALIDATION,
                                               .dash = FS_PLOT_DASHED,
                                               .width_px = 1.5,
                                               .y = validation,
                                               .n = n });
  return plot;
}

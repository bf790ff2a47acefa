/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures of the inside. See inside-plot.h. Most are lines over the probes and come from two tables:
 * what a picture is, and which figures of a layer are its lines. */

#include "ui/views/inside-plot.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/diagnose/limits.h"
#include "ui/text.h"
#include "ui/views/curve.h"

#define PERCENT 100.0
#define MAX_LEVELS 2

/* The findings say nothing of the rank of fewer units, nor of the halves of shorter windows. */
#define LEAST_TO_RANK 16
#define LEAST_TO_REACH 8

typedef struct
{
  const char *name, *unit;
  const char *meaning;
  const char *healthy;
  FsPlotAxis y;
  gboolean is_percent;
  struct
  {
    double y;
    const char *text;
  } levels[MAX_LEVELS];
} Picture;

/* clang-format off */
static const Picture pictures[FS_N_INSIDE] = {
  [FS_INSIDE_ENDS] = {
    N_ ("Gates at their ends"), N_ ("% of values, over windows and steps"),
    N_ ("A gate that stands at 0 or 1 has no slope there, so what it does can no longer be learned."),
    N_ ("gates or candidate below 50 %"),
    { .has_range = TRUE, .low = 0, .high = 100 }, TRUE,
    { { PERCENT * FS_LIMIT_SATURATED, "50 %" } } },
  [FS_INSIDE_MEANS] = {
    N_ ("Gates on average"), N_ ("0 shut … 1 open"),
    N_ ("The forget gate says how much of the past is kept from one step to the next."),
    N_ ("forget gate above 0.2"),
    { .has_range = TRUE, .low = 0, .high = 1 }, FALSE,
    { { FS_LIMIT_SHUT_GATE, N_ ("shut 0.2") } } },
  [FS_INSIDE_STATES] = {
    N_ ("Cell and hidden state"), N_ ("size of the numbers"),
    N_ ("The cell is the memory; one that keeps growing along the window drowns what comes new."),
    N_ ("cell below 10 at the window's end, or not 3 times its beginning"),
    { .has_zero = TRUE }, FALSE,
    { { FS_LIMIT_CELL, "10" } } },
  [FS_INSIDE_UNITS] = {
    N_ ("Units in use"), N_ ("% of units"),
    N_ ("Dead units say the same at every row; a low rank means that the others repeat each other."),
    N_ ("dead below 20 %, rank above 10 %"),
    { .has_range = TRUE, .low = 0, .high = 100 }, TRUE,
    { { PERCENT * FS_LIMIT_DEAD, N_ ("dead 20 %") }, { PERCENT * FS_LIMIT_RANK, N_ ("rank 10 %") } } },
  [FS_INSIDE_PAST] = {
    N_ ("Gradient through time"), N_ ("share of the largest"),
    N_ ("How much of the error reaches back to each step: what gets none cannot teach its meaning."),
    N_ ("fading by less than a quarter a step, not growing"),
    { .has_range = TRUE, .low = 0, .high = 1 }, FALSE, { { 0 } } },
  [FS_INSIDE_ATTENTION] = {
    N_ ("Attention"), N_ ("weight of each step, on average"),
    N_ ("How much each step of the window counts in the answer; all together are 1."),
    NULL, { .has_zero = TRUE }, FALSE, { { 0 } } },
  [FS_INSIDE_REACH] = {
    N_ ("Reach into the past"), N_ ("% that the older half of the window has"),
    N_ ("The gradient teaches the old rows; the influence is how much they change the answer."),
    N_ ("gradient above 0.5 %, influence above 0.1 %"),
    { .scale = FS_CHART_LOG }, TRUE,
    { { PERCENT * FS_LIMIT_OLDER_SHARE, N_ ("gradient 0.5 %") },
      { PERCENT * FS_LIMIT_IDLE, N_ ("influence 0.1 %") } } },
  [FS_INSIDE_UPDATES] = {
    N_ ("Step against weights"), N_ ("‖Δw‖ / ‖w‖ of the epoch's last batch"),
    N_ ("Longer steps throw the weights about, much shorter ones leave them where they began."),
    N_ ("0.0003 to 0.1"),
    { .scale = FS_CHART_LOG }, FALSE,
    { { FS_LIMIT_LARGE_UPDATE, "" }, { FS_LIMIT_SMALL_UPDATE, "" } } },
  [FS_INSIDE_GRADIENTS] = {
    N_ ("Gradient of each tensor"), N_ ("norm, of the epoch's last batch"),
    N_ ("A tensor whose gradient is far below the others' hardly learns."),
    NULL, { .scale = FS_CHART_LOG }, FALSE, { { 0 } } },
  [FS_INSIDE_WEIGHTS] = {
    N_ ("Weights of each tensor"), N_ ("norm, of the epoch's last batch"),
    N_ ("Weights that grow without end make the network's answers ever sharper."),
    NULL, { .scale = FS_CHART_LOG }, FALSE, { { 0 } } },
  [FS_INSIDE_NORMS] = {
    N_ ("Gradient of the batches"), N_ ("norm before clipping"),
    N_ ("A few huge gradients undo what the other batches of the epoch have learned."),
    N_ ("largest below 20 times the median"),
    { .scale = FS_CHART_LOG }, FALSE, { { 0 } } },
  [FS_INSIDE_CLIPPED] = {
    N_ ("Clipped batches"), N_ ("% of the epoch's"),
    N_ ("Clipping is a guard against rare spikes; in every batch it only shortens the steps."),
    N_ ("below 95 %"),
    { .has_range = TRUE, .low = 0, .high = 100 }, TRUE,
    { { PERCENT * FS_LIMIT_CLIPPED, "95 %" } } },
  [FS_INSIDE_NOISE] = {
    N_ ("Noise of the gradient"), N_ ("windows a batch would need for the signal to win"),
    N_ ("A batch far below it follows its own windows, and the next one takes the step back."),
    N_ ("below 10 times the batch"),
    { .scale = FS_CHART_LOG }, FALSE, { { 0 } } },
};

typedef struct
{
  FsInsidePicture picture;
  const char *name;
  FsChartColour colour;
  FsPlotDash dash;
  size_t offset; /* of a float in FsLayerProbe */
  size_t plus;   /* of another that is added; 0 = none */
} Line;

#define AT(field) offsetof (FsLayerProbe, field)
#define ENDS(state) AT (gates[state].low), AT (gates[state].high)
#define MEAN(state) AT (gates[state].mean), 0

static const Line lines[] = {
  { FS_INSIDE_ENDS, N_ ("input gate"), FS_CHART_COLOUR_EXTRA_2, FS_PLOT_DASHED, ENDS (FS_STATE_INPUT_GATE) },
  { FS_INSIDE_ENDS, N_ ("forget gate"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, ENDS (FS_STATE_FORGET_GATE) },
  { FS_INSIDE_ENDS, N_ ("output gate"), FS_CHART_COLOUR_EXTRA_1, FS_PLOT_DOTTED, ENDS (FS_STATE_OUTPUT_GATE) },
  { FS_INSIDE_ENDS, N_ ("reset gate"), FS_CHART_COLOUR_EXTRA_2, FS_PLOT_DASHED, ENDS (FS_STATE_RESET_GATE) },
  { FS_INSIDE_ENDS, N_ ("update gate"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, ENDS (FS_STATE_UPDATE_GATE) },
  { FS_INSIDE_ENDS, N_ ("candidate"), FS_CHART_COLOUR_VALIDATION, FS_PLOT_DASH_DOT, ENDS (FS_STATE_CANDIDATE) },
  { FS_INSIDE_MEANS, N_ ("input gate"), FS_CHART_COLOUR_EXTRA_2, FS_PLOT_DASHED, MEAN (FS_STATE_INPUT_GATE) },
  { FS_INSIDE_MEANS, N_ ("forget gate"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, MEAN (FS_STATE_FORGET_GATE) },
  { FS_INSIDE_MEANS, N_ ("output gate"), FS_CHART_COLOUR_EXTRA_1, FS_PLOT_DOTTED, MEAN (FS_STATE_OUTPUT_GATE) },
  { FS_INSIDE_MEANS, N_ ("reset gate"), FS_CHART_COLOUR_EXTRA_2, FS_PLOT_DASHED, MEAN (FS_STATE_RESET_GATE) },
  { FS_INSIDE_MEANS, N_ ("update gate"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, MEAN (FS_STATE_UPDATE_GATE) },
  { FS_INSIDE_STATES, N_ ("cell at the end"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, AT (cell_late), 0 },
  { FS_INSIDE_STATES, N_ ("cell early"), FS_CHART_COLOUR_EXTRA_2, FS_PLOT_DASHED, AT (cell_early), 0 },
  { FS_INSIDE_STATES, N_ ("spread of h"), FS_CHART_COLOUR_VALIDATION, FS_PLOT_DASH_DOT, AT (hidden_deviation), 0 },
  { FS_INSIDE_STATES, N_ ("largest h"), FS_CHART_COLOUR_EXTRA_1, FS_PLOT_DOTTED, AT (hidden_max), 0 },
  { FS_INSIDE_UNITS, N_ ("dead"), FS_CHART_COLOUR_BAD, FS_PLOT_DASHED, AT (dead_share), 0 },
  { FS_INSIDE_UNITS, N_ ("rank"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, AT (effective_rank), 0 },
  { FS_INSIDE_REACH, N_ ("gradient"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, AT (gradient_older), 0 },
  { FS_INSIDE_REACH, N_ ("influence"), FS_CHART_COLOUR_VALIDATION, FS_PLOT_DASHED, AT (saliency_older), 0 },
};
/* clang-format on */

/* ---- what the epochs themselves tell ---- */

enum
{
  CURVE_MEDIAN,
  CURVE_P99,
  CURVE_LARGEST,
  CURVE_CLIPPED,
  N_CURVES
};

static const struct
{
  FsInsidePicture picture;
  const char *name;
  FsChartColour colour;
  FsPlotDash dash;
} curve_styles[N_CURVES] = {
  [CURVE_MEDIAN] = { FS_INSIDE_NORMS, N_ ("median"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID },
  [CURVE_P99] = { FS_INSIDE_NORMS, N_ ("99th percentile"), FS_CHART_COLOUR_EXTRA_1,
                  FS_PLOT_DASHED },
  [CURVE_LARGEST] = { FS_INSIDE_NORMS, N_ ("largest"), FS_CHART_COLOUR_VALIDATION, FS_PLOT_DOTTED },
  [CURVE_CLIPPED] = { FS_INSIDE_CLIPPED, N_ ("clipped"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID },
};

struct FsInsidePlot
{
  FsCurve *curves[N_CURVES];
  gsize n_seen; /* observations already in the curves */
};

FsInsidePlot *
fs_inside_plot_new (void)
{
  FsInsidePlot *self = g_new0 (FsInsidePlot, 1);

  for (int i = 0; i < N_CURVES; i++)
    self->curves[i] = fs_curve_new ();
  return self;
}

void
fs_inside_plot_free (FsInsidePlot *self)
{
  if (!self)
    return;
  for (int i = 0; i < N_CURVES; i++)
    fs_curve_free (self->curves[i]);
  g_free (self);
}

void
fs_inside_plot_reset (FsInsidePlot *self)
{
  for (int i = 0; i < N_CURVES; i++)
    fs_curve_clear (self->curves[i]);
  self->n_seen = 0;
}

/* A number that a log axis cannot show is a gap. */
static double
positive_or_gap (double value)
{
  return isfinite (value) && value > 0 ? value : NAN;
}

static void
gather (FsInsidePlot *self, const FsHistory *history)
{
  if (history->n_observations < self->n_seen)
    fs_inside_plot_reset (self);
  for (; self->n_seen < history->n_observations; self->n_seen++)
    {
      const FsObservation *at = &history->observations[self->n_seen];
      const double x = at->epoch;

      fs_curve_add (self->curves[CURVE_MEDIAN], x, positive_or_gap (at->gradient_norm));
      fs_curve_add (self->curves[CURVE_P99], x, positive_or_gap (at->gradient_norm_p99));
      fs_curve_add (self->curves[CURVE_LARGEST], x, positive_or_gap (at->gradient_norm_max));
      fs_curve_add (self->curves[CURVE_CLIPPED], x, PERCENT * at->clipped_share);
    }
}

/* ---- what a subject has ---- */

static const FsHistory *
history_of (const FsInsideSubject *subject)
{
  return subject->snapshot ? &subject->snapshot->history : NULL;
}

static const FsProbe *
probe_of (const FsInsideSubject *subject)
{
  const FsHistory *history = history_of (subject);

  if (!history || history->n_probes == 0)
    return NULL;
  return fs_history_probe_at (history, subject->epoch > 0 ? subject->epoch : G_MAXUINT32);
}

static const FsLayerProbe *
layer_of (const FsProbe *probe, guint layer)
{
  for (guint i = 0; probe && i < probe->n_layers; i++)
    if (probe->layers[i].layer == layer)
      return &probe->layers[i];
  return NULL;
}

static double
figure_of (const FsLayerProbe *layer, const Line *line)
{
  const char *base = (const char *) layer;
  double value = (double) *(const float *) (const void *) (base + line->offset);

  if (line->plus > 0)
    value += (double) *(const float *) (const void *) (base + line->plus);
  return value * (pictures[line->picture].is_percent ? PERCENT : 1);
}

static gboolean
is_of_tensors (FsInsidePicture picture)
{
  return picture >= FS_INSIDE_UPDATES && picture <= FS_INSIDE_WEIGHTS;
}

static gboolean
is_of_batches (FsInsidePicture picture)
{
  return picture == FS_INSIDE_NORMS || picture == FS_INSIDE_CLIPPED;
}

static double
tensor_figure (const FsTensorProbe *tensor, FsInsidePicture picture)
{
  return (double) (picture == FS_INSIDE_UPDATES     ? tensor->update_ratio
                   : picture == FS_INSIDE_GRADIENTS ? tensor->gradient_norm
                                                    : tensor->weight_norm);
}

/* "input weights", to be translated, where the layer has one such tensor, else its name in files. */
static const char *
tensor_name (const FsTensorTable *table, size_t index)
{
  static const char *const roles[] = { [FS_TENSOR_KERNEL] = N_ ("input weights"),
                                       [FS_TENSOR_RECURRENT] = N_ ("recurrent weights"),
                                       [FS_TENSOR_BIAS] = N_ ("bias"),
                                       [FS_TENSOR_EMBEDDING] = N_ ("word vectors") };
  const FsTensor *tensor = &table->tensors[index];
  const char *suffix;
  guint n = 0;

  for (size_t i = 0; i < table->n_tensors; i++)
    n += table->tensors[i].layer == tensor->layer && table->tensors[i].role == tensor->role;
  if (n == 1)
    return roles[tensor->role];
  suffix = strchr (tensor->name, '.');
  suffix = suffix ? strchr (suffix + 1, '.') : NULL;
  return suffix ? suffix + 1 : tensor->name;
}

static gboolean
is_shown_tensor (const FsInsideSubject *subject, size_t index)
{
  const FsTensor *tensor = &subject->tensors->tensors[index];

  return tensor->layer == subject->layer && tensor->role != FS_TENSOR_FIXED;
}

/* ---- plots ---- */

static void
add_line (FsPlot *plot,
          const char *name,
          FsChartColour colour,
          FsPlotDash dash,
          const double *x,
          const double *y,
          gsize n)
{
  fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (name),
                                             .file_name = name,
                                             .colour = colour,
                                             .dash = dash,
                                             .x = x,
                                             .y = y,
                                             .n = n,
                                             .is_labelled = TRUE });
}

static void
add_layer_lines (FsPlot *plot, FsInsidePicture picture, const FsInsideSubject *subject)
{
  const FsHistory *history = history_of (subject);
  g_autofree double *x = g_new (double, history->n_probes + 1);
  g_autofree double *y = g_new (double, history->n_probes + 1);

  for (gsize k = 0; k < G_N_ELEMENTS (lines); k++)
    {
      gboolean has_any = FALSE;

      if (lines[k].picture != picture)
        continue;
      for (gsize i = 0; i < history->n_probes; i++)
        {
          const FsLayerProbe *layer = layer_of (&history->probes[i], subject->layer);

          x[i] = history->probes[i].epoch;
          y[i] = layer ? figure_of (layer, &lines[k]) : NAN;
          if (pictures[picture].y.scale == FS_CHART_LOG)
            y[i] = positive_or_gap (y[i]);
          has_any |= isfinite (y[i]);
        }
      if (has_any)
        add_line (plot, lines[k].name, lines[k].colour, lines[k].dash, x, y, history->n_probes);
    }
}

static void
add_tensor_lines (FsPlot *plot, FsInsidePicture picture, const FsInsideSubject *subject)
{
  static const FsChartColour colours[] = { FS_CHART_COLOUR_TRAIN,   FS_CHART_COLOUR_VALIDATION,
                                           FS_CHART_COLOUR_EXTRA_1, FS_CHART_COLOUR_EXTRA_2,
                                           FS_CHART_COLOUR_EXTRA_3, FS_CHART_COLOUR_EXTRA_4 };
  static const FsPlotDash dashes[] = { FS_PLOT_SOLID, FS_PLOT_DASHED, FS_PLOT_DOTTED,
                                       FS_PLOT_DASH_DOT };
  const FsHistory *history = history_of (subject);
  g_autofree double *x = g_new (double, history->n_probes + 1);
  g_autofree double *y = g_new (double, history->n_probes + 1);
  guint n_shown = 0;

  for (size_t t = 0; subject->tensors && t < subject->tensors->n_tensors; t++)
    {
      if (!is_shown_tensor (subject, t))
        continue;
      for (gsize i = 0; i < history->n_probes; i++)
        {
          const FsProbe *probe = &history->probes[i];

          x[i] = probe->epoch;
          y[i] = t < probe->n_tensors
                     ? positive_or_gap (tensor_figure (&probe->tensors[t], picture))
                     : NAN;
        }
      add_line (plot, tensor_name (subject->tensors, t), colours[n_shown % G_N_ELEMENTS (colours)],
                dashes[n_shown % G_N_ELEMENTS (dashes)], x, y, history->n_probes);
      n_shown++;
    }
}

static void
add_batch_lines (FsInsidePlot *self, FsPlot *plot, FsInsidePicture picture, double clip_norm)
{
  for (int i = 0; i < N_CURVES; i++)
    {
      const double *x, *y;
      gsize n = fs_curve_points (self->curves[i], &x, &y);

      if (curve_styles[i].picture == picture)
        add_line (plot, curve_styles[i].name, curve_styles[i].colour, curve_styles[i].dash, x, y,
                  n);
    }
  if (picture == FS_INSIDE_NORMS && clip_norm > 0)
    fs_plot_add_level (plot, &(FsPlotLevel){ .y = clip_norm,
                                             .text = _ ("clipped above"),
                                             .colour = FS_CHART_COLOUR_BASELINE,
                                             .dash = FS_PLOT_DOTTED });
}

static void
add_noise (FsPlot *plot, const FsInsideSubject *subject)
{
  const FsHistory *history = history_of (subject);
  g_autofree double *x = g_new (double, history->n_probes + 1);
  g_autofree double *y = g_new (double, history->n_probes + 1);
  gboolean has_any = FALSE;

  for (gsize i = 0; i < history->n_probes; i++)
    {
      x[i] = history->probes[i].epoch;
      y[i] = positive_or_gap (history->probes[i].noise_scale);
      has_any |= isfinite (y[i]);
    }
  if (!has_any)
    return;
  add_line (plot, N_ ("noise scale"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID, x, y,
            history->n_probes);
  fs_plot_add_level (plot, &(FsPlotLevel){ .y = (double) subject->snapshot->experiment.train.batch,
                                           .text = _ ("batch"),
                                           .colour = FS_CHART_COLOUR_BASELINE,
                                           .dash = FS_PLOT_DOTTED });
}

/* Steps are counted back from the newest, 0. */
static double
step_of_point (guint n_steps, guint n_points, guint point)
{
  const double width = (double) n_steps / (double) n_points;

  return (point + 0.5) * width - 0.5 - (double) (n_steps - 1);
}

static void
add_bars (FsPlot *plot, const char *name, const float *values, guint n, guint n_steps)
{
  double x[FS_PROBE_TIMES], y[FS_PROBE_TIMES];

  for (guint i = 0; i < n; i++)
    {
      x[i] = step_of_point (n_steps, n, i);
      y[i] = (double) values[i];
    }
  if (n > 0)
    fs_plot_add_series (plot, &(FsPlotSeries){ .name = _ (name),
                                               .file_name = name,
                                               .colour = FS_CHART_COLOUR_TRAIN,
                                               .form = FS_PLOT_BARS,
                                               .x = x,
                                               .y = y,
                                               .n = n });
}

static void
set_title (FsPlot *plot, FsInsidePicture picture, const FsProbe *probe)
{
  g_autofree char *subtitle = NULL;

  if (!fs_inside_plot_is_of_epochs (picture) && probe)
    subtitle = g_strdup_printf (_ ("%s · epoch %u"), _ (pictures[picture].unit), probe->epoch);
  fs_plot_set_title (plot, _ (pictures[picture].name),
                     subtitle ? subtitle : _ (pictures[picture].unit));
}

static void
set_placeholder (FsPlot *plot, const FsInsideSubject *subject)
{
  const FsHistory *history = history_of (subject);

  if (!history || history->n_observations == 0)
    fs_plot_set_placeholder (plot, _ ("Press Train, and the inside shows itself here"));
  else if (history->n_probes == 0)
    fs_plot_set_placeholder (plot, _ ("Nothing of this run's inside was kept"));
  else
    fs_plot_set_placeholder (plot, _ ("This layer has nothing of the kind"));
}

static void
set_axes (FsPlot *plot, FsInsidePicture picture, const FsInsideSubject *subject, guint n_steps)
{
  const FsHistory *history = history_of (subject);

  if (!fs_inside_plot_is_of_epochs (picture))
    fs_plot_set_x_axis (plot, &(FsPlotAxis){ .title = _ ("step"),
                                             .file_title = "step",
                                             .has_range = TRUE,
                                             .low = n_steps > 0 ? -(double) n_steps + 0.5 : -1,
                                             .high = 0.5,
                                             .is_whole = TRUE });
  else
    fs_plot_set_x_axis (
        plot, &(FsPlotAxis){ .title = _ ("epoch"),
                             .file_title = "epoch",
                             .has_range = TRUE,
                             .low = 1,
                             .high = history ? fmax ((double) history->n_observations, 2) : 2,
                             .is_whole = TRUE });
  fs_plot_set_y_axis (plot, &pictures[picture].y);
}

FsPlot *
fs_inside_plot_make (FsInsidePlot *self, FsInsidePicture picture, const FsInsideSubject *subject)
{
  FsPlot *plot = fs_plot_new ();
  const FsHistory *history = history_of (subject);
  const FsProbe *probe = probe_of (subject);
  const FsLayerProbe *layer = layer_of (probe, subject->layer);
  const guint n_steps = picture == FS_INSIDE_ATTENTION ? (probe ? probe->attention_steps : 0)
                        : layer                        ? layer->n_steps
                                                       : 0;

  set_title (plot, picture, probe);
  set_placeholder (plot, subject);
  set_axes (plot, picture, subject, n_steps);
  if (!history || history->n_observations == 0)
    return plot;
  if (is_of_batches (picture))
    {
      gather (self, history);
      add_batch_lines (self, plot, picture, subject->snapshot->experiment.train.clip_norm);
    }
  else if (is_of_tensors (picture))
    add_tensor_lines (plot, picture, subject);
  else if (picture == FS_INSIDE_NOISE)
    add_noise (plot, subject);
  else if (picture == FS_INSIDE_PAST && layer)
    add_bars (plot, N_ ("gradient"), layer->gradient_times, layer->n_times, layer->n_steps);
  else if (picture == FS_INSIDE_ATTENTION && probe)
    add_bars (plot, N_ ("attention"), probe->attention, probe->n_attention, probe->attention_steps);
  else if (fs_inside_plot_is_of_epochs (picture))
    add_layer_lines (plot, picture, subject);
  for (int i = 0; i < MAX_LEVELS; i++)
    if (pictures[picture].levels[i].text && fs_plot_get_n_series (plot) > 0)
      {
        const double y = pictures[picture].levels[i].y;
        const char *text = pictures[picture].levels[i].text;
        char number[FS_CHART_LABEL_SIZE];

        fs_plot_add_level (
            plot, &(FsPlotLevel){ .y = y,
                                  .text = text[0] ? _ (text) : fs_chart_format_value (y, number),
                                  .colour = FS_CHART_COLOUR_BASELINE,
                                  .dash = FS_PLOT_DOTTED });
      }
  return plot;
}

/* ---- words ---- */

const char *
fs_inside_plot_name (FsInsidePicture picture)
{
  return _ (pictures[picture].name);
}

const char *
fs_inside_plot_brief (FsInsidePicture picture)
{
  static const char *const words[FS_N_INSIDE] = {
    [FS_INSIDE_PAST] = N_ ("Gradient"),   [FS_INSIDE_ATTENTION] = N_ ("Attention"),
    [FS_INSIDE_UPDATES] = N_ ("Step"),    [FS_INSIDE_GRADIENTS] = N_ ("Gradient"),
    [FS_INSIDE_WEIGHTS] = N_ ("Weight"),  [FS_INSIDE_NORMS] = N_ ("Gradient"),
    [FS_INSIDE_CLIPPED] = N_ ("Clipped"), [FS_INSIDE_NOISE] = N_ ("Noise"),
  };

  return words[picture] ? _ (words[picture]) : fs_inside_plot_name (picture);
}

const char *
fs_inside_plot_meaning (FsInsidePicture picture)
{
  return _ (pictures[picture].meaning);
}

const char *
fs_inside_plot_healthy (FsInsidePicture picture)
{
  return pictures[picture].healthy ? _ (pictures[picture].healthy) : NULL;
}

gboolean
fs_inside_plot_is_of_epochs (FsInsidePicture picture)
{
  return picture != FS_INSIDE_PAST && picture != FS_INSIDE_ATTENTION;
}

static double
at_ends (const FsLayerProbe *layer, FsState state)
{
  return (double) (layer->gates[state].low + layer->gates[state].high);
}

/* As the findings judge: gates and candidate both, or the candidate of a layer without gates. */
static gboolean
is_saturated (const FsLayerProbe *layer)
{
  double gates = 0;
  guint n = 0;

  for (int state = 0; state < FS_STATE_CANDIDATE; state++)
    if (isfinite (layer->gates[state].low))
      {
        gates += at_ends (layer, (FsState) state);
        n++;
      }
  return (n == 0 || gates / n > FS_LIMIT_SATURATED)
         && at_ends (layer, FS_STATE_CANDIDATE) > FS_LIMIT_SATURATED;
}

/* Comparisons with NaN are false: what is not there is healthy. */
static gboolean
is_layer_healthy (FsInsidePicture picture, const FsLayerProbe *layer)
{
  switch (picture)
    {
    case FS_INSIDE_ENDS:
      return !is_saturated (layer);
    case FS_INSIDE_MEANS:
      return !((double) layer->gates[FS_STATE_FORGET_GATE].mean < FS_LIMIT_SHUT_GATE);
    case FS_INSIDE_STATES:
      return !((double) layer->cell_late > FS_LIMIT_CELL
               && (double) layer->cell_late > FS_LIMIT_CELL_GROWTH * (double) layer->cell_early);
    case FS_INSIDE_UNITS:
      return !(
          (double) layer->dead_share > FS_LIMIT_DEAD
          || (layer->n_units >= LEAST_TO_RANK && (double) layer->effective_rank < FS_LIMIT_RANK));
    case FS_INSIDE_PAST:
      return !((double) layer->gradient_slope > FS_LIMIT_FADING
               || (double) layer->gradient_slope < FS_LIMIT_GROWING);
    case FS_INSIDE_REACH:
      return !(layer->n_steps >= LEAST_TO_REACH
               && ((double) layer->gradient_older < FS_LIMIT_OLDER_SHARE
                   || (double) layer->saliency_older < FS_LIMIT_IDLE));
    default:
      return TRUE;
    }
}

static void
say (GString *words, const char *name, double value, gboolean is_percent)
{
  char number[FS_NUMBER_SIZE];

  if (isnan (value))
    return;
  g_string_append_printf (
      words, "%s%s %s%s", words->len > 0 ? ", " : "", name,
      isinf (value) ? _ ("beyond measure")
                    : fs_text_mark_number (fs_number_write_short (value, 3, number), sizeof number),
      is_percent ? " %" : "");
}

static gboolean
say_tensors (GString *words, FsInsidePicture picture, const FsInsideSubject *subject)
{
  const FsProbe *probe = probe_of (subject);
  gboolean is_healthy = TRUE;

  for (size_t t = 0; probe && subject->tensors && t < subject->tensors->n_tensors; t++)
    if (t < probe->n_tensors && is_shown_tensor (subject, t))
      {
        const double value = tensor_figure (&probe->tensors[t], picture);

        say (words, _ (tensor_name (subject->tensors, t)), value, FALSE);
        if (picture == FS_INSIDE_UPDATES)
          is_healthy &= !(value > FS_LIMIT_LARGE_UPDATE || value < FS_LIMIT_SMALL_UPDATE);
      }
  return is_healthy;
}

static gboolean
say_batches (GString *words, FsInsidePicture picture, const FsObservation *last)
{
  if (picture == FS_INSIDE_CLIPPED)
    {
      say (words, _ ("clipped"), PERCENT * last->clipped_share, TRUE);
      return !(last->clipped_share >= FS_LIMIT_CLIPPED);
    }
  say (words, _ ("median"), last->gradient_norm, FALSE);
  say (words, _ ("99th percentile"), last->gradient_norm_p99, FALSE);
  say (words, _ ("largest"), last->gradient_norm_max, FALSE);
  return !(last->gradient_norm_max > FS_LIMIT_SPIKE * last->gradient_norm);
}

static void
say_attention (GString *words, const FsProbe *probe)
{
  guint most = 0;

  if (!probe || probe->n_attention == 0)
    return;
  for (guint i = 1; i < probe->n_attention; i++)
    if (probe->attention[i] > probe->attention[most])
      most = i;
  say (words, _ ("heaviest step"),
       round (step_of_point (probe->attention_steps, probe->n_attention, most)), FALSE);
  say (words, _ ("its weight"), (double) probe->attention[most], FALSE);
  say (words, _ ("newest step"), (double) probe->attention[probe->n_attention - 1], FALSE);
}

static gboolean
say_layer (GString *words, FsInsidePicture picture, const FsLayerProbe *layer)
{
  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++)
    if (lines[i].picture == picture)
      say (words, _ (lines[i].name), figure_of (layer, &lines[i]), pictures[picture].is_percent);
  if (picture == FS_INSIDE_PAST && layer->n_times > 0)
    {
      say (words, _ ("oldest step"), (double) layer->gradient_times[0], FALSE);
      say (words, _ ("newest step"), (double) layer->gradient_times[layer->n_times - 1], FALSE);
      say (words, _ ("fading a step"), -PERCENT * expm1 (-(double) layer->gradient_slope), TRUE);
    }
  return words->len == 0 || is_layer_healthy (picture, layer);
}

char *
fs_inside_plot_describe (FsInsidePicture picture,
                         const FsInsideSubject *subject,
                         gboolean *is_healthy)
{
  g_autoptr (GString) words = g_string_new (NULL);
  const FsHistory *history = history_of (subject);
  const FsProbe *probe = probe_of (subject);
  const FsLayerProbe *layer = layer_of (probe, subject->layer);
  gboolean healthy = TRUE;
  guint32 epoch = probe ? probe->epoch : 0;

  if (history && history->n_observations > 0 && is_of_batches (picture))
    {
      const FsObservation *last = &history->observations[history->n_observations - 1];

      healthy = say_batches (words, picture, last);
      epoch = last->epoch;
    }
  else if (is_of_tensors (picture))
    healthy = say_tensors (words, picture, subject);
  else if (picture == FS_INSIDE_NOISE && probe)
    {
      const double batch = (double) subject->snapshot->experiment.train.batch;

      say (words, _ ("noise scale"), probe->noise_scale, FALSE);
      say (words, _ ("batch"), batch, FALSE);
      healthy = !(probe->noise_scale > FS_LIMIT_NOISE * batch);
    }
  else if (picture == FS_INSIDE_ATTENTION)
    say_attention (words, probe);
  else if (layer)
    healthy = say_layer (words, picture, layer);
  if (is_healthy)
    *is_healthy = healthy;
  if (words->len == 0)
    return g_strdup (_ ("There is nothing to see yet."));
  if (!pictures[picture].healthy)
    return g_strdup_printf (_ ("After epoch %u: %s. %s"), epoch, words->str,
                            _ (pictures[picture].meaning));
  return g_strdup_printf (healthy ? _ ("After epoch %u: %s. Healthy (%s). %s")
                                  : _ ("After epoch %u: %s. Outside the healthy range (%s). %s"),
                          epoch, words->str, _ (pictures[picture].healthy),
                          _ (pictures[picture].meaning));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pictures of the inside, by their numbers: lines are the probes' figures, what is judged is judged
 * as the findings do, a layer without gates has none, and a long run is reduced. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/diagnose/limits.h"
#include "engine/lab/snapshot.h"
#include "ui/views/curve.h"
#include "ui/views/inside-plot.h"
#include "tests/ui/other-tongue.h"

#define N_PROBES 6
#define N_STEPS 24

static void
fill_layer (FsLayerProbe *layer, float share)
{
  *layer = (FsLayerProbe){ .layer = 1, .n_units = 20, .n_steps = N_STEPS, .n_times = N_STEPS };
  for (int state = 0; state < FS_N_GATE_STATES; state++)
    layer->gates[state] = (FsGateProbe){ share, 0.25f, 0.5f };
  layer->gates[FS_STATE_RESET_GATE] = (FsGateProbe){ NAN, NAN, NAN };
  layer->gates[FS_STATE_UPDATE_GATE] = (FsGateProbe){ NAN, NAN, NAN };
  layer->cell_early = 2;
  layer->cell_late = 4;
  layer->hidden_deviation = 0.3f;
  layer->hidden_max = 0.9f;
  layer->dead_share = 0.05f;
  layer->effective_rank = 0.5f;
  layer->gradient_slope = 0.1f;
  layer->gradient_older = 0.1f;
  layer->saliency_older = 0.2f;
  for (int t = 0; t < N_STEPS; t++)
    layer->gradient_times[t] = (float) (t + 1) / N_STEPS;
}

/* Layer 1 is recurrent; its gates are at their ends more and more. */
static const FsSnapshot *
make_snapshot (void)
{
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  FsHistory *history = &frame->public.history;
  g_autofree FsProbe *probe = g_new0 (FsProbe, 1);

  frame->public.experiment = fs_experiment_default ();
  frame->public.state = FS_RUN_FINISHED;
  for (uint32_t epoch = 1; epoch <= 5 * N_PROBES; epoch++)
    {
      FsObservation observation = { .epoch = epoch,
                                    .gradient_norm = 2,
                                    .gradient_norm_p99 = 3,
                                    .gradient_norm_max = 4,
                                    .clipped_share = 0.5 };

      fs_history_append (history, &observation);
    }
  for (uint32_t i = 0; i < N_PROBES; i++)
    {
      probe->epoch = 5 * i + 1;
      probe->n_layers = 1;
      probe->n_tensors = 3;
      probe->noise_scale = i == 0 ? NAN : i == 1 ? INFINITY : 40;
      for (uint32_t t = 0; t < 3; t++)
        probe->tensors[t] = (FsTensorProbe){ 1, 10, t == 0 ? 0.01f : 1e-5f };
      fill_layer (&probe->layers[0], 0.1f * (float) i);
      fs_history_add_probe (history, probe);
    }
  return &frame->public;
}

static FsTensorTable *
make_tensors (void)
{
  FsTensorTable *table = g_new0 (FsTensorTable, 1);

  fs_tensor_table_add (table, 1, "weight_ih_l0", 4, 1, FS_TENSOR_KERNEL, NULL);
  fs_tensor_table_add (table, 1, "bias_hh_l0", 4, 1, FS_TENSOR_FIXED, NULL);
  fs_tensor_table_add (table, 2, "weight", 1, 4, FS_TENSOR_KERNEL, NULL);
  return table;
}

static const FsPlotSeries *
find (const FsPlot *plot, const char *name)
{
  for (gsize i = 0; i < fs_plot_get_n_series (plot); i++)
    if (g_strcmp0 (fs_plot_get_series (plot, i)->name, name) == 0)
      return fs_plot_get_series (plot, i);
  return NULL;
}

static void
test_lines (void)
{
  g_autoptr (FsInsidePlot) inside = fs_inside_plot_new ();
  g_autoptr (FsSnapshot) snapshot = (FsSnapshot *) make_snapshot ();
  FsInsideSubject subject = { .snapshot = snapshot, .layer = 1 };
  g_autoptr (FsPlot) ends = fs_inside_plot_make (inside, FS_INSIDE_ENDS, &subject);
  g_autoptr (FsPlot) means = fs_inside_plot_make (inside, FS_INSIDE_MEANS, &subject);
  g_autoptr (FsPlot) states = fs_inside_plot_make (inside, FS_INSIDE_STATES, &subject);
  g_autoptr (FsPlot) noise = fs_inside_plot_make (inside, FS_INSIDE_NOISE, &subject);
  const FsPlotSeries *forget = find (ends, "forget gate");

  for (int picture = 0; picture < FS_N_INSIDE; picture++)
    ASSERT_SAME_FILE (fs_inside_plot_make (inside, (FsInsidePicture) picture, &subject));
  g_assert_cmpuint (forget->n, ==, N_PROBES);
  g_assert_cmpfloat (forget->x[2], ==, 11);
  g_assert_cmpfloat_with_epsilon (forget->y[2], 45, 1e-4);
  g_assert_nonnull (find (ends, "candidate"));
  g_assert_null (find (ends, "reset gate"));
  g_assert_cmpuint (fs_plot_get_n_series (means), ==, 3);
  g_assert_cmpfloat (find (states, "cell at the end")->y[0], ==, 4);
  /* A log axis has no place for what could not be measured, or is without bound. */
  g_assert_true (isnan (find (noise, "noise scale")->y[0]));
  g_assert_true (isnan (find (noise, "noise scale")->y[1]));
  g_assert_cmpfloat (find (noise, "noise scale")->y[2], ==, 40);
}

static void
test_past (void)
{
  g_autoptr (FsInsidePlot) inside = fs_inside_plot_new ();
  g_autoptr (FsSnapshot) snapshot = (FsSnapshot *) make_snapshot ();
  FsInsideSubject subject = { .snapshot = snapshot, .layer = 1, .epoch = 13 };
  g_autoptr (FsPlot) plot = fs_inside_plot_make (inside, FS_INSIDE_PAST, &subject);
  g_autofree char *words = fs_inside_plot_describe (FS_INSIDE_PAST, &subject, NULL);
  const FsPlotSeries *bars = find (plot, "gradient");

  g_assert_cmpint (bars->form, ==, FS_PLOT_BARS);
  g_assert_cmpuint (bars->n, ==, N_STEPS);
  g_assert_cmpfloat (bars->x[0], ==, 1 - N_STEPS);
  g_assert_cmpfloat (bars->x[N_STEPS - 1], ==, 0);
  g_assert_cmpfloat (bars->y[N_STEPS - 1], ==, 1);
  /* The newest probe up to epoch 13. */
  g_assert_true (g_str_has_prefix (words, "After epoch 11: oldest step 0.0417, newest step 1"));
  g_assert_nonnull (strstr (words, "fading a step 9.52 %"));
}

static void
test_tensors (void)
{
  g_autoptr (FsInsidePlot) inside = fs_inside_plot_new ();
  g_autoptr (FsSnapshot) snapshot = (FsSnapshot *) make_snapshot ();
  g_autofree FsTensorTable *tensors = make_tensors ();
  FsInsideSubject subject = { .snapshot = snapshot, .tensors = tensors, .layer = 1 };
  g_autoptr (FsPlot) plot = fs_inside_plot_make (inside, FS_INSIDE_UPDATES, &subject);
  gboolean is_healthy;
  g_autofree char *good = fs_inside_plot_describe (FS_INSIDE_UPDATES, &subject, &is_healthy);

  g_assert_cmpuint (fs_plot_get_n_series (plot), ==, 1);
  g_assert_cmpfloat_with_epsilon (find (plot, "input weights")->y[0], 0.01, 1e-8);
  g_assert_true (is_healthy);
  g_assert_nonnull (strstr (good, "input weights 0.01. Healthy (0.0003 to 0.1)."));
  subject.layer = 2;
  g_free (fs_inside_plot_describe (FS_INSIDE_UPDATES, &subject, &is_healthy));
  g_assert_false (is_healthy);
}

/* Of each picture that a layer's figures are judged in: well, and just beyond its limit. */
static void
test_judgement (void)
{
  g_autoptr (FsSnapshot) snapshot = (FsSnapshot *) make_snapshot ();
  FsInsideSubject subject = { .snapshot = snapshot, .layer = 1 };
  FsLayerProbe *layer =
      (FsLayerProbe *) &snapshot->history.probes[N_PROBES - 1].layers[0]; /* ours alone */

#define JUDGE(picture, healthy)                                   \
  G_STMT_START                                                    \
  {                                                               \
    gboolean found;                                               \
    g_free (fs_inside_plot_describe (picture, &subject, &found)); \
    g_assert_cmpint (found, ==, healthy);                         \
  }                                                               \
  G_STMT_END
  JUDGE (FS_INSIDE_ENDS, FALSE); /* 0.5 + 0.25 of all */
  layer->gates[FS_STATE_CANDIDATE].low = 0.2f;
  JUDGE (FS_INSIDE_ENDS, TRUE);
  JUDGE (FS_INSIDE_MEANS, TRUE);
  layer->gates[FS_STATE_FORGET_GATE].mean = (float) FS_LIMIT_SHUT_GATE - 0.01f;
  JUDGE (FS_INSIDE_MEANS, FALSE);
  JUDGE (FS_INSIDE_STATES, TRUE);
  layer->cell_late = (float) FS_LIMIT_CELL + 1;
  JUDGE (FS_INSIDE_STATES, FALSE);
  layer->cell_early = (float) FS_LIMIT_CELL;
  JUDGE (FS_INSIDE_STATES, TRUE);
  JUDGE (FS_INSIDE_UNITS, TRUE);
  layer->effective_rank = (float) FS_LIMIT_RANK - 0.01f;
  JUDGE (FS_INSIDE_UNITS, FALSE);
  layer->n_units = 8;
  JUDGE (FS_INSIDE_UNITS, TRUE);
  JUDGE (FS_INSIDE_PAST, TRUE);
  layer->gradient_slope = (float) FS_LIMIT_FADING + 0.01f;
  JUDGE (FS_INSIDE_PAST, FALSE);
  JUDGE (FS_INSIDE_REACH, TRUE);
  layer->gradient_older = (float) FS_LIMIT_OLDER_SHARE / 2;
  JUDGE (FS_INSIDE_REACH, FALSE);
  layer->gradient_older = NAN;
  JUDGE (FS_INSIDE_REACH, TRUE);
  JUDGE (FS_INSIDE_NORMS, TRUE);
  JUDGE (FS_INSIDE_CLIPPED, TRUE);
  JUDGE (FS_INSIDE_NOISE, TRUE);
#undef JUDGE
}

/* Before the first epoch, of a layer that has no gates, and of a run whose probes were not kept. */
static void
test_nothing (void)
{
  g_autoptr (FsInsidePlot) inside = fs_inside_plot_new ();
  g_autoptr (FsSnapshot) snapshot = (FsSnapshot *) make_snapshot ();
  FsInsideSubject none = { 0 }, dense = { .snapshot = snapshot, .layer = 0 };

  for (int picture = 0; picture < FS_N_INSIDE; picture++)
    {
      g_autoptr (FsPlot) empty = fs_inside_plot_make (inside, (FsInsidePicture) picture, &none);
      g_autofree char *words = fs_inside_plot_describe ((FsInsidePicture) picture, &none, NULL);

      g_assert_true (fs_plot_is_empty (empty));
      g_assert_cmpstr (words, ==, "There is nothing to see yet.");
      g_assert_nonnull (fs_inside_plot_meaning ((FsInsidePicture) picture));
    }
  g_autoptr (FsPlot) plot = fs_inside_plot_make (inside, FS_INSIDE_ENDS, &dense);
  g_assert_true (fs_plot_is_empty (plot));
}

static void
test_long_run (void)
{
  g_autoptr (FsInsidePlot) inside = fs_inside_plot_new ();
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  FsInsideSubject subject = { .snapshot = &frame->public };
  double highest = 0;

  frame->public.experiment = fs_experiment_default ();
  for (uint32_t epoch = 1; epoch <= 100000; epoch++)
    {
      FsObservation observation = { .epoch = epoch,
                                    .gradient_norm = 1,
                                    .gradient_norm_p99 = 2,
                                    .gradient_norm_max = epoch == 31234 ? 999 : 3 };
      fs_history_append (&frame->public.history, &observation);
    }
  for (int i = 0; i < 2; i++) /* the second time nothing is gathered again */
    {
      g_autoptr (FsPlot) plot = fs_inside_plot_make (inside, FS_INSIDE_NORMS, &subject);
      const FsPlotSeries *largest = find (plot, "largest");

      g_assert_cmpuint (largest->n, <=, FS_CURVE_MAX_POINTS);
      for (gsize k = 0; k < largest->n; k++)
        highest = fmax (highest, largest->y[k]);
      g_assert_cmpfloat (highest, ==, 999);
    }
  fs_snapshot_unref (&frame->public);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inside-plot/lines", test_lines);
  g_test_add_func ("/inside-plot/past", test_past);
  g_test_add_func ("/inside-plot/tensors", test_tensors);
  g_test_add_func ("/inside-plot/judgement", test_judgement);
  g_test_add_func ("/inside-plot/nothing", test_nothing);
  g_test_add_func ("/inside-plot/long-run", test_long_run);
  return g_test_run ();
}

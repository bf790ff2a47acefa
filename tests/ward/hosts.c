/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hosts; see hosts.h. */

#include "tests/ward/hosts.h"

#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/lab/source.h"

#define N_MADE 1500

/* Series made here: an autoregression with a season; the Hénon map, which no straight line can foresee;
 * an autoregression with two regimes; one that remembers six rows; two seasons that beat. */
static double
next_arma (const double *y, gsize t, double noise)
{
  return 1.1 * y[t - 1] - 0.5 * y[t - 2] + noise;
}

static double
next_henon (const double *y, gsize t, double noise)
{
  return 1 - 1.4 * y[t - 1] * y[t - 1] + 0.3 * y[t - 2]; /* what is noisy is its reading */
}

static double
next_regimes (const double *y, gsize t, double noise)
{
  return y[t - 1] > 0 ? 1.5 - 0.9 * y[t - 1] + 0.5 * noise : -0.5 + 0.6 * y[t - 1] + 0.5 * noise;
}

static double
next_lagged (const double *y, gsize t, double noise)
{
  return (t >= 6 ? 0.9 * y[t - 6] : 0) + noise;
}

static double
next_beats (const double *y, gsize t, double noise)
{
  return 0.3 * y[t - 1] + 0.4 * noise;
}

static const struct
{
  const char *name, *source, *target;
  double (*next) (const double *y, gsize t, double noise); /* where there is no source */
  /* Half the length is a multiple of the stride, so that windows of half and of twice the length aim at
   * the same rows. */
  int64_t length, stride, units, epochs;
  int64_t season;     /* what a window can be too short for; 0 = nothing */
  int64_t difference; /* lag of a step Difference; 0 = none */
  gboolean is_logarithm;
  gboolean is_held_out; /* its misjudged runs are never listed, only counted */
} hosts[] = {
  { "sine", "builtin:synthetic-sine-noise", "value", NULL, 24, 2, 8, 20, 50, 0, FALSE, FALSE },
  { "electricity", "builtin:electricity-england-wales", "demand_mw", NULL, 24, 4, 8, 30, 0, 336,
    FALSE, FALSE },
  { "sunspots", "builtin:sunspots-monthly", "sunspot_number", NULL, 24, 3, 8, 30, 0, 0, FALSE,
    FALSE },
  { "arma", NULL, "y", next_arma, 24, 2, 8, 30, 12, 0, FALSE, FALSE },
  { "henon", NULL, "y", next_henon, 8, 2, 8, 60, 0, 0, FALSE, FALSE },
  { "rivers", "builtin:iceland-rivers", "flow_jok_m3s", NULL, 14, 1, 8, 30, 0, 0, TRUE, FALSE },
  { "co2", "builtin:co2-weekly", "co2_ppm", NULL, 56, 2, 8, 30, 52, 1, FALSE, TRUE },
  { "regimes", NULL, "y", next_regimes, 8, 2, 8, 40, 0, 0, FALSE, TRUE },
  { "lagged", NULL, "y", next_lagged, 12, 2, 16, 60, 6, 0, FALSE, TRUE },
  { "beats", NULL, "y", next_beats, 28, 2, 8, 30, 24, 0, FALSE, TRUE },
};

guint
ward_n_hosts (void)
{
  return G_N_ELEMENTS (hosts);
}

const char *
ward_host_name (guint host)
{
  return hosts[host].name;
}

gboolean
ward_host_is_held_out (guint host)
{
  return hosts[host].is_held_out;
}

gboolean
ward_host_is_made (guint host)
{
  return !hosts[host].source;
}

int64_t
ward_host_season (guint host)
{
  return hosts[host].season;
}

FsExperiment
ward_host_experiment (guint host)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_steps = 0;
  if (hosts[host].source)
    g_strlcpy (experiment.data.source, hosts[host].source, sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, hosts[host].target, sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.window.length = hosts[host].length;
  experiment.window.stride = hosts[host].stride;
  experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_IMPUTE);
  if (hosts[host].is_logarithm)
    {
      FsStepSpec *step = &experiment.steps[experiment.n_steps++];
      *step = fs_step_spec_default (FS_STEP_TRANSFORM);
      step->transform_method = FS_TRANSFORM_ASINH; /* nearly the logarithm, and of any number */
    }
  if (hosts[host].difference > 0)
    {
      FsStepSpec *step = &experiment.steps[experiment.n_steps++];
      *step = fs_step_spec_default (FS_STEP_DIFFERENCE);
      step->lag = hosts[host].difference;
    }
  experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_SCALE);
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = hosts[host].units;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.batch = 16;
  experiment.train.learning_rate = 0.005;
  experiment.train.epochs = hosts[host].epochs;
  experiment.train.stop.patience = FS_NEVER;
  experiment.train.stop.restores_best = true;
  return experiment;
}

static WardRows
make_rows (guint host)
{
  FsRandom random = fs_random (6, FS_STREAM_GENERATOR, 6, host);
  WardRows rows = { N_MADE, g_new0 (double, N_MADE), NULL };
  for (gsize t = 2; t < N_MADE; t++)
    rows.target[t] = hosts[host].next (rows.target, t, fs_random_normal (&random));
  if (hosts[host].next == next_arma)
    for (gsize t = 0; t < N_MADE; t++)
      rows.target[t] += 2 * sin (2 * G_PI * (double) t / 12);
  if (hosts[host].next == next_henon)
    for (gsize t = 0; t < N_MADE; t++)
      rows.target[t] += 0.1 * fs_random_normal (&random);
  if (hosts[host].next == next_beats)
    for (gsize t = 0; t < N_MADE; t++)
      rows.target[t] += sin (2 * G_PI * (double) t / 24) + sin (2 * G_PI * (double) t / 23.2 + 1);
  return rows;
}

WardRows
ward_host_rows (guint host)
{
  g_autoptr (GError) error = NULL;
  if (!hosts[host].source)
    return make_rows (host);
  FsFrame *frame = fs_source_load (hosts[host].source, NULL, NULL, &error);
  g_assert_no_error (error);
  const FsColumn *column = fs_frame_column (frame, hosts[host].target);
  WardRows rows = { frame->n_rows, g_memdup2 (column->numbers, frame->n_rows * sizeof (double)),
                    NULL };
  fs_frame_free (frame);
  return rows;
}

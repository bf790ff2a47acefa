/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hosts; see hosts.h. */

#include "tests/ward/hosts.h"

#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/lab/source.h"
#include "tests/ward/made-rows.h"

static const struct
{
  const char *name, *source, *target;
  WardMake make; /* where there is no source */
  FsTask task;
  /* Of sequences the most steps that one has. Else half the length is a multiple of the stride, so that
   * windows of half and of twice the length aim at the same rows. */
  int64_t length, stride, units, epochs;
  int64_t season;     /* what a window can be too short for; 0 = nothing */
  int64_t difference; /* lag of a step Difference; 0 = none */
  gboolean is_logarithm;
  gboolean is_held_out; /* its misjudged runs are never listed, only counted */
} hosts[] = {
  { "sine", "builtin:synthetic-sine-noise", "value", NULL, FS_TASK_FORECAST, 24, 2, 8, 20, 50, 0,
    FALSE, FALSE },
  { "electricity", "builtin:electricity-england-wales", "demand_mw", NULL, FS_TASK_FORECAST, 24, 4,
    8, 30, 0, 336, FALSE, FALSE },
  { "sunspots", "builtin:sunspots-monthly", "sunspot_number", NULL, FS_TASK_FORECAST, 24, 3, 8, 30,
    0, 0, FALSE, FALSE },
  { "arma", NULL, "y", ward_make_arma, FS_TASK_FORECAST, 24, 2, 8, 30, 12, 0, FALSE, FALSE },
  { "henon", NULL, "y", ward_make_henon, FS_TASK_FORECAST, 8, 2, 8, 60, 0, 0, FALSE, FALSE },
  { "rivers", "builtin:iceland-rivers", "flow_jok_m3s", NULL, FS_TASK_FORECAST, 14, 1, 8, 30, 0, 0,
    TRUE, FALSE },
  { "co2", "builtin:co2-weekly", "co2_ppm", NULL, FS_TASK_FORECAST, 56, 2, 8, 30, 52, 1, FALSE,
    TRUE },
  { "regimes", NULL, "y", ward_make_regimes, FS_TASK_FORECAST, 8, 2, 8, 40, 0, 0, FALSE, TRUE },
  { "lagged", NULL, "y", ward_make_lagged, FS_TASK_FORECAST, 12, 2, 16, 60, 6, 0, FALSE, TRUE },
  { "beats", NULL, "y", ward_make_beats, FS_TASK_FORECAST, 28, 2, 8, 30, 24, 0, FALSE, TRUE },
  { "temperature", "builtin:iceland-rivers", "temp_c", NULL, FS_TASK_FORECAST, 14, 1, 8, 30, 0, 0,
    FALSE, TRUE },
  { "treering", "builtin:treering", "ring_width", NULL, FS_TASK_FORECAST, 16, 8, 8, 20, 0, 0, FALSE,
    TRUE },
  { "glass", NULL, "y", ward_make_glass, FS_TASK_FORECAST, 16, 2, 8, 60, 0, 0, FALSE, TRUE },
  { "hours", NULL, "y", ward_make_hours, FS_TASK_FORECAST, 32, 4, 8, 40, 24, 0, FALSE, TRUE },
  { "shifts", NULL, "y", ward_make_shifts, FS_TASK_FORECAST, 16, 2, 8, 40, 0, 0, FALSE, TRUE },
  { "adding", NULL, "y", ward_make_adding, FS_TASK_REGRESS, 50, 1, 16, 60, 0, 0, FALSE, FALSE },
  { "waves", NULL, "y", ward_make_waves, FS_TASK_CLASSIFY, 30, 1, 12, 50, 0, 0, FALSE, FALSE },
  { "order", NULL, "y", ward_make_order, FS_TASK_CLASSIFY, 24, 1, 8, 50, 0, 0, FALSE, TRUE },
  { "slopes", NULL, "y", ward_make_slopes, FS_TASK_REGRESS, 20, 1, 8, 40, 0, 0, FALSE, TRUE },
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
ward_host_is_chosen (guint host, const WardChoice *choice)
{
  return (!choice->name || g_str_equal (choice->name, hosts[host].name))
         && !(choice->only_tuned && hosts[host].is_held_out);
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

FsTask
ward_host_task (guint host)
{
  return hosts[host].task;
}

FsExperiment
ward_host_experiment (guint host)
{
  const gboolean is_of_sequences = fs_task_is_of_sequences (hosts[host].task);
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_steps = 0;
  if (hosts[host].source)
    g_strlcpy (experiment.data.source, hosts[host].source, sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, hosts[host].target, sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  if (is_of_sequences)
    {
      experiment.data.task = hosts[host].task;
      g_strlcpy (experiment.data.sequence, "sequence", sizeof experiment.data.sequence);
      experiment.window.longest = hosts[host].length;
      experiment.window.is_masked = true;
    }
  else
    {
      experiment.window.length = hosts[host].length;
      experiment.window.stride = hosts[host].stride;
      experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_IMPUTE);
    }
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
  if (is_of_sequences)
    fs_experiment_suit_task (&experiment);
  return experiment;
}

WardRows
ward_host_rows (guint host)
{
  g_autoptr (GError) error = NULL;
  if (hosts[host].make)
    {
      FsRandom random = fs_random (6, FS_STREAM_GENERATOR, 6, host);
      return hosts[host].make (&random);
    }
  FsFrame *frame = fs_source_load (hosts[host].source, NULL, NULL, &error);
  g_assert_no_error (error);
  const FsColumn *column = fs_frame_column (frame, hosts[host].target);
  WardRows rows = { .n = frame->n_rows,
                    .target = g_memdup2 (column->numbers, frame->n_rows * sizeof (double)) };
  fs_frame_free (frame);
  return rows;
}

void
ward_rows_clear (WardRows *rows)
{
  g_free (rows->target);
  g_free (rows->sequence);
  for (guint i = 0; i < rows->n_inputs; i++)
    g_free (rows->inputs[i]);
}

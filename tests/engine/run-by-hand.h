/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Runs whose courses are written by hand, epoch by epoch, with all that is known beside them, for tests of
 * findings. */

#include <glib.h>
#include <math.h>
#include "engine/diagnose/verdict.h"
#include "engine/experiment/schema.h"

/* A run, and all that is known beside it. */
typedef struct
{
  FsHistory history;
  FsBaselines baselines;
  FsExperiment experiment;
  FsDataFacts data;
  FsForecastFacts forecast;
  FsProbe probe;
} Run;

/* What a line and the naive forecasts score, on both parts alike. */
static inline Run *
new_run (double persistence, double ridge)
{
  Run *run = g_new0 (Run, 1);
  run->history.has_validation = true;
  run->experiment = fs_experiment_default ();
  run->data.n_channels = 1;
  run->data.n_rows = 1000;
  run->data.length = 24;
  run->data.raw_tells = 0.5;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      run->data.n_windows[part] = part == FS_PART_TRAIN ? 20000 : 400;
      run->baselines.parts[part] = (FsBaseline){
        .mean = 1, .persistence = persistence, .seasonal_naive = NAN, .ridge = ridge
      };
    }
  run->probe.n_layers = 1;
  run->probe.layers[0] = (FsLayerProbe){ .n_units = 8,
                                         .n_steps = 24,
                                         .effective_rank = 0.5F,
                                         .gradient_older = 0.1F,
                                         .gradient_slope = 0.1F,
                                         .saliency_older = 0.1F,
                                         .memory = 4 };
  run->probe.layers[0].gates[FS_STATE_FORGET_GATE].mean = 0.7F;
  return run;
}

static inline void
run_free (Run *run)
{
  fs_history_clear (&run->history);
  g_free (run);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Run, run_free)

static inline void
add_epoch (Run *run, double train, double validation, double update)
{
  const FsObservation observation = { .epoch = (uint32_t) run->history.n_observations + 1,
                                      .train_loss = train,
                                      .running_loss = train,
                                      .validation_loss = validation,
                                      .learning_rate = run->experiment.train.learning_rate,
                                      .gradient_norm = 1,
                                      .gradient_norm_max = 2,
                                      .update_ratio = update };
  run->probe.epoch = observation.epoch;
  g_assert_cmpint (fs_history_add_probe (&run->history, &run->probe), ==, FS_OK);
  g_assert_cmpint (fs_history_append (&run->history, &observation), ==, FS_OK);
}

/* Down from 1 to the levels within a few epochs, and there they stay. */
static inline void
settle (Run *run, int n, double train, double validation, double update)
{
  for (int i = 0; i < n; i++)
    add_epoch (run, train + (1 - train) * exp (-i), validation + (1 - validation) * exp (-i),
               update);
}

static inline FsVerdict
judge (const Run *run)
{
  const FsCase subject = { &run->history, &run->baselines, &run->experiment, &run->data,
                           &run->forecast };
  return fs_verdict_judge (&subject);
}

static inline const FsFinding *
find (const FsVerdict *verdict, FsFindingId id)
{
  for (size_t i = 0; i < verdict->n_findings; i++)
    if (verdict->findings[i].id == id)
      return &verdict->findings[i];
  return NULL;
}

static inline void
assert_warns (const FsVerdict *verdict, FsFindingId id)
{
  const FsFinding *finding = find (verdict, id);
  if (!finding || finding->level == FS_LEVEL_NOTE)
    g_error ("%s is not claimed: %s", fs_finding_info (id)->word, verdict->headline);
}

static inline void
assert_silent (const FsVerdict *verdict, FsFindingId id)
{
  const FsFinding *finding = find (verdict, id);
  if (finding && finding->level != FS_LEVEL_NOTE)
    g_error ("%s: %s", finding->headline, finding->detail);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Plants; see plants.h. */

#include "tests/ward/plants.h"

#include "engine/experiment/schema.h"

/* ---- faults in the settings ---- */

static void
twist_rate (FsExperiment *experiment, double factor)
{
  experiment->train.learning_rate *= factor;
}

static void
twist_divergence (FsExperiment *experiment, double rate)
{
  experiment->train.optimiser = FS_OPTIMISER_SGD;
  experiment->train.learning_rate = rate;
}

static void
twist_clip (FsExperiment *experiment, double norm)
{
  experiment->train.optimiser = FS_OPTIMISER_SGD;
  experiment->train.learning_rate = 0.05;
  experiment->train.clip_norm = norm;
}

static void
twist_batch (FsExperiment *experiment, double batch)
{
  experiment->train.batch = (int64_t) batch;
  experiment->train.epochs = 15;
}

static void
twist_units (FsExperiment *experiment, double units)
{
  experiment->layers[0].units = (int64_t) units;
  experiment->train.l2 = 0;
}

static void
twist_penalty (FsExperiment *experiment, double l2)
{
  experiment->train.l2 = l2;
}

void
ward_add_dropout (FsExperiment *experiment, double rate)
{
  FsProblem problem;
  g_assert_cmpint (fs_experiment_insert_layer (experiment, 1, FS_LAYER_DROPOUT, &problem), ==,
                   FS_OK);
  experiment->layers[1].rate = rate;
}

static void
twist_epochs (FsExperiment *experiment, double epochs)
{
  experiment->train.epochs = (int64_t) epochs;
}

static void
twist_forget (FsExperiment *experiment, double bias)
{
  experiment->layers[0].forget_bias = bias;
}

/* A large network on few rows for long. */
static void
twist_memory (FsExperiment *experiment, double stride)
{
  if (fs_task_is_of_sequences (experiment->data.task))
    experiment->split.train /= stride;
  else
    experiment->window.stride *= (int64_t) stride;
  experiment->layers[0].units = 48;
  experiment->train.batch = 8;
  experiment->train.learning_rate = 0.01;
  experiment->train.epochs = 120;
}

static void
twist_unscaled (FsExperiment *experiment, double factor)
{
  experiment->n_steps--; /* the last one scales */
}

/* Shorter than the season. */
static void
twist_window (FsExperiment *experiment, double length)
{
  experiment->window.length = (int64_t) length;
}

static void
twist_padding (FsExperiment *experiment, double times)
{
  experiment->window.longest = (int64_t) (times * (double) experiment->window.longest);
  experiment->window.padding = FS_AT_END;
  experiment->window.is_masked = false;
}

/* ---- the plants ---- */

#define NONE FS_N_FOUND
static const WardPlant plants[] = {
  { "missing-code",
    FS_FOUND_MISSING_CODE,
    { FS_FOUND_HEAVY_TAILS, FS_FOUND_LONE_VALUES, NONE },
    NULL,
    ward_spoil_code,
    { 0.05, 0.02, 0.005 },
    FALSE,
    WARD_ON_SERIES },
  { "leak",
    FS_FOUND_LEAK,
    { NONE },
    NULL,
    ward_spoil_leak,
    { 0.002, 0.02, 0.08 },
    TRUE,
    WARD_ON_ALL },
  { "no-signal",
    FS_FOUND_NO_SIGNAL,
    { FS_FOUND_OVERFITTING, NONE },
    NULL,
    ward_spoil_order,
    { 1, 1, 0.9 },
    TRUE,
    WARD_ON_SERIES },
  { "drift", FS_FOUND_DRIFT, { NONE }, NULL, ward_spoil_level, { 6, 4, 3 }, FALSE, WARD_ON_SERIES },
  { "unscaled",
    FS_FOUND_UNSCALED_TARGET,
    { FS_FOUND_STOPPED_EARLY, NONE },
    twist_unscaled,
    ward_spoil_scale,
    { 50, 20, 5 },
    FALSE,
    WARD_ON_SERIES },
  { "walk",
    FS_FOUND_COPIES_LAST,
    { FS_FOUND_NO_SIGNAL, FS_FOUND_DRIFT, NONE },
    NULL,
    ward_spoil_walk,
    { 1, 1, 1 },
    TRUE,
    WARD_ON_SERIES },
  { "tails",
    FS_FOUND_HEAVY_TAILS,
    { FS_FOUND_LONE_VALUES, FS_FOUND_SPIKES, NONE },
    NULL,
    ward_spoil_tails,
    { 60, 30, 15 },
    FALSE,
    WARD_ON_SERIES },
  { "divergence",
    FS_FOUND_DIVERGED,
    { FS_FOUND_HIGH_RATE, FS_FOUND_OSCILLATING, FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, NONE },
    twist_divergence,
    NULL,
    { 50, 20, 5 },
    FALSE,
    WARD_ON_ALL },
  { "high-rate",
    FS_FOUND_HIGH_RATE,
    { FS_FOUND_DIVERGED, FS_FOUND_OSCILLATING, FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, NONE },
    twist_rate,
    NULL,
    { 100, 30, 10 },
    FALSE,
    WARD_ON_ALL },
  { "low-rate",
    FS_FOUND_LOW_RATE,
    { FS_FOUND_NOT_LEARNING, FS_FOUND_STOPPED_EARLY, NONE },
    twist_rate,
    NULL,
    { 1 / 3000.0, 1 / 300.0, 1 / 30.0 },
    FALSE,
    WARD_ON_ALL },
  { "clip",
    FS_FOUND_TIGHT_CLIP,
    { FS_FOUND_NOT_LEARNING, FS_FOUND_LOW_RATE, FS_FOUND_STOPPED_EARLY, NONE },
    twist_clip,
    NULL,
    { 1e-4, 1e-3, 1e-2 },
    FALSE,
    WARD_ON_ALL },
  { "batch",
    FS_FOUND_FEW_STEPS,
    { FS_FOUND_STOPPED_EARLY, FS_FOUND_LOW_RATE, FS_FOUND_UNDERFITTING, NONE },
    twist_batch,
    NULL,
    { 100000, 256, 128 },
    FALSE,
    WARD_ON_ALL },
  { "forget",
    FS_FOUND_FORGETS,
    { FS_FOUND_VANISHING, FS_FOUND_UNDERFITTING, NONE },
    twist_forget,
    NULL,
    { -6, -4, -2 },
    FALSE,
    WARD_ON_ALL },
  { "small",
    FS_FOUND_UNDERFITTING,
    { FS_FOUND_STOPPED_EARLY, NONE },
    twist_units,
    NULL,
    { 1, 1, 2 },
    FALSE,
    WARD_ON_ALL },
  { "penalty",
    FS_FOUND_OVER_REGULARISED,
    { FS_FOUND_UNDERFITTING, NONE },
    twist_penalty,
    NULL,
    { 0.3, 0.1, 0.03 },
    FALSE,
    WARD_ON_ALL },
  { "dropout",
    FS_FOUND_OVER_REGULARISED,
    { FS_FOUND_UNDERFITTING, FS_FOUND_STOPPED_EARLY, NONE },
    ward_add_dropout,
    NULL,
    { 0.9, 0.8, 0.6 },
    FALSE,
    WARD_ON_ALL },
  { "short",
    FS_FOUND_STOPPED_EARLY,
    { FS_FOUND_UNDERFITTING, FS_FOUND_LOW_RATE, FS_FOUND_NO_SIGNAL, NONE },
    twist_epochs,
    NULL,
    { 5, 6, 8 },
    FALSE,
    WARD_ON_ALL },
  { "memory", FS_FOUND_OVERFITTING, { NONE }, twist_memory, NULL, { 6, 4, 2 }, FALSE, WARD_ON_ALL },
  { "window",
    FS_FOUND_SHORT_WINDOW,
    { FS_FOUND_UNDERFITTING, FS_FOUND_NO_SIGNAL, NONE },
    twist_window,
    NULL,
    { 2, 3, 4 },
    FALSE,
    WARD_ON_SEASONS },
  { "no-answer",
    FS_FOUND_NO_SIGNAL,
    { FS_FOUND_OVERFITTING, NONE },
    NULL,
    ward_spoil_answers,
    { 1, 1, 0.9 },
    TRUE,
    WARD_ON_SEQUENCES },
  { "unscaled-inputs",
    FS_FOUND_UNSCALED_INPUT,
    { FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, FS_FOUND_UNDERFITTING, FS_FOUND_NO_SIGNAL, NONE },
    twist_unscaled,
    ward_spoil_inputs,
    { 200, 50, 20 },
    FALSE,
    WARD_ON_SEQUENCES },
  { "padding",
    FS_FOUND_PADDING,
    { FS_FOUND_VANISHING, FS_FOUND_FORGETS, FS_FOUND_LONG_WINDOW, NONE },
    twist_padding,
    NULL,
    { 5, 3, 2 },
    FALSE,
    WARD_ON_SEQUENCES },
  { "rare",
    FS_FOUND_IMBALANCE,
    { FS_FOUND_NO_SIGNAL, FS_FOUND_SMALL_VALIDATION, NONE },
    NULL,
    ward_spoil_shares,
    { 0.04, 0.07, 0.12 },
    FALSE,
    WARD_ON_CLASSES },
};

/* ---- asking ---- */

guint
ward_n_plants (void)
{
  return G_N_ELEMENTS (plants);
}

const WardPlant *
ward_plant (guint plant)
{
  return &plants[plant];
}

const WardPlant *
ward_plant_named (const char *name)
{
  for (gsize p = 0; p < G_N_ELEMENTS (plants); p++)
    if (g_str_equal (plants[p].name, name))
      return &plants[p];
  g_error ("there is no plant %s", name);
}

gboolean
ward_plant_grows_on (const WardPlant *plant, guint host)
{
  const FsTask task = ward_host_task (host);
  switch (plant->soil)
    {
    case WARD_ON_SERIES:
      return !fs_task_is_of_sequences (task);
    case WARD_ON_SEASONS:
      return ward_host_season (host) > 0;
    case WARD_ON_SEQUENCES:
      return fs_task_is_of_sequences (task);
    case WARD_ON_CLASSES:
      return fs_task_is_of_classes (task);
    default:
      return TRUE;
    }
}

gboolean
ward_plant_accepts (const WardPlant *plant, FsFindingId id)
{
  if (plant->planted == id)
    return TRUE;
  for (guint i = 0; plant->accepted[i] != NONE; i++)
    if (plant->accepted[i] == id)
      return TRUE;
  return FALSE;
}

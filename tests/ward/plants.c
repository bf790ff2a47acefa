/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Controls, plants and the single changes that certify a control; see plants.h. */

#include "tests/ward/plants.h"

#include <glib/gstdio.h>
#include <math.h>
#include "engine/diagnose/edit.h"
#include "engine/experiment/schema.h"
#include "tests/ward/spoils.h"

/* ---- faults in the settings ---- */

typedef void (*Twist) (FsExperiment *experiment, double strength);

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

static void
twist_dropout (FsExperiment *experiment, double rate)
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

/* The hosts that a plant can grow on. */
typedef enum
{
  ON_ALL,
  ON_SERIES,
  ON_SEASONS,
  ON_SEQUENCES,
  ON_CLASSES
} Soil;

static gboolean
grows_on (Soil soil, guint host)
{
  const FsTask task = ward_host_task (host);
  switch (soil)
    {
    case ON_SERIES:
      return !fs_task_is_of_sequences (task);
    case ON_SEASONS:
      return ward_host_season (host) > 0;
    case ON_SEQUENCES:
      return fs_task_is_of_sequences (task);
    case ON_CLASSES:
      return fs_task_is_of_classes (task);
    default:
      return TRUE;
    }
}

#define NONE FS_N_FOUND
static const struct
{
  const char *name;
  FsFindingId planted, accepted[WARD_MAX_ACCEPTED - 1]; /* NONE ends the list */
  Twist twist;
  WardSpoil spoil;
  double strength[3];
  gboolean harms_by_nature;
  Soil soil;
} plants[] = {
  { "missing-code",
    FS_FOUND_MISSING_CODE,
    { FS_FOUND_HEAVY_TAILS, FS_FOUND_LONE_VALUES, NONE },
    NULL,
    ward_spoil_code,
    { 0.05, 0.02, 0.005 },
    FALSE,
    ON_SERIES },
  { "leak", FS_FOUND_LEAK, { NONE }, NULL, ward_spoil_leak, { 0.002, 0.02, 0.08 }, TRUE, ON_ALL },
  { "no-signal",
    FS_FOUND_NO_SIGNAL,
    { FS_FOUND_OVERFITTING, NONE },
    NULL,
    ward_spoil_order,
    { 1, 1, 0.9 },
    TRUE,
    ON_SERIES },
  { "drift", FS_FOUND_DRIFT, { NONE }, NULL, ward_spoil_level, { 6, 4, 3 }, FALSE, ON_SERIES },
  { "unscaled",
    FS_FOUND_UNSCALED_TARGET,
    { FS_FOUND_STOPPED_EARLY, NONE },
    twist_unscaled,
    ward_spoil_scale,
    { 50, 20, 5 },
    FALSE,
    ON_SERIES },
  { "walk",
    FS_FOUND_COPIES_LAST,
    { FS_FOUND_NO_SIGNAL, FS_FOUND_DRIFT, NONE },
    NULL,
    ward_spoil_walk,
    { 1, 1, 1 },
    TRUE,
    ON_SERIES },
  { "tails",
    FS_FOUND_HEAVY_TAILS,
    { FS_FOUND_LONE_VALUES, FS_FOUND_SPIKES, NONE },
    NULL,
    ward_spoil_tails,
    { 60, 30, 15 },
    FALSE,
    ON_SERIES },
  { "divergence",
    FS_FOUND_DIVERGED,
    { FS_FOUND_HIGH_RATE, FS_FOUND_OSCILLATING, FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, NONE },
    twist_divergence,
    NULL,
    { 50, 20, 5 },
    FALSE,
    ON_ALL },
  { "high-rate",
    FS_FOUND_HIGH_RATE,
    { FS_FOUND_DIVERGED, FS_FOUND_OSCILLATING, FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, NONE },
    twist_rate,
    NULL,
    { 100, 30, 10 },
    FALSE,
    ON_ALL },
  { "low-rate",
    FS_FOUND_LOW_RATE,
    { FS_FOUND_NOT_LEARNING, FS_FOUND_STOPPED_EARLY, NONE },
    twist_rate,
    NULL,
    { 1 / 3000.0, 1 / 300.0, 1 / 30.0 },
    FALSE,
    ON_ALL },
  { "clip",
    FS_FOUND_TIGHT_CLIP,
    { FS_FOUND_NOT_LEARNING, FS_FOUND_LOW_RATE, FS_FOUND_STOPPED_EARLY, NONE },
    twist_clip,
    NULL,
    { 1e-4, 1e-3, 1e-2 },
    FALSE,
    ON_ALL },
  { "batch",
    FS_FOUND_FEW_STEPS,
    { FS_FOUND_STOPPED_EARLY, FS_FOUND_LOW_RATE, FS_FOUND_UNDERFITTING, NONE },
    twist_batch,
    NULL,
    { 100000, 256, 128 },
    FALSE,
    ON_ALL },
  { "forget",
    FS_FOUND_FORGETS,
    { FS_FOUND_VANISHING, FS_FOUND_UNDERFITTING, NONE },
    twist_forget,
    NULL,
    { -6, -4, -2 },
    FALSE,
    ON_ALL },
  { "small",
    FS_FOUND_UNDERFITTING,
    { FS_FOUND_STOPPED_EARLY, NONE },
    twist_units,
    NULL,
    { 1, 1, 2 },
    FALSE,
    ON_ALL },
  { "penalty",
    FS_FOUND_OVER_REGULARISED,
    { FS_FOUND_UNDERFITTING, NONE },
    twist_penalty,
    NULL,
    { 0.3, 0.1, 0.03 },
    FALSE,
    ON_ALL },
  { "dropout",
    FS_FOUND_OVER_REGULARISED,
    { FS_FOUND_UNDERFITTING, FS_FOUND_STOPPED_EARLY, NONE },
    twist_dropout,
    NULL,
    { 0.9, 0.8, 0.6 },
    FALSE,
    ON_ALL },
  { "short",
    FS_FOUND_STOPPED_EARLY,
    { FS_FOUND_UNDERFITTING, FS_FOUND_LOW_RATE, FS_FOUND_NO_SIGNAL, NONE },
    twist_epochs,
    NULL,
    { 5, 6, 8 },
    FALSE,
    ON_ALL },
  { "memory", FS_FOUND_OVERFITTING, { NONE }, twist_memory, NULL, { 6, 4, 2 }, FALSE, ON_ALL },
  { "window",
    FS_FOUND_SHORT_WINDOW,
    { FS_FOUND_UNDERFITTING, FS_FOUND_NO_SIGNAL, NONE },
    twist_window,
    NULL,
    { 2, 3, 4 },
    FALSE,
    ON_SEASONS },
  { "no-answer",
    FS_FOUND_NO_SIGNAL,
    { FS_FOUND_OVERFITTING, NONE },
    NULL,
    ward_spoil_answers,
    { 1, 1, 0.9 },
    TRUE,
    ON_SEQUENCES },
  { "unscaled-inputs",
    FS_FOUND_UNSCALED_INPUT,
    { FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, FS_FOUND_UNDERFITTING, FS_FOUND_NO_SIGNAL, NONE },
    twist_unscaled,
    ward_spoil_inputs,
    { 200, 50, 20 },
    FALSE,
    ON_SEQUENCES },
  { "padding",
    FS_FOUND_PADDING,
    { FS_FOUND_VANISHING, FS_FOUND_FORGETS, FS_FOUND_LONG_WINDOW, NONE },
    twist_padding,
    NULL,
    { 5, 3, 2 },
    FALSE,
    ON_SEQUENCES },
  { "rare",
    FS_FOUND_IMBALANCE,
    { FS_FOUND_NO_SIGNAL, FS_FOUND_SMALL_VALIDATION, NONE },
    NULL,
    ward_spoil_shares,
    { 0.04, 0.07, 0.12 },
    FALSE,
    ON_CLASSES },
};

/* ---- healthy in ways that look ill ---- */

static void
calm (FsExperiment *experiment)
{
}

static void
larger (FsExperiment *experiment)
{
  experiment->layers[0].units *= 2;
}

static void
few_validation_rows (FsExperiment *experiment)
{
  experiment->split.validation = 0.08;
}

static void
cosine (FsExperiment *experiment)
{
  experiment->train.schedule.type = FS_SCHEDULE_COSINE;
}

static void
cyclic (FsExperiment *experiment)
{
  experiment->train.schedule.type = FS_SCHEDULE_TRIANGULAR;
  experiment->train.schedule.rise = 4;
}

static void
some_dropout (FsExperiment *experiment)
{
  twist_dropout (experiment, 0.1);
}

static void
min_max (FsExperiment *experiment)
{
  experiment->steps[experiment->n_steps - 1].scale_method = FS_SCALE_MIN_MAX;
}

static void
small_batch (FsExperiment *experiment)
{
  experiment->train.batch = 4;
  experiment->train.learning_rate = 0.002;
}

static void
clipped (FsExperiment *experiment)
{
  experiment->train.clip_norm = 1;
}

static void
warm_up (FsExperiment *experiment)
{
  experiment->train.schedule.type = FS_SCHEDULE_WARM_UP;
  experiment->train.schedule.length = 5;
}

static void
patient (FsExperiment *experiment)
{
  experiment->train.stop.patience = 8;
}

static const struct
{
  const char *name;
  void (*dress) (FsExperiment *experiment);
} controls[] = {
  { "calm", calm },       { "larger", larger },       { "few-validation", few_validation_rows },
  { "cosine", cosine },   { "cyclic", cyclic },       { "dropout", some_dropout },
  { "min-max", min_max }, { "batch-4", small_batch }, { "clipped", clipped },
  { "warm-up", warm_up }, { "patient", patient },
};

/* ---- cases ---- */

static WardCase *
new_case (GPtrArray *cases, guint host, const char *name, WardSeverity severity)
{
  static const char *const words[] = { "gross", "moderate", "mild", "healthy" };
  WardCase *ward = g_new0 (WardCase, 1);
  g_snprintf (ward->key, sizeof ward->key, "%s/%s/%s", ward_host_name (host), name,
              words[severity]);
  ward->host = host;
  ward->severity = severity;
  ward->planted = FS_N_FOUND;
  ward->experiment = ward_host_experiment (host);
  g_ptr_array_add (cases, ward);
  return ward;
}

/* Writes the host's rows with the fault as a file of its own, and points the case at it. */
static void
spoil (WardCase *ward, WardSpoil how, double strength, const char *scratch)
{
  WardRows rows = ward_host_rows (ward->host);
  g_autofree char *name = g_strdelimit (g_strdup (ward->key), "/", '-');
  g_autofree char *file = g_strdup_printf ("%s/%s.csv", scratch, name);
  if (how)
    how (&rows, strength);
  ward_rows_write (&rows, file);
  g_strlcpy (ward->experiment.data.source, file, sizeof ward->experiment.data.source);
  g_strlcpy (ward->experiment.data.target, "y", sizeof ward->experiment.data.target);
  ward->experiment.data.n_inputs = rows.n_inputs;
  for (guint i = 0; i < rows.n_inputs; i++)
    ward_input_name (&rows, i, ward->experiment.data.inputs[i]);
  ward_rows_clear (&rows);
}

GPtrArray *
ward_cases (guint host, gboolean only_gross, const char *scratch)
{
  GPtrArray *cases = g_ptr_array_new_with_free_func (g_free);
  for (gsize c = 0; c < G_N_ELEMENTS (controls); c++)
    {
      WardCase *ward = new_case (cases, host, controls[c].name, WARD_HEALTHY);
      controls[c].dress (&ward->experiment);
      if (ward_host_is_made (host))
        spoil (ward, NULL, 0, scratch);
    }
  for (gsize p = 0; p < G_N_ELEMENTS (plants); p++)
    for (int severity = WARD_GROSS;
         grows_on (plants[p].soil, host) && severity <= (only_gross ? WARD_GROSS : WARD_MILD);
         severity++)
      {
        WardCase *ward = new_case (cases, host, plants[p].name, (WardSeverity) severity);
        ward->planted = plants[p].planted;
        ward->harms_by_nature = plants[p].harms_by_nature;
        ward->accepted[ward->n_accepted++] = plants[p].planted;
        for (guint i = 0; plants[p].accepted[i] != NONE; i++)
          ward->accepted[ward->n_accepted++] = plants[p].accepted[i];
        if (plants[p].twist)
          plants[p].twist (&ward->experiment, plants[p].strength[severity]);
        if (plants[p].spoil || ward_host_is_made (host))
          spoil (ward, plants[p].spoil, plants[p].strength[severity], scratch);
      }
  return cases;
}

void
ward_cases_clear (GPtrArray *cases, const char *scratch)
{
  for (guint i = 0; i < cases->len; i++)
    {
      const WardCase *ward = g_ptr_array_index (cases, i);
      if (g_str_has_prefix (ward->experiment.data.source, scratch))
        g_remove (ward->experiment.data.source);
    }
}

/* ---- single changes ---- */

static gboolean
set (FsExperiment *experiment, const char *key, double value)
{
  const FsEdit edit = fs_edit_set_number (key, value);
  return fs_edit_apply (&edit, experiment, NULL) == FS_OK;
}

static gboolean
toggle_dropout (FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (experiment->layers[i].kind == FS_LAYER_DROPOUT)
      {
        fs_experiment_remove_layer (experiment, i);
        return TRUE;
      }
  twist_dropout (experiment, 0.2);
  return TRUE;
}

static const char *const edit_names[WARD_N_EDITS] = {
  "rate-up",   "rate-down", "units-up",  "units-down",
  "epochs-up", "dropout",   "window-up", "window-down",
};

const char *
ward_edit_name (guint edit)
{
  return edit_names[edit];
}

gboolean
ward_edit_apply (guint edit, FsExperiment *experiment)
{
  switch (edit)
    {
    case 0:
      return set (experiment, "train.learning_rate", 3 * experiment->train.learning_rate);
    case 1:
      return set (experiment, "train.learning_rate", experiment->train.learning_rate / 3);
    case 2:
      return set (experiment, "model.layers.0.units", 2.0 * (double) experiment->layers[0].units);
    case 3:
      return set (experiment, "model.layers.0.units",
                  floor ((double) experiment->layers[0].units / 2));
    case 4:
      return set (experiment, "train.epochs", 3.0 * (double) experiment->train.epochs);
    case 5:
      return toggle_dropout (experiment);
    case 6:
      if (fs_task_is_of_sequences (experiment->data.task))
        return FALSE;
      return set (experiment, "window.length", 2.0 * (double) experiment->window.length);
    default:
      if (fs_task_is_of_sequences (experiment->data.task))
        return FALSE;
      return set (experiment, "window.length", floor ((double) experiment->window.length / 2));
    }
}

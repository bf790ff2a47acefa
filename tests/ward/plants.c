/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Controls, plants and the single changes that certify a control; see plants.h. */

#include "tests/ward/plants.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/diagnose/edit.h"
#include "engine/experiment/schema.h"

/* ---- series with a fault in their rows ---- */

typedef void (*Spoil) (WardRows *rows, double strength);

static double
mean_of (const WardRows *rows)
{
  double mean = 0;
  gsize n = 0;
  for (gsize t = 0; t < rows->n; t++)
    if (isfinite (rows->target[t]))
      mean += (rows->target[t] - mean) / (double) ++n;
  return mean;
}

static double
deviation (const WardRows *rows)
{
  double mean = mean_of (rows), variance = 0;
  gsize n = 0;
  for (gsize t = 0; t < rows->n; t++)
    if (isfinite (rows->target[t]))
      variance += ((rows->target[t] - mean) * (rows->target[t] - mean) - variance) / (double) ++n;
  return sqrt (variance);
}

static void
spoil_code (WardRows *rows, double share)
{
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 1, 0);
  for (gsize t = 0; t < rows->n; t++)
    if (fs_random_uniform (&random) < share)
      rows->target[t] = -1e5;
}

static void
spoil_leak (WardRows *rows, double noise)
{
  FsRandom random = fs_random (2, FS_STREAM_GENERATOR, 2, 0);
  double sd = deviation (rows);
  rows->extra = g_new (double, rows->n);
  for (gsize t = 0; t < rows->n; t++)
    rows->extra[t] =
        rows->target[MIN (t + 1, rows->n - 1)] + noise * sd * fs_random_normal (&random);
}

/* All order is taken away, or most of it. */
static void
spoil_order (WardRows *rows, double share)
{
  FsRandom random = fs_random (3, FS_STREAM_GENERATOR, 3, 0);
  for (gsize t = rows->n; t-- > 1;)
    if (fs_random_uniform (&random) < share)
      {
        gsize other = (gsize) fs_random_below (&random, t + 1);
        double swapped = rows->target[t];
        rows->target[t] = rows->target[other];
        rows->target[other] = swapped;
      }
}

static void
spoil_level (WardRows *rows, double sds)
{
  double sd = deviation (rows);
  for (gsize t = (gsize) (0.7 * (double) rows->n); t < rows->n; t++)
    rows->target[t] += sds * sd;
}

static void
spoil_scale (WardRows *rows, double factor)
{
  const double sd = deviation (rows), mean = mean_of (rows);
  for (gsize t = 0; t < rows->n; t++)
    rows->target[t] = factor * (4 + (rows->target[t] - mean) / sd);
}

static void
spoil_walk (WardRows *rows, double step)
{
  FsRandom random = fs_random (4, FS_STREAM_GENERATOR, 4, 0);
  double y = 0;
  for (gsize t = 0; t < rows->n; t++)
    rows->target[t] = y += step * fs_random_normal (&random);
}

static void
spoil_tails (WardRows *rows, double sds)
{
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 5, 0);
  double sd = deviation (rows);
  for (gsize t = 0; t < rows->n; t++)
    if (fs_random_uniform (&random) < 0.005)
      rows->target[t] += sds * sd * (fs_random_uniform (&random) < 0.5 ? -1 : 1);
}

/* Writes the host's series with the fault as a file of its own, and points the case at it. */
static void
spoil_rows (WardCase *ward, Spoil spoil, double strength, const char *scratch)
{
  g_autoptr (GError) error = NULL;
  WardRows rows = ward_host_rows (ward->host);
  g_autoptr (GString) csv = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (spoil)
    spoil (&rows, strength);
  g_string_append (csv, rows.extra ? "y,extra\n" : "y,row\n");
  for (gsize t = 0; t < rows.n; t++)
    {
      if (isfinite (rows.target[t]))
        g_string_append (csv, g_ascii_dtostr (number, sizeof number, rows.target[t]));
      g_string_append_printf (
          csv, ",%s\n",
          g_ascii_dtostr (number, sizeof number, rows.extra ? rows.extra[t] : (double) t));
    }
  g_autofree char *name = g_strdelimit (g_strdup (ward->key), "/", '-');
  g_autofree char *file = g_strdup_printf ("%s/%s.csv", scratch, name);
  g_file_set_contents (file, csv->str, (gssize) csv->len, &error);
  g_assert_no_error (error);
  g_strlcpy (ward->experiment.data.source, file, sizeof ward->experiment.data.source);
  g_strlcpy (ward->experiment.data.target, "y", sizeof ward->experiment.data.target);
  if (rows.extra)
    {
      ward->experiment.data.n_inputs = 1;
      g_strlcpy (ward->experiment.data.inputs[0], "extra", sizeof *ward->experiment.data.inputs);
    }
  g_free (rows.target);
  g_free (rows.extra);
}

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

/* Only on hosts with a season, which this window is shorter than. */
static void
twist_window (FsExperiment *experiment, double length)
{
  experiment->window.length = (int64_t) length;
}

#define NONE FS_N_FOUND
static const struct
{
  const char *name;
  FsFindingId planted, accepted[WARD_MAX_ACCEPTED - 1]; /* NONE ends the list */
  Twist twist;
  Spoil spoil;
  double strength[3];
  gboolean harms_by_nature;
} plants[] = {
  { "missing-code",
    FS_FOUND_MISSING_CODE,
    { FS_FOUND_HEAVY_TAILS, FS_FOUND_LONE_VALUES, NONE },
    NULL,
    spoil_code,
    { 0.05, 0.02, 0.005 },
    FALSE },
  { "leak", FS_FOUND_LEAK, { NONE }, NULL, spoil_leak, { 0.002, 0.02, 0.08 }, TRUE },
  { "no-signal",
    FS_FOUND_NO_SIGNAL,
    { FS_FOUND_OVERFITTING, NONE },
    NULL,
    spoil_order,
    { 1, 1, 0.9 },
    TRUE },
  { "drift", FS_FOUND_DRIFT, { NONE }, NULL, spoil_level, { 6, 4, 3 }, FALSE },
  { "unscaled",
    FS_FOUND_UNSCALED_TARGET,
    { FS_FOUND_STOPPED_EARLY, NONE },
    twist_unscaled,
    spoil_scale,
    { 50, 20, 5 },
    FALSE },
  { "walk",
    FS_FOUND_COPIES_LAST,
    { FS_FOUND_NO_SIGNAL, FS_FOUND_DRIFT, NONE },
    NULL,
    spoil_walk,
    { 1, 1, 1 },
    TRUE },
  { "tails",
    FS_FOUND_HEAVY_TAILS,
    { FS_FOUND_LONE_VALUES, FS_FOUND_SPIKES, NONE },
    NULL,
    spoil_tails,
    { 60, 30, 15 },
    FALSE },
  { "divergence",
    FS_FOUND_DIVERGED,
    { FS_FOUND_HIGH_RATE, FS_FOUND_OSCILLATING, FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, NONE },
    twist_divergence,
    NULL,
    { 50, 20, 5 },
    FALSE },
  { "high-rate",
    FS_FOUND_HIGH_RATE,
    { FS_FOUND_DIVERGED, FS_FOUND_OSCILLATING, FS_FOUND_SATURATED, FS_FOUND_DEAD_UNITS, NONE },
    twist_rate,
    NULL,
    { 100, 30, 10 },
    FALSE },
  { "low-rate",
    FS_FOUND_LOW_RATE,
    { FS_FOUND_NOT_LEARNING, FS_FOUND_STOPPED_EARLY, NONE },
    twist_rate,
    NULL,
    { 1 / 3000.0, 1 / 300.0, 1 / 30.0 },
    FALSE },
  { "clip",
    FS_FOUND_TIGHT_CLIP,
    { FS_FOUND_NOT_LEARNING, FS_FOUND_LOW_RATE, FS_FOUND_STOPPED_EARLY, NONE },
    twist_clip,
    NULL,
    { 1e-4, 1e-3, 1e-2 },
    FALSE },
  { "batch",
    FS_FOUND_FEW_STEPS,
    { FS_FOUND_STOPPED_EARLY, FS_FOUND_LOW_RATE, FS_FOUND_UNDERFITTING, NONE },
    twist_batch,
    NULL,
    { 100000, 256, 128 },
    FALSE },
  { "forget",
    FS_FOUND_FORGETS,
    { FS_FOUND_VANISHING, FS_FOUND_UNDERFITTING, NONE },
    twist_forget,
    NULL,
    { -6, -4, -2 },
    FALSE },
  { "small",
    FS_FOUND_UNDERFITTING,
    { FS_FOUND_STOPPED_EARLY, NONE },
    twist_units,
    NULL,
    { 1, 1, 2 },
    FALSE },
  { "penalty",
    FS_FOUND_OVER_REGULARISED,
    { FS_FOUND_UNDERFITTING, NONE },
    twist_penalty,
    NULL,
    { 0.3, 0.1, 0.03 },
    FALSE },
  { "dropout",
    FS_FOUND_OVER_REGULARISED,
    { FS_FOUND_UNDERFITTING, FS_FOUND_STOPPED_EARLY, NONE },
    twist_dropout,
    NULL,
    { 0.9, 0.8, 0.6 },
    FALSE },
  { "short",
    FS_FOUND_STOPPED_EARLY,
    { FS_FOUND_UNDERFITTING, FS_FOUND_LOW_RATE, FS_FOUND_NO_SIGNAL, NONE },
    twist_epochs,
    NULL,
    { 5, 6, 8 },
    FALSE },
  { "memory", FS_FOUND_OVERFITTING, { NONE }, twist_memory, NULL, { 6, 4, 2 }, FALSE },
  { "window",
    FS_FOUND_SHORT_WINDOW,
    { FS_FOUND_UNDERFITTING, FS_FOUND_NO_SIGNAL, NONE },
    twist_window,
    NULL,
    { 2, 3, 4 },
    FALSE },
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

GPtrArray *
ward_cases (guint host, gboolean only_gross, const char *scratch)
{
  GPtrArray *cases = g_ptr_array_new_with_free_func (g_free);
  for (gsize c = 0; c < G_N_ELEMENTS (controls); c++)
    {
      WardCase *ward = new_case (cases, host, controls[c].name, WARD_HEALTHY);
      controls[c].dress (&ward->experiment);
      if (ward_host_is_made (host))
        spoil_rows (ward, NULL, 0, scratch);
    }
  for (gsize p = 0; p < G_N_ELEMENTS (plants); p++)
    for (int severity = plants[p].twist == twist_window && ward_host_season (host) == 0
                            ? WARD_HEALTHY
                            : WARD_GROSS;
         severity <= (only_gross ? WARD_GROSS : WARD_MILD); severity++)
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
          spoil_rows (ward, plants[p].spoil, plants[p].strength[severity], scratch);
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
      return set (experiment, "window.length", 2.0 * (double) experiment->window.length);
    default:
      return set (experiment, "window.length", floor ((double) experiment->window.length / 2));
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hosts, controls and plants. See hosts.h. */

#include "tests/ward/hosts.h"

#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/experiment/schema.h"
#include "engine/lab/source.h"

/* ---- hosts ---- */

static const struct
{
  const char *name, *source, *target;
  int64_t length, stride, epochs;
  int64_t season; /* 0 = none that a window could miss */
} hosts[] = {
  { "sine", "builtin:synthetic-sine-noise", "value", 24, 2, 20, 50 },
  { "electricity", "builtin:electricity-england-wales", "demand_mw", 48, 12, 40, 48 },
  { "sunspots", "builtin:sunspots-monthly", "sunspot_number", 24, 7, 30, 0 },
  { "arma", NULL, "y", 12, 2, 30, 0 },
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

static FsExperiment
host_experiment (guint host)
{
  FsExperiment experiment = fs_experiment_default ();
  if (hosts[host].source)
    g_strlcpy (experiment.data.source, hosts[host].source, sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, hosts[host].target, sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.window.length = hosts[host].length;
  experiment.window.stride = hosts[host].stride;
  experiment.n_steps = 2;
  experiment.steps[0] = fs_step_spec_default (FS_STEP_IMPUTE);
  experiment.steps[1] = fs_step_spec_default (FS_STEP_SCALE);
  experiment.n_layers = 2;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 8;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.train.batch = 16;
  experiment.train.learning_rate = 0.005;
  experiment.train.epochs = hosts[host].epochs;
  experiment.train.stop.patience = FS_NEVER;
  experiment.train.stop.restores_best = true;
  return experiment;
}

/* ---- series with a fault in their rows ---- */

typedef struct
{
  gsize n;
  double *target, *extra; /* extra: a further input, NULL = none */
} Rows;

typedef void (*Spoil) (Rows *rows, double strength);

static double
deviation (const Rows *rows)
{
  double mean = 0, squares = 0;
  for (gsize t = 0; t < rows->n; t++)
    mean += rows->target[t] / (double) rows->n;
  for (gsize t = 0; t < rows->n; t++)
    squares += (rows->target[t] - mean) * (rows->target[t] - mean);
  return sqrt (squares / (double) rows->n);
}

static void
spoil_code (Rows *rows, double share)
{
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 1, 0);
  for (gsize t = 0; t < rows->n; t++)
    if (fs_random_uniform (&random) < share)
      rows->target[t] = -1e5;
}

static void
spoil_leak (Rows *rows, double noise)
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
spoil_order (Rows *rows, double share)
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
spoil_level (Rows *rows, double sds)
{
  double sd = deviation (rows);
  for (gsize t = (gsize) (0.7 * (double) rows->n); t < rows->n; t++)
    rows->target[t] += sds * sd;
}

static void
spoil_scale (Rows *rows, double factor)
{
  double sd = deviation (rows), mean = 0;
  for (gsize t = 0; t < rows->n; t++)
    mean += rows->target[t] / (double) rows->n;
  for (gsize t = 0; t < rows->n; t++)
    rows->target[t] = factor * (4 + (rows->target[t] - mean) / sd);
}

static void
spoil_walk (Rows *rows, double step)
{
  FsRandom random = fs_random (4, FS_STREAM_GENERATOR, 4, 0);
  double y = 0;
  for (gsize t = 0; t < rows->n; t++)
    rows->target[t] = y += step * fs_random_normal (&random);
}

static void
spoil_tails (Rows *rows, double sds)
{
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 5, 0);
  double sd = deviation (rows);
  for (gsize t = 0; t < rows->n; t++)
    if (fs_random_uniform (&random) < 0.005)
      rows->target[t] += sds * sd * (fs_random_uniform (&random) < 0.5 ? -1 : 1);
}

/* An autoregression with a season, made here. */
#define N_ARMA 1500
static Rows
make_arma (void)
{
  FsRandom random = fs_random (6, FS_STREAM_GENERATOR, 6, 0);
  Rows rows = { N_ARMA, g_new (double, N_ARMA), NULL };
  double y = 0, before = 0;
  for (gsize t = 0; t < N_ARMA; t++)
    {
      double next = 1.1 * y - 0.5 * before + fs_random_normal (&random);
      before = y;
      y = next;
      rows.target[t] = y + 2 * sin (2 * G_PI * (double) t / 12);
    }
  return rows;
}

static Rows
load_rows (guint host)
{
  g_autoptr (GError) error = NULL;
  if (!hosts[host].source)
    return make_arma ();
  FsFrame *frame = fs_source_load (hosts[host].source, NULL, NULL, &error);
  g_assert_no_error (error);
  const FsColumn *column = fs_frame_column (frame, hosts[host].target);
  Rows rows = { frame->n_rows, g_memdup2 (column->numbers, frame->n_rows * sizeof (double)), NULL };
  fs_frame_free (frame);
  return rows;
}

/* Writes the host's series with the fault as a file of its own, and points the case at it. */
static void
spoil_rows (WardCase *ward, Spoil spoil, double strength, const char *scratch)
{
  g_autoptr (GError) error = NULL;
  Rows rows = load_rows (ward->host);
  g_autoptr (GString) csv = g_string_new (NULL);
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (spoil)
    spoil (&rows, strength);
  g_string_append (csv, rows.extra ? "y,extra\n" : "y,row\n");
  for (gsize t = 0; t < rows.n; t++)
    {
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
  experiment->n_steps = 1;
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
    { FS_FOUND_HEAVY_TAILS, NONE },
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
    { FS_FOUND_SPIKES, NONE },
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
};

/* ---- healthy in ways that look ill ---- */

static void
calm (FsExperiment *experiment)
{
}

static void
larger (FsExperiment *experiment)
{
  experiment->layers[0].units = 16;
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
  experiment->steps[1].scale_method = FS_SCALE_MIN_MAX;
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

static const struct
{
  const char *name;
  void (*dress) (FsExperiment *experiment);
} controls[] = {
  { "calm", calm },       { "larger", larger },       { "few-validation", few_validation_rows },
  { "cosine", cosine },   { "cyclic", cyclic },       { "dropout", some_dropout },
  { "min-max", min_max }, { "batch-4", small_batch }, { "clipped", clipped },
};

/* ---- cases ---- */

static WardCase *
new_case (GPtrArray *cases, guint host, const char *name, WardSeverity severity)
{
  static const char *const words[] = { "gross", "moderate", "mild", "healthy" };
  WardCase *ward = g_new0 (WardCase, 1);
  g_snprintf (ward->key, sizeof ward->key, "%s/%s/%s", hosts[host].name, name, words[severity]);
  ward->host = host;
  ward->severity = severity;
  ward->planted = FS_N_FOUND;
  ward->experiment = host_experiment (host);
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
      if (!hosts[host].source)
        spoil_rows (ward, NULL, 0, scratch);
    }
  for (gsize p = 0; p < G_N_ELEMENTS (plants); p++)
    for (int severity = WARD_GROSS; severity <= (only_gross ? WARD_GROSS : WARD_MILD); severity++)
      {
        WardCase *ward = new_case (cases, host, plants[p].name, (WardSeverity) severity);
        ward->planted = plants[p].planted;
        ward->harms_by_nature = plants[p].harms_by_nature;
        ward->accepted[ward->n_accepted++] = plants[p].planted;
        for (guint i = 0; plants[p].accepted[i] != NONE; i++)
          ward->accepted[ward->n_accepted++] = plants[p].accepted[i];
        if (plants[p].twist)
          plants[p].twist (&ward->experiment, plants[p].strength[severity]);
        if (plants[p].spoil || !hosts[host].source)
          spoil_rows (ward, plants[p].spoil, plants[p].strength[severity], scratch);
      }
  return cases;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Controls, planted cases and the single changes that certify a control; see cases.h. */

#include "tests/ward/cases.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/diagnose/edit.h"
#include "engine/experiment/schema.h"

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
  ward_add_dropout (experiment, 0.1);
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

/* ---- two faults at once ---- */

/* Of different families, and such that one does not undo the other. */
static const char *const pairs[][2] = {
  { "unscaled", "high-rate" },    { "leak", "short" },
  { "drift", "small" },           { "memory", "tails" },
  { "batch", "penalty" },         { "leak", "high-rate" },
  { "forget", "penalty" },        { "unscaled", "memory" },
  { "small", "high-rate" },       { "leak", "penalty" },
  { "missing-code", "short" },    { "forget", "short" },
  { "drift", "penalty" },         { "low-rate", "dropout" },
  { "tails", "short" },           { "leak", "batch" },
  { "unscaled-inputs", "short" }, { "padding", "small" },
  { "window", "penalty" },        { "rare", "small" },
};

/* A host takes every fourth of those that can grow on it, beginning where its name says: hosts that are
 * added change nothing of the others. */
#define PAIR_STRIDE 4

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
  ward->experiment = ward_host_experiment (host);
  g_ptr_array_add (cases, ward);
  return ward;
}

/* Writes the host's rows with the case's faults as a file of its own, and points the case at it. */
static void
write_rows (WardCase *ward, const char *scratch)
{
  WardRows rows = ward_host_rows (ward->host);
  g_autofree char *name = g_strdelimit (g_strdup (ward->key), "/", '-');
  g_autofree char *file = g_strdup_printf ("%s/%s.csv", scratch, name);
  for (guint p = 0; p < ward->n_plants; p++)
    if (ward->plants[p]->spoil)
      ward->plants[p]->spoil (&rows, ward->plants[p]->strength[ward->severity]);
  ward_rows_write (&rows, file);
  g_strlcpy (ward->experiment.data.source, file, sizeof ward->experiment.data.source);
  g_strlcpy (ward->experiment.data.target, "y", sizeof ward->experiment.data.target);
  ward->experiment.data.n_inputs = rows.n_inputs;
  for (guint i = 0; i < rows.n_inputs; i++)
    ward_input_name (&rows, i, ward->experiment.data.inputs[i]);
  ward_rows_clear (&rows);
}

/* One plant, or two (else NULL). */
static void
plant_case (GPtrArray *cases,
            guint host,
            const WardPlant *first,
            const WardPlant *second,
            WardSeverity severity,
            const char *scratch)
{
  g_autofree char *name =
      second ? g_strdup_printf ("%s+%s", first->name, second->name) : g_strdup (first->name);
  WardCase *ward = new_case (cases, host, name, severity);
  gboolean is_in_rows = ward_host_is_made (host);
  ward->plants[ward->n_plants++] = first;
  if (second)
    ward->plants[ward->n_plants++] = second;
  for (guint p = 0; p < ward->n_plants; p++)
    {
      if (ward->plants[p]->twist)
        ward->plants[p]->twist (&ward->experiment, ward->plants[p]->strength[severity]);
      is_in_rows |= ward->plants[p]->spoil != NULL;
    }
  if (is_in_rows)
    write_rows (ward, scratch);
}

static void
plant_pairs (GPtrArray *cases, guint host, WardSeverity last, const char *scratch)
{
  guint n_growing = g_str_hash (ward_host_name (host)) % PAIR_STRIDE;
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      const WardPlant *first = ward_plant_named (pairs[i][0]);
      const WardPlant *second = ward_plant_named (pairs[i][1]);
      if (!ward_plant_grows_on (first, host) || !ward_plant_grows_on (second, host)
          || n_growing++ % PAIR_STRIDE != 0)
        continue;
      for (int severity = WARD_GROSS; severity <= (int) MIN (last, WARD_MODERATE); severity++)
        plant_case (cases, host, first, second, (WardSeverity) severity, scratch);
    }
}

GPtrArray *
ward_cases (guint host, gboolean only_gross, const char *scratch)
{
  GPtrArray *cases = g_ptr_array_new_with_free_func (g_free);
  const WardSeverity last = only_gross ? WARD_GROSS : WARD_MILD;
  for (gsize c = 0; c < G_N_ELEMENTS (controls); c++)
    {
      WardCase *ward = new_case (cases, host, controls[c].name, WARD_HEALTHY);
      controls[c].dress (&ward->experiment);
      if (ward_host_is_made (host))
        write_rows (ward, scratch);
    }
  for (guint p = 0; p < ward_n_plants (); p++)
    for (int severity = WARD_GROSS;
         ward_plant_grows_on (ward_plant (p), host) && severity <= (int) last; severity++)
      plant_case (cases, host, ward_plant (p), NULL, (WardSeverity) severity, scratch);
  plant_pairs (cases, host, last, scratch);
  return cases;
}

void
ward_case_part_key (const WardCase *ward, guint part, char key[WARD_KEY_SIZE])
{
  const char *severity = strrchr (ward->key, '/');
  g_snprintf (key, WARD_KEY_SIZE, "%s/%s%s", ward_host_name (ward->host), ward->plants[part]->name,
              severity);
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
  ward_add_dropout (experiment, 0.2);
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

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run as lines of JSON; see train-events.h. */

#include "app/commands/train-events.h"

#include <math.h>
#include <stdio.h>
#include "app/commands/verdict-json.h"
#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"
#include "engine/lab/class-scores.h"
#include "engine/train/metrics.h"

static void
append_number (GString *json, const char *key, double value)
{
  g_string_append_printf (json, ",\"%s\":", key);
  fs_json_append_number (json, value);
}

static void
write_line (const GString *json)
{
  fputs (json->str, stdout);
  fputc ('\n', stdout);
  fflush (stdout); /* a script reads along */
}

/* Of the epochs that were looked into: what may be amiss in each recurrent layer, in short. */
static void
append_probe (GString *json, const FsProbe *probe, guint32 epoch)
{
  if (!probe || probe->epoch != epoch)
    return;
  g_string_append (json, ",\"probe\":{\"noise_scale\":");
  fs_json_append_number (json, probe->noise_scale);
  g_string_append (json, ",\"layers\":[");
  for (gsize i = 0; i < probe->n_layers; i++)
    {
      const FsLayerProbe *layer = &probe->layers[i];
      g_string_append_printf (json, "%s{\"layer\":%u", i > 0 ? "," : "", layer->layer);
      append_number (json, "candidate_saturated",
                     (double) layer->gates[FS_STATE_CANDIDATE].low
                         + (double) layer->gates[FS_STATE_CANDIDATE].high);
      append_number (json, "forget_mean", (double) layer->gates[FS_STATE_FORGET_GATE].mean);
      append_number (json, "memory", (double) layer->memory);
      append_number (json, "dead_share", (double) layer->dead_share);
      append_number (json, "effective_rank", (double) layer->effective_rank);
      append_number (json, "gradient_slope", (double) layer->gradient_slope);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}");
}

void
fs_train_events_write_epochs (const FsSnapshot *snapshot, gsize *n_written)
{
  const FsHistory *history = &snapshot->history;
  for (; *n_written < history->n_observations; (*n_written)++)
    {
      const FsObservation *seen = &history->observations[*n_written];
      g_autoptr (GString) json = g_string_new ("{\"event\":\"epoch\"");
      append_number (json, "epoch", seen->epoch);
      append_number (json, "train_loss", seen->train_loss);
      append_number (json, "val_loss", seen->validation_loss);
      if (history->has_accuracy)
        {
          append_number (json, "train_accuracy", seen->train_accuracy);
          append_number (json, "val_accuracy", seen->validation_accuracy);
        }
      if (snapshot->experiment.data.task == FS_TASK_NEXT)
        append_number (json, "val_perplexity", exp (seen->validation_loss));
      append_number (json, "learning_rate", seen->learning_rate);
      append_number (json, "seconds",
                     snapshot->epoch_times ? snapshot->epoch_times[*n_written] : NAN);
      append_probe (json, fs_history_probe_at (history, seen->epoch), seen->epoch);
      g_string_append_c (json, '}');
      write_line (json);
    }
}

static void
append_confusion (GString *json, const FsDataset *dataset, const FsClassMetrics *metrics)
{
  g_string_append (json, ",\"classes\":[");
  for (size_t k = 0; k < metrics->n_classes; k++)
    {
      g_string_append (json, k > 0 ? "," : "");
      fs_json_append_string (json, dataset->class_names[k]);
    }
  g_string_append (json, "],\"confusion\":[");
  for (size_t i = 0; i < metrics->n_classes; i++)
    for (size_t k = 0; k < metrics->n_classes; k++)
      g_string_append_printf (json, "%s%zu%s",
                              k > 0   ? ","
                              : i > 0 ? ",["
                                      : "[",
                              metrics->confusion[i * metrics->n_classes + k],
                              k + 1 == metrics->n_classes ? "]" : "");
  g_string_append_c (json, ']');
}

static void
append_class_test (GString *json, const FsSnapshot *snapshot)
{
  const FsDataset *dataset = snapshot->dataset;
  FsClassMetrics metrics;
  if (!fs_run_class_metrics (snapshot, FS_PART_TEST, &metrics))
    {
      g_string_append (json, ",\"test\":null");
      return;
    }
  g_string_append_printf (json, ",\"test\":{\"n\":%zu", metrics.n);
  append_number (json, "accuracy", metrics.accuracy);
  append_number (json, "balanced_accuracy", metrics.balanced_accuracy);
  append_number (json, "precision", metrics.precision);
  append_number (json, "recall", metrics.recall);
  append_number (json, "f1", metrics.f1);
  append_number (json, "log_loss", metrics.log_loss);
  append_number (json, "perplexity", metrics.perplexity);
  append_number (json, "majority_accuracy",
                 snapshot->baselines.parts[FS_PART_TEST].majority_accuracy);
  append_confusion (json, dataset, &metrics);
  g_string_append_c (json, '}');
  fs_class_metrics_clear (&metrics);
}

/* In the units of the file, with the weights that the run ended with. */
static void
append_test (GString *json, const FsSnapshot *snapshot)
{
  if (snapshot->dataset->n_classes > 0)
    {
      append_class_test (json, snapshot);
      return;
    }
  if (!snapshot->forecast || snapshot->dataset->windows[FS_PART_TEST].n == 0)
    {
      g_string_append (json, ",\"test\":null");
      return;
    }
  const FsMetrics metrics = fs_metrics_compute (snapshot->dataset, FS_PART_TEST,
                                                snapshot->forecast->predicted[FS_PART_TEST]);
  g_string_append_printf (json, ",\"test\":{\"n\":%zu", metrics.n);
  append_number (json, "rmse", metrics.rmse);
  append_number (json, "mae", metrics.mae);
  append_number (json, "bias", metrics.bias);
  append_number (json, "r2", metrics.r2);
  append_number (json, "mape", metrics.mape);
  append_number (json, "smape", metrics.smape);
  append_number (json, "mase", metrics.mase);
  append_number (json, "persistence_rmse", metrics.persistence_rmse);
  append_number (json, "skill_persistence", metrics.skill_persistence);
  append_number (json, "skill_seasonal", metrics.skill_seasonal);
  g_string_append_c (json, '}');
}

/* On the part that best_val_loss is measured on, in its units, so that they compare. */
static void
append_baselines (GString *json, const FsSnapshot *snapshot)
{
  const FsPart part = snapshot->history.has_validation ? FS_PART_VALIDATION : FS_PART_TRAIN;
  const FsBaseline *baseline = &snapshot->baselines.parts[part];
  g_string_append (json, ",\"baselines\":{\"persistence\":");
  fs_json_append_number (json, baseline->persistence);
  append_number (json, "seasonal_naive", baseline->seasonal_naive);
  append_number (json, "mean", baseline->mean);
  append_number (json, "ridge", baseline->ridge);
  if (snapshot->baselines.is_of_classes)
    append_number (json, "majority_accuracy", baseline->majority_accuracy);
  g_string_append_c (json, '}');
}

/* Of a run that is not kept. The same experiment on the same data has the same name everywhere: FNV-1a goes on from the
 * experiment's hash over the bytes of the data's. */
static guint64
identify_run (const FsSnapshot *snapshot)
{
  guint64 hash = fs_experiment_hash (&snapshot->experiment);
  const guint64 data = snapshot->dataset->frame_hash;
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ (data >> shift & 0xFF)) * G_GUINT64_CONSTANT (1099511628211);
  return hash;
}

void
fs_train_events_write_end (const FsSnapshot *snapshot, const FsVerdict *verdict)
{
  const FsHistory *history = &snapshot->history;
  g_autoptr (GString) json = g_string_new ("{\"event\":\"end\",\"reason\":");
  fs_json_append_string (json, fs_end_reason_word (history->end));
  if (history->n_observations > 0)
    {
      const FsObservation *best = &history->observations[history->best];
      append_number (json, "best_epoch", best->epoch);
      append_number (json, "best_val_loss", best->validation_loss);
      append_number (json, "best_train_loss", best->train_loss);
    }
  else
    g_string_append (json, ",\"best_epoch\":0,\"best_val_loss\":null,\"best_train_loss\":null");
  append_number (json, "epochs", (double) history->n_observations);
  append_test (json, snapshot);
  if (snapshot->forecast && snapshot->forecast->sample)
    {
      g_string_append (json, ",\"sample\":");
      fs_json_append_string (json, snapshot->forecast->sample);
    }
  append_baselines (json, snapshot);
  g_string_append (json, ",\"verdict\":");
  fs_json_append_string (json, fs_verdict_word (verdict->kind));
  g_string_append (json, ",\"findings\":");
  fs_verdict_append_findings (json, verdict);
  if (snapshot->id[0])
    g_string_append_printf (json, ",\"run\":\"%s\"}", snapshot->id);
  else
    g_string_append_printf (json, ",\"run\":\"%016" G_GINT64_MODIFIER "x\"}",
                            identify_run (snapshot));
  write_line (json);
}

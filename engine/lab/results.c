/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tables a run leaves, as text; see results.h. What is in them was computed elsewhere. */

#include "engine/lab/results.h"

#include <math.h>
#include "engine/base/number.h"
#include "engine/lab/table-text.h"
#include "engine/train/class-metrics.h"

static void
append_number (GString *text, double number)
{
  char buffer[FS_NUMBER_SIZE];
  g_string_append (text, fs_number_write (number, buffer));
}

static void
append_cell (GString *text, double number)
{
  g_string_append_c (text, ',');
  append_number (text, number);
}

char *
fs_results_history_csv (const FsHistory *history)
{
  GString *text = g_string_new ("epoch,train_loss,val_loss,running_loss,learning_rate,"
                                "gradient_norm,gradient_norm_max,clipped_share,update_ratio,"
                                "gradient_norm_p90,gradient_norm_p99");
  const gboolean has_classes = history->has_accuracy;
  g_string_append (text, has_classes ? ",train_accuracy,val_accuracy\n" : "\n");
  for (size_t i = 0; i < history->n_observations; i++)
    {
      const FsObservation *observation = &history->observations[i];
      g_string_append_printf (text, "%" G_GUINT32_FORMAT, observation->epoch);
      append_cell (text, observation->train_loss);
      if (history->has_validation)
        append_cell (text, observation->validation_loss);
      else
        g_string_append_c (text, ',');
      append_cell (text, observation->running_loss);
      append_cell (text, observation->learning_rate);
      append_cell (text, observation->gradient_norm);
      append_cell (text, observation->gradient_norm_max);
      append_cell (text, observation->clipped_share);
      append_cell (text, observation->update_ratio);
      append_cell (text, observation->gradient_norm_p90);
      append_cell (text, observation->gradient_norm_p99);
      if (has_classes)
        append_cell (text, observation->train_accuracy);
      if (has_classes && history->has_validation)
        append_cell (text, observation->validation_accuracy);
      else if (has_classes)
        g_string_append_c (text, ',');
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

char *
fs_results_timings_csv (const FsSnapshot *snapshot)
{
  GString *text = g_string_new ("epoch,seconds\n");
  for (size_t i = 0; snapshot->epoch_times && i < snapshot->history.n_observations; i++)
    {
      g_string_append_printf (text, "%" G_GUINT32_FORMAT, snapshot->history.observations[i].epoch);
      append_cell (text, snapshot->epoch_times[i]);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

/* ---- probes ---- */

typedef struct
{
  const char *name;
  size_t offset; /* of a float in FsLayerProbe */
} Figure;

#define GATE(word, state)                                           \
  { word "_low", offsetof (FsLayerProbe, gates[state].low) },       \
      { word "_high", offsetof (FsLayerProbe, gates[state].high) }, \
  {                                                                 \
    word "_mean", offsetof (FsLayerProbe, gates[state].mean)        \
  }
#define FIGURE(field)                     \
  {                                       \
#field, offsetof(FsLayerProbe, field) \
  }

static const Figure figures[] = {
  GATE ("input_gate", FS_STATE_INPUT_GATE),
  GATE ("forget_gate", FS_STATE_FORGET_GATE),
  GATE ("output_gate", FS_STATE_OUTPUT_GATE),
  GATE ("reset_gate", FS_STATE_RESET_GATE),
  GATE ("update_gate", FS_STATE_UPDATE_GATE),
  GATE ("candidate", FS_STATE_CANDIDATE),
  FIGURE (memory),
  FIGURE (cell_mean),
  FIGURE (cell_deviation),
  FIGURE (cell_max),
  FIGURE (cell_early),
  FIGURE (cell_late),
  FIGURE (hidden_mean),
  FIGURE (hidden_deviation),
  FIGURE (hidden_max),
  FIGURE (dead_share),
  FIGURE (effective_rank),
  FIGURE (gradient_slope),
  FIGURE (gradient_older),
  FIGURE (saliency_older),
  FIGURE (saliency_oldest),
};

static double
figure_of (const FsLayerProbe *layer, const Figure *figure)
{
  return (double) *(const float *) ((const char *) layer + figure->offset);
}

/* What the layer's kind has, its first probe knows. */
static gboolean
has_figure (const FsHistory *history, gsize layer, const Figure *figure)
{
  return !isnan (figure_of (&history->probes[0].layers[layer], figure));
}

static void
append_probe_header (GString *text, const FsHistory *history, const FsTensorTable *tensors)
{
  g_string_append (text, "epoch,noise,signal,noise_scale");
  for (gsize i = 0; history->n_probes > 0 && i < history->probes[0].n_tensors; i++)
    g_string_append_printf (text, ",%s.gradient_norm,%s.weight_norm,%s.update_ratio",
                            tensors->tensors[i].name, tensors->tensors[i].name,
                            tensors->tensors[i].name);
  for (gsize i = 0; history->n_probes > 0 && i < history->probes[0].n_layers; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (figures); k++)
      if (has_figure (history, i, &figures[k]))
        g_string_append_printf (text, ",layers.%u.%s", history->probes[0].layers[i].layer,
                                figures[k].name);
  g_string_append_c (text, '\n');
}

char *
fs_results_probes_csv (const FsHistory *history, const FsTensorTable *tensors)
{
  GString *text = g_string_new (NULL);
  append_probe_header (text, history, tensors);
  for (gsize p = 0; p < history->n_probes; p++)
    {
      const FsProbe *probe = &history->probes[p];
      g_string_append_printf (text, "%" G_GUINT32_FORMAT, probe->epoch);
      append_cell (text, probe->noise);
      append_cell (text, probe->signal);
      append_cell (text, probe->noise_scale);
      for (gsize i = 0; i < history->probes[0].n_tensors; i++)
        {
          append_cell (text, (double) probe->tensors[i].gradient_norm);
          append_cell (text, (double) probe->tensors[i].weight_norm);
          append_cell (text, (double) probe->tensors[i].update_ratio);
        }
      for (gsize i = 0; i < history->probes[0].n_layers; i++)
        for (gsize k = 0; k < G_N_ELEMENTS (figures); k++)
          if (has_figure (history, i, &figures[k]))
            append_cell (text, figure_of (&probe->layers[i], &figures[k]));
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}

/* ---- predictions ---- */

/* Between two looks at whether anybody wants the rest. */
#define WINDOWS_A_LOOK 4096

/* FALSE if the rest is not wanted. */
static gboolean
is_wanted (const FsResultsWatch *watch, size_t n_rows)
{
  if (watch && watch->progress)
    atomic_fetch_add_explicit (&watch->progress->n_done, n_rows, memory_order_relaxed);
  return !watch || !fs_interrupt_is_requested (watch->interrupt);
}

static void
append_step (GString *text,
             const FsDataset *dataset,
             const FsForecast *forecast,
             FsPart part,
             size_t w,
             size_t step,
             gboolean with_time_of_day)
{
  size_t row = fs_window_target_row (dataset, part, w, step);
  double truth = dataset->target_raw[row];
  g_string_append_printf (text, "%" G_GSIZE_FORMAT ",", row + 1);
  if (dataset->has_dates)
    fs_dataset_append_date (text, dataset, row, with_time_of_day);
  else
    g_string_append_printf (text, "%" G_GSIZE_FORMAT, row + 1);
  g_string_append_printf (text, ",%s,%" G_GSIZE_FORMAT ",", fs_part_word (part), step + 1);
  if (!isnan (truth))
    append_number (text, truth);
  append_cell (text, forecast->predicted[part][w * dataset->n_outputs + step]);
  g_string_append_c (text, '\n');
}

static void
append_part (GString *text,
             const FsDataset *dataset,
             const FsForecast *forecast,
             FsPart part,
             gboolean with_time_of_day,
             const FsResultsWatch *watch)
{
  const size_t n_outputs = dataset->n_outputs;
  for (size_t w = 0; w < forecast->n_windows[part]; w++)
    {
      if (w % WINDOWS_A_LOOK == 0 && !is_wanted (watch, w ? WINDOWS_A_LOOK * n_outputs : 0))
        return;
      for (size_t step = 0; step < n_outputs; step++)
        append_step (text, dataset, forecast, part, w, step, with_time_of_day);
    }
}

/* One line a sequence or text: what is true, what was found, and of classes the probabilities. */
static void
append_examples (GString *text,
                 const FsDataset *dataset,
                 const FsForecast *forecast,
                 FsPart part,
                 const FsResultsWatch *watch)
{
  const size_t n_outputs = dataset->n_outputs;
  for (size_t w = 0; w < forecast->n_windows[part]; w++)
    {
      const double *predicted = forecast->predicted[part] + w * n_outputs;
      const double truth = dataset->target_raw[fs_window_target_row (dataset, part, w, 0)];
      if (w % WINDOWS_A_LOOK == 0 && !is_wanted (watch, w ? WINDOWS_A_LOOK * n_outputs : 0))
        return;
      fs_table_append_cell (text, dataset->windows[part].names[w]);
      g_string_append_printf (text, ",%s,", fs_part_word (part));
      if (dataset->n_classes == 0)
        append_number (text, truth);
      else
        {
          fs_table_append_cell (text, dataset->class_names[(size_t) truth]);
          g_string_append_c (text, ',');
          fs_table_append_cell (
              text, dataset->class_names[fs_class_predicted (predicted, n_outputs, NULL)]);
        }
      if (dataset->n_classes > 0 && n_outputs == 1)
        append_cell (text, 1 - predicted[0]);
      for (size_t k = 0; k < n_outputs; k++)
        append_cell (text, predicted[k]);
      g_string_append_c (text, '\n');
    }
}

static char *
examples_csv (const FsSnapshot *snapshot, const FsResultsWatch *watch)
{
  const FsDataset *dataset = snapshot->dataset;
  GString *text = g_string_new (dataset->task == FS_TASK_TEXT ? "text" : "sequence");
  g_string_append (text, ",part,truth,predicted");
  for (size_t k = 0; k < dataset->n_classes; k++)
    {
      g_autofree char *name = g_strconcat ("p_", dataset->class_names[k], NULL);
      g_string_append_c (text, ',');
      fs_table_append_cell (text, name);
    }
  g_string_append_c (text, '\n');
  for (int part = 0; snapshot->forecast && part < FS_N_PARTS; part++)
    append_examples (text, dataset, snapshot->forecast, (FsPart) part, watch);
  return g_string_free (text, FALSE);
}

char *
fs_results_predictions_csv (const FsSnapshot *snapshot, const FsResultsWatch *watch)
{
  if (snapshot->dataset && fs_task_is_of_sequences (snapshot->dataset->task))
    return examples_csv (snapshot, watch);
  GString *text = g_string_new ("row,time,part,step,truth,predicted\n");
  if (!snapshot->forecast)
    return g_string_free (text, FALSE);
  gboolean with_time_of_day =
      snapshot->dataset->has_dates && fs_dataset_has_times_of_day (snapshot->dataset);
  for (int part = 0; part < FS_N_PARTS; part++)
    append_part (text, snapshot->dataset, snapshot->forecast, part, with_time_of_day, watch);
  return g_string_free (text, FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The network's summary as text; see model-summary.h. */

#include "engine/lab/model-summary.h"

#include "engine/lab/json-text.h"
#include "engine/train/task.h"

FsStatus
fs_model_summary_make (FsModelSummary *summary,
                       const FsExperiment *experiment,
                       const FsDataset *dataset,
                       FsProblem *problem)
{
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
  FsNetworkShape shape;
  *summary = (FsModelSummary){ .n_layers = experiment->n_layers };
  FsStatus status = fs_task_shape_before (&shape, experiment, dataset, problem);
  if (status == FS_OK)
    status = fs_network_plan (experiment, &shape, summary->layers, table, problem);
  if (status != FS_OK)
    return status;
  summary->n_parameters = table->n_parameters;
  for (gsize i = 0; i < summary->n_layers; i++)
    summary->multiply_adds += summary->layers[i].multiply_adds;
  summary->memory = fs_training_memory (experiment, summary->layers, table,
                                        dataset ? fs_task_n_forecasts (dataset) : 0);
  summary->bytes = fs_training_memory_sum (&summary->memory);
  if (dataset && dataset->vectors.values)
    {
      summary->n_words = dataset->vectors.n_words - FS_ID_FIRST_WORD;
      summary->n_words_found = dataset->vectors.n_found;
    }
  return FS_OK;
}

char *
fs_model_summary_coverage (const FsModelSummary *summary)
{
  if (summary->n_words == 0)
    return NULL;
  return g_strdup_printf ("%" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " words have a vector to "
                          "begin with",
                          summary->n_words_found, summary->n_words);
}

FsMemoryRow
fs_model_summary_memory_row (const FsModelSummary *summary, guint row)
{
  const FsTrainingMemory *memory = &summary->memory;
  const FsMemoryRow rows[FS_N_MEMORY_ROWS] = {
    { "Gradients", "gradients", memory->gradients },
    { "Optimiser", "moments", memory->moments },
    { "Kept epochs", "kept", memory->kept },
    { "Forecasts", "forecasts", memory->forecasts },
  };
  return rows[row];
}

char *
fs_model_summary_shape (const FsLayerSummary *layer)
{
  if (layer->steps == 1)
    return g_strdup_printf ("%" G_GSIZE_FORMAT, layer->width);
  return g_strdup_printf ("%" G_GSIZE_FORMAT " × %" G_GSIZE_FORMAT, layer->steps, layer->width);
}

/* Three digits that matter, with a decimal point whatever the locale. */
static char *
short_number (double n, const char *unit)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (digits, sizeof digits, n < 10 ? "%.2f" : n < 100 ? "%.1f" : "%.0f", n);
  return g_strdup_printf ("%s %s", digits, unit);
}

char *
fs_model_summary_memory (gsize n_bytes)
{
  const double n = (double) n_bytes;
  if (n < 1e3)
    return g_strdup_printf ("%" G_GSIZE_FORMAT " B", n_bytes);
  if (n < 1e6)
    return short_number (n / 1e3, "kB");
  return n < 1e9 ? short_number (n / 1e6, "MB") : short_number (n / 1e9, "GB");
}

char *
fs_model_summary_count (double n)
{
  if (n < 1e6)
    return g_strdup_printf ("%.0f", n);
  return n < 1e9 ? short_number (n / 1e6, "million") : short_number (n / 1e9, "billion");
}

static void
append_row (GString *text, const char *const cells[5])
{
  /* Padded by letters, since × is two bytes. */
  for (guint i = 0; i < 5; i++)
    {
      const glong width = i == 0 ? 30 : 15, length = g_utf8_strlen (cells[i], -1);
      const gsize n_spaces = (gsize) MAX (width - length, 1);
      g_autofree char *spaces = g_strnfill (n_spaces, ' ');
      g_string_append_printf (text, "%s%s", i == 0 ? cells[i] : spaces, i == 0 ? spaces : cells[i]);
    }
  g_string_append_c (text, '\n');
}

char *
fs_model_summary_to_text (const FsModelSummary *summary)
{
  GString *text = g_string_new (NULL);
  append_row (text,
              (const char *const[]){ "Layer", "Output", "Weights", "Multiply-adds", "Memory" });
  for (gsize i = 0; i < summary->n_layers; i++)
    {
      const FsLayerSummary *layer = &summary->layers[i];
      g_autofree char *shape = fs_model_summary_shape (layer);
      g_autofree char *weights = g_strdup_printf ("%" G_GSIZE_FORMAT, layer->n_parameters);
      g_autofree char *work = fs_model_summary_count (layer->multiply_adds);
      g_autofree char *memory = fs_model_summary_memory (layer->bytes);
      append_row (text, (const char *const[]){ layer->name, shape, weights, work, memory });
    }
  for (guint i = 0; i < FS_N_MEMORY_ROWS; i++)
    {
      const FsMemoryRow row = fs_model_summary_memory_row (summary, i);
      g_autofree char *memory = fs_model_summary_memory (row.bytes);
      append_row (text, (const char *const[]){ row.label, "", "", "", memory });
    }
  g_autofree char *weights = g_strdup_printf ("%" G_GSIZE_FORMAT, summary->n_parameters);
  g_autofree char *work = fs_model_summary_count (summary->multiply_adds);
  g_autofree char *memory = fs_model_summary_memory (summary->bytes);
  append_row (text, (const char *const[]){ "Together", "", weights, work, memory });
  g_autofree char *coverage = fs_model_summary_coverage (summary);
  if (coverage)
    g_string_append_printf (text, "%s\n", coverage);
  return g_string_free (text, FALSE);
}

static void
append_numbers (GString *json, gsize n_parameters, double multiply_adds, gsize bytes)
{
  g_string_append_printf (json,
                          "\"parameters\": %" G_GSIZE_FORMAT
                          ", \"multiply_adds\": %.0f, \"bytes\": %" G_GSIZE_FORMAT "}",
                          n_parameters, multiply_adds, bytes);
}

char *
fs_model_summary_to_json (const FsModelSummary *summary)
{
  GString *json = g_string_new ("{\"layers\": [");
  for (gsize i = 0; i < summary->n_layers; i++)
    {
      const FsLayerSummary *layer = &summary->layers[i];
      g_string_append (json, i ? ",\n  {\"name\": " : "\n  {\"name\": ");
      fs_json_append_string (json, layer->name);
      g_string_append_printf (json, ", \"output\": [%" G_GSIZE_FORMAT ", %" G_GSIZE_FORMAT "], ",
                              layer->steps, layer->width);
      append_numbers (json, layer->n_parameters, layer->multiply_adds, layer->bytes);
    }
  g_string_append (json, "],\n \"memory\": {");
  for (guint i = 0; i < FS_N_MEMORY_ROWS; i++)
    {
      const FsMemoryRow row = fs_model_summary_memory_row (summary, i);
      g_string_append_printf (json, "%s\"%s\": %" G_GSIZE_FORMAT, i ? ", " : "", row.key,
                              row.bytes);
    }
  if (summary->n_words > 0)
    g_string_append_printf (
        json, "},\n \"vectors\": {\"words\": %" G_GSIZE_FORMAT ", \"found\": %" G_GSIZE_FORMAT,
        summary->n_words, summary->n_words_found);
  g_string_append (json, "},\n \"total\": {");
  append_numbers (json, summary->n_parameters, summary->multiply_adds, summary->bytes);
  g_string_append (json, "}\n");
  return g_string_free (json, FALSE);
}

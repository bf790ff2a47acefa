/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences and names made from experiments and snapshots. Pure: see facts.h. */

#include "ui/facts.h"

#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/geometry.h"
#include "engine/train/task.h"
#include "ui/text.h"

char *
fs_facts_count (gint64 n)
{
  char digits[32];
  GString *text = g_string_new (NULL);
  size_t length;

  g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, n < 0 ? -n : n);
  length = strlen (digits);
  if (n < 0)
    g_string_append (text, "−");
  for (size_t i = 0; i < length; i++)
    {
      if (i > 0 && (length - i) % 3 == 0)
        g_string_append (text, fs_text_group_mark ());
      g_string_append_c (text, digits[i]);
    }
  return g_string_free (text, FALSE);
}

char *
fs_facts_loss (double loss)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isnan (loss))
    return g_strdup ("–");
  if (isinf (loss))
    return g_strdup ("∞");
  g_ascii_formatd (text, sizeof text, fabs (loss) >= 1e4 ? "%.2e" : "%.3g", loss);
  return g_strdup (fs_text_mark_number (text, sizeof text));
}

char *
fs_facts_duration (double seconds)
{
  if (seconds < 0.00095)
    return g_strdup_printf (_ ("%.0f µs"), MAX (seconds * 1e6, 1));
  if (seconds < 0.0095)
    return g_strdup_printf (_ ("%.1f ms"), seconds * 1e3);
  if (seconds < 0.9995)
    return g_strdup_printf (_ ("%.0f ms"), seconds * 1e3);
  if (seconds < 9.95)
    return g_strdup_printf (_ ("%.1f s"), seconds);
  if (seconds < 99.5)
    return g_strdup_printf (_ ("%.0f s"), seconds);
  if (seconds < 99.5 * 60)
    return g_strdup_printf (_ ("%.0f min"), seconds / 60);
  return g_strdup_printf (_ ("%.0f h %02d min"), floor (seconds / 3600),
                          (int) fmod (seconds / 60, 60));
}

char *
fs_facts_model_name (const FsExperiment *experiment)
{
  GString *name = g_string_new (NULL);
  FsLayerKind last = FS_LAYER_LSTM;

  for (size_t i = 0; i < experiment->n_layers; i++)
    {
      const FsLayerSpec *layer = &experiment->layers[i];

      if (layer->kind != FS_LAYER_LSTM && layer->kind != FS_LAYER_GRU
          && layer->kind != FS_LAYER_RNN)
        continue;
      if (name->len == 0)
        g_string_append (name, _ (fs_layer_kind (layer->kind)->label));
      else if (layer->kind == last)
        g_string_append (name, " +");
      else
        g_string_append_printf (name, " + %s", _ (fs_layer_kind (layer->kind)->label));
      last = layer->kind;
      g_string_append_printf (name, " %" G_GINT64_FORMAT, layer->units);
    }
  if (name->len == 0)
    g_string_append (name, _ ("No recurrent layer"));
  return g_string_free (name, FALSE);
}

char *
fs_facts_source_name (const char *source)
{
  g_autofree char *base = NULL;
  char *name, *dot;

  if (g_str_has_prefix (source, "builtin:"))
    base = g_strdup (source + strlen ("builtin:"));
  else
    base = g_path_get_basename (source);
  dot = strrchr (base, '.');
  if (dot && dot != base && !g_str_has_prefix (source, "builtin:"))
    *dot = '\0';
  name = g_utf8_make_valid (base, -1);
  g_strdelimit (name, "-_", ' ');
  if (g_ascii_islower (name[0]))
    name[0] = g_ascii_toupper (name[0]);
  return name;
}

char *
fs_facts_title (const FsExperiment *experiment)
{
  g_autofree char *source = fs_facts_source_name (experiment->data.source);
  g_autofree char *model = fs_facts_model_name (experiment);

  return g_strdup_printf ("%s · %s", source, model);
}

typedef struct
{
  GString *name;
  guint n;
} RunName;

static void
name_difference_cb (const char *path,
                    const char *label,
                    const char *left,
                    const char *right,
                    void *data)
{
  RunName *run_name = data;

  if (g_str_equal (path, "name"))
    return;
  if (run_name->n++ > 0)
    return;
  if (*right == '\0')
    g_string_printf (run_name->name, _ ("Without %s"), label);
  else if (strchr (right, '=') || strchr (right, '{') || strlen (right) > 24)
    g_string_assign (run_name->name, label);
  else
    g_string_printf (run_name->name, "%s %s", label, right);
}

char *
fs_facts_run_name (const FsExperiment *experiment, const FsExperiment *previous)
{
  RunName run_name = { 0 };

  if (!previous)
    return fs_facts_model_name (experiment);
  run_name.name = g_string_new (NULL);
  fs_experiment_compare (previous, experiment, name_difference_cb, &run_name);
  if (run_name.n == 0)
    {
      g_autofree char *model = fs_facts_model_name (experiment);
      g_string_printf (run_name.name, _ ("%s again"), model);
    }
  else if (run_name.n > 1)
    g_string_append_printf (run_name.name, " +%u", run_name.n - 1);
  return g_string_free (run_name.name, FALSE);
}

static char *
end_sentence (const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;
  g_autofree char *n = fs_facts_count ((gint64) history->n_observations);

  switch (history->end)
    {
    case FS_END_EARLY_STOPPING:
      return g_strdup_printf (
          fs_text_count ("stopped early after epoch %s: no improvement for %zu epoch",
                         "stopped early after epoch %s: no improvement for %zu epochs",
                         (size_t) snapshot->experiment.train.stop.patience),
          n, (size_t) snapshot->experiment.train.stop.patience);
    case FS_END_STOPPED:
      return g_strdup_printf (_ ("stopped by you after epoch %s"), n);
    case FS_END_NON_FINITE:
      return g_strdup_printf (_ ("stopped after epoch %s: numbers left the range in %s"), n,
                              history->non_finite_tensor[0] ? history->non_finite_tensor
                                                            : _ ("the loss"));
    case FS_END_EPOCHS:
    case FS_END_NONE:
    default:
      return g_strdup_printf (fs_text_count ("finished after %s epoch", "finished: all %s epochs",
                                             history->n_observations),
                              n);
    }
}

static char *
progress_sentence (const FsSnapshot *snapshot)
{
  gint64 done = (gint64) snapshot->history.n_observations;
  gint64 wanted = snapshot->experiment.train.epochs;
  gint64 now = snapshot->epoch_share > 0 && done < wanted ? done + 1 : done;
  g_autofree char *now_text = fs_facts_count (now);
  g_autofree char *wanted_text = fs_facts_count (wanted);
  GString *text = g_string_new (NULL);

  g_string_printf (text, _ ("epoch %s of %s"), now_text, wanted_text);
  if (snapshot->epoch_seconds > 0)
    {
      double left = ((double) (wanted - done) - snapshot->epoch_share) * snapshot->epoch_seconds;
      g_autofree char *each = fs_facts_duration (snapshot->epoch_seconds);
      g_autofree char *left_text = fs_facts_duration (MAX (left, 0));

      g_string_append_printf (text, _ (" · %s an epoch · %s left"), each, left_text);
    }
  return g_string_free (text, FALSE);
}

char *
fs_facts_subtitle (const FsSnapshot *snapshot, gboolean is_pending, const char *problem)
{
  g_autofree char *state = NULL;
  g_autofree char *progress = NULL;

  if (problem && (!snapshot || snapshot->history.n_observations == 0))
    return g_strdup (_ ("cannot train yet"));
  if (!snapshot)
    return g_strdup (_ ("loading"));
  switch (snapshot->state)
    {
    case FS_RUN_LOADING:
      state = g_strdup (_ ("loading and preparing"));
      break;
    case FS_RUN_READY:
      state = g_strdup (_ ("ready to train"));
      break;
    case FS_RUN_TRAINING:
      state = progress_sentence (snapshot);
      break;
    case FS_RUN_PAUSED:
      progress = progress_sentence (snapshot);
      state = g_strdup_printf (_ ("paused · %s"), progress);
      break;
    case FS_RUN_FINISHED:
      state = end_sentence (snapshot);
      break;
    case FS_RUN_FAILED:
    default:
      return g_strdup (_ ("cannot train yet"));
    }
  if (is_pending)
    return g_strdup_printf (_ ("%s · changes wait for a new run"), state);
  return g_steal_pointer (&state);
}

char *
fs_facts_problem (const FsExperiment *experiment, const char *problem, const char *key)
{
  g_autofree FsExperiment *copy = g_memdup2 (experiment, sizeof *experiment);
  g_autofree char *prefix = g_strconcat (key, ": ", NULL);
  FsPlace place;

  if (!*key || !g_str_has_prefix (problem, prefix)
      || fs_experiment_find (copy, key, &place, NULL) != FS_OK)
    return g_strdup (problem);
  return g_strdup_printf ("%s: %s", _ (place.setting->label), problem + strlen (prefix));
}

char *
fs_facts_windows (const FsSnapshot *snapshot)
{
  const FsDataset *dataset = snapshot ? snapshot->dataset : NULL;
  g_autofree char *n = NULL;

  if (!dataset)
    return NULL;
  n = fs_facts_count ((gint64) dataset->windows[FS_PART_TRAIN].n);
  if (dataset->n_channels == 1)
    return g_strdup_printf (_ ("%s windows × %zu steps"), n, dataset->length);
  return g_strdup_printf (_ ("%s windows × %zu steps × %zu"), n, dataset->length,
                          dataset->n_channels);
}

gboolean
fs_facts_shares (const FsExperiment *experiment,
                 const FsDataset *dataset,
                 double shares[FS_N_PARTS])
{
  shares[FS_PART_TRAIN] = experiment->split.train;
  shares[FS_PART_VALIDATION] = MIN (experiment->split.validation, 1 - experiment->split.train);
  if (experiment->split.method == FS_SPLIT_GIVEN)
    {
      if (!dataset || dataset->n_rows == 0)
        return FALSE;
      memset (shares, 0, FS_N_PARTS * sizeof *shares);
      for (size_t row = 0; row < dataset->n_rows; row++)
        shares[fs_dataset_part_of_row (dataset, row)] += 1.0 / (double) dataset->n_rows;
    }
  shares[FS_PART_TEST] = 1 - shares[FS_PART_TRAIN] - shares[FS_PART_VALIDATION];
  return TRUE;
}

/* Shares in whole percent that add up to 100. */
char *
fs_facts_split (const FsExperiment *experiment, const FsDataset *dataset)
{
  double shares[FS_N_PARTS];
  int train, validation;

  if (!fs_facts_shares (experiment, dataset, shares))
    return g_strdup (_ ("as the file says"));
  train = (int) lround (shares[FS_PART_TRAIN] * 100);
  validation = (int) lround (shares[FS_PART_VALIDATION] * 100);
  return g_strdup_printf ("%d · %d · %d", train, validation, MAX (100 - train - validation, 0));
}

static char *
say_shuffled (const FsDataset *dataset, gboolean *leaks)
{
  size_t n = fs_windows_count_sharing (dataset);

  if (leaks)
    *leaks = n > 0;
  if (n == 0)
    return g_strdup_printf (_ ("shuffled, gap %zu"), dataset->purge);
  return g_strdup_printf (_ ("shuffled: %zu of %zu training windows share rows with others"), n,
                          dataset->windows[FS_PART_TRAIN].n);
}

char *
fs_facts_gap (const FsSnapshot *snapshot, gboolean *leaks)
{
  const FsDataset *dataset = snapshot ? snapshot->dataset : NULL;

  if (leaks)
    *leaks = FALSE;
  if (!dataset)
    return NULL;
  switch (snapshot->experiment.split.method)
    {
    case FS_SPLIT_SHUFFLED:
      if (dataset->task == FS_TASK_FORECAST)
        return say_shuffled (dataset, leaks);
      return g_strdup (_ ("by lot"));
    case FS_SPLIT_GROUPED:
      return g_strdup (_ ("by lot, whole groups"));
    case FS_SPLIT_GIVEN:
      return dataset->purge > 0 ? g_strdup_printf (_ ("as the file says, gap %zu"), dataset->purge)
                                : g_strdup (_ ("as the file says"));
    case FS_SPLIT_CHRONOLOGICAL:
    default:
      break;
    }
  if (dataset->purge == 0)
    return g_strdup (_ ("in time order, no gap"));
  return g_strdup_printf (_ ("in time order, gap %zu"), dataset->purge);
}

char *
fs_facts_frame (const FsFrame *frame)
{
  g_autofree char *rows = NULL;
  size_t n_missing = 0, n_holed = 0;

  if (!frame)
    return NULL;
  rows = fs_facts_count ((gint64) frame->n_rows);
  for (size_t i = 0; i < frame->n_columns; i++)
    {
      n_missing += frame->columns[i].n_missing;
      n_holed += frame->columns[i].n_missing > 0;
    }
  if (n_missing == 0)
    return g_strdup_printf (_ ("%s rows · nothing missing"), rows);
  else
    {
      g_autofree char *missing = fs_facts_count ((gint64) n_missing);
      return g_strdup_printf (_ ("%s rows · %s missing"), rows, missing);
    }
}

char *
fs_facts_reading (const FsFrame *frame)
{
  GString *text;

  if (!frame || frame->n_decisions + frame->n_warnings == 0)
    return NULL;
  text = g_string_new (NULL);
  for (size_t i = 0; i < frame->n_warnings; i++)
    {
      const FsWarning *warning = &frame->warnings[i];
      if (warning->line > 0)
        g_string_append_printf (text, _ ("Line %zu: %s\n"), warning->line, warning->text);
      else
        g_string_append_printf (text, "%s\n", warning->text);
    }
  for (size_t i = 0; i < frame->n_decisions; i++)
    {
      const FsDecision *decision = &frame->decisions[i];
      g_string_append_printf (text, "%s: %s (%s)\n", decision->what, decision->choice,
                              decision->reason);
    }
  g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

char *
fs_facts_parameters (const FsExperiment *experiment, const FsDataset *dataset)
{
  FsLayerSummary summaries[FS_MAX_LAYERS];
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
  FsNetworkShape shape;
  g_autofree char *n = NULL;

  if (fs_task_shape_before (&shape, experiment, dataset, NULL) != FS_OK)
    return NULL;
  shape.max_rows = 1;
  if (fs_network_plan (experiment, &shape, summaries, table, NULL) != FS_OK)
    return NULL;
  n = fs_facts_count ((gint64) table->n_parameters);
  return g_strdup_printf (fs_text_count ("%s parameter", "%s parameters", table->n_parameters), n);
}

/* What the target is measured in after a step, NULL for its original units. */
static const char *
unit_after (const FsStepSpec *step, const char *unit)
{
  if (!step->is_enabled || step->columns == FS_COLUMNS_INPUTS)
    return unit;
  if (step->kind == FS_STEP_TRANSFORM)
    return _ ("transformed");
  if (step->kind == FS_STEP_DIFFERENCE)
    return _ ("of the differences");
  if (step->kind == FS_STEP_DETREND)
    return _ ("without the trend");
  if (step->kind != FS_STEP_SCALE)
    return unit;
  switch (step->scale_method)
    {
    case FS_SCALE_STANDARD:
      return _ ("standardised");
    case FS_SCALE_MIN_MAX:
      return step->range_low == 0 && step->range_high == 1 ? _ ("scaled to 0…1") : _ ("scaled");
    case FS_SCALE_CENTRE:
      return _ ("centred");
    case FS_SCALE_ROBUST:
    case FS_SCALE_MAX_ABS:
      return _ ("scaled");
    case FS_SCALE_NONE:
      break;
    }
  return unit;
}

char *
fs_facts_loss_name (const FsExperiment *experiment)
{
  const char *unit = NULL;
  const char *loss = N_ ("loss");
  FsExperiment copy = *experiment;
  FsPlace place;
  g_autofree char *lower = NULL;

  if (fs_experiment_find (&copy, "train.loss", &place, NULL) == FS_OK)
    loss = place.setting->choices[(int) fs_place_get_number (&place)].label;
  lower = fs_text_within (_ (loss));
  if (fs_loss_is_of_classes (experiment->train.loss))
    return g_strdup_printf ("%s, %s", lower,
                            experiment->train.class_weights == FS_CLASS_WEIGHTS_NONE
                                ? _ ("nats an answer")
                                : _ ("weighted by class"));
  for (size_t i = 0; i < experiment->n_steps; i++)
    unit = unit_after (&experiment->steps[i], unit);
  return unit ? g_strdup_printf ("%s, %s", lower, unit)
              : g_strdup_printf (_ ("%s, original units"), lower);
}

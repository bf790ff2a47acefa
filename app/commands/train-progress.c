/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run for people on the terminal or in a log; see train-progress.h. */

#include "app/commands/train-progress.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "app/commands/verb.h"
#include "engine/base/number.h"
#include "engine/model/network.h"
#include "engine/lab/class-scores.h"
#include "engine/train/metrics.h"
#include "engine/train/task.h"

#define DEFAULT_COLUMNS 80
#define MAX_BAR 40 /* cells; a longer bar tells no more */
#define MIN_BAR 4

/* Four significant digits: losses of people's interest need no more. */
static void
append_short (GString *text, const char *before, double value)
{
  char number[FS_NUMBER_SIZE];
  g_string_append_printf (text, "%s%s", before,
                          isnan (value) ? "none" : fs_number_write_short (value, 4, number));
}

void
fs_train_progress_init (FsTrainProgress *progress)
{
  *progress = (FsTrainProgress){ .is_terminal = isatty (STDOUT_FILENO), .next_line = 1 };
}

static void
print_header (const FsSnapshot *snapshot)
{
  const FsExperiment *experiment = &snapshot->experiment;
  const FsDataset *dataset = snapshot->dataset;
  const FsNetworkShape shape = fs_task_shape (dataset, (size_t) experiment->train.batch);
  FsLayerSummary layers[FS_MAX_LAYERS];
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "%s: %s from %s\n", experiment->name, dataset->target_name,
                          experiment->data.source);
  if (fs_network_plan (experiment, &shape, layers, table, NULL) == FS_OK)
    {
      for (size_t i = 0; i < experiment->n_layers; i++)
        g_string_append_printf (text, "%s%s", i ? ", " : "", layers[i].name);
      g_string_append_printf (text, ": %zu weights\n", table->n_parameters);
    }
  g_string_append_printf (text, "%zu rows: %zu training, %zu validation and %zu test windows\n",
                          dataset->n_rows, dataset->windows[FS_PART_TRAIN].n,
                          dataset->windows[FS_PART_VALIDATION].n, dataset->windows[FS_PART_TEST].n);
  fs_print_text (text->str);
}

static int
terminal_columns (void)
{
  struct winsize size;
  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return size.ws_col;
  return DEFAULT_COLUMNS;
}

static void
append_bar (GString *text, int n_cells, double share)
{
  const gboolean is_utf8 = g_get_charset (NULL);
  const int n_full = (int) (CLAMP (share, 0, 1) * n_cells);
  for (int i = 0; i < n_cells; i++)
    g_string_append (text, i < n_full ? (is_utf8 ? "█" : "#") : (is_utf8 ? "░" : "."));
}

static void
append_time_left (GString *text, double seconds)
{
  const guint64 whole = (guint64) (seconds + 0.5);
  if (whole >= 3600)
    g_string_append_printf (text, ", at most %" G_GUINT64_FORMAT ":%02u:%02u left", whole / 3600,
                            (guint) (whole / 60 % 60), (guint) (whole % 60));
  else
    g_string_append_printf (text, ", at most %u:%02u left", (guint) (whole / 60),
                            (guint) (whole % 60));
}

/* Epoch 43/100 ████████░░░░░░░░░░░░ train 0.0123, validation 0.0812, at most 0:12 left */
static void
move_line (const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;
  const gint64 n_epochs = snapshot->experiment.train.epochs;
  const gsize n_done = history->n_observations;
  const double done = (double) n_done + snapshot->epoch_share;
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) tail = g_string_new (NULL);

  g_string_append_printf (head, "Epoch %zu/%" G_GINT64_FORMAT " ", n_done, n_epochs);
  if (n_done > 0)
    {
      const FsObservation *last = &history->observations[n_done - 1];
      append_short (tail, " train ", last->train_loss);
      append_short (tail, ", validation ", last->validation_loss);
      if (snapshot->epoch_seconds > 0 && (double) n_epochs > done)
        append_time_left (tail, ((double) n_epochs - done) * snapshot->epoch_seconds);
    }

  const int columns = terminal_columns () - 1; /* a full line would wrap */
  const int n_cells = columns - (int) head->len - (int) tail->len;
  if (n_cells >= MIN_BAR && n_epochs > 0)
    append_bar (head, MIN (n_cells, MAX_BAR), done / (double) n_epochs);
  g_string_append (head, tail->str);

  g_autofree char *line =
      g_utf8_substring (head->str, 0, MIN (columns, g_utf8_strlen (head->str, -1)));
  fs_print_text ("\r");
  fs_print_text (line);
  fs_print_text ("\033[K");
  fflush (stdout);
}

/* 1, 2, 5, 10, 20, 50, … */
static guint64
following_line (guint64 epoch)
{
  guint64 unit = 1;
  while (unit * 10 <= epoch)
    unit *= 10;
  return epoch < 2 * unit ? 2 * unit : epoch < 5 * unit ? 5 * unit : 10 * unit;
}

static void
print_line (const FsSnapshot *snapshot, gsize index)
{
  const FsObservation *seen = &snapshot->history.observations[index];
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_append_printf (text, "epoch %u of %" G_GINT64_FORMAT, seen->epoch,
                          snapshot->experiment.train.epochs);
  append_short (text, ": train ", seen->train_loss);
  append_short (text, ", validation ", seen->validation_loss);
  g_string_append_c (text, '\n');
  fs_print_text (text->str);
  fflush (stdout);
}

void
fs_train_progress_show (FsTrainProgress *progress, const FsSnapshot *snapshot)
{
  if (!snapshot->dataset)
    return;
  if (!progress->has_header)
    {
      print_header (snapshot);
      progress->has_header = TRUE;
    }
  if (progress->is_terminal)
    {
      move_line (snapshot);
      return;
    }
  for (; progress->n_seen < snapshot->history.n_observations; progress->n_seen++)
    if (snapshot->history.observations[progress->n_seen].epoch == progress->next_line)
      {
        print_line (snapshot, progress->n_seen);
        progress->next_line = following_line (progress->next_line);
      }
}

void
fs_train_progress_clear (FsTrainProgress *progress)
{
  if (progress->is_terminal && progress->has_header)
    fs_print_text ("\r\033[K");
}

static void
append_end (GString *text, const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;
  switch (history->end)
    {
    case FS_END_NONE:
    case FS_END_EPOCHS:
      g_string_append_printf (text, "All %zu epochs are done.\n", history->n_observations);
      break;
    case FS_END_EARLY_STOPPING:
      g_string_append_printf (
          text, "Stopped early after epoch %zu: no improvement for %" G_GINT64_FORMAT " epochs.\n",
          history->n_observations, snapshot->experiment.train.stop.patience);
      break;
    case FS_END_STOPPED:
      if (history->n_observations == 0)
        g_string_append (text, "Stopped on request within the first epoch.\n");
      else
        g_string_append_printf (text, "Stopped on request after epoch %zu.\n",
                                history->n_observations);
      break;
    case FS_END_NON_FINITE:
      g_string_append_printf (text,
                              "Stopped in epoch %zu: at batch %" G_GUINT64_FORMAT
                              " of the run, %s is no longer a finite number.\n",
                              history->n_observations + 1, history->non_finite_step,
                              history->non_finite_tensor[0] ? history->non_finite_tensor
                                                            : "the loss");
      break;
    }
}

static void
append_best (GString *text, const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;
  if (history->n_observations == 0)
    return;
  const FsPart part = history->has_validation ? FS_PART_VALIDATION : FS_PART_TRAIN;
  const char *name = NULL;
  const double baseline = fs_baselines_best (&snapshot->baselines, part, &name);
  g_string_append_printf (text, "Best epoch %u:", history->observations[history->best].epoch);
  append_short (text, history->has_validation ? " validation loss " : " train loss ",
                fs_history_monitored (history, history->best));
  if (!isnan (baseline) && name)
    {
      append_short (text, "; the best simple rule has ", baseline);
      g_string_append_printf (text, " (%s)", name);
    }
  g_string_append (text, ".\n");
}

static void
append_class_test (GString *text, const FsSnapshot *snapshot)
{
  FsClassMetrics metrics;
  if (!fs_run_class_metrics (snapshot, FS_PART_TEST, &metrics))
    return;
  g_string_append_printf (text, "On %zu test examples:", metrics.n);
  append_short (text, " accuracy ", metrics.accuracy);
  append_short (text, ", balanced accuracy ", metrics.balanced_accuracy);
  append_short (text, ", F1 ", metrics.f1);
  append_short (text, "; always the most frequent class: accuracy ",
                snapshot->baselines.parts[FS_PART_TEST].majority_accuracy);
  g_string_append (text, ".\n");
  fs_class_metrics_clear (&metrics);
}

static void
append_test (GString *text, const FsSnapshot *snapshot)
{
  if (snapshot->dataset && snapshot->dataset->n_classes > 0)
    {
      append_class_test (text, snapshot);
      return;
    }
  if (!snapshot->forecast || snapshot->dataset->windows[FS_PART_TEST].n == 0)
    return;
  const FsMetrics metrics = fs_metrics_compute (snapshot->dataset, FS_PART_TEST,
                                                snapshot->forecast->predicted[FS_PART_TEST]);
  if (metrics.n == 0)
    return;
  g_string_append_printf (text, "On %zu test values of %s:", metrics.n,
                          snapshot->dataset->target_name);
  append_short (text, " RMSE ", metrics.rmse);
  append_short (text, ", mean absolute error ", metrics.mae);
  if (isfinite (metrics.persistence_rmse))
    append_short (text, "; repeating the last value: RMSE ", metrics.persistence_rmse);
  g_string_append (text, ".\n");
}

static void
append_sentence (GString *text, const char *sentence)
{
  if (!sentence[0])
    return;
  g_string_append_printf (text, "%s%s\n", sentence,
                          strchr (".!?", sentence[strlen (sentence) - 1]) ? "" : ".");
}

void
fs_train_progress_finish (FsTrainProgress *progress,
                          const FsSnapshot *snapshot,
                          const FsVerdict *verdict)
{
  g_autoptr (GString) text = g_string_new (NULL);
  fs_train_progress_clear (progress);
  append_end (text, snapshot);
  append_best (text, snapshot);
  append_test (text, snapshot);
  if (snapshot->forecast && snapshot->forecast->sample)
    g_string_append_printf (text, "It writes: %s\n", snapshot->forecast->sample);
  if (verdict->kind != FS_VERDICT_WAITING)
    {
      g_string_append (text, verdict->headline);
      if (verdict->detail[0])
        g_string_append_printf (text, ": %s", verdict->detail);
      g_string_append (text, ".\n");
      append_sentence (text, verdict->advice);
    }
  fs_print_text (text->str);
}

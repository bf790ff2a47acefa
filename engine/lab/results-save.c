/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The folder a run leaves: all of its files or none; see results.h. */

#include "engine/lab/results.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/lab/exchange/safetensors.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/file-write.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/source.h"

/* Beside what is written, so that a renaming is all that is left to do in the end. */
#define HIDDEN_FOLDER ".fitscope-XXXXXX"

static const char *const names[] = { "experiment.json",  "history.csv",     "probes.csv",
                                     "timings.csv",      "sample.txt",      "predictions.csv",
                                     "best.safetensors", "last.safetensors" };

gboolean
fs_results_write_text (const char *path, const char *text, GError **error)
{
  return fs_file_write (path, text, strlen (text), error);
}

/* ---- progress ---- */

/* A row of the predictions counts once when it is put in words, and half as much again when it is
 * written; 512 parameters, or a line of the history, are about as long as one row. */
#define PARAMETERS_A_ROW 512

static size_t
n_rows_of (const FsSnapshot *snapshot)
{
  size_t n = 0;
  for (int part = 0; snapshot->forecast && snapshot->dataset && part < FS_N_PARTS; part++)
    n += snapshot->forecast->n_windows[part] * snapshot->dataset->n_outputs;
  return n;
}

static size_t
work_of_weights (const FsSnapshot *snapshot)
{
  return snapshot->weights->tensors.size / PARAMETERS_A_ROW + 1;
}

static void
begin_progress (const FsResultsWatch *watch, const FsSnapshot *snapshot)
{
  const size_t n_rows = n_rows_of (snapshot);
  if (!watch || !watch->progress)
    return;
  atomic_store (&watch->progress->n_done, 0);
  atomic_store (&watch->progress->n_total, n_rows + n_rows / 2 + snapshot->history.n_observations
                                               + 2 * work_of_weights (snapshot));
}

/* FALSE, with the error, once it is called off. */
static gboolean
go_on (const FsResultsWatch *watch, size_t n_done, GError **error)
{
  if (watch && watch->progress)
    atomic_fetch_add (&watch->progress->n_done, n_done);
  if (!watch || !fs_interrupt_is_requested (watch->interrupt))
    return TRUE;
  g_set_error (error, FS_LAB_ERROR, FS_INTERRUPTED, fs_text ("Cancelled; nothing was written."));
  return FALSE;
}

/* ---- the files ---- */

static gboolean
save_text (const char *folder, const char *name, char *text, GError **error)
{
  g_autofree char *owned = text;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  return fs_results_write_text (path, owned, error);
}

static gboolean
save_weights (const char *folder,
              const char *name,
              const FsSnapshot *snapshot,
              const FsReal *values,
              GError **error)
{
  g_autoptr (GBytes) bytes =
      fs_safetensors_to_bytes (&snapshot->weights->tensors, values, &snapshot->experiment, error);
  if (!bytes)
    return FALSE;
  g_autofree char *path = g_build_filename (folder, name, NULL);
  gsize n_bytes;
  const void *data = g_bytes_get_data (bytes, &n_bytes);
  return fs_file_write (path, data, n_bytes, error);
}

/* The experiment as it can be opened from its new place: a relative source was relative to another
 * folder. */
static char *
experiment_json (const FsSnapshot *snapshot, const char *base)
{
  FsExperiment experiment = snapshot->experiment;
  fs_source_settle (&experiment, base);
  return fs_experiment_file_to_json (&experiment);
}

static gboolean
save_predictions (const char *folder,
                  const FsSnapshot *snapshot,
                  const FsResultsWatch *watch,
                  GError **error)
{
  const char *sample = snapshot->forecast ? snapshot->forecast->sample : NULL;
  if (sample)
    return save_text (folder, "sample.txt", g_strconcat (sample, "\n", NULL), error);
  g_autofree char *csv = fs_results_predictions_csv (snapshot, watch);
  return go_on (watch, 0, error)
         && save_text (folder, "predictions.csv", g_steal_pointer (&csv), error)
         && go_on (watch, n_rows_of (snapshot) / 2, error);
}

static gboolean
save_all (const char *folder,
          const FsSnapshot *snapshot,
          const char *base,
          const FsResultsWatch *watch,
          GError **error)
{
  const size_t work = work_of_weights (snapshot);
  return save_text (folder, "experiment.json", experiment_json (snapshot, base), error)
         && save_text (folder, "history.csv", fs_results_history_csv (&snapshot->history), error)
         && save_text (folder, "probes.csv",
                       fs_results_probes_csv (&snapshot->history, &snapshot->weights->tensors),
                       error)
         && save_text (folder, "timings.csv", fs_results_timings_csv (snapshot), error)
         && go_on (watch, snapshot->history.n_observations, error)
         && save_predictions (folder, snapshot, watch, error)
         && save_weights (folder, "best.safetensors", snapshot, snapshot->weights->best, error)
         && go_on (watch, work, error)
         && save_weights (folder, "last.safetensors", snapshot, snapshot->weights->last, error)
         && go_on (watch, work, error);
}

/* ---- the folder ---- */

static gboolean
make_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0777) == 0)
    return TRUE;
  g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE,
               fs_text ("The folder %s could not be made: %s. Choose another place."), folder,
               g_strerror (errno));
  return FALSE;
}

/* Each file takes its place, or one is in the way of it. */
static gboolean
place_all (const char *hidden, const char *folder, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (hidden, names[i], NULL);
      g_autofree char *to = g_build_filename (folder, names[i], NULL);
      if (g_file_test (from, G_FILE_TEST_EXISTS) && !fs_file_move (from, to, error))
        return FALSE;
    }
  return TRUE;
}

static void
remove_hidden (const char *hidden)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (hidden, names[i], NULL);
      g_unlink (path);
    }
  g_rmdir (hidden);
}

gboolean
fs_results_save_snapshot (const FsSnapshot *snapshot,
                          const char *base,
                          const char *folder,
                          const FsResultsWatch *watch,
                          GError **error)
{
  if (!snapshot->weights)
    {
      g_set_error (
          error, FS_LAB_ERROR, FS_MISMATCH,
          snapshot->state == FS_RUN_FAILED
              ? fs_text ("This run failed before it had weights; there is nothing to save.")
              : fs_text ("This run has no copy of its weights now; pause or stop it, then save."));
      return FALSE;
    }
  begin_progress (watch, snapshot);
  const gboolean is_new = !g_file_test (folder, G_FILE_TEST_EXISTS);
  if (!make_folder (folder, error))
    return FALSE;
  g_autofree char *hidden = g_build_filename (folder, HIDDEN_FOLDER, NULL);
  if (!g_mkdtemp_full (hidden, 0777))
    {
      fs_file_say_unwritten (folder, errno, error);
      return FALSE;
    }
  const gboolean is_saved =
      save_all (hidden, snapshot, base, watch, error) && place_all (hidden, folder, error);
  remove_hidden (hidden);
  if (!is_saved && is_new)
    g_rmdir (folder);
  return is_saved;
}

gboolean
fs_results_save (FsRun *run, const char *folder, GError **error)
{
  return fs_results_save_snapshot (fs_run_snapshot (run), fs_run_base (run), folder, NULL, error);
}

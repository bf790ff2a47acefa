/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The files of a run: their exact form, and that the same experiment leaves the same bytes. */

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/exchange/safetensors.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/results.h"
#include "engine/lab/source.h"

static void
test_history_csv (void)
{
  FsHistory history = { .has_validation = true };
  FsObservation observation = { 1, 0.1, 1.0 / 3, 1e-300, 0.001, 2.5, 1e22, 0.25, 1e-7, 3, 4.5 };
  g_assert_cmpint (fs_history_append (&history, &observation), ==, FS_OK);
  observation = (FsObservation){ 2, NAN, INFINITY, NAN, 0.001, 0, 0, 1, 0, 0, NAN };
  g_assert_cmpint (fs_history_append (&history, &observation), ==, FS_OK);
  g_autofree char *csv = fs_results_history_csv (&history);
  g_assert_cmpstr (csv, ==,
                   "epoch,train_loss,val_loss,running_loss,learning_rate,gradient_norm,"
                   "gradient_norm_max,clipped_share,update_ratio,gradient_norm_p90,"
                   "gradient_norm_p99\n"
                   "1,0.1,1e-300,0.3333333333333333,0.001,2.5,1e+22,0.25,1e-07,3,4.5\n"
                   "2,nan,nan,inf,0.001,0,0,1,0,0,nan\n");
  history.has_validation = false;
  g_autofree char *without = fs_results_history_csv (&history);
  g_assert_nonnull (strstr (without, "\n1,0.1,,0.3333333333333333,"));
  fs_history_clear (&history);
}

/* What a layer of the kind does not have, has no column. */
static void
test_probes_csv (void)
{
  g_autofree FsTensorTable *tensors = g_new0 (FsTensorTable, 1);
  g_autofree FsProbe *probe = g_new0 (FsProbe, 1);
  FsHistory history = { .has_validation = true };
  g_autofree char *none = fs_results_probes_csv (&history, tensors);
  g_assert_cmpstr (none, ==, "epoch,noise,signal,noise_scale\n");
  g_assert_cmpint (fs_tensor_table_add (tensors, 0, "weight", 2, 2, FS_TENSOR_KERNEL, NULL), ==,
                   FS_OK);
  probe->epoch = 3;
  probe->noise = 0.5;
  probe->signal = -1;
  probe->noise_scale = INFINITY;
  probe->n_tensors = probe->n_layers = 1;
  probe->tensors[0] = (FsTensorProbe){ 1.5f, 2, 0.25f };
  float *figures = (float *) &probe->layers[0].gates;
  for (gsize i = 0; i < FS_N_GATE_STATES * 3; i++)
    figures[i] = NAN;
  FsLayerProbe *layer = &probe->layers[0];
  layer->memory = layer->cell_mean = layer->cell_deviation = layer->cell_max = NAN;
  layer->cell_early = layer->cell_late = layer->saliency_older = layer->saliency_oldest = NAN;
  layer->gates[FS_STATE_CANDIDATE] = (FsGateProbe){ 0.125f, 0.5f, -0.25f };
  layer->dead_share = 0.75f;
  g_assert_cmpint (fs_history_add_probe (&history, probe), ==, FS_OK);
  g_autofree char *csv = fs_results_probes_csv (&history, tensors);
  g_assert_cmpstr (csv, ==,
                   "epoch,noise,signal,noise_scale,layers.0.weight.gradient_norm,"
                   "layers.0.weight.weight_norm,layers.0.weight.update_ratio,"
                   "layers.0.candidate_low,layers.0.candidate_high,layers.0.candidate_mean,"
                   "layers.0.hidden_mean,layers.0.hidden_deviation,layers.0.hidden_max,"
                   "layers.0.dead_share,layers.0.effective_rank,layers.0.gradient_slope,"
                   "layers.0.gradient_older\n"
                   "3,0.5,-1,inf,1.5,2,0.25,0.125,0.5,-0.25,0,0,0,0.75,0,0,0\n");
  fs_history_clear (&history);
}

static void
test_predictions_csv (void)
{
  double raw[6] = { 1, 2, 3, 4, NAN, 6.5 };
  double times[6] = { 0, 86400, 172800, 259200, 345600, -86400 };
  uint32_t starts[1] = { 0 }, test_starts[1] = { 2 };
  double predicted[2] = { 3.25, 4.125 }, test_predicted[2] = { -1e-5, 7 };
  FsDataset dataset = { .n_rows = 6,
                        .length = 2,
                        .horizon = 2,
                        .n_outputs = 2,
                        .target_raw = raw,
                        .times = times,
                        .has_dates = true };
  dataset.windows[FS_PART_TRAIN] = (FsWindows){ starts, 1 };
  dataset.windows[FS_PART_TEST] = (FsWindows){ test_starts, 1 };
  FsForecast forecast = { .epoch = 1, .n_windows = { 1, 0, 1 } };
  forecast.predicted[FS_PART_TRAIN] = predicted;
  forecast.predicted[FS_PART_TEST] = test_predicted;
  FsSnapshot snapshot = { .dataset = &dataset, .forecast = &forecast };
  g_autofree char *dated = fs_results_predictions_csv (&snapshot, NULL);
  g_assert_cmpstr (dated, ==,
                   "row,time,part,step,truth,predicted\n"
                   "3,1970-01-03,train,1,3,3.25\n"
                   "4,1970-01-04,train,2,4,4.125\n"
                   "5,1970-01-05,test,1,,-1e-05\n"
                   "6,1969-12-31,test,2,6.5,7\n");
  times[0] = 3600;
  g_autofree char *timed = fs_results_predictions_csv (&snapshot, NULL);
  g_assert_nonnull (strstr (timed, "3,1970-01-03T00:00:00,train,1,3,3.25\n"));
  dataset.has_dates = false;
  g_autofree char *numbered = fs_results_predictions_csv (&snapshot, NULL);
  g_assert_nonnull (strstr (numbered, "\n3,3,train,1,3,3.25\n"));
}

/* ---- whole runs ---- */

static FsExperiment
small_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_strlcpy (experiment.data.source, "builtin:air-passengers", sizeof experiment.data.source);
  experiment.window.length = 8;
  experiment.window.horizon = 2;
  experiment.n_layers = 3;
  experiment.layers[0] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[0].units = 20;
  experiment.layers[1] = fs_layer_spec_default (FS_LAYER_DROPOUT);
  experiment.layers[2] = fs_layer_spec_default (FS_LAYER_DENSE);
  experiment.layers[2].units = FS_AUTO;
  experiment.train.epochs = 5;
  experiment.train.learning_rate = 0.01;
  return experiment;
}

static char *
saved_folder (FsRun *run)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("fitscope-XXXXXX", &error);
  g_assert_no_error (error);
  fs_run_train (run);
  fs_run_wait (run, NULL, NULL);
  g_assert_cmpint (fs_run_snapshot (run)->state, ==, FS_RUN_FINISHED);
  fs_results_save (run, folder, &error);
  g_assert_no_error (error);
  return folder;
}

static GBytes *
file_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;
  char *content;
  gsize length;
  g_file_get_contents (path, &content, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (content, length);
}

static const char *const file_names[] = { "experiment.json", "history.csv",     "timings.csv",
                                          "probes.csv",      "predictions.csv", "best.safetensors",
                                          "last.safetensors" };

static void
remove_folder (const char *folder)
{
  for (size_t i = 0; i < G_N_ELEMENTS (file_names); i++)
    {
      g_autofree char *path = g_build_filename (folder, file_names[i], NULL);
      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0); /* nothing else was in it */
}

static void
test_same_experiment_same_bytes (void)
{
  FsExperiment experiment = small_experiment ();
  g_autoptr (FsRun) one = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  g_autoptr (FsRun) two = fs_run_new (&experiment, NULL, 2, NULL, NULL);
  g_autofree char *folder_one = saved_folder (one);
  g_autofree char *folder_two = saved_folder (two);
  for (size_t i = 0; i < G_N_ELEMENTS (file_names); i++)
    {
      g_autoptr (GBytes) left = file_of (folder_one, file_names[i]);
      g_autoptr (GBytes) right = file_of (folder_two, file_names[i]);
      if (!g_str_equal (file_names[i], "timings.csv"))
        g_assert_true (g_bytes_equal (left, right));
    }
  remove_folder (folder_one);
  remove_folder (folder_two);
}

static void
test_what_was_saved (void)
{
  FsExperiment experiment = small_experiment ();
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  g_autofree char *folder = saved_folder (run);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  const FsRunWeights *weights = snapshot->weights;

  g_autoptr (GBytes) last = file_of (folder, "last.safetensors");
  g_autofree FsReal *values = g_new (FsReal, weights->tensors.size);
  gsize n_bytes;
  const void *bytes = g_bytes_get_data (last, &n_bytes);
  g_autoptr (GError) error = NULL;
  fs_safetensors_parse (&weights->tensors, values, bytes, n_bytes, "last", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (values, weights->tensors.size * sizeof (FsReal), weights->last,
                   weights->tensors.size * sizeof (FsReal));

  g_autofree char *path = g_build_filename (folder, "experiment.json", NULL);
  FsExperiment again;
  fs_experiment_file_load (&again, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fs_experiment_hash (&again), ==, fs_experiment_hash (&experiment));

  size_t n_lines = 0, n_expected = 1;
  g_autoptr (GBytes) predictions = file_of (folder, "predictions.csv");
  for (const char *c = g_bytes_get_data (predictions, &n_bytes); n_bytes > 0; c++, n_bytes--)
    n_lines += *c == '\n';
  for (int part = 0; part < FS_N_PARTS; part++)
    n_expected += snapshot->dataset->windows[part].n * 2;
  g_assert_cmpuint (n_lines, ==, n_expected);
  remove_folder (folder);
}

/* A source beside the experiment file is found again from the results' folder. */
static void
test_relative_source (void)
{
  FsExperiment experiment = small_experiment ();
  g_autofree char *base = g_build_filename (fs_source_data_dir (), "series", NULL);
  g_strlcpy (experiment.data.source, "air_passengers.csv", sizeof experiment.data.source);
  g_autoptr (FsRun) run = fs_run_new (&experiment, base, 1, NULL, NULL);
  g_autofree char *folder = saved_folder (run);
  g_autofree char *path = g_build_filename (folder, "experiment.json", NULL);
  FsExperiment again;
  g_autoptr (GError) error = NULL;
  fs_experiment_file_load (&again, path, &error);
  g_assert_no_error (error);
  g_autoptr (FsRun) next = fs_run_new (&again, folder, 1, NULL, NULL);
  fs_run_wait (next, NULL, NULL);
  g_assert_cmpstr (fs_run_snapshot (next)->error, ==, "");
  remove_folder (folder);
}

static void
test_folder_cannot_be_made (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 1;
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  g_autofree char *folder = saved_folder (run);
  g_autofree char *blocked = g_build_filename (folder, "history.csv", "out", NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (fs_results_save (run, blocked, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_assert_nonnull (strstr (error->message, blocked));
  remove_folder (folder);
}

static guint
n_files_in (const char *folder)
{
  g_autoptr (GDir) files = g_dir_open (folder, 0, NULL);
  guint n = 0;
  while (g_dir_read_name (files))
    n++;
  return n;
}

/* Whether it is called off or a file cannot take its place, nothing half done stays behind. */
static void
test_all_or_none (void)
{
  FsExperiment experiment = small_experiment ();
  experiment.train.epochs = 1;
  g_autoptr (FsRun) run = fs_run_new (&experiment, NULL, 1, NULL, NULL);
  g_autofree char *folder = saved_folder (run);
  g_autofree char *history = g_build_filename (folder, "history.csv", NULL);
  g_autofree char *fresh = g_build_filename (folder, "out", NULL);
  const FsSnapshot *snapshot = fs_run_snapshot (run);
  FsReadProgress progress = { 0 };
  FsInterrupt interrupt = { true };
  g_autoptr (GError) error = NULL;
  const guint n_files = n_files_in (folder);

  g_assert_true (g_file_set_contents (history, "mine", -1, NULL));
  g_assert_false (fs_results_save_snapshot (snapshot, NULL, folder,
                                            &(FsResultsWatch){ &interrupt, &progress }, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_INTERRUPTED);
  g_clear_error (&error);
  g_autoptr (GBytes) kept = file_of (folder, "history.csv");
  g_assert_cmpmem (g_bytes_get_data (kept, NULL), g_bytes_get_size (kept), "mine", 4);
  g_assert_cmpuint (n_files_in (folder), ==, n_files);
  g_assert_false (fs_results_save_snapshot (snapshot, NULL, fresh,
                                            &(FsResultsWatch){ &interrupt, NULL }, NULL));
  g_assert_false (g_file_test (fresh, G_FILE_TEST_EXISTS));

  atomic_store (&interrupt.is_requested, false);
  g_assert_true (fs_results_save_snapshot (snapshot, NULL, fresh,
                                           &(FsResultsWatch){ &interrupt, &progress }, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n_files_in (fresh), ==, n_files);
  /* The rows after the last look are not counted: few, and soon over. */
  g_assert_cmpuint (atomic_load (&progress.n_done), >, 0);
  g_assert_cmpuint (atomic_load (&progress.n_done), <=, atomic_load (&progress.n_total));
  remove_folder (fresh);

  g_unlink (history);
  g_assert_cmpint (g_mkdir (history, 0777), ==, 0);
  g_assert_false (fs_results_save_snapshot (snapshot, NULL, folder, NULL, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_assert_nonnull (strstr (error->message, history));
  g_assert_cmpuint (n_files_in (folder), ==, n_files);
  g_rmdir (history);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/results/history-csv", test_history_csv);
  g_test_add_func ("/results/probes-csv", test_probes_csv);
  g_test_add_func ("/results/predictions-csv", test_predictions_csv);
  g_test_add_func ("/results/same-experiment-same-bytes", test_same_experiment_same_bytes);
  g_test_add_func ("/results/what-was-saved", test_what_was_saved);
  g_test_add_func ("/results/relative-source", test_relative_source);
  g_test_add_func ("/results/folder-cannot-be-made", test_folder_cannot_be_made);
  g_test_add_func ("/results/all-or-none", test_all_or_none);
  return g_test_run ();
}

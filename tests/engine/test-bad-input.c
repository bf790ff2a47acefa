/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What cannot be: each is refused before anything is computed, by a sentence that names the setting (or the
 * layer) and the value. */

#include <glib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/model/network.h"
#include "engine/prepare/dataset.h"
#include "engine/series/read.h"

#define MOST_SETTINGS 5

/* By setting, then by the experiment as a whole, then by planning the network on windows of 3 columns. */
static FsStatus
try_settings (const char *const *settings, FsProblem *problem)
{
  FsExperiment experiment = fs_experiment_default ();
  FsLayerSummary summaries[FS_MAX_LAYERS];
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
  experiment.n_layers = 0;
  FsStatus status = FS_OK;
  for (size_t i = 0; i < MOST_SETTINGS && settings[i] && status == FS_OK; i++)
    {
      static const char *const words[] = { "lstm", "dropout",   "dense",      "gru",
                                           "rnn",  "attention", "layer-norm", "embedding" };
      bool is_layer = false;
      for (size_t kind = 0; kind < G_N_ELEMENTS (words); kind++)
        if (strcmp (settings[i], words[kind]) == 0)
          {
            is_layer = true;
            status =
                fs_experiment_insert_layer (&experiment, G_MAXSIZE, (FsLayerKind) kind, problem);
          }
      if (!is_layer)
        status = fs_experiment_set (&experiment, settings[i], problem);
    }
  if (status == FS_OK)
    status = fs_experiment_validate (&experiment, problem);
  const FsNetworkShape shape = { .n_inputs = 3,
                                 .n_steps = (size_t) experiment.window.length,
                                 .n_outputs = (size_t) experiment.window.horizon,
                                 .max_rows = (size_t) experiment.train.batch };
  return status == FS_OK ? fs_network_plan (&experiment, &shape, summaries, table, problem)
                         : status;
}

static void
assert_sentence (const FsProblem *problem, const char *where, const char *value)
{
  char sentence[1024];
  fs_problem_sentence (problem, sentence, sizeof sentence);
  g_test_message ("%s", sentence);
  if (!strstr (sentence, where) || !strstr (sentence, value))
    g_error ("neither “%s” nor “%s” may be missing in: %s", where, value, sentence);
}

static void
test_settings (void)
{
  static const struct
  {
    const char *settings[MOST_SETTINGS]; /* layers by their word, then KEY=VALUE */
    const char *where, *value;
  } cases[] = {
    { { "lstm", "dense", "model.layers.0.units=0" }, "model.layers.0.units", "0" },
    { { "gru", "dense", "model.layers.0.units=-3" }, "model.layers.0.units", "-3" },
    { { "lstm", "dense", "model.layers.0.units=2.5" }, "model.layers.0.units", "2.5" },
    { { "lstm", "dense", "model.layers.0.units=many" }, "model.layers.0.units", "many" },
    { { "lstm", "dense", "model.layers.0.units=1000000000" },
      "model.layers.0.units",
      "1000000000" },
    { { "lstm", "dense", "dense", "model.layers.1.units=0" }, "model.layers.1.units", "0" },
    { { "lstm", "dense", "dense" }, "model.layers.1.units", "auto" },
    { { "lstm", "dropout", "dense", "model.layers.1.rate=1" }, "model.layers.1.rate", "1" },
    { { "lstm", "dropout", "dense", "model.layers.1.rate=-0.1" }, "model.layers.1.rate", "-0.1" },
    { { "lstm", "dense", "model.layers.0.dropout=1" }, "model.layers.0.dropout", "1" },
    { { "lstm", "dense", "model.layers.0.recurrent_dropout=1" },
      "model.layers.0.recurrent_dropout",
      "1" },
    { { "attention", "dense", "model.layers.0.units=0" }, "model.layers.0.units", "0" },
    { { "lstm", "dense", "window.length=0" }, "window.length", "0" },
    { { "lstm", "dense", "window.horizon=4", "model.layers.1.units=3" },
      "model.layers.1.units",
      "4" },
    { { "lstm", "dense", "train.batch=0" }, "train.batch", "0" },
    { { "lstm", "dense", "train.batch=1000000", "window.length=1000000" },
      "model.layers.0.units",
      "50" },
    { { "lstm", "dense", "train.learning_rate=-1" }, "train.learning_rate", "-1" },
    { { "lstm", "dense", "train.schedule.type=step", "train.schedule.every=0" },
      "train.schedule.every",
      "0" },
    { { "lstm", "dense", "train.schedule.type=cosine", "train.epochs=0" },
      "train.schedule.length",
      "auto" },
    { { "lstm", "dense", "train.schedule.type=one-cycle", "train.schedule.length=0" },
      "train.schedule.length",
      "0" },
    { { "lstm", "dense", "train.loss=cross-entropy" }, "train.loss", "cross-entropy" },
    { { "lstm" }, "model.layers.0", "lstm" },
    { { "dense" }, "model.layers", "recurrent" },
    { { NULL }, "model.layers", "at least one layer" },
    { { "attention", "lstm", "dense" }, "model.layers.1", "LSTM" },
    { { "embedding", "lstm", "dense" }, "model.layers.0", "embedding" },
    { { "lstm", "embedding", "dense" }, "model.layers.1", "embedding" },
    { { "embedding", "lstm", "dense", "model.layers.0.max_norm=-1" },
      "model.layers.0.max_norm",
      "-1" },
    { { "lstm", "dense", "train.stateful=epoch" }, "train.shuffle", "true" },
    { { "lstm", "dense", "split.train=1.5" }, "split.train", "1.5" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsProblem problem = { 0 };
      g_assert_cmpint (try_settings (cases[i].settings, &problem), !=, FS_OK);
      assert_sentence (&problem, cases[i].where, cases[i].value);
    }
  static const char *const fits[MOST_SETTINGS] = { "lstm", "dropout", "dense" };
  g_assert_cmpint (try_settings (fits, NULL), ==, FS_OK);
}

/* Classes that are missing, and targets that are none. */
static void
test_labels (void)
{
  static const struct
  {
    FsTask task;
    const char *table, *sequence, *target, *where, *value;
  } cases[] = {
    { FS_TASK_TEXT, "text,label\nso good a film,yes\nso bad,\nno more of it,no\nwell,yes\n", "",
      "label", "data.target", "row 2" },
    { FS_TASK_TEXT, "text,label\nso good,yes\nso bad,no\n", "", "mark", "data.target", "mark" },
    { FS_TASK_TEXT, "text,label\nso good,yes\nso bad,no\n", "", "text", "data.target", "text" },
    { FS_TASK_TEXT, "text,label\nso good,yes\nso bad,yes\nfair,yes\n", "", "label", "data.target",
      "yes" },
    { FS_TASK_CLASSIFY, "id,x,y\n1,1,a\n1,2,a\n2,3,\n2,4,\n3,5,b\n", "id", "y", "data.target",
      "sequence 2" },
    { FS_TASK_CLASSIFY, "id,x,y\n1,1,a\n1,2,a\n2,3,b\n", "name", "y", "data.sequence", "name" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsExperiment experiment = fs_experiment_default ();
      FsFrame *frame = NULL;
      FsDataset *dataset = NULL;
      FsProblem problem = { 0 };
      experiment.data.task = cases[i].task;
      experiment.n_steps = 0;
      fs_experiment_suit_task (&experiment);
      g_strlcpy (experiment.data.sequence, cases[i].sequence, FS_TEXT_SIZE);
      g_strlcpy (experiment.data.target, cases[i].target, FS_TEXT_SIZE);
      g_assert_cmpint (
          fs_frame_read (&frame, "t.csv", cases[i].table, strlen (cases[i].table), NULL, NULL), ==,
          FS_OK);
      g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, &problem), !=, FS_OK);
      g_assert_null (dataset);
      assert_sentence (&problem, cases[i].where, cases[i].value);
      fs_frame_free (frame);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bad-input/settings", test_settings);
  g_test_add_func ("/bad-input/labels", test_labels);
  return g_test_run ();
}

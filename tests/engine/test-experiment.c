/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The experiment and its schema: defaults, places, values, lists, checks, comparison, hash. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"

static void
test_defaults (void)
{
  const FsExperiment experiment = fs_experiment_default ();
  FsProblem problem;
  g_assert_cmpint (fs_experiment_validate (&experiment, &problem), ==, FS_OK);
  g_assert_cmpstr (experiment.data.source, ==, "builtin:air-passengers");
  g_assert_cmpint (experiment.train.epochs, ==, 100);
  g_assert_cmpint (experiment.train.batch, ==, 32);
  g_assert_cmpint (experiment.train.optimiser, ==, FS_OPTIMISER_ADAM);
  g_assert_cmpfloat (experiment.train.learning_rate, ==, 0.001);
  g_assert_true (experiment.train.is_shuffled);
  g_assert_cmpint (experiment.train.stop.patience, ==, 10);
  g_assert_true (experiment.train.stop.restores_best);
  g_assert_cmpint (experiment.window.length, ==, 24);
  g_assert_cmpint (experiment.split.purge, ==, FS_AUTO);
  g_assert_cmpuint (experiment.n_steps, ==, 2);
  g_assert_cmpint (experiment.steps[1].kind, ==, FS_STEP_SCALE);
  g_assert_true (experiment.steps[1].is_enabled);
  g_assert_cmpuint (experiment.n_layers, ==, 3);
  g_assert_cmpint (experiment.layers[0].units, ==, 50);
  g_assert_cmpfloat (experiment.layers[0].forget_bias, ==, 1);
  g_assert_cmpfloat (experiment.layers[1].rate, ==, 0.2);
  g_assert_cmpint (experiment.layers[2].units, ==, FS_AUTO);
}

/* Every row must be fit to be shown: this is what makes a forgotten column of the table a failure. */
/* What a row depends on is a choice or a switch beside it, for every kind that uses the row. */
static void
check_condition (const FsSchema *schema, const FsSetting *setting)
{
  for (int kind = 0; kind < 32; kind++)
    {
      const FsSetting *other = NULL;
      if (setting->kinds && !(setting->kinds >> kind & 1))
        continue;
      for (size_t i = 0; i < schema->n_settings && !other; i++)
        if (g_str_equal (schema->settings[i].key, setting->only_if_key)
            && (!setting->kinds || (schema->settings[i].kinds >> kind & 1)))
          other = &schema->settings[i];
      /* Bits beyond the last kind are of a row for every kind, present and to come. */
      if (!other && setting->kinds == ~UINT32_C (0))
        continue;
      g_assert_nonnull (other);
      g_assert_true (other->type == FS_TYPE_CHOICE || other->type == FS_TYPE_BOOLEAN);
    }
}

static void
check_rows (const FsSchema *schema)
{
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsSetting *setting = &schema->settings[i];
      g_test_message ("%s", setting->key);
      g_assert_nonnull (setting->label);
      g_assert_true (g_str_has_suffix (setting->help, "."));
      g_assert_null (strstr (setting->help, ". ")); /* one sentence */
      g_assert_cmpint (setting->group, <, FS_N_GROUPS);
      g_assert_cmpint (setting->type == FS_TYPE_CHOICE, ==, setting->choices != NULL);
      for (const FsChoice *choice = setting->choices; choice && choice->word; choice++)
        g_assert_true (choice->label && g_str_has_suffix (choice->help, "."));
      if (setting->type == FS_TYPE_NUMBER || setting->type == FS_TYPE_INTEGER)
        {
          g_assert_cmpfloat (setting->min, <, setting->max);
          g_assert_cmpfloat (setting->increment, >, 0);
          g_assert_cmpfloat (fabs (setting->max), <=, 9007199254740992.0);
        }
      if (setting->special_word) /* a number in range could not be told from the word */
        g_assert_true (setting->special_value < setting->min
                       || setting->special_value > setting->max);
      if (setting->only_if_key)
        check_condition (schema, setting);
    }
}

static void
test_tables (void)
{
  check_rows (fs_schema_experiment ());
  check_rows (fs_schema_layer ());
  check_rows (fs_schema_step ());
  for (int kind = 0; kind < FS_N_LAYER_KINDS; kind++)
    g_assert_nonnull (fs_layer_kind ((FsLayerKind) kind)->help);
  for (int kind = 0; kind < FS_N_STEP_KINDS; kind++)
    g_assert_nonnull (fs_step_kind ((FsStepKind) kind)->help);
  for (int group = 0; group < FS_N_GROUPS; group++)
    g_assert_nonnull (fs_group_label ((FsGroup) group));
}

/* The walk visits each setting once, in an order in which the groups do not go back, and each path
 * finds the same place again. */
static void
test_walk (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  size_t index = 0, n = 0;
  FsGroup group = FS_GROUP_DATA;
  FsPlace place;
  while (fs_experiment_next (&experiment, &index, &place))
    {
      FsPlace found;
      n++;
      g_assert_true (g_hash_table_add (seen, g_strdup (place.path)));
      g_assert_cmpint (fs_experiment_find (&experiment, place.path, &found, NULL), ==, FS_OK);
      g_assert_true (found.object == place.object && found.setting == place.setting);
      g_assert_cmpint (place.setting->group, >=, group);
      group = place.setting->group;
      g_assert_true (fs_place_is_default (&place));
    }
  /* What the two steps use, and what the layers do. */
  size_t n_of_steps = 0, n_of_layers = 0;
  for (size_t i = 0; i < fs_schema_step ()->n_settings; i++)
    for (size_t k = 0; k < experiment.n_steps; k++)
      n_of_steps += fs_schema_step ()->settings[i].kinds >> experiment.steps[k].kind & 1;
  for (size_t i = 0; i < fs_schema_layer ()->n_settings; i++)
    for (size_t k = 0; k < experiment.n_layers; k++)
      n_of_layers += fs_schema_layer ()->settings[i].kinds >> experiment.layers[k].kind & 1;
  g_assert_cmpuint (n_of_steps, >=, 4);
  g_assert_cmpuint (n_of_layers, >=, 8);
  g_assert_cmpuint (n, ==, fs_schema_experiment ()->n_settings + n_of_steps + n_of_layers);
  g_assert_true (g_hash_table_contains (seen, "prepare.1.method"));
  g_assert_true (g_hash_table_contains (seen, "model.layers.2.units"));
}

static void
test_walk_of_empty_lists (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_layers = experiment.n_steps = 0;
  size_t index = 0, n = 0;
  FsPlace place;
  while (fs_experiment_next (&experiment, &index, &place))
    n++;
  g_assert_cmpuint (n, ==, fs_schema_experiment ()->n_settings);
}

static void
assert_set (FsExperiment *experiment, const char *assignment)
{
  FsProblem problem;
  char sentence[1024];
  if (fs_experiment_set (experiment, assignment, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
}

/* A refused value names its place, what was found and what is allowed, and changes nothing. */
static void
assert_refused (const char *assignment, FsStatus status, const char *sentence_part)
{
  FsExperiment experiment = fs_experiment_default ();
  const FsExperiment before = experiment;
  FsProblem problem;
  char sentence[1024];
  g_assert_cmpint (fs_experiment_set (&experiment, assignment, &problem), ==, status);
  fs_problem_sentence (&problem, sentence, sizeof sentence);
  g_test_message ("%s", sentence);
  if (!strstr (sentence, sentence_part))
    g_error ("“%s” does not contain “%s”", sentence, sentence_part);
  g_assert_cmpuint (fs_experiment_compare (&before, &experiment, NULL, NULL), ==, 0);
}

static void
test_set (void)
{
  FsExperiment experiment = fs_experiment_default ();
  assert_set (&experiment, "train.learning_rate=0.1");
  g_assert_cmpfloat (experiment.train.learning_rate, ==, 0.1);
  assert_set (&experiment, "train.learning_rate=0");
  assert_set (&experiment, "train.learning_rate=-0");
  g_assert_false (signbit (experiment.train.learning_rate));
  assert_set (&experiment, "train.batch=1e3");
  g_assert_cmpint (experiment.train.batch, ==, 1000);
  assert_set (&experiment, "train.seed=9007199254740992");
  g_assert_cmpint (experiment.train.seed, ==, G_GINT64_CONSTANT (9007199254740992));
  assert_set (&experiment, "model.layers.0.units=256");
  g_assert_cmpint (experiment.layers[0].units, ==, 256);
  assert_set (&experiment, "model.layers.2.activation=tanh");
  g_assert_cmpint (experiment.layers[2].activation, ==, FS_ACTIVATION_TANH);
  assert_set (&experiment, "prepare.1.method=min-max");
  g_assert_cmpint (experiment.steps[1].scale_method, ==, FS_SCALE_MIN_MAX);
  assert_set (&experiment, "prepare.0.enabled=false");
  g_assert_false (experiment.steps[0].is_enabled);
  assert_set (&experiment, "train.stop.patience=never");
  g_assert_cmpint (experiment.train.stop.patience, ==, FS_NEVER);
  assert_set (&experiment, "name=a=b");
  g_assert_cmpstr (experiment.name, ==, "a=b");
  assert_set (&experiment, "data.inputs=one,two\\, three,back\\\\slash");
  g_assert_cmpuint (experiment.data.n_inputs, ==, 3);
  g_assert_cmpstr (experiment.data.inputs[1], ==, "two, three");
  g_assert_cmpstr (experiment.data.inputs[2], ==, "back\\slash");
  assert_set (&experiment, "data.inputs=");
  g_assert_cmpuint (experiment.data.n_inputs, ==, 0);
}

static void
test_refusals (void)
{
  assert_refused ("train.learning_rate=-0.1", FS_OUT_OF_RANGE, "a number from 0 to 1000000");
  assert_refused ("train.learning_rate=fast", FS_WRONG_TYPE, "fast");
  assert_refused ("train.learning_rate=", FS_WRONG_TYPE, "a number");
  assert_refused ("train.learning_rate=0,1", FS_WRONG_TYPE, "0,1");
  assert_refused ("train.learning_rate=1e400", FS_OUT_OF_RANGE, "1e400");
  assert_refused ("train.learning_rate=nan", FS_WRONG_TYPE, "nan");
  assert_refused ("train.batch=2.5", FS_WRONG_TYPE, "a whole number");
  assert_refused ("train.batch=0", FS_OUT_OF_RANGE, "from 1");
  assert_refused ("model.layers.0.units=1e10", FS_OUT_OF_RANGE, "to 1000000000");
  assert_refused ("model.layers.1.rate=1", FS_OUT_OF_RANGE, "to below 1");
  assert_refused ("split.train=0", FS_OUT_OF_RANGE, "above 0");
  assert_refused ("split.purge=-1", FS_OUT_OF_RANGE, ", or auto");
  assert_refused ("train.stop.patience=auto", FS_WRONG_TYPE, ", or never");
  assert_refused ("train.optimiser=adm", FS_UNKNOWN_CHOICE, "the nearest is adam");
  assert_refused ("train.optimiser=newton", FS_UNKNOWN_CHOICE,
                  "adam, sgd, adamw, nadam, rmsprop or adagrad");
  assert_refused ("train.shuffle=yes", FS_WRONG_TYPE, "true or false");
  assert_refused ("train.learning_rat=1", FS_UNKNOWN_KEY, "train.learning_rate");
  assert_refused ("train.bacth=1", FS_UNKNOWN_KEY, "train.batch");
  assert_refused ("epochs=1", FS_UNKNOWN_KEY, "train.epochs");
  assert_refused ("epcohs=1", FS_UNKNOWN_KEY, "train.epochs");
  assert_refused ("lr=1", FS_UNKNOWN_KEY, "train.learning_rate");
  assert_refused ("hidden_size=1", FS_UNKNOWN_KEY, "model.layers.0.units");
  assert_refused ("zzzzzzzzzz=1", FS_UNKNOWN_KEY, "fitscope schema");
  assert_refused ("model.layers.9.units=1", FS_OUT_OF_RANGE, "3 layers");
  assert_refused ("model.layers.99999999999999999999.units=1", FS_UNKNOWN_KEY, "model.layers");
  assert_refused ("model.layers..units=1", FS_UNKNOWN_KEY, "model.layers.0.units");
  assert_refused ("model.layers.0.rate=1", FS_UNKNOWN_KEY, "model.layers");
  assert_refused ("prepare.7.method=mean", FS_OUT_OF_RANGE, "2 preparation steps");
  assert_refused ("train.batch", FS_MALFORMED, "KEY=VALUE");
  assert_refused ("=1", FS_MALFORMED, "KEY=VALUE");
  assert_refused ("name=\xff", FS_MALFORMED, "UTF-8");
  assert_refused ("name=\xe2\x82", FS_MALFORMED, "UTF-8");
  assert_refused ("name=\xed\xa0\x80", FS_MALFORMED, "UTF-8");
  assert_refused ("data.inputs=a,,b", FS_MALFORMED, "empty");

  g_autofree char *name = g_strnfill (300, 'x');
  g_autofree char *long_name = g_strconcat ("name=", name, NULL);
  assert_refused (long_name, FS_TOO_LARGE, "255 bytes");
  g_autofree char *long_input = g_strconcat ("data.inputs=a,", name, NULL);
  assert_refused (long_input, FS_TOO_LARGE, "data.inputs");
  g_autoptr (GString) many = g_string_new ("data.inputs=a");
  for (int i = 0; i < FS_MAX_INPUTS; i++)
    g_string_append (many, ",a");
  assert_refused (many->str, FS_TOO_LARGE, "at most 64");
}

static void
test_numbers (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsPlace place;
  FsProblem problem;
  g_assert_cmpint (fs_experiment_find (&experiment, "split.purge", &place, NULL), ==, FS_OK);
  g_assert_cmpint (fs_place_set_number (&place, 7, &problem), ==, FS_OK);
  g_assert_cmpint (fs_place_set_number (&place, FS_AUTO, &problem), ==, FS_OK);
  g_assert_cmpint (fs_place_set_number (&place, 2.5, &problem), ==, FS_WRONG_TYPE);
  g_assert_cmpint (fs_place_set_number (&place, NAN, &problem), ==, FS_OUT_OF_RANGE);
  g_assert_cmpint (fs_place_set_number (&place, INFINITY, &problem), ==, FS_OUT_OF_RANGE);
  g_assert_cmpfloat (fs_place_get_number (&place), ==, FS_AUTO);

  g_assert_cmpint (fs_experiment_find (&experiment, "train.optimiser", &place, NULL), ==, FS_OK);
  g_assert_cmpint (fs_place_set_number (&place, 6, &problem), ==, FS_UNKNOWN_CHOICE);
  g_assert_cmpint (fs_place_set_number (&place, 1, &problem), ==, FS_OK);
  g_assert_cmpint (experiment.train.optimiser, ==, FS_OPTIMISER_SGD);
}

static void
test_lists (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsProblem problem;
  g_assert_cmpint (fs_experiment_insert_layer (&experiment, 0, FS_LAYER_DENSE, &problem), ==,
                   FS_OK);
  g_assert_cmpint (experiment.layers[0].kind, ==, FS_LAYER_DENSE);
  g_assert_cmpint (experiment.layers[1].kind, ==, FS_LAYER_LSTM);
  fs_experiment_move_layer (&experiment, 0, 2);
  g_assert_cmpint (experiment.layers[0].kind, ==, FS_LAYER_LSTM);
  g_assert_cmpint (experiment.layers[1].kind, ==, FS_LAYER_DROPOUT);
  g_assert_cmpint (experiment.layers[2].kind, ==, FS_LAYER_DENSE);
  fs_experiment_remove_layer (&experiment, 2);
  const FsExperiment defaults = fs_experiment_default ();
  g_assert_cmpuint (fs_experiment_compare (&experiment, &defaults, NULL, NULL), ==, 0);
  fs_experiment_remove_layer (&experiment, 99);
  g_assert_cmpuint (experiment.n_layers, ==, 3);

  fs_experiment_move_step (&experiment, 1, 0);
  g_assert_cmpint (experiment.steps[0].kind, ==, FS_STEP_SCALE);
  fs_experiment_remove_step (&experiment, 0);
  g_assert_cmpuint (experiment.n_steps, ==, 1);

  while (experiment.n_layers < FS_MAX_LAYERS)
    g_assert_cmpint (fs_experiment_insert_layer (&experiment, 99, FS_LAYER_LSTM, &problem), ==,
                     FS_OK);
  g_assert_cmpint (fs_experiment_insert_layer (&experiment, 0, FS_LAYER_LSTM, &problem), ==,
                   FS_TOO_LARGE);
  while (experiment.n_steps < FS_MAX_STEPS)
    g_assert_cmpint (fs_experiment_insert_step (&experiment, 0, FS_STEP_SCALE, &problem), ==,
                     FS_OK);
  g_assert_cmpint (fs_experiment_insert_step (&experiment, 0, FS_STEP_SCALE, &problem), ==,
                   FS_TOO_LARGE);
}

static void
assert_invalid (FsExperiment experiment, FsStatus status, const char *where)
{
  FsProblem problem;
  g_assert_cmpint (fs_experiment_validate (&experiment, &problem), ==, status);
  g_assert_cmpstr (problem.where, ==, where);
}

static void
test_validate (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.train.batch = 0;
  assert_invalid (experiment, FS_OUT_OF_RANGE, "train.batch");

  experiment = fs_experiment_default ();
  experiment.train.learning_rate = NAN;
  assert_invalid (experiment, FS_OUT_OF_RANGE, "train.learning_rate");

  experiment = fs_experiment_default ();
  experiment.split.train = 0.9;
  assert_invalid (experiment, FS_MISMATCH, "split.validation");
  experiment.split.validation = 0.1;
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);

  experiment = fs_experiment_default ();
  experiment.n_layers = 0;
  assert_invalid (experiment, FS_TOO_LITTLE, "model.layers");
  experiment.n_layers = 2;
  assert_invalid (experiment, FS_MISMATCH, "model.layers.1");

  experiment = fs_experiment_default ();
  fs_experiment_insert_layer (&experiment, 1, FS_LAYER_DENSE, NULL);
  assert_invalid (experiment, FS_MISMATCH, "model.layers.1.units");

  experiment = fs_experiment_default ();
  experiment.window.horizon = 3;
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  experiment.layers[2].units = 1;
  assert_invalid (experiment, FS_MISMATCH, "model.layers.2.units");

  experiment = fs_experiment_default ();
  assert_set (&experiment, "data.target=y");
  assert_set (&experiment, "data.inputs=x,y");
  assert_invalid (experiment, FS_MISMATCH, "data.inputs");
  assert_set (&experiment, "data.inputs=x,x");
  assert_invalid (experiment, FS_MISMATCH, "data.inputs");

  experiment = fs_experiment_default ();
  assert_set (&experiment, "data.source=");
  assert_invalid (experiment, FS_NOT_FOUND, "data.source");

  experiment = fs_experiment_default ();
  assert_set (&experiment, "train.loss=cross-entropy");
  assert_invalid (experiment, FS_MISMATCH, "train.loss");
}

static void
collect_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  g_string_append_printf (data, "%s|%s|%s|%s\n", path, label, left, right);
}

static void
test_compare (void)
{
  const FsExperiment left = fs_experiment_default ();
  FsExperiment right = left;
  g_autoptr (GString) lines = g_string_new (NULL);
  assert_set (&right, "train.batch=64");
  assert_set (&right, "data.inputs=a,b");
  assert_set (&right, "model.layers.0.units=8");
  g_assert_cmpuint (fs_experiment_compare (&left, &right, collect_cb, lines), ==, 3);
  g_assert_cmpstr (lines->str, ==,
                   "data.inputs|Further inputs||a,b\n"
                   "train.batch|Batch size|32|64\n"
                   "model.layers.0.units|LSTM: Units|50|8\n");

  right = left;
  fs_experiment_remove_layer (&right, 1);
  g_string_truncate (lines, 0);
  g_assert_cmpuint (fs_experiment_compare (&left, &right, collect_cb, lines), ==, 2);
  g_assert_cmpstr (lines->str, ==,
                   "model.layers.1|Layer 2|dropout rate=0.2|dense units=auto\n"
                   "model.layers.2|Layer 3|dense units=auto|\n");
}

/* Each single setting counts in comparison and hash, except the name in the hash. */
static void
test_hash (void)
{
  FsExperiment experiment = fs_experiment_default ();
  const FsExperiment defaults = experiment;
  const uint64_t hash = fs_experiment_hash (&defaults);
  size_t index = 0;
  FsPlace place;
  while (fs_experiment_next (&experiment, &index, &place))
    {
      const FsSetting *setting = place.setting;
      g_test_message ("%s", place.path);
      if (setting->type == FS_TYPE_CHOICE && !setting->choices[1].word)
        continue; /* only one choice: nothing to change to */
      if (setting->type == FS_TYPE_TEXT || setting->type == FS_TYPE_NAMES)
        g_assert_cmpint (fs_place_set_text (&place, "other", NULL), ==, FS_OK);
      else if (setting->type == FS_TYPE_BOOLEAN || setting->type == FS_TYPE_CHOICE)
        g_assert_cmpint (fs_place_set_number (&place, !setting->default_value, NULL), ==, FS_OK);
      else
        {
          /* An allowed value that is no default. */
          const double other = setting->min + (setting->type == FS_TYPE_INTEGER ? 2 : 1.0 / 16);
          g_assert_cmpint (fs_place_set_number (&place, other, NULL), ==, FS_OK);
        }
      g_assert_false (fs_place_is_default (&place));
      g_assert_cmpuint (fs_experiment_compare (&defaults, &experiment, NULL, NULL), ==, 1);
      if (strcmp (place.path, "name") == 0)
        g_assert_cmpuint (fs_experiment_hash (&experiment), ==, hash);
      else
        g_assert_cmpuint (fs_experiment_hash (&experiment), !=, hash);
      fs_place_reset (&place);
      g_assert_cmpuint (fs_experiment_hash (&experiment), ==, hash);
    }

  fs_experiment_move_step (&experiment, 0, 1);
  g_assert_cmpuint (fs_experiment_hash (&experiment), !=, hash);
}

/* The leak of a dense layer matters to a leaky ReLU of the same layer. */
static void
test_use (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsPlace leak, unit;
  g_assert_cmpint (fs_experiment_insert_layer (&experiment, 1, FS_LAYER_DENSE, NULL), ==, FS_OK);
  experiment.layers[1].units = 4;
  g_assert_cmpint (fs_experiment_find (&experiment, "model.layers.1.leak", &leak, NULL), ==, FS_OK);
  g_assert_false (fs_place_is_used (&leak, &experiment));
  experiment.layers[experiment.n_layers - 1].activation = FS_ACTIVATION_LEAKY_RELU;
  g_assert_false (fs_place_is_used (&leak, &experiment));
  experiment.layers[1].activation = FS_ACTIVATION_LEAKY_RELU;
  g_assert_true (fs_place_is_used (&leak, &experiment));

  g_assert_cmpint (fs_experiment_find (&experiment, "train.schedule.unit", &unit, NULL), ==, FS_OK);
  g_assert_false (fs_place_is_used (&unit, &experiment));
  experiment.train.schedule.type = FS_SCHEDULE_COSINE;
  g_assert_true (fs_place_is_used (&unit, &experiment));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/experiment/defaults", test_defaults);
  g_test_add_func ("/experiment/tables", test_tables);
  g_test_add_func ("/experiment/use", test_use);
  g_test_add_func ("/experiment/walk", test_walk);
  g_test_add_func ("/experiment/walk-of-empty-lists", test_walk_of_empty_lists);
  g_test_add_func ("/experiment/set", test_set);
  g_test_add_func ("/experiment/refusals", test_refusals);
  g_test_add_func ("/experiment/numbers", test_numbers);
  g_test_add_func ("/experiment/lists", test_lists);
  g_test_add_func ("/experiment/validate", test_validate);
  g_test_add_func ("/experiment/compare", test_compare);
  g_test_add_func ("/experiment/hash", test_hash);
  return g_test_run ();
}

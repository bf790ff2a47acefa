/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Experiment files: what is written reads back equal, what is left out defaults, and everything else
 * is one sentence with the file, the line, the key, the value and what is allowed. */

#include <glib.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <locale.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"

static FsExperiment
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  FsExperiment experiment;
  if (!fs_experiment_file_parse (&experiment, json, -1, "a.fit.json", &error))
    g_error ("%s", error->message);
  return experiment;
}

static void
test_everything_may_be_left_out (void)
{
  const FsExperiment defaults = fs_experiment_default ();
  const FsExperiment smallest = parse ("{}");
  g_assert_cmpuint (fs_experiment_compare (&defaults, &smallest, NULL, NULL), ==, 0);
}

static void
test_complete_example (void)
{
  const FsExperiment e = parse (
      "{ \"fitscope\": 1, \"name\": \"A small net\",\n"
      "  \"data\": { \"source\": \"builtin:air-passengers\", \"target\": "
      "\"passengers_thousands\",\n"
      "    \"time\": \"date\", \"task\": \"forecast\", \"inputs\": [\"a\", \"b, c\"] },\n"
      "  \"prepare\": [ { \"step\": \"impute\", \"method\": \"mean\" },\n"
      "    { \"step\": \"scale\", \"method\": \"min-max\", \"enabled\": false } ],\n"
      "  \"window\": { \"length\": 12, \"horizon\": 1, \"stride\": 2 },\n"
      "  \"split\": { \"method\": \"chronological\", \"train\": 0.6, \"validation\": 2e-1,\n"
      "    \"purge\": \"auto\" },\n"
      "  \"model\": { \"layers\": [ { \"type\": \"lstm\", \"units\": 8 },\n"
      "    { \"type\": \"dense\", \"units\": 1, \"activation\": \"tanh\" } ] },\n"
      "  \"train\": { \"loss\": \"mae\", \"optimiser\": \"sgd\", \"learning_rate\": 1E-2,\n"
      "    \"momentum\": 0.9, \"batch\": 16.0, \"epochs\": 5, \"shuffle\": false, \"seed\": 7,\n"
      "    \"clip_norm\": 1, \"l1\": 0, \"l2\": 0.0001, \"schedule\": { \"type\": \"none\" },\n"
      "    \"stop\": { \"patience\": \"never\", \"min_delta\": 0, \"restore_best\": false } } }");
  g_assert_cmpstr (e.name, ==, "A small net");
  g_assert_cmpuint (e.data.n_inputs, ==, 2);
  g_assert_cmpstr (e.data.inputs[1], ==, "b, c");
  g_assert_cmpuint (e.n_steps, ==, 2);
  g_assert_cmpint (e.steps[0].impute_method, ==, FS_IMPUTE_MEAN);
  g_assert_false (e.steps[1].is_enabled);
  g_assert_cmpint (e.window.stride, ==, 2);
  g_assert_cmpfloat (e.split.validation, ==, 0.2);
  g_assert_cmpuint (e.n_layers, ==, 2);
  g_assert_cmpint (e.layers[0].units, ==, 8);
  g_assert_cmpint (e.layers[1].activation, ==, FS_ACTIVATION_TANH);
  g_assert_cmpint (e.train.optimiser, ==, FS_OPTIMISER_SGD);
  g_assert_cmpfloat (e.train.learning_rate, ==, 0.01);
  g_assert_cmpint (e.train.batch, ==, 16);
  g_assert_false (e.train.is_shuffled);
  g_assert_cmpint (e.train.stop.patience, ==, FS_NEVER);
  g_assert_false (e.train.stop.restores_best);
}

/* A random allowed value of any row. */
static void
randomise (const FsPlace *place)
{
  static const char *const texts[] = {
    "", "plain", "Größe °C", "quote \" and \\ back", "a,b", "line\nbreak\ttab\x01\x7f", "{\"a\":[]}"
  };
  const FsSetting *setting = place->setting;
  FsProblem problem;
  char sentence[1024];
  FsStatus status = FS_OK;
  double share = g_test_rand_double ();
  if (g_test_rand_int_range (0, 3) == 0)
    share *= 1e-12;

  switch (setting->type)
    {
    case FS_TYPE_NUMBER:
      share = setting->min + share * (setting->max - setting->min);
      if (!(setting->min_is_excluded && share == setting->min))
        status = fs_place_set_number (place, share, &problem);
      break;
    case FS_TYPE_INTEGER:
      if (setting->special_word && g_test_rand_bit ())
        status = fs_place_set_text (place, setting->special_word, &problem);
      else
        status = fs_place_set_number (
            place, setting->min + (double) (gint64) (share * (setting->max - setting->min)),
            &problem);
      break;
    case FS_TYPE_BOOLEAN:
      status = fs_place_set_number (place, g_test_rand_bit (), &problem);
      break;
    case FS_TYPE_CHOICE:
      {
        int n = 0;
        while (setting->choices[n].word)
          n++;
        status = fs_place_set_number (place, g_test_rand_int_range (0, n), &problem);
        break;
      }
    case FS_TYPE_TEXT:
      status = fs_place_set_text (place, texts[g_test_rand_int_range (0, G_N_ELEMENTS (texts))],
                                  &problem);
      break;
    case FS_TYPE_NAMES:
      status =
          fs_place_set_text (place, g_test_rand_bit () ? "one,two\\, 2,drei\\\\" : "", &problem);
      break;
    }
  if (status != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
}

/* Random in every row, but valid as a whole. */
static FsExperiment
random_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.n_layers = experiment.n_steps = 0;
  for (int i = g_test_rand_int_range (0, 6); i > 0; i--)
    fs_experiment_insert_layer (&experiment, 0,
                                (FsLayerKind) g_test_rand_int_range (0, FS_N_LAYER_KINDS), NULL);
  fs_experiment_insert_layer (&experiment, G_MAXSIZE, FS_LAYER_DENSE, NULL);
  for (int i = g_test_rand_int_range (0, 6); i > 0; i--)
    fs_experiment_insert_step (&experiment, 0,
                               (FsStepKind) g_test_rand_int_range (0, FS_N_STEP_KINDS), NULL);

  size_t index = 0;
  FsPlace place;
  while (fs_experiment_next (&experiment, &index, &place))
    randomise (&place);

  for (size_t i = 0; i < experiment.n_layers; i++)
    if (experiment.layers[i].kind == FS_LAYER_DENSE)
      experiment.layers[i].units = i + 1 < experiment.n_layers ? 7 : FS_AUTO;
  if (experiment.split.train + experiment.split.validation > 1)
    experiment.split.validation = 0;
  if (experiment.train.epochs == 0) /* some schedules are as long as the run */
    experiment.train.epochs = 1;
  for (size_t i = experiment.n_layers; i-- > 0;)
    if (experiment.layers[i].kind == FS_LAYER_EMBEDDING)
      fs_experiment_remove_layer (&experiment, i);
  fs_experiment_suit_layers (&experiment);
  if (experiment.data.task != FS_TASK_FORECAST && experiment.data.task != FS_TASK_NEXT)
    experiment.train.stateful = FS_STATEFUL_OFF;
  if (experiment.train.stateful != FS_STATEFUL_OFF)
    experiment.train.is_shuffled = false;
  if (fs_loss_is_of_classes (experiment.train.loss) != fs_task_is_of_classes (experiment.data.task))
    experiment.train.loss =
        fs_task_is_of_classes (experiment.data.task) ? FS_LOSS_CROSS_ENTROPY : FS_LOSS_HUBER;
  g_strlcpy (experiment.data.target, "not an input", FS_TEXT_SIZE);
  for (size_t i = 0; i < experiment.n_steps; i++)
    if (experiment.steps[i].kind == FS_STEP_AUGMENT)
      {
        experiment.steps[i].is_enabled =
            experiment.steps[i].is_enabled && experiment.data.task != FS_TASK_NEXT;
        experiment.steps[i].augment_method =
            experiment.data.task == FS_TASK_TEXT ? FS_AUGMENT_SWAP : FS_AUGMENT_SCALING;
      }
  if (!experiment.text.vectors[0])
    g_strlcpy (experiment.text.vectors, "v.txt", FS_PATH_SIZE);
  if (!experiment.data.source[0])
    g_strlcpy (experiment.data.source, "x.csv", FS_PATH_SIZE);
  return experiment;
}

static void
difference_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  g_test_message ("%s: “%s” became “%s”", path, left, right);
}

static void
test_round_trip (void)
{
  for (int i = 0; i < 500; i++)
    {
      const FsExperiment experiment = random_experiment ();
      g_autofree char *json = fs_experiment_file_to_json (&experiment);
      const FsExperiment back = parse (json);
      g_autofree char *again = fs_experiment_file_to_json (&back);
      g_assert_cmpuint (fs_experiment_compare (&experiment, &back, difference_cb, NULL), ==, 0);
      g_assert_cmpuint (fs_experiment_hash (&experiment), ==, fs_experiment_hash (&back));
      g_assert_cmpstr (json, ==, again);
    }
}

/* The same bytes under a locale that writes 0,5. */
static void
test_locale (void)
{
  const FsExperiment experiment = fs_experiment_default ();
  g_autofree char *plain = fs_experiment_file_to_json (&experiment);
  if (!setlocale (LC_ALL, "de_DE.UTF-8"))
    {
      g_test_skip ("the locale de_DE.UTF-8 is not installed");
      return;
    }
  g_autofree char *german = fs_experiment_file_to_json (&experiment);
  const FsExperiment back = parse ("{\"train\": {\"learning_rate\": 0.5}}");
  setlocale (LC_ALL, "C.UTF-8");
  g_assert_cmpstr (plain, ==, german);
  g_assert_cmpfloat (back.train.learning_rate, ==, 0.5);
}

static void
test_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("fitscope-XXXXXX", &error);
  g_assert_no_error (error);
  g_autofree char *path = g_build_filename (folder, "a.fit.json", NULL);
  FsExperiment experiment = random_experiment ();
  FsExperiment back;

  g_assert_false (fs_experiment_file_load (&back, path, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (fs_experiment_file_load (&back, folder, &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
  g_clear_error (&error);
  g_assert_false (fs_experiment_file_load (&back, "/dev/zero", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_TOO_LARGE);
  g_clear_error (&error);

  g_assert_true (fs_experiment_file_save (&experiment, path, &error));
  g_assert_no_error (error);
  g_assert_true (fs_experiment_file_load (&back, path, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fs_experiment_compare (&experiment, &back, difference_cb, NULL), ==, 0);
  g_unlink (path);
  g_rmdir (folder);
}

typedef struct
{
  const char *json;
  gssize length; /* -1 = up to NUL */
  FsStatus status;
  const char *sentence; /* a part of it */
} Refusal;

/* One sentence: something before, no line break, one full stop at the end; the experiment untouched. */
static void
assert_refused (const Refusal *refusal)
{
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = fs_experiment_default ();
  experiment.train.batch = 77;
  const gboolean is_read =
      fs_experiment_file_parse (&experiment, refusal->json, refusal->length, "a.fit.json", &error);
  if (is_read)
    g_error ("read without complaint: %s", refusal->json);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, "a.fit.json"));
  g_assert_true (g_str_has_suffix (error->message, "."));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (!strstr (error->message, refusal->sentence))
    g_error ("“%s” does not contain “%s”", error->message, refusal->sentence);
  g_assert_error (error, FS_LAB_ERROR, (int) refusal->status);
  g_assert_cmpint (experiment.train.batch, ==, 77);
}

static void
test_wrong_content (void)
{
  static const Refusal refusals[] = {
    { "{\"trian\": {}}", -1, FS_UNKNOWN_KEY,
      "trian: Unknown setting: the nearest known key is train" },
    { "{\n\"train\": {\n\"epcohs\": 3}}", -1, FS_UNKNOWN_KEY,
      "a.fit.json, line 3: train.epcohs: Unknown setting: the nearest known key is train.epochs" },
    { "{\"epochs\": 3}", -1, FS_UNKNOWN_KEY, "train.epochs" },
    { "{\"train\": {\"lr\": 3}}", -1, FS_UNKNOWN_KEY, "train.learning_rate" },
    { "{\"train.epochs\": 3}", -1, FS_UNKNOWN_KEY, "nested" },
    { "{\"layers\": []}", -1, FS_UNKNOWN_KEY, "model.layers" },
    { "{\"\": 1}", -1, FS_UNKNOWN_KEY, "" },
    { "{\"model\": {\"layer\": []}}", -1, FS_UNKNOWN_KEY, "model.layers" },
    { "{\"train\": {\"batch\": \"32\"}}", -1, FS_WRONG_TYPE,
      "train.batch: Wrong kind of value (“32”): a whole number from 1" },
    { "{\"train\": {\"batch\": true}}", -1, FS_WRONG_TYPE, "“true”" },
    { "{\"train\": {\"batch\": {}}}", -1, FS_WRONG_TYPE, "{ … }" },
    { "{\"train\": {\"batch\": null}}", -1, FS_WRONG_TYPE, "leave the key out" },
    { "{\"train\": null}", -1, FS_WRONG_TYPE, "train" },
    { "{\"train\": 3}", -1, FS_WRONG_TYPE, "curly" },
    { "{\"train\": {\"batch\": 0}}", -1, FS_OUT_OF_RANGE, "“0”" },
    { "{\"train\": {\"batch\": 1e400}}", -1, FS_OUT_OF_RANGE, "1e400" },
    { "{\"train\": {\"batch\": 99999999999999999999}}", -1, FS_OUT_OF_RANGE,
      "99999999999999999999" },
    { "{\"train\": {\"batch\": 9223372036854775808}}", -1, FS_OUT_OF_RANGE, "9223372036854775808" },
    { "{\"train\": {\"batch\": 2.5}}", -1, FS_WRONG_TYPE, "2.5" },
    { "{\"train\": {\"learning_rate\": -1}}", -1, FS_OUT_OF_RANGE, "“-1”" },
    { "{\"train\": {\"shuffle\": 1}}", -1, FS_WRONG_TYPE, "true or false" },
    { "{\"train\": {\"optimiser\": \"adm\"}}", -1, FS_UNKNOWN_CHOICE, "the nearest is adam" },
    { "{\"train\": {\"stop\": {\"patience\": \"nevr\"}}}", -1, FS_WRONG_TYPE, "or never" },
    { "{\"split\": {\"purge\": -1}}", -1, FS_OUT_OF_RANGE, "or auto" },
    { "{\"data\": {\"inputs\": \"a\"}}", -1, FS_WRONG_TYPE, "names" },
    { "{\"data\": {\"inputs\": [1]}}", -1, FS_WRONG_TYPE, "names" },
    { "{\"data\": {\"inputs\": [\"a\", \"\"]}}", -1, FS_MALFORMED, "empty" },
    { "{\"prepare\": {}}", -1, FS_WRONG_TYPE, "square" },
    { "{\"prepare\": [3]}", -1, FS_WRONG_TYPE, "prepare.0" },
    { "{\"prepare\": [{}]}", -1, FS_NOT_FOUND, "impute, scale" },
    { "{\"prepare\": [{\"step\": \"scal\"}]}", -1, FS_UNKNOWN_CHOICE, "the nearest is scale" },
    { "{\"prepare\": [{\"step\": \"scale\", \"metod\": \"none\"}]}", -1, FS_UNKNOWN_KEY,
      "the nearest known key is method" },
    { "{\"prepare\": [{\"step\": \"scale\", \"method\": \"linear\"}]}", -1, FS_UNKNOWN_CHOICE,
      "standard, min-max, centre, none, robust or max-abs" },
    { "{\"model\": {\"layers\": [{\"type\": \"ltsm\"}]}}", -1, FS_UNKNOWN_CHOICE,
      "model.layers.0.type" },
    { "{\"model\": {\"layers\": [{\"type\": \"dropout\", \"units\": 3}]}}", -1, FS_UNKNOWN_KEY,
      "dropout has rate" },
    { "{\"model\": {\"layers\": [{\"type\": null}]}}", -1, FS_WRONG_TYPE, "null" },
    { "{\"model\": {\"layers\": []}}", -1, FS_TOO_LITTLE, "model.layers" },
    { "{\"model\": {\"layers\": [\n{\"type\": \"lstm\"}]}}", -1, FS_MISMATCH, "line 2" },
    { "{\"fitscope\": 2}", -1, FS_OUT_OF_RANGE, "format 1" },
    { "{\"fitscope\": \"1\"}", -1, FS_WRONG_TYPE, "fitscope" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (refusals); i++)
    assert_refused (&refusals[i]);
}

static void
test_broken_json (void)
{
  static const Refusal refusals[] = {
    { "", 0, FS_MALFORMED, "empty" },
    { " \n\n ", -1, FS_MALFORMED, "line 3" },
    { "[]", -1, FS_MALFORMED, "not “[”" },
    { "null", -1, FS_MALFORMED, "{" },
    { "{", -1, FS_MALFORMED, "ends" },
    { "{\"name\": \"x", -1, FS_MALFORMED, "within a text" },
    { "{\"name\": \"x\ny\"}", -1, FS_MALFORMED, "\\n" },
    { "{\"name\": \"\\u0000\"}", -1, FS_MALFORMED, "u0000" },
    { "{\"name\": \"\\ud800\"}", -1, FS_MALFORMED, "surrogate" },
    { "{\"name\": \"\\ud800\\u0041\"}", -1, FS_MALFORMED, "surrogate" },
    { "{\"name\": \"\\u12g4\"}", -1, FS_MALFORMED, "hexadecimal" },
    { "{\"name\": \"\\x\"}", -1, FS_MALFORMED, "backslash" },
    { "{'name': 1}", -1, FS_MALFORMED, "double quotes" },
    { "{name: 1}", -1, FS_MALFORMED, "double quotes" },
    { "{\"name\" 1}", -1, FS_MALFORMED, "colon" },
    { "{\"name\": \"a\",}", -1, FS_MALFORMED, "double quotes" },
    { "{\"name\": \"a\" \"data\": 1}", -1, FS_MALFORMED, "comma" },
    { "{\n// why\n}", -1, FS_MALFORMED, "line 2: Cannot be understood: JSON has no comments" },
    { "{} /* end */", -1, FS_MALFORMED, "comments" },
    { "{} {}", -1, FS_MALFORMED, "the end of the file" },
    { "{\"train\": {\"batch\": 1, \"batch\": 2}}", -1, FS_MALFORMED,
      "train.batch” stands here for the second time" },
    { "{\"train\": {\"batch\": 01}}", -1, FS_MALFORMED, "begin with 0" },
    { "{\"train\": {\"batch\": +1}}", -1, FS_MALFORMED, "a value" },
    { "{\"train\": {\"batch\": .5}}", -1, FS_MALFORMED, "a value" },
    { "{\"train\": {\"batch\": 1.}}", -1, FS_MALFORMED, "decimal point" },
    { "{\"train\": {\"batch\": 1e}}", -1, FS_MALFORMED, "exponent" },
    { "{\"train\": {\"batch\": -}}", -1, FS_MALFORMED, "a digit" },
    { "{\"train\": {\"batch\": 0x10}}", -1, FS_MALFORMED, "comma" },
    { "{\"train\": {\"batch\": NaN}}", -1, FS_MALFORMED, "a value" },
    { "{\"train\": {\"batch\": Infinity}}", -1, FS_MALFORMED, "a value" },
    { "{\"name\": \"\xff\"}", -1, FS_MALFORMED, "UTF-8" },
    { "{\"name\": \"\0\"}", 12, FS_MALFORMED, "NUL" },
    { "\xef\xbb\xbf{}", -1, FS_MALFORMED, "byte order mark" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (refusals); i++)
    assert_refused (&refusals[i]);

  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autofree char *json = g_strconcat ("{\"name\": ", deep, NULL);
  assert_refused (&(Refusal){ json, -1, FS_TOO_LARGE, "brackets" });
  g_autofree char *digits = g_strnfill (100000, '9');
  g_autofree char *huge = g_strdup_printf ("{\"train\": {\"l2\": %s}}", digits);
  assert_refused (&(Refusal){ huge, -1, FS_OUT_OF_RANGE, "train.l2" });
  g_autofree char *name = g_strnfill (100000, 'n');
  g_autofree char *long_name = g_strdup_printf ("{\"name\": \"%s\"}", name);
  assert_refused (&(Refusal){ long_name, -1, FS_TOO_LARGE, "255 bytes" });
  g_autofree char *long_key = g_strdup_printf ("{\"%s\": 1}", name);
  assert_refused (&(Refusal){ long_key, -1, FS_UNKNOWN_KEY, "fitscope schema" });
}

/* Every single byte of a good file cut off, and every byte replaced: no crash, and an error if and
 * only if FALSE. */
static void
test_mutations (void)
{
  const FsExperiment experiment = fs_experiment_default ();
  g_autofree char *json = fs_experiment_file_to_json (&experiment);
  const gsize length = strlen (json);
  static const char bytes[] = { '"', '{', '}', '[',  ']',  ',',  ':',
                                '0', '-', 'e', '\\', '\0', '\n', '\x80' };
  for (gsize i = 0; i < length; i++)
    {
      FsExperiment read;
      g_autoptr (GError) cut_error = NULL;
      const gboolean is_cut_read =
          fs_experiment_file_parse (&read, json, (gssize) i, "a", &cut_error);
      g_assert_cmpint (is_cut_read, ==, cut_error == NULL);
      g_assert_true (!is_cut_read || i + 1 == length); /* only the last line break may be missed */

      for (gsize b = 0; b < sizeof bytes; b++)
        {
          g_autoptr (GError) error = NULL;
          g_autofree char *changed = g_memdup2 (json, length + 1);
          changed[i] = bytes[b];
          g_assert_cmpint (fs_experiment_file_parse (&read, changed, (gssize) length, "a", &error),
                           ==, error == NULL);
        }
    }
}

static void
test_schema_json (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *json = fs_schema_to_json ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_assert_true (json_parser_load_from_data (parser, json, -1, &error));
  g_assert_no_error (error);
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  JsonArray *settings = json_object_get_array_member (root, "settings");
  g_assert_cmpuint (json_array_get_length (settings), ==, fs_schema_experiment ()->n_settings);
  gboolean is_found = FALSE;
  for (guint i = 0; i < json_array_get_length (settings); i++)
    {
      JsonObject *setting = json_array_get_object_element (settings, i);
      g_assert_true (json_object_has_member (setting, "default"));
      if (strcmp (json_object_get_string_member (setting, "key"), "train.learning_rate") != 0)
        continue;
      is_found = TRUE;
      g_assert_cmpstr (json_object_get_string_member (setting, "type"), ==, "number");
      g_assert_cmpfloat (json_object_get_double_member (setting, "default"), ==, 0.001);
      g_assert_cmpstr (json_object_get_string_member (setting, "pytorch"), ==, "lr");
      g_assert_true (json_object_get_boolean_member (setting, "live"));
    }
  g_assert_true (is_found);
  JsonArray *layers = json_object_get_array_member (root, "layers");
  g_assert_cmpuint (json_array_get_length (layers), ==, FS_N_LAYER_KINDS);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (
                        json_array_get_object_element (layers, FS_LAYER_DROPOUT), "settings")),
                    ==, 1);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/experiment-file/everything-may-be-left-out", test_everything_may_be_left_out);
  g_test_add_func ("/experiment-file/complete-example", test_complete_example);
  g_test_add_func ("/experiment-file/round-trip", test_round_trip);
  g_test_add_func ("/experiment-file/locale", test_locale);
  g_test_add_func ("/experiment-file/file", test_file);
  g_test_add_func ("/experiment-file/wrong-content", test_wrong_content);
  g_test_add_func ("/experiment-file/broken-json", test_broken_json);
  g_test_add_func ("/experiment-file/mutations", test_mutations);
  g_test_add_func ("/experiment-file/schema-json", test_schema_json);
  return g_test_run ();
}

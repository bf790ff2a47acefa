/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command line from outside: the program itself, its exit codes, its stdout and stderr, in a plain
 * locale and in one with decimal commas. argv[1] is the program. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

static char *program;
static const char *const locales[] = { "C", "C.UTF-8", "de_DE.UTF-8" };

typedef struct
{
  char *folder; /* the working directory of the program */
  char *out, *err;
  int exit_code;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  fixture->folder = g_dir_make_tmp ("fitscope-XXXXXX", &error);
  g_assert_no_error (error);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  const char *name;
  while (directory && (name = g_dir_read_name (directory)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->out);
  g_free (fixture->err);
}

static GSubprocess *
start (Fixture *fixture, const char *locale, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_cwd (launcher, fixture->folder);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", locale, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "DISPLAY");
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  g_ptr_array_add (argv, program);
  for (; *arguments; arguments++)
    g_ptr_array_add (argv, (char *) *arguments);
  g_ptr_array_add (argv, NULL);
  GSubprocess *process =
      g_subprocess_launcher_spawnv (launcher, (const char *const *) argv->pdata, &error);
  g_assert_no_error (error);
  return process;
}

/* The data of no bytes is NULL. */
static char *
text_of (GBytes *bytes)
{
  const gsize size = g_bytes_get_size (bytes);
  return size > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), size) : g_strdup ("");
}

/* Runs the program to its end; what it wrote is in the fixture. */
static void
run (Fixture *fixture, const char *locale, const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) out = NULL, err = NULL;
  g_autoptr (GSubprocess) process = start (fixture, locale, arguments);
  g_subprocess_communicate (process, NULL, NULL, &out, &err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  fixture->exit_code = g_subprocess_get_exit_status (process);
  g_free (fixture->out);
  g_free (fixture->err);
  fixture->out = text_of (out);
  fixture->err = text_of (err);
}

#define RUN(fixture, locale, ...) run (fixture, locale, (const char *const[]){ __VA_ARGS__, NULL })

static void
write_text (Fixture *fixture, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static char *
read_text (Fixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  char *text = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
assert_done (Fixture *fixture)
{
  if (fixture->exit_code != 0 || fixture->err[0])
    g_error ("exit code %d, stderr: %s", fixture->exit_code, fixture->err);
}

/* Exactly one sentence on stderr, nothing on stdout, exit code 2. */
static void
assert_refused (Fixture *fixture, const char *part)
{
  g_test_message ("%s", fixture->err);
  g_assert_cmpint (fixture->exit_code, ==, 2);
  g_assert_true (g_str_has_prefix (fixture->err, "fitscope: "));
  g_assert_true (g_str_has_suffix (fixture->err, ".\n") || g_str_has_suffix (fixture->err, "?\n"));
  g_assert_true (strchr (fixture->err, '\n') == fixture->err + strlen (fixture->err) - 1);
  if (!strstr (fixture->err, part))
    g_error ("“%s” does not contain “%s”", fixture->err, part);
  g_assert_cmpstr (fixture->out, ==, "");
}

static void
test_words (Fixture *fixture, gconstpointer locale)
{
  RUN (fixture, locale, "--version");
  assert_done (fixture);
  g_assert_true (g_str_has_prefix (fixture->out, "fitscope "));
  g_assert_nonnull (strstr (fixture->out, "OpenBLAS 0."));
  RUN (fixture, locale, "--help");
  assert_done (fixture);
  g_assert_nonnull (strstr (fixture->out, "train"));
  RUN (fixture, locale, "train", "--help");
  assert_done (fixture);
  g_assert_nonnull (strstr (fixture->out, "--set=KEY=VALUE"));

  RUN (fixture, locale, "trian");
  assert_refused (fixture, "the nearest verb is train");
  RUN (fixture, locale, "nothing.csv");
  assert_refused (fixture, "nothing.csv");
  RUN (fixture, locale, "--nonsense");
  assert_refused (fixture, "--nonsense");
  RUN (fixture, locale, "schema", "--jsn");
  assert_refused (fixture, "--jsn");
  RUN (fixture, locale, "schema", "train");
  assert_refused (fixture, "no argument");
}

static void
test_schema (Fixture *fixture, gconstpointer locale)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  RUN (fixture, locale, "schema");
  assert_done (fixture);
  g_assert_nonnull (strstr (fixture->out, "train.learning_rate"));
  g_assert_nonnull (strstr (fixture->out, "default 0.001"));
  RUN (fixture, locale, "schema", "--json");
  assert_done (fixture);
  g_assert_true (json_parser_load_from_data (parser, fixture->out, -1, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fixture->out, "\"default\": 0.001"));
}

/* A series of n rows: a wave, or one value throughout. */
static void
write_series (Fixture *fixture, const char *name, int n, gboolean is_constant)
{
  g_autoptr (GString) text = g_string_new ("t,value\n");
  for (int i = 0; i < n; i++)
    g_string_append_printf (text, "%d,%d.%d\n", i, is_constant ? 3 : i % 7,
                            is_constant ? 5 : i % 10);
  write_text (fixture, name, text->str);
}

/* "train" with a file that says nothing but the source. */
static void
run_train_on (Fixture *fixture, const char *locale, const char *source, const char *setting)
{
  g_autofree char *json = g_strdup_printf ("{\"data\": {\"source\": \"%s\"}}", source);
  write_text (fixture, "a.fit.json", json);
  if (setting)
    RUN (fixture, locale, "train", "a.fit.json", "--set", setting);
  else
    RUN (fixture, locale, "train", "a.fit.json");
}

static void
test_bad_input (Fixture *fixture, gconstpointer locale)
{
  const char *series = "builtin:air-passengers";
  RUN (fixture, locale, "train");
  assert_refused (fixture, "EXPERIMENT");
  RUN (fixture, locale, "train", "a", "b");
  assert_refused (fixture, "second");
  RUN (fixture, locale, "train", "missing.fit.json");
  assert_refused (fixture, "missing.fit.json: Not found");
  RUN (fixture, locale, "train", ".");
  assert_refused (fixture, "Cannot be read");
  RUN (fixture, locale, "train", "builtin:frist");
  assert_refused (fixture, "builtin:frist");
  write_text (fixture, "a.fit.json", "{\"train\":\n {\"epochs\": }}");
  RUN (fixture, locale, "train", "a.fit.json");
  assert_refused (fixture, "a.fit.json, line 2");
  write_text (fixture, "a.fit.json", "{\"train\":\n {\"epcohs\": 3}}");
  RUN (fixture, locale, "train", "a.fit.json");
  assert_refused (fixture, "train.epochs");

  run_train_on (fixture, locale, series, "train.lerning_rate=1");
  assert_refused (fixture, "train.learning_rate");
  run_train_on (fixture, locale, series, "train.learning_rate=-1");
  assert_refused (fixture, "a number from 0");
  run_train_on (fixture, locale, series, "train.learning_rate=0,1");
  assert_refused (fixture, "0,1");
  run_train_on (fixture, locale, series, "model.layers.0.units=1000000000");
  assert_refused (fixture, "Too large");
  run_train_on (fixture, locale, series, "model.layers.0.units=10000000000");
  assert_refused (fixture, "Out of range");
  run_train_on (fixture, locale, series, "window.length=1000");
  assert_refused (fixture, "window.length");
  run_train_on (fixture, locale, series, "data.target=passenger_thousand");
  assert_refused (fixture, "passengers_thousands");
  run_train_on (fixture, locale, "builtin:air-pasengers", NULL);
  assert_refused (fixture, "builtin:air-passengers");
  run_train_on (fixture, locale, "missing.csv", NULL);
  assert_refused (fixture, "missing.csv");

  write_text (fixture, "words.csv", "name,colour\nAda,red\nBea,blue\nCyd,red\n");
  run_train_on (fixture, locale, "words.csv", NULL);
  assert_refused (fixture, "number");
  write_text (fixture, "empty.csv", "");
  run_train_on (fixture, locale, "empty.csv", NULL);
  assert_refused (fixture, "empty.csv");
  write_series (fixture, "one.csv", 1, FALSE);
  run_train_on (fixture, locale, "one.csv", NULL);
  assert_refused (fixture, "Too little data");
  write_series (fixture, "constant.csv", 200, TRUE);
  run_train_on (fixture, locale, "constant.csv", NULL);
  assert_refused (fixture, "never changes");
  RUN (fixture, locale, "train", "a.fit.json", "--threads", "0");
  assert_refused (fixture, "--threads");
  RUN (fixture, locale, "train", "a.fit.json", "--set", "train.epochs");
  assert_refused (fixture, "KEY=VALUE");
}

/* The lines of stdout as objects; each line must be JSON by itself. */
static GPtrArray *
parse_lines (const char *out)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    {
      g_autoptr (GError) error = NULL;
      if (!lines[i][0])
        continue;
      g_autoptr (JsonNode) node = json_from_string (lines[i], &error);
      if (!node)
        g_error ("%s: %s", error->message, lines[i]);
      g_ptr_array_add (objects, json_node_dup_object (node));
    }
  return objects;
}

#define SMALL "--set", "model.layers.0.units=4", "--set", "window.length=12"

static void
test_train_json (Fixture *fixture, gconstpointer locale)
{
  static const char *const files[] = { "experiment.json",  "history.csv",      "timings.csv",
                                       "best.safetensors", "last.safetensors", "predictions.csv",
                                       "loss.svg" };
  write_text (fixture, "a.fit.json", "{}");
  RUN (fixture, locale, "train", "a.fit.json", SMALL, "--set", "train.epochs=3", "--json", "--out",
       "deep/out");
  assert_done (fixture);
  g_autoptr (GPtrArray) events = parse_lines (fixture->out);
  g_assert_cmpuint (events->len, ==, 4);
  for (guint i = 0; i < 3; i++)
    {
      JsonObject *event = events->pdata[i];
      g_assert_cmpstr (json_object_get_string_member (event, "event"), ==, "epoch");
      g_assert_cmpint (json_object_get_int_member (event, "epoch"), ==, i + 1);
      g_assert_cmpfloat (json_object_get_double_member (event, "train_loss"), >, 0);
      g_assert_cmpfloat (json_object_get_double_member (event, "val_loss"), >, 0);
      g_assert_cmpfloat (json_object_get_double_member (event, "learning_rate"), ==, 0.001);
      g_assert_cmpfloat (json_object_get_double_member (event, "seconds"), >, 0);
    }
  JsonObject *end = events->pdata[3];
  g_assert_cmpstr (json_object_get_string_member (end, "event"), ==, "end");
  g_assert_cmpstr (json_object_get_string_member (end, "reason"), ==, "epochs");
  const gint64 best = json_object_get_int_member (end, "best_epoch");
  g_assert_true (best >= 1 && best <= 3);
  g_assert_cmpfloat (json_object_get_double_member (end, "best_val_loss"), ==,
                     json_object_get_double_member (events->pdata[best - 1], "val_loss"));
  /* In passengers, not in standard deviations. */
  g_assert_cmpfloat (
      json_object_get_double_member (json_object_get_object_member (end, "test"), "rmse"), >, 10);
  g_assert_cmpfloat (json_object_get_double_member (
                         json_object_get_object_member (end, "baselines"), "persistence"),
                     >, 0);
  g_assert_nonnull (json_object_get_array_member (end, "findings"));
  g_assert_cmpuint (strlen (json_object_get_string_member (end, "run")), ==, 16);

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (fixture->folder, "deep", "out", files[i], NULL);
      g_test_message ("%s", files[i]);
      g_assert_true (g_file_test (path, G_FILE_TEST_IS_REGULAR));
    }
}

/* What a folder of results holds depends on the experiment alone: not on threads, locale or the way
 * progress is shown; and its own experiment.json makes the same again. */
static void
test_same_bytes (Fixture *fixture, gconstpointer data)
{
  static const char *const files[] = { "experiment.json", "history.csv", "best.safetensors",
                                       "last.safetensors", "predictions.csv" };
  write_text (fixture, "a.fit.json", "{\"name\": \"Größe\"}");
  RUN (fixture, "C.UTF-8", "train", "a.fit.json", SMALL, "--set", "train.epochs=5", "--threads",
       "1", "--out", "one");
  assert_done (fixture);
  RUN (fixture, "de_DE.UTF-8", "train", "a.fit.json", SMALL, "--set", "train.epochs=5", "--threads",
       "3", "--json", "--out", "two");
  assert_done (fixture);
  RUN (fixture, "C", "train", "one/experiment.json", "--out", "three");
  assert_done (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *one_path = g_build_filename (fixture->folder, "one", files[i], NULL);
      g_autofree char *one = NULL, *two = NULL, *three = NULL;
      g_autofree char *two_path = g_build_filename (fixture->folder, "two", files[i], NULL);
      g_autofree char *three_path = g_build_filename (fixture->folder, "three", files[i], NULL);
      gsize n_one, n_two, n_three;
      g_assert_true (g_file_get_contents (one_path, &one, &n_one, NULL));
      g_assert_true (g_file_get_contents (two_path, &two, &n_two, NULL));
      g_assert_true (g_file_get_contents (three_path, &three, &n_three, NULL));
      g_test_message ("%s", files[i]);
      g_assert_cmpmem (one, n_one, two, n_two);
      g_assert_cmpmem (one, n_one, three, n_three);
    }
}

static void
test_train_text (Fixture *fixture, gconstpointer locale)
{
  write_text (fixture, "a.fit.json", "{}");
  RUN (fixture, locale, "train", "a.fit.json", SMALL, "--set", "train.epochs=12");
  assert_done (fixture);
  g_test_message ("%s", fixture->out);
  g_assert_nonnull (strstr (fixture->out, "LSTM 4"));
  g_assert_nonnull (strstr (fixture->out, "epoch 10 of 12: train 0."));
  g_assert_null (strstr (fixture->out, "epoch 3 of"));
  g_assert_nonnull (strstr (fixture->out, "All 12 epochs are done."));
  g_assert_nonnull (strstr (fixture->out, "RMSE"));
  g_assert_null (strstr (fixture->out, "\033")); /* no terminal, no escapes */
}

static void
test_no_epochs (Fixture *fixture, gconstpointer locale)
{
  write_text (fixture, "a.fit.json", "{\"train\": {\"epochs\": 0}}");
  RUN (fixture, locale, "train", "a.fit.json", "--json", "--out", "out");
  assert_done (fixture);
  g_autoptr (GPtrArray) events = parse_lines (fixture->out);
  g_assert_cmpuint (events->len, ==, 1);
  g_assert_true (json_object_get_null_member (events->pdata[0], "best_val_loss"));
  g_autofree char *weights = read_text (fixture, "out/last.safetensors");
  g_assert_nonnull (weights);
}

/* Numerical trouble is an observation: valid JSON with null, exit code 0. */
static void
test_divergence (Fixture *fixture, gconstpointer locale)
{
  write_text (fixture, "a.fit.json", "{}");
  RUN (fixture, locale, "train", "a.fit.json", SMALL, "--set", "train.optimiser=sgd", "--set",
       "train.learning_rate=1000000", "--set", "train.stop.patience=never", "--json");
  assert_done (fixture);
  g_autoptr (GPtrArray) events = parse_lines (fixture->out);
  JsonObject *end = events->pdata[events->len - 1];
  g_assert_cmpstr (json_object_get_string_member (end, "reason"), ==, "non-finite");
  g_assert_cmpstr (json_object_get_string_member (end, "verdict"), ==, "diverged");
}

/* SIGINT after the first epoch of a run that would take hours. */
static void
test_interrupt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const int number = GPOINTER_TO_INT (data);
  write_text (fixture, "a.fit.json",
              "{\"train\": {\"epochs\": 1000000, \"stop\": {\"patience\": \"never\"}}}");
  const char *const arguments[] = { "train", "a.fit.json", "--json", "--out", "out", NULL };
  g_autoptr (GSubprocess) process = start (fixture, "C.UTF-8", arguments);
  g_autoptr (GDataInputStream) lines =
      g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *first = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (first, "{\"event\":\"epoch\",\"epoch\":1,"));
  g_subprocess_send_signal (process, number);

  g_autofree char *last = NULL;
  char *line;
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, &error)))
    {
      g_free (last);
      last = line;
    }
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait (process, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  g_assert_true (g_str_has_prefix (last, "{\"event\":\"end\",\"reason\":\"stopped\""));
  g_autofree char *history = read_text (fixture, "out/history.csv");
  g_assert_true (g_str_has_prefix (history, "epoch,train_loss,"));
}

static void
test_unwritable (Fixture *fixture, gconstpointer data)
{
  write_text (fixture, "a.fit.json", "{}");
  write_text (fixture, "taken", "a file where the folder should be");
  RUN (fixture, "C.UTF-8", "train", "a.fit.json", SMALL, "--set", "train.epochs=1", "--json",
       "--out", "taken/out");
  g_test_message ("%s", fixture->err);
  g_assert_cmpint (fixture->exit_code, ==, 1);
  g_assert_cmpstr (fixture->out, ==, ""); /* found before training */
  g_assert_nonnull (strstr (fixture->err, "taken"));
}

static void
add (const char *name, const char *locale, void (*test) (Fixture *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/commands/%s/%s", name, locale);
  g_test_add (path, Fixture, locale, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  program = g_canonicalize_filename (argv[1], NULL); /* the program runs in other folders */
  for (gsize i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      add ("words", locales[i], test_words);
      add ("schema", locales[i], test_schema);
      add ("bad-input", locales[i], test_bad_input);
      add ("train-json", locales[i], test_train_json);
      add ("train-text", locales[i], test_train_text);
      add ("no-epochs", locales[i], test_no_epochs);
      add ("divergence", locales[i], test_divergence);
    }
  g_test_add ("/commands/same-bytes", Fixture, NULL, set_up, test_same_bytes, tear_down);
  g_test_add ("/commands/interrupt", Fixture, GINT_TO_POINTER (SIGINT), set_up, test_interrupt,
              tear_down);
  g_test_add ("/commands/terminate", Fixture, GINT_TO_POINTER (SIGTERM), set_up, test_interrupt,
              tear_down);
  g_test_add ("/commands/unwritable", Fixture, NULL, set_up, test_unwritable, tear_down);
  const int status = g_test_run ();
  g_free (program);
  return status;
}

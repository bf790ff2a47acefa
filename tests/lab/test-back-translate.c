/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A table of back-translations made by a program: what it is shown and what becomes of its answers, that a
 * broken-off work goes on where it was, and that the table does what it is for. */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/back-translate.h"
#include "engine/lab/source.h"

/* Four texts train, of which one stands there twice. */
static const char texts[] = "text,label\n"
                            "so good,yes\n"
                            "\"$(touch never); two\tthings\",no\n"
                            "so good,yes\n"
                            "bad,no\n"
                            "later,no\n"
                            "later too,yes\n"
                            "the test,no\n"
                            "the end,yes\n";

typedef struct
{
  char *folder, *table;
  FsFrame *frame;
  FsExperiment experiment;
} Place;

static void
make_place (Place *place)
{
  place->folder = g_dir_make_tmp ("back-XXXXXX", NULL);
  g_assert_nonnull (place->folder);
  place->table = g_build_filename (place->folder, "table.tsv", NULL);
  g_assert_cmpint (fs_frame_read (&place->frame, "t.csv", texts, strlen (texts), NULL, NULL), ==,
                   FS_OK);
  place->experiment = fs_experiment_default ();
  place->experiment.data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (&place->experiment);
  place->experiment.n_steps = 1;
  place->experiment.steps[0] = fs_step_spec_default (FS_STEP_AUGMENT);
  place->experiment.steps[0].augment_method = FS_AUGMENT_BACK_TRANSLATION;
  place->experiment.split.method = FS_SPLIT_CHRONOLOGICAL;
  place->experiment.split.train = 0.5;
  place->experiment.split.validation = 0.25;
  g_strlcpy (place->experiment.text.back_translations, "table.tsv", FS_PATH_SIZE);
}

static void
clear_place (Place *place)
{
  g_unlink (place->table);
  g_assert_cmpint (g_rmdir (place->folder), ==, 0); /* nothing else was written there */
  g_free (place->table);
  g_free (place->folder);
  fs_frame_free (place->frame);
}

static gboolean
run (const Place *place, const char *program, GError **error)
{
  return fs_back_translate (place->frame, &place->experiment, place->folder, program, place->table,
                            NULL, NULL, NULL, error);
}

static void
assert_table (const Place *place, const char *expected)
{
  g_autofree char *content = NULL;
  g_assert_true (g_file_get_contents (place->table, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

/* Each different training text once, and later ones never; nothing in a text is a command. */
static void
test_table (void)
{
  Place place;
  GError *error = NULL;
  FsDataset *dataset = NULL;
  FsProblem problem;
  make_place (&place);
  run (&place, "sed -e 's/good/fine/;p;s/so/very/'", &error);
  g_assert_no_error (error);
  assert_table (&place, "so good\tso fine\tvery fine\n"
                        "$(touch never); two things\t$(touch never); two things\t$(touch never); "
                        "two things\n"
                        "bad\tbad\tbad\n");
  /* Beside the experiment, whose table has a path of its own. */
  g_assert_cmpint (
      fs_source_prepare (&dataset, place.frame, &place.experiment, place.folder, &problem), ==,
      FS_OK);
  g_assert_cmpuint (dataset->back_translations.n_found, ==, 2);
  fs_dataset_free (dataset);
  clear_place (&place);
}

static void
test_going_on (void)
{
  Place place;
  GError *error = NULL;
  make_place (&place);
  /* Fails on the second text. */
  g_assert_false (run (&place, "grep good", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_MISMATCH);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, "two things"));
  g_clear_error (&error);
  assert_table (&place, "so good\tso good\n");
  g_assert_true (run (&place, "true", &error)); /* nothing comes back */
  g_assert_no_error (error);
  assert_table (&place, "so good\tso good\n$(touch never); two things\t\nbad\t\n");
  g_assert_true (run (&place, "false", &error)); /* nobody is asked any more */
  assert_table (&place, "so good\tso good\n$(touch never); two things\t\nbad\t\n");
  clear_place (&place);
}

static void
test_refused (void)
{
  Place place;
  GError *error = NULL;
  make_place (&place);
  g_assert_false (run (&place, "\"unclosed", &error));
  g_assert_error (error, G_SHELL_ERROR, G_SHELL_ERROR_BAD_QUOTING);
  g_clear_error (&error);
  g_assert_false (run (&place, "/no/such/program", &error));
  g_assert_error (error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_false (run (&place, "printf \\\\377", &error)); /* no text */
  g_assert_nonnull (error);
  g_clear_error (&error);
  clear_place (&place);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/back-translate/table", test_table);
  g_test_add_func ("/back-translate/going-on", test_going_on);
  g_test_add_func ("/back-translate/refused", test_refused);
  return g_test_run ();
}

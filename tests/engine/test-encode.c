/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words into numbers against scikit-learn, unknown and missing words, and that nothing is learned from
 * later rows. The first 8 of 12 rows train. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/recipe.h"
#include "engine/series/read.h"
#include "tests/golden/encode-golden.h"

#define N_ROWS 12
#define N_TRAIN 8

static const size_t ends[FS_N_PARTS] = { N_TRAIN, 10, N_ROWS };

typedef struct
{
  FsTable *table;
  FsRecipe *recipe;
  FsStatus status;
  FsProblem problem;
} Encoded;

static void
set (FsExperiment *experiment, const char *assignment)
{
  FsProblem problem;
  if (fs_experiment_set (experiment, assignment, &problem) != FS_OK)
    g_error ("%s: %s", assignment, problem.allowed);
}

/* A table of a number and a word, NULL words missing, through one step of these settings. */
static Encoded
encode (const char *const *words, const char *const *settings)
{
  Encoded encoded = { 0 };
  g_autoptr (GString) text = g_string_new ("x,kind\n");
  FsExperiment experiment = fs_experiment_default ();
  FsFrame *frame;
  for (int t = 0; t < N_ROWS; t++)
    g_string_append_printf (text, "%d.5,%s\n", t * t, words[t] ? words[t] : "");
  experiment.n_steps = 1;
  experiment.steps[0] = fs_step_spec_default (FS_STEP_ENCODE);
  experiment.data.time[0] = '\0';
  set (&experiment, "data.target=x");
  set (&experiment, "data.inputs=kind");
  for (; *settings; settings++)
    set (&experiment, *settings);
  g_assert_cmpint (fs_frame_read (&frame, "a.csv", text->str, text->len, NULL, NULL), ==, FS_OK);
  encoded.status = fs_table_from_frame (&encoded.table, frame, &experiment, &encoded.problem);
  fs_frame_free (frame);
  if (encoded.status == FS_OK)
    encoded.status =
        fs_recipe_fit (&encoded.recipe, &experiment, encoded.table, ends, &encoded.problem);
  return encoded;
}

static void
encoded_clear (Encoded *encoded)
{
  fs_table_free (encoded->table);
  fs_recipe_free (encoded->recipe);
}

static void
check (const char *const *settings, const double *expected, gsize n_columns, const char *name)
{
  Encoded encoded = encode (encode_words, settings);
  g_assert_cmpint (encoded.status, ==, FS_OK);
  g_assert_cmpuint (encoded.table->n_channels, ==, 1 + n_columns);
  g_assert_cmpstr (encoded.table->names[1], ==, name);
  for (gsize t = 0; t < N_ROWS; t++)
    for (gsize c = 0; c < n_columns; c++)
      g_assert_cmpfloat (encoded.table->values[t * (1 + n_columns) + 1 + c], ==,
                         expected[t * n_columns + c]);
  encoded_clear (&encoded);
}

static void
test_golden (void)
{
  check ((const char *[]){ NULL }, &encode_one_hot[0][0], 4, "kind = a");
  check ((const char *[]){ "prepare.0.drop_first=true", NULL }, &encode_drop_first[0][0], 3,
         "kind = b");
  check ((const char *[]){ "prepare.0.method=ordinal", NULL }, &encode_alphabetical[0][0], 1,
         "kind");
  check ((const char *[]){ "prepare.0.method=ordinal", "prepare.0.order=frequency", NULL },
         &encode_frequency[0][0], 1, "kind");
  check ((const char *[]){ "prepare.0.method=ordinal", "prepare.0.order=given",
                           "prepare.0.words=d, c,b ,a", NULL },
         &encode_given[0][0], 1, "kind");
}

static void
test_rare_and_missing (void)
{
  static const char *const words[N_ROWS] = { "b", "a", NULL, "b", "a",  "b",
                                             "c", "b", "b",  "a", NULL, "c" };
  static const double expected[N_ROWS] = { 1, 0, -1, 1, 0, 1, -1, 1, 1, 0, -1, -1 };
  Encoded encoded =
      encode (words, (const char *[]){ "prepare.0.method=ordinal", "prepare.0.least=2", NULL });
  g_assert_cmpint (encoded.status, ==, FS_OK);
  for (gsize t = 0; t < N_ROWS; t++)
    g_assert_cmpfloat (encoded.table->values[2 * t + 1], ==, expected[t]);
  encoded_clear (&encoded);
}

static void
test_refused (void)
{
  static const char *const late[N_ROWS] = { NULL, NULL, NULL, NULL, NULL, NULL,
                                            NULL, NULL, "a",  "a",  "b",  "b" };
  Encoded encoded =
      encode (encode_words, (const char *[]){ "prepare.0.method=ordinal", "prepare.0.order=given",
                                              "prepare.0.words=a,b,d", NULL });
  g_assert_cmpint (encoded.status, ==, FS_NOT_FOUND);
  g_assert_cmpstr (encoded.problem.value, ==, "c");
  encoded_clear (&encoded);
  encoded = encode (late, (const char *[]){ NULL });
  g_assert_cmpint (encoded.status, ==, FS_TOO_LITTLE);
  encoded_clear (&encoded);
  encoded = encode (encode_words, (const char *[]){ "prepare.0.enabled=false", NULL });
  g_assert_cmpint (encoded.status, ==, FS_WRONG_TYPE);
  g_assert_nonnull (strstr (encoded.problem.allowed, "encode"));
  encoded_clear (&encoded);
}

/* Other words in later rows change neither what is learned nor the training rows. */
static void
check_poison (const char *const *settings, const char *found)
{
  const char *poisoned[N_ROWS];
  for (int t = 0; t < N_ROWS; t++)
    poisoned[t] = t < N_TRAIN ? encode_words[t] : "zz";
  Encoded left = encode (encode_words, settings);
  Encoded right = encode (poisoned, settings);
  g_assert_cmpint (left.status, ==, FS_OK);
  g_assert_cmpint (right.status, ==, FS_OK);
  g_assert_cmpuint (left.table->n_channels, ==, right.table->n_channels);
  g_assert_cmpmem (left.table->values, N_TRAIN * left.table->n_channels * sizeof (double),
                   right.table->values, N_TRAIN * right.table->n_channels * sizeof (double));
  for (gsize c = 0; c < left.table->n_channels; c++)
    g_assert_cmpstr (left.table->names[c], ==, right.table->names[c]);
  char line[256];
  fs_recipe_describe (left.recipe, 0, line, sizeof line);
  g_test_message ("%s", line);
  g_assert_nonnull (strstr (line, found));
  encoded_clear (&left);
  encoded_clear (&right);
}

static void
test_poison (void)
{
  check_poison ((const char *[]){ NULL }, "4 inputs");
  check_poison ((const char *[]){ "prepare.0.drop_first=true", NULL }, "3 inputs");
  check_poison ((const char *[]){ "prepare.0.method=ordinal", NULL }, "");
  check_poison ((const char *[]){ "prepare.0.method=ordinal", "prepare.0.order=frequency", NULL },
                "");
  check_poison ((const char *[]){ "prepare.0.method=ordinal", "prepare.0.least=2", NULL }, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/encode/golden", test_golden);
  g_test_add_func ("/encode/rare-and-missing", test_rare_and_missing);
  g_test_add_func ("/encode/refused", test_refused);
  g_test_add_func ("/encode/poison", test_poison);
  return g_test_run ();
}

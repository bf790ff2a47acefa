/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile of texts counted by hand, and what becomes of texts that occur twice; synonyms of a file. */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/text-profile.h"
#include "engine/series/read.h"

/* Four for training, two for validation, two for the test. The 5th is the 1st but for its capitals, the 7th
 * is the 2nd with another class, and the 4th has no word. */
static const char table[] = "text,label\n"
                            "so good a film,yes\n"
                            "so bad,no\n"
                            "good,yes\n"
                            "...,no\n"
                            "So good a FILM!,yes\n"
                            "quite new words,no\n"
                            "so bad,yes\n"
                            "bad film,no\n";

static FsDataset *
dataset_of (const char *content, const FsExperiment *experiment)
{
  FsFrame *frame = NULL;
  FsDataset *dataset = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  g_assert_cmpint (fs_frame_read (&frame, "t.csv", content, strlen (content), NULL, NULL), ==,
                   FS_OK);
  if (fs_dataset_new (&dataset, frame, experiment, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  fs_frame_free (frame);
  return dataset;
}

static FsDataset *
dataset_with (const FsExperiment *experiment)
{
  return dataset_of (table, experiment);
}

static FsExperiment
experiment_with (FsDuplicates duplicates)
{
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (&experiment);
  experiment.n_steps = 0;
  experiment.split.method = FS_SPLIT_CHRONOLOGICAL;
  experiment.split.train = 0.5;
  experiment.split.validation = 0.25;
  experiment.text.duplicates = duplicates;
  return experiment;
}

static void
test_counts (void)
{
  const FsExperiment experiment = experiment_with (FS_DUPLICATES_KEPT);
  FsDataset *dataset = dataset_with (&experiment);
  FsTextProfile profile;
  g_assert_cmpint (fs_text_profile_make (&profile, dataset, NULL), ==, FS_OK);
  g_assert_cmpuint (profile.n_texts, ==, 8);
  g_assert_cmpuint (profile.n_empty, ==, 1);
  g_assert_cmpuint (profile.shortest, ==, 0);
  g_assert_cmpuint (profile.longest, ==, 4);
  g_assert_cmpfloat_with_epsilon (profile.mean, 18.0 / 8, 1e-12);
  g_assert_cmpfloat (profile.median, ==, 2);
  g_assert_cmpuint (profile.bins[0], ==, 1);
  g_assert_cmpuint (profile.bins[2], ==, 3);
  g_assert_cmpuint (profile.n_words, ==, 5);      /* so good a film bad */
  g_assert_cmpuint (profile.n_words_once, ==, 3); /* a film bad */
  g_assert_cmpuint (profile.n_tokens, ==, 18);
  g_assert_cmpuint (profile.n_later_tokens, ==, 11);
  g_assert_cmpuint (profile.n_later_unknown, ==, 3);
  g_assert_cmpuint (profile.n_classes, ==, 2);
  const size_t yes = strcmp (dataset->class_names[0], "yes") == 0 ? 0 : 1;
  g_assert_cmpuint (profile.classes[yes][FS_PART_TRAIN], ==, 2);
  g_assert_cmpuint (profile.classes[yes][FS_PART_TEST], ==, 1);
  g_assert_cmpuint (profile.classes[1 - yes][FS_PART_VALIDATION], ==, 1);
  g_assert_cmpuint (profile.n_repeated, ==, 2);
  g_assert_cmpuint (profile.n_leaked, ==, 2);
  g_assert_cmpuint (profile.n_disputed, ==, 1);
  g_assert_cmpstr (profile.leaked, ==, "so good a film");
  fs_text_profile_clear (&profile);
  fs_dataset_free (dataset);
}

static void
test_duplicates (void)
{
  static const struct
  {
    FsDuplicates duplicates;
    size_t n[FS_N_PARTS];
  } cases[] = { { FS_DUPLICATES_KEPT, { 4, 2, 2 } },
                { FS_DUPLICATES_REMOVED, { 3, 1, 2 } },
                { FS_DUPLICATES_GROUPED, { 6, 1, 1 } } };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const FsExperiment experiment = experiment_with (cases[i].duplicates);
      FsDataset *dataset = dataset_with (&experiment);
      FsTextProfile profile;
      for (int part = 0; part < FS_N_PARTS; part++)
        g_assert_cmpuint (dataset->windows[part].n, ==, cases[i].n[part]);
      g_assert_cmpint (fs_text_profile_make (&profile, dataset, NULL), ==, FS_OK);
      g_assert_cmpuint (profile.n_leaked, ==, i == 0 ? 2 : 0);
      g_assert_cmpuint (profile.n_repeated, ==,
                        cases[i].duplicates == FS_DUPLICATES_REMOVED ? 0 : 2);
      /* The one that was dropped is the second: of the first "so bad" the class stays. */
      g_assert_cmpuint (profile.n_disputed, ==,
                        cases[i].duplicates == FS_DUPLICATES_REMOVED ? 0 : 1);
      fs_text_profile_clear (&profile);
      fs_dataset_free (dataset);
    }
}

/* The longest text has room for the words that are put into it, unless a length is given. */
static void
test_room (void)
{
  FsExperiment experiment = experiment_with (FS_DUPLICATES_KEPT);
  experiment.steps[0] = fs_step_spec_default (FS_STEP_AUGMENT);
  experiment.steps[0].augment_method = FS_AUGMENT_INSERT;
  experiment.n_steps = 1;
  const int64_t longest[] = { FS_AUTO, 3 };
  const size_t expected[] = { 5, 3 };
  for (size_t i = 0; i < G_N_ELEMENTS (longest); i++)
    {
      experiment.window.longest = longest[i];
      FsDataset *dataset = dataset_with (&experiment);
      g_assert_cmpuint (dataset->length, ==, expected[i]);
      fs_dataset_free (dataset);
    }
}

static void
test_synonyms (void)
{
  FsExperiment experiment = experiment_with (FS_DUPLICATES_KEPT);
  g_autofree char *path = NULL;
  const int fd = g_file_open_tmp ("synonyms-XXXXXX.txt", &path, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (
      path, "good, nowhere; bad\r\n\nfilm,film, so,good\nof many words,a", -1, NULL));
  g_strlcpy (experiment.text.synonyms, path, sizeof experiment.text.synonyms);
  experiment.steps[0] = fs_step_spec_default (FS_STEP_AUGMENT);
  experiment.steps[0].augment_method = FS_AUGMENT_SYNONYM;
  experiment.n_steps = 1;
  g_assert_cmpint (fs_experiment_validate (&experiment, NULL), ==, FS_OK);
  FsDataset *dataset = dataset_with (&experiment);
  const FsSynonyms *synonyms = &dataset->synonyms;
  const int32_t good = fs_vocabulary_find (dataset->vocabulary, "good", 4);
  const int32_t bad = fs_vocabulary_find (dataset->vocabulary, "bad", 3);
  const int32_t a = fs_vocabulary_find (dataset->vocabulary, "a", 1);
  g_assert_nonnull (synonyms->starts);
  /* bad; film twice and so. */
  g_assert_cmpuint (synonyms->starts[good + 1] - synonyms->starts[good], ==, 4);
  g_assert_cmpint (synonyms->ids[synonyms->starts[good]], ==, bad);
  g_assert_cmpuint (synonyms->starts[bad + 1] - synonyms->starts[bad], ==, 1);
  g_assert_cmpint (synonyms->ids[synonyms->starts[bad]], ==, good);
  g_assert_cmpuint (synonyms->starts[a + 1], ==, synonyms->starts[a]);
  fs_dataset_free (dataset);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

/* Whatever later texts say, the words that are known, their numbers and vectors and the training texts are the
 * same, bit for bit. */
static void
test_poison (void)
{
  static const char *const later[] = { "So good a FILM!,yes", "zz zz zz zz,no" };
  FsDataset *datasets[2];
  FsExperiment experiment = experiment_with (FS_DUPLICATES_KEPT);
  experiment.layers[0].vector_source = FS_VECTORS_WORD2VEC;
  experiment.layers[0].units = 4;
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      g_string_append_len (text, table, strstr (table, later[0]) - table);
      for (int k = 0; k < 4; k++)
        g_string_append_printf (text, "%s\n", later[i]);
      datasets[i] = dataset_of (text->str, &experiment);
    }
  const FsDataset *left = datasets[0], *right = datasets[1];
  const gsize n = fs_vocabulary_size (left->vocabulary);
  g_assert_cmpuint (n, ==, fs_vocabulary_size (right->vocabulary));
  for (gsize id = 0; id < n; id++)
    {
      g_assert_cmpstr (fs_vocabulary_word (left->vocabulary, (gint32) id), ==,
                       fs_vocabulary_word (right->vocabulary, (gint32) id));
      g_assert_cmpuint (fs_vocabulary_count (left->vocabulary, (gint32) id), ==,
                        fs_vocabulary_count (right->vocabulary, (gint32) id));
    }
  g_assert_cmpmem (left->vectors.values, n * 4 * sizeof (float), right->vectors.values,
                   n * 4 * sizeof (float));
  g_assert_cmpuint (left->part_ends[FS_PART_TRAIN], ==, right->part_ends[FS_PART_TRAIN]);
  g_assert_cmpmem (left->inputs, left->part_ends[FS_PART_TRAIN] * sizeof (FsReal), right->inputs,
                   right->part_ends[FS_PART_TRAIN] * sizeof (FsReal));
  fs_dataset_free (datasets[0]);
  fs_dataset_free (datasets[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-profile/counts", test_counts);
  g_test_add_func ("/text-profile/duplicates", test_duplicates);
  g_test_add_func ("/text-profile/room", test_room);
  g_test_add_func ("/text-profile/synonyms", test_synonyms);
  g_test_add_func ("/text-profile/poison", test_poison);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of back-translations: which variants belong to which training text, what becomes of a text in an
 * epoch, that lines of later texts are not used, and what is refused. */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/augment.h"
#include "engine/series/read.h"

/* The first four texts are of the training part; the 4th is the 1st again. */
static const char texts[] = "text,label\n"
                            "So good a film,yes\n"
                            "so bad,no\n"
                            "nothing,no\n"
                            "so good a film,yes\n"
                            "a later one,no\n"
                            "another later,yes\n"
                            "the test,no\n"
                            "the end,yes\n";

static const char table[] = "\xEF\xBB\xBFso good a FILM!\ta film so good\tso very good a film\r\n"
                            "\n"
                            "so bad\tSo bad.\t\n"
                            "a later one\tbad bad bad bad bad bad bad\n"
                            "so good a film\tgood a film of so many good ones";

static FsStatus
make (FsDataset **dataset,
      FsExperiment *experiment,
      const char *content,
      gsize n,
      FsProblem *problem)
{
  g_autofree char *path = NULL;
  FsFrame *frame = NULL;
  const int fd = g_file_open_tmp ("table-XXXXXX.tsv", &path, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, content, (gssize) n, NULL));
  *experiment = fs_experiment_default ();
  experiment->data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (experiment);
  experiment->n_steps = 1;
  experiment->steps[0] = fs_step_spec_default (FS_STEP_AUGMENT);
  experiment->steps[0].augment_method = FS_AUGMENT_BACK_TRANSLATION;
  experiment->steps[0].augment_share = 1;
  experiment->split.method = FS_SPLIT_CHRONOLOGICAL;
  experiment->split.train = 0.5;
  experiment->split.validation = 0.25;
  g_strlcpy (experiment->text.back_translations, path, FS_PATH_SIZE);
  g_assert_cmpint (fs_frame_read (&frame, "t.csv", texts, strlen (texts), NULL, NULL), ==, FS_OK);
  g_assert_cmpint (fs_experiment_validate (experiment, NULL), ==, FS_OK);
  const FsStatus status = fs_dataset_new (dataset, frame, experiment, problem);
  fs_frame_free (frame);
  g_assert_cmpint (g_unlink (path), ==, 0);
  return status;
}

static char *
spell (const FsDataset *dataset, const FsReal *words, gsize length)
{
  GString *text = g_string_new (NULL);
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%s%s", i ? " " : "",
                            fs_vocabulary_word (dataset->vocabulary, (gint32) words[i]));
  return g_string_free (text, FALSE);
}

static void
test_variants (void)
{
  static const char *const expected[] = { "a film so good", "so <unknown> good a film",
                                          "good a film <unknown> so <unknown> good <unknown>" };
  FsDataset *dataset = NULL;
  FsExperiment experiment;
  FsAugmentRoom room;
  gsize n_of[3] = { 0 };
  g_assert_cmpint (make (&dataset, &experiment, table, strlen (table), NULL), ==, FS_OK);
  const FsBackTranslations *found = &dataset->back_translations;
  g_assert_cmpuint (found->n_texts, ==, 4);
  g_assert_cmpuint (found->n_found, ==, 2);
  g_assert_cmpuint (found->n_of[0], ==, 3);
  g_assert_cmpuint (found->n_of[1], ==, 0); /* what came back is the text itself */
  g_assert_cmpuint (found->n_of[3], ==, 3);
  g_assert_cmpuint (found->variants.n, ==, 3);
  g_assert_cmpuint (dataset->length, ==, 8); /* the longest variant is whole */

  g_assert_cmpint (fs_augment_room_init (&room, dataset->length, 1, 1, NULL), ==, FS_OK);
  for (guint64 epoch = 0; epoch < 300; epoch++)
    {
      FsReal words[8], y[1];
      guint32 lengths[1];
      const guint32 which[] = { epoch % 2 ? 0 : 3 }, other[] = { 1 };
      fs_dataset_gather (dataset, FS_PART_TRAIN, which, 1, words, y);
      g_assert_nonnull (fs_dataset_lengths (dataset, FS_PART_TRAIN, which, 1, lengths));
      fs_dataset_vary (dataset, &experiment, &room, epoch, which, 1, words, y, lengths);
      g_autofree char *text = spell (dataset, words, lengths[0]);
      for (gsize k = 0; k < 3; k++)
        n_of[k] += g_str_equal (text, expected[k]);
      for (gsize i = lengths[0]; i < 8; i++)
        g_assert_cmpfloat (words[i], ==, FS_ID_PADDING);
      fs_dataset_gather (dataset, FS_PART_TRAIN, other, 1, words, y);
      fs_dataset_lengths (dataset, FS_PART_TRAIN, other, 1, lengths);
      fs_dataset_vary (dataset, &experiment, &room, epoch, other, 1, words, y, lengths);
      g_autofree char *same = spell (dataset, words, lengths[0]);
      g_assert_cmpstr (same, ==, "so bad");
    }
  g_assert_cmpuint (n_of[0] + n_of[1] + n_of[2], ==, 300);
  for (gsize k = 0; k < 3; k++)
    g_assert_cmpuint (n_of[k], >, 60);
  fs_augment_room_clear (&room);
  fs_dataset_free (dataset);
}

static void
test_refused (void)
{
  static const struct
  {
    const char *content;
    FsStatus status;
    gsize line;
  } cases[] = {
    { "", FS_MISMATCH, 0 },
    { "\n \n\r\n", FS_MISMATCH, 0 },
    { "a later one\tso bad\n", FS_MISMATCH, 0 }, /* of validation alone */
    { "so bad\tSO BAD\n", FS_MISMATCH, 0 },
    { "so bad\tawful\nso good a film; great\n", FS_MALFORMED, 2 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      FsDataset *dataset = NULL;
      FsExperiment experiment;
      FsProblem problem = { 0 };
      char sentence[1024];
      g_assert_cmpint (
          make (&dataset, &experiment, cases[i].content, strlen (cases[i].content), &problem), ==,
          cases[i].status);
      g_test_message ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
      g_assert_cmpuint (problem.line, ==, cases[i].line);
      g_assert_null (dataset);
    }
  FsDataset *dataset = NULL;
  FsExperiment experiment;
  g_assert_cmpint (make (&dataset, &experiment, "so bad\0\tx\0y\n", 12, NULL), ==, FS_OK);
  g_assert_cmpuint (dataset->back_translations.longest, ==, 2);
  fs_dataset_free (dataset);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/back-translations/variants", test_variants);
  g_test_add_func ("/back-translations/refused", test_refused);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Experiments as texts: short, exact, and refused when anything about them is wrong. */

#include <glib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/share-text.h"

static void
assert_comes_back (const FsExperiment *experiment)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = fs_share_text_write (experiment);
  FsExperiment back;
  g_assert_true (fs_share_text_is_one (text));
  g_assert_true (fs_share_text_read (&back, text, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fs_experiment_compare (experiment, &back, NULL, NULL), ==, 0);
  g_assert_cmpuint (fs_experiment_hash (experiment), ==, fs_experiment_hash (&back));
}

static void
test_default (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autofree char *text = fs_share_text_write (&experiment);
  g_test_message ("%u characters: %s", (guint) strlen (text), text);
  g_assert_cmpuint (strlen (text), <, 400);
  assert_comes_back (&experiment);
}

/* Every setting off its default, every kind of layer and step: still at most a kB with built-in data,
 * as long as texts are short. */
static void
test_rich (void)
{
  FsExperiment experiment = fs_experiment_default ();
  size_t index = 0;
  FsPlace place;
  g_strlcpy (experiment.name, "Größe: “a=b”, c\\d", sizeof experiment.name);
  for (int i = 0; i < 4; i++)
    fs_experiment_insert_layer (&experiment, 0, FS_LAYER_LSTM, NULL);
  fs_experiment_insert_step (&experiment, 0, FS_STEP_CLIP, NULL);
  fs_experiment_insert_step (&experiment, 9, FS_STEP_DIFFERENCE, NULL);
  while (fs_experiment_next (&experiment, &index, &place))
    if (place.setting->type == FS_TYPE_NUMBER)
      {
        const double value = fs_place_get_number (&place);
        fs_place_set_number (&place, value * 0.9375 + 1.0 / 3, NULL);
        if (fs_experiment_validate (&experiment, NULL) != FS_OK)
          fs_place_set_number (&place, value, NULL); /* it would not go with the others */
      }
  experiment.train.seed = 123456789012345;
  assert_comes_back (&experiment);
  g_autofree char *text = fs_share_text_write (&experiment);
  g_test_message ("%u characters", (guint) strlen (text));
  g_assert_cmpuint (strlen (text), <=, 2048);

  /* What people change in an afternoon. */
  FsExperiment usual = fs_experiment_default ();
  usual.train.learning_rate = 0.0037;
  usual.train.batch = 17;
  usual.train.epochs = 1234;
  usual.train.seed = 42;
  usual.train.l2 = 1e-5;
  usual.train.clip_norm = 1.5;
  usual.window.length = 48;
  fs_experiment_insert_layer (&usual, 1, FS_LAYER_DROPOUT, NULL);
  fs_experiment_insert_layer (&usual, 2, FS_LAYER_GRU, NULL);
  g_autofree char *short_text = fs_share_text_write (&usual);
  g_test_message ("%u characters", (guint) strlen (short_text));
  g_assert_cmpuint (strlen (short_text), <=, 1024);
  assert_comes_back (&usual);
}

/* Mail breaks lines; chats add blanks. */
static void
test_broken_lines (void)
{
  FsExperiment experiment = fs_experiment_default (), back;
  g_autofree char *text = fs_share_text_write (&experiment);
  GString *broken = g_string_new ("  \n");
  for (gsize i = 0; text[i]; i++)
    {
      g_string_append_c (broken, text[i]);
      if (i % 20 == 19)
        g_string_append (broken, "\r\n");
    }
  g_assert_true (fs_share_text_is_one (broken->str));
  g_assert_true (fs_share_text_read (&back, broken->str, NULL));
  g_assert_cmpuint (fs_experiment_compare (&experiment, &back, NULL, NULL), ==, 0);
  g_string_free (broken, TRUE);
}

/* A file of somebody's: its name goes along, not where it lies. */
static void
test_own_data (void)
{
  FsExperiment experiment = fs_experiment_default (), back;
  g_strlcpy (experiment.data.source, "/home/somebody/secret/tides.csv",
             sizeof experiment.data.source);
  g_autofree char *text = fs_share_text_write (&experiment);
  g_assert_true (fs_share_text_read (&back, text, NULL));
  g_assert_cmpstr (back.data.source, ==, "tides.csv");
}

static void
assert_refused (const char *text, const char *part)
{
  g_autoptr (GError) error = NULL;
  FsExperiment experiment = { .n_layers = 77 };
  g_assert_false (fs_share_text_read (&experiment, text, &error));
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, part));
  g_assert_cmpuint (experiment.n_layers, ==, 77); /* untouched */
}

/* Any single letter changed, any end cut off: never another experiment. */
static void
test_damage (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autofree char *text = fs_share_text_write (&experiment);
  const gsize length = strlen (text);
  assert_refused ("", "look like");
  assert_refused ("fitscope:2:abc:00000000", "newer");
  assert_refused ("fitscope:1:abc", "look like");
  for (gsize i = strlen ("fitscope:1:"); i < length; i++)
    {
      FsExperiment back;
      g_autofree char *damaged = g_strdup (text);
      damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
      if (g_ascii_strcasecmp (damaged, text) != 0)
        g_assert_false (fs_share_text_read (&back, damaged, NULL));
      g_autofree char *cut = g_strndup (text, i);
      g_assert_false (fs_share_text_read (&back, cut, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/share-text/default", test_default);
  g_test_add_func ("/share-text/rich", test_rich);
  g_test_add_func ("/share-text/broken-lines", test_broken_lines);
  g_test_add_func ("/share-text/own-data", test_own_data);
  g_test_add_func ("/share-text/damage", test_damage);
  return g_test_run ();
}

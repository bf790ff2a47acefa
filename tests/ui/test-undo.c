/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo: what merges, what does not, and that nothing grows without end. */

#include "ui/undo.h"

#include "engine/experiment/schema.h"

static FsExperiment
with_batch (gint64 batch)
{
  FsExperiment experiment = fs_experiment_default ();

  experiment.train.batch = batch;
  return experiment;
}

static void
test_there_and_back (void)
{
  g_autoptr (FsUndo) undo = fs_undo_new ();
  FsExperiment current = with_batch (1);

  g_assert_null (fs_undo_get_undo_label (undo));
  g_assert_false (fs_undo_undo (undo, &current));

  fs_undo_push (undo, &current, "Batch size", "train.batch", 0);
  current = with_batch (2);
  fs_undo_push (undo, &current, "Epochs", "train.epochs", 1);
  current = with_batch (3);

  g_assert_cmpstr (fs_undo_get_undo_label (undo), ==, "Epochs");
  g_assert_true (fs_undo_undo (undo, &current));
  g_assert_cmpint (current.train.batch, ==, 2);
  g_assert_cmpstr (fs_undo_get_redo_label (undo), ==, "Epochs");
  g_assert_true (fs_undo_undo (undo, &current));
  g_assert_cmpint (current.train.batch, ==, 1);
  g_assert_false (fs_undo_undo (undo, &current));
  g_assert_true (fs_undo_redo (undo, &current));
  g_assert_true (fs_undo_redo (undo, &current));
  g_assert_cmpint (current.train.batch, ==, 3);
  g_assert_false (fs_undo_redo (undo, &current));
}

static void
test_quick_changes_merge (void)
{
  g_autoptr (FsUndo) undo = fs_undo_new ();
  FsExperiment current = with_batch (1);

  for (int i = 0; i < 50; i++)
    {
      fs_undo_push (undo, &current, "Batch size", "train.batch", i * FS_UNDO_MERGE_MS);
      current = with_batch (i + 2);
    }
  g_assert_true (fs_undo_undo (undo, &current));
  g_assert_cmpint (current.train.batch, ==, 1);
  g_assert_null (fs_undo_get_undo_label (undo));
}

static void
test_a_pause_ends_merging (void)
{
  g_autoptr (FsUndo) undo = fs_undo_new ();
  FsExperiment current = with_batch (1);

  fs_undo_push (undo, &current, "Batch size", "train.batch", 0);
  current = with_batch (2);
  fs_undo_push (undo, &current, "Batch size", "train.batch", FS_UNDO_MERGE_MS + 1);
  current = with_batch (3);
  fs_undo_undo (undo, &current);
  g_assert_cmpint (current.train.batch, ==, 2);
}

/* After an undo the same setting begins a new step, or the undone value could not be reached again. */
static void
test_undo_ends_merging (void)
{
  g_autoptr (FsUndo) undo = fs_undo_new ();
  FsExperiment current = with_batch (1);

  fs_undo_push (undo, &current, "Batch size", "train.batch", 0);
  current = with_batch (2);
  fs_undo_push (undo, &current, "Epochs", "train.epochs", 1);
  current = with_batch (3);
  fs_undo_undo (undo, &current);
  g_assert_cmpint (current.train.batch, ==, 2);
  fs_undo_push (undo, &current, "Batch size", "train.batch", 2);
  current = with_batch (4);
  g_assert_null (fs_undo_get_redo_label (undo));
  fs_undo_undo (undo, &current);
  g_assert_cmpint (current.train.batch, ==, 2);
}

static void
test_depth_is_bounded (void)
{
  g_autoptr (FsUndo) undo = fs_undo_new ();
  FsExperiment current = with_batch (1);
  int n = 0;

  for (int i = 0; i < FS_UNDO_DEPTH + 7; i++)
    {
      fs_undo_push (undo, &current, "Batch size", NULL, 0);
      current = with_batch (i + 2);
    }
  while (fs_undo_undo (undo, &current))
    n++;
  g_assert_cmpint (n, ==, FS_UNDO_DEPTH);
  g_assert_cmpint (current.train.batch, ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/undo/there-and-back", test_there_and_back);
  g_test_add_func ("/undo/quick-changes-merge", test_quick_changes_merge);
  g_test_add_func ("/undo/a-pause-ends-merging", test_a_pause_ends_merging);
  g_test_add_func ("/undo/undo-ends-merging", test_undo_ends_merging);
  g_test_add_func ("/undo/depth-is-bounded", test_depth_is_bounded);
  return g_test_run ();
}

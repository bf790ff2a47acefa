/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo of experiment changes: two stacks of whole experiments. What an experiment means,
 * and when a change takes effect, is the session's business. */

#include "ui/undo.h"

typedef struct
{
  FsExperiment experiment;
  char *label;
  char *merge_key;
  gint64 time_ms; /* of the latest change that went into this step */
} Step;

struct FsUndo
{
  GPtrArray *past;   /* owned Steps, newest last */
  GPtrArray *future; /* owned Steps, the next to redo last */
};

static void
step_free (void *data)
{
  Step *step = data;

  g_free (step->label);
  g_free (step->merge_key);
  g_free (step);
}

FsUndo *
fs_undo_new (void)
{
  FsUndo *undo = g_new0 (FsUndo, 1);

  undo->past = g_ptr_array_new_with_free_func (step_free);
  undo->future = g_ptr_array_new_with_free_func (step_free);
  return undo;
}

void
fs_undo_free (FsUndo *undo)
{
  if (!undo)
    return;
  g_ptr_array_unref (undo->past);
  g_ptr_array_unref (undo->future);
  g_free (undo);
}

static Step *
newest (GPtrArray *steps)
{
  return steps->len > 0 ? g_ptr_array_index (steps, steps->len - 1) : NULL;
}

void
fs_undo_push (FsUndo *undo,
              const FsExperiment *before,
              const char *label,
              const char *merge_key,
              gint64 now_ms)
{
  Step *last = newest (undo->past);
  Step *step;

  /* A step that was just undone or redone must not swallow the next change: merging needs an
   * unbroken line of changes, which an empty future alone does not prove, so undo and redo clear
   * the key. */
  if (last && merge_key && undo->future->len == 0 && g_strcmp0 (last->merge_key, merge_key) == 0
      && now_ms - last->time_ms <= FS_UNDO_MERGE_MS)
    {
      last->time_ms = now_ms;
      return;
    }

  g_ptr_array_set_size (undo->future, 0);
  if (undo->past->len == FS_UNDO_DEPTH)
    g_ptr_array_remove_index (undo->past, 0);
  step = g_new (Step, 1);
  *step = (Step){ .experiment = *before,
                  .label = g_strdup (label),
                  .merge_key = g_strdup (merge_key),
                  .time_ms = now_ms };
  g_ptr_array_add (undo->past, step);
}

/* Moves the newest step of `from` to `to`, swapping its experiment with `current`. */
static gboolean
travel (GPtrArray *from, GPtrArray *to, FsExperiment *current)
{
  Step *step;
  FsExperiment other;

  if (from->len == 0)
    return FALSE;
  step = g_ptr_array_steal_index (from, from->len - 1);
  other = step->experiment;
  step->experiment = *current;
  *current = other;
  g_clear_pointer (&step->merge_key, g_free);
  g_ptr_array_add (to, step);
  return TRUE;
}

gboolean
fs_undo_undo (FsUndo *undo, FsExperiment *current)
{
  Step *last;

  if (!travel (undo->past, undo->future, current))
    return FALSE;
  last = newest (undo->past);
  if (last)
    g_clear_pointer (&last->merge_key, g_free);
  return TRUE;
}

gboolean
fs_undo_redo (FsUndo *undo, FsExperiment *current)
{
  return travel (undo->future, undo->past, current);
}

const char *
fs_undo_get_undo_label (FsUndo *undo)
{
  Step *step = newest (undo->past);

  return step ? step->label : NULL;
}

const char *
fs_undo_get_redo_label (FsUndo *undo)
{
  Step *step = newest (undo->future);

  return step ? step->label : NULL;
}

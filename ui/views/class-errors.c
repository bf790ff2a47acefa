/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The loudest errors. See class-errors.h. */

#include "ui/views/class-errors.h"

#include <math.h>
#include <string.h>
#include "engine/train/class-metrics.h"
#include "ui/text.h"

static double
given_to (const double *p, gsize n_outputs, gsize class_number)
{
  if (n_outputs > 1)
    return p[class_number];
  return class_number == 1 ? p[0] : 1 - p[0];
}

/* Keeps the list sorted and no longer than it may be. */
static gsize
insert (FsClassError *errors, gsize n, gsize capacity, const FsClassError *error)
{
  gsize at = n;

  while (at > 0 && errors[at - 1].to_true > error->to_true)
    at--;
  if (at == capacity)
    return n;
  n = MIN (n + 1, capacity);
  memmove (&errors[at + 1], &errors[at], (n - at - 1) * sizeof *errors);
  errors[at] = *error;
  return n;
}

gsize
fs_class_errors_find (const FsSnapshot *snapshot, FsPart part, FsClassError *errors, gsize capacity)
{
  const FsDataset *dataset = snapshot ? snapshot->dataset : NULL;
  const FsForecast *forecast = snapshot ? snapshot->forecast : NULL;
  gsize n = 0;

  if (!dataset || !forecast || !dataset->class_names || capacity == 0)
    return 0;
  for (gsize w = 0; w < forecast->n_windows[part]; w++)
    {
      const double truth = dataset->target_raw[fs_window_target_row (dataset, part, w, 0)];
      const double *p = forecast->predicted[part] + w * dataset->n_outputs;
      FsClassError error = { .window = w };

      if (isnan (truth))
        continue;
      error.truth = (gsize) truth;
      error.taken = fs_class_predicted (p, dataset->n_outputs, &error.given);
      error.to_true = given_to (p, dataset->n_outputs, error.truth);
      if (error.taken != error.truth)
        n = insert (errors, n, capacity, &error);
    }
  return n;
}

char *
fs_class_errors_name (const FsDataset *dataset, FsPart part, gsize window)
{
  const FsWindows *windows = &dataset->windows[part];

  if (dataset->task == FS_TASK_TEXT && windows->names)
    return g_strdup (windows->names[window]);
  if (windows->names)
    return g_strdup_printf (_ ("sequence %s"), windows->names[window]);
  return g_strdup_printf (_ ("sequence %zu"), window + 1);
}

char *
fs_class_errors_text (const FsDataset *dataset,
                      const FsExperiment *experiment,
                      FsPart part,
                      gsize window)
{
  GString *text = g_string_new (NULL);
  const gsize n = fs_window_length (dataset, part, window);
  const gboolean has_blanks = experiment->text.unit != FS_TEXT_UNIT_CHARACTERS;

  if (dataset->task == FS_TASK_TEXT && dataset->vocabulary)
    for (gsize i = 0; i < n; i++)
      {
        const gsize row = dataset->windows[part].starts[window] + i;
        const gint32 id = (gint32) dataset->inputs[row * dataset->n_channels];

        g_string_append_printf (text, "%s%s", has_blanks && i > 0 ? " " : "",
                                fs_vocabulary_word (dataset->vocabulary, id));
      }
  return g_string_free (text, FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is exact about sequences and classes before training: how much of the windows is padding, and how
 * the classes are shared out; see data-facts.h. */

#include "engine/diagnose/data-facts.h"

#include <stdlib.h>
#include "engine/diagnose/words.h"

static void
measure_padding (FsDataFacts *facts, const FsDataset *dataset)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  size_t n_steps = 0;
  for (size_t w = 0; w < windows->n; w++)
    n_steps += fs_window_length (dataset, FS_PART_TRAIN, w);
  const double n = (double) windows->n * (double) dataset->length;
  facts->padded_share = n > 0 ? 1 - (double) n_steps / n : 0;
  facts->is_masked = dataset->is_masked;
}

static void
measure_classes (FsDataFacts *facts, const FsDataset *dataset)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  size_t *n_of = calloc (dataset->n_classes + 1, sizeof *n_of);
  if (!n_of || windows->n == 0)
    {
      free (n_of);
      return;
    }
  for (size_t w = 0; w < windows->n; w++)
    {
      double y = dataset->target_raw[fs_window_target_row (dataset, FS_PART_TRAIN, w, 0)];
      if (y >= 0 && y < (double) dataset->n_classes)
        n_of[(size_t) y]++;
    }
  size_t rarest = 0, commonest = 0;
  for (size_t k = 1; k < dataset->n_classes; k++)
    {
      rarest = n_of[k] < n_of[rarest] ? k : rarest;
      commonest = n_of[k] > n_of[commonest] ? k : commonest;
    }
  facts->n_classes = dataset->n_classes;
  facts->has_class_weights = dataset->class_weights != NULL;
  facts->n_rarest = n_of[rarest];
  facts->n_commonest = n_of[commonest];
  if (dataset->class_names)
    {
      FS_SAY (facts->rarest, "%.*s", FS_FACT_NAME_SIZE - 1, dataset->class_names[rarest]);
      FS_SAY (facts->commonest, "%.*s", FS_FACT_NAME_SIZE - 1, dataset->class_names[commonest]);
    }
  free (n_of);
}

void
fs_data_facts_look_at_sequences (FsDataFacts *facts, const FsDataset *dataset)
{
  measure_padding (facts, dataset);
  if (dataset->n_classes > 1 && !dataset->is_stepwise)
    measure_classes (facts, dataset);
}

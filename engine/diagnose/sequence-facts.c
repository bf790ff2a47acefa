/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is exact about sequences and classes before training: how much of the windows is padding, how the
 * classes are shared out, the levels of the inputs, and whether one of them is the answer; see
 * data-facts.h. */

#include "engine/diagnose/data-facts.h"

#include <math.h>
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

/* ---- inputs ---- */

/* The values of an input at all steps of the training windows; returns how many. */
static size_t
take_steps (const FsDataset *dataset, size_t input, double *values)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  size_t n = 0;
  for (size_t w = 0; w < windows->n; w++)
    for (size_t step = 0; step < fs_window_length (dataset, FS_PART_TRAIN, w); step++)
      values[n++] =
          (double) dataset->inputs[(windows->starts[w] + step) * dataset->n_channels + input];
  return n;
}

/* Sums of an input's values over the training windows, at their first or their last step, by the answer. */
typedef struct
{
  double n, x, xx, y, yy, xy;
} Sums;

static double
variance_of (double n, double sum, double squares)
{
  return n > 0 ? squares / n - sum / n * (sum / n) : 0;
}

/* The share of an input's variance that goes with the answer: between the classes (the correlation ratio, Pearson
 * 1905), or along a line. `of_class` has room for the classes, zeroed. */
static double
measure_share (const FsDataset *dataset, size_t input, bool is_last, Sums *of_class)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  Sums all = { 0 };
  for (size_t w = 0; w < windows->n; w++)
    {
      const size_t last = fs_window_length (dataset, FS_PART_TRAIN, w) - 1;
      const size_t row = windows->starts[w] + (is_last ? last : 0);
      const double x = (double) dataset->inputs[row * dataset->n_channels + input];
      const double y = dataset->target_raw[fs_window_target_row (dataset, FS_PART_TRAIN, w, 0)];
      if (!isfinite (y) || (dataset->n_classes > 0 && !(y >= 0 && y < (double) dataset->n_classes)))
        continue;
      all.n++;
      all.x += x;
      all.xx += x * x;
      all.y += y;
      all.yy += y * y;
      all.xy += x * y;
      if (dataset->n_classes > 0)
        {
          of_class[(size_t) y].n++;
          of_class[(size_t) y].x += x;
        }
    }
  const double spread = variance_of (all.n, all.x, all.xx);
  if (!(spread > 0))
    return 0;
  double between = 0;
  for (size_t k = 0; k < dataset->n_classes; k++)
    if (of_class[k].n > 0)
      {
        double step = of_class[k].x / of_class[k].n - all.x / all.n;
        between += of_class[k].n / all.n * step * step;
      }
  const double along = all.xy / all.n - all.x / all.n * (all.y / all.n);
  const double answers = variance_of (all.n, all.y, all.yy);
  return dataset->n_classes > 0 ? between / spread
         : answers > 0          ? along * along / (spread * answers)
                                : 0;
}

static FsStatus
look_for_answer (FsDataFacts *facts, const FsDataset *dataset, size_t input)
{
  double share = 1;
  for (int is_last = 0; is_last < 2; is_last++)
    {
      Sums *of_class = calloc (dataset->n_classes + 1, sizeof *of_class);
      if (!of_class)
        return FS_OUT_OF_MEMORY;
      share = fmin (share, measure_share (dataset, input, is_last == 1, of_class));
      free (of_class);
    }
  if (share > facts->answer.value)
    fs_data_facts_name_channel (dataset, input + 1, share, &facts->answer);
  return FS_OK;
}

FsStatus
fs_data_facts_look_at_inputs (FsDataFacts *facts, const FsDataset *dataset)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  if (dataset->vocabulary || !dataset->inputs || windows->n < 2)
    return FS_OK; /* words have no level */
  double *values = malloc ((windows->n * dataset->length + 1) * sizeof *values);
  double *scratch = malloc ((windows->n * dataset->length + 1) * sizeof *scratch);
  FsStatus status = values && scratch ? FS_OK : FS_OUT_OF_MEMORY;
  for (size_t input = 0; status == FS_OK && input < dataset->n_channels; input++)
    {
      const size_t n = take_steps (dataset, input, values);
      fs_data_facts_look_at_channel (facts, dataset, input + 1, values, n, scratch);
      if (!dataset->is_stepwise)
        status = look_for_answer (facts, dataset, input);
    }
  free (values);
  free (scratch);
  return status;
}

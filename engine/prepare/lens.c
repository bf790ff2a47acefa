/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens; see lens.h. What it keeps between two looks has a key each: what it was made from. Specs
 * are compared byte by byte: two that are equal and differ in padding cost a look, nothing else. */

#include "engine/prepare/lens.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/prepare/dataset.h"
#include "engine/prepare/lens-carry.h"
#include "engine/prepare/lens-changes.h"
#include "engine/prepare/lens-side.h"
#include "engine/prepare/step.h"

/* Channels of the table when a step needs few of them: the target and the one on show. */
#define N_NARROW 2

struct FsLens
{
  /* The table of the file. */
  uint64_t frame_id;
  char target[FS_TEXT_SIZE], time[FS_TEXT_SIZE];
  char inputs[FS_MAX_INPUTS][FS_TEXT_SIZE];
  size_t n_inputs;
  FsTable *raw;

  /* The table before the step. */
  FsStepSpec earlier[FS_MAX_STEPS]; /* the enabled ones before it */
  size_t n_earlier;
  size_t part_ends[FS_N_PARTS];
  FsSplit split; /* that `raw` was made for, with its borders and the windows it drew */
  size_t raw_ends[FS_N_PARTS];
  int64_t window[3];
  FsTable *before;

  /* The channel before the step. */
  bool has_side;
  size_t side_channel;
  FsLensSide side;
  FsLensGap gaps[FS_LENS_GAPS];
  size_t n_gaps;
  double *values; /* [n_rows] of that channel */

  double *after_values; /* [n_rows] */
  double *scratch;      /* [n_rows + lags] */
  size_t capacity;      /* rows there is room for in the last three */
  FsTable *work;        /* what the step is applied to; of the last look */
  /* As long as nothing has been applied to it: of which channels it is a copy, and what fitting on it
   * has found out. */
  bool work_is_fresh;
  size_t work_channels[N_NARROW], n_work_channels; /* 0: all */
  FsStepMemory memory[N_NARROW];
};

FsStatus
fs_lens_new (FsLens **lens, FsProblem *problem)
{
  *lens = calloc (1, sizeof **lens);
  return *lens ? FS_OK : fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
}

/* The work is no longer what it was copied from, or that is no more. */
static void
touch_work (FsLens *lens)
{
  lens->work_is_fresh = false;
  fs_step_memory_clear (lens->memory, N_NARROW);
}

static void
forget_before (FsLens *lens)
{
  touch_work (lens);
  fs_table_free (lens->before);
  lens->before = NULL;
  lens->has_side = false;
}

static void
forget_work (FsLens *lens)
{
  fs_table_free (lens->work);
  lens->work = NULL;
  touch_work (lens);
}

void
fs_lens_free (FsLens *lens)
{
  if (!lens)
    return;
  forget_before (lens);
  forget_work (lens);
  fs_table_free (lens->raw);
  free (lens->values);
  free (lens->after_values);
  free (lens->scratch);
  free (lens);
}

/* ---- what is kept ---- */

/* Rows that are shared out in order of time are the same for all shares. */
static bool
has_split (const FsLens *lens, const FsExperiment *experiment)
{
  const int64_t window[] = { experiment->window.length, experiment->window.horizon,
                             experiment->window.stride };
  if (experiment->split.method == FS_SPLIT_CHRONOLOGICAL)
    return lens->split.method == FS_SPLIT_CHRONOLOGICAL;
  const FsSplit *had = &lens->split, *split = &experiment->split;
  return had->method == split->method && had->train == split->train
         && had->validation == split->validation && had->seed == split->seed
         && strcmp (had->column, split->column) == 0 && strcmp (had->group, split->group) == 0
         && memcmp (lens->window, window, sizeof window) == 0;
}

static bool
has_raw (const FsLens *lens, uint64_t frame_id, const FsExperiment *experiment)
{
  return lens->raw && lens->frame_id == frame_id && has_split (lens, experiment)
         && strcmp (lens->target, experiment->data.target) == 0
         && strcmp (lens->time, experiment->data.time) == 0
         && lens->n_inputs == experiment->data.n_inputs
         && memcmp (lens->inputs, experiment->data.inputs, lens->n_inputs * sizeof *lens->inputs)
                == 0;
}

static FsStatus
reserve (FsLens *lens, size_t n_rows, FsProblem *problem)
{
  if (lens->capacity >= n_rows && lens->scratch)
    return FS_OK;
  free (lens->values);
  free (lens->after_values);
  free (lens->scratch);
  lens->values = malloc ((n_rows + 1) * sizeof *lens->values);
  lens->after_values = malloc ((n_rows + 1) * sizeof *lens->after_values);
  lens->scratch = malloc ((n_rows + FS_LENS_LAGS + 1) * sizeof *lens->scratch);
  lens->capacity = n_rows;
  if (lens->values && lens->after_values && lens->scratch)
    return FS_OK;
  lens->capacity = 0;
  return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
}

static FsStatus
take_raw (FsLens *lens,
          const FsFrame *frame,
          uint64_t frame_id,
          const FsExperiment *experiment,
          FsProblem *problem)
{
  if (has_raw (lens, frame_id, experiment))
    return FS_OK;
  forget_before (lens);
  forget_work (lens);
  fs_table_free (lens->raw);
  lens->raw = NULL;
  FsStatus status = fs_table_from_frame (&lens->raw, frame, experiment, problem);
  if (!status)
    status = reserve (lens, lens->raw->n_rows, problem);
  if (status)
    {
      fs_table_free (lens->raw);
      lens->raw = NULL;
      return status;
    }
  lens->frame_id = frame_id;
  memcpy (lens->target, experiment->data.target, sizeof lens->target);
  memcpy (lens->time, experiment->data.time, sizeof lens->time);
  memcpy (lens->inputs, experiment->data.inputs, sizeof lens->inputs);
  lens->n_inputs = experiment->data.n_inputs;
  lens->split = experiment->split;
  lens->window[0] = experiment->window.length;
  lens->window[1] = experiment->window.horizon;
  lens->window[2] = experiment->window.stride;
  fs_split_place (lens->raw_ends, lens->raw, experiment);
  return FS_OK;
}

static FsStatus
take_before (FsLens *lens, const FsExperiment *experiment, size_t step, FsProblem *problem)
{
  size_t part_ends[FS_N_PARTS], n = 0;
  bool is_same = lens->before != NULL;
  if (experiment->split.method == FS_SPLIT_CHRONOLOGICAL)
    fs_split_place (part_ends, lens->raw, experiment);
  else
    memcpy (part_ends, lens->raw_ends, sizeof part_ends);
  for (size_t i = 0; i < step; i++)
    {
      const FsStepSpec *spec = &experiment->steps[i];
      if (!spec->is_enabled)
        continue;
      is_same =
          is_same && n < lens->n_earlier && memcmp (spec, &lens->earlier[n], sizeof *spec) == 0;
      lens->earlier[n++] = *spec;
    }
  is_same =
      is_same && n == lens->n_earlier && memcmp (part_ends, lens->part_ends, sizeof part_ends) == 0;
  lens->n_earlier = n;
  memcpy (lens->part_ends, part_ends, sizeof part_ends);
  if (is_same)
    return FS_OK;
  forget_before (lens);
  lens->before = fs_table_copy (lens->raw);
  if (!lens->before)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  FsStatus status = FS_OK;
  for (size_t i = 0; i < n && !status; i++)
    {
      FsStep made;
      status = fs_step_run (&made, &lens->earlier[i], lens->before, part_ends, problem);
      fs_step_clear (&made);
    }
  if (status)
    forget_before (lens);
  return status;
}

static size_t
count_lost (const FsTable *table)
{
  size_t n = 0;
  for (size_t t = 0; table->is_lost && t < table->n_rows; t++)
    n += table->is_lost[t];
  return n;
}

static void
take_column (double *values, const FsTable *table, size_t channel)
{
  const size_t stride = table->n_channels;
  for (size_t t = 0; t < table->n_rows; t++)
    values[t] = table->values[t * stride + channel];
}

static bool
is_gap (const FsTable *table, const double *values, size_t t)
{
  return !isfinite (values[t]) && !(table->is_lost && table->is_lost[t]);
}

static void
take_gaps (FsLens *lens)
{
  lens->n_gaps = 0;
  if (lens->side.n_missing == 0)
    return;
  for (size_t t = 0; t < lens->before->n_rows; t++)
    {
      if (!is_gap (lens->before, lens->values, t))
        continue;
      FsLensGap *last = lens->n_gaps > 0 ? &lens->gaps[lens->n_gaps - 1] : NULL;
      if (last && (last->end == t || lens->n_gaps == FS_LENS_GAPS))
        last->end = t + 1;
      else
        lens->gaps[lens->n_gaps++] = (FsLensGap){ t, t + 1 };
    }
}

static void
take_side_before (FsLens *lens, size_t channel)
{
  if (lens->has_side && lens->side_channel == channel)
    return;
  take_column (lens->values, lens->before, channel);
  fs_lens_side_take (&lens->side,
                     &(FsLensColumn){ .values = lens->values,
                                      .n_rows = lens->before->n_rows,
                                      .n_lost = count_lost (lens->before),
                                      .n_train = lens->part_ends[FS_PART_TRAIN],
                                      .parts = lens->before->parts },
                     lens->scratch);
  lens->has_side = true;
  lens->side_channel = channel;
  take_gaps (lens);
}

/* ---- the step itself ---- */

/* Steps that treat every channel for itself need only the one that is looked at, and the target, which
 * some of them treat differently. */
static bool
is_by_channel (const FsStepSpec *spec)
{
  switch (spec->kind)
    {
    case FS_STEP_SCALE:
    case FS_STEP_CLIP:
    case FS_STEP_TRANSFORM:
    case FS_STEP_DETREND:
      return true;
    case FS_STEP_IMPUTE:
      return !spec->marks_gaps && spec->impute_method != FS_IMPUTE_NEIGHBOURS
             && spec->impute_method != FS_IMPUTE_DROP;
    default:
      return false;
    }
}

/* lens->work: a copy of the table before the step, of all channels or of `n` given ones, of which the
 * first is the target. A copy that nothing was applied to serves again. The last one is written over where it has that one channel alone, which is the
 * ordinary case: fresh memory costs more than copying into it. */
static FsStatus
take_work (FsLens *lens, const size_t *channels, size_t n, FsProblem *problem)
{
  const FsTable *from = lens->before;
  if (lens->work_is_fresh && channels && lens->n_work_channels == n
      && memcmp (lens->work_channels, channels, n * sizeof *channels) == 0)
    return FS_OK;
  touch_work (lens);
  const bool fits = lens->work && lens->work->n_rows == from->n_rows && lens->work->n_channels == n
                    && !lens->work->is_lost && !from->is_lost && n == 1;
  if (!fits)
    {
      forget_work (lens);
      FsTable narrow = *from;
      if (n < from->n_channels)
        {
          narrow.n_channels = n;
          narrow.values = malloc ((from->n_rows * n + 1) * sizeof *narrow.values);
          narrow.names = calloc (n, sizeof *narrow.names);
          for (size_t i = 0; narrow.values && narrow.names && i < n; i++)
            {
              memcpy (narrow.names[i], from->names[channels[i]], sizeof *narrow.names);
              for (size_t t = 0; t < from->n_rows; t++)
                narrow.values[t * n + i] = from->values[t * from->n_channels + channels[i]];
            }
        }
      if (narrow.values && narrow.names)
        lens->work = fs_table_copy (&narrow);
      if (narrow.values != from->values)
        free (narrow.values);
      if (narrow.names != from->names)
        free (narrow.names);
    }
  else
    {
      memcpy (lens->work->names[0], from->names[0], sizeof *from->names);
      memcpy (lens->work->values, lens->values, from->n_rows * sizeof *from->values);
    }
  if (!lens->work)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  lens->work_is_fresh = true;
  lens->n_work_channels = 0;
  for (size_t i = 0; channels && i < n; i++)
    lens->work_channels[lens->n_work_channels++] = channels[i];
  return FS_OK;
}

/* ---- the picture ---- */

/* The channel before the step that the channel after it comes from. */
static size_t
source_of (const FsLens *lens, const FsStepSpec *spec, size_t channel)
{
  if (channel < lens->before->n_channels)
    return channel;
  for (size_t c = 0; spec->kind == FS_STEP_FEATURE && c < lens->before->n_channels; c++)
    if (strcmp (lens->before->names[c], spec->feature_column) == 0)
      return c;
  return 0;
}

static void
begin_picture (FsLensPicture *picture, FsLens *lens, const FsStepSpec *spec, size_t source)
{
  take_side_before (lens, source);
  *picture = (FsLensPicture){ .n_rows = lens->before->n_rows,
                              .kind = spec->kind,
                              .n_channels_before = lens->before->n_channels,
                              .n_channels_after = lens->before->n_channels,
                              .undo_error = NAN,
                              .n_gaps = lens->n_gaps };
  memcpy (picture->part_ends, lens->part_ends, sizeof picture->part_ends);
  picture->is_scattered = lens->before->parts != NULL;
  memcpy (picture->source, lens->before->names[source], sizeof picture->source);
  memcpy (picture->channel, picture->source, sizeof picture->channel);
  memcpy (picture->gaps, lens->gaps, lens->n_gaps * sizeof *picture->gaps);
  picture->before = lens->side;
}

/* Fits the step, and applies it unless it is a scaler: what that does is seen without (lens-carry.h), and
 * dragging its settings fits again on rows that are still there. */
static FsStatus
run_step (FsStep *step, FsLens *lens, const FsStepSpec *spec, FsProblem *problem)
{
  if (spec->kind == FS_STEP_SCALE)
    return fs_step_fit (step, spec, lens->work, lens->part_ends, lens->memory, problem);
  touch_work (lens);
  return fs_step_run (step, spec, lens->work, lens->part_ends, problem);
}

/* The rows that fs_lens_try_undoing() asks for. */
static bool
fill_samples (FsLens *lens, FsStep *step, size_t in_work)
{
  const size_t n = lens->before->n_rows, every = fs_lens_undo_stride (n);
  size_t n_samples = 0;
  for (size_t t = 0; t < n; t += every)
    lens->scratch[n_samples++] = lens->values[t];
  if (!fs_lens_apply_to (step, in_work, lens->scratch, n_samples))
    return false;
  for (size_t i = 0; i < n_samples; i++)
    lens->after_values[i * every] = lens->scratch[i];
  return true;
}

static void
take_after (FsLensPicture *picture, FsLens *lens, FsStep *step, size_t in_work, size_t source)
{
  const FsLensChange change = { lens->values, lens->after_values, lens->before->n_rows };
  picture->n_lost = count_lost (lens->work);
  memcpy (picture->channel, lens->work->names[in_work], sizeof picture->channel);
  if (picture->kind == FS_STEP_SCALE
      && fs_lens_side_carry (&picture->after, &lens->side, step, in_work)
      && fill_samples (lens, step, in_work))
    fs_lens_try_undoing (picture, &change, step, source);
  else
    {
      if (picture->kind == FS_STEP_SCALE)
        {
          touch_work (lens);
          step->operations->apply (step, lens->work, lens->part_ends, NULL);
        }
      take_column (lens->after_values, lens->work, in_work);
      fs_lens_side_take (&picture->after,
                         &(FsLensColumn){ .values = lens->after_values,
                                          .n_rows = lens->work->n_rows,
                                          .n_lost = picture->n_lost,
                                          .n_train = lens->part_ends[FS_PART_TRAIN],
                                          .parts = lens->work->parts },
                         lens->scratch);
      if (strcmp (picture->channel, picture->source) == 0)
        {
          fs_lens_take_changes (picture, &change);
          fs_lens_try_undoing (picture, &change, step, source);
        }
    }
  step->operations->describe (step, picture->description, sizeof picture->description);
}

FsStatus
fs_lens_look (FsLens *lens,
              const FsFrame *frame,
              uint64_t frame_id,
              const FsExperiment *experiment,
              size_t step,
              size_t channel,
              FsLensPicture *picture,
              FsProblem *problem)
{
  FsProblem trouble = { 0 };
  FsStep made = { 0 };
  if (step >= experiment->n_steps)
    return fs_problem (problem, FS_OUT_OF_RANGE, "prepare", NULL, "there is no such step");
  const FsStepSpec *spec = &experiment->steps[step];
  FsStatus status = take_raw (lens, frame, frame_id, experiment, problem);
  if (!status)
    status = take_before (lens, experiment, step, problem);
  if (status)
    return status;

  const size_t n_before = lens->before->n_channels;
  const bool is_narrow = is_by_channel (spec);
  size_t shown = channel == FS_LENS_NATURAL ? 0 : channel;
  if (is_narrow && shown >= n_before)
    shown = n_before - 1;
  begin_picture (picture, lens, spec, source_of (lens, spec, shown < n_before ? shown : n_before));

  const size_t narrow[2] = { 0, shown };
  if (is_narrow)
    status = take_work (lens, narrow, shown == 0 ? 1 : 2, problem);
  else
    status = take_work (lens, NULL, n_before, problem);
  if (status)
    return status;
  status = run_step (&made, lens, spec, &trouble);
  if (status == FS_OK && spec->kind == FS_STEP_AUGMENT)
    status = fs_augment_show (
        spec, lens->work, lens->part_ends,
        experiment->window.length > 1 ? (size_t) experiment->window.length : 1, &trouble);
  if (status == FS_OUT_OF_MEMORY)
    {
      fs_step_clear (&made);
      if (problem)
        *problem = trouble;
      return status;
    }
  if (status)
    fs_problem_sentence (&trouble, picture->problem, sizeof picture->problem);
  else
    {
      const size_t n_after = lens->work->n_channels;
      size_t in_work = is_narrow ? (shown == 0 ? 0 : 1) : shown;
      if (!is_narrow && channel == FS_LENS_NATURAL && n_after > n_before
          && spec->kind == FS_STEP_FEATURE)
        in_work = n_before;
      if (in_work >= n_after)
        in_work = n_after - 1;
      const size_t source = is_narrow ? shown : source_of (lens, spec, in_work);
      if (source != lens->side_channel)
        begin_picture (picture, lens, spec, source);
      if (!is_narrow)
        picture->n_channels_after = n_after;
      take_after (picture, lens, &made, in_work, source);
    }
  fs_step_clear (&made);
  return FS_OK;
}

const char *
fs_lens_channel_name (const FsLens *lens, size_t channel)
{
  const FsTable *table =
      lens->work && lens->before && lens->work->n_channels > lens->before->n_channels
          ? lens->work
          : lens->before;
  return table && channel < table->n_channels ? table->names[channel] : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile of a whole file; see file-profile.h. */

#include "engine/lab/file-profile.h"

#include "engine/base/pool.h"
#include "engine/prepare/dataset.h"
#include "engine/prepare/time-axis.h"

/* Tables of fewer values are profiled before a thread has begun. */
#define VALUES_WORTH_SHARING 50000

typedef struct
{
  FsProfileReport *report;
  const uint32_t *order; /* rows in order of time; NULL = they are */
  size_t n_early;
  FsStatus *statuses; /* [n_columns] */
  FsProblem *problems;
} Job;

static gboolean
is_in_order (const uint32_t *order, size_t n_rows)
{
  for (size_t t = 0; t < n_rows; t++)
    if (order[t] != t)
      return FALSE;
  return TRUE;
}

/* One column, with its rows in order of time. */
static void
profile_column_task (void *context, size_t i, size_t worker)
{
  Job *job = context;
  const FsFrame *frame = job->report->frame;
  FsColumn column = frame->columns[i];
  if (!column.numbers)
    return;
  double *numbers = job->order ? g_new (double, frame->n_rows) : NULL;
  for (size_t t = 0; numbers && t < frame->n_rows; t++)
    numbers[t] = column.numbers[job->order[t]];
  if (numbers)
    column.numbers = numbers;
  job->statuses[i] = fs_profile_column (&job->report->profiles[i], &column, frame->n_rows,
                                        job->n_early, &job->problems[i]);
  g_free (numbers);
}

static FsStatus
profile_columns (FsProfileReport *report, const FsExperiment *experiment, FsProblem *problem)
{
  const FsFrame *frame = report->frame;
  size_t ends[FS_N_PARTS];
  FsTimeAxis axis;
  FsPool *pool = NULL;
  FsStatus status = fs_time_axis_init (&axis, frame, experiment, problem);
  if (status)
    return status;
  fs_split_borders (experiment, frame->n_rows, ends);
  /* Of ten million rows each array counts: the times are not asked for, nor is an order that is none. */
  g_clear_pointer (&axis.times, free);
  if (is_in_order (axis.order, frame->n_rows))
    g_clear_pointer (&axis.order, free);
  Job job = { report, axis.order, ends[FS_PART_TRAIN], g_new0 (FsStatus, frame->n_columns),
              g_new0 (FsProblem, frame->n_columns) };
  if (frame->n_rows * frame->n_columns >= VALUES_WORTH_SHARING)
    status = fs_pool_new (&pool, g_get_num_processors (), problem);
  if (pool)
    fs_pool_run (pool, frame->n_columns, profile_column_task, &job);
  for (size_t i = 0; i < frame->n_columns && !status; i++)
    {
      if (!pool)
        profile_column_task (&job, i, 0);
      status = job.statuses[i];
      if (status && problem)
        *problem = job.problems[i];
    }
  fs_pool_free (pool);
  g_free (job.statuses);
  g_free (job.problems);
  fs_time_axis_clear (&axis);
  return status;
}

/* Texts without classes, or in no shape to be split, have no profile of their own. */
static void
profile_texts (FsProfileReport *report, const FsExperiment *experiment)
{
  g_autofree FsExperiment *settings = g_new (FsExperiment, 1);
  gboolean has_texts = FALSE;
  for (size_t i = 0; i < report->frame->n_columns; i++)
    has_texts = has_texts || report->frame->columns[i].type == FS_COLUMN_TEXT;
  if (!has_texts && experiment->data.task != FS_TASK_TEXT)
    return;
  *settings = fs_text_experiment (experiment);
  if (experiment->data.task != FS_TASK_TEXT)
    settings->data.target[0] = '\0';
  FsStatus status = fs_dataset_new (&report->text_data, report->frame, settings, NULL);
  if (status != FS_OK && settings->n_steps > 0)
    {
      /* What a step that varies texts asks for may be missing; the texts are there all the same. */
      settings->n_steps = 0;
      status = fs_dataset_new (&report->text_data, report->frame, settings, NULL);
    }
  if (status != FS_OK)
    return;
  if (fs_text_profile_make (&report->texts, report->text_data, NULL) != FS_OK)
    {
      fs_text_profile_clear (&report->texts);
      g_clear_pointer (&report->text_data, fs_dataset_free);
    }
}

static const FsColumn *
target_of (const FsFrame *frame, const FsExperiment *experiment)
{
  const FsColumn *named =
      experiment->data.target[0] ? fs_frame_column (frame, experiment->data.target) : NULL;
  return named ? named : fs_frame_default_target (frame);
}

FsStatus
fs_profile_report_init (FsProfileReport *report,
                        const FsFrame *frame,
                        const FsExperiment *experiment,
                        FsProblem *problem)
{
  FsExperiment settings = fs_experiment_default ();
  if (experiment)
    settings = *experiment;
  else
    settings.data.target[0] = settings.data.time[0] = '\0'; /* of another file */
  const FsColumn *target = target_of (frame, &settings);
  *report = (FsProfileReport){ .frame = frame,
                               .profiles = g_new0 (FsProfile, frame->n_columns),
                               .advice = g_malloc0_n (frame->n_columns, sizeof *report->advice),
                               .n_advice = g_new0 (size_t, frame->n_columns) };
  FsStatus status = profile_columns (report, &settings, problem);
  if (!status)
    profile_texts (report, &settings);
  for (size_t i = 0; i < frame->n_columns && !status; i++)
    {
      const FsColumn *column = &frame->columns[i];
      report->n_advice[i] = fs_advice_on_column (report->advice[i], column, frame->n_rows,
                                                 column->numbers ? &report->profiles[i] : NULL);
      if (target && column->type == FS_COLUMN_NUMBER && report->n_advice[i] < FS_MAX_ADVICE)
        report->n_advice[i] += fs_advice_on_pair (&report->advice[i][report->n_advice[i]], target,
                                                  column, frame->n_rows);
    }
  return status;
}

void
fs_profile_report_clear (FsProfileReport *report)
{
  fs_text_profile_clear (&report->texts);
  g_clear_pointer (&report->text_data, fs_dataset_free);
  g_clear_pointer (&report->profiles, g_free);
  g_clear_pointer (&report->advice, g_free);
  g_clear_pointer (&report->n_advice, g_free);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The order of rows in time; see time-axis.h. */

#include "engine/prepare/time-axis.h"

#include <math.h>
#include <stdlib.h>

FsStatus
fs_named_column (const FsColumn **column,
                 const FsFrame *frame,
                 const char *key,
                 const char *name,
                 FsProblem *problem)
{
  *column = fs_frame_column (frame, name);
  if (*column)
    return FS_OK;
  const char *near = fs_frame_nearest_name (frame, name);
  if (near)
    return fs_problem_at (problem, FS_NOT_FOUND, key, 0, name,
                          "there is no such column; did you mean \u201c%s\u201d?", near);
  return fs_problem_at (problem, FS_NOT_FOUND, key, 0, name,
                        "there is no such column; the first of %zu is \u201c%s\u201d",
                        frame->n_columns, frame->columns[0].name);
}

FsStatus
fs_time_column (const FsColumn **column,
                const FsFrame *frame,
                const FsExperiment *experiment,
                FsProblem *problem)
{
  const char *name = experiment->data.time;
  if (!name[0])
    {
      *column = fs_frame_default_time (frame);
      return FS_OK;
    }
  FsStatus status = fs_named_column (column, frame, "data.time", name, problem);
  if (!status && (*column)->type != FS_COLUMN_DATE && (*column)->type != FS_COLUMN_NUMBER)
    status = fs_problem (problem, FS_WRONG_TYPE, "data.time", name,
                         "a column of dates or of numbers that grow");
  return status;
}

typedef struct
{
  double time;
  uint32_t row;
} Place;

static int
compare_places (const void *left, const void *right)
{
  const Place *l = left, *r = right;
  if (l->time != r->time)
    return l->time < r->time ? -1 : 1;
  return l->row < r->row ? -1 : 1; /* rows of equal time stay in the file's order */
}

/* Sorts by time where every time is known and some row goes back. */
static FsStatus
sort_rows (FsTimeAxis *axis, size_t n_rows, FsProblem *problem)
{
  size_t n_back = 0;
  for (size_t t = 0; t < n_rows; t++)
    {
      if (isnan (axis->times[t]))
        return FS_OK;
      n_back += t > 0 && axis->times[t] < axis->times[t - 1];
    }
  if (n_back == 0)
    return FS_OK;
  Place *places = malloc (n_rows * sizeof *places);
  if (!places)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "data.time", NULL, NULL);
  for (size_t t = 0; t < n_rows; t++)
    places[t] = (Place){ axis->times[t], (uint32_t) t };
  qsort (places, n_rows, sizeof *places, compare_places);
  for (size_t t = 0; t < n_rows; t++)
    {
      axis->times[t] = places[t].time;
      axis->order[t] = places[t].row;
    }
  free (places);
  return FS_OK;
}

/* Unknown times get the mean step from their neighbour, so that an axis can be drawn. */
static void
fill_times (double *times, size_t n)
{
  size_t first = 0, last = n;
  while (first < n && isnan (times[first]))
    first++;
  if (first == n)
    {
      for (size_t t = 0; t < n; t++)
        times[t] = (double) t;
      return;
    }
  while (isnan (times[last - 1]))
    last--;
  double step =
      last - first > 1 ? (times[last - 1] - times[first]) / (double) (last - 1 - first) : 1;
  for (size_t t = first; t-- > 0;)
    times[t] = times[t + 1] - step;
  for (size_t t = first + 1; t < n; t++)
    if (isnan (times[t]))
      times[t] = times[t - 1] + step;
}

FsStatus
fs_time_axis_init (FsTimeAxis *axis,
                   const FsFrame *frame,
                   const FsExperiment *experiment,
                   FsProblem *problem)
{
  const FsColumn *column = NULL;
  *axis = (FsTimeAxis){ NULL, NULL, false };
  FsStatus status = fs_time_column (&column, frame, experiment, problem);
  if (status)
    return status;
  if (frame->n_rows > UINT32_MAX - 1)
    return fs_problem (problem, FS_TOO_LARGE, "data.source", NULL,
                       "at most 4 billion rows can be used");
  axis->times = malloc ((frame->n_rows + 1) * sizeof *axis->times);
  axis->order = malloc ((frame->n_rows + 1) * sizeof *axis->order);
  if (!axis->times || !axis->order)
    {
      fs_time_axis_clear (axis);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "data.time", NULL, NULL);
    }
  for (size_t t = 0; t < frame->n_rows; t++)
    {
      axis->times[t] = column ? column->numbers[t] : (double) t;
      axis->order[t] = (uint32_t) t;
    }
  axis->has_dates = column && column->type == FS_COLUMN_DATE;
  if (column)
    status = sort_rows (axis, frame->n_rows, problem);
  if (status)
    fs_time_axis_clear (axis);
  else
    fill_times (axis->times, frame->n_rows);
  return status;
}

void
fs_time_axis_clear (FsTimeAxis *axis)
{
  free (axis->times);
  free (axis->order);
  axis->times = NULL;
  axis->order = NULL;
}

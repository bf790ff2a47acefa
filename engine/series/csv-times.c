/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The times of a table; see csv-times.h. */

#include "engine/series/csv-times.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/maths/order.h"
#include "engine/series/csv-cell.h"
#include "engine/series/csv-date.h"

#define DAY 86400.0

/* ---- a date and a time of day ---- */

static bool
are_whole_days (const FsColumn *column, size_t n_rows)
{
  for (size_t row = 0; row < n_rows; row++)
    if (!isnan (column->numbers[row]) && fmod (column->numbers[row], DAY) != 0)
      return false;
  return true;
}

/* Times of day are read as times of the first of January 1970. */
static bool
are_times_of_day (const FsColumn *column, size_t n_rows)
{
  bool has_any = false;
  for (size_t row = 0; row < n_rows; row++)
    {
      if (column->numbers[row] < 0 || column->numbers[row] > DAY)
        return false;
      has_any = has_any || column->numbers[row] > 0;
    }
  return has_any;
}

static void
join_time_of_day (FsColumn *date, FsColumn *time, size_t n_rows, FsFrameBuilder *builder)
{
  char what[64];
  snprintf (what, sizeof what, "times of %.40s", date->name);
  fs_builder_decide (builder, what, "joined", "column %.60s has the time of each day", time->name);
  date->n_missing = 0;
  for (size_t row = 0; row < n_rows; row++)
    {
      date->numbers[row] += time->numbers[row];
      date->n_missing += isnan (date->numbers[row]);
    }
  time->type = FS_COLUMN_NUMBER; /* seconds of the day */
  time->is_time_part = true;
}

static void
join_times_of_day (FsFrame *frame, FsFrameBuilder *builder)
{
  for (size_t i = 0; i + 1 < frame->n_columns; i++)
    {
      FsColumn *left = &frame->columns[i], *right = &frame->columns[i + 1];
      if (left->type != FS_COLUMN_DATE || right->type != FS_COLUMN_DATE)
        continue;
      const bool left_is_time = are_times_of_day (left, frame->n_rows);
      const bool right_is_time = are_times_of_day (right, frame->n_rows);
      if (right_is_time && !left_is_time && are_whole_days (left, frame->n_rows))
        join_time_of_day (left, right, frame->n_rows, builder);
      else if (left_is_time && !right_is_time && are_whole_days (right, frame->n_rows))
        join_time_of_day (right, left, frame->n_rows, builder);
    }
}

/* ---- year, month, day in columns of their own ---- */

enum
{
  YEAR,
  MONTH,
  DAY_OF_MONTH,
  HOUR,
  MINUTE,
  N_PARTS
};

static const struct
{
  const char *names[5];
  double min, max;
} time_parts[N_PARTS] = {
  [YEAR] = { { "year", "yyyy", "yr", "jahr" }, 1, 2999 },
  [MONTH] = { { "month", "mm", "mon", "mo", "monat" }, 1, 12 },
  [DAY_OF_MONTH] = { { "day", "dd", "mday", "tag", "day_of_month" }, 1, 31 },
  [HOUR] = { { "hour", "hh", "hr", "stunde" }, 0, 24 },
  [MINUTE] = { { "minute", "min" }, 0, 59 },
};

static bool
is_part (const FsColumn *column, int part, size_t n_rows)
{
  bool is_named = false;
  for (size_t i = 0; i < 5 && time_parts[part].names[i]; i++)
    is_named = is_named || fs_cell_is_equal_but_for_case (column->name, time_parts[part].names[i]);
  if (!is_named || column->type != FS_COLUMN_NUMBER)
    return false;
  for (size_t row = 0; row < n_rows; row++)
    {
      const double x = column->numbers[row];
      if (!isnan (x) && (x < time_parts[part].min || x > time_parts[part].max || x != floor (x)))
        return false;
    }
  return true;
}

/* A day the calendar does not have makes a missing date. */
static double
joined_seconds (const double *const columns[N_PARTS], size_t row)
{
  char text[48];
  double seconds, values[N_PARTS] = { 1, 1, 1, 0, 0 };
  for (int part = 0; part < N_PARTS; part++)
    if (columns[part])
      {
        values[part] = columns[part][row];
        if (isnan (values[part]))
          return NAN;
      }
  int n = snprintf (text, sizeof text, "%04d-%02d-%02d", (int) values[YEAR], (int) values[MONTH],
                    (int) values[DAY_OF_MONTH]);
  if (fs_date_read (text, (size_t) n, FS_DATE_YEAR_FIRST, &seconds) != FS_DATE_OK)
    return NAN;
  return seconds + 3600 * values[HOUR] + 60 * values[MINUTE];
}

static bool
join_parts (const FsGrid *grid, FsFrame *frame, FsFrameBuilder *builder)
{
  const double *columns[N_PARTS] = { NULL };
  for (size_t i = 0; i < frame->n_columns; i++)
    {
      if (frame->columns[i].type == FS_COLUMN_DATE)
        return true; /* it has its dates */
      for (int part = 0; part < N_PARTS; part++)
        if (!columns[part] && is_part (&frame->columns[i], part, frame->n_rows))
          columns[part] = frame->columns[i].numbers;
    }
  if (!columns[YEAR] || !columns[MONTH] || (columns[HOUR] && !columns[DAY_OF_MONTH]))
    return true;
  if (!columns[HOUR])
    columns[MINUTE] = NULL;
  FsColumn *grown = realloc (frame->columns, (frame->n_columns + 1) * sizeof *grown);
  if (!grown)
    return false;
  frame->columns = grown;
  const char *name = fs_frame_column (frame, "date") ? "date, joined" : "date";
  FsColumn date = { .type = FS_COLUMN_DATE };
  date.name = malloc (strlen (name) + 1);
  date.numbers = malloc (frame->n_rows * sizeof *date.numbers);
  if (!date.name || !date.numbers)
    {
      free (date.name);
      free (date.numbers);
      return false;
    }
  strcpy (date.name, name);
  for (size_t row = 0; row < frame->n_rows; row++)
    {
      date.numbers[row] = joined_seconds (columns, row);
      if (isnan (date.numbers[row]) && date.n_missing++ == 0)
        fs_builder_warn (builder, grid->lines[row],
                         "year, month and day are no day of the calendar");
    }
  frame->columns[frame->n_columns++] = date;
  for (size_t i = 0; i < frame->n_columns; i++)
    for (int part = 0; part < N_PARTS; part++)
      if (columns[part] && frame->columns[i].numbers == columns[part])
        frame->columns[i].is_time_part = true;
  fs_builder_decide (
      builder, "dates", "joined",
      columns[HOUR]           ? FS_WORDS ("from year, month, day, hour in columns of their own")
      : columns[DAY_OF_MONTH] ? FS_WORDS ("from year, month, day in columns of their own")
                              : FS_WORDS ("from year, month in columns of their own"));
  return true;
}

/* ---- steps ---- */

/* "3 days", "10 minutes", "0.25 seconds". */
static const char *
describe_step (double seconds, char *text, size_t size)
{
  const double unit = fmod (seconds, DAY) == 0    ? DAY
                      : fmod (seconds, 3600) == 0 ? 3600
                      : fmod (seconds, 60) == 0   ? 60
                                                  : 1;
  const double n = seconds / unit;
  const size_t form = n == 1 ? 1 : 2;
  snprintf (text, size,
            unit == DAY    ? fs_text_count ("%.6g day", "%.6g days", form)
            : unit == 3600 ? fs_text_count ("%.6g hour", "%.6g hours", form)
            : unit == 60   ? fs_text_count ("%.6g minute", "%.6g minutes", form)
                           : fs_text_count ("%.6g second", "%.6g seconds", form),
            n);
  return text;
}

/* Months, quarters and years have days of their own number, and a working week has a weekend. */
static double
longest_ordinary (double median)
{
  if (median >= 28 * DAY && median <= 31 * DAY)
    return 31 * DAY;
  if (median >= 90 * DAY && median <= 92 * DAY)
    return 92 * DAY;
  if (median >= 365 * DAY && median <= 366 * DAY)
    return 366 * DAY;
  return 1.5 * median;
}

/* Whether every gap of the column begins on a Friday and is a weekend. */
static bool
has_working_weeks (const double *numbers, size_t n_rows)
{
  double previous = NAN;
  size_t n_weekends = 0;
  for (size_t row = 0; row < n_rows; row++)
    {
      const double now = numbers[row];
      if (isnan (now))
        continue;
      const double day = floor (now / DAY);
      if (fmod (fmod (day + 3, 7) + 7, 7) > 4) /* Monday is 0 */
        return false;
      n_weekends += now - previous > 1.5 * DAY;
      previous = now;
    }
  return n_weekends > 0;
}

static bool
has_equal_steps (const double *numbers, size_t n_rows)
{
  for (size_t row = 2; row < n_rows; row++)
    if (numbers[row] - numbers[row - 1] != numbers[1] - numbers[0])
      return false;
  return true;
}

/* Steps much longer than the usual one. */
static bool
tell_gaps (const FsGrid *grid, const FsColumn *column, FsFrameBuilder *builder)
{
  double previous = NAN, longest = 0;
  size_t n = 0, n_gaps = 0, first = 0;
  char usual[48], gap[48];
  if (has_equal_steps (column->numbers, grid->n_rows))
    return true;
  double *steps = malloc ((grid->n_rows + 1) * sizeof *steps);
  if (!steps)
    return false;
  for (size_t row = 0; row < grid->n_rows; row++)
    if (!isnan (column->numbers[row]))
      {
        if (column->numbers[row] > previous)
          steps[n++] = column->numbers[row] - previous;
        previous = column->numbers[row];
      }
  fs_sort (steps, n);
  const double median = n > 0 ? steps[(n - 1) / 2] : 0;
  free (steps);
  if (n < 3)
    return true;
  previous = NAN;
  for (size_t row = 0; row < grid->n_rows; row++)
    if (!isnan (column->numbers[row]))
      {
        const double step = column->numbers[row] - previous;
        if (step > longest_ordinary (median))
          {
            if (n_gaps++ == 0)
              first = row;
            longest = fmax (longest, step);
          }
        previous = column->numbers[row];
      }
  /* Daily rows of working days are regular as they are. */
  if (n_gaps == 0
      || (median == DAY && longest <= 4 * DAY && has_working_weeks (column->numbers, grid->n_rows)))
    return true;
  fs_builder_warn (
      builder, grid->lines[first],
      fs_text_count (
          "column %.60s: the usual step is %s, and %zu is longer, the first here, up to %s; "
          "windows do not see the difference",
          "column %.60s: the usual step is %s, and %zu are longer, the first here, up to %s; "
          "windows do not see the difference",
          n_gaps),
      column->name, describe_step (median, usual, sizeof usual), n_gaps,
      describe_step (longest, gap, sizeof gap));
  return true;
}

bool
fs_csv_settle_times (const FsGrid *grid, FsFrameBuilder *builder)
{
  FsFrame *frame = builder->frame;
  join_times_of_day (frame, builder);
  if (!join_parts (grid, frame, builder))
    return false;
  for (size_t i = 0; i < frame->n_columns; i++)
    if (frame->columns[i].type == FS_COLUMN_DATE)
      {
        fs_column_check_order (grid, &frame->columns[i], builder);
        if (!tell_gaps (grid, &frame->columns[i], builder))
          return false;
      }
  return true;
}

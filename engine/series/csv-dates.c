/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of dates: the form is decided by the whole column. See csv-column.h. */

#include "engine/base/text.h"
#include "engine/series/csv-column.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-cell.h"
#include "engine/series/csv-date.h"

/* Cells that are looked at to drop the forms that cannot be meant. */
#define N_PROBES 64
#define MAX_TOLD_FAULTS 5

typedef struct
{
  size_t n_ok, n_impossible, n_other;
  size_t n_backwards; /* steps into the past */
  double span;        /* latest − earliest */
} FormCount;

static FormCount
count_form (const FsGrid *grid, size_t index, FsDateForm form, size_t max_cells)
{
  FormCount count = { 0 };
  double previous = NAN, least = INFINITY, most = -INFINITY;
  for (size_t row = 0; row < grid->n_rows && max_cells > 0; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      double seconds;
      if (fs_cell_is_missing (cell, length))
        continue;
      max_cells--;
      switch (fs_date_read (cell, length, form, &seconds))
        {
        case FS_DATE_OK:
          count.n_ok++;
          count.n_backwards += seconds < previous;
          previous = seconds;
          least = fmin (least, seconds);
          most = fmax (most, seconds);
          break;
        case FS_DATE_IMPOSSIBLE:
          count.n_impossible++;
          break;
        case FS_DATE_NOT_OF_FORM:
          count.n_other++;
          break;
        }
    }
  count.span = most - least;
  return count;
}

static bool
is_form (const FormCount *count)
{
  size_t n = count->n_ok + count->n_impossible + count->n_other;
  return count->n_ok > 0 && (double) count->n_other <= FS_MAX_FAULT_SHARE * (double) n;
}

/* Day or month first, for columns where both forms fit: the one with more possible dates, then the
 * one that goes forward in time, then the one that covers less time (days that follow each other are
 * more likely than months that do), then day first. */
static bool
prefers_month_first (const FormCount *day, const FormCount *month, const char **reason)
{
  if (day->n_ok != month->n_ok)
    {
      *reason = FS_WORDS ("the other order would make impossible dates");
      return month->n_ok > day->n_ok;
    }
  if (day->n_backwards != month->n_backwards)
    {
      *reason = FS_WORDS ("every date reads either way; so the rows go forward in time");
      return month->n_backwards < day->n_backwards;
    }
  if (day->span != month->span)
    {
      *reason =
          FS_WORDS ("every date reads either way; so the dates follow each other more closely");
      return month->span < day->span;
    }
  *reason = FS_WORDS ("every date reads either way; the day first is the more common order");
  return false;
}

/* Tells of a column that has dates, but in more than one form. */
static void
tell_mixed_forms (const FsGrid *grid, size_t index, const FsColumn *column, FsFrameBuilder *builder)
{
  size_t n_seen = 0, n_dates = 0;
  for (size_t row = 0; row < grid->n_rows && n_seen < N_PROBES; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      double seconds;
      bool is_date = false;
      if (fs_cell_is_missing (cell, length))
        continue;
      n_seen++;
      for (int form = 0; form < FS_N_DATE_FORMS && !is_date; form++)
        is_date = fs_date_read (cell, length, (FsDateForm) form, &seconds) == FS_DATE_OK;
      n_dates += is_date;
    }
  if (n_dates > 0 && 2 * n_dates >= n_seen)
    fs_builder_warn (builder, 0,
                     "column %s has dates in several forms and is read as words; write them all as "
                     "2020-01-31",
                     column->name);
}

static const char every_date[] = FS_WORDS ("every date is of this form");

static void
decide_form (size_t index, FsDateForm form, const char *reason, FsFrameBuilder *builder)
{
  char what[64];
  snprintf (what, sizeof what, "dates of column %zu", index + 1);
  fs_builder_decide (builder, what, fs_date_form_name (form), "%s", fs_text (reason));
}

static bool
choose_form (const FsGrid *grid,
             size_t index,
             const FsColumn *column,
             FsFrameBuilder *builder,
             FsDateForm *chosen)
{
  FormCount counts[FS_N_DATE_FORMS];
  bool is_possible[FS_N_DATE_FORMS];
  bool is_found = false;
  for (int form = 0; form < FS_N_DATE_FORMS; form++)
    {
      FormCount probe = count_form (grid, index, (FsDateForm) form, N_PROBES);
      is_possible[form] = probe.n_ok + probe.n_impossible > probe.n_other;
      if (is_possible[form])
        counts[form] = count_form (grid, index, (FsDateForm) form, SIZE_MAX);
      is_possible[form] = is_possible[form] && is_form (&counts[form]);
      if (is_possible[form] && (!is_found || counts[form].n_ok > counts[*chosen].n_ok))
        *chosen = (FsDateForm) form;
      is_found = is_found || is_possible[form];
    }
  if (!is_found)
    return false;
  const char *reason = every_date;
  bool is_either = is_possible[FS_DATE_DAY_FIRST] && is_possible[FS_DATE_MONTH_FIRST];
  if (is_possible[FS_DATE_DAY_FIRST] || is_possible[FS_DATE_MONTH_FIRST])
    {
      /* The form that was dropped has impossible days only if it is of the same shape. */
      FormCount day = count_form (grid, index, FS_DATE_DAY_FIRST, SIZE_MAX);
      FormCount month = count_form (grid, index, FS_DATE_MONTH_FIRST, SIZE_MAX);
      *chosen =
          prefers_month_first (&day, &month, &reason) ? FS_DATE_MONTH_FIRST : FS_DATE_DAY_FIRST;
      if (grid->import && grid->import->dates != FS_IMPORT_DATES_AUTO)
        {
          *chosen = grid->import->dates == FS_IMPORT_DATES_MONTH_FIRST ? FS_DATE_MONTH_FIRST
                                                                       : FS_DATE_DAY_FIRST;
          reason = FS_WORDS ("chosen");
        }
      else if (is_either && day.n_ok == month.n_ok)
        fs_builder_warn (builder, grid->lines[0],
                         "column %s: the dates read as day/month as well as month/day; taken as %s",
                         column->name, fs_date_form_name (*chosen));
    }
  decide_form (index, *chosen, reason, builder);
  return true;
}

void
fs_column_take_dates (size_t index, FsColumn *column, FsFrameBuilder *builder)
{
  column->type = FS_COLUMN_DATE;
  decide_form (index, FS_DATE_YEAR_FIRST, every_date, builder);
}

/* No run of four digits: what year is meant had to be guessed. */
static bool
has_short_year (const char *cell, size_t length)
{
  size_t n = 0;
  for (size_t i = 0; i < length && n < 4; i++)
    n = cell[i] >= '0' && cell[i] <= '9' ? n + 1 : 0;
  return n < 4;
}

FsStatus
fs_column_fill_dates (const FsGrid *grid,
                      size_t index,
                      FsColumn *column,
                      FsFrameBuilder *builder,
                      bool *is_filled,
                      FsProblem *problem)
{
  FsDateForm form = FS_DATE_YEAR_FIRST;
  size_t n_faults = 0;
  *is_filled = choose_form (grid, index, column, builder, &form);
  if (!*is_filled)
    {
      tell_mixed_forms (grid, index, column, builder);
      return FS_OK;
    }
  column->type = FS_COLUMN_DATE;
  column->n_missing = 0;
  bool has_told_year = form == FS_DATE_TIME_OF_DAY;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      size_t length;
      const char *cell = fs_grid_cell (grid, row, index, &length);
      double seconds = NAN;
      FsDateResult result = fs_cell_is_missing (cell, length)
                                ? FS_DATE_OK
                                : fs_date_read (cell, length, form, &seconds);
      if (result != FS_DATE_OK)
        {
          seconds = NAN;
          if (n_faults++ < MAX_TOLD_FAULTS)
            fs_builder_warn (
                builder, grid->lines[row],
                result == FS_DATE_IMPOSSIBLE
                    ? FS_WORDS ("column %s: \u201c%.*s\u201d is no day of the calendar")
                    : FS_WORDS ("column %s: \u201c%.*s\u201d is not a date"),
                column->name, (int) (length < 60 ? length : 60), cell);
        }
      if (!has_told_year && !isnan (seconds) && has_short_year (cell, length))
        {
          has_told_year = true;
          fs_builder_warn (builder, grid->lines[row],
                           "column %s: years of two digits (\u201c%.*s\u201d) are taken as 1930 to "
                           "2029",
                           column->name, (int) (length < 40 ? length : 40), cell);
        }
      column->n_missing += isnan (seconds);
      column->numbers[row] = seconds;
    }
  if (n_faults > MAX_TOLD_FAULTS)
    fs_builder_warn (builder, 0, "column %s: %zu cells in all are not dates and count as missing",
                     column->name, n_faults);
  return FS_OK;
}

/* True if the name of a column says time: "date", "timestamp", "unix_time", "ts", "day". */
static bool
is_named_like_time (const char *name)
{
  static const char *const words[] = { "date", "time", "ts", "epoch", "unix", "day", "datum" };
  char lower[64];
  size_t n = strlen (name);
  if (n >= sizeof lower)
    return false;
  for (size_t i = 0; i <= n; i++)
    lower[i] = (char) (name[i] >= 'A' && name[i] <= 'Z' ? name[i] - 'A' + 'a' : name[i]);
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp (lower, words[i]) == 0 || (strlen (words[i]) > 3 && strstr (lower, words[i])))
      return true;
  return false;
}

/* Seconds of the compact form in a whole number, NaN if it is no such day. */
static double
compact_seconds (double number)
{
  char digits[16];
  double seconds;
  if (!(number >= 10000101 && number <= 29991231) || number != floor (number))
    return NAN;
  snprintf (digits, sizeof digits, "%08ld", (long) number);
  return fs_date_read (digits, 8, FS_DATE_COMPACT, &seconds) == FS_DATE_OK ? seconds : NAN;
}

void
fs_column_numbers_to_dates (const FsGrid *grid,
                            size_t index,
                            FsColumn *column,
                            FsFrameBuilder *builder)
{
  size_t n_filled = 0, n_compact = 0, n_seconds = 0, n_milliseconds = 0;
  char what[64];
  bool is_named = is_named_like_time (column->name);
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      double x = column->numbers[row];
      if (isnan (x))
        continue;
      n_filled++;
      n_compact += !isnan (compact_seconds (x));
      n_seconds += x >= 1e8 && x < 1e10;       /* 1973 … 2286 */
      n_milliseconds += x >= 1e11 && x < 1e13; /* 1973 … 2286 */
      if (n_compact < n_filled && n_seconds < n_filled && n_milliseconds < n_filled)
        return;
    }
  /* Random numbers of eight digits are calendar days once in 28 times; three in a row are meant. */
  bool is_compact = n_compact == n_filled && (n_filled >= 3 || is_named);
  if (!is_compact && !is_named)
    return;
  snprintf (what, sizeof what, "dates of column %zu", index + 1);
  if (is_compact)
    fs_builder_decide (builder, what, fs_date_form_name (FS_DATE_COMPACT),
                       "every value is a calendar day in eight digits");
  else
    fs_builder_decide (builder, what,
                       n_seconds == n_filled ? "seconds since 1970" : "milliseconds since 1970",
                       "the column's name says time and every value lies between 1973 and 2286");
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      double *x = &column->numbers[row];
      if (!isnan (*x))
        *x = is_compact ? compact_seconds (*x) : n_seconds == n_filled ? *x : *x / 1000;
    }
  column->type = FS_COLUMN_DATE;
}

void
fs_column_check_order (const FsGrid *grid, const FsColumn *column, FsFrameBuilder *builder)
{
  size_t n_back = 0, n_same = 0, n_steps = 0, first_back = 0, first_same = 0;
  double previous = NAN;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      double now = column->numbers[row];
      if (isnan (now))
        continue;
      if (!isnan (previous))
        {
          n_steps++;
          if (now < previous && n_back++ == 0)
            first_back = row;
          if (now == previous && n_same++ == 0)
            first_same = row;
        }
      previous = now;
    }
  if (n_back > 0 && n_back + n_same == n_steps)
    fs_builder_warn (builder, grid->lines[first_back],
                     "column %s: the newest row comes first; learning needs the oldest first",
                     column->name);
  else if (n_back > 0)
    fs_builder_warn (
        builder, grid->lines[first_back],
        fs_text_count (
            "column %s: the rows are not in order of time (%zu step back, the first here)",
            "column %s: the rows are not in order of time (%zu steps back, the first here)",
            n_back),
        column->name, n_back);
  if (n_same > 0)
    fs_builder_warn (
        builder, grid->lines[first_same],
        fs_text_count ("column %s: %zu row has the same time as the row before, the first here",
                       "column %s: %zu rows have the same time as the row before, the first here",
                       n_same),
        column->name, n_same);
}

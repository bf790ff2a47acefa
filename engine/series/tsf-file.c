/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading .tsf; see tsf-file.h. */

#include "engine/series/tsf-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/at-header.h"
#include "engine/series/cell-table.h"
#include "engine/series/csv-date.h"
#include "engine/series/text-source.h"

#define MAX_ATTRIBUTES 16

/* Series side by side are read into as many columns; more are a list. */
#define MAX_SIDE_BY_SIDE 256

/* Longer names stay out of lists, whose every row would repeat them. */
#define MAX_NAME 64

#define SECONDS_A_DAY 86400

typedef struct
{
  FsSpan name;
  long year, month, day, seconds; /* of the start; year 0 = unknown */
  FsSpan values;
  size_t n;
  size_t line;
} Series;

typedef struct
{
  FsCellTable table;
  FsLines lines;
  FsSpan attributes[MAX_ATTRIBUTES];
  size_t n_attributes, name_index, start_index;
  long n_months, n_seconds; /* from one value to the next; 0 and 0 = unknown */
  FsSpan frequency;
  Series *series;
  size_t n_series;
} Reader;

static FsStatus
malformed (const Reader *r, const char *what)
{
  return fs_problem_at (r->table.problem, FS_MALFORMED, r->table.name, r->lines.line, NULL, "%s",
                        fs_text (what));
}

static void
take_frequency (Reader *r, FsSpan word)
{
  static const struct
  {
    const char *word;
    long n_months, n_seconds;
  } frequencies[] = {
    { "yearly", 12, 0 },        { "quarterly", 3, 0 },    { "monthly", 1, 0 },
    { "weekly", 0, 604800 },    { "daily", 0, 86400 },    { "hourly", 0, 3600 },
    { "half_hourly", 0, 1800 }, { "15_minutes", 0, 900 }, { "10_minutes", 0, 600 },
    { "5_minutes", 0, 300 },    { "minutely", 0, 60 },    { "4_seconds", 0, 4 },
    { "seconds", 0, 1 },
  };
  r->frequency = word;
  for (size_t i = 0; i < sizeof frequencies / sizeof frequencies[0]; i++)
    if (fs_span_is (word, frequencies[i].word))
      {
        r->n_months = frequencies[i].n_months;
        r->n_seconds = frequencies[i].n_seconds;
      }
}

static FsStatus
read_header (Reader *r)
{
  FsSpan line;
  r->name_index = r->start_index = MAX_ATTRIBUTES;
  while (fs_lines_next (&r->lines, &line))
    {
      FsSpan word = fs_span_word (&line);
      if (fs_span_is (word, "@data"))
        return FS_OK;
      if (fs_span_is (word, "@frequency"))
        take_frequency (r, fs_span_word (&line));
      if (!fs_span_is (word, "@attribute"))
        continue;
      if (r->n_attributes == MAX_ATTRIBUTES)
        return malformed (r, "at most 16 attributes can be read");
      FsSpan name = fs_span_word (&line);
      if (fs_span_is (name, "series_name"))
        r->name_index = r->n_attributes;
      else if (fs_span_is (fs_span_word (&line), "date"))
        r->start_index = r->n_attributes;
      r->attributes[r->n_attributes++] = name;
    }
  return malformed (r, "the line @data is missing");
}

/* Digits up to `n_most`, from *at on; -1 if there are none. */
static long
take_number (FsSpan span, size_t *at, int n_most)
{
  long value = 0;
  int n = 0;
  for (; *at < span.n && n < n_most && span.text[*at] >= '0' && span.text[*at] <= '9'; n++)
    value = value * 10 + (span.text[(*at)++] - '0');
  return n > 0 ? value : -1;
}

/* "1979-01-01 00-00-00"; false if it is nothing of the kind. */
static bool
take_start (Series *series, FsSpan span)
{
  long parts[6] = { 0, 1, 1, 0, 0, 0 };
  size_t at = 0;
  for (int i = 0; i < 6 && at < span.n; i++)
    {
      parts[i] = take_number (span, &at, i == 0 ? 4 : 2);
      if (parts[i] < 0)
        return false;
      if (at < span.n && strchr ("- :T/", span.text[at]))
        at++;
    }
  if (at != span.n || parts[0] < 1 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31
      || parts[3] > 24 || parts[4] > 59 || parts[5] > 60)
    return false;
  series->year = parts[0];
  series->month = parts[1];
  series->day = parts[2];
  series->seconds = parts[3] * 3600 + parts[4] * 60 + parts[5];
  return true;
}

static FsStatus
take_series (Reader *r, FsSpan line)
{
  Series series = { .line = r->lines.line };
  if ((r->n_series & (r->n_series - 1)) == 0)
    {
      size_t capacity = r->n_series ? 2 * r->n_series : 1;
      Series *larger = realloc (r->series, capacity * sizeof *larger);
      if (!larger)
        return fs_problem (r->table.problem, FS_OUT_OF_MEMORY, r->table.name, NULL, NULL);
      r->series = larger;
    }
  for (size_t i = 0; i < r->n_attributes; i++)
    {
      if (line.n == 0)
        return malformed (r, "a series has its attributes and its values between colons");
      FsSpan attribute = fs_span_trim (fs_span_cut (&line, ':'));
      if (i == r->name_index)
        series.name = attribute;
      else if (i == r->start_index && !take_start (&series, attribute))
        return malformed (r, "the start of a series is not a date like 2020-01-31 00-00-00");
    }
  series.values = fs_span_trim (line);
  for (size_t i = 0; i < series.values.n; i++)
    series.n += series.values.text[i] == ',';
  series.n += series.values.n > 0;
  if (series.n == 0)
    return malformed (r, "a series without a value");
  r->series[r->n_series++] = series;
  return FS_OK;
}

static bool
has_times (const Reader *r)
{
  return r->start_index < MAX_ATTRIBUTES && (r->n_months > 0 || r->n_seconds > 0);
}

static bool
are_side_by_side (const Reader *r)
{
  const Series *first = &r->series[0];
  for (size_t i = 1; i < r->n_series; i++)
    {
      const Series *s = &r->series[i];
      if (s->n != first->n || s->year != first->year || s->month != first->month
          || s->day != first->day || s->seconds != first->seconds)
        return false;
    }
  return r->n_series <= MAX_SIDE_BY_SIDE;
}

/* Year, month and day of a day since 1970; fs_date_days() is its inverse. */
static void
civil_day (long days, long *year, int *month, int *day)
{
  *year = 1970 + days / 366;
  if (days < 0)
    *year = 1970 + days / 365 - 1;
  while (fs_date_days (*year + 1, 1, 1) <= days)
    (*year)++;
  *month = 1;
  while (*month < 12 && fs_date_days (*year, *month + 1, 1) <= days)
    (*month)++;
  *day = (int) (days - fs_date_days (*year, *month, 1)) + 1;
}

/* The time of value `step`: months keep the day of the month, as far as the month has it. */
static FsStatus
put_time (Reader *r, size_t column, const Series *series, size_t step)
{
  char text[64];
  long year = series->year, seconds = series->seconds;
  int month = (int) series->month, day = (int) series->day;
  if (r->n_months > 0)
    {
      const long months = year * 12 + month - 1 + (long) step * r->n_months;
      year = months / 12;
      month = (int) (months % 12) + 1;
      const long next =
          month == 12 ? fs_date_days (year + 1, 1, 1) : fs_date_days (year, month + 1, 1);
      const int n_days = (int) (next - fs_date_days (year, month, 1));
      day = day < n_days ? day : n_days;
    }
  else
    {
      seconds += (long) step * r->n_seconds;
      civil_day (fs_date_days (year, month, day) + seconds / SECONDS_A_DAY, &year, &month, &day);
      seconds %= SECONDS_A_DAY;
    }
  snprintf (text, sizeof text, "%04ld-%02d-%02d %02ld:%02ld:%02ld", year, month, day,
            seconds / 3600, seconds / 60 % 60, seconds % 60);
  return fs_cell_table_put (&r->table, column, text, strlen (text));
}

static FsStatus
put_value (Reader *r, size_t column, FsSpan *values)
{
  FsSpan value = fs_span_trim (fs_span_cut (values, ','));
  if (value.n == 0 || (value.n == 1 && value.text[0] == '?'))
    return FS_OK;
  return fs_cell_table_put (&r->table, column, value.text, value.n);
}

static FsStatus
add_column (Reader *r, const char *name)
{
  return fs_cell_table_add_column (&r->table, name, strlen (name));
}

static FsStatus
fill_side_by_side (Reader *r)
{
  const size_t first = has_times (r) ? 1 : 0;
  FsStatus status = first ? add_column (r, "time") : FS_OK;
  for (size_t i = 0; i < r->n_series && !status; i++)
    status = r->series[i].name.n > 0
                 ? fs_cell_table_add_column (&r->table, r->series[i].name.text, r->series[i].name.n)
                 : add_column (r, r->n_series == 1 ? "value" : "");
  for (size_t t = 0; t < r->series[0].n && !status; t++)
    {
      status = fs_cell_table_add_row (&r->table, r->series[0].line);
      if (!status && first)
        status = put_time (r, 0, &r->series[0], t);
      for (size_t i = 0; i < r->n_series && !status; i++)
        status = put_value (r, first + i, &r->series[i].values);
    }
  return status;
}

static FsStatus
fill_list (Reader *r)
{
  const size_t value = has_times (r) ? 2 : 1;
  char number[32];
  FsStatus status = add_column (r, "series");
  if (!status && has_times (r))
    status = add_column (r, "time");
  if (!status)
    status = add_column (r, "value");
  for (size_t i = 0; i < r->n_series && !status; i++)
    for (size_t t = 0; t < r->series[i].n && !status; t++)
      {
        const Series *series = &r->series[i];
        snprintf (number, sizeof number, "%zu", i + 1);
        status = fs_cell_table_add_row (&r->table, series->line);
        if (!status)
          status = series->name.n > 0 && series->name.n <= MAX_NAME
                       ? fs_cell_table_put (&r->table, 0, series->name.text, series->name.n)
                       : fs_cell_table_put (&r->table, 0, number, strlen (number));
        if (!status && has_times (r))
          status = put_time (r, 1, series, t);
        if (!status)
          status = put_value (r, value, &r->series[i].values);
      }
  return status;
}

static FsStatus
read_all (Reader *r)
{
  FsSpan line;
  FsStatus status = read_header (r);
  while (!status && fs_lines_next (&r->lines, &line))
    if (line.n > 0 && line.text[0] != '#')
      {
        status = take_series (r, line);
        fs_read_progress (r->table.options, r->lines.at, 2 * r->lines.n);
      }
  if (status)
    return status;
  if (r->n_series == 0)
    return malformed (r, "there is no series behind @data");
  const bool is_wide = are_side_by_side (r);
  fs_builder_decide (
      r->table.builder, "format", "Monash .tsf",
      has_times (r) ? is_wide ? FS_WORDS (
                          "%zu series with times, side by side, for all have one start and length")
                              : FS_WORDS ("%zu series with times, one after the other, for they "
                                          "differ in start or length")
      : is_wide
          ? FS_WORDS ("%zu series without times, side by side, for all have one start and length")
          : FS_WORDS (
              "%zu series without times, one after the other, for they differ in start or length"),
      r->n_series);
  status = is_wide ? fill_side_by_side (r) : fill_list (r);
  return status ? status : fs_cell_table_finish (&r->table);
}

bool
fs_tsf_is (const char *bytes, size_t n_bytes)
{
  return fs_at_format (bytes, n_bytes) == FS_AT_TSF;
}

FsStatus
fs_tsf_read (FsFrameBuilder *builder,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             const FsReadOptions *options,
             FsProblem *problem)
{
  FsTextSource source = { 0 };
  Reader r = { 0 };
  FsStatus status =
      fs_text_source_open (&source, name, bytes, n_bytes, options->import, builder, problem);
  fs_cell_table_init (&r.table, name, source.n_bytes, builder, options, problem);
  r.lines = (FsLines){ source.text, source.n_bytes, 0, 0 };
  if (!status)
    status = read_all (&r);
  free (r.series);
  fs_cell_table_clear (&r.table);
  fs_text_source_close (&source);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading .tsf; see tsf-file.h. */

#include "engine/series/tsf-file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/at-header.h"
#include "engine/series/cell-columns.h"
#include "engine/series/csv-date.h"
#include "engine/series/text-source.h"

#define MAX_ATTRIBUTES 16

/* Series side by side are read into as many columns; more are a list. */
#define MAX_SIDE_BY_SIDE 256

/* Longer names stay out of lists, whose every row would repeat them. */
#define MAX_NAME 64

#define SECONDS_A_DAY 86400
#define ROWS_PER_CHECK 65536

/* Short series are many. What stands in the text is told by its place there. */
typedef struct
{
  uint32_t name, n_name;
  uint32_t values, n_bytes; /* and how many bytes they are */
  uint32_t n;
  uint32_t line;
  int32_t seconds; /* of the start's day */
  int16_t year;    /* 0 = unknown */
  int8_t month, day;
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
  series->year = (int16_t) parts[0];
  series->month = (int8_t) parts[1];
  series->day = (int8_t) parts[2];
  series->seconds = (int32_t) (parts[3] * 3600 + parts[4] * 60 + parts[5]);
  return true;
}

static FsStatus
take_series (Reader *r, FsSpan line)
{
  Series series = { .line = (uint32_t) r->lines.line };
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
        {
          series.name = (uint32_t) (attribute.text - r->lines.text);
          series.n_name = (uint32_t) attribute.n;
        }
      else if (i == r->start_index && !take_start (&series, attribute))
        return malformed (r, "the start of a series is not a date like 2020-01-31 00-00-00");
    }
  const FsSpan values = fs_span_trim (line);
  series.values = (uint32_t) (values.text - r->lines.text);
  series.n_bytes = (uint32_t) values.n;
  for (size_t i = 0; i < values.n; i++)
    series.n += values.text[i] == ',';
  series.n += values.n > 0;
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

#define TIME_SIZE 64

/* The time of value `step`: months keep the day of the month, as far as the month has it. */
static size_t
write_time (const Reader *r, const Series *series, size_t step, char text[TIME_SIZE])
{
  long year = series->year, seconds = series->seconds;
  int month = series->month, day = series->day;
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
  return (size_t) snprintf (text, TIME_SIZE, "%04ld-%02d-%02d %02ld:%02ld:%02ld", year, month, day,
                            seconds / 3600, seconds / 60 % 60, seconds % 60);
}

static FsSpan
values_of (const Reader *r, const Series *series)
{
  return (FsSpan){ r->lines.text + series->values, series->n_bytes };
}

static FsSpan
name_of (const Reader *r, const Series *series)
{
  return (FsSpan){ r->lines.text + series->name, series->n_name };
}

static FsStatus
put_values (Reader *r, const Series *series)
{
  FsSpan values = values_of (r, series);
  FsStatus status = FS_OK;
  for (size_t t = 0; t < series->n && !status; t++)
    {
      const FsSpan value = fs_span_trim (fs_span_cut (&values, ','));
      const bool is_missing = value.n == 0 || (value.n == 1 && value.text[0] == '?');
      status = fs_cell_columns_put (&r->table, is_missing ? NULL : value.text, value.n, 1);
    }
  return status;
}

static FsStatus
add_column (Reader *r, const char *name)
{
  return fs_cell_table_add_column (&r->table, name, strlen (name));
}

/* The times of the first `n` series in seconds; *are_dates = they all can be. */
static FsStatus
read_times (const Reader *r, size_t n, double *seconds, bool *are_dates)
{
  char text[TIME_SIZE];
  *are_dates = true;
  for (size_t i = 0; i < n && *are_dates; i++)
    for (size_t t = 0; t < r->series[i].n && *are_dates; t++)
      {
        const size_t length = write_time (r, &r->series[i], t, text);
        *are_dates = fs_date_read (text, length, FS_DATE_YEAR_FIRST, seconds++) == FS_DATE_OK;
        if (t % ROWS_PER_CHECK == 0 && fs_interrupt_is_requested (r->table.options->interrupt))
          return fs_problem (r->table.problem, FS_INTERRUPTED, r->table.name, NULL, NULL);
      }
  return FS_OK;
}

/* Times that are no dates, like those beyond year 9999, are told as those of any table are. */
static FsStatus
fill_odd_times (Reader *r, size_t n)
{
  char text[TIME_SIZE];
  FsStatus status = fs_cell_columns_begin (&r->table, NULL);
  for (size_t i = 0; i < n && !status; i++)
    for (size_t t = 0; t < r->series[i].n && !status; t++)
      {
        const size_t length = write_time (r, &r->series[i], t, text);
        status = fs_cell_columns_put (&r->table, text, length, 1);
      }
  return status ? status : fs_cell_columns_end (&r->table);
}

static FsStatus
fill_times (Reader *r, size_t n)
{
  bool are_dates = false;
  double *seconds = malloc (r->table.grid.n_rows * sizeof *seconds);
  if (!seconds)
    return fs_problem (r->table.problem, FS_OUT_OF_MEMORY, r->table.name, NULL, NULL);
  FsStatus status = read_times (r, n, seconds, &are_dates);
  if (!status && are_dates)
    return fs_cell_columns_put_dates (&r->table, seconds);
  free (seconds);
  return status ? status : fill_odd_times (r, n);
}

static FsStatus
fill_values (Reader *r, size_t first, size_t n)
{
  FsStatus status = fs_cell_columns_begin (&r->table, r->lines.text);
  for (size_t i = first; i < first + n && !status; i++)
    status = put_values (r, &r->series[i]);
  return status ? status : fs_cell_columns_end (&r->table);
}

static FsStatus
fill_side_by_side (Reader *r)
{
  const size_t n = r->lines.n;
  FsStatus status = has_times (r) ? add_column (r, "time") : FS_OK;
  for (size_t i = 0; i < r->n_series && !status; i++)
    {
      const FsSpan name = name_of (r, &r->series[i]);
      status = name.n > 0 ? fs_cell_table_add_column (&r->table, name.text, name.n)
                          : add_column (r, r->n_series == 1 ? "value" : "");
    }
  if (!status)
    status = fs_cell_columns_add_rows (&r->table, r->series[0].line, r->series[0].n);
  if (!status && has_times (r))
    status = fill_times (r, 1);
  for (size_t i = 0; i < r->n_series && !status; i++)
    {
      status = fill_values (r, i, 1);
      fs_read_progress (r->table.options, n + n * (i + 1) / r->n_series, 2 * n);
    }
  return status;
}

static FsStatus
fill_names (Reader *r)
{
  char number[32];
  FsStatus status = fs_cell_columns_begin (&r->table, NULL);
  for (size_t i = 0; i < r->n_series && !status; i++)
    {
      FsSpan name = name_of (r, &r->series[i]);
      if (name.n == 0 || name.n > MAX_NAME)
        name = (FsSpan){ number, (size_t) snprintf (number, sizeof number, "%zu", i + 1) };
      status = fs_cell_columns_put (&r->table, name.text, name.n, r->series[i].n);
    }
  return status ? status : fs_cell_columns_end (&r->table);
}

static FsStatus
fill_list (Reader *r)
{
  FsStatus status = add_column (r, "series");
  if (!status && has_times (r))
    status = add_column (r, "time");
  if (!status)
    status = add_column (r, "value");
  for (size_t i = 0; i < r->n_series && !status; i++)
    status = fs_cell_columns_add_rows (&r->table, r->series[i].line, r->series[i].n);
  if (!status)
    status = fill_names (r);
  if (!status && has_times (r))
    status = fill_times (r, r->n_series);
  return status ? status : fill_values (r, 0, r->n_series);
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
  return status ? status : fs_cell_columns_finish (&r->table);
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

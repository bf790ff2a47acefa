/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Further inputs: of the past of one column, of the date, or waves of a known period. Row t knows rows
 * up to t alone, and rows whose past is too short are lost. The arithmetic of rolling values and
 * indicators is in indicators.c. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/prepare/indicators.h"
#include "engine/series/csv-date.h"

#define TURN 6.283185307179586476925 /* 2 π */
#define SECONDS_A_DAY 86400.0

/* numbers: [3] the channels it is made of (column, high, low). */

static FsStatus
find_channel (const FsTable *table, const char *name, size_t *channel, FsProblem *problem)
{
  for (*channel = 0; *channel < table->n_channels; (*channel)++)
    if (!name[0] || strcmp (table->names[*channel], name) == 0)
      return FS_OK;
  return fs_problem (problem, FS_NOT_FOUND, "prepare", name,
                     "a feature is made of the target, of one of data.inputs, or of an earlier "
                     "feature");
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const FsStepSpec *spec = &step->spec;
  size_t channels[3] = { 0, 0, 0 };
  FsStatus status = fs_step_allocate (step, 3, problem);
  if (!status)
    status = find_channel (table, spec->feature_column, &channels[0], problem);
  if (!status && spec->feature_method == FS_FEATURE_ATR)
    {
      if (!spec->feature_high[0] || !spec->feature_low[0])
        return fs_problem (problem, FS_NOT_FOUND, "prepare", "atr",
                           "the true range needs \u201chigh\u201d and \u201clow\u201d, two of "
                           "data.inputs");
      status = find_channel (table, spec->feature_high, &channels[1], problem);
      if (!status)
        status = find_channel (table, spec->feature_low, &channels[2], problem);
    }
  if (!status && spec->feature_method == FS_FEATURE_CALENDAR && !(table->has_dates && table->times))
    status = fs_problem (problem, FS_NOT_FOUND, "data.time", NULL,
                         "the calendar needs a column of dates");
  for (int i = 0; i < 3 && !status; i++)
    step->numbers[i] = (double) channels[i];
  return status;
}

/* The step's results of rows of one run, in arrays that begin with the run. */
typedef struct
{
  double *x, *high, *low;    /* [n_rows] */
  double *y[FS_MAX_RESULTS]; /* [n_rows] */
} Work;

static size_t
take_change (FsFeatureMethod method, const double *x, size_t n, size_t lag, double *y)
{
  const size_t leading = lag < n ? lag : n;
  for (size_t t = leading; t < n; t++)
    {
      const double past = x[t - lag];
      if (method == FS_FEATURE_LAG)
        y[t] = past;
      else if (method == FS_FEATURE_RETURN)
        y[t] = past != 0 ? x[t] / past - 1 : NAN;
      else
        y[t] = past > 0 && x[t] > 0 ? log (x[t]) - log (past) : NAN;
    }
  return leading;
}

static size_t
compute_run (const FsStepSpec *spec, const Work *work, size_t n)
{
  const size_t length = (size_t) spec->feature_length;
  switch (spec->feature_method)
    {
    case FS_FEATURE_LAG:
    case FS_FEATURE_RETURN:
    case FS_FEATURE_LOG_RETURN:
      return take_change (spec->feature_method, work->x, n, (size_t) spec->lag, work->y[0]);
    case FS_FEATURE_MEAN:
    case FS_FEATURE_SD:
    case FS_FEATURE_MIN:
    case FS_FEATURE_MAX:
      return fs_indicator_rolling (spec->feature_method, work->x, n, length, work->y[0]);
    case FS_FEATURE_EWMA:
      return fs_indicator_ewma (work->x, n, length, work->y[0]);
    case FS_FEATURE_RSI:
      return fs_indicator_rsi (work->x, n, length, work->y[0]);
    case FS_FEATURE_MACD:
      return fs_indicator_macd (work->x, n, work->y);
    case FS_FEATURE_BOLLINGER:
      return fs_indicator_bollinger (work->x, n, length, work->y);
    case FS_FEATURE_VOLATILITY:
      return fs_indicator_volatility (work->x, n, length, work->y[0]);
    case FS_FEATURE_ATR:
      return fs_indicator_atr (work->high, work->low, work->x, n, length, work->y[0]);
    case FS_FEATURE_CALENDAR:
    case FS_FEATURE_FOURIER:
      break;
    }
  return 0;
}

/* Year, month and day of a day since 1970 (proleptic Gregorian), by search: fs_date_days() is its
 * inverse. */
static void
civil_day (long days, long *year, int *month, int *day)
{
  *year = 1970 + (long) floor ((double) days / 365.2425);
  while (fs_date_days (*year, 1, 1) > days)
    (*year)--;
  while (fs_date_days (*year + 1, 1, 1) <= days)
    (*year)++;
  *month = 1;
  while (*month < 12 && fs_date_days (*year, *month + 1, 1) <= days)
    (*month)++;
  *day = (int) (days - fs_date_days (*year, *month, 1)) + 1;
}

/* Where in its cycle a moment lies, from 0 to below 1. */
static double
cycle_share (FsCycle cycle, double seconds)
{
  const double day_start = floor (seconds / SECONDS_A_DAY),
               in_day = seconds - day_start * SECONDS_A_DAY;
  const long days = (long) day_start;
  long year;
  int month, day;
  switch (cycle)
    {
    case FS_CYCLE_MINUTE:
      return floor (fmod (in_day, 3600) / 60) / 60;
    case FS_CYCLE_HOUR:
      return floor (in_day / 3600) / 24;
    case FS_CYCLE_WEEKDAY: /* 1970-01-01 was a Thursday */
      return (double) (((days + 3) % 7 + 7) % 7) / 7;
    case FS_CYCLE_MONTH_DAY:
    case FS_CYCLE_MONTH:
    case FS_CYCLE_YEAR_DAY:
      break;
    }
  civil_day (days, &year, &month, &day);
  const long month_start = fs_date_days (year, month, 1), year_start = fs_date_days (year, 1, 1);
  const long next_month =
      month == 12 ? fs_date_days (year + 1, 1, 1) : fs_date_days (year, month + 1, 1);
  if (cycle == FS_CYCLE_MONTH)
    return (month - 1) / 12.0;
  if (cycle == FS_CYCLE_MONTH_DAY)
    return (day - 1) / (double) (next_month - month_start);
  return (double) (days - year_start) / (double) (fs_date_days (year + 1, 1, 1) - year_start);
}

/* sin and cos of one turn a cycle, or of k turns a period; the sine of half the period is always 0 and
 * left out. */
static size_t
count_waves (const FsStepSpec *spec)
{
  size_t n = 0;
  if (spec->feature_method == FS_FEATURE_CALENDAR)
    return 2;
  for (int64_t k = 1; k <= spec->feature_order; k++)
    n += 2 * (double) k == spec->feature_period ? 1 : 2;
  return n;
}

static FsStatus
add_waves (const FsStep *step, FsTable *table, FsProblem *problem)
{
  static const char *const cycles[] = { "minute",    "hour",  "weekday",
                                        "month-day", "month", "year-day" };
  const FsStepSpec *spec = &step->spec;
  const bool is_calendar = spec->feature_method == FS_FEATURE_CALENDAR;
  const int64_t order = is_calendar ? 1 : spec->feature_order;
  size_t c = table->n_channels;
  FsStatus status = fs_table_add_channels (table, count_waves (spec), problem);
  for (int64_t k = 1; k <= order && !status; k++)
    for (int is_cosine = 0; is_cosine < 2; is_cosine++)
      {
        if (!is_calendar && !is_cosine && 2 * (double) k == spec->feature_period)
          continue;
        const char *wave = is_cosine ? "cos" : "sin";
        if (is_calendar)
          fs_table_name_channel (table, c, "%s %s", cycles[spec->feature_cycle], wave);
        else
          fs_table_name_channel (table, c, "%s %d of %.0f", wave, (int) k, spec->feature_period);
        for (size_t t = 0; t < table->n_rows; t++)
          {
            const double share = is_calendar ? cycle_share (spec->feature_cycle, table->times[t])
                                             : (double) k * (double) t / spec->feature_period;
            table->values[t * table->n_channels + c] =
                is_cosine ? cos (TURN * share) : sin (TURN * share);
          }
        c++;
      }
  return status;
}

/* Names of the results, after the column's. */
static size_t
name_results (const FsStepSpec *spec, const char *const **names)
{
  static const char *const plain[][1] = {
    [FS_FEATURE_LAG] = { "lag" },
    [FS_FEATURE_MEAN] = { "mean" },
    [FS_FEATURE_SD] = { "sd" },
    [FS_FEATURE_MIN] = { "min" },
    [FS_FEATURE_MAX] = { "max" },
    [FS_FEATURE_EWMA] = { "ewma" },
    [FS_FEATURE_RETURN] = { "return" },
    [FS_FEATURE_LOG_RETURN] = { "log return" },
    [FS_FEATURE_RSI] = { "rsi" },
    [FS_FEATURE_ATR] = { "atr" },
    [FS_FEATURE_VOLATILITY] = { "volatility" },
  };
  static const char *const macd[] = { "macd", "macd signal", "macd histogram" };
  static const char *const bands[] = { "middle band", "upper band", "lower band" };
  if (spec->feature_method == FS_FEATURE_MACD || spec->feature_method == FS_FEATURE_BOLLINGER)
    {
      *names = spec->feature_method == FS_FEATURE_MACD ? macd : bands;
      return 3;
    }
  *names = plain[spec->feature_method];
  return 1;
}

static bool
uses_lag (const FsStepSpec *spec)
{
  return spec->feature_method == FS_FEATURE_LAG || spec->feature_method == FS_FEATURE_RETURN
         || spec->feature_method == FS_FEATURE_LOG_RETURN;
}

static FsStatus
add_channels (const FsStep *step, FsTable *table, FsProblem *problem)
{
  const char *const *names;
  const FsStepSpec *spec = &step->spec;
  const size_t first = table->n_channels, n = name_results (spec, &names);
  const size_t source = (size_t) step->numbers[0];
  FsStatus status = fs_table_add_channels (table, n, problem);
  for (size_t k = 0; k < n && !status; k++)
    if (spec->feature_method == FS_FEATURE_MACD)
      fs_table_name_channel (table, first + k, "%.200s %s", table->names[source], names[k]);
    else
      fs_table_name_channel (table, first + k, "%.200s %s %lld", table->names[source], names[k],
                             (long long) (uses_lag (spec) ? spec->lag : spec->feature_length));
  return status;
}

static void
fill_runs (const FsStep *step, FsTable *table, size_t first, const Work *work)
{
  const size_t n_channels = table->n_channels;
  size_t begin, end = 0;
  while (fs_table_next_run (table, &begin, &end))
    {
      for (size_t t = begin; t < end; t++)
        {
          const double *row = table->values + t * n_channels;
          work->x[t - begin] = row[(size_t) step->numbers[0]];
          work->high[t - begin] = row[(size_t) step->numbers[1]];
          work->low[t - begin] = row[(size_t) step->numbers[2]];
        }
      const size_t leading = compute_run (&step->spec, work, end - begin);
      for (size_t t = begin; t < end; t++)
        {
          table->is_lost[t] = t - begin < leading;
          for (size_t c = first; c < n_channels; c++)
            table->values[t * n_channels + c] = work->y[c - first][t - begin];
        }
    }
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t first = table->n_channels, n = table->n_rows;
  if (step->spec.feature_method == FS_FEATURE_CALENDAR
      || step->spec.feature_method == FS_FEATURE_FOURIER)
    return add_waves (step, table, problem);
  FsStatus status = fs_table_allow_loss (table, problem);
  if (!status)
    status = add_channels (step, table, problem);
  if (status)
    return status;
  double *block = calloc (6 * n + 1, sizeof *block);
  if (!block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  const Work work = {
    block, block + n, block + 2 * n, { block + 3 * n, block + 4 * n, block + 5 * n }
  };
  fill_runs (step, table, first, &work);
  free (block);
  return status;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  const FsStepSpec *spec = &step->spec;
  const char *const *names;
  if (spec->feature_method == FS_FEATURE_CALENDAR)
    snprintf (buffer, size, fs_text ("feature: the date as a point on a circle, 2 inputs"));
  else if (spec->feature_method == FS_FEATURE_FOURIER)
    snprintf (buffer, size, fs_text ("feature: waves of %.0f rows, %zu inputs"),
              spec->feature_period, count_waves (spec));
  else
    {
      const size_t n = name_results (spec, &names);
      snprintf (buffer, size, fs_text ("feature: %s of %s, %zu %s"), names[0],
                spec->feature_column[0] ? spec->feature_column : fs_text ("the target"), n,
                fs_text_count ("input", "inputs", n));
    }
}

const FsStepOperations fs_step_feature = {
  .fit = fit,
  .apply = apply,
  .invert = NULL,
  .describe = describe,
};

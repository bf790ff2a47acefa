/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ticks and the writing of numbers. Numbers are written from whole digits rather than by printf's
 * %f: a chart looks the same in any locale until the program has chosen a language. */

#include "ui/chart/chart-ticks.h"

#include "ui/text.h"
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MINUS "\u2212"
#define DAY 86400.0

/* So much more than the wanted number of ticks is better than half of it. */
#define GENEROSITY 1.25

/* Beyond these years a date on an axis is a mistake in the data; it is shown as a number. */
#define LAST_YEAR 99999

/* -- Numbers ------------------------------------------------------------------------------------ */

static double
power_of_ten (int exponent)
{
  return pow (10, exponent);
}

/* value × 10^decimals must fit 64 bits; the callers' ranges see to it. */
static int
write_fixed (double value, int decimals, bool strips_zeros, char *text, size_t size)
{
  int64_t scaled = (int64_t) llround (fabs (value) * power_of_ten (decimals));
  if (strips_zeros)
    for (; decimals > 0 && scaled % 10 == 0; decimals--)
      scaled /= 10;
  const char *sign = value < 0 && scaled != 0 ? MINUS : "";
  if (decimals == 0)
    return snprintf (text, size, "%s%" PRId64, sign, scaled);
  int64_t unit = 1;
  for (int i = 0; i < decimals; i++)
    unit *= 10;
  return snprintf (text, size, "%s%" PRId64 "%s%0*" PRId64, sign, scaled / unit,
                   fs_text_decimal_mark (), decimals, scaled % unit);
}

static void
write_exponent (int exponent, char *text, size_t size)
{
  snprintf (text, size, "e%s%d", exponent < 0 ? MINUS : "", exponent < 0 ? -exponent : exponent);
}

/* "1.2e−7": a mantissa of at most `decimals` after the point. */
static void
write_scientific (double value, int exponent, int decimals, char *text, size_t size)
{
  /* In two steps, because 10^-320 has no reciprocal. */
  double mantissa = value / power_of_ten (exponent / 2) / power_of_ten (exponent - exponent / 2);
  if (fabs (mantissa) >= 10 - 0.5 * power_of_ten (-decimals))
    {
      mantissa /= 10;
      exponent++;
    }
  int length = write_fixed (mantissa, decimals, true, text, size);
  if (length > 0 && (size_t) length < size)
    write_exponent (exponent, text + length, size - (size_t) length);
}

char *
fs_chart_format_value (double value, char label[FS_CHART_LABEL_SIZE])
{
  if (isnan (value))
    return strcpy (label, _ ("no value"));
  if (isinf (value))
    return strcpy (label, value < 0 ? MINUS "∞" : "∞");
  if (value == 0)
    return strcpy (label, "0");
  int exponent = (int) floor (log10 (fabs (value)));
  if (exponent < -4 || exponent > 6)
    write_scientific (value, exponent, 2, label, FS_CHART_LABEL_SIZE);
  else
    write_fixed (value, exponent < 2 ? 2 - exponent : 0, true, label, FS_CHART_LABEL_SIZE);
  return label;
}

/* Labels of one axis agree on their unit and decimals, which follow from the step. */
static void
label_linear_ticks (FsChartTick *ticks, size_t n, double step)
{
  static const struct
  {
    double above, unit;
    const char *suffix;
  } units[] = { { 1e4, 1e3, "k" }, { 1e6, 1e6, "M" }, { 1e9, 1e9, "G" } };
  double most = 0, unit = 1;
  const char *suffix = "";
  for (size_t i = 0; i < n; i++)
    most = fmax (most, fabs (ticks[i].value));
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
    if (most >= units[i].above)
      {
        unit = units[i].unit;
        suffix = units[i].suffix;
      }

  int decimals = (int) fmax (0, -floor (log10 (step / unit) + 1e-9));
  int exponent = most > 0 ? (int) floor (log10 (most) + 1e-9) : 0;
  int digits = exponent - (int) floor (log10 (step) + 1e-9);
  bool is_scientific = most >= 1e13 || most < 1e-4 || decimals > 9;
  for (size_t i = 0; i < n; i++)
    {
      char *label = ticks[i].label;
      if (ticks[i].value == 0)
        strcpy (label, "0");
      else if (is_scientific)
        write_scientific (ticks[i].value, (int) floor (log10 (fabs (ticks[i].value)) + 1e-9),
                          digits < 0 ? 0 : (digits > 15 ? 15 : digits), label, FS_CHART_LABEL_SIZE);
      else
        {
          int length =
              write_fixed (ticks[i].value / unit, decimals, false, label, FS_CHART_LABEL_SIZE);
          snprintf (label + length, FS_CHART_LABEL_SIZE - (size_t) length, "%s", suffix);
        }
    }
}

/* -- Linear and logarithmic --------------------------------------------------------------------- */

static double
nice_step (double width, size_t wanted)
{
  double rough = width / (double) wanted;
  double power = power_of_ten ((int) floor (log10 (rough)));
  double digit = rough / power;
  return power
         * (digit <= GENEROSITY       ? 1
            : digit <= 2 * GENEROSITY ? 2
            : digit <= 5 * GENEROSITY ? 5
                                      : 10);
}

static size_t
linear_ticks (FsChartRange range, size_t wanted, bool whole_only, FsChartTick *ticks)
{
  double width = range.high - range.low;
  double step = nice_step (width, wanted);
  if (whole_only && step < 1)
    step = 1;
  double slack = step * 1e-6; /* a tick at the very end counts in spite of rounding */
  double first = ceil ((range.low - slack) / step);
  size_t n = 0;
  for (; n < FS_CHART_MAX_TICKS && (first + (double) n) * step <= range.high + slack; n++)
    ticks[n].value = (first + (double) n) * step;
  label_linear_ticks (ticks, n, step);
  return n;
}

static void
label_log_tick (FsChartTick *tick, int exponent, int digit)
{
  if (exponent >= -4 && exponent <= 4)
    write_fixed (tick->value, exponent < 0 ? -exponent : 0, false, tick->label, sizeof tick->label);
  else
    {
      int length = snprintf (tick->label, sizeof tick->label, "%d", digit);
      write_exponent (exponent, tick->label + length, sizeof tick->label - (size_t) length);
    }
}

static size_t
log_ticks (FsChartRange range, size_t wanted, FsChartTick *ticks)
{
  static const int digits_of[3][3] = { { 1 }, { 1, 3 }, { 1, 2, 5 } };
  double n_decades = log10 (range.high) - log10 (range.low);
  int level = 3 * n_decades <= (double) wanted + 1 ? 3 : 2 * n_decades <= (double) wanted ? 2 : 1;
  int stride = level > 1 ? 1 : (int) fmax (1, ceil (n_decades / (double) wanted));
  int exponent = (int) floor (log10 (range.low)) - 1;
  int last = (int) ceil (log10 (range.high)) + 1;
  size_t n = 0;

  exponent = (int) floor ((double) exponent / stride) * stride;
  for (; exponent <= last; exponent += stride)
    for (int i = 0; i < level && n < FS_CHART_MAX_TICKS; i++)
      {
        int digit = digits_of[level - 1][i];
        double value = digit * power_of_ten (exponent);
        if (value < range.low * (1 - 1e-9) || value > range.high * (1 + 1e-9) || value == 0)
          continue;
        ticks[n].value = value;
        label_log_tick (&ticks[n++], exponent, digit);
      }
  /* Less than a decade may hold a single 1, 2 or 5, which tells nobody the scale. */
  return n < 3 && n_decades < 1 ? linear_ticks (range, wanted, false, ticks) : n;
}

/* -- Time --------------------------------------------------------------------------------------- */

/* Whole 400-year cycles of 146,097 days make the rest small and positive; a year that starts in
 * March puts the leap day at its end, where a month's first day is (153 m + 2) / 5. */
static int64_t
days_from_date (int64_t year, int month, int day)
{
  year += (month - 1 - ((month - 1) % 12 + 12) % 12) / 12;
  month = ((month - 1) % 12 + 12) % 12 + 1;
  if (month <= 2)
    year--;
  int64_t cycle = (year >= 0 ? year : year - 399) / 400;
  int64_t year_of_cycle = year - cycle * 400;
  int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int64_t day_of_cycle =
      year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
  return cycle * 146097 + day_of_cycle - 719468; /* 719,468 days from 0000-03-01 to 1970-01-01 */
}

double
fs_chart_time_from_date (int year, int month, int day)
{
  return (double) days_from_date (year, month, day) * DAY;
}

void
fs_chart_date_from_time (double seconds, int *year, int *month, int *day)
{
  double limit = (double) days_from_date (LAST_YEAR, 12, 31);
  int64_t days = (int64_t) fmin (fmax (floor (seconds / DAY), -limit), limit) + 719468;
  int64_t cycle = (days >= 0 ? days : days - 146096) / 146097;
  int64_t day_of_cycle = days - cycle * 146097;
  int64_t year_of_cycle =
      (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
  int64_t day_of_year =
      day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
  int64_t march_month = (5 * day_of_year + 2) / 153;
  *day = (int) (day_of_year - (153 * march_month + 2) / 5 + 1);
  *month = (int) (march_month < 10 ? march_month + 3 : march_month - 9);
  *year = (int) (year_of_cycle + cycle * 400 + (*month <= 2));
}

static bool
is_date (double seconds)
{
  return isfinite (seconds) && fabs (seconds) < (double) days_from_date (LAST_YEAR, 1, 1) * DAY;
}

/* Rounded to the second first, or 23:59:59.9999 becomes 23:59:60. */
static void
split_time (double seconds, int *year, int *month, int *day, int *hour, int *minute, int *second)
{
  double whole = floor (seconds + 0.5);
  fs_chart_date_from_time (whole, year, month, day);
  int rest = (int) (whole - floor (whole / DAY) * DAY);
  *hour = rest / 3600;
  *minute = rest / 60 % 60;
  *second = rest % 60;
}

char *
fs_chart_format_time (double seconds, char label[FS_CHART_LABEL_SIZE])
{
  if (!is_date (seconds))
    return fs_chart_format_value (seconds, label);
  int year, month, day, hour, minute, second;
  split_time (seconds, &year, &month, &day, &hour, &minute, &second);
  int length = snprintf (label, FS_CHART_LABEL_SIZE, "%04d-%02d-%02d", year, month, day);
  size_t rest = FS_CHART_LABEL_SIZE - (size_t) length;
  if (second != 0)
    snprintf (label + length, rest, " %02d:%02d:%02d", hour, minute, second);
  else if (hour != 0 || minute != 0)
    snprintf (label + length, rest, " %02d:%02d", hour, minute);
  return label;
}

typedef enum
{
  UNIT_SECOND,
  UNIT_DAY,
  UNIT_MONTH
} TimeUnit;

typedef struct
{
  TimeUnit unit;
  int count;
  double seconds; /* about */
} TimeStep;

static const TimeStep time_steps[] = {
  { UNIT_SECOND, 1, 1 },
  { UNIT_SECOND, 2, 2 },
  { UNIT_SECOND, 5, 5 },
  { UNIT_SECOND, 10, 10 },
  { UNIT_SECOND, 30, 30 },
  { UNIT_SECOND, 60, 60 },
  { UNIT_SECOND, 120, 120 },
  { UNIT_SECOND, 300, 300 },
  { UNIT_SECOND, 600, 600 },
  { UNIT_SECOND, 1800, 1800 },
  { UNIT_SECOND, 3600, 3600 },
  { UNIT_SECOND, 7200, 7200 },
  { UNIT_SECOND, 10800, 10800 },
  { UNIT_SECOND, 21600, 21600 },
  { UNIT_SECOND, 43200, 43200 },
  { UNIT_DAY, 1, DAY },
  { UNIT_DAY, 2, 2 * DAY },
  { UNIT_DAY, 7, 7 * DAY },
  { UNIT_DAY, 14, 14 * DAY },
  { UNIT_MONTH, 1, 30.44 * DAY },
  { UNIT_MONTH, 3, 91.3 * DAY },
  { UNIT_MONTH, 6, 182.6 * DAY },
  { UNIT_MONTH, 12, 365.25 * DAY },
  { UNIT_MONTH, 24, 730.5 * DAY },
};

static TimeStep
choose_time_step (double width, size_t wanted)
{
  for (size_t i = 0; i < sizeof time_steps / sizeof time_steps[0]; i++)
    if (width / time_steps[i].seconds <= GENEROSITY * (double) wanted)
      return time_steps[i];
  double years = fmax (1, nice_step (width / (365.25 * DAY), wanted));
  return (TimeStep){ UNIT_MONTH, (int) fmin (years, LAST_YEAR) * 12, years * 365.25 * DAY };
}

/* The first tick tells the whole context, the others what changed since the one before. */
static void
label_time_tick (FsChartTick *tick, TimeStep step, bool is_first)
{
  static const char *months[] = { N_ ("Jan"), N_ ("Feb"), N_ ("Mar"), N_ ("Apr"),
                                  N_ ("May"), N_ ("Jun"), N_ ("Jul"), N_ ("Aug"),
                                  N_ ("Sep"), N_ ("Oct"), N_ ("Nov"), N_ ("Dec") };
  int year, month, day, hour, minute, second;
  char *label = tick->label;
  size_t size = sizeof tick->label;
  split_time (tick->value, &year, &month, &day, &hour, &minute, &second);
  const char *name = _ (months[month - 1]);
  bool is_midnight = hour == 0 && minute == 0 && second == 0;
  if (step.unit == UNIT_MONTH && (month == 1 || step.count % 12 == 0))
    snprintf (label, size, "%d", year);
  else if (step.unit == UNIT_MONTH)
    snprintf (label, size, is_first ? "%s %d" : "%s", name, year);
  else if (step.unit == UNIT_DAY && is_first)
    snprintf (label, size, "%s %d, %d", name, day, year);
  else if (step.unit == UNIT_DAY || is_midnight)
    snprintf (label, size, "%s %d", name, day);
  else if (is_first)
    snprintf (label, size, "%s %d %02d:%02d", name, day, hour, minute);
  else if (step.count < 60)
    snprintf (label, size, "%02d:%02d:%02d", hour, minute, second);
  else
    snprintf (label, size, "%02d:%02d", hour, minute);
}

static size_t
time_ticks (FsChartRange range, size_t wanted, FsChartTick *ticks)
{
  if (!is_date (range.low) || !is_date (range.high))
    return linear_ticks (range, wanted, false, ticks);
  TimeStep step = choose_time_step (range.high - range.low, wanted);
  int year, month, day;
  fs_chart_date_from_time (range.low, &year, &month, &day);
  int64_t
      at; /* in months since year 0, in days since 1970 (Mondays are 4 modulo 7), or in seconds */
  double unit = step.unit == UNIT_DAY ? DAY : 1;
  if (step.unit == UNIT_MONTH)
    at = (int64_t) floor (((double) year * 12 + month - 1) / step.count) * step.count;
  else if (step.unit == UNIT_DAY && step.count >= 7)
    at = (int64_t) floor ((range.low / DAY - 4) / step.count) * step.count + 4;
  else
    at = (int64_t) floor (range.low / unit / step.count) * step.count;

  size_t n = 0;
  for (; n < FS_CHART_MAX_TICKS; at += step.count)
    {
      double value = step.unit == UNIT_MONTH ? (double) days_from_date (0, (int) at + 1, 1) * DAY
                                             : (double) at * unit;
      if (value > range.high)
        break;
      if (value < range.low)
        continue;
      ticks[n].value = value;
      label_time_tick (&ticks[n], step, n == 0);
      n++;
    }
  return n;
}

size_t
fs_chart_ticks (const FsChartAxis *axis,
                size_t wanted,
                bool whole_only,
                FsChartTick ticks[FS_CHART_MAX_TICKS])
{
  FsChartRange range = fs_chart_range_widen (axis->range, axis->scale);
  wanted = wanted < 1 ? 1 : (wanted > FS_CHART_MAX_TICKS / 2 ? FS_CHART_MAX_TICKS / 2 : wanted);
  if (axis->scale == FS_CHART_LOG)
    return log_ticks (range, wanted, ticks);
  if (axis->scale == FS_CHART_TIME)
    return time_ticks (range, wanted, ticks);
  return linear_ticks (range, wanted, whole_only, ticks);
}

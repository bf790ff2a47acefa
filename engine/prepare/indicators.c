/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rolling statistics and indicators; see indicators.h. */

#include "engine/prepare/indicators.h"

#include <math.h>

#define MACD_FAST 12
#define MACD_SLOW 26
#define MACD_SIGNAL 9
#define BOLLINGER_REACH 2.0

/* Gains and losses together below this are none, and the index is 0. */
#define NO_MOVE 1e-14

/* The leading rows that have no value; returns how many there are. */
static size_t
blank (double *y, size_t n, size_t n_leading)
{
  const size_t end = n_leading < n ? n_leading : n;
  for (size_t t = 0; t < end; t++)
    y[t] = NAN;
  return end;
}

static double
mean_of (const double *x, size_t n)
{
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    sum += x[i];
  return sum / (double) n;
}

/* √(Σ (x − mean)² / (n − ddof)), in two passes: nothing is lost above a large offset. */
static double
deviation_of (const double *x, size_t n, double mean, size_t ddof)
{
  double squares = 0;
  for (size_t i = 0; i < n; i++)
    squares += (x[i] - mean) * (x[i] - mean);
  return n > ddof ? sqrt (squares / (double) (n - ddof)) : NAN;
}

/* NaN if one of them is: fmin() would pass over it. */
static double
extreme_of (const double *x, size_t n, bool is_max)
{
  double best = x[0];
  for (size_t i = 1; i < n && !isnan (best); i++)
    if (isnan (x[i]) || (is_max ? x[i] > best : x[i] < best))
      best = x[i];
  return best;
}

size_t
fs_indicator_rolling (FsFeatureMethod which, const double *x, size_t n, size_t length, double *y)
{
  const size_t leading = blank (y, n, length - 1);
  for (size_t t = leading; t < n; t++)
    {
      const double *window = x + t + 1 - length;
      if (which == FS_FEATURE_MEAN)
        y[t] = mean_of (window, length);
      else if (which == FS_FEATURE_SD)
        y[t] = deviation_of (window, length, mean_of (window, length), 1);
      else
        y[t] = extreme_of (window, length, which == FS_FEATURE_MAX);
    }
  return leading;
}

/* y(t) = Σ (1−α)^i x(t−i) / Σ (1−α)^i with α = 2 / (span + 1). */
size_t
fs_indicator_ewma (const double *x, size_t n, size_t span, double *y)
{
  const double keep = 1 - 2 / ((double) span + 1);
  double sum = 0, weight = 0;
  for (size_t t = 0; t < n; t++)
    {
      sum = keep * sum + x[t];
      weight = keep * weight + 1;
      y[t] = sum / weight;
    }
  return 0;
}

/* Wilder's mean: the first is that of `length` values, then (previous · (length − 1) + x) / length. */
static double
wilder (double previous, double x, size_t length)
{
  return (previous * (double) (length - 1) + x) / (double) length;
}

size_t
fs_indicator_rsi (const double *x, size_t n, size_t length, double *y)
{
  const size_t leading = blank (y, n, length);
  double gain = 0, loss = 0;
  for (size_t t = 1; t < n; t++)
    {
      const double change = x[t] - x[t - 1];
      const double up = change > 0 ? change : change < 0 ? 0 : change;
      const double down = change < 0 ? -change : change > 0 ? 0 : change;
      if (t <= length)
        {
          gain += up / (double) length;
          loss += down / (double) length;
        }
      else
        {
          gain = wilder (gain, up, length);
          loss = wilder (loss, down, length);
        }
      if (t >= length)
        y[t] = gain + loss < NO_MOVE ? 0 : 100 * gain / (gain + loss);
    }
  return leading;
}

/* The fading mean of `length` that begins with the plain mean of x[first − length + 1 … first]. */
static void
seeded_mean (const double *x, size_t n, size_t length, size_t first, double *y)
{
  const double share = 2 / ((double) length + 1);
  blank (y, n, first);
  if (first >= n)
    return;
  y[first] = mean_of (x + first + 1 - length, length);
  for (size_t t = first + 1; t < n; t++)
    y[t] = (x[t] - y[t - 1]) * share + y[t - 1];
}

/* Both means begin at the same row, the fast one with the last 12 of the slow one's 26 rows. */
size_t
fs_indicator_macd (const double *x, size_t n, double *const y[3])
{
  const size_t begin = MACD_SLOW - 1, leading = begin + MACD_SIGNAL - 1;
  seeded_mean (x, n, MACD_FAST, begin, y[0]);
  seeded_mean (x, n, MACD_SLOW, begin, y[2]);
  for (size_t t = begin; t < n; t++)
    y[0][t] -= y[2][t];
  seeded_mean (y[0], n, MACD_SIGNAL, leading, y[1]);
  for (size_t t = 0; t < n; t++)
    y[2][t] = y[0][t] - y[1][t];
  return blank (y[0], n, leading);
}

size_t
fs_indicator_bollinger (const double *x, size_t n, size_t length, double *const y[3])
{
  size_t leading = 0;
  for (int k = 0; k < 3; k++)
    leading = blank (y[k], n, length - 1);
  for (size_t t = leading; t < n; t++)
    {
      const double *window = x + t + 1 - length;
      y[0][t] = mean_of (window, length);
      const double reach = BOLLINGER_REACH * deviation_of (window, length, y[0][t], 0);
      y[1][t] = y[0][t] + reach;
      y[2][t] = y[0][t] - reach;
    }
  return leading;
}

size_t
fs_indicator_atr (const double *high,
                  const double *low,
                  const double *close,
                  size_t n,
                  size_t length,
                  double *y)
{
  const size_t leading = blank (y, n, length);
  double mean = 0;
  for (size_t t = 1; t < n; t++)
    {
      const double range = fmax (
          high[t] - low[t], fmax (fabs (high[t] - close[t - 1]), fabs (low[t] - close[t - 1])));
      const bool is_known = !isnan (high[t]) && !isnan (low[t]) && !isnan (close[t - 1]);
      const double step = is_known ? range : NAN;
      mean = t <= length ? mean + step / (double) length : wilder (mean, step, length);
      if (t >= length)
        y[t] = mean;
    }
  return leading;
}

/* Each sum anew: a running one would carry a return that was once large on as rounding. */
size_t
fs_indicator_volatility (const double *x, size_t n, size_t length, double *y)
{
  const size_t leading = blank (y, n, length);
  for (size_t t = leading; t < n; t++)
    {
      double squares = 0;
      for (size_t s = t + 1 - length; s <= t; s++)
        {
          const double change = x[s] > 0 && x[s - 1] > 0 ? log (x[s] / x[s - 1]) : NAN;
          squares += change * change;
        }
      y[t] = sqrt (squares);
    }
  return leading;
}

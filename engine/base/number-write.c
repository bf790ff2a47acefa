/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The shortest decimal that reads back to the same double or float, and of those the nearest
 * (Steele and White 1990, in whole numbers). Not for fixed decimals: reports round on their own. */

#include "engine/base/number.h"

#include <math.h>
#include <string.h>
#include "engine/base/number-big.h"

/* A number as value / unit, with above / unit and below / unit half the gaps to its neighbours: what
 * digits may still be left out is decided against these. */
typedef struct
{
  FsBig value, unit, above, below;
  bool is_even; /* neighbours at the very border read back as this number */
} Ratio;

static void
times_ten (Ratio *r)
{
  fs_big_multiply_add (&r->value, 10, 0);
  fs_big_multiply_add (&r->above, 10, 0);
  fs_big_multiply_add (&r->below, 10, 0);
}

/* Scales mantissa × 2^exponent to 0.1 ≤ value / unit < 1 and returns the power of ten: the number is
 * 0.d1d2d3… × 10^result. `is_lowest` says that the mantissa is a power of two, so that the gap to the
 * number below is half of the one above. */
static int
scale_ratio (Ratio *r, uint64_t mantissa, int exponent, bool is_lowest)
{
  FsBig sum;
  unsigned extra = is_lowest ? 2 : 1;
  unsigned up = exponent > 0 ? (unsigned) exponent : 0;
  unsigned down = exponent < 0 ? (unsigned) -exponent : 0;
  r->is_even = !(mantissa & 1);
  fs_big_set (&r->value, mantissa);
  fs_big_set (&r->unit, 1);
  fs_big_set (&r->below, 1);
  fs_big_shift_left (&r->value, up + extra);
  fs_big_shift_left (&r->unit, down + extra);
  fs_big_shift_left (&r->below, up);
  r->above = r->below;
  if (is_lowest)
    fs_big_shift_left (&r->above, 1);

  int k = (int) ceil ((exponent + 63 - __builtin_clzll (mantissa)) * 0.30102999566398120 - 1e-10);
  FsBig *scaled[] = { &r->value, &r->above, &r->below };
  for (int i = 0; k < 0 && i < 3; i++)
    {
      fs_big_multiply_power_of_5 (scaled[i], (unsigned) -k);
      fs_big_shift_left (scaled[i], (unsigned) -k);
    }
  if (k > 0)
    {
      fs_big_multiply_power_of_5 (&r->unit, (unsigned) k);
      fs_big_shift_left (&r->unit, (unsigned) k);
    }
  fs_big_add (&sum, &r->value, &r->above);
  int order = fs_big_compare (&sum, &r->unit);
  if (order > 0 || (order == 0 && r->is_even))
    return k + 1; /* the estimate was one too small, and the next digit is due already */
  times_ten (r);
  return k;
}

/* The digits of mantissa × 2^exponent into `digits` (at most 17); returns how many. *point is where
 * the decimal mark stands: the value is 0.d1d2d3… × 10^*point. */
static int
shortest_digits (uint64_t mantissa, int exponent, bool is_lowest, char digits[20], int *point)
{
  Ratio r;
  FsBig sum;
  *point = scale_ratio (&r, mantissa, exponent, is_lowest);
  for (int n = 0;; n++)
    {
      int digit = 0;
      while (fs_big_compare (&r.value, &r.unit) >= 0)
        {
          fs_big_subtract (&r.value, &r.unit);
          digit++;
        }
      int low = fs_big_compare (&r.value, &r.below);
      fs_big_add (&sum, &r.value, &r.above);
      int high = fs_big_compare (&sum, &r.unit);
      bool can_stop_low = low < 0 || (low == 0 && r.is_even);
      bool can_stop_high = high > 0 || (high == 0 && r.is_even);
      if (can_stop_low && can_stop_high)
        {
          fs_big_add (&sum, &r.value, &r.value);
          int half = fs_big_compare (&sum, &r.unit);
          can_stop_high = half > 0 || (half == 0 && (digit & 1));
        }
      digits[n] = (char) ('0' + digit + (can_stop_high ? 1 : 0));
      if (can_stop_low || can_stop_high)
        return n + 1;
      times_ten (&r);
    }
}

/* Plain from 1e-4 up to 1e16, with an exponent of at least two digits outside. */
static char *
layout (char *buffer, bool is_negative, const char *digits, int n, int point)
{
  char *out = buffer;
  if (is_negative)
    *out++ = '-';
  if (point > -4 && point <= 16)
    {
      if (point <= 0)
        {
          *out++ = '0';
          *out++ = '.';
          for (int i = point; i < 0; i++)
            *out++ = '0';
        }
      for (int i = 0; i < n || i < point; i++)
        {
          if (i == point && point > 0)
            *out++ = '.';
          *out++ = i < n ? digits[i] : '0';
        }
      *out = '\0';
      return buffer;
    }
  *out++ = digits[0];
  if (n > 1)
    *out++ = '.';
  for (int i = 1; i < n; i++)
    *out++ = digits[i];
  int exponent = point - 1;
  *out++ = 'e';
  *out++ = exponent < 0 ? '-' : '+';
  exponent = exponent < 0 ? -exponent : exponent;
  if (exponent >= 100)
    *out++ = (char) ('0' + exponent / 100);
  *out++ = (char) ('0' + exponent / 10 % 10);
  *out++ = (char) ('0' + exponent % 10);
  *out = '\0';
  return buffer;
}

/* NaN, the infinities and zero; NULL for any other number. */
static char *
write_special (double value, char *buffer)
{
  if (isnan (value))
    return strcpy (buffer, "nan");
  if (isinf (value))
    return strcpy (buffer, value < 0 ? "-inf" : "inf");
  if (value == 0)
    return strcpy (buffer, signbit (value) ? "-0" : "0");
  return NULL;
}

char *
fs_number_write (double value, char buffer[FS_NUMBER_SIZE])
{
  char digits[20];
  int point;
  uint64_t bits;
  if (write_special (value, buffer))
    return buffer;
  memcpy (&bits, &value, sizeof bits);
  int biased = (int) (bits >> 52 & 0x7FF);
  uint64_t fraction = bits & ((UINT64_C (1) << 52) - 1);
  int n =
      shortest_digits (biased ? fraction | UINT64_C (1) << 52 : fraction,
                       biased ? biased - 1075 : -1074, fraction == 0 && biased > 1, digits, &point);
  return layout (buffer, value < 0, digits, n, point);
}

char *
fs_number_write_short (double value, int n_digits, char buffer[FS_NUMBER_SIZE])
{
  if (!isfinite (value) || value == 0)
    return fs_number_write (value, buffer);
  /* To whole units of the last digit and back: the double nearest to the rounded decimal. */
  int exponent = n_digits - 1 - (int) floor (log10 (fabs (value)));
  if (exponent > 300 || exponent < -300)
    return fs_number_write (value, buffer);
  double unit = pow (10, exponent < 0 ? -exponent : exponent);
  double rounded = exponent < 0 ? round (value / unit) * unit : round (value * unit) / unit;
  return fs_number_write (isfinite (rounded) ? rounded : value, buffer);
}

char *
fs_number_write_float (float value, char buffer[FS_NUMBER_SIZE])
{
  char digits[20];
  int point;
  uint32_t bits;
  if (write_special (value, buffer))
    return buffer;
  memcpy (&bits, &value, sizeof bits);
  int biased = (int) (bits >> 23 & 0xFF);
  uint32_t fraction = bits & ((UINT32_C (1) << 23) - 1);
  int n =
      shortest_digits (biased ? fraction | UINT32_C (1) << 23 : fraction,
                       biased ? biased - 150 : -149, fraction == 0 && biased > 1, digits, &point);
  return layout (buffer, value < 0, digits, n, point);
}

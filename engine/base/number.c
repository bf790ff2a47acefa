/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Decimal text into the nearest double (ties to even), without a locale. Three ways, each used only
 * where it is proved exact: numbers of at most 2^53 with a power of ten up to 22 are one division or
 * product (Clinger 1990); nearly all others come from a 128-bit product that is trusted unless it
 * lies too near a border between two doubles; what remains is compared with that border in whole
 * numbers of a few thousand bits. Writing is in number-write.c. */

#include "engine/base/number.h"

#include <math.h>
#include <string.h>
#include "engine/base/number-big.h"

/* 768 digits decide any double (a border between two doubles has no more); one more stands for
 * "something non-zero follows". */
#define MAX_DIGITS 769

/* Where the digits of a number were found. */
typedef struct
{
  const char *digits; /* first significant digit; a decimal mark may lie among them */
  size_t n_digits;    /* significant digits, without leading zeros */
  uint64_t head;      /* the first 19 of them */
  int64_t exponent;   /* the value is head × 10^exponent, if nothing was cut */
  bool is_cut;        /* more than 19 digits */
  bool is_negative;
} Decimal;

static const double exact_powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                       1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                       1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

/* 10^(28 k) cut to 128 bits: (high·2^64 + low) × 2^exponent. Made with exact fractions. */
static const struct
{
  uint64_t high, low;
  int exponent;
} coarse_powers[] = {
  { UINT64_C (0xE1AFA13AFBD14D6D), UINT64_C (0x82189C09A3A1EC21), -1337 }, /* 10^-364 */
  { UINT64_C (0xE3E27A444D8D98B7), UINT64_C (0xFD1B1B2308169B25), -1244 }, /* 10^-336 */
  { UINT64_C (0xE61ACF033D1A45DF), UINT64_C (0x6FB92487298E33BD), -1151 }, /* 10^-308 */
  { UINT64_C (0xE858AD248F5C22C9), UINT64_C (0xD1B3400F8F9CFF68), -1058 }, /* 10^-280 */
  { UINT64_C (0xEA9C227723EE8BCB), UINT64_C (0x465E15A979C1CADC), -965 },  /* 10^-252 */
  { UINT64_C (0xECE53CEC4A314EBD), UINT64_C (0xA4F8BF5635246428), -872 },  /* 10^-224 */
  { UINT64_C (0xEF340A98172AACE4), UINT64_C (0x86FB897116C87C34), -779 },  /* 10^-196 */
  { UINT64_C (0xF18899B1BC3F8CA1), UINT64_C (0xDC44E6C3CB279AC1), -686 },  /* 10^-168 */
  { UINT64_C (0xF3E2F893DEC3F126), UINT64_C (0x5A89DBA3C3EFCCFA), -593 },  /* 10^-140 */
  { UINT64_C (0xF64335BCF065D37D), UINT64_C (0x4D4617B5FF4A16D5), -500 },  /* 10^-112 */
  { UINT64_C (0xF8A95FCF88747D94), UINT64_C (0x75A44C6397CE912A), -407 },  /* 10^-84 */
  { UINT64_C (0xFB158592BE068D2E), UINT64_C (0xEED6E2F0F0D56712), -314 },  /* 10^-56 */
  { UINT64_C (0xFD87B5F28300CA0D), UINT64_C (0x8BCA9D6E188853FC), -221 },  /* 10^-28 */
  { UINT64_C (0x8000000000000000), UINT64_C (0x0000000000000000), -127 },  /* 10^0 */
  { UINT64_C (0x813F3978F8940984), UINT64_C (0x4000000000000000), -34 },   /* 10^28 */
  { UINT64_C (0x82818F1281ED449F), UINT64_C (0xBFF8F10E7A8921A4), 59 },    /* 10^56 */
  { UINT64_C (0x83C7088E1AAB65DB), UINT64_C (0x792667C6DA79E0FA), 152 },   /* 10^84 */
  { UINT64_C (0x850FADC09923329E), UINT64_C (0x03E2CF6BC604DDB0), 245 },   /* 10^112 */
  { UINT64_C (0x865B86925B9BC5C2), UINT64_C (0x0B8A2392BA45A9B2), 338 },   /* 10^140 */
  { UINT64_C (0x87AA9AFF79042286), UINT64_C (0x90FB44D2F05D0842), 431 },   /* 10^168 */
  { UINT64_C (0x88FCF317F22241E2), UINT64_C (0x441FECE3BDF81F03), 524 },   /* 10^196 */
  { UINT64_C (0x8A5296FFE33CC92F), UINT64_C (0x82BD6B70D99AAA6F), 617 },   /* 10^224 */
  { UINT64_C (0x8BAB8EEFB6409C1A), UINT64_C (0x1AD089B6C2F7548E), 710 },   /* 10^252 */
  { UINT64_C (0x8D07E33455637EB2), UINT64_C (0xDB0B487B6423E1E8), 803 },   /* 10^280 */
  { UINT64_C (0x8E679C2F5E44FF8F), UINT64_C (0x570F09EAA7EA7648), 896 },   /* 10^308 */
};
#define COARSE_STEP 28
#define COARSE_FIRST (-13)
#define COARSE_LAST 11

static inline bool
is_digit (char c)
{
  return (unsigned char) (c - '0') < 10;
}

/* Reads the exponent after 'e' at text[at]; returns where it ends, or `at` if there is none. */
static size_t
scan_exponent (const char *text, size_t at, size_t length, int64_t *exponent)
{
  size_t i = at + 1;
  bool is_negative = false;
  int64_t value = 0;
  if (i < length && (text[i] == '+' || text[i] == '-'))
    is_negative = text[i++] == '-';
  if (i >= length || !is_digit (text[i]))
    return at;
  for (; i < length && is_digit (text[i]); i++)
    if (value < INT64_C (1000000000000000))
      value = value * 10 + (text[i] - '0');
  *exponent += is_negative ? -value : value;
  return i;
}

/* Finds sign, digits and exponent; returns the bytes taken, 0 if there is no number. */
static size_t
scan (const char *text, size_t length, Decimal *decimal)
{
  size_t i = 0;
  size_t n_seen = 0;
  bool has_mark = false;
  uint64_t head = 0;
  size_t n_digits = 0;
  int64_t exponent = 0;
  const char *digits = text;

  decimal->is_negative = false;
  if (length > 0 && (text[0] == '-' || text[0] == '+'))
    decimal->is_negative = text[i++] == '-';
  for (; i < length; i++)
    {
      char c = text[i];
      if (c == '.' && !has_mark)
        {
          has_mark = true;
          continue;
        }
      if (!is_digit (c))
        break;
      n_seen++;
      if (n_digits == 0 && c != '0')
        digits = text + i;
      if (n_digits > 0 || c != '0')
        {
          if (n_digits < 19)
            head = head * 10 + (uint64_t) (c - '0');
          else
            exponent++;
          n_digits++;
        }
      if (has_mark)
        exponent--;
    }
  if (n_seen == 0)
    return 0;
  if (i < length && (text[i] == 'e' || text[i] == 'E'))
    i = scan_exponent (text, i, length, &exponent);
  decimal->digits = digits;
  decimal->n_digits = n_digits;
  decimal->head = head;
  decimal->exponent = exponent;
  decimal->is_cut = n_digits > 19;
  return i;
}

/* mantissa × 2^exponent as a double, for any 53-bit mantissa; rounds nothing unless subnormal. */
static double
compose (uint64_t mantissa, int exponent)
{
  return ldexp ((double) mantissa, exponent);
}

/* The 128-bit way: *value is right if true is returned, else near. */
static bool
read_by_product (const Decimal *decimal, double *value)
{
  int64_t q = decimal->exponent;
  int k = (int) (q >= 0 ? q / COARSE_STEP : -((-q + COARSE_STEP - 1) / COARSE_STEP));
  unsigned rest = (unsigned) (q - (int64_t) k * COARSE_STEP);
  uint64_t five = 1;
  for (unsigned i = 0; i < rest; i++)
    five *= 5;
  int shift_w = __builtin_clzll (decimal->head);
  int shift_f = __builtin_clzll (five);
  __extension__ typedef unsigned __int128 Wide;
  Wide product = (Wide) (decimal->head << shift_w) * (five << shift_f);
  uint64_t p1 = (uint64_t) (product >> 64), p0 = (uint64_t) product;
  uint64_t c1 = coarse_powers[k - COARSE_FIRST].high, c0 = coarse_powers[k - COARSE_FIRST].low;
  /* The upper 128 of 256 bits; the dropped carries cost at most a few units of the last bit. */
  Wide top = (Wide) p1 * c1;
  top += ((Wide) p1 * c0) >> 64;
  top += ((Wide) p0 * c1) >> 64;
  int exponent = coarse_powers[k - COARSE_FIRST].exponent + (int) rest - shift_w - shift_f + 128;
  int lead = (uint64_t) (top >> 64) ? __builtin_clzll ((uint64_t) (top >> 64)) : 64;
  top <<= lead;
  exponent -= lead;
  uint64_t mantissa = (uint64_t) (top >> 75);
  Wide tail = top & (((Wide) 1 << 75) - 1);
  Wide half = (Wide) 1 << 74;
  /* Of a cut number the head, at least 10^18, may be one too small: less than 2^-59 of the product. */
  Wide doubt = decimal->is_cut ? (Wide) 1 << 70 : 64;
  exponent += 75;
  bool is_up = tail >= half;
  *value = compose (mantissa + (is_up ? 1 : 0), exponent);
  if (exponent < -1074 || exponent > 1023 - 53)
    return false; /* subnormal or near the top: another rounding place */
  Wide distance = tail >= half ? tail - half : half - tail;
  return distance > doubt && tail > doubt && tail < ((Wide) 1 << 75) - doubt;
}

/* Sign of (the decimal − border), where the border is mantissa × 2^exponent. */
static int
compare_with_border (const FsBig *digits, int64_t exponent10, uint64_t mantissa, int exponent2)
{
  FsBig left = *digits, right;
  fs_big_set (&right, mantissa);
  int64_t shift = exponent10 - exponent2; /* powers of two: left has 2^exponent10 */
  fs_big_multiply_power_of_5 (exponent10 >= 0 ? &left : &right,
                              (unsigned) (exponent10 >= 0 ? exponent10 : -exponent10));
  fs_big_shift_left (shift >= 0 ? &left : &right, (unsigned) (shift >= 0 ? shift : -shift));
  return fs_big_compare (&left, &right);
}

/* Mantissa and exponent of a finite value ≥ 0; subnormals have the exponent -1074. */
static uint64_t
split (double value, int *exponent)
{
  uint64_t bits;
  memcpy (&bits, &value, sizeof bits);
  int biased = (int) (bits >> 52);
  uint64_t fraction = bits & ((UINT64_C (1) << 52) - 1);
  *exponent = biased ? biased - 1075 : -1074;
  return biased ? fraction | UINT64_C (1) << 52 : fraction;
}

/* The exact way: steps from a near value to the nearest one by comparing with the borders. */
static double
read_by_comparison (const Decimal *decimal, double near)
{
  FsBig digits;
  size_t n_kept = 0;
  fs_big_set (&digits, 0);
  const char *c = decimal->digits;
  for (; n_kept < decimal->n_digits && n_kept < MAX_DIGITS; c++)
    if (*c != '.')
      {
        fs_big_multiply_add (&digits, 10, (uint32_t) (*c - '0'));
        n_kept++;
      }
  int64_t exponent10 = decimal->exponent;
  if (decimal->n_digits > 19)
    exponent10 += 19 - (int64_t) n_kept;
  bool has_more = false; /* among the digits left out, is one not zero? */
  for (size_t n = n_kept; n < decimal->n_digits && !has_more; c++)
    if (*c != '.')
      {
        has_more = *c != '0';
        n++;
      }
  if (has_more)
    { /* One more digit that is neither 0 nor 5 keeps every comparison on its side. */
      fs_big_multiply_add (&digits, 10, 1);
      exponent10--;
    }
  if (!isfinite (near))
    near = 1.7976931348623157e308;
  for (;;)
    {
      int exponent;
      uint64_t mantissa = split (near, &exponent);
      int sign = compare_with_border (&digits, exponent10, 2 * mantissa + 1, exponent - 1);
      if (sign > 0 || (sign == 0 && (mantissa & 1)))
        {
          near = nextafter (near, INFINITY);
          if (isinf (near))
            return near;
          continue;
        }
      if (near == 0)
        return near;
      double below = nextafter (near, 0);
      mantissa = split (below, &exponent);
      sign = compare_with_border (&digits, exponent10, 2 * mantissa + 1, exponent - 1);
      if (sign > 0 || (sign == 0 && (mantissa & 1)))
        return near;
      near = below;
    }
}

static double
decimal_value (const Decimal *decimal)
{
  if (decimal->head == 0)
    return 0;
  int64_t q = decimal->exponent;
  if (!decimal->is_cut && decimal->head <= UINT64_C (1) << 53)
    {
      if (q >= 0 && q <= 22)
        return (double) decimal->head * exact_powers[q];
      if (q < 0 && q >= -22)
        return (double) decimal->head / exact_powers[-q];
    }
  if (q > 310)
    return INFINITY;
  if (q < -345) /* even 19 nines lie under half of the least double */
    return 0;
  double value;
  if (read_by_product (decimal, &value))
    return value;
  return read_by_comparison (decimal, value);
}

/* ---- most numbers ---- */

/* Eight bytes, the first in the lowest place, on any machine. */
static inline uint64_t
eight_bytes (const char *text)
{
  uint64_t word;
  memcpy (&word, text, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64 (word);
#endif
  return word;
}

static inline bool
are_digits (uint64_t word)
{
  const uint64_t high = UINT64_C (0xF0F0F0F0F0F0F0F0), zeros = UINT64_C (0x3030303030303030);
  return (word & high) == zeros && ((word + UINT64_C (0x0606060606060606)) & high) == zeros;
}

/* The number that eight digits write: pairs, then fours, then all are brought together. */
static inline uint64_t
digits_value (uint64_t word)
{
  word -= UINT64_C (0x3030303030303030);
  word = (word * 10 + (word >> 8)) & UINT64_C (0x00FF00FF00FF00FF);
  word = (word * 100 + (word >> 16)) & UINT64_C (0x0000FFFF0000FFFF);
  return (word * 10000 + (word >> 32)) & UINT64_C (0x00000000FFFFFFFF);
}

static const uint64_t whole_powers[] = { 1,      10,      100,      1000,     10000,
                                         100000, 1000000, 10000000, 100000000 };

/* Nothing but a sign, digits and a mark, 19 bytes at most and no more than 2^53 without the mark: one
 * division. False for all else. */
static inline bool
read_short (const char *text, size_t length, double *value)
{
  uint64_t head = 0;
  size_t i = 0, n_fraction = 0;
  if (length == 0 || length > 19)
    return false;
  const bool is_negative = text[0] == '-';
  i = is_negative;
  const size_t begin = i;
  for (; i < length && is_digit (text[i]); i++)
    head = head * 10 + (uint64_t) (text[i] - '0');
  if (i == begin)
    return false;
  if (i < length)
    {
      if (text[i++] != '.')
        return false;
      n_fraction = length - i;
      if (length >= 8 && n_fraction >= 1 && n_fraction <= 8)
        { /* The last eight bytes; what stands before the fraction becomes zeros. */
          const uint64_t kept = ~UINT64_C (0) << 8 * (8 - n_fraction);
          const uint64_t word =
              (eight_bytes (text + length - 8) & kept) | (UINT64_C (0x3030303030303030) & ~kept);
          if (!are_digits (word))
            return false;
          head = head * whole_powers[n_fraction] + digits_value (word);
        }
      else
        for (; i < length; i++)
          {
            if (!is_digit (text[i]))
              return false;
            head = head * 10 + (uint64_t) (text[i] - '0');
          }
    }
  if (head > UINT64_C (1) << 53)
    return false;
  const double magnitude = (double) head / exact_powers[n_fraction];
  *value = is_negative ? -magnitude : magnitude;
  return true;
}

size_t
fs_number_read (const char *text, size_t length, double *value)
{
  Decimal decimal;
  if (read_short (text, length, value))
    return length;
  size_t n = scan (text, length, &decimal);
  if (n > 0)
    {
      double magnitude = decimal_value (&decimal);
      *value = decimal.is_negative ? -magnitude : magnitude;
    }
  return n;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The part of a C string without blanks around it. */
static const char *
trimmed (const char *text, size_t *length)
{
  size_t n;
  while (is_blank (*text))
    text++;
  n = strlen (text);
  while (n > 0 && is_blank (text[n - 1]))
    n--;
  *length = n;
  return text;
}

bool
fs_number_parse (const char *text, double *value)
{
  size_t length;
  double number;
  text = trimmed (text, &length);
  if (length == 0 || fs_number_read (text, length, &number) != length || !isfinite (number))
    return false;
  *value = number;
  return true;
}

bool
fs_number_parse_integer (const char *text, int64_t *value)
{
  size_t length, i = 0;
  uint64_t magnitude = 0;
  text = trimmed (text, &length);
  bool is_negative = length > 0 && text[0] == '-';
  if (length > 0 && (text[0] == '-' || text[0] == '+'))
    i++;
  if (i == length)
    return false;
  uint64_t limit = (uint64_t) INT64_MAX + (is_negative ? 1 : 0);
  for (; i < length; i++)
    {
      if (!is_digit (text[i]))
        return false;
      uint64_t digit = (uint64_t) (text[i] - '0');
      if (magnitude > (limit - digit) / 10)
        return false;
      magnitude = magnitude * 10 + digit;
    }
  *value = is_negative ? (int64_t) (0 - magnitude) : (int64_t) magnitude;
  return true;
}

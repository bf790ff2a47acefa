/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers with a sign of currency, a percent sign or brackets around them; see csv-cell.h. */

#include "engine/series/csv-cell.h"

#include <math.h>
#include <string.h>

/* What may stand before or behind a number, in UTF-8. */
static const char *const marks[] = {
  "%",
  "$",
  "\xE2\x82\xAC" /* euro */,
  "\xC2\xA3" /* pound */,
  "\xC2\xA5" /* yen */,
  "USD",
  "EUR",
  "GBP",
  "JPY",
  "CHF",
  "CNY",
  "INR",
  "CAD",
  "AUD",
  "SEK",
  "NOK",
  "DKK",
  "PLN",
  "CZK",
  "Fr.",
  "R$",
  "z\xC5\x82",
  "kr",
  "\xE2\x80\xB0" /* per mille */,
};

static void
trim_blanks (const char **text, size_t *length)
{
  do
    {
      while (*length > 0 && **text == ' ')
        ++*text, --*length;
      while (*length > 0 && (*text)[*length - 1] == ' ')
        --*length;
    }
  while (fs_cell_trim (text, length));
}

/* Cuts the longest mark off one end. */
static bool
cut_mark (const char **text, size_t *length, bool is_behind)
{
  size_t best = 0;
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
    {
      size_t n = strlen (marks[i]);
      if (n > best && n < *length
          && memcmp (is_behind ? *text + *length - n : *text, marks[i], n) == 0)
        best = n;
    }
  if (!is_behind)
    *text += best;
  *length -= best;
  if (best > 0)
    trim_blanks (text, length);
  return best > 0;
}

/* A minus at one end: the plain one or the typographer's. */
static bool
cut_minus (const char **text, size_t *length, bool is_behind)
{
  static const char *const signs[] = { "-", "\xE2\x88\x92" };
  for (size_t i = 0; i < 2; i++)
    {
      size_t n = strlen (signs[i]);
      if (*length <= n || memcmp (is_behind ? *text + *length - n : *text, signs[i], n) != 0)
        continue;
      if (!is_behind)
        *text += n;
      *length -= n;
      trim_blanks (text, length);
      return true;
    }
  return false;
}

bool
fs_cell_decorated_number (const char *text,
                          size_t length,
                          FsNumberStyle style,
                          double *value,
                          bool *is_grouped)
{
  bool is_negative = false, has_any = false;
  trim_blanks (&text, &length);
  if (length > 2 && text[0] == '(' && text[length - 1] == ')')
    {
      text++;
      length -= 2;
      trim_blanks (&text, &length);
      is_negative = has_any = true;
    }
  else if (cut_minus (&text, &length, true))
    is_negative = has_any = true;
  else if (cut_minus (&text, &length, false))
    is_negative = true; /* before a currency sign: -$4 */
  has_any = cut_mark (&text, &length, false) || has_any;
  has_any = cut_mark (&text, &length, true) || has_any;
  if (!has_any || !fs_cell_number (text, length, style, value, is_grouped))
    return false;
  if (is_negative && *value < 0)
    return false; /* "(-4)" says two things */
  *value = is_negative ? -*value : *value;
  return true;
}

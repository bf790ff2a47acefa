/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Missing values and numbers in cells; see csv-cell.h. */

#include "engine/series/csv-cell.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"

/* In lower case. */
static const char *const missing_words[] = {
  "na",
  "n/a",
  "nan",
  "null",
  "none",
  "nil",
  "missing",
  "?",
  "-",
  "--",
  ".",
  "*",
  "#n/a",
  "#na",
  "inf",
  "-inf",
  "+inf",
  "infinity",
  "-infinity",
  "+infinity",
  "#value!",
  "#div/0!",
  "#ref!",
  "#num!",
  "#name?",
  "#null!",
  "-nan",
  "n.a.",
  "k.a.",
  "n.v.",
  "#nv",
  "..",
  "...",
  "\xE2\x80\x93",
  "\xE2\x80\x94",
  "\xE2\x80\xA6",
};
#define LONGEST_MISSING_WORD 9

bool
fs_cell_is_missing (const char *text, size_t length)
{
  char lower[LONGEST_MISSING_WORD + 1];
  if (length == 0)
    return true;
  if (length > LONGEST_MISSING_WORD || (text[0] >= '0' && text[0] <= '9'))
    return false;
  for (size_t i = 0; i < length; i++)
    lower[i] = (char) (text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
  lower[length] = '\0';
  for (size_t i = 0; i < sizeof missing_words / sizeof missing_words[0]; i++)
    if (lower[0] == missing_words[i][0] && strcmp (lower, missing_words[i]) == 0)
      return true;
  return false;
}

/* U+00A0, U+200B…U+200F, U+2009, U+202A…U+202F, U+2060, U+FEFF in UTF-8; returns their length, 0 if
 * the bytes are something else. */
static size_t
unseen_length (const char *text, size_t length)
{
  const unsigned char *u = (const unsigned char *) text;
  if (length >= 2 && u[0] == 0xC2 && u[1] == 0xA0)
    return 2;
  if (length >= 3 && u[0] == 0xE2 && u[1] == 0x80
      && ((u[2] >= 0x89 && u[2] <= 0x8F) || (u[2] >= 0xAA && u[2] <= 0xAF)))
    return 3;
  if (length >= 3 && u[0] == 0xE2 && u[1] == 0x81 && u[2] == 0xA0)
    return 3;
  if (length >= 3 && u[0] == 0xEF && u[1] == 0xBB && u[2] == 0xBF)
    return 3;
  return 0;
}

bool
fs_cell_trim (const char **text, size_t *length)
{
  bool was_trimmed = false;
  for (;;)
    {
      size_t n = unseen_length (*text, *length);
      if (n == 0)
        break;
      *text += n;
      *length -= n;
      was_trimmed = true;
    }
  for (;;)
    {
      size_t n = 0;
      if (*length >= 2 && unseen_length (*text + *length - 2, 2) == 2)
        n = 2;
      else if (*length >= 3 && unseen_length (*text + *length - 3, 3) == 3)
        n = 3;
      if (n == 0)
        break;
      *length -= n;
      was_trimmed = true;
    }
  return was_trimmed;
}

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

/* Length of a group mark at the start of `text`; 0 if there is none. */
static size_t
group_mark (const char *text, size_t length, char group)
{
  if (length == 0)
    return 0;
  if (*text == group || *text == ' ' || *text == '\'')
    return 1;
  if (length >= 3 && memcmp (text, "\xE2\x80\x99", 3) == 0) /* the typographer's apostrophe */
    return 3;
  return unseen_length (text, length);
}

/* Copies a number without its group marks and with a decimal point; 0 if it is not one. A group mark
 * must be followed by exactly three digits, and all marks of one number must be equal. */
static size_t
normalise (const char *text,
           size_t length,
           FsNumberStyle style,
           char *out,
           size_t size,
           bool *grouped)
{
  const char mark = style == FS_NUMBERS_POINT ? '.' : ',';
  const char group = style == FS_NUMBERS_POINT ? ',' : '.';
  const char *first_mark = NULL;
  size_t first_mark_length = 0, n = 0, i = 0, n_digits = 0;
  *grouped = false;
  if (i < length && (text[i] == '-' || text[i] == '+'))
    out[n++] = text[i++];
  else if (length >= 3 && memcmp (text, "\xE2\x88\x92", 3) == 0) /* the typographer's minus */
    {
      out[n++] = '-';
      i += 3;
    }
  while (i < length && n + 2 < size)
    {
      if (is_digit (text[i]))
        {
          out[n++] = text[i++];
          n_digits++;
          continue;
        }
      size_t m = group_mark (text + i, length - i, group);
      if (m == 0)
        break;
      bool is_same =
          !first_mark || (m == first_mark_length && memcmp (text + i, first_mark, m) == 0);
      bool is_head_short = first_mark || (n_digits >= 1 && n_digits <= 3);
      if (!is_same || !is_head_short || length - i < m + 3 || !is_digit (text[i + m])
          || !is_digit (text[i + m + 1]) || !is_digit (text[i + m + 2])
          || (length - i > m + 3 && is_digit (text[i + m + 3])) || n + 4 >= size)
        return 0;
      first_mark = text + i;
      first_mark_length = m;
      memcpy (out + n, text + i + m, 3);
      n += 3;
      n_digits += 3;
      i += m + 3;
      *grouped = true;
    }
  if (i < length && text[i] == mark)
    {
      out[n++] = '.';
      i++;
    }
  while (i < length && n + 2 < size)
    {
      if (!is_digit (text[i]) && text[i] != 'e' && text[i] != 'E' && text[i] != '-'
          && text[i] != '+')
        return 0;
      out[n++] = text[i++];
    }
  return i == length ? n : 0;
}

bool
fs_cell_number (const char *text,
                size_t length,
                FsNumberStyle style,
                double *value,
                bool *is_grouped)
{
  char plain[128];
  bool grouped = false;
  if (is_grouped)
    *is_grouped = false;
  /* Nearly every cell of a numeric file ends here. */
  size_t n = fs_number_read (text, length, value);
  if (n == length && n > 0 && (style == FS_NUMBERS_POINT || !memchr (text, '.', length)))
    return isfinite (*value);
  fs_cell_trim (&text, &length);
  n = normalise (text, length, style, plain, sizeof plain, &grouped);
  if (n == 0 || fs_number_read (plain, n, value) != n)
    return false;
  if (is_grouped)
    *is_grouped = grouped;
  return isfinite (*value);
}

bool
fs_cell_is_equal_but_for_case (const char *left, const char *right)
{
  for (;; left++, right++)
    {
      char l = (char) (*left >= 'A' && *left <= 'Z' ? *left + 32 : *left);
      char r = (char) (*right >= 'A' && *right <= 'Z' ? *right + 32 : *right);
      if (l != r)
        return false;
      if (!l)
        return true;
    }
}

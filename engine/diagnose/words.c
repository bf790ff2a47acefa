/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers and shares in words; see words.h. */

#include "engine/diagnose/words.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
fs_words_say (char *text, size_t size, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (text, size, fs_text (format), arguments);
  va_end (arguments);
  if (size > 0)
    fs_text_drop_halves (text);
}

/* A quotient of two whole numbers is the double nearest to the short decimal, so the shortest writing
 * of it is that decimal. */
const char *
fs_words_plain_number (double value, char buffer[FS_NUMBER_SIZE])
{
  if (value == 0 || !isfinite (value))
    return fs_number_write (value, buffer);
  int decimals = 2 - (int) floor (log10 (fabs (value)));
  if (decimals > 22 || decimals < -22)
    return fs_number_write (value, buffer);
  double power = pow (10, abs (decimals));
  double rounded = decimals >= 0 ? round (value * power) / power : round (value / power) * power;
  return fs_number_write (rounded, buffer);
}

const char *
fs_words_number (double value, char buffer[FS_NUMBER_SIZE])
{
  fs_words_plain_number (value, buffer);
  return fs_text_mark_number (buffer, FS_NUMBER_SIZE);
}

const char *
fs_words_percent (double share, char buffer[FS_NUMBER_SIZE])
{
  double percent = 100 * fabs (share);
  if (percent > 0 && percent < 0.05)
    return fs_text ("less than 0.1 %");
  double rounded = percent < 9.95 ? round (percent * 10) / 10 : round (percent);
  fs_number_write (rounded, buffer);
  fs_text_mark_number (buffer, FS_NUMBER_SIZE - 2);
  strcat (buffer, " %");
  return buffer;
}

double
fs_words_change (double from, double to)
{
  return (to - from) / fmax (fabs (from), 1e-300);
}

const char *
fs_words_course (double from, double to, char buffer[2 * FS_NUMBER_SIZE])
{
  char number[FS_NUMBER_SIZE];
  double share = fs_words_change (from, to);
  if (from == to)
    return fs_text ("stayed as it was");
  if (share > 9.995)
    fs_words_say (buffer, 2 * FS_NUMBER_SIZE, "rose to %s times what it was",
                  fs_words_number (to / from, number));
  else
    fs_words_say (buffer, 2 * FS_NUMBER_SIZE, share < 0 ? "fell %s" : FS_WORDS ("rose %s"),
                  fs_words_percent (share, number));
  return buffer;
}

const char *
fs_words_rise (double from, double to, char buffer[2 * FS_NUMBER_SIZE])
{
  char number[FS_NUMBER_SIZE];
  double share = fs_words_change (from, to);
  if (from == to)
    return fs_text ("no change");
  if (share > 9.995)
    fs_words_say (buffer, 2 * FS_NUMBER_SIZE, "%s times as much",
                  fs_words_number (to / from, number));
  else
    fs_words_say (buffer, 2 * FS_NUMBER_SIZE, "+%s", fs_words_percent (share, number));
  return buffer;
}

const char *
fs_words_epochs (size_t n)
{
  return fs_text_count ("epoch", "epochs", n);
}

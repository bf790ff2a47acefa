/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading dates; see csv-date.h. */

#include "engine/series/csv-date.h"

#include <string.h>

typedef struct
{
  const char *text;
  size_t at, length;
} Cursor;

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static char
peek (const Cursor *c)
{
  return c->at < c->length ? c->text[c->at] : '\0';
}

static bool
take (Cursor *c, char wanted)
{
  if (c->at >= c->length || c->text[c->at] != wanted)
    return false;
  c->at++;
  return true;
}

/* A number of min … max digits, and not more of them. */
static bool
take_number (Cursor *c, int min, int max, long *value)
{
  int n = 0;
  *value = 0;
  for (; n < max && is_digit (peek (c)); n++)
    *value = *value * 10 + (c->text[c->at++] - '0');
  return n >= min;
}

/* English, then German where it is another word; those of three letters are abbreviations. */
static const struct
{
  const char *name;
  int month;
} month_names[] = {
  { "january", 1 },    { "february", 2 }, { "march", 3 },       { "april", 4 },
  { "may", 5 },        { "june", 6 },     { "july", 7 },        { "august", 8 },
  { "september", 9 },  { "october", 10 }, { "november", 11 },   { "december", 12 },
  { "jan", 1 },        { "feb", 2 },      { "mar", 3 },         { "apr", 4 },
  { "jun", 6 },        { "jul", 7 },      { "aug", 8 },         { "sep", 9 },
  { "sept", 9 },       { "oct", 10 },     { "nov", 11 },        { "dec", 12 },
  { "januar", 1 },     { "februar", 2 },  { "m\xC3\xA4rz", 3 }, { "maerz", 3 },
  { "m\xC3\xA4r", 3 }, { "mai", 5 },      { "juni", 6 },        { "juli", 7 },
  { "oktober", 10 },   { "okt", 10 },     { "dezember", 12 },   { "dez", 12 },
};

/* A month by name, with a full stop behind it allowed. */
static bool
take_month (Cursor *c, long *month)
{
  char word[12] = "";
  size_t n = 0;
  while (c->at < c->length && n < sizeof word - 1
         && (((c->text[c->at] | 0x20) >= 'a' && (c->text[c->at] | 0x20) <= 'z')
             || (unsigned char) c->text[c->at] >= 0x80))
    {
      char byte = c->text[c->at++];
      word[n++] = (unsigned char) byte >= 0x80 ? byte : (char) (byte | 0x20);
    }
  for (size_t i = 0; i < sizeof month_names / sizeof month_names[0]; i++)
    if (strcmp (word, month_names[i].name) == 0)
      {
        *month = month_names[i].month;
        take (c, '.');
        return true;
      }
  return false;
}

long
fs_date_days (long year, int month, int day)
{
  /* Years from March, in eras of 400 years = 146,097 days, so that leap days end a year. */
  year -= month <= 2;
  long era = (year >= 0 ? year : year - 399) / 400;
  long year_of_era = year - era * 400;
  long day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  long day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static bool
is_possible_day (long year, long month, long day)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  if (year < 1 || month < 1 || month > 12 || day < 1)
    return false;
  bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return day <= days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* "Z", "+01:00", "+0100", "-05"; nothing is fine too. */
static bool
take_offset (Cursor *c, double *seconds)
{
  long hours, minutes = 0;
  if (take (c, 'Z') || take (c, 'z'))
    return true;
  char sign = peek (c);
  if (sign != '+' && sign != '-')
    return true;
  c->at++;
  if (!take_number (c, 2, 2, &hours))
    return false;
  take (c, ':');
  if (is_digit (peek (c)) && !take_number (c, 2, 2, &minutes))
    return false;
  if (hours > 15 || minutes > 59)
    return false;
  double offset = (double) (hours * 3600 + minutes * 60);
  *seconds -= sign == '-' ? -offset : offset;
  return true;
}

/* "12:30", "12:30:15.25", "1:05 pm", "123015" in the compact form. */
static FsDateResult
take_time (Cursor *c, bool is_compact, double *seconds)
{
  long hour, minute = 0, second = 0;
  double fraction = 0;
  if (!take_number (c, is_compact ? 2 : 1, 2, &hour))
    return FS_DATE_NOT_OF_FORM;
  bool has_colons = take (c, ':');
  if (!has_colons && !is_compact)
    return FS_DATE_NOT_OF_FORM;
  if (!take_number (c, 2, 2, &minute))
    return FS_DATE_NOT_OF_FORM;
  if (has_colons ? take (c, ':') : is_digit (peek (c)))
    {
      if (!take_number (c, 2, 2, &second))
        return FS_DATE_NOT_OF_FORM;
      if (peek (c) == '.' || peek (c) == ',')
        {
          double unit = 0.1;
          for (c->at++; is_digit (peek (c)); unit /= 10)
            fraction += unit * (c->text[c->at++] - '0');
        }
    }
  size_t mark = c->at;
  take (c, ' ');
  char half = (char) (peek (c) | 0x20);
  if ((half == 'a' || half == 'p') && c->at + 1 < c->length && (c->text[c->at + 1] | 0x20) == 'm')
    {
      c->at += 2;
      if (hour < 1 || hour > 12)
        return FS_DATE_IMPOSSIBLE;
      hour = hour % 12 + (half == 'p' ? 12 : 0);
    }
  else
    c->at = mark;
  /* 24:00 is midnight at the end of a day, 23:59:60 a leap second. */
  if (hour > 24 || minute > 59 || second > 60 || (hour == 24 && (minute > 0 || second > 0)))
    return FS_DATE_IMPOSSIBLE;
  *seconds += (double) (hour * 3600 + minute * 60 + second) + fraction;
  return FS_DATE_OK;
}

/* A two-digit year is of this century up to 29, as spreadsheets have it: data are mostly of the past. */
static bool
take_year (Cursor *c, long *year)
{
  size_t start = c->at;
  if (!take_number (c, 2, 4, year) || c->at - start == 3)
    return false;
  if (c->at - start == 2)
    *year += *year <= 29 ? 2000 : 1900;
  return true;
}

static bool
is_separator (char c)
{
  return c == '-' || c == '/' || c == '.';
}

static bool
take_separator (Cursor *c, char wanted)
{
  return wanted ? take (c, wanted) : false;
}

static bool
take_year_first (Cursor *c, long *year, long *month, long *day)
{
  bool is_before = take (c, '-'); /* astronomical years: -0044-03-15 */
  if (!take_number (c, 4, 4, year))
    return false;
  if (is_before)
    *year = -*year;
  char separator = peek (c);
  return is_separator (separator) && take (c, separator) && take_number (c, 1, 2, month)
         && take_separator (c, separator) && take_number (c, 1, 2, day);
}

/* ISO 8601 weeks: week 1 holds 4 January; weeks begin on Monday. */
static FsDateResult
read_week (Cursor *c, double *seconds)
{
  long year, week, day = 1;
  if (!take_number (c, 4, 4, &year))
    return FS_DATE_NOT_OF_FORM;
  take (c, '-');
  if (!take (c, 'W') || !take_number (c, 2, 2, &week))
    return FS_DATE_NOT_OF_FORM;
  if (take (c, '-') && !take_number (c, 1, 1, &day))
    return FS_DATE_NOT_OF_FORM;
  if (c->at != c->length)
    return FS_DATE_NOT_OF_FORM;
  if (year < 1 || week < 1 || week > 53 || day < 1 || day > 7)
    return FS_DATE_IMPOSSIBLE;
  long fourth = fs_date_days (year, 1, 4);
  long weekday = ((fourth + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; Monday is 0 */
  *seconds = 86400.0 * (double) (fourth - weekday + (week - 1) * 7 + day - 1);
  return FS_DATE_OK;
}

/* Between a year and a month or quarter: nothing, or one of these. */
static void
take_joint (Cursor *c)
{
  (void) (take (c, ' ') || take (c, '-') || take (c, '/') || take (c, '.'));
}

static bool
take_quarter (Cursor *c, long *quarter)
{
  return (take (c, 'Q') || take (c, 'q')) && take_number (c, 1, 1, quarter);
}

static FsDateResult
read_quarter (Cursor *c, double *seconds)
{
  long year, quarter;
  const bool is_first = peek (c) == 'Q' || peek (c) == 'q';
  if (is_first ? !take_quarter (c, &quarter) : !take_number (c, 4, 4, &year))
    return FS_DATE_NOT_OF_FORM;
  take_joint (c);
  if (is_first ? !take_number (c, 4, 4, &year) : !take_quarter (c, &quarter))
    return FS_DATE_NOT_OF_FORM;
  if (c->at != c->length)
    return FS_DATE_NOT_OF_FORM;
  if (year < 1 || quarter < 1 || quarter > 4)
    return FS_DATE_IMPOSSIBLE;
  *seconds = 86400.0 * (double) fs_date_days (year, (int) (3 * quarter - 2), 1);
  return FS_DATE_OK;
}

static FsDateResult
read_month_year (Cursor *c, double *seconds)
{
  long year, month;
  const bool is_year_first = is_digit (peek (c));
  if (is_year_first ? !take_number (c, 4, 4, &year) : !take_month (c, &month))
    return FS_DATE_NOT_OF_FORM;
  take_joint (c);
  if (is_year_first ? !take_month (c, &month) : !take_year (c, &year))
    return FS_DATE_NOT_OF_FORM;
  if (c->at != c->length)
    return FS_DATE_NOT_OF_FORM;
  if (year < 1)
    return FS_DATE_IMPOSSIBLE;
  *seconds = 86400.0 * (double) fs_date_days (year, (int) month, 1);
  return FS_DATE_OK;
}

static FsDateResult
read_time_of_day (Cursor *c, double *seconds)
{
  *seconds = 0;
  FsDateResult result = take_time (c, false, seconds);
  return result == FS_DATE_OK && c->at != c->length ? FS_DATE_NOT_OF_FORM : result;
}

static bool
take_numbered (Cursor *c, long *first, long *second, long *year)
{
  if (!take_number (c, 1, 2, first))
    return false;
  char separator = peek (c);
  return is_separator (separator) && take (c, separator) && take_number (c, 1, 2, second)
         && take_separator (c, separator) && take_year (c, year);
}

/* The day part of each form that has one. */
static bool
take_day (Cursor *c, FsDateForm form, long *year, long *month, long *day)
{
  *day = 1;
  switch (form)
    {
    case FS_DATE_YEAR_FIRST:
      return take_year_first (c, year, month, day);
    case FS_DATE_YEAR_MONTH:
      return take_number (c, 4, 4, year) && (take (c, '-') || take (c, '/'))
             && take_number (c, 2, 2, month) && c->at == c->length;
    case FS_DATE_DAY_FIRST:
      return take_numbered (c, day, month, year);
    case FS_DATE_MONTH_FIRST:
      return take_numbered (c, month, day, year);
    case FS_DATE_DAY_NAME:
      if (!take_number (c, 1, 2, day))
        return false;
      take (c, '.');
      return (take (c, ' ') || take (c, '-')) && take_month (c, month)
             && (take (c, ' ') || take (c, '-')) && take_year (c, year);
    case FS_DATE_NAME_DAY:
      return take_month (c, month) && take (c, ' ') && take_number (c, 1, 2, day)
             && (take (c, ',') ? take (c, ' ') || true : take (c, ' ')) && take_year (c, year);
    case FS_DATE_COMPACT:
      return take_number (c, 4, 4, year) && take_number (c, 2, 2, month)
             && take_number (c, 2, 2, day);
    case FS_DATE_WEEK:
    case FS_DATE_QUARTER:
    case FS_DATE_MONTH_YEAR:
    case FS_DATE_TIME_OF_DAY:
    case FS_N_DATE_FORMS:
      break;
    }
  return false;
}

FsDateResult
fs_date_read (const char *text, size_t length, FsDateForm form, double *seconds)
{
  Cursor cursor = { text, 0, length };
  long year, month, day;
  double time = 0;
  FsDateResult result = FS_DATE_OK;
  if (form == FS_DATE_WEEK)
    return read_week (&cursor, seconds);
  if (form == FS_DATE_QUARTER)
    return read_quarter (&cursor, seconds);
  if (form == FS_DATE_MONTH_YEAR)
    return read_month_year (&cursor, seconds);
  if (form == FS_DATE_TIME_OF_DAY)
    return read_time_of_day (&cursor, seconds);
  if (!take_day (&cursor, form, &year, &month, &day))
    return FS_DATE_NOT_OF_FORM;
  if (cursor.at < length)
    {
      take (&cursor, ',');
      if (!take (&cursor, 'T') && !take (&cursor, 't') && !take (&cursor, ' '))
        return FS_DATE_NOT_OF_FORM;
      result = take_time (&cursor, form == FS_DATE_COMPACT, &time);
      if (result == FS_DATE_NOT_OF_FORM)
        return result;
      take (&cursor, ' ');
      if (!take_offset (&cursor, &time) || cursor.at != length)
        return FS_DATE_NOT_OF_FORM;
    }
  bool is_ancient = form == FS_DATE_YEAR_FIRST && year < 0;
  if (result == FS_DATE_IMPOSSIBLE || !is_possible_day (is_ancient ? 400 : year, month, day))
    return FS_DATE_IMPOSSIBLE;
  *seconds = 86400.0 * (double) fs_date_days (year, (int) month, (int) day) + time;
  return FS_DATE_OK;
}

const char *
fs_date_form_name (FsDateForm form)
{
  static const char *const names[FS_N_DATE_FORMS] = {
    [FS_DATE_YEAR_FIRST] = "year-month-day",
    [FS_DATE_YEAR_MONTH] = "year-month",
    [FS_DATE_WEEK] = "year and week",
    [FS_DATE_DAY_FIRST] = "day/month/year",
    [FS_DATE_MONTH_FIRST] = "month/day/year",
    [FS_DATE_DAY_NAME] = "day, month by name, year",
    [FS_DATE_NAME_DAY] = "month by name, day, year",
    [FS_DATE_COMPACT] = "yearmonthday",
    [FS_DATE_QUARTER] = "year and quarter",
    [FS_DATE_MONTH_YEAR] = "month by name, year",
    [FS_DATE_TIME_OF_DAY] = "time of day",
  };
  return names[form];
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The value at a place: get, set, check, reset, as numbers and as text. The one file that turns a
 * row's offset into memory, and the one that words what a setting accepts. */

#include "engine/experiment/schema.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "engine/base/nearest.h"
#include "engine/base/number.h"
#include "engine/base/text.h"

#define LARGEST_INTEGER 9007199254740992.0 /* 2^53: integers beyond are not exact as doubles */

static void *
field_of (const FsPlace *place)
{
  return (char *) place->object + place->setting->offset;
}

static size_t *
count_of (const FsPlace *place)
{
  return (size_t *) (void *) ((char *) place->object + place->setting->count_offset);
}

static char *
name_at (const FsPlace *place, size_t index)
{
  return (char *) field_of (place) + index * FS_TEXT_SIZE;
}

static size_t
count_choices (const FsChoice *choices)
{
  size_t n = 0;
  while (choices[n].word)
    n++;
  return n;
}

/* Appends to a text of fixed size; what does not fit is cut. */
__attribute__ ((format (printf, 3, 4))) static void
append (char *buffer, size_t size, const char *format, ...)
{
  const size_t length = strlen (buffer);
  va_list arguments;
  va_start (arguments, format);
  vsnprintf (buffer + length, size - length, format, arguments);
  va_end (arguments);
}

/* printf's "%lld" knows no locale; "%g" does, hence fs_number_write(). */
static void
append_number (char *buffer, size_t size, double value)
{
  char number[FS_NUMBER_SIZE];
  if (value == floor (value) && fabs (value) <= LARGEST_INTEGER)
    append (buffer, size, "%lld", (long long) value);
  else
    append (buffer, size, "%s", fs_number_write (value, number));
}

static void
append_choices (char *buffer, size_t size, const FsChoice *choices)
{
  const size_t n = count_choices (choices);
  for (size_t i = 0; i < n; i++)
    append (buffer, size, "%s%s",
            i == 0      ? ""
            : i + 1 < n ? ", "
                        : fs_text (" or "),
            choices[i].word);
}

void
fs_setting_describe_allowed (const FsSetting *setting, char *buffer, size_t size)
{
  buffer[0] = '\0';
  switch (setting->type)
    {
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
      append (buffer, size, "%s ",
              setting->type == FS_TYPE_INTEGER ? setting->min_is_excluded
                                                     ? fs_text ("a whole number above")
                                                     : fs_text ("a whole number from")
              : setting->min_is_excluded ? fs_text ("a number above")
                                               : fs_text ("a number from"));
      append_number (buffer, size, setting->min);
      append (buffer, size, "%s",
              setting->max_is_excluded ? fs_text (" to below ") : fs_text (" to "));
      append_number (buffer, size, setting->max);
      if (setting->special_word)
        append (buffer, size, fs_text (", or %s"), fs_text (setting->special_word));
      break;
    case FS_TYPE_BOOLEAN:
      append (buffer, size, "%s", fs_text ("true or false"));
      break;
    case FS_TYPE_CHOICE:
      append_choices (buffer, size, setting->choices);
      break;
    case FS_TYPE_TEXT:
      append (buffer, size, fs_text ("a text of at most %zu bytes"), setting->size - 1);
      break;
    case FS_TYPE_NAMES:
      append (buffer, size, fs_text ("at most %d names of columns"), FS_MAX_INPUTS);
      break;
    }
}

static FsStatus
refuse (const FsPlace *place, FsStatus status, const char *value, FsProblem *problem)
{
  char allowed[256];
  fs_setting_describe_allowed (place->setting, allowed, sizeof allowed);
  return fs_problem (problem, status, place->path[0] ? place->path : place->setting->key, value,
                     allowed);
}

static FsStatus
refuse_number (const FsPlace *place, FsStatus status, double value, FsProblem *problem)
{
  char text[FS_NUMBER_SIZE + 8] = "";
  append_number (text, sizeof text, value);
  return refuse (place, status, text, problem);
}

/* The comparisons are written so that NaN fails them. */
static bool
is_in_range (const FsSetting *setting, double value)
{
  const bool is_above = setting->min_is_excluded ? value > setting->min : value >= setting->min;
  const bool is_below = setting->max_is_excluded ? value < setting->max : value <= setting->max;
  return is_above && is_below;
}

static FsStatus
check_number (const FsPlace *place, double value, FsProblem *problem)
{
  const FsSetting *setting = place->setting;
  switch (setting->type)
    {
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
      if (setting->special_word && value == setting->special_value)
        return FS_OK;
      if (!is_in_range (setting, value))
        return refuse_number (place, FS_OUT_OF_RANGE, value, problem);
      if (setting->type == FS_TYPE_INTEGER && value != floor (value))
        return refuse_number (place, FS_WRONG_TYPE, value, problem);
      return FS_OK;
    case FS_TYPE_BOOLEAN:
      if (value != 0 && value != 1)
        return refuse_number (place, FS_WRONG_TYPE, value, problem);
      return FS_OK;
    case FS_TYPE_CHOICE:
      if (!(value >= 0 && value < (double) count_choices (setting->choices))
          || value != floor (value))
        return refuse_number (place, FS_UNKNOWN_CHOICE, value, problem);
      return FS_OK;
    case FS_TYPE_TEXT:
    case FS_TYPE_NAMES:
      break;
    }
  return refuse_number (place, FS_WRONG_TYPE, value, problem);
}

static void
store_number (const FsPlace *place, double value)
{
  void *field = field_of (place);
  switch (place->setting->type)
    {
    case FS_TYPE_NUMBER:
      *(double *) field = value + 0.0; /* makes −0 into 0, which prints and hashes alike */
      break;
    case FS_TYPE_INTEGER:
      *(int64_t *) field = (int64_t) value;
      break;
    case FS_TYPE_BOOLEAN:
      *(bool *) field = value != 0;
      break;
    case FS_TYPE_CHOICE:
      *(int *) field = (int) value;
      break;
    case FS_TYPE_TEXT:
    case FS_TYPE_NAMES:
      break;
    }
}

double
fs_place_get_number (const FsPlace *place)
{
  const void *field = field_of (place);
  switch (place->setting->type)
    {
    case FS_TYPE_NUMBER:
      return *(const double *) field;
    case FS_TYPE_INTEGER:
      return (double) *(const int64_t *) field;
    case FS_TYPE_BOOLEAN:
      return *(const bool *) field;
    case FS_TYPE_CHOICE:
      return *(const int *) field;
    case FS_TYPE_TEXT:
    case FS_TYPE_NAMES:
      break;
    }
  return NAN;
}

FsStatus
fs_place_set_number (const FsPlace *place, double value, FsProblem *problem)
{
  const FsStatus status = check_number (place, value, problem);
  if (status == FS_OK)
    store_number (place, value);
  return status;
}

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. An experiment is saved as JSON,
 * which holds nothing else. */
static bool
is_utf8 (const char *text)
{
  const unsigned char *byte = (const unsigned char *) text;
  while (*byte)
    {
      const unsigned lead = *byte++;
      if (lead < 0x80)
        continue;
      const unsigned n_more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
      if (lead < 0xC2 || lead > 0xF4)
        return false;
      const unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
      const unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
      if (*byte < low || *byte > high)
        return false;
      for (unsigned i = 0; i < n_more; i++)
        if ((*byte++ & 0xC0) != 0x80)
          return false;
    }
  return true;
}

static FsStatus
set_plain_text (const FsPlace *place, const char *text, FsProblem *problem)
{
  const size_t length = strlen (text);
  if (length >= place->setting->size)
    return refuse (place, FS_TOO_LARGE, text, problem);
  if (!is_utf8 (text))
    return fs_problem (problem, FS_MALFORMED, place->path, NULL, "a text in UTF-8");
  /* The rest of the buffer is zeroed, so that equal experiments have equal bytes. */
  char *field = field_of (place);
  memcpy (field, text, length);
  memset (field + length, 0, place->setting->size - length);
  return FS_OK;
}

/* Takes the next name of "a,b\,c" into `name`, without its escapes; returns what follows its comma,
 * NULL at the end. Sets *is_cut when it does not fit. */
static const char *
read_name (const char *text, char name[FS_TEXT_SIZE], bool *is_cut)
{
  size_t n = 0;
  for (; *text && *text != ','; text++)
    {
      if (*text == '\\' && (text[1] == ',' || text[1] == '\\'))
        text++;
      if (n + 1 < FS_TEXT_SIZE)
        name[n++] = *text;
      else
        *is_cut = true;
    }
  memset (name + n, 0, FS_TEXT_SIZE - n);
  return *text == ',' ? text + 1 : NULL;
}

static FsStatus
set_names (const FsPlace *place, const char *text, FsProblem *problem)
{
  char name[FS_TEXT_SIZE];
  bool is_cut = false;
  size_t n = 0;

  if (!is_utf8 (text))
    return fs_problem (problem, FS_MALFORMED, place->path, NULL, "names in UTF-8");
  /* Twice the same walk: first to find every fault, then to write. */
  for (const char *rest = *text ? text : NULL; rest; n++)
    {
      rest = read_name (rest, name, &is_cut);
      if (is_cut || n == FS_MAX_INPUTS)
        return refuse (place, FS_TOO_LARGE, name, problem);
      if (!name[0])
        return fs_problem (problem, FS_MALFORMED, place->path, text, "names without empty ones");
    }

  memset (field_of (place), 0, (size_t) FS_MAX_INPUTS * FS_TEXT_SIZE);
  *count_of (place) = n;
  const char *rest = text;
  for (size_t i = 0; i < n; i++)
    rest = read_name (rest, name_at (place, i), &is_cut);
  return FS_OK;
}

static FsStatus
set_choice_word (const FsPlace *place, const char *word, FsProblem *problem)
{
  const FsChoice *choices = place->setting->choices;
  size_t nearest = 0, best = SIZE_MAX;
  for (size_t i = 0; choices[i].word; i++)
    {
      const size_t distance = fs_nearest_distance (word, choices[i].word);
      if (distance == 0)
        {
          store_number (place, (double) i);
          return FS_OK;
        }
      if (distance < best)
        {
          best = distance;
          nearest = i;
        }
    }

  char allowed[256];
  fs_setting_describe_allowed (place->setting, allowed, sizeof allowed);
  if (fs_nearest_is_near (word, best) && choices[1].word)
    append (allowed, sizeof allowed, fs_text ("; the nearest is %s"), choices[nearest].word);
  return fs_problem (problem, FS_UNKNOWN_CHOICE, place->path, word, allowed);
}

static FsStatus
set_number_text (const FsPlace *place, const char *text, FsProblem *problem)
{
  const FsSetting *setting = place->setting;
  if (setting->special_word && strcmp (text, setting->special_word) == 0)
    {
      store_number (place, setting->special_value);
      return FS_OK;
    }

  double value;
  const size_t length = strlen (text);
  if (length == 0 || fs_number_read (text, length, &value) != length)
    return refuse (place, FS_WRONG_TYPE, text, problem);
  /* −1 stands for the word inside; a person who writes −1 means −1. */
  if (!is_in_range (setting, value))
    return refuse (place, FS_OUT_OF_RANGE, text, problem);
  if (setting->type == FS_TYPE_INTEGER && value != floor (value))
    return refuse (place, FS_WRONG_TYPE, text, problem);
  store_number (place, value);
  return FS_OK;
}

FsStatus
fs_place_set_text (const FsPlace *place, const char *text, FsProblem *problem)
{
  switch (place->setting->type)
    {
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
      return set_number_text (place, text, problem);
    case FS_TYPE_BOOLEAN:
      if (strcmp (text, "true") != 0 && strcmp (text, "false") != 0)
        return refuse (place, FS_WRONG_TYPE, text, problem);
      store_number (place, strcmp (text, "true") == 0);
      return FS_OK;
    case FS_TYPE_CHOICE:
      return set_choice_word (place, text, problem);
    case FS_TYPE_TEXT:
      return set_plain_text (place, text, problem);
    case FS_TYPE_NAMES:
      return set_names (place, text, problem);
    }
  return FS_OK;
}

static void
append_names (char *buffer, size_t size, const FsPlace *place)
{
  for (size_t i = 0; i < *count_of (place); i++)
    {
      if (i > 0)
        append (buffer, size, ",");
      for (const char *c = name_at (place, i); *c; c++)
        append (buffer, size, *c == ',' || *c == '\\' ? "\\%c" : "%c", *c);
    }
}

void
fs_place_get_text (const FsPlace *place, char *buffer, size_t size)
{
  const FsSetting *setting = place->setting;
  const double value = fs_place_get_number (place);
  buffer[0] = '\0';
  switch (setting->type)
    {
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
      if (setting->special_word && value == setting->special_value)
        append (buffer, size, "%s", setting->special_word);
      else
        append_number (buffer, size, value);
      break;
    case FS_TYPE_BOOLEAN:
      append (buffer, size, "%s", value != 0 ? "true" : "false");
      break;
    case FS_TYPE_CHOICE:
      append (buffer, size, "%s", setting->choices[(int) value].word);
      break;
    case FS_TYPE_TEXT:
      append (buffer, size, "%s", (const char *) field_of (place));
      break;
    case FS_TYPE_NAMES:
      append_names (buffer, size, place);
      break;
    }
}

FsStatus
fs_place_check (const FsPlace *place, FsProblem *problem)
{
  const FsSetting *setting = place->setting;
  if (setting->type == FS_TYPE_TEXT)
    {
      if (!memchr (field_of (place), '\0', setting->size))
        return refuse (place, FS_TOO_LARGE, NULL, problem);
      return FS_OK;
    }
  if (setting->type == FS_TYPE_NAMES)
    {
      for (size_t i = 0; i < *count_of (place); i++)
        if (!memchr (name_at (place, i), '\0', FS_TEXT_SIZE))
          return refuse (place, FS_TOO_LARGE, NULL, problem);
      return FS_OK;
    }
  return check_number (place, fs_place_get_number (place), problem);
}

void
fs_place_reset (const FsPlace *place)
{
  const FsSetting *setting = place->setting;
  if (setting->type == FS_TYPE_TEXT || setting->type == FS_TYPE_NAMES)
    fs_place_set_text (place, setting->default_text, NULL);
  else
    store_number (place, setting->default_value);
}

bool
fs_place_is_default (const FsPlace *place)
{
  const FsSetting *setting = place->setting;
  if (setting->type == FS_TYPE_TEXT)
    return strcmp (field_of (place), setting->default_text) == 0;
  if (setting->type == FS_TYPE_NAMES)
    return *count_of (place) == 0;
  return fs_place_get_number (place) == setting->default_value;
}

bool
fs_place_is_equal (const FsPlace *left, const FsPlace *right)
{
  if (left->setting->type == FS_TYPE_TEXT)
    return strcmp (field_of (left), field_of (right)) == 0;
  if (left->setting->type != FS_TYPE_NAMES)
    return fs_place_get_number (left) == fs_place_get_number (right);

  if (*count_of (left) != *count_of (right))
    return false;
  for (size_t i = 0; i < *count_of (left); i++)
    if (strcmp (name_at (left, i), name_at (right, i)) != 0)
      return false;
  return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The strict check of JSON texts and the writing of JSON values; see json-text.h. */

#include "engine/lab/json-text.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"

#define MAX_DEPTH 32 /* an experiment needs 4; recursion must end somewhere */

typedef struct
{
  const char *at, *end;
  gsize line;
  unsigned depth;
  GString *path; /* of the value being read */
  GHashTable *marks;
  const char *name;
  GError **error;
} Check;

static gboolean check_value (Check *check);

static void
mark_free (gpointer data)
{
  FsJsonMark *mark = data;
  g_free (mark->number);
  g_free (mark);
}

G_GNUC_PRINTF (3, 4)
static gboolean
fail (Check *check, FsStatus status, const char *format, ...)
{
  FsProblem problem;
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *allowed = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fs_problem_at (&problem, status, check->name, check->line, NULL, "%s", allowed);
  return fs_lab_error_take (check->error, &problem);
}

/* "the end of the file", "“x”": what stands where something else should. */
static gboolean
fail_expected (Check *check, const char *expected)
{
  if (check->at == check->end)
    return fail (check, FS_MALFORMED, "the file ends where %s belongs", expected);
  if (*check->at == '/' || *check->at == '#')
    return fail (check, FS_MALFORMED, "JSON has no comments; %s belongs here", expected);

  const char *next = g_utf8_find_next_char (check->at, check->end);
  g_autofree char *found = g_strndup (check->at, (next ? next : check->end) - check->at);
  if ((unsigned char) found[0] < 0x20)
    return fail (check, FS_MALFORMED, "%s belongs here, not a control character", expected);
  return fail (check, FS_MALFORMED, "%s belongs here, not “%s”", expected, found);
}

static void
skip_blanks (Check *check)
{
  for (; check->at < check->end && strchr (" \t\r\n", *check->at) && *check->at; check->at++)
    if (*check->at == '\n')
      check->line++;
}

static gboolean
take (Check *check, char byte)
{
  skip_blanks (check);
  if (check->at == check->end || *check->at != byte)
    return FALSE;
  check->at++;
  return TRUE;
}

/* Four hexadecimal digits; -1 if they are not. */
static int
read_unit (Check *check)
{
  int unit = 0;
  for (int i = 0; i < 4; i++, check->at++)
    {
      if (check->at == check->end || !g_ascii_isxdigit (*check->at))
        return -1;
      unit = unit * 16 + g_ascii_xdigit_value (*check->at);
    }
  return unit;
}

static gboolean
check_escape (Check *check)
{
  const char kind = check->at < check->end ? *check->at : '\0';
  if (kind && strchr ("\"\\/bfnrt", kind))
    {
      check->at++;
      return TRUE;
    }
  if (kind != 'u')
    return fail (check, FS_MALFORMED, "a backslash is followed by one of \" \\ / b f n r t u");

  check->at++;
  const int unit = read_unit (check);
  if (unit < 0)
    return fail (check, FS_MALFORMED, "\\u is followed by four hexadecimal digits");
  if (unit == 0)
    return fail (check, FS_MALFORMED, "a text cannot contain the character \\u0000");
  if (unit >= 0xD800 && unit < 0xDC00 && check->end - check->at >= 6
      && strncmp (check->at, "\\u", 2) == 0)
    {
      check->at += 2;
      const int low = read_unit (check);
      if (low >= 0xDC00 && low < 0xE000)
        return TRUE;
    }
  if (unit >= 0xD800 && unit < 0xE000)
    return fail (check, FS_MALFORMED, "half of a surrogate pair is no character");
  return TRUE;
}

/* The text between the quotes, undecoded, is [*start, *start + *length). */
static gboolean
check_string (Check *check, const char **start, gsize *length)
{
  if (!take (check, '"'))
    return fail_expected (check, "a text in double quotes");
  *start = check->at;
  while (check->at < check->end && *check->at != '"')
    {
      const unsigned char byte = (unsigned char) *check->at++;
      if (byte < 0x20)
        return fail (check, FS_MALFORMED,
                     "a text ends on its line; line breaks in it are written \\n");
      if (byte == '\\' && !check_escape (check))
        return FALSE;
    }
  *length = (gsize) (check->at - *start);
  if (check->at == check->end)
    return fail (check, FS_MALFORMED, "the file ends within a text");
  check->at++;
  return TRUE;
}

static gboolean
take_digits (Check *check)
{
  const char *start = check->at;
  while (check->at < check->end && g_ascii_isdigit (*check->at))
    check->at++;
  return check->at > start;
}

/* -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)? */
static gboolean
check_number (Check *check, FsJsonMark *mark)
{
  const char *start = check->at;
  if (*check->at == '-')
    check->at++;
  const gboolean has_leading_zero = check->at < check->end && *check->at == '0';
  const char *digits = check->at;
  if (!take_digits (check))
    return fail_expected (check, "a digit");
  if (has_leading_zero && check->at > digits + 1)
    return fail (check, FS_MALFORMED, "a number does not begin with 0 before other digits");
  if (check->at < check->end && *check->at == '.')
    {
      check->at++;
      if (!take_digits (check))
        return fail_expected (check, "a digit after the decimal point");
    }
  if (check->at < check->end && (*check->at == 'e' || *check->at == 'E'))
    {
      check->at++;
      if (check->at < check->end && (*check->at == '+' || *check->at == '-'))
        check->at++;
      if (!take_digits (check))
        return fail_expected (check, "a digit of the exponent");
    }
  mark->number = g_strndup (start, (gsize) (check->at - start));
  return TRUE;
}

static gboolean
take_word (Check *check, const char *word)
{
  const gsize length = strlen (word);
  if ((gsize) (check->end - check->at) < length || strncmp (check->at, word, length) != 0)
    return FALSE;
  check->at += length;
  return TRUE;
}

static gboolean
check_member (Check *check)
{
  const char *key;
  gsize length;
  if (!check_string (check, &key, &length))
    return FALSE;
  const gsize parent_length = check->path->len;
  if (parent_length > 0)
    g_string_append_c (check->path, '.');
  g_string_append_len (check->path, key, (gssize) length);
  if (g_hash_table_contains (check->marks, check->path->str))
    return fail (check, FS_MALFORMED, "the key “%s” stands here for the second time",
                 check->path->str);
  if (!take (check, ':'))
    return fail_expected (check, "a colon");
  if (!check_value (check))
    return FALSE;
  g_string_truncate (check->path, parent_length);
  return TRUE;
}

static gboolean
check_element (Check *check, gsize index)
{
  const gsize parent_length = check->path->len;
  g_string_append_printf (check->path, ".%" G_GSIZE_FORMAT, index);
  if (!check_value (check))
    return FALSE;
  g_string_truncate (check->path, parent_length);
  return TRUE;
}

static gboolean
check_list (Check *check, gboolean is_object)
{
  const char close = is_object ? '}' : ']';
  check->at++;
  if (++check->depth > MAX_DEPTH)
    return fail (check, FS_TOO_LARGE, "at most %d brackets within each other", MAX_DEPTH);
  if (!take (check, close))
    {
      gsize index = 0;
      do
        if (!(is_object ? check_member (check) : check_element (check, index++)))
          return FALSE;
      while (take (check, ','));
      if (!take (check, close))
        return fail_expected (check, is_object ? "a comma or }" : "a comma or ]");
    }
  check->depth--;
  return TRUE;
}

static gboolean
check_value (Check *check)
{
  skip_blanks (check);
  FsJsonMark *mark = g_new0 (FsJsonMark, 1);
  mark->line = check->line;
  /* The outermost value has no path; an empty key would take it for its double. */
  g_hash_table_insert (check->marks, g_strdup (check->depth ? check->path->str : "."), mark);

  const char first = check->at < check->end ? *check->at : '\0';
  const char *start;
  gsize length;
  if (first == '{' || first == '[')
    return check_list (check, first == '{');
  if (first == '"')
    return check_string (check, &start, &length);
  if (first == '-' || g_ascii_isdigit (first))
    return check_number (check, mark);
  if (take_word (check, "true") || take_word (check, "false") || take_word (check, "null"))
    return TRUE;
  return fail_expected (check, "a value");
}

static gboolean
check_text (Check *check)
{
  if (take_word (check, "\xef\xbb\xbf"))
    return fail (check, FS_MALFORMED,
                 "JSON begins without a byte order mark; save it as plain "
                 "UTF-8");
  skip_blanks (check);
  if (check->at == check->end)
    return fail (check, FS_MALFORMED, "the file is empty; {} is the smallest experiment");
  if (*check->at != '{')
    return fail_expected (check, "{");
  if (!check_value (check))
    return FALSE;
  skip_blanks (check);
  if (check->at < check->end)
    return fail_expected (check, "the end of the file");
  return TRUE;
}

GHashTable *
fs_json_check (const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (GHashTable) marks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, mark_free);
  g_autoptr (GString) path = g_string_new (NULL);
  Check check = {
    .at = text,
    .end = text + length,
    .line = 1,
    .path = path,
    .marks = marks,
    .name = name,
    .error = error,
  };

  /* g_utf8_validate_len() refuses NUL bytes too. */
  const char *valid_end;
  if (!g_utf8_validate_len (text, length, &valid_end))
    {
      for (const char *c = text; c < valid_end; c++)
        check.line += *c == '\n';
      const gboolean is_nul = valid_end < check.end && *valid_end == '\0';
      fail (&check, FS_MALFORMED, "%s is not text in UTF-8",
            is_nul ? "a NUL byte" : "a byte outside every character");
      return NULL;
    }
  return check_text (&check) ? g_steal_pointer (&marks) : NULL;
}

void
fs_json_append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *c = text; *c; c++)
    switch (*c)
      {
      case '"':
        g_string_append (json, "\\\"");
        break;
      case '\\':
        g_string_append (json, "\\\\");
        break;
      case '\n':
        g_string_append (json, "\\n");
        break;
      case '\t':
        g_string_append (json, "\\t");
        break;
      default:
        if ((unsigned char) *c < 0x20 || *c == 0x7f)
          g_string_append_printf (json, "\\u%04x", (unsigned char) *c);
        else
          g_string_append_c (json, *c);
      }
  g_string_append_c (json, '"');
}

void
fs_json_append_number (GString *json, double value)
{
  char number[FS_NUMBER_SIZE];
  g_string_append (json, isfinite (value) ? fs_number_write (value, number) : "null");
}

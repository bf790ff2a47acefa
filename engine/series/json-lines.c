/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects of JSON into rows; see json-lines.h. The text is walked twice: for the names of the columns,
 * then for the cells. Only what a table needs is read: values are cut out, not interpreted. */

#include "engine/series/json-lines.h"

#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/cell-table.h"
#include "engine/series/text-source.h"

#define MAX_DEPTH 32

/* Keys joined by dots are at most this long. */
#define MAX_KEY 512

#define N_SLOTS 16384 /* a power of two well above FS_MAX_TABLE_COLUMNS */

typedef struct
{
  const char *text;
  size_t n, at;
  size_t line;
  char key[MAX_KEY]; /* of the value being read, with those of the objects around it */
  char *scratch;     /* [n + 1]: a string without its escapes */
  FsCellTable table;
  bool is_naming;             /* the first walk */
  uint16_t slots[N_SLOTS];    /* column + 1 by name */
  size_t n_arrays, n_objects; /* values that are arrays; rows */
} Reader;

static FsStatus
malformed (Reader *r, const char *what)
{
  const size_t at = r->at < r->n ? r->at : r->n;
  size_t start = at;
  while (start > 0 && r->text[start - 1] != '\n')
    start--;
  return fs_problem_at (r->table.problem, FS_MALFORMED, r->table.name, r->line, NULL,
                        "%s at character %zu of the line", fs_text (what), at - start + 1);
}

static void
skip_blanks (Reader *r)
{
  for (; r->at < r->n; r->at++)
    {
      char c = r->text[r->at];
      if (c == '\n')
        r->line++;
      else if (c != ' ' && c != '\t' && c != '\r')
        break;
    }
}

static char
peek (const Reader *r)
{
  return r->at < r->n ? r->text[r->at] : '\0';
}

static int
hex_digit (char c)
{
  return c >= '0' && c <= '9'                 ? c - '0'
         : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
                                              : -1;
}

/* Four hexadecimal digits at r->at; -1 if they are not there. */
static long
take_unit (Reader *r)
{
  long unit = 0;
  for (int i = 0; i < 4; i++, r->at++)
    {
      int digit = hex_digit (peek (r));
      if (digit < 0)
        return -1;
      unit = unit * 16 + digit;
    }
  return unit;
}

static char *
put_character (char *out, unsigned long c)
{
  static const unsigned char leads[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
  int length = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (length == 1)
    *out = (char) c;
  else
    {
      for (int i = length; i-- > 1; c >>= 6)
        out[i] = (char) (0x80 | (c & 0x3F));
      out[0] = (char) (leads[length] | c);
    }
  return out + length;
}

static bool
take_escape (Reader *r, char **out)
{
  static const char names[] = "\"\\/bfnrt", values[] = "\"\\/\b\f\n\r\t";
  char c = peek (r);
  const char *found = c ? strchr (names, c) : NULL;
  r->at++;
  if (found)
    {
      *(*out)++ = values[found - names];
      return true;
    }
  if (c != 'u')
    return false;
  long unit = take_unit (r);
  if (unit < 0)
    return false;
  unsigned long character = (unsigned long) unit;
  if (unit >= 0xD800 && unit < 0xDC00 && peek (r) == '\\' && r->at + 1 < r->n
      && r->text[r->at + 1] == 'u')
    {
      r->at += 2;
      long low = take_unit (r);
      if (low < 0xDC00 || low >= 0xE000)
        return false;
      character =
          0x10000 + (((unsigned long) unit - 0xD800) << 10) + ((unsigned long) low - 0xDC00);
    }
  else if (unit >= 0xD800 && unit < 0xE000)
    character = 0xFFFD;
  *out = put_character (*out, character);
  return true;
}

/* A string at its opening quote, into r->scratch. */
static FsStatus
take_string (Reader *r, size_t *length)
{
  char *out = r->scratch;
  r->at++;
  while (r->at < r->n && r->text[r->at] != '"')
    {
      char c = r->text[r->at];
      if ((unsigned char) c < 0x20)
        return malformed (r, "a string goes on beyond its line");
      r->at++;
      if (c != '\\')
        *out++ = c;
      else if (!take_escape (r, &out))
        return malformed (r, "an escape that JSON does not know");
    }
  if (r->at == r->n)
    return malformed (r, "a string that is never closed");
  r->at++;
  *length = (size_t) (out - r->scratch);
  return FS_OK;
}

/* The slot of a column's name, or the free one where it belongs. */
static size_t
find_slot (const Reader *r, const char *key)
{
  uint32_t hash = 2166136261u;
  for (const char *c = key; *c; c++)
    hash = (hash ^ (unsigned char) *c) * 16777619u;
  size_t slot = (hash ^ hash >> 15) & (N_SLOTS - 1);
  const FsFrame *frame = r->table.builder->frame;
  while (r->slots[slot] && strcmp (frame->columns[r->slots[slot] - 1].name, key) != 0)
    slot = (slot + 1) & (N_SLOTS - 1);
  return slot;
}

/* The value of r->key: on the first walk its column, on the second its cell (NULL = missing). */
static FsStatus
give (Reader *r, const char *text, size_t length)
{
  size_t slot = find_slot (r, r->key);
  if (r->is_naming && !r->slots[slot])
    {
      FsStatus status = fs_cell_table_add_column (&r->table, r->key, strlen (r->key));
      if (!status)
        r->slots[slot] = (uint16_t) r->table.builder->frame->n_columns;
      return status;
    }
  if (r->is_naming || !text || !r->slots[slot])
    return FS_OK;
  return fs_cell_table_put (&r->table, (size_t) r->slots[slot] - 1, text, length);
}

static FsStatus take_value (Reader *r, int depth);

/* Adds a name to r->key behind `n_before` bytes. */
static void
extend_key (Reader *r, size_t n_before, const char *name, size_t length)
{
  size_t at = n_before;
  if (at > 0 && at + 1 < MAX_KEY)
    r->key[at++] = '.';
  for (size_t i = 0; i < length && at + 1 < MAX_KEY; i++)
    r->key[at++] = name[i] ? name[i] : ' ';
  /* A name that is cut must stay text. */
  while (at > 0 && at + 1 == MAX_KEY && ((unsigned char) r->key[at - 1] & 0x80))
    at--;
  if (at == 0)
    r->key[at++] = '-';
  r->key[at] = '\0';
}

/* The members of an object at its opening brace. */
static FsStatus
take_object (Reader *r, int depth)
{
  const size_t n_before = strlen (r->key);
  FsStatus status;
  size_t length;
  r->at++;
  skip_blanks (r);
  if (peek (r) == '}')
    {
      r->at++;
      return FS_OK;
    }
  for (;;)
    {
      skip_blanks (r);
      if (peek (r) != '"')
        return malformed (r, "a name in quotes is expected");
      if ((status = take_string (r, &length)) != FS_OK)
        return status;
      extend_key (r, n_before, r->scratch, length);
      skip_blanks (r);
      if (peek (r) != ':')
        return malformed (r, "a colon is expected");
      r->at++;
      if ((status = take_value (r, depth + 1)) != FS_OK)
        return status;
      r->key[n_before] = '\0';
      skip_blanks (r);
      char c = peek (r);
      if (c != ',' && c != '}')
        return malformed (r, "a comma or the end of the object is expected");
      r->at++;
      if (c == '}')
        return FS_OK;
    }
}

/* Steps over an array, whose text is the value. */
static FsStatus
take_array (Reader *r)
{
  const size_t start = r->at;
  int depth = 0;
  do
    {
      char c = peek (r);
      if (r->at == r->n)
        return malformed (r, "an array that is never closed");
      if (c == '"')
        {
          size_t length;
          FsStatus status = take_string (r, &length);
          if (status)
            return status;
          continue;
        }
      depth += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
      r->line += c == '\n';
      r->at++;
    }
  while (depth > 0);
  r->n_arrays += r->is_naming;
  return give (r, r->text + start, r->at - start);
}

/* A number, true, false or null. */
static FsStatus
take_word (Reader *r)
{
  const size_t start = r->at;
  while (r->at < r->n && !strchr (",]} \t\r\n:\"[{", r->text[r->at]))
    r->at++;
  const char *word = r->text + start;
  const size_t length = r->at - start;
  bool is_null = length == 4 && memcmp (word, "null", 4) == 0;
  bool is_word = is_null || (length == 4 && memcmp (word, "true", 4) == 0)
                 || (length == 5 && memcmp (word, "false", 5) == 0)
                 || (length == 3 && memcmp (word, "NaN", 3) == 0)
                 || (length == 8 && memcmp (word, "Infinity", 8) == 0)
                 || (length == 9 && memcmp (word, "-Infinity", 9) == 0);
  bool is_number = length > 0 && (word[0] == '-' || (word[0] >= '0' && word[0] <= '9'));
  for (size_t i = 0; i < length && is_number; i++)
    is_number = strchr ("+-.eE0123456789", word[i]) != NULL;
  if (!is_word && !is_number)
    {
      r->at = start;
      return malformed (r, "a value is expected");
    }
  return give (r, is_null ? NULL : word, length);
}

static FsStatus
take_value (Reader *r, int depth)
{
  size_t length;
  skip_blanks (r);
  switch (peek (r))
    {
    case '{':
      if (depth >= MAX_DEPTH)
        return malformed (r, "objects are nested too deeply");
      return take_object (r, depth);
    case '[':
      return take_array (r);
    case '"':
      {
        FsStatus status = take_string (r, &length);
        return status ? status : give (r, r->scratch, length);
      }
    default:
      return take_word (r);
    }
}

/* All rows, once. */
static FsStatus
walk (Reader *r)
{
  r->at = 0;
  r->line = 1;
  skip_blanks (r);
  const bool is_array = peek (r) == '[';
  FsStatus status = FS_OK;
  r->at += is_array;
  for (;;)
    {
      skip_blanks (r);
      if (r->at == r->n && !is_array)
        return FS_OK;
      if (is_array && peek (r) == ']')
        {
          r->at++;
          skip_blanks (r);
          return r->at == r->n ? FS_OK : malformed (r, "something follows the array");
        }
      if (peek (r) != '{')
        return malformed (r, "an object is expected");
      r->key[0] = '\0';
      if (!r->is_naming)
        status = fs_cell_table_add_row (&r->table, r->line);
      else
        r->n_objects++;
      if ((r->n_objects & 0xFFF) == 0 && fs_interrupt_is_requested (r->table.options->interrupt))
        return fs_problem (r->table.problem, FS_INTERRUPTED, r->table.name, NULL, NULL);
      if (!status)
        status = take_object (r, 0);
      if (status)
        return status;
      fs_read_progress (r->table.options, r->is_naming ? r->at : r->n + r->at, 2 * r->n);
      if (!r->is_naming && r->table.grid.n_rows == r->table.options->max_rows)
        return FS_OK;
      skip_blanks (r);
      if (is_array && peek (r) == ',')
        r->at++;
      else if (is_array && peek (r) != ']')
        return malformed (r, "a comma or the end of the array is expected");
    }
}

bool
fs_json_lines_is (const char *bytes, size_t n_bytes)
{
  size_t i = 0;
  static const char mark[] = "\xEF\xBB\xBF";
  bool is_in_array = false;
  if (n_bytes >= 3 && memcmp (bytes, mark, 3) == 0)
    i = 3;
  for (; i < n_bytes; i++)
    {
      char c = bytes[i];
      if (c == '{')
        break;
      if (c == '[' && !is_in_array)
        is_in_array = true;
      else if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
        return false;
    }
  /* An object begins with a name in quotes; "{a}" does not. */
  for (i++; i < n_bytes; i++)
    {
      char c = bytes[i];
      if (c == '"' || c == '}')
        return true;
      if (c != ' ' && c != '\t' && c != '\r' && c != '\n')
        return false;
    }
  return false;
}

static FsStatus
read_objects (Reader *r)
{
  FsStatus status;
  const FsFrame *frame = r->table.builder->frame;
  if (!r->scratch)
    return fs_problem (r->table.problem, FS_OUT_OF_MEMORY, r->table.name, NULL, NULL);
  r->is_naming = true;
  if ((status = walk (r)) != FS_OK)
    return status;
  if (frame->n_columns == 0)
    return fs_problem (r->table.problem, FS_MALFORMED, r->table.name, NULL,
                       "no object has a value");
  fs_builder_decide (r->table.builder, "format", "JSON", "%zu objects with %zu different names",
                     r->n_objects, frame->n_columns);
  if (r->n_arrays > 0)
    fs_builder_warn (r->table.builder, 0, "%zu values are arrays, which are kept as their text",
                     r->n_arrays);
  r->is_naming = false;
  if ((status = walk (r)) != FS_OK)
    return status;
  return fs_cell_table_finish (&r->table);
}

FsStatus
fs_json_lines_read (FsFrameBuilder *builder,
                    const char *name,
                    const char *bytes,
                    size_t n_bytes,
                    const FsReadOptions *options,
                    FsProblem *problem)
{
  FsTextSource source = { 0 };
  FsStatus status =
      fs_text_source_open (&source, name, bytes, n_bytes, options->import, builder, problem);
  Reader *r = status ? NULL : calloc (1, sizeof *r);
  if (!status && !r)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  if (!status)
    {
      fs_cell_table_init (&r->table, name, source.n_bytes, builder, options, problem);
      r->text = source.text;
      r->n = source.n_bytes;
      r->scratch = malloc (r->n + 1);
      status = read_objects (r);
      fs_cell_table_clear (&r->table);
      free (r->scratch);
      free (r);
    }
  fs_text_source_close (&source);
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The header of an array: a Python dictionary of three known keys, as NumPy writes it. Read by search
 * for the keys, with everything that follows checked; it is never interpreted as a program. */

#include "engine/series/npy-header.h"

#include <stdint.h>
#include <string.h>
#include "engine/base/size.h"

#define MAGIC "\x93NUMPY"
#define MAGIC_SIZE 6
#define MAX_HEADER 65536

typedef struct
{
  const char *text;
  size_t n;
} Span;

bool
fs_npy_is_array (const char *bytes, size_t n_bytes)
{
  return n_bytes >= MAGIC_SIZE && memcmp (bytes, MAGIC, MAGIC_SIZE) == 0;
}

static FsStatus
damaged (const char *name, FsProblem *problem)
{
  return fs_problem (problem, FS_MALFORMED, name, NULL,
                     "this NumPy array is damaged or was cut short; save it again");
}

/* What follows "'key':" without the blanks before it; empty if the key is not there. */
static Span
value_of (Span header, const char *key)
{
  const size_t length = strlen (key);
  for (size_t i = 0; i + length + 3 < header.n; i++)
    {
      char quote = header.text[i];
      if ((quote != '\'' && quote != '"') || memcmp (header.text + i + 1, key, length) != 0
          || header.text[i + 1 + length] != quote)
        continue;
      size_t at = i + length + 2;
      while (at < header.n && (header.text[at] == ' ' || header.text[at] == ':'))
        at++;
      return (Span){ header.text + at, header.n - at };
    }
  return (Span){ NULL, 0 };
}

static bool
take_size (Span *span, size_t *size)
{
  size_t n = 0;
  *size = 0;
  for (; n < span->n && span->text[n] >= '0' && span->text[n] <= '9' && n < 18; n++)
    *size = *size * 10 + (size_t) (span->text[n] - '0');
  span->text += n;
  span->n -= n;
  return n > 0;
}

/* "(3, 4)", "(3,)", "()". */
static FsStatus
read_shape (FsNpyArray *array, Span span, const char *name, FsProblem *problem)
{
  if (span.n == 0 || span.text[0] != '(')
    return damaged (name, problem);
  span.text++;
  span.n--;
  for (;;)
    {
      size_t size;
      while (span.n > 0 && (span.text[0] == ' ' || span.text[0] == ','))
        {
          span.text++;
          span.n--;
        }
      if (span.n > 0 && span.text[0] == ')')
        return FS_OK;
      if (!take_size (&span, &size))
        return damaged (name, problem);
      if (array->n_dimensions == FS_NPY_DIMENSIONS)
        return fs_problem (problem, FS_MALFORMED, name, NULL,
                           "this array has more than three dimensions");
      array->shape[array->n_dimensions++] = size;
    }
}

static bool
is_big_endian (void)
{
  const uint16_t one = 1;
  return *(const unsigned char *) &one == 0;
}

/* "[ns]", "[15m]" after M8. */
static bool
read_unit (FsNpyArray *array, Span span)
{
  static const struct
  {
    const char *word;
    double seconds;
  } units[] = { { "W", 604800 }, { "D", 86400 }, { "h", 3600 },  { "m", 60 },
                { "s", 1 },      { "ms", 1e-3 }, { "us", 1e-6 }, { "ns", 1e-9 } };
  size_t count = 1;
  if (span.n < 3 || span.text[0] != '[')
    return false;
  span.text++;
  span.n--;
  if (!take_size (&span, &count))
    count = 1;
  for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
    {
      const size_t length = strlen (units[i].word);
      if (span.n > length && memcmp (span.text, units[i].word, length) == 0
          && span.text[length] == ']')
        {
          array->seconds = units[i].seconds * (double) count;
          return true;
        }
    }
  return false;
}

/* "'<f8'", "'|b1'", "'<M8[D]'"; a list or an O is refused. */
static FsStatus
read_kind (FsNpyArray *array, Span span, const char *name, FsProblem *problem)
{
  if (span.n < 4 || (span.text[0] != '\'' && span.text[0] != '"'))
    return fs_problem (problem, FS_MALFORMED, name, NULL,
                       "this array has several fields and not one kind of number; save them apart");
  const char order = span.text[1];
  array->kind = span.text[2];
  span.text += 3;
  span.n -= 3;
  if (array->kind == 'O')
    return fs_problem (problem, FS_MALFORMED, name, NULL,
                       "this array holds Python objects, which may be programs and are not opened; "
                       "save it with a number type (astype(float))");
  const bool has_size = take_size (&span, &array->item_size);
  bool is_good = has_size && strchr ("<>|=", order);
  switch (array->kind)
    {
    case 'f':
      is_good =
          is_good && (array->item_size == 2 || array->item_size == 4 || array->item_size == 8);
      break;
    case 'i':
    case 'u':
      is_good = is_good
                && (array->item_size == 1 || array->item_size == 2 || array->item_size == 4
                    || array->item_size == 8);
      break;
    case 'b':
      is_good = is_good && array->item_size == 1;
      break;
    case 'M':
      is_good = is_good && array->item_size == 8 && read_unit (array, span);
      break;
    case 'U': /* four bytes a character */
      is_good = is_good && array->item_size > 0 && array->item_size < 1u << 20;
      array->item_size *= 4;
      break;
    case 'S':
      is_good = is_good && array->item_size > 0 && array->item_size < 1u << 20;
      break;
    default:
      is_good = false;
    }
  array->is_swapped =
      array->item_size > 1 && (order == '>') != is_big_endian () && (order == '>' || order == '<');
  return is_good
             ? FS_OK
             : fs_problem (problem, FS_MALFORMED, name, NULL,
                           "this array holds none of integers, floats, booleans, dates and texts");
}

FsStatus
fs_npy_open (FsNpyArray *array,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             FsProblem *problem)
{
  const unsigned char *u = (const unsigned char *) bytes;
  *array = (FsNpyArray){ 0 };
  if (n_bytes < 12 || !fs_npy_is_array (bytes, n_bytes))
    return damaged (name, problem);
  if (u[6] < 1 || u[6] > 3)
    return fs_problem (problem, FS_MALFORMED, name, NULL,
                       "this NumPy array is of a newer format than 3");
  const size_t start = u[6] == 1 ? 10 : 12;
  size_t length = (size_t) u[8] | (size_t) u[9] << 8;
  if (u[6] > 1)
    length |= (size_t) u[10] << 16 | (size_t) u[11] << 24;
  if (length > MAX_HEADER || length > n_bytes - start)
    return damaged (name, problem);
  const Span header = { bytes + start, length };
  const Span fortran = value_of (header, "fortran_order");
  FsStatus status = read_kind (array, value_of (header, "descr"), name, problem);
  if (!status)
    status = read_shape (array, value_of (header, "shape"), name, problem);
  if (status)
    return status;
  if (fortran.n < 5)
    return damaged (name, problem);
  array->is_fortran = fortran.text[0] == 'T';
  size_t wanted = array->item_size;
  for (size_t i = 0; i < array->n_dimensions; i++)
    wanted = fs_size_multiply (wanted, array->shape[i]);
  array->values = bytes + start + length;
  return wanted <= n_bytes - start - length ? FS_OK : damaged (name, problem);
}

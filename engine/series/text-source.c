/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes into UTF-8; see text-source.h. */

#include "engine/series/text-source.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-scan.h"

typedef enum
{
  UTF_8,
  UTF_16_LE,
  UTF_16_BE,
  UTF_32_LE,
  UTF_32_BE,
  WINDOWS_1252
} Encoding;

/* Control characters that no text has; more than one in this many bytes and the file is no text. */
#define BYTES_PER_CONTROL 200

/* First bytes of files that people give instead of a table, and what to do. */
static const struct
{
  const char *bytes;
  size_t n;
  const char *advice;
} magics[] = {
  { "\x89PNG", 4, "this is a PNG picture, not a table" },
  { "\xFF\xD8\xFF", 3, "this is a JPEG picture, not a table" },
  { "GIF8", 4, "this is a GIF picture, not a table" },
  { "%PDF", 4, "this is a PDF document, not a table" },
  { "PK\x03\x04", 4, "this is a ZIP archive or a spreadsheet; save the sheet as CSV" },
  { "\xD0\xCF\x11\xE0", 4, "this is an old spreadsheet or document; save the sheet as CSV" },
  { "BZh", 3, "this file is packed with bzip2; unpack it first" },
  { "\xFD"
    "7zXZ",
    5, "this file is packed with xz; unpack it first" },
  { "\x28\xB5\x2F\xFD", 4, "this file is packed with zstd; unpack it first" },
  { "SQLite format 3", 15, "this is a database; export the table as CSV" },
  { "PAR1", 4, "this is a Parquet file; export it as CSV" },
  { "\x89HDF", 4, "this is an HDF5 file; export the table as CSV" },
  { "\x93NUMPY", 6, "this is a NumPy array; save it as CSV" },
};

/* What Windows-1252 has from 0x80 to 0x9F; the holes become U+FFFD. */
static const uint16_t windows_1252[32] = {
  0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
  0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
  0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

/* Length of the valid UTF-8 sequence at `u`, 0 if it is not one. */
static size_t
sequence_length (const unsigned char *u, size_t n)
{
  if (u[0] < 0x80)
    return 1;
  if (u[0] >= 0xC2 && u[0] <= 0xDF)
    return n >= 2 && (u[1] & 0xC0) == 0x80 ? 2 : 0;
  if (u[0] >= 0xE0 && u[0] <= 0xEF)
    {
      if (n < 3 || (u[1] & 0xC0) != 0x80 || (u[2] & 0xC0) != 0x80)
        return 0;
      bool is_overlong = u[0] == 0xE0 && u[1] < 0xA0;
      bool is_surrogate = u[0] == 0xED && u[1] >= 0xA0;
      return is_overlong || is_surrogate ? 0 : 3;
    }
  if (u[0] >= 0xF0 && u[0] <= 0xF4)
    {
      if (n < 4 || (u[1] & 0xC0) != 0x80 || (u[2] & 0xC0) != 0x80 || (u[3] & 0xC0) != 0x80)
        return 0;
      bool is_overlong = u[0] == 0xF0 && u[1] < 0x90;
      bool is_beyond = u[0] == 0xF4 && u[1] >= 0x90;
      return is_overlong || is_beyond ? 0 : 4;
    }
  return 0;
}

/* The first byte that is not valid UTF-8, n if all are. */
static size_t
find_invalid (const char *bytes, size_t n)
{
  const unsigned char *u = (const unsigned char *) bytes;
  size_t i = 0;
  while (i < n)
    {
      uint64_t word;
      if (n - i >= 8)
        {
          memcpy (&word, u + i, 8);
          if (!(word & UINT64_C (0x8080808080808080)))
            {
              i += 8;
              continue;
            }
        }
      size_t length = sequence_length (u + i, n - i);
      if (length == 0)
        return i;
      i += length;
    }
  return n;
}

static char *
put_character (char *out, uint32_t c)
{
  if (c < 0x80)
    *out++ = (char) c;
  else if (c < 0x800)
    {
      *out++ = (char) (0xC0 | c >> 6);
      *out++ = (char) (0x80 | (c & 0x3F));
    }
  else if (c < 0x10000)
    {
      *out++ = (char) (0xE0 | c >> 12);
      *out++ = (char) (0x80 | (c >> 6 & 0x3F));
      *out++ = (char) (0x80 | (c & 0x3F));
    }
  else
    {
      *out++ = (char) (0xF0 | c >> 18);
      *out++ = (char) (0x80 | (c >> 12 & 0x3F));
      *out++ = (char) (0x80 | (c >> 6 & 0x3F));
      *out++ = (char) (0x80 | (c & 0x3F));
    }
  return out;
}

static uint32_t
unit_at (const unsigned char *u, Encoding encoding)
{
  switch (encoding)
    {
    case UTF_16_LE:
      return (uint32_t) (u[0] | u[1] << 8);
    case UTF_16_BE:
      return (uint32_t) (u[1] | u[0] << 8);
    case UTF_32_LE:
      return (uint32_t) u[0] | (uint32_t) u[1] << 8 | (uint32_t) u[2] << 16 | (uint32_t) u[3] << 24;
    case UTF_32_BE:
      return (uint32_t) u[3] | (uint32_t) u[2] << 8 | (uint32_t) u[1] << 16 | (uint32_t) u[0] << 24;
    case UTF_8:
    case WINDOWS_1252:
      break;
    }
  return *u < 0x80 || *u >= 0xA0 ? *u : windows_1252[*u - 0x80];
}

/* Any of the encodings into UTF-8; at most 3 bytes come from one, 3 from two and 4 from four. */
static FsStatus
convert (FsTextSource *source,
         const char *name,
         const char *bytes,
         size_t n_bytes,
         Encoding encoding,
         FsProblem *problem)
{
  const unsigned char *u = (const unsigned char *) bytes;
  size_t unit = encoding == WINDOWS_1252                         ? 1
                : encoding == UTF_16_LE || encoding == UTF_16_BE ? 2
                                                                 : 4;
  size_t per_unit = unit == 4 ? 4 : 3;
  if (n_bytes / unit > SIZE_MAX / 8)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, NULL);
  char *out = source->owned = malloc (n_bytes / unit * per_unit + 1);
  if (!out)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  for (size_t i = 0; i + unit <= n_bytes; i += unit)
    {
      uint32_t c = unit_at (u + i, encoding);
      if (unit == 2 && c >= 0xD800 && c < 0xDC00 && i + 4 <= n_bytes)
        {
          uint32_t low = unit_at (u + i + 2, encoding);
          if (low >= 0xDC00 && low < 0xE000)
            {
              c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
              i += 2;
            }
        }
      if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        c = 0xFFFD;
      out = put_character (out, c);
    }
  *out = '\0';
  source->text = source->owned;
  source->n_bytes = (size_t) (out - source->owned);
  return FS_OK;
}

/* UTF-16 without a mark: in text of Latin letters every other byte is NUL. */
static bool
looks_like_utf_16 (const char *bytes, size_t n, Encoding *encoding)
{
  size_t n_even = 0, n_odd = 0;
  n = n < 4096 ? n & ~(size_t) 1 : 4096;
  for (size_t i = 0; i < n; i += 2)
    {
      n_even += bytes[i] == 0;
      n_odd += bytes[i + 1] == 0;
    }
  if (n < 8)
    return false;
  *encoding = n_odd > n_even ? UTF_16_LE : UTF_16_BE;
  size_t most = n_odd > n_even ? n_odd : n_even, least = n_odd > n_even ? n_even : n_odd;
  return most * 10 >= n / 2 * 7 && least * 10 <= n / 2;
}

/* The encoding by its byte order mark; *n_mark is the mark's length, 0 if there is none. */
static Encoding
read_mark (const char *bytes, size_t n, size_t *n_mark)
{
  static const struct
  {
    const char *mark;
    size_t n;
    Encoding encoding;
  } marks[] = {
    { "\xFF\xFE\0\0", 4, UTF_32_LE }, { "\0\0\xFE\xFF", 4, UTF_32_BE },
    { "\xEF\xBB\xBF", 3, UTF_8 },     { "\xFF\xFE", 2, UTF_16_LE },
    { "\xFE\xFF", 2, UTF_16_BE },
  };
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
    if (n >= marks[i].n && memcmp (bytes, marks[i].mark, marks[i].n) == 0)
      {
        *n_mark = marks[i].n;
        return marks[i].encoding;
      }
  *n_mark = 0;
  return UTF_8;
}

/* Cuts NUL padding and the end-of-file byte of DOS off the end. */
static void
cut_tail (FsTextSource *source, FsFrameBuilder *builder)
{
  size_t n = source->n_bytes, n_nul = 0;
  while (n > 0 && source->text[n - 1] == '\0')
    n--;
  n_nul = source->n_bytes - n;
  if (n_nul > 0 && n > 0)
    fs_builder_warn (builder, 0, "the file ends in %zu NUL bytes, which are left out", n_nul);
  if (n > 0 && source->text[n - 1] == '\x1A')
    {
      n--;
      fs_builder_decide (builder, "end of file", "Ctrl-Z",
                         "the DOS end-of-file mark after the last row is left out");
    }
  source->n_bytes = n;
}

static bool
is_control (unsigned char c)
{
  return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\x1A' && c != '\x1F';
}

/* The first byte from `i` on that lies in an eight-byte word with a byte below 0x20. */
static size_t
skip_plain (const char *text, size_t i, size_t n)
{
  const uint64_t low = UINT64_C (0x0101010101010101), high = UINT64_C (0x8080808080808080);
  for (; n - i >= 8; i += 8)
    {
      uint64_t word;
      memcpy (&word, text + i, 8);
      if ((word - low * 0x20) & ~word & high)
        break;
    }
  return i;
}

static size_t
line_of (const char *text, size_t at)
{
  size_t line = 1;
  for (size_t i = 0; i < at; i++)
    line += text[i] == '\n';
  return line;
}

/* Refuses what is no text: too many control characters, or nothing but blanks. */
static FsStatus
check_content (const FsTextSource *source,
               size_t n_original,
               const char *name,
               FsFrameBuilder *builder,
               FsProblem *problem)
{
  size_t n_controls = 0, n_visible = 0, first_control = 0;
  for (size_t i = 0; i < source->n_bytes; i++)
    {
      if (n_visible > 0)
        i = skip_plain (source->text, i, source->n_bytes);
      if (i == source->n_bytes)
        break;
      unsigned char c = (unsigned char) source->text[i];
      n_visible += c > 0x20;
      if (is_control (c) && n_controls++ == 0)
        first_control = i;
    }
  if (n_visible == 0)
    return fs_problem (problem, FS_MALFORMED, name, NULL,
                       n_original == 0        ? "the file is empty"
                       : source->n_bytes == 0 ? "the file has only NUL bytes"
                                              : "the file has only blanks");
  if (n_controls > 1 + source->n_bytes / BYTES_PER_CONTROL)
    return fs_problem (problem, FS_MALFORMED, name, NULL, "this is not text but binary data");
  if (n_controls > 0)
    fs_builder_warn (builder, line_of (source->text, first_control),
                     "%zu control characters, the first here", n_controls);
  return FS_OK;
}

static FsStatus
check_magic (const char *name, const char *bytes, size_t n_bytes, FsProblem *problem)
{
  for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
    if (n_bytes >= magics[i].n && memcmp (bytes, magics[i].bytes, magics[i].n) == 0)
      return fs_problem (problem, FS_MALFORMED, name, NULL, magics[i].advice);
  return FS_OK;
}

static void
note_encoding (FsFrameBuilder *builder, Encoding encoding, bool has_mark)
{
  static const char *const names[] = { "UTF-8",
                                       "UTF-16 little-endian",
                                       "UTF-16 big-endian",
                                       "UTF-32 little-endian",
                                       "UTF-32 big-endian",
                                       "Windows-1252" };
  fs_builder_decide (builder, "encoding", names[encoding], "%s",
                     has_mark                   ? "the file begins with its mark"
                     : encoding == UTF_8        ? "every byte is valid in it"
                     : encoding == WINDOWS_1252 ? "the bytes are not valid UTF-8"
                                                : "every other byte is zero");
}

/* Bytes without a mark for another encoding: UTF-8 if they are valid, else Windows-1252. */
static FsStatus
open_bytes (FsTextSource *source,
            const char *name,
            Encoding *encoding,
            FsFrameBuilder *builder,
            FsProblem *problem)
{
  size_t n_bytes = source->n_bytes;
  *encoding = UTF_8;
  cut_tail (source, builder);
  size_t invalid = find_invalid (source->text, source->n_bytes);
  if (invalid == source->n_bytes)
    return FS_OK;
  /* Refuse binary data before speaking of its encoding. */
  size_t line = line_of (source->text, invalid);
  FsStatus status = check_content (source, n_bytes, name, builder, problem);
  if (status)
    return status;
  *encoding = WINDOWS_1252;
  fs_builder_warn (builder, line, "the text is not UTF-8; it is read as Windows-1252");
  return convert (source, name, source->text, source->n_bytes, *encoding, problem);
}

/* A NUL would end a name or a word early: it becomes a blank (check_content() has told of it). */
static FsStatus
blank_nuls (FsTextSource *source, const char *name, FsProblem *problem)
{
  if (!memchr (source->text, '\0', source->n_bytes))
    return FS_OK;
  if (!source->owned)
    {
      source->owned = malloc (source->n_bytes + 1);
      if (!source->owned)
        return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
      memcpy (source->owned, source->text, source->n_bytes);
      source->text = source->owned;
    }
  for (size_t i = 0; i < source->n_bytes; i++)
    if (source->owned[i] == '\0')
      source->owned[i] = ' ';
  return FS_OK;
}

FsStatus
fs_text_source_open (FsTextSource *source,
                     const char *name,
                     const char *bytes,
                     size_t n_bytes,
                     FsFrameBuilder *builder,
                     FsProblem *problem)
{
  size_t n_mark;
  FsStatus status = check_magic (name, bytes, n_bytes, problem);
  if (status)
    return status;
  if (n_bytes > FS_CSV_MAX_BYTES)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, "files of 4 GB and more cannot be read");
  Encoding encoding = read_mark (bytes, n_bytes, &n_mark);
  bytes += n_mark;
  n_bytes -= n_mark;
  *source = (FsTextSource){ bytes, n_bytes, NULL };
  if (n_mark > 0 ? encoding != UTF_8 : looks_like_utf_16 (bytes, n_bytes, &encoding))
    status = convert (source, name, bytes, n_bytes, encoding, problem);
  else
    status = open_bytes (source, name, &encoding, builder, problem);
  if (status)
    return status;
  if (source->n_bytes > FS_CSV_MAX_BYTES)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, "files of 4 GB and more cannot be read");
  cut_tail (source, builder);
  note_encoding (builder, encoding, n_mark > 0);
  status = check_content (source, n_bytes, name, builder, problem);
  return status ? status : blank_nuls (source, name, problem);
}

void
fs_text_source_close (FsTextSource *source)
{
  free (source->owned);
  *source = (FsTextSource){ NULL, 0, NULL };
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Bytes into UTF-8; see text-source.h. */

#include "engine/series/text-source.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/csv-scan.h"
#include "engine/series/text-encoding.h"

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

/* How a web page or a piece of one begins, in small letters. Not any word in brackets: there are tables
 * whose columns are called <DATE> and <TIME>. */
static const char *const page_beginnings[] = { "<!doctype", "<!--",  "<?xml", "<html",  "<head",
                                               "<body",     "<meta", "<div",  "<table", "<script" };

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

size_t
fs_text_line_of (const char *text, size_t at)
{
  size_t line = 1;
  for (size_t i = 0; i < at; i++)
    line += text[i] == '\n';
  return line;
}

size_t
fs_text_count_controls (const char *text, size_t n_bytes, size_t *first)
{
  size_t n_controls = 0;
  for (size_t i = skip_plain (text, 0, n_bytes); i < n_bytes; i = skip_plain (text, i + 1, n_bytes))
    if (is_control ((unsigned char) text[i]) && n_controls++ == 0)
      *first = i;
  return n_controls;
}

bool
fs_text_has_too_many_controls (size_t n_controls, size_t n_bytes)
{
  return n_controls > 1 + n_bytes / BYTES_PER_CONTROL;
}

static size_t
byte_in_line (const char *text, size_t at)
{
  size_t begin = at;
  while (begin > 0 && text[begin - 1] != '\n')
    begin--;
  return at - begin + 1;
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
                       : source->n_bytes == 0 ? FS_WORDS ("the file has only NUL bytes")
                                              : FS_WORDS ("the file has only blanks"));
  if (fs_text_has_too_many_controls (n_controls, source->n_bytes))
    return fs_problem_at (problem, FS_MALFORMED, name,
                          fs_text_line_of (source->text, first_control), NULL,
                          "this is not text but binary data, from byte %zu of the line on",
                          byte_in_line (source->text, first_control));
  if (n_controls > 0 && builder)
    fs_builder_warn (builder, fs_text_line_of (source->text, first_control),
                     "%zu control characters, the first here", n_controls);
  return FS_OK;
}

static bool
begins_with (const char *text, size_t n, const char *small)
{
  size_t i = 0;
  for (; small[i] && i < n; i++)
    if ((text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]) != small[i])
      return false;
  return !small[i] && (i == n || !((text[i] | 0x20) >= 'a' && (text[i] | 0x20) <= 'z'));
}

/* A page may begin with a mark of its encoding and with blanks; *line is where it does. */
static bool
is_page (const char *bytes, size_t n_bytes, size_t *line)
{
  size_t i = n_bytes >= 3 && memcmp (bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
  *line = 1;
  for (; i < n_bytes && (bytes[i] == ' ' || (bytes[i] >= '\t' && bytes[i] <= '\r')); i++)
    *line += bytes[i] == '\n';
  for (size_t k = 0; k < sizeof page_beginnings / sizeof page_beginnings[0]; k++)
    if (begins_with (bytes + i, n_bytes - i, page_beginnings[k]))
      return true;
  return false;
}

FsStatus
fs_text_check_magic (const char *name, const char *bytes, size_t n_bytes, FsProblem *problem)
{
  size_t line;
  if (is_page (bytes, n_bytes, &line))
    return fs_problem_at (problem, FS_MALFORMED, name, line, NULL,
                          "this is a web page, not a table; save its table as CSV");
  for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++)
    if (n_bytes >= magics[i].n && memcmp (bytes, magics[i].bytes, magics[i].n) == 0)
      return fs_problem (problem, FS_MALFORMED, name, NULL, magics[i].advice);
  return FS_OK;
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

/* What the bytes are, or are said to be. */
static FsEncoding
choose_encoding (FsTextSource *source, const FsImport *import, const char **reason)
{
  size_t n_mark;
  FsEncoding found = fs_encoding_find (source->text, source->n_bytes, &n_mark, reason);
  const bool is_chosen = import && import->encoding != FS_IMPORT_ENCODING_AUTO;
  if (!is_chosen || import->encoding == found)
    {
      source->text += n_mark;
      source->n_bytes -= n_mark;
    }
  if (!is_chosen)
    return found;
  *reason = FS_WORDS ("chosen");
  return import->encoding;
}

/* The text in UTF-8: the caller's own bytes where they are it. */
static FsStatus
take_text (FsTextSource *source,
           const char *name,
           FsEncoding encoding,
           bool is_chosen,
           FsFrameBuilder *builder,
           FsProblem *problem)
{
  const bool is_utf_8 = encoding == FS_IMPORT_ENCODING_UTF_8;
  const bool is_wide =
      encoding >= FS_IMPORT_ENCODING_UTF_16_LE && encoding <= FS_IMPORT_ENCODING_UTF_32_BE;
  if (!is_wide)
    cut_tail (source, builder);
  size_t invalid = fs_encoding_find_invalid (source->text, source->n_bytes);
  if (is_utf_8 && invalid == source->n_bytes)
    return FS_OK;
  const size_t line = is_wide ? 0 : fs_text_line_of (source->text, invalid);
  if (!is_wide)
    {
      /* Refuse binary data before speaking of its encoding. */
      FsStatus status = check_content (source, source->n_bytes, name, NULL, problem);
      if (status)
        return status;
    }
  if (is_utf_8)
    fs_builder_warn (builder, line,
                     "the text is not UTF-8 from here; \uFFFD stands for what is not");
  else if (!is_wide && !is_chosen)
    fs_builder_warn (builder, line, "the text is not UTF-8; it is read as %s",
                     fs_encoding_name (encoding));
  size_t n_text = 0;
  FsStatus status = fs_encoding_convert (&source->owned, &n_text, name, source->text,
                                         source->n_bytes, encoding, problem);
  source->text = source->owned;
  source->n_bytes = n_text;
  return status;
}

FsStatus
fs_text_source_open (FsTextSource *source,
                     const char *name,
                     const char *bytes,
                     size_t n_bytes,
                     const FsImport *import,
                     FsFrameBuilder *builder,
                     FsProblem *problem)
{
  const char *reason;
  FsStatus status = fs_text_check_magic (name, bytes, n_bytes, problem);
  if (status)
    return status;
  if (n_bytes > FS_CSV_MAX_BYTES)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, "files of 4 GB and more cannot be read");
  *source = (FsTextSource){ bytes, n_bytes, NULL };
  FsEncoding encoding = choose_encoding (source, import, &reason);
  const bool is_chosen = import && import->encoding != FS_IMPORT_ENCODING_AUTO;
  status = take_text (source, name, encoding, is_chosen, builder, problem);
  if (status)
    return status;
  if (source->n_bytes > FS_CSV_MAX_BYTES)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, "files of 4 GB and more cannot be read");
  cut_tail (source, builder);
  fs_builder_decide (builder, "encoding", fs_encoding_name (encoding), "%s", fs_text (reason));
  status = check_content (source, n_bytes, name, builder, problem);
  return status ? status : blank_nuls (source, name, problem);
}

void
fs_text_source_close (FsTextSource *source)
{
  free (source->owned);
  *source = (FsTextSource){ NULL, 0, NULL };
}

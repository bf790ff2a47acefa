/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Text into rows and cells; see csv-scan.h. */

#include "engine/series/csv-scan.h"

#include <string.h>

static inline bool
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

void
fs_scanner_init (FsScanner *scanner, const char *text, size_t n_bytes, FsDialect dialect)
{
  *scanner =
      (FsScanner){ .text = text, .n_bytes = n_bytes, .dialect = dialect, .at = 0, .line = 1 };
  scanner->stop['\n'] = scanner->stop['\r'] = true;
  if (dialect.delimiter == FS_DELIMITER_BLANKS)
    scanner->stop[' '] = scanner->stop['\t'] = true;
  else if (dialect.delimiter != FS_DELIMITER_NONE)
    scanner->stop[(unsigned char) dialect.delimiter] = true;
}

/* Steps over one line end at scanner->at, if there is one: LF, CR, CR LF, and the CR CR LF that text
 * mode makes of CR LF. */
static bool
take_line_end (FsScanner *s)
{
  const char *text = s->text;
  if (s->at >= s->n_bytes)
    return false;
  if (text[s->at] == '\n')
    s->at++;
  else if (text[s->at] == '\r')
    {
      size_t left = s->n_bytes - s->at;
      if (left > 2 && text[s->at + 1] == '\r' && text[s->at + 2] == '\n')
        s->at += 3;
      else
        s->at += left > 1 && text[s->at + 1] == '\n' ? 2 : 1;
    }
  else
    return false;
  s->line++;
  return true;
}

static FsCell
make_cell (FsScanner *s, size_t start, size_t end, uint32_t flags)
{
  if (end - start > FS_CELL_MAX_LENGTH)
    {
      s->is_cell_too_long = true;
      end = start;
    }
  return (FsCell){ (uint32_t) start, (uint32_t) (end - start) | flags };
}

/* A cell without quotes: up to the next stop, blanks at its end cut off. */
static FsCell
scan_plain (FsScanner *s, size_t start)
{
  const char *text = s->text;
  size_t i = s->at, n = s->n_bytes;
  while (i < n && !s->stop[(unsigned char) text[i]])
    i++;
  s->at = i;
  while (i > start && is_blank (text[i - 1]))
    i--;
  return make_cell (s, start, i, 0);
}

/* A cell that begins with a quote at s->at. Where the quote is never closed, or more text follows the
 * closing one, the quotes are part of a plain cell after all. */
static FsCell
scan_quoted (FsScanner *s)
{
  const char *text = s->text;
  const char quote = s->dialect.quote;
  const size_t open = s->at, n = s->n_bytes, first_line = s->line;
  size_t i = open + 1, n_lines = 0;
  uint32_t flags = FS_CELL_QUOTED;
  for (;;)
    {
      while (i < n && text[i] != quote && text[i] != '\n' && text[i] != '\r')
        i++;
      if (i >= n && s->is_partial)
        {
          s->needs_more = true;
          s->at = n;
          return (FsCell){ 0, 0 };
        }
      if (i >= n || (text[i] != quote && s->open_quote_line))
        { /* Never closed (in this line, once one was never closed in the file). */
          if (s->open_quote_line)
            s->no_quotes_before = i;
          else
            s->open_quote_line = first_line;
          return scan_plain (s, open);
        }
      if (text[i] != quote)
        {
          i += text[i] == '\r' && i + 1 < n && text[i + 1] == '\n' ? 2 : 1;
          n_lines++;
          continue;
        }
      if (i + 1 < n && text[i + 1] == quote)
        {
          flags |= FS_CELL_DOUBLED;
          i += 2;
          continue;
        }
      break;
    }
  size_t after = i + 1;
  while (after < n && is_blank (text[after]) && !s->stop[(unsigned char) text[after]])
    after++;
  if (after < n && !s->stop[(unsigned char) text[after]])
    return scan_plain (s, open); /* "abc"def is not a quoted cell */
  if (n_lines >= FS_LONG_QUOTE_LINES && !s->long_quote_line)
    {
      s->long_quote_line = first_line;
      s->long_quote_lines = n_lines + 1;
    }
  s->line += n_lines;
  s->at = after;
  return make_cell (s, open + 1, i, flags);
}

/* Steps over blank lines, lines of comment, and the blanks before a row's first cell. */
static void
skip_to_row (FsScanner *s)
{
  for (;;)
    {
      while (s->at < s->n_bytes && is_blank (s->text[s->at])
             && s->text[s->at] != s->dialect.delimiter)
        s->at++;
      if (s->at >= s->n_bytes)
        return;
      if (take_line_end (s))
        {
          s->n_blank_lines++;
          continue;
        }
      if (s->dialect.has_comments && s->text[s->at] == '#')
        {
          while (s->at < s->n_bytes && s->text[s->at] != '\n' && s->text[s->at] != '\r')
            s->at++;
          take_line_end (s);
          s->n_comments++;
          continue;
        }
      return;
    }
}

bool
fs_scanner_next (FsScanner *s, FsCell *cells, size_t max_cells, FsRow *row)
{
  skip_to_row (s);
  if (s->at >= s->n_bytes)
    return false;
  const char delimiter = s->dialect.delimiter;
  const char quote = s->dialect.quote;
  const bool is_blanks = delimiter == FS_DELIMITER_BLANKS;
  size_t n = 0;
  row->line = s->line;
  row->start = s->at;
  row->n_extra_filled = 0;
  for (;;)
    {
      while (s->at < s->n_bytes && is_blank (s->text[s->at]) && s->text[s->at] != delimiter)
        s->at++;
      bool is_quoted =
          quote && s->at < s->n_bytes && s->text[s->at] == quote && s->at >= s->no_quotes_before;
      FsCell cell = is_quoted ? scan_quoted (s) : scan_plain (s, s->at);
      if (s->needs_more)
        {
          s->at = row->start;
          s->line = row->line;
          return false;
        }
      if (n < max_cells)
        cells[n] = cell;
      else if (cell.length != 0)
        row->n_extra_filled++;
      n++;
      if (is_blanks)
        while (s->at < s->n_bytes && is_blank (s->text[s->at]))
          s->at++;
      row->end = s->at;
      if (s->at >= s->n_bytes || take_line_end (s))
        break;
      if (!is_blanks)
        s->at++;
    }
  row->n_cells = n;
  return true;
}

size_t
fs_cell_copy (const char *text, FsCell cell, char quote, char *buffer)
{
  size_t length = fs_cell_length (cell);
  if (length == 0) /* of no text at all, perhaps */
    {
      buffer[0] = '\0';
      return 0;
    }
  if (!(cell.length & FS_CELL_DOUBLED))
    {
      memcpy (buffer, text + cell.start, length);
      buffer[length] = '\0';
      return length;
    }
  size_t n = 0;
  for (size_t i = 0; i < length; i++)
    {
      char c = text[cell.start + i];
      buffer[n++] = c;
      if (c == quote)
        i++;
    }
  buffer[n] = '\0';
  return n;
}

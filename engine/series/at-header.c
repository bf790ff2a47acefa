/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Lines and words of formats with an @-header; see at-header.h. */

#include "engine/series/at-header.h"

#include <string.h>

/* Lines of comment or header that may stand before "@data". */
#define MAX_HEADER_LINES 20000

FsSpan
fs_span_trim (FsSpan span)
{
  while (span.n > 0 && (span.text[0] == ' ' || span.text[0] == '\t' || span.text[0] == '\r'))
    {
      span.text++;
      span.n--;
    }
  while (span.n > 0
         && (span.text[span.n - 1] == ' ' || span.text[span.n - 1] == '\t'
             || span.text[span.n - 1] == '\r'))
    span.n--;
  return span;
}

bool
fs_lines_next (FsLines *lines, FsSpan *line)
{
  if (lines->at >= lines->n)
    return false;
  const char *start = lines->text + lines->at;
  const size_t left = lines->n - lines->at;
  const char *end = memchr (start, '\n', left);
  const size_t length = end ? (size_t) (end - start) : left;
  lines->at += length + (end != NULL);
  lines->line++;
  *line = fs_span_trim ((FsSpan){ start, length });
  return true;
}

FsSpan
fs_span_cut (FsSpan *rest, char mark)
{
  const char *found = rest->n > 0 ? memchr (rest->text, mark, rest->n) : NULL;
  FsSpan before = { rest->text, found ? (size_t) (found - rest->text) : rest->n };
  const size_t skipped = before.n + (found != NULL);
  rest->text += skipped;
  rest->n -= skipped;
  return before;
}

FsSpan
fs_span_word (FsSpan *rest)
{
  size_t n = 0;
  while (n < rest->n && rest->text[n] != ' ' && rest->text[n] != '\t')
    n++;
  FsSpan word = { rest->text, n };
  *rest = fs_span_trim ((FsSpan){ rest->text + n, rest->n - n });
  return word;
}

bool
fs_span_is (FsSpan span, const char *word)
{
  if (strlen (word) != span.n)
    return false;
  for (size_t i = 0; i < span.n; i++)
    {
      char c =
          (char) (span.text[i] >= 'A' && span.text[i] <= 'Z' ? span.text[i] + 32 : span.text[i]);
      if (c != word[i])
        return false;
    }
  return true;
}

FsAtFormat
fs_at_format (const char *bytes, size_t n_bytes)
{
  static const struct
  {
    const char *word;
    FsAtFormat format;
  } words[] = {
    { "@problemname", FS_AT_TS }, { "@univariate", FS_AT_TS },  { "@timestamps", FS_AT_TS },
    { "@classlabel", FS_AT_TS },  { "@targetlabel", FS_AT_TS }, { "@serieslength", FS_AT_TS },
    { "@frequency", FS_AT_TSF },  { "@horizon", FS_AT_TSF },
  };
  FsLines lines = { bytes, n_bytes, 0, 0 };
  FsSpan line;
  FsAtFormat format = FS_AT_NONE;
  if (n_bytes >= 3 && memcmp (bytes, "\xEF\xBB\xBF", 3) == 0)
    lines.at = 3;
  while (fs_lines_next (&lines, &line) && lines.line < MAX_HEADER_LINES)
    {
      if (line.n == 0 || line.text[0] == '%' || line.text[0] == '#')
        continue;
      if (line.text[0] != '@')
        return FS_AT_NONE;
      FsSpan word = fs_span_word (&line);
      if (fs_span_is (word, "@data"))
        return format;
      if (format == FS_AT_NONE
          && (fs_span_is (word, "@relation") || fs_span_is (word, "@attribute")))
        format = FS_AT_ARFF;
      for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (fs_span_is (word, words[i].word))
          format = words[i].format;
    }
  return FS_AT_NONE;
}

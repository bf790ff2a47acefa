/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The formats whose header is lines of "@word value" before "@data": ARFF, sktime's .ts and the Monash
 * archive's .tsf. This is what they share: lines, words, and telling the three apart. */

#include <stdbool.h>
#include <stddef.h>

typedef struct
{
  const char *text; /* not ended by NUL */
  size_t n;
} FsSpan;

typedef struct
{
  const char *text;
  size_t n, at;
  size_t line; /* of the line returned last */
} FsLines;

/* The next line without its end and the blanks around it; false at the end. */
bool fs_lines_next (FsLines *lines, FsSpan *line);

FsSpan fs_span_trim (FsSpan span);
/* The text before the first `mark`, which `rest` then begins behind; without a mark all of it. */
FsSpan fs_span_cut (FsSpan *rest, char mark);
/* The first word, `rest` then begins at the next one. */
FsSpan fs_span_word (FsSpan *rest);
bool fs_span_is (FsSpan span, const char *word); /* capitals do not count */

typedef enum
{
  FS_AT_NONE,
  FS_AT_ARFF,
  FS_AT_TS,
  FS_AT_TSF
} FsAtFormat;

/* By the words of the header; NONE where there is no "@data". */
FsAtFormat fs_at_format (const char *bytes, size_t n_bytes);

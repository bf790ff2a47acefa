/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The state machine that cuts text into rows and cells. It knows delimiters, quotes, comments and
 * line ends, and nothing about what a cell means. Each byte is looked at once (a quote that is never
 * closed is looked at twice, once in the whole file), so the time is linear for any input.
 *
 * A cell is a place in the text, eight bytes, because there are many of them. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FS_CELL_QUOTED UINT32_C (0x80000000)  /* stood in quotes, which are not part of it */
#define FS_CELL_DOUBLED UINT32_C (0x40000000) /* has doubled quotes inside, still doubled */
#define FS_CELL_MAX_LENGTH UINT32_C (0x3FFFFFFF)
#define FS_CSV_MAX_BYTES UINT32_C (0xFFFFFFF0)

/* Delimiters that are not themselves: */
#define FS_DELIMITER_NONE '\0'   /* one cell a line */
#define FS_DELIMITER_BLANKS '\v' /* any run of blanks and tabs */

typedef struct
{
  uint32_t start;
  uint32_t length; /* with the flags above */
} FsCell;

static inline size_t
fs_cell_length (FsCell cell)
{
  return cell.length & FS_CELL_MAX_LENGTH;
}

typedef struct
{
  char delimiter;
  char quote;        /* '"', '\'', or '\0' for none */
  bool has_comments; /* lines that begin with '#' are not rows */
} FsDialect;

typedef struct
{
  const char *text;
  size_t n_bytes; /* at most FS_CSV_MAX_BYTES */
  FsDialect dialect;
  size_t at;   /* next byte */
  size_t line; /* 1-based line of that byte */
  bool stop[256];
  bool is_partial; /* more text follows, so a quote that is open at the end may yet be closed */

  /* What happened on the way. */
  size_t n_blank_lines, n_comments;
  size_t
      open_quote_line; /* a quote that is never closed; from then on quotes end with their line */
  size_t no_quotes_before; /* quotes up to here were seen to have no partner in their line */
  size_t long_quote_line;  /* first quoted cell of more than FS_LONG_QUOTE_LINES lines */
  size_t long_quote_lines; /* and its number of lines */
  bool is_cell_too_long;
  bool
      needs_more; /* the last row goes on behind the text, of which more follows; `at` is its start */
} FsScanner;

/* Quoted cells of more lines than this are told: rows may have been swallowed by a stray quote. */
#define FS_LONG_QUOTE_LINES 20

void fs_scanner_init (FsScanner *scanner, const char *text, size_t n_bytes, FsDialect dialect);

/* The next row that is neither blank nor a comment: up to `max_cells` of its cells, how many it really
 * has, and its line. False at the end. `n_extra_filled` counts the cells beyond max_cells that are
 * not empty. */
typedef struct
{
  size_t n_cells;
  size_t n_extra_filled;
  size_t line;
  size_t start, end; /* bytes, without the line end */
} FsRow;
bool fs_scanner_next (FsScanner *scanner, FsCell *cells, size_t max_cells, FsRow *row);

/* A cell's text without its doubled quotes into `buffer` (cell length + 1 bytes); returns its length. */
size_t fs_cell_copy (const char *text, FsCell cell, char quote, char *buffer);

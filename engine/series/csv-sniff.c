/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding a file's dialect; see csv-sniff.h. */

#include "engine/series/csv-sniff.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/csv-kind.h"

/* What is looked at: enough rows to outvote any preamble, few enough to take a millisecond. */
#define SAMPLE_ROWS 200
#define SAMPLE_BYTES (256u * 1024u)
#define SAMPLE_COLUMNS 4096
#define MAX_PREAMBLE 50

/* Rows that must agree in their number of cells before a delimiter is believed. */
#define LEAST_AGREEMENT 0.5

/* In a file of one column, a first line of more words than this is a text and names nothing. */
#define MOST_WORDS_OF_NAME 3

/* Between blanks at least this share of the cells must be numbers or dates. */
#define LEAST_TYPED_BLANKS 0.25

typedef struct
{
  size_t n_rows;
  size_t n_cells[SAMPLE_ROWS];
  size_t common;    /* the most frequent number of cells */
  double agreement; /* share of rows that have it */
  double typed;     /* share of filled cells in those rows that are numbers, dates or missing */
  double score;
} Trial;

typedef struct
{
  char delimiter;
  const char *name;
  const char *plural;
} Candidate;

/* In order of preference when the evidence is equal. */
static const Candidate candidates[] = {
  { ',', FS_WORDS ("comma"), FS_WORDS ("commas") },
  { ';', FS_WORDS ("semicolon"), FS_WORDS ("semicolons") },
  { '\t', FS_WORDS ("tab"), FS_WORDS ("tabs") },
  { '|', FS_WORDS ("vertical bar"), FS_WORDS ("vertical bars") },
  { '\x1F', FS_WORDS ("unit separator"), FS_WORDS ("unit separators") },
  { FS_DELIMITER_BLANKS, FS_WORDS ("blanks"), FS_WORDS ("blanks") },
};
#define N_CANDIDATES (sizeof candidates / sizeof candidates[0])

/* The most frequent number of cells; among equals the larger. */
static size_t
most_common (const size_t *n_cells, size_t n, size_t *n_times)
{
  size_t best = 0, best_times = 0;
  for (size_t i = 0; i < n; i++)
    {
      size_t times = 0;
      for (size_t j = 0; j < n; j++)
        times += n_cells[j] == n_cells[i];
      if (times > best_times || (times == best_times && n_cells[i] > best))
        {
          best = n_cells[i];
          best_times = times;
        }
    }
  *n_times = best_times;
  return best;
}

static void
try_dialect (Trial *trial, const char *text, size_t n_bytes, FsDialect dialect, FsCell *cells)
{
  FsScanner scanner;
  FsRow row;
  size_t n_filled = 0, n_typed = 0, n_agree;
  *trial = (Trial){ 0 };
  fs_scanner_init (&scanner, text, n_bytes, dialect);
  while (trial->n_rows < SAMPLE_ROWS && fs_scanner_next (&scanner, cells, SAMPLE_COLUMNS, &row))
    {
      size_t n_seen = row.n_cells < 64 ? row.n_cells : 64;
      trial->n_cells[trial->n_rows++] = row.n_cells;
      for (size_t i = 0; row.n_cells > 1 && i < n_seen; i++)
        {
          FsCellKind kind = fs_cell_kind (text, cells[i]);
          n_filled += kind != FS_CELL_IS_EMPTY;
          n_typed += kind == FS_CELL_IS_NUMBER || kind == FS_CELL_IS_DATE;
        }
    }
  if (trial->n_rows == 0)
    return;
  trial->common = most_common (trial->n_cells, trial->n_rows, &n_agree);
  trial->agreement = (double) n_agree / (double) trial->n_rows;
  trial->typed = n_filled ? (double) n_typed / (double) n_filled : 0;
  /* Lines of equally many words are texts, not a table. */
  if (dialect.delimiter == FS_DELIMITER_BLANKS && trial->typed < LEAST_TYPED_BLANKS)
    return;
  if (trial->common >= 2 && trial->agreement >= LEAST_AGREEMENT)
    trial->score = trial->agreement * (1 + trial->typed);
}

/* Apostrophes are the quotes of a file that has no others and in which cells begin and end with them. */
static char
find_quote (const char *text, size_t n_bytes)
{
  size_t n_paired = 0;
  if (memchr (text, '"', n_bytes))
    return '"';
  for (size_t i = 0; i + 1 < n_bytes; i++)
    {
      bool is_start = text[i] == '\'' && (i == 0 || strchr (",;\t|\n\r", text[i - 1]));
      if (!is_start)
        continue;
      const char *end = memchr (text + i + 1, '\'', n_bytes - i - 1);
      const char *line_end = memchr (text + i, '\n', n_bytes - i);
      if (!end || (line_end && line_end < end))
        continue;
      if (end + 1 == text + n_bytes || strchr (",;\t|\n\r", end[1]))
        n_paired++;
      i = (size_t) (end - text);
    }
  return n_paired > 0 ? '\'' : '"';
}

/* What a person chose instead; `best` gets the trial of it. */
static bool
take_delimiter (FsCsvPlan *plan,
                const char *text,
                size_t n_bytes,
                FsImportDelimiter delimiter,
                FsCell *cells,
                Trial *best,
                FsFrameBuilder *builder)
{
  static const struct
  {
    char delimiter;
    const char *name;
  } chosen[] = {
    [FS_IMPORT_DELIMITER_COMMA] = { ',', FS_WORDS ("comma") },
    [FS_IMPORT_DELIMITER_SEMICOLON] = { ';', FS_WORDS ("semicolon") },
    [FS_IMPORT_DELIMITER_TAB] = { '\t', FS_WORDS ("tab") },
    [FS_IMPORT_DELIMITER_BAR] = { '|', FS_WORDS ("vertical bar") },
    [FS_IMPORT_DELIMITER_BLANKS] = { FS_DELIMITER_BLANKS, FS_WORDS ("blanks") },
    [FS_IMPORT_DELIMITER_NONE] = { FS_DELIMITER_NONE, FS_WORDS ("none") },
  };
  if (delimiter == FS_IMPORT_DELIMITER_AUTO)
    return false;
  plan->dialect.delimiter = chosen[delimiter].delimiter;
  try_dialect (best, text, n_bytes, plan->dialect, cells);
  fs_builder_decide (builder, "delimiter", chosen[delimiter].name, "chosen");
  return true;
}

static void
choose_delimiter (FsCsvPlan *plan,
                  const char *text,
                  size_t n_bytes,
                  FsCell *cells,
                  Trial *best,
                  FsFrameBuilder *builder)
{
  const Candidate *chosen = NULL, *second = NULL;
  double second_score = 0;
  Trial *trial = best + 1;
  for (size_t i = 0; i < N_CANDIDATES; i++)
    {
      FsDialect dialect = plan->dialect;
      dialect.delimiter = candidates[i].delimiter;
      try_dialect (trial, text, n_bytes, dialect, cells);
      if (trial->score > best->score + 1e-12)
        {
          second = chosen;
          second_score = best->score;
          chosen = &candidates[i];
          *best = *trial;
        }
      else if (trial->score > second_score)
        {
          second = &candidates[i];
          second_score = trial->score;
        }
    }
  if (!chosen)
    {
      plan->dialect.delimiter = FS_DELIMITER_NONE;
      try_dialect (best, text, n_bytes, plan->dialect, cells);
      fs_builder_decide (builder, "delimiter", "none",
                         "no delimiter cuts the rows into the same number of cells");
      return;
    }
  plan->dialect.delimiter = chosen->delimiter;
  size_t n_agree = (size_t) (best->agreement * (double) best->n_rows + 0.5);
  if (second)
    fs_builder_decide (builder, "delimiter", chosen->name,
                       "%zu of the first %zu rows have %zu cells; %s would fit less well", n_agree,
                       best->n_rows, best->common, fs_text (second->plural));
  else
    fs_builder_decide (builder, "delimiter", chosen->name,
                       "%zu of the first %zu rows have %zu cells; no other delimiter fits", n_agree,
                       best->n_rows, best->common);
}

/* Votes for and against names in the first row: a word above numbers or dates is a name, a number
 * above numbers is not. */
static int
header_votes (const char *text,
              const FsCell *first,
              size_t n_first,
              const FsCell *below,
              size_t n_rows,
              size_t n_columns,
              bool *is_all_words)
{
  int votes = 0;
  *is_all_words = true;
  for (size_t c = 0; c < n_columns; c++)
    {
      size_t n_typed = 0, n_words = 0;
      FsCellKind kind = c < n_first ? fs_cell_kind (text, first[c]) : FS_CELL_IS_EMPTY;
      for (size_t r = 0; r < n_rows; r++)
        {
          FsCellKind under = fs_cell_kind (text, below[r * n_columns + c]);
          n_typed += under == FS_CELL_IS_NUMBER || under == FS_CELL_IS_DATE;
          n_words += under == FS_CELL_IS_WORD;
        }
      *is_all_words = *is_all_words && kind == FS_CELL_IS_WORD;
      if (n_typed <= n_words || kind == FS_CELL_IS_EMPTY)
        continue;
      votes += kind == FS_CELL_IS_NUMBER ? -1 : 1;
    }
  return votes;
}

static bool
are_distinct (const char *text, const FsCell *cells, size_t n)
{
  if (n > 256)
    return true; /* a file that wide names its columns apart, or they are made so */
  for (size_t i = 1; i < n; i++)
    for (size_t j = 0; j < i; j++)
      if (fs_cell_length (cells[i]) == fs_cell_length (cells[j])
          && memcmp (text + cells[i].start, text + cells[j].start, fs_cell_length (cells[i])) == 0)
        return false;
  return true;
}

static bool
is_sentence (const char *text, FsCell cell)
{
  const size_t length = fs_cell_length (cell);
  size_t n_words = 0;
  for (size_t i = 0; i < length; i++)
    n_words += text[cell.start + i] != ' ' && (i == 0 || text[cell.start + i - 1] == ' ');
  return n_words > MOST_WORDS_OF_NAME
         || (n_words > 1 && strchr (".!?", text[cell.start + length - 1]));
}

/* Reads the first rows of the table proper and decides about its header. */
static FsStatus
choose_header (FsCsvPlan *plan,
               const char *text,
               size_t n_bytes,
               FsCell *first,
               const FsImport *import,
               FsFrameBuilder *builder,
               FsProblem *problem)
{
  enum
  {
    N_BELOW = 50
  };
  FsScanner scanner;
  FsRow row;
  size_t n_first = 0, n_extra_names = 0, n_below = 0, columns = plan->n_columns;
  FsCell *below = calloc (N_BELOW * columns, sizeof *below);
  if (!below)
    return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
  fs_scanner_init (&scanner, text, n_bytes, plan->dialect);
  for (size_t i = 0; i <= plan->n_preamble; i++)
    if (fs_scanner_next (&scanner, first, columns, &row))
      {
        n_first = row.n_cells;
        n_extra_names = row.n_extra_filled;
      }
  bool has_last_cells = false;
  while (n_below < N_BELOW && fs_scanner_next (&scanner, below + n_below * columns, columns, &row))
    {
      const FsCell *last = below + n_below * columns + columns - 1;
      has_last_cells = has_last_cells || (row.n_cells >= columns && fs_cell_length (*last) > 0);
      n_below++;
    }
  bool is_all_words;
  size_t n_named = n_first < columns ? n_first : columns;
  int votes = header_votes (text, first, n_named, below, n_below, columns, &is_all_words);
  plan->has_row_names = columns > 1 && n_first + 1 == columns && is_all_words == false && votes >= 0
                        && has_last_cells;
  const char *reason;
  if (n_below == 0)
    {
      plan->has_header = is_all_words;
      reason = FS_WORDS ("there is one row only");
    }
  else if (votes != 0)
    {
      plan->has_header = votes > 0;
      reason = votes > 0
                   ? FS_WORDS ("the first row has words where the rows below have numbers or dates")
                   : FS_WORDS ("the first row has numbers like the rows below");
    }
  else if (columns == 1 && is_sentence (text, first[0]))
    {
      plan->has_header = false;
      reason = FS_WORDS ("the first line is a text like the others");
    }
  else
    {
      plan->has_header = is_all_words && are_distinct (text, first, n_named);
      reason = plan->has_header ? FS_WORDS ("the first row has different words in all columns")
                                : FS_WORDS ("the first row looks like the rows below");
    }
  if (import && import->header != FS_IMPORT_HEADER_AUTO)
    {
      plan->has_header = import->header == FS_IMPORT_HEADER_YES;
      plan->has_row_names = plan->has_row_names && plan->has_header;
      reason = FS_WORDS ("chosen");
    }
  fs_builder_decide (builder, "header", plan->has_header ? FS_WORDS ("yes") : FS_WORDS ("no"), "%s",
                     fs_text (reason));
  if (plan->has_header && n_extra_names > 0 && n_first <= SAMPLE_COLUMNS)
    plan->n_columns = n_first; /* more names than any row has cells */
  free (below);
  return FS_OK;
}

/* Rows at the top with fewer cells than the table are not part of it: titles, dates of export. */
static void
choose_preamble (FsCsvPlan *plan, const Trial *trial)
{
  size_t n = 0;
  if (plan->n_columns < 2)
    return;
  while (n < trial->n_rows && n < MAX_PREAMBLE && trial->n_cells[n] != trial->common)
    n++;
  if (n == trial->n_rows || n == MAX_PREAMBLE)
    return;
  /* A first row that is one cell short names the columns and leaves out the row names; one that is
   * longer is a header all the same. */
  if (n > 0 && (trial->n_cells[n - 1] + 1 == trial->common || trial->n_cells[n - 1] > trial->common)
      && trial->n_cells[n - 1] > 1)
    n--;
  plan->n_preamble = n;
}

/* Spreadsheets may begin a file with "sep=;" and mean what it says. Returns the delimiter, or NUL where
 * there is none or it is nothing that could delimit, such as a quote or the end of the line. */
static char
said_delimiter (const char *text, size_t n_bytes)
{
  const bool is_said = n_bytes > 5 && memcmp (text, "sep=", 4) == 0
                       && (text[5] == '\n' || text[5] == '\r')
                       && memchr (",;\t|\x1F:^", text[4], 7);
  return is_said ? text[4] : '\0';
}

FsStatus
fs_csv_sniff (FsCsvPlan *plan,
              const char *name,
              const char *text,
              size_t n_bytes,
              const FsImport *import,
              FsFrameBuilder *builder,
              FsProblem *problem)
{
  FsStatus status = FS_OK;
  FsCell *cells = malloc (SAMPLE_COLUMNS * sizeof *cells);
  Trial *trials = calloc (2, sizeof *trials);
  size_t n_sample = n_bytes < SAMPLE_BYTES ? n_bytes : SAMPLE_BYTES;
  if (!cells || !trials)
    {
      free (cells);
      free (trials);
      return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
    }
  /* A cut row would be a row of another length: end the sample after a whole line. */
  while (n_sample < n_bytes && n_sample > 0 && text[n_sample - 1] != '\n'
         && text[n_sample - 1] != '\r')
    n_sample--;
  if (n_sample == 0)
    n_sample = n_bytes < SAMPLE_BYTES ? n_bytes : SAMPLE_BYTES;
  *plan = (FsCsvPlan){ 0 };
  plan->dialect.quote = find_quote (text, n_sample);
  if (plan->dialect.quote == '\'')
    fs_builder_decide (builder, "quotes", "apostrophes",
                       "cells begin and end with them and there are no double quotes");
  plan->dialect.has_comments = true;
  const char said = said_delimiter (text, n_sample);
  if (import && take_delimiter (plan, text, n_sample, import->delimiter, cells, trials, builder))
    ;
  else if (said)
    {
      plan->dialect.delimiter = said;
      try_dialect (trials, text, n_sample, plan->dialect, cells);
      fs_builder_decide (builder, "delimiter", (char[]){ said, '\0' },
                         FS_WORDS ("the first line says so"));
    }
  else
    choose_delimiter (plan, text, n_sample, cells, trials, builder);
  plan->n_columns = trials->common < 1 ? 1 : trials->common;
  if (import && import->skip_rows != FS_AUTO)
    plan->n_preamble = (size_t) import->skip_rows;
  else if (said)
    plan->n_preamble = 1;
  else
    choose_preamble (plan, trials);
  if (plan->n_columns > SAMPLE_COLUMNS)
    status = fs_problem_at (problem, FS_TOO_LARGE, name, 0, NULL,
                            "rows have %zu cells, and at most %d columns can be read",
                            plan->n_columns, SAMPLE_COLUMNS);
  else
    status = choose_header (plan, text, n_sample, cells, import, builder, problem);
  free (trials);
  free (cells);
  return status;
}

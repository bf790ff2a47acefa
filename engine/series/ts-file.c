/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading .ts; see ts-file.h. */

#include "engine/series/ts-file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/at-header.h"
#include "engine/series/cell-table.h"
#include "engine/series/text-source.h"

#define MAX_DIMENSIONS 1024
#define MAX_LABEL 64

/* Columns before the values. */
#define SEQUENCE 0
#define STEP 1
#define FIRST_VALUE 2

typedef struct
{
  FsCellTable table;
  FsLines lines;
  bool has_times, has_label;
  size_t n_dimensions; /* 0 before the first case */
  size_t n_cases;
} Reader;

static FsStatus
malformed (const Reader *r, const char *what)
{
  return fs_problem_at (r->table.problem, FS_MALFORMED, r->table.name, r->lines.line, NULL, "%s",
                        fs_text (what));
}

static FsStatus
read_header (Reader *r)
{
  FsSpan line;
  while (fs_lines_next (&r->lines, &line))
    {
      FsSpan word = fs_span_word (&line);
      if (fs_span_is (word, "@data"))
        return FS_OK;
      if (fs_span_is (word, "@timestamps"))
        r->has_times = fs_span_is (fs_span_word (&line), "true");
      else if (fs_span_is (word, "@classlabel") || fs_span_is (word, "@targetlabel"))
        r->has_label = fs_span_is (fs_span_word (&line), "true");
    }
  return malformed (r, "the line @data is missing");
}

static FsStatus
make_columns (Reader *r)
{
  char name[32];
  const char *step = r->has_times ? "time" : "step";
  FsStatus status = fs_cell_table_add_column (&r->table, "sequence", strlen ("sequence"));
  if (!status)
    status = fs_cell_table_add_column (&r->table, step, strlen (step));
  for (size_t d = 0; d < r->n_dimensions && !status; d++)
    {
      snprintf (name, sizeof name, r->n_dimensions == 1 ? "value" : "value %zu", d + 1);
      status = fs_cell_table_add_column (&r->table, name, strlen (name));
    }
  if (!status && r->has_label)
    status = fs_cell_table_add_column (&r->table, "label", strlen ("label"));
  return status;
}

/* The next step of a series: "1.5" or, with times, "(2020-01-01,1.5)". False at its end. */
static bool
take_step (const Reader *r, FsSpan *series, FsSpan *time, FsSpan *value)
{
  *series = fs_span_trim (*series);
  *time = (FsSpan){ "", 0 };
  if (series->n == 0)
    return false;
  if (!r->has_times || series->text[0] != '(')
    {
      *value = fs_span_trim (fs_span_cut (series, ','));
      return true;
    }
  FsSpan pair = fs_span_cut (series, ')');
  pair.text++;
  pair.n--;
  *time = fs_span_trim (fs_span_cut (&pair, ','));
  *value = fs_span_trim (pair);
  *series = fs_span_trim (*series);
  if (series->n > 0 && series->text[0] == ',')
    {
      series->text++;
      series->n--;
    }
  return true;
}

static bool
is_missing (FsSpan value)
{
  return value.n == 0 || (value.n == 1 && value.text[0] == '?');
}

/* Parts between colons, of which times may have some inside their parentheses. */
static FsSpan
take_part (FsSpan *rest)
{
  size_t n = 0;
  int depth = 0;
  for (; n < rest->n && (depth > 0 || rest->text[n] != ':'); n++)
    depth += rest->text[n] == '(' ? 1 : rest->text[n] == ')' ? -1 : 0;
  FsSpan part = { rest->text, n };
  const size_t skipped = n + (n < rest->n);
  rest->text += skipped;
  rest->n -= skipped;
  return fs_span_trim (part);
}

/* One case: its series go on side by side until the last has ended. */
static FsStatus
take_case (Reader *r, FsSpan line)
{
  FsSpan parts[MAX_DIMENSIONS + 1];
  char number[32];
  size_t n_parts = 0;
  FsStatus status = FS_OK;
  do
    {
      if (n_parts > MAX_DIMENSIONS)
        return malformed (r, "at most 1024 series can be read in one case");
      parts[n_parts++] = take_part (&line);
    }
  while (line.n > 0);
  const size_t n_labels = r->has_label ? 1 : 0;
  if (n_parts <= n_labels)
    return malformed (r, "a case needs a series and, behind a colon, its label");
  if (r->n_dimensions == 0)
    {
      r->n_dimensions = n_parts - n_labels;
      status = make_columns (r);
    }
  else if (n_parts - n_labels != r->n_dimensions)
    return fs_problem_at (r->table.problem, FS_MALFORMED, r->table.name, r->lines.line, NULL,
                          "%zu series, and the first case has %zu", n_parts - n_labels,
                          r->n_dimensions);
  const FsSpan label = parts[n_parts - 1];
  if (n_labels > 0 && label.n > MAX_LABEL)
    return malformed (r, "a label of at most 64 bytes, for every step repeats it");
  r->n_cases++;
  for (size_t step = 1; !status; step++)
    {
      bool is_row = false;
      for (size_t d = 0; d < r->n_dimensions && !status; d++)
        {
          FsSpan time, value;
          if (!take_step (r, &parts[d], &time, &value))
            continue;
          if (!is_row)
            {
              is_row = true;
              status = fs_cell_table_add_row (&r->table, r->lines.line);
              snprintf (number, sizeof number, "%zu", r->n_cases);
              if (!status)
                status = fs_cell_table_put (&r->table, SEQUENCE, number, strlen (number));
              snprintf (number, sizeof number, "%zu", step);
              if (!status && time.n > 0)
                status = fs_cell_table_put (&r->table, STEP, time.text, time.n);
              else if (!status)
                status = fs_cell_table_put (&r->table, STEP, number, strlen (number));
              if (!status && r->has_label)
                status = fs_cell_table_put (&r->table, FIRST_VALUE + r->n_dimensions, label.text,
                                            label.n);
            }
          if (!status && !is_missing (value))
            status = fs_cell_table_put (&r->table, FIRST_VALUE + d, value.text, value.n);
        }
      if (!is_row)
        break;
    }
  return status;
}

static FsStatus
read_all (Reader *r)
{
  FsSpan line;
  FsStatus status = read_header (r);
  while (!status && fs_lines_next (&r->lines, &line))
    {
      if (line.n == 0 || line.text[0] == '#' || line.text[0] == '%')
        continue;
      status = take_case (r, line);
      fs_read_progress (r->table.options, r->lines.at, r->lines.n);
      if (r->table.options->max_rows && r->table.grid.n_rows >= r->table.options->max_rows)
        break;
    }
  if (status)
    return status;
  fs_builder_decide (r->table.builder, "format", "sktime .ts",
                     r->has_label
                         ? FS_WORDS ("%zu cases of %zu series and a label: a row for every step")
                         : FS_WORDS ("%zu cases of %zu series: a row for every step"),
                     r->n_cases, r->n_dimensions);
  return fs_cell_table_finish (&r->table);
}

bool
fs_ts_is (const char *bytes, size_t n_bytes)
{
  return fs_at_format (bytes, n_bytes) == FS_AT_TS;
}

FsStatus
fs_ts_read (FsFrameBuilder *builder,
            const char *name,
            const char *bytes,
            size_t n_bytes,
            const FsReadOptions *options,
            FsProblem *problem)
{
  FsTextSource source = { 0 };
  Reader r = { 0 };
  FsStatus status =
      fs_text_source_open (&source, name, bytes, n_bytes, options->import, builder, problem);
  fs_cell_table_init (&r.table, name, source.n_bytes, builder, options, problem);
  r.lines = (FsLines){ source.text, source.n_bytes, 0, 0 };
  if (!status)
    status = read_all (&r);
  fs_cell_table_clear (&r.table);
  fs_text_source_close (&source);
  return status;
}

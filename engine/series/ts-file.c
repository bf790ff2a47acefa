/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading .ts; see ts-file.h. */

#include "engine/series/ts-file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/at-header.h"
#include "engine/series/cell-columns.h"
#include "engine/series/text-source.h"

#define MAX_DIMENSIONS 1024
#define MAX_LABEL 64

/* A series or a label: where it stands in the text. Short cases are many. */
typedef struct
{
  uint32_t start, n;
} Part;

typedef struct
{
  FsCellTable table;
  FsLines lines;
  bool has_times, has_label;
  size_t n_dimensions; /* 0 before the first case */
  size_t n_parts;      /* of one case */
  size_t n_cases, case_capacity;
  Part *parts;       /* [n_cases][n_parts], the label last */
  uint32_t *n_steps; /* [n_cases] */
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

static FsSpan
part_at (const Reader *r, size_t index, size_t part)
{
  const Part *found = &r->parts[index * r->n_parts + part];
  return (FsSpan){ r->lines.text + found->start, found->n };
}

/* A case goes on until its longest series has ended. */
static size_t
count_steps (const Reader *r, size_t index)
{
  size_t most = 0;
  for (size_t d = 0; d < r->n_dimensions; d++)
    {
      FsSpan series = part_at (r, index, d), time, value;
      size_t n = 0;
      while (take_step (r, &series, &time, &value))
        n++;
      most = n > most ? n : most;
    }
  return most;
}

static FsStatus
add_case (Reader *r, const FsSpan *parts)
{
  if (r->n_cases == r->case_capacity)
    {
      const size_t capacity = r->case_capacity ? 2 * r->case_capacity : 1;
      uint32_t *n_steps = realloc (r->n_steps, capacity * sizeof *n_steps);
      r->n_steps = n_steps ? n_steps : r->n_steps;
      Part *larger = realloc (r->parts, capacity * r->n_parts * sizeof *larger);
      r->parts = larger ? larger : r->parts;
      if (!n_steps || !larger)
        return fs_problem (r->table.problem, FS_OUT_OF_MEMORY, r->table.name, NULL, NULL);
      r->case_capacity = capacity;
    }
  for (size_t i = 0; i < r->n_parts; i++)
    r->parts[r->n_cases * r->n_parts + i] =
        (Part){ (uint32_t) (parts[i].text - r->lines.text), (uint32_t) parts[i].n };
  const size_t n_steps = count_steps (r, r->n_cases);
  r->n_steps[r->n_cases++] = (uint32_t) n_steps;
  return fs_cell_columns_add_rows (&r->table, r->lines.line, n_steps);
}

static FsStatus
take_case (Reader *r, FsSpan line)
{
  FsSpan parts[MAX_DIMENSIONS + 1];
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
      r->n_parts = n_parts;
      r->n_dimensions = n_parts - n_labels;
      status = make_columns (r);
    }
  else if (n_parts != r->n_parts)
    return fs_problem_at (r->table.problem, FS_MALFORMED, r->table.name, r->lines.line, NULL,
                          "%zu series, and the first case has %zu", n_parts - n_labels,
                          r->n_dimensions);
  if (n_labels > 0 && parts[n_parts - 1].n > MAX_LABEL)
    return malformed (r, "a label of at most 64 bytes, for every step repeats it");
  return status ? status : add_case (r, parts);
}

/* ---- columns ---- */

static FsStatus
put_number (Reader *r, size_t value, size_t n_rows)
{
  char number[32];
  const int n = snprintf (number, sizeof number, "%zu", value);
  return fs_cell_columns_put (&r->table, number, (size_t) n, n_rows);
}

static FsStatus
put_sequences (Reader *r)
{
  FsStatus status = fs_cell_columns_begin (&r->table, NULL);
  for (size_t i = 0; i < r->n_cases && !status; i++)
    status = put_number (r, i + 1, r->n_steps[i]);
  return status ? status : fs_cell_columns_end (&r->table);
}

/* The time of the first series that has the step, or the step's number. */
static FsStatus
put_steps_of (Reader *r, size_t index)
{
  FsSpan series[MAX_DIMENSIONS];
  const size_t n_timed = r->has_times ? r->n_dimensions : 0;
  FsStatus status = FS_OK;
  for (size_t d = 0; d < n_timed; d++)
    series[d] = part_at (r, index, d);
  for (size_t step = 1; step <= r->n_steps[index] && !status; step++)
    {
      FsSpan time = { "", 0 }, value, found;
      bool is_found = false;
      for (size_t d = 0; d < n_timed; d++)
        if (take_step (r, &series[d], &found, &value) && !is_found)
          {
            is_found = true;
            time = found;
          }
      status = time.n > 0 ? fs_cell_columns_put (&r->table, time.text, time.n, 1)
                          : put_number (r, step, 1);
    }
  return status;
}

static FsStatus
put_steps (Reader *r)
{
  FsStatus status = fs_cell_columns_begin (&r->table, NULL);
  for (size_t i = 0; i < r->n_cases && !status; i++)
    status = put_steps_of (r, i);
  return status ? status : fs_cell_columns_end (&r->table);
}

static FsStatus
put_values (Reader *r, size_t dimension)
{
  FsStatus status = fs_cell_columns_begin (&r->table, r->lines.text);
  for (size_t i = 0; i < r->n_cases && !status; i++)
    {
      FsSpan series = part_at (r, i, dimension), time, value;
      size_t n = 0;
      for (; !status && take_step (r, &series, &time, &value); n++)
        status =
            fs_cell_columns_put (&r->table, is_missing (value) ? NULL : value.text, value.n, 1);
      if (!status)
        status = fs_cell_columns_put (&r->table, NULL, 0, r->n_steps[i] - n);
    }
  return status ? status : fs_cell_columns_end (&r->table);
}

static FsStatus
put_labels (Reader *r)
{
  FsStatus status = fs_cell_columns_begin (&r->table, r->lines.text);
  for (size_t i = 0; i < r->n_cases && !status; i++)
    {
      const FsSpan label = part_at (r, i, r->n_parts - 1);
      status = fs_cell_columns_put (&r->table, label.text, label.n, r->n_steps[i]);
    }
  return status ? status : fs_cell_columns_end (&r->table);
}

static FsStatus
fill_columns (Reader *r)
{
  const size_t n = r->lines.n;
  FsStatus status = put_sequences (r);
  if (!status)
    status = put_steps (r);
  for (size_t d = 0; d < r->n_dimensions && !status; d++)
    {
      status = put_values (r, d);
      fs_read_progress (r->table.options, n + n * (d + 1) / r->n_dimensions, 2 * n);
    }
  if (!status && r->has_label)
    status = put_labels (r);
  return status ? status : fs_cell_columns_finish (&r->table);
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
      fs_read_progress (r->table.options, r->lines.at, 2 * r->lines.n);
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
  return fill_columns (r);
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
  free (r.parts);
  free (r.n_steps);
  fs_cell_table_clear (&r.table);
  fs_text_source_close (&source);
  return status;
}

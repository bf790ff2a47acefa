/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading ARFF; see arff.h. A cell that is a word where the header promises a number is told, and the
 * column is what its values are. */

#include "engine/series/arff.h"

#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/at-header.h"
#include "engine/series/cell-table.h"
#include "engine/series/text-source.h"

#define MAX_TOLD_ROWS 5

typedef struct
{
  FsCellTable table;
  FsLines lines;
  FsSpan first[FS_MAX_TABLE_COLUMNS]; /* what a sparse row leaves out: "0" or the first word */
  char *scratch;                      /* a value without its escapes */
  size_t n_odd_rows;
} Reader;

static FsStatus
malformed (const Reader *r, const char *what)
{
  return fs_problem_at (r->table.problem, FS_MALFORMED, r->table.name, r->lines.line, NULL, "%s",
                        fs_text (what));
}

/* One value, in quotes or up to a comma (or `end`), without its escapes; `rest` begins behind it. */
static bool
take_value (Reader *r, FsSpan *rest, char end, FsSpan *value, bool *is_quoted)
{
  *rest = fs_span_trim (*rest);
  *is_quoted = rest->n > 0 && (rest->text[0] == '\'' || rest->text[0] == '"');
  if (!*is_quoted)
    {
      size_t n = 0;
      while (n < rest->n && rest->text[n] != ',' && rest->text[n] != end)
        n++;
      *value = fs_span_trim ((FsSpan){ rest->text, n });
      rest->text += n;
      rest->n -= n;
      return true;
    }
  const char quote = rest->text[0];
  size_t n = 0, i = 1;
  for (; i < rest->n && rest->text[i] != quote; i++)
    {
      if (rest->text[i] == '\\' && i + 1 < rest->n)
        i++;
      r->scratch[n++] = rest->text[i];
    }
  if (i >= rest->n)
    return false;
  *value = (FsSpan){ r->scratch, n };
  *rest = fs_span_trim ((FsSpan){ rest->text + i + 1, rest->n - i - 1 });
  return true;
}

/* "@attribute NAME TYPE", of which the words of {a, b} matter for sparse rows alone. */
static FsStatus
take_attribute (Reader *r, FsSpan rest)
{
  FsSpan value;
  bool is_quoted = rest.n > 0 && (rest.text[0] == '\'' || rest.text[0] == '"');
  const size_t column = r->table.builder->frame->n_columns;
  if (is_quoted)
    {
      if (!take_value (r, &rest, '\0', &value, &is_quoted))
        return malformed (r, "a name that is never closed");
    }
  else
    value = fs_span_word (&rest);
  if (value.n == 0 || rest.n == 0)
    return malformed (r, "@attribute needs a name and a type");
  FsStatus status = fs_cell_table_add_column (&r->table, value.text, value.n);
  if (status)
    return status;
  r->first[column] = (FsSpan){ "0", 1 };
  FsSpan type = rest;
  if (fs_span_is (fs_span_word (&type), "relational"))
    return malformed (r, "tables within tables cannot be read");
  if (rest.text[0] == '{')
    {
      rest.text++;
      rest.n--;
      const char *start = rest.text;
      FsSpan word;
      if (!take_value (r, &rest, '}', &word, &is_quoted))
        return malformed (r, "a word that is never closed");
      /* The word as it stands in the file, for the scratch is used again. */
      r->first[column] = is_quoted ? (FsSpan){ start + 1, word.n } : word;
    }
  return FS_OK;
}

static bool
is_missing (FsSpan value, bool is_quoted)
{
  return !is_quoted && (value.n == 0 || (value.n == 1 && value.text[0] == '?'));
}

static FsStatus
take_sparse_row (Reader *r, FsSpan rest)
{
  FsStatus status = FS_OK;
  rest.text++;
  rest.n--;
  for (size_t c = 0; c < r->table.grid.n_columns && !status; c++)
    status = fs_cell_table_put (&r->table, c, r->first[c].text, r->first[c].n);
  while (!status)
    {
      FsSpan value;
      bool is_quoted;
      size_t index = 0, n = 0;
      rest = fs_span_trim (rest);
      if (rest.n > 0 && rest.text[0] == '}')
        return FS_OK;
      for (; n < rest.n && rest.text[n] >= '0' && rest.text[n] <= '9' && n < 9; n++)
        index = index * 10 + (size_t) (rest.text[n] - '0');
      rest.text += n;
      rest.n -= n;
      if (n == 0 || index >= r->table.grid.n_columns
          || !take_value (r, &rest, '}', &value, &is_quoted))
        return malformed (r, "a sparse row is pairs of a column's number and its value");
      size_t cell = (r->table.grid.n_rows - 1) * r->table.grid.n_columns + index;
      if (is_missing (value, is_quoted))
        r->table.grid.cells[cell] = (FsCell){ 0, 0 };
      else
        status = fs_cell_table_put (&r->table, index, value.text, value.n);
      rest = fs_span_trim (rest);
      if (rest.n > 0 && rest.text[0] == ',')
        {
          rest.text++;
          rest.n--;
        }
      else if (rest.n == 0 || rest.text[0] != '}')
        return malformed (r, "a sparse row ends with a brace");
    }
  return status;
}

static FsStatus
take_row (Reader *r, FsSpan rest)
{
  const size_t n_columns = r->table.grid.n_columns;
  size_t n = 0;
  FsStatus status = fs_cell_table_add_row (&r->table, r->lines.line);
  if (!status && rest.text[0] == '{')
    return take_sparse_row (r, rest);
  while (!status)
    {
      FsSpan value;
      bool is_quoted;
      if (!take_value (r, &rest, '\0', &value, &is_quoted))
        return malformed (r, "a quote is opened here and never closed");
      if (n < n_columns && !is_missing (value, is_quoted))
        status = fs_cell_table_put (&r->table, n, value.text, value.n);
      n++;
      if (rest.n == 0)
        break;
      if (rest.text[0] != ',')
        return malformed (r, "a comma is expected behind a quoted value");
      rest.text++;
      rest.n--;
    }
  /* One more value is the weight of the row. */
  if (!status && n != n_columns && r->n_odd_rows++ < MAX_TOLD_ROWS)
    fs_builder_warn (r->table.builder, r->lines.line, "%zu values instead of %zu", n, n_columns);
  return status;
}

static FsStatus
read_all (Reader *r)
{
  FsSpan line;
  bool is_data = false;
  FsStatus status = FS_OK;
  while (!status && fs_lines_next (&r->lines, &line))
    {
      if (line.n == 0 || line.text[0] == '%')
        continue;
      if (is_data)
        {
          status = take_row (r, line);
          fs_read_progress (r->table.options, r->lines.at, r->lines.n);
          if (r->table.grid.n_rows == r->table.options->max_rows)
            break;
          continue;
        }
      FsSpan word = fs_span_word (&line);
      if (fs_span_is (word, "@attribute"))
        status = take_attribute (r, line);
      else if (fs_span_is (word, "@data"))
        {
          is_data = true;
          if (r->table.grid.n_columns == 0)
            return malformed (r, "the header declares no @attribute");
        }
      else if (!fs_span_is (word, "@relation"))
        return malformed (r, "@relation, @attribute or @data is expected");
    }
  if (status)
    return status;
  fs_builder_decide (r->table.builder, "format", "ARFF", "the header declares %zu attributes",
                     r->table.grid.n_columns);
  return fs_cell_table_finish (&r->table);
}

bool
fs_arff_is (const char *bytes, size_t n_bytes)
{
  return fs_at_format (bytes, n_bytes) == FS_AT_ARFF;
}

FsStatus
fs_arff_read (FsFrameBuilder *builder,
              const char *name,
              const char *bytes,
              size_t n_bytes,
              const FsReadOptions *options,
              FsProblem *problem)
{
  FsTextSource source = { 0 };
  FsStatus status =
      fs_text_source_open (&source, name, bytes, n_bytes, options->import, builder, problem);
  Reader *r = status ? NULL : calloc (1, sizeof *r);
  if (!status && !r)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  if (r)
    {
      fs_cell_table_init (&r->table, name, source.n_bytes, builder, options, problem);
      r->lines = (FsLines){ source.text, source.n_bytes, 0, 0 };
      r->scratch = malloc (source.n_bytes + 1);
      status = r->scratch ? read_all (r) : fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
      fs_cell_table_clear (&r->table);
      free (r->scratch);
      free (r);
    }
  fs_text_source_close (&source);
  return status;
}

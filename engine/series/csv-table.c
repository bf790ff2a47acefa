/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Gathering columns; see csv-table.h. */

#include "engine/series/csv-table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-cell.h"
#include "engine/series/csv-notices.h"

/* Rows that one thread takes at a time: their text and cells stay in its cache while every column
 * takes its own. */
#define GROUP_ROWS ((size_t) 1024)

static FsStatus
no_memory (FsProblem *problem)
{
  return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
}

FsStatus
fs_csv_table_init (FsCsvTable *table,
                   size_t n_columns,
                   bool copies_text,
                   const FsReadOptions *options,
                   FsProblem *problem)
{
  const bool has_comma = options->import && options->import->decimal == FS_IMPORT_DECIMAL_COMMA;
  *table = (FsCsvTable){ .n_columns = n_columns, .copies_text = copies_text, .options = options };
  table->columns = calloc (n_columns, sizeof *table->columns);
  table->numbers = calloc (n_columns, sizeof *table->numbers);
  if (!table->columns || !table->numbers)
    return no_memory (problem);
  for (size_t i = 0; i < n_columns; i++)
    {
      atomic_init (&table->columns[i].is_odd, has_comma); /* then no number is plain */
      atomic_init (&table->columns[i].n_missing, 0);
      table->columns[i].is_kept = has_comma;
      table->columns[i].can_be_names = true;
    }
  return FS_OK;
}

/* Room for `n_rows` rows, with the rest of the text foreseen. */
static bool
make_room (FsCsvTable *table, size_t n_rows, double share)
{
  if (n_rows <= table->row_capacity)
    return true;
  const double foreseen = 1.02 * (double) n_rows / share;
  size_t capacity = n_rows;
  if (share < 1)
    capacity = foreseen < 2.0 * (double) n_rows ? (size_t) foreseen + 1 : 2 * n_rows;
  uint32_t *lines = realloc (table->lines, capacity * sizeof *lines);
  if (!lines)
    return false;
  table->lines = lines;
  for (size_t i = 0; i < table->n_columns; i++)
    if (!table->columns[i].is_odd)
      {
        double *numbers = realloc (table->numbers[i], capacity * sizeof *numbers);
        if (!numbers)
          return false;
        table->numbers[i] = numbers;
      }
  table->row_capacity = capacity;
  return true;
}

typedef struct
{
  FsCsvTable *table;
  const FsCsvBlock *block;
  size_t n_lines;
  size_t n_rows_before;
  size_t n_rows_wanted; /* of the second time: rows of the block that are taken */
} AddJob;

/* ---- plain numbers ---- */

static size_t
n_groups (const FsCsvPiece *piece)
{
  return (piece->n_rows + GROUP_ROWS - 1) / GROUP_ROWS;
}

/* False at the first cell that is no plain number. */
static bool
read_group (const FsCsvPiece *piece,
            const char *text,
            size_t column,
            size_t begin,
            size_t end,
            double *numbers,
            size_t *n_missing)
{
  for (size_t row = begin; row < end; row++)
    {
      size_t length;
      const char *cell = fs_cell_bytes (text, fs_csv_piece_cell (piece, row, column), &length);
      if (!fs_cell_read_plain (cell, length, &numbers[row]))
        return false;
      *n_missing += isnan (numbers[row]);
    }
  return true;
}

static void
read_task (void *context, size_t item, size_t worker)
{
  AddJob *job = context;
  FsCsvTable *table = job->table;
  const FsCsvPiece *piece = job->block->pieces;
  (void) worker;
  for (; item >= n_groups (piece); piece++)
    item -= n_groups (piece);
  const size_t begin = item * GROUP_ROWS;
  const size_t end = piece->n_rows - begin < GROUP_ROWS ? piece->n_rows : begin + GROUP_ROWS;
  const size_t first = job->n_rows_before + piece->first_row;
  for (size_t row = begin; row < end; row++)
    table->lines[first + row] = (uint32_t) (job->n_lines + piece->first_line + piece->lines[row]);
  for (size_t i = 0; i < table->n_columns; i++)
    {
      FsCsvColumn *column = &table->columns[i];
      size_t n_missing = 0;
      if (atomic_load_explicit (&column->is_odd, memory_order_relaxed))
        continue;
      if (!read_group (piece, job->block->text, i, begin, end, table->numbers[i] + first,
                       &n_missing))
        atomic_store_explicit (&column->is_odd, true, memory_order_relaxed);
      else if (n_missing > 0)
        atomic_fetch_add_explicit (&column->n_missing, n_missing, memory_order_relaxed);
    }
}

/* ---- cells ---- */

static bool
reserve (void **memory, size_t *capacity, size_t wanted, size_t size)
{
  if (wanted <= *capacity)
    return true;
  const size_t larger = wanted + (*capacity ? wanted / 4 : 0);
  void *grown = realloc (*memory, larger * size);
  if (!grown)
    return false;
  *memory = grown;
  *capacity = larger;
  return true;
}

/* The cells of the block's first `n_rows` rows, with their text if it will be gone. */
static void
keep_cells (FsCsvTable *table, size_t index, const FsCsvBlock *block, size_t n_rows)
{
  FsCsvColumn *column = &table->columns[index];
  if (!reserve ((void **) &column->cells, &column->cell_capacity, column->n_cells + n_rows,
                sizeof *column->cells))
    {
      column->is_out_of_memory = true;
      return;
    }
  for (size_t p = 0; p < block->n_pieces && n_rows > 0; p++)
    {
      const FsCsvPiece *piece = &block->pieces[p];
      const size_t n = piece->n_rows < n_rows ? piece->n_rows : n_rows;
      n_rows -= n;
      for (size_t row = 0; row < n; row++)
        {
          FsCell cell = fs_csv_piece_cell (piece, row, index);
          const size_t length = fs_cell_length (cell);
          if (table->copies_text)
            {
              if (length > FS_CSV_MAX_BYTES - column->n_text)
                {
                  column->is_too_large = true;
                  return;
                }
              if (!reserve ((void **) &column->text, &column->text_capacity,
                            column->n_text + length + 1, 1))
                {
                  column->is_out_of_memory = true;
                  return;
                }
              memcpy (column->text + column->n_text, block->text + cell.start, length);
              cell.start = (uint32_t) column->n_text;
              column->n_text += length;
            }
          column->cells[column->n_cells++] = cell;
        }
    }
}

/* Numbers of a fixed number of digits that begin with zeros are names; see has_leading_zeros(). */
static void
look_for_names (FsCsvColumn *column, size_t index, const FsCsvBlock *block)
{
  for (size_t p = 0; p < block->n_pieces; p++)
    for (size_t row = 0; row < block->pieces[p].n_rows; row++)
      {
        size_t length;
        const char *cell =
            fs_cell_bytes (block->text, fs_csv_piece_cell (&block->pieces[p], row, index), &length);
        if (length == 0)
          continue;
        column->can_be_names = length >= 4 && (!column->n_digits || length == column->n_digits);
        for (size_t i = 0; i < length && column->can_be_names; i++)
          column->can_be_names = cell[i] >= '0' && cell[i] <= '9';
        if (!column->can_be_names)
          return;
        column->n_digits = length;
        column->n_zeros += cell[0] == '0';
      }
}

/* Of a column without a number: whether its words for "missing" differ. */
static void
look_for_words (FsCsvColumn *column, size_t index, const FsCsvBlock *block)
{
  for (size_t p = 0; p < block->n_pieces && !column->has_other_words; p++)
    for (size_t row = 0; row < block->pieces[p].n_rows; row++)
      {
        size_t length;
        const char *cell =
            fs_cell_bytes (block->text, fs_csv_piece_cell (&block->pieces[p], row, index), &length);
        if (length == 0 || length >= sizeof column->word)
          continue;
        if (!column->word[0])
          memcpy (column->word, cell, length);
        else if (strlen (column->word) != length || memcmp (column->word, cell, length) != 0)
          column->has_other_words = true;
      }
}

static void
look_for_text (FsCsvColumn *column, size_t index, const FsCsvBlock *block)
{
  for (size_t p = 0; p < block->n_pieces; p++)
    for (size_t row = 0; row < block->pieces[p].n_rows && !column->has_text; row++)
      column->has_text = fs_cell_length (fs_csv_piece_cell (&block->pieces[p], row, index)) > 0;
}

static void
column_task (void *context, size_t index, size_t worker)
{
  AddJob *job = context;
  FsCsvTable *table = job->table;
  FsCsvColumn *column = &table->columns[index];
  (void) worker;
  if (index + 1 == table->n_columns && !column->has_text)
    look_for_text (column, index, job->block);
  if (column->is_odd && !column->is_kept)
    {
      column->is_kept = true;
      column->first_row = job->n_rows_before;
      free (table->numbers[index]);
      table->numbers[index] = NULL;
    }
  if (column->is_kept)
    {
      keep_cells (table, index, job->block, job->block->n_rows);
      return;
    }
  if (column->can_be_names)
    look_for_names (column, index, job->block);
  if (column->n_missing == table->n_rows && !column->has_other_words)
    look_for_words (column, index, job->block);
}

static void
run (const FsCsvTable *table, size_t n_items, FsPoolTask task, AddJob *job)
{
  if (table->options->pool && n_items > 1)
    fs_pool_run (table->options->pool, n_items, task, job);
  else
    for (size_t i = 0; i < n_items; i++)
      task (job, i, 0);
}

static FsStatus
check_columns (const FsCsvTable *table, FsProblem *problem)
{
  for (size_t i = 0; i < table->n_columns; i++)
    {
      if (table->columns[i].is_out_of_memory)
        return no_memory (problem);
      if (table->columns[i].is_too_large)
        return fs_problem_at (problem, FS_TOO_LARGE, NULL, 0, NULL,
                              "column %zu has 4 GB of words and more, which cannot be read", i + 1);
    }
  return FS_OK;
}

FsStatus
fs_csv_table_add (FsCsvTable *table,
                  const FsCsvBlock *block,
                  size_t n_lines,
                  double share,
                  FsProblem *problem)
{
  AddJob job = {
    .table = table, .block = block, .n_lines = n_lines, .n_rows_before = table->n_rows
  };
  size_t groups = 0;
  if (!make_room (table, table->n_rows + block->n_rows, share))
    return no_memory (problem);
  for (size_t p = 0; p < block->n_pieces; p++)
    groups += n_groups (&block->pieces[p]);
  run (table, groups, read_task, &job);
  table->n_rows += block->n_rows;
  run (table, table->n_columns, column_task, &job);
  return check_columns (table, problem);
}

/* ---- once more ---- */

/* Whether a column of plain numbers may hold names or words, so that its cells are asked for. */
static bool
is_asked_for (const FsCsvTable *table, const FsCsvColumn *column)
{
  const bool has_number = column->n_missing < table->n_rows;
  return !column->is_odd
         && (has_number ? column->can_be_names && column->n_zeros > 0 : column->has_other_words);
}

static bool
lacks_cells (const FsCsvTable *table, const FsCsvColumn *column)
{
  return column->is_kept ? column->first_row > 0 : is_asked_for (table, column);
}

/* The cells that are there are put aside: at the end of those that come. */
bool
fs_csv_table_lacks_cells (FsCsvTable *table)
{
  bool lacks_any = false;
  for (size_t i = 0; i < table->n_columns; i++)
    {
      FsCsvColumn *column = &table->columns[i];
      if (!lacks_cells (table, column))
        continue;
      lacks_any = true;
      free (column->cells);
      free (column->text);
      column->cells = NULL;
      column->text = NULL;
      column->n_cells = column->cell_capacity = column->n_text = column->text_capacity = 0;
      column->is_kept = true;
      column->first_row = SIZE_MAX; /* until fetched */
    }
  return lacks_any;
}

static void
again_task (void *context, size_t index, size_t worker)
{
  AddJob *job = context;
  (void) worker;
  if (job->table->columns[index].first_row == SIZE_MAX)
    keep_cells (job->table, index, job->block, job->n_rows_wanted);
}

FsStatus
fs_csv_table_add_again (FsCsvTable *table, const FsCsvBlock *block, FsProblem *problem)
{
  size_t n_there = table->n_rows;
  for (size_t i = 0; i < table->n_columns; i++)
    if (table->columns[i].first_row == SIZE_MAX)
      n_there = table->columns[i].n_cells;
  const size_t n_left = table->n_rows - n_there;
  AddJob job = { .table = table,
                 .block = block,
                 .n_rows_wanted = block->n_rows < n_left ? block->n_rows : n_left };
  run (table, table->n_columns, again_task, &job);
  return check_columns (table, problem);
}

/* ---- types ---- */

static void
clear_column (FsCsvColumn *column)
{
  free (column->cells);
  free (column->text);
  column->cells = NULL;
  column->text = NULL;
}

/* Numbers take no more room than they need. */
static double *
fit (double *numbers, size_t n_rows)
{
  double *fitted = numbers ? realloc (numbers, n_rows * sizeof *numbers) : NULL;
  return fitted ? fitted : numbers;
}

FsStatus
fs_csv_table_fill (FsCsvTable *table,
                   FsGrid *grid,
                   const char *name,
                   FsFrameBuilder *builder,
                   FsProblem *problem)
{
  FsFrame *frame = builder->frame;
  const char *whole = grid->text;
  FsStatus status = FS_OK;
  grid->has_only = true;
  grid->lines = table->lines;
  grid->n_rows = frame->n_rows = table->n_rows;
  for (size_t i = 0; i < grid->n_columns && !status; i++)
    {
      FsCsvColumn *column = &table->columns[i];
      if (column->is_kept && column->n_cells < table->n_rows)
        return fs_problem (problem, FS_UNREADABLE, name, NULL,
                           "the file changed while it was read; read it again");
      grid->only = i;
      grid->cells = column->cells;
      grid->text = column->text ? column->text : whole;
      frame->columns[i].numbers = fit (table->numbers[i], table->n_rows);
      frame->columns[i].n_missing = column->n_missing;
      table->numbers[i] = NULL;
      status =
          fs_column_fill (grid, i, &frame->columns[i], builder, table->options->interrupt, problem);
      if (!status)
        fs_csv_notice_sentinels (grid, &frame->columns[i], builder);
      clear_column (column);
    }
  grid->cells = NULL;
  return status ? status : fs_grid_settle (grid, name, builder, problem);
}

void
fs_csv_table_clear (FsCsvTable *table)
{
  for (size_t i = 0; i < table->n_columns; i++)
    {
      if (table->columns)
        clear_column (&table->columns[i]);
      if (table->numbers)
        free (table->numbers[i]);
    }
  free (table->columns);
  free (table->numbers);
  free (table->lines);
  *table = (FsCsvTable){ 0 };
}

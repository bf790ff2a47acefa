/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Things worth telling about a table; see csv-notices.h. */

#include "engine/series/csv-notices.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/text.h"
#include "engine/series/csv-date.h"

/* Numbers that instruments and statistics programs write for "no value". */
static const double sentinels[] = { -99, -999, -9999, -99999, 999, 9999, 99999, 1e20, -1e20 };
#define N_SENTINELS (sizeof sentinels / sizeof sentinels[0])

/* Columns whose names are dates from which on a table seems to hold one series a row. */
#define LEAST_DATED_NAMES 3

static size_t
sentinel_index (double x)
{
  size_t i = 0;
  if (x > -99 && x < 999)
    return N_SENTINELS;
  while (i < N_SENTINELS && sentinels[i] != x)
    i++;
  return i;
}

/* A sentinel is told only if it lies further from the other values than they do from each other. */
void
fs_csv_notice_sentinels (const FsGrid *grid, const FsColumn *column, FsFrameBuilder *builder)
{
  size_t counts[N_SENTINELS + 1] = { 0 }, first[N_SENTINELS + 1];
  double least = INFINITY, most = -INFINITY;
  if (column->type != FS_COLUMN_NUMBER)
    return;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      double x = column->numbers[row];
      if (isnan (x))
        continue;
      size_t i = sentinel_index (x);
      if (counts[i]++ == 0)
        first[i] = row;
      if (i == N_SENTINELS)
        {
          least = x < least ? x : least;
          most = x > most ? x : most;
        }
    }
  if (counts[N_SENTINELS] < 2)
    return;
  for (size_t i = 0; i < N_SENTINELS; i++)
    {
      char value[FS_NUMBER_SIZE];
      double range = most - least;
      bool is_far = sentinels[i] < least - range || sentinels[i] > most + range;
      if (counts[i] == 0 || !is_far)
        continue;
      fs_builder_warn (
          builder, grid->lines[first[i]],
          fs_text_count (
              "column %.60s: %s occurs %zu time, far from all other values; if it means "
              "\u201cno value\u201d, empty those cells",
              "column %.60s: %s occurs %zu times, far from all other values; if it means "
              "\u201cno value\u201d, empty those cells",
              counts[i]),
          column->name, fs_number_write (sentinels[i], value), counts[i]);
    }
}

/* Four hashes side by side, because each waits for its last product. */
static uint64_t
hash_numbers (const double *numbers, size_t n)
{
  uint64_t hashes[4] = { 1, 2, 3, 4 }, hash = UINT64_C (0xCBF29CE484222325);
  size_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (size_t lane = 0; lane < 4; lane++)
      {
        uint64_t bits;
        memcpy (&bits, &numbers[i + lane], sizeof bits);
        hashes[lane] = (hashes[lane] ^ bits ^ bits >> 32) * UINT64_C (0x100000001B3);
      }
  for (size_t lane = 0; i < n; i++, lane++)
    {
      uint64_t bits;
      memcpy (&bits, &numbers[i], sizeof bits);
      hashes[lane] = (hashes[lane] ^ bits ^ bits >> 32) * UINT64_C (0x100000001B3);
    }
  for (size_t lane = 0; lane < 4; lane++)
    hash = (hash ^ hashes[lane]) * UINT64_C (0x100000001B3);
  return hash;
}

/* False for constants and for counters, of which two may well be equal. */
static bool
is_series (const FsColumn *column, size_t n_rows)
{
  for (size_t i = 2; i < n_rows; i++)
    {
      double step = column->numbers[i] - column->numbers[i - 1];
      if (step != column->numbers[1] - column->numbers[0] && !isnan (step))
        return true;
    }
  return false;
}

/* Columns of equal numbers: as target and input they would be a leak. Each column is compared with the
 * earlier ones by its hash, so a wide table costs little. */
static void
notice_copies (const FsFrame *frame, FsFrameBuilder *builder)
{
  enum
  {
    MAX_COLUMNS = 256
  };
  uint64_t hashes[MAX_COLUMNS];
  size_t n = frame->n_columns < MAX_COLUMNS ? frame->n_columns : MAX_COLUMNS;
  for (size_t i = 0; i < n; i++)
    {
      const FsColumn *right = &frame->columns[i];
      if (right->type != FS_COLUMN_NUMBER || frame->n_rows < 3)
        continue;
      hashes[i] = hash_numbers (right->numbers, frame->n_rows);
      for (size_t j = 0; j < i; j++)
        {
          const FsColumn *left = &frame->columns[j];
          if (left->type != FS_COLUMN_NUMBER || hashes[j] != hashes[i]
              || !is_series (left, frame->n_rows)
              || memcmp (left->numbers, right->numbers, frame->n_rows * sizeof (double)) != 0)
            continue;
          fs_builder_warn (builder, 0,
                           "columns %.60s and %.60s have the same values; one must not be an input "
                           "when the other is the target",
                           left->name, right->name);
          break;
        }
    }
}

/* A file without a last line end, whose last cell is odd, was probably cut off while it was written. */
static void
notice_cut (const FsGrid *grid, const FsFrame *frame, FsFrameBuilder *builder)
{
  const FsColumn *last = &frame->columns[frame->n_columns - 1];
  bool is_odd = last->numbers && isnan (last->numbers[grid->n_rows - 1])
                && last->n_missing * 2 < grid->n_rows + 1;
  if (is_odd)
    fs_builder_warn (
        builder, grid->lines[grid->n_rows - 1],
        grid->last_cell_length
            ? FS_WORDS (
                "the last line has no end and its last cell is no value; the file may be cut off")
            : FS_WORDS ("the last line has no end and lacks cells; the file may be cut off"));
}

static void
notice_sideways (const FsFrame *frame, FsFrameBuilder *builder)
{
  size_t n_dated = 0;
  for (size_t i = 0; i < frame->n_columns && n_dated < LEAST_DATED_NAMES; i++)
    {
      const char *name = frame->columns[i].name;
      double seconds;
      n_dated += fs_date_read (name, strlen (name), FS_DATE_YEAR_FIRST, &seconds) == FS_DATE_OK
                 || fs_date_read (name, strlen (name), FS_DATE_YEAR_MONTH, &seconds) == FS_DATE_OK;
    }
  if (n_dated >= LEAST_DATED_NAMES)
    fs_builder_warn (
        builder, 0,
        "the names of the columns are dates: the table seems to hold one series a row; "
        "turn it on its side to read them");
}

void
fs_csv_notice_table (const FsGrid *grid, bool has_last_line_end, FsFrameBuilder *builder)
{
  notice_copies (builder->frame, builder);
  if (!has_last_line_end)
    notice_cut (grid, builder->frame, builder);
  notice_sideways (builder->frame, builder);
}

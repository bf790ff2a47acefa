/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of words: categories if few different ones repeat, texts otherwise. Only an empty cell is
 * missing here: "NA" is Namibia and "None" a name. */

#include "engine/base/text.h"
#include "engine/series/csv-column.h"

#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-cell.h"

#define N_SLOTS 4096 /* of the hash table; a power of two well above FS_MAX_CATEGORIES */

typedef struct
{
  char *words[FS_MAX_CATEGORIES]; /* owned until handed to the column */
  uint32_t counts[FS_MAX_CATEGORIES];
  size_t first_row[FS_MAX_CATEGORIES];
  size_t n;
  uint16_t slots[N_SLOTS]; /* index + 1 */
} WordSet;

static uint32_t
hash_bytes (const char *text, size_t length)
{
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char) text[i]) * 16777619u;
  return hash ^ hash >> 15;
}

/* Index of the word, added if new; -1 if there is no room, -2 if there is no memory. */
static int
word_index (WordSet *set, const char *text, size_t length, size_t row)
{
  uint32_t slot = hash_bytes (text, length) & (N_SLOTS - 1);
  for (; set->slots[slot]; slot = (slot + 1) & (N_SLOTS - 1))
    {
      const char *word = set->words[set->slots[slot] - 1];
      if (strlen (word) == length && memcmp (word, text, length) == 0)
        return set->slots[slot] - 1;
    }
  if (set->n == FS_MAX_CATEGORIES)
    return -1;
  char *copy = malloc (length + 1);
  if (!copy)
    return -2;
  memcpy (copy, text, length);
  copy[length] = '\0';
  set->words[set->n] = copy;
  set->first_row[set->n] = row;
  set->slots[slot] = (uint16_t) ++set->n;
  return (int) set->n - 1;
}

static void
word_set_free (WordSet *set)
{
  for (size_t i = 0; set && i < set->n; i++)
    free (set->words[i]);
  free (set);
}

/* The cell without its doubled quotes; `scratch` holds any cell of the column. */
static const char *
cell_text (const FsGrid *grid, size_t row, size_t index, char *scratch, size_t *length)
{
  FsCell cell = fs_grid_at (grid, row, index);
  *length = fs_cell_length (cell);
  if (cell.length & FS_CELL_DOUBLED)
    {
      *length = fs_cell_copy (grid->text, cell, grid->quote, scratch);
      return scratch;
    }
  return grid->text + cell.start;
}

static int
compare_words (const void *left, const void *right)
{
  return strcmp (*(char *const *) left, *(char *const *) right);
}

/* How many words are left if capitals do not count; *like and *other are two that differ by them. */
static size_t
count_ignoring_case (const WordSet *set, size_t *like, size_t *other)
{
  size_t n = 0;
  *like = *other = 0;
  for (size_t i = 0; i < set->n; i++)
    {
      bool is_new = true;
      /* At most FS_MAX_CATEGORIES² / 2 short comparisons, and only for words of equal beginnings. */
      for (size_t j = 0; j < i && is_new; j++)
        if ((set->words[i][0] | 32) == (set->words[j][0] | 32)
            && fs_cell_is_equal_but_for_case (set->words[i], set->words[j]))
          {
            is_new = false;
            *like = j;
            *other = i;
          }
      n += is_new;
    }
  return n;
}

static FsStatus
fill_texts (const FsGrid *grid, size_t index, FsColumn *column, FsProblem *problem)
{
  size_t n_bytes = 0;
  for (size_t row = 0; row < grid->n_rows; row++)
    n_bytes += fs_cell_length (fs_grid_at (grid, row, index)) + 1;
  column->type = FS_COLUMN_TEXT;
  column->texts = malloc (grid->n_rows * sizeof *column->texts);
  column->text_block = malloc (n_bytes);
  if (!column->texts || !column->text_block)
    return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
  char *at = column->text_block;
  column->n_missing = 0;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      FsCell cell = fs_grid_at (grid, row, index);
      bool is_missing = fs_cell_length (cell) == 0 && !(cell.length & FS_CELL_QUOTED);
      column->texts[row] = is_missing ? NULL : at;
      column->n_missing += is_missing;
      if (!is_missing)
        at += fs_cell_copy (grid->text, cell, grid->quote, at) + 1;
    }
  return FS_OK;
}

/* Sorts the words and gives every row its code; the words move into the column. */
static FsStatus
take_categories (FsColumn *column, WordSet *set, int32_t *codes, size_t n_rows, FsProblem *problem)
{
  int32_t place[FS_MAX_CATEGORIES];
  char **sorted = malloc ((set->n ? set->n : 1) * sizeof *sorted);
  if (!sorted)
    return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
  memcpy (sorted, set->words, set->n * sizeof *sorted);
  qsort (sorted, set->n, sizeof *sorted, compare_words);
  for (size_t i = 0; i < set->n; i++)
    {
      char **found = bsearch (&set->words[i], sorted, set->n, sizeof *sorted, compare_words);
      place[i] = (int32_t) (found - sorted);
    }
  for (size_t row = 0; row < n_rows; row++)
    if (codes[row] >= 0)
      codes[row] = place[codes[row]];
  column->type = FS_COLUMN_CATEGORY;
  column->codes = codes;
  column->categories = sorted;
  column->n_categories = set->n;
  set->n = 0;
  return FS_OK;
}

static void
tell_about_words (const FsGrid *grid,
                  const FsColumn *column,
                  const WordSet *set,
                  FsFrameBuilder *builder)
{
  size_t like, other, n_single = 0, single = 0;
  if (count_ignoring_case (set, &like, &other) < set->n)
    fs_builder_warn (builder, grid->lines[set->first_row[other]],
                     "column %s: \u201c%.40s\u201d and \u201c%.40s\u201d differ only in their "
                     "capitals and are kept apart",
                     column->name, set->words[like], set->words[other]);
  if (set->n == 1)
    fs_builder_warn (builder, 0, "column %s has one word only, \u201c%.60s\u201d", column->name,
                     set->words[0]);
  for (size_t i = 0; i < set->n; i++)
    if (set->counts[i] == 1)
      {
        single = i;
        n_single++;
      }
  if (n_single > 0 && set->n > 1 && grid->n_rows >= 20)
    fs_builder_warn (builder, grid->lines[set->first_row[single]],
                     n_single > 1
                         ? FS_WORDS ("column %s: \u201c%.60s\u201d and other words occur once only")
                         : FS_WORDS ("column %s: \u201c%.60s\u201d occurs once only"),
                     column->name, set->words[single]);
  for (size_t i = 0; i < set->n; i++)
    if (fs_cell_is_missing (set->words[i], strlen (set->words[i])) && set->words[i][0])
      fs_builder_warn (builder, grid->lines[set->first_row[i]],
                       "column %s: \u201c%s\u201d is kept as a word, not as a missing value",
                       column->name, set->words[i]);
}

/* Collects the words of the column; *n_words is FS_MAX_CATEGORIES + 1 if there are too many. */
static FsStatus
collect (const FsGrid *grid,
         size_t index,
         FsColumn *column,
         WordSet *set,
         int32_t *codes,
         bool *has_room,
         FsProblem *problem)
{
  size_t longest = 0;
  for (size_t row = 0; row < grid->n_rows; row++)
    {
      FsCell cell = fs_grid_at (grid, row, index);
      if ((cell.length & FS_CELL_DOUBLED) && fs_cell_length (cell) > longest)
        longest = fs_cell_length (cell);
    }
  char *scratch = malloc (longest + 1);
  if (!scratch)
    return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
  *has_room = true;
  column->n_missing = 0;
  for (size_t row = 0; row < grid->n_rows && *has_room; row++)
    {
      size_t length;
      const char *text = cell_text (grid, row, index, scratch, &length);
      codes[row] = -1;
      if (length == 0)
        {
          column->n_missing++;
          continue;
        }
      int word = word_index (set, text, length, row);
      if (word == -2)
        {
          free (scratch);
          return fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
        }
      *has_room = word >= 0;
      if (word >= 0)
        set->counts[word]++;
      codes[row] = word;
    }
  free (scratch);
  return FS_OK;
}

FsStatus
fs_column_fill_words (const FsGrid *grid,
                      size_t index,
                      FsColumn *column,
                      FsFrameBuilder *builder,
                      FsProblem *problem)
{
  FsStatus status = FS_OK;
  bool has_room = false;
  size_t like, other;
  free (column->numbers);
  column->numbers = NULL;
  WordSet *set = calloc (1, sizeof *set);
  int32_t *codes = malloc (grid->n_rows * sizeof *codes);
  if (!set || !codes)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, column->name, NULL, NULL);
  if (!status)
    status = collect (grid, index, column, set, codes, &has_room, problem);
  if (!status)
    {
      /* Categories repeat: on average each word comes at least twice. */
      size_t n_filled = grid->n_rows - column->n_missing;
      if (has_room && set->n > 0 && 2 * count_ignoring_case (set, &like, &other) <= n_filled)
        {
          tell_about_words (grid, column, set, builder);
          status = take_categories (column, set, codes, grid->n_rows, problem);
          codes = status ? codes : NULL;
        }
      else
        status = fill_texts (grid, index, column, problem);
    }
  free (codes);
  word_set_free (set);
  return status;
}

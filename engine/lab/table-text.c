/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables as CSV; see table-text.h. */

#include "engine/lab/table-text.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/prepare/time-axis.h"

#define SECONDS_A_DAY 86400.0

static const char *const part_words[FS_N_PARTS] = {
  [FS_PART_TRAIN] = "train",
  [FS_PART_VALIDATION] = "validation",
  [FS_PART_TEST] = "test",
};

const char *
fs_part_word (FsPart part)
{
  return part_words[part];
}

void
fs_table_append_number (GString *text, double number)
{
  char buffer[FS_NUMBER_SIZE];
  if (!isnan (number))
    g_string_append (text, fs_number_write (number, buffer));
}

void
fs_table_append_cell (GString *text, const char *cell)
{
  if (!strpbrk (cell, ",\"\r\n"))
    {
      g_string_append (text, cell);
      return;
    }
  g_string_append_c (text, '"');
  for (; *cell; cell++)
    {
      if (*cell == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *cell);
    }
  g_string_append_c (text, '"');
}

gboolean
fs_dataset_has_times_of_day (const FsDataset *dataset)
{
  for (size_t row = 0; row < dataset->n_rows; row++)
    if (isfinite (dataset->times[row]) && fmod (dataset->times[row], SECONDS_A_DAY) != 0.0)
      return TRUE;
  return FALSE;
}

void
fs_date_append (GString *text, double seconds, gboolean with_time_of_day)
{
  double rounded = round (seconds * 1000) / 1000;
  double whole = floor (rounded);
  int milliseconds = (int) round ((rounded - whole) * 1000);
  g_autoptr (GDateTime) time = isfinite (whole) && fabs (whole) < 1e15
                                   ? g_date_time_new_from_unix_utc ((gint64) whole)
                                   : NULL;
  if (!time)
    return;
  g_string_append_printf (text, "%04d-%02d-%02d", g_date_time_get_year (time),
                          g_date_time_get_month (time), g_date_time_get_day_of_month (time));
  if (with_time_of_day)
    g_string_append_printf (text, "T%02d:%02d:%02d", g_date_time_get_hour (time),
                            g_date_time_get_minute (time), g_date_time_get_second (time));
  if (with_time_of_day && milliseconds > 0)
    g_string_append_printf (text, ".%03d", milliseconds);
}

void
fs_dataset_append_date (GString *text,
                        const FsDataset *dataset,
                        size_t row,
                        gboolean with_time_of_day)
{
  fs_date_append (text, dataset->times[row], with_time_of_day);
}

/* A column of ours gets underscores until no column of the file has its name. */
static void
append_own_name (GString *text, const char *name, const FsTable *table)
{
  g_autoptr (GString) unique = g_string_new (name);
  for (size_t c = 0; c < table->n_channels; c++)
    if (strcmp (table->names[c], unique->str) == 0)
      {
        g_string_append_c (unique, '_');
        c = (size_t) -1; /* from the first column again */
      }
  fs_table_append_cell (text, unique->str);
}

static void
append_rows (GString *text,
             const FsDataset *dataset,
             const FsTable *table,
             gboolean has_time_column)
{
  const gboolean with_time_of_day = dataset->has_dates && fs_dataset_has_times_of_day (dataset);
  for (size_t row = 0; row < table->n_rows; row++)
    {
      if (dataset->has_dates)
        fs_dataset_append_date (text, dataset, row, with_time_of_day);
      else if (has_time_column)
        fs_table_append_number (text, dataset->times[row]);
      else
        g_string_append_printf (text, "%" G_GSIZE_FORMAT, row + 1);
      for (size_t c = 0; c < table->n_channels; c++)
        {
          g_string_append_c (text, ',');
          fs_table_append_number (text, table->values[row * table->n_channels + c]);
        }
      g_string_append_printf (text, ",%s\n", fs_part_word (fs_dataset_part_of_row (dataset, row)));
    }
}

char *
fs_dataset_prepared_csv (const FsDataset *dataset,
                         const FsFrame *frame,
                         const FsExperiment *experiment,
                         FsProblem *problem)
{
  const FsColumn *time_column = NULL;
  FsRecipe *recipe = NULL;
  if (fs_time_column (&time_column, frame, experiment, problem) != FS_OK)
    return NULL;
  FsTable *table = fs_table_copy (dataset->raw);
  if (!table)
    {
      fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
      return NULL;
    }
  /* The dataset keeps the inputs in the network's number type; the same fit gives them in double. */
  if (fs_recipe_fit (&recipe, experiment, table, dataset->part_ends, problem) != FS_OK)
    {
      fs_table_free (table);
      return NULL;
    }

  GString *text = g_string_new (NULL);
  if (time_column)
    fs_table_append_cell (text, time_column->name);
  else
    append_own_name (text, "row", table);
  for (size_t c = 0; c < table->n_channels; c++)
    {
      g_string_append_c (text, ',');
      fs_table_append_cell (text, table->names[c]);
    }
  g_string_append_c (text, ',');
  append_own_name (text, "split", table);
  g_string_append_c (text, '\n');
  append_rows (text, dataset, table, time_column != NULL);
  fs_recipe_free (recipe);
  fs_table_free (table);
  return g_string_free (text, FALSE);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Frames: freeing, finding columns by name, and what an unnamed target or time means. Reading files
 * into frames is csv.c's. */

#include "engine/series/frame.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/nearest.h"

void
fs_frame_free (FsFrame *frame)
{
  if (!frame)
    return;
  for (size_t i = 0; i < frame->n_columns; i++)
    {
      FsColumn *column = &frame->columns[i];
      free (column->name);
      free (column->numbers);
      free (column->codes);
      for (size_t j = 0; j < column->n_categories; j++)
        free (column->categories[j]);
      free (column->categories);
      free (column->texts);
      free (column->text_block);
    }
  free (frame->columns);
  free (frame->decisions);
  free (frame->warnings);
  free (frame);
}

const FsColumn *
fs_frame_column (const FsFrame *frame, const char *name)
{
  for (size_t i = 0; i < frame->n_columns; i++)
    if (strcmp (frame->columns[i].name, name) == 0)
      return &frame->columns[i];
  return NULL;
}

const char *
fs_frame_nearest_name (const FsFrame *frame, const char *name)
{
  const char *nearest = NULL;
  size_t least = SIZE_MAX;
  for (size_t i = 0; i < frame->n_columns; i++)
    {
      size_t distance = fs_nearest_distance (name, frame->columns[i].name);
      if (distance < least && fs_nearest_is_near (name, distance))
        {
          least = distance;
          nearest = frame->columns[i].name;
        }
    }
  return nearest;
}

/* Equal but for the case of ASCII letters, in every locale. */
static bool
is_same_word (const char *left, const char *right)
{
  for (;; left++, right++)
    {
      char l = (char) (*left >= 'A' && *left <= 'Z' ? *left + 32 : *left);
      if (l != *right)
        return false;
      if (!l)
        return true;
    }
}

/* Names under which a column of growing numbers is time even where it skips some. */
static bool
is_time_name (const char *name)
{
  static const char *const names[] = { "t", "time", "year", "day", "step", "index", "hour" };
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    if (is_same_word (name, names[i]))
      return true;
  return false;
}

bool
fs_column_is_counter (const FsColumn *column, size_t n_rows)
{
  if (column->type != FS_COLUMN_NUMBER || column->n_missing > 0 || n_rows < 2)
    return false;
  double step = column->numbers[1] - column->numbers[0];
  bool is_even = step == floor (step) && column->numbers[0] == floor (column->numbers[0]);
  for (size_t i = 1; i < n_rows; i++)
    {
      double now = column->numbers[i] - column->numbers[i - 1];
      if (!(now > 0))
        return false;
      is_even = is_even && now == step;
    }
  return is_even || is_time_name (column->name);
}

const FsColumn *
fs_frame_default_time (const FsFrame *frame)
{
  for (size_t i = 0; i < frame->n_columns; i++)
    if (frame->columns[i].type == FS_COLUMN_DATE)
      return &frame->columns[i];
  /* A counter is time only where something else is left to look at. */
  for (size_t i = 1; i < frame->n_columns; i++)
    if (frame->columns[i].type == FS_COLUMN_NUMBER && frame->begins_with_counter)
      return &frame->columns[0];
  return NULL;
}

const FsColumn *
fs_frame_default_target (const FsFrame *frame)
{
  const FsColumn *time = fs_frame_default_time (frame);
  for (size_t i = 0; i < frame->n_columns; i++)
    {
      const FsColumn *column = &frame->columns[i];
      if (column->type == FS_COLUMN_NUMBER && column != time && !column->is_answer
          && !column->is_time_part && column->n_missing < frame->n_rows)
        return column;
    }
  return NULL;
}

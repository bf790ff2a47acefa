/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a file of any format but delimited text (fuzz-csv.c has that): a frame whose columns
 * are whole, or a sentence, and nothing leaks. */

#include <stdlib.h>
#include <string.h>
#include "engine/series/read.h"
#include "tests/fuzz/target.h"

static void
read_column (const FsColumn *column, size_t n_rows)
{
  double sum = 0;
  size_t n = 0;
  for (size_t row = 0; row < n_rows; row++)
    {
      sum += column->numbers ? column->numbers[row] : 0;
      n += column->texts && column->texts[row] ? strlen (column->texts[row]) : 0;
      if (column->codes
          && (column->codes[row] < -1 || (size_t) (column->codes[row] + 1) > column->n_categories))
        abort ();
    }
  if (!column->name || !column->name[0] || (sum < 0 && n > 1u << 30))
    abort ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  if (fs_frame_read (&frame, "fuzz", (const char *) bytes, n_bytes, NULL, &problem) != FS_OK)
    {
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      if (sentence[0] == '\0' || frame)
        abort ();
      return 0;
    }
  for (size_t column = 0; column < frame->n_columns; column++)
    read_column (&frame->columns[column], frame->n_rows);
  fs_frame_free (frame);
  return 0;
}

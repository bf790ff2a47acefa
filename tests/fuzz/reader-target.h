/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Any bytes given to one reader, whether or not they look like its kind of file: a frame whose columns
 * are whole, or a sentence, and nothing leaked. The file that includes this is the target of a reader. */

#include <stdlib.h>
#include <string.h>
#include "engine/series/frame-build.h"
#include "engine/series/read.h"
#include "tests/fuzz/target.h"

typedef FsStatus (*FsReader) (FsFrameBuilder *builder,
                              const char *name,
                              const char *bytes,
                              size_t n_bytes,
                              const FsReadOptions *options,
                              FsProblem *problem);

static inline void
fs_fuzz_look_at (const FsColumn *column, size_t n_rows)
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

static inline int
fs_fuzz_read (FsReader read, const uint8_t *bytes, size_t n_bytes)
{
  const FsReadOptions options = { 0 };
  FsFrameBuilder builder = { .frame = calloc (1, sizeof *builder.frame) };
  FsProblem problem = { 0 };
  char sentence[1024];
  if (!builder.frame)
    return 0;
  /* Readers are given texts that end with NUL, as files and unpacked files do. */
  char *text = malloc (n_bytes + 1);
  if (!text)
    {
      free (builder.frame);
      return 0;
    }
  if (n_bytes > 0)
    memcpy (text, bytes, n_bytes);
  text[n_bytes] = '\0';
  if (read (&builder, "fuzz", text, n_bytes, &options, &problem) != FS_OK)
    {
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      if (sentence[0] == '\0')
        abort ();
    }
  else
    {
      fs_builder_finish (&builder);
      for (size_t column = 0; column < builder.frame->n_columns; column++)
        fs_fuzz_look_at (&builder.frame->columns[column], builder.frame->n_rows);
    }
  free (text);
  fs_frame_free (builder.frame);
  return 0;
}

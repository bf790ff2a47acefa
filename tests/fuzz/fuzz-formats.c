/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a file of any format but delimited text (fuzz-csv.c has that): a frame whose columns
 * are whole, or a sentence, and nothing leaks. */

#include "tests/fuzz/reader-target.h"

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
    fs_fuzz_look_at (&frame->columns[column], frame->n_rows);
  fs_frame_free (frame);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a delimited text file: the reader says yes or gives a sentence, and leaks nothing. */

#include <stdlib.h>
#include "engine/series/read.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  if (fs_frame_read (&frame, "fuzz.csv", (const char *) bytes, n_bytes, NULL, &problem) != FS_OK)
    {
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      if (sentence[0] == '\0' || frame)
        abort ();
      return 0;
    }
  for (size_t column = 0; column < frame->n_columns; column++)
    if (!frame->columns[column].name || !frame->columns[column].name[0])
      abort ();
  fs_frame_free (frame);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as an SQLite database: a frame whose columns are whole, or a sentence, and nothing
 * leaked. The database is a file, because that is what SQLite opens. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "engine/lab/exchange/sqlite-table.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  char path[] = "/tmp/fitscope-fuzz-XXXXXX";
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  int fd = mkstemp (path);
  if (fd < 0)
    return 0;
  const bool is_written = write (fd, bytes, n_bytes) == (ssize_t) n_bytes;
  close (fd);
  if (is_written && fs_sqlite_table_read (&frame, path, NULL, &problem) != FS_OK)
    {
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      if (sentence[0] == '\0' || frame)
        abort ();
    }
  for (size_t column = 0; frame && column < frame->n_columns; column++)
    if (!frame->columns[column].name || !frame->columns[column].name[0])
      abort ();
  fs_frame_free (frame);
  unlink (path);
  return 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reader of sktime's .ts; see reader-target.h. */

#include "engine/series/ts-file.h"
#include "tests/fuzz/reader-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  return fs_fuzz_read (fs_ts_read, bytes, n_bytes);
}

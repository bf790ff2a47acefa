/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reader of ARFF; see reader-target.h. */

#include "engine/series/arff.h"
#include "tests/fuzz/reader-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  return fs_fuzz_read (fs_arff_read, bytes, n_bytes);
}

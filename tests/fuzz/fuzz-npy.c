/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The reader of NumPy arrays; see reader-target.h. */

#include "engine/series/npy.h"
#include "tests/fuzz/reader-target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  return fs_fuzz_read (fs_npy_read, bytes, n_bytes);
}

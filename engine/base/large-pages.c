/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Large pages; see large-pages.h. */

#define _DEFAULT_SOURCE

#include "engine/base/large-pages.h"

#include <sys/mman.h>

void
fs_prefer_large_pages (void *memory, size_t n_bytes)
{
#ifdef MADV_HUGEPAGE
  madvise (memory, n_bytes, MADV_HUGEPAGE);
#endif
}

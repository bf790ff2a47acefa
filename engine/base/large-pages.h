/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Asking the system to keep a large block in large pages, of which the processor has to look up fewer.
 * Training runs along many streams at once (rows of each step, each block of units). With large pages an
 * LSTM 256 (5 steps) and a GRU 128 (50 steps) trained a third faster on a virtual machine, where a look-up
 * is dear; an LSTM 128 (20 steps) a tenth. */

#include <stddef.h>

#define FS_LARGE_PAGE ((size_t) 2 << 20)

/* `memory` starts a large page; nothing has been written to it yet. A wish: nothing happens where it cannot
 * be had. */
void fs_prefer_large_pages (void *memory, size_t n_bytes);

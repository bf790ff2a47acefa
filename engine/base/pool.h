/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A handful of threads that share one loop. fs_pool_run() calls `task` once for every item
 * 0 … n_items-1 and returns when all are done; the calling thread works too, so a pool of one thread
 * creates none. Each thread claims first its own part of the items, the same in every call, because
 * fetching what the other core wrote costs up to a quarter of a small network's step; then what is left of
 * the others'. So which thread does which item is not defined: a task must write only what belongs to its item (that is what makes results independent
 * of the number of threads). The only threads that the engine makes are here.
 *
 * Load: 10^4 calls a second with items of 10 µs to 100 ms. Workers spin about 0.3 ms for the next
 * call and then sleep on a futex-backed condition, so an idle pool costs nothing.
 * Every pool thread, and every caller of fs_pool_run, runs with denormals flushed to zero.
 * One fs_pool_run at a time per pool; a pool belongs to one caller. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include "engine/base/status.h"

typedef struct FsPool FsPool;

/* A request to give up soon, set by any thread, read inside long loops (per time step). */
typedef struct
{
  atomic_bool is_requested;
} FsInterrupt;

static inline bool
fs_interrupt_is_requested (const FsInterrupt *interrupt)
{
  return interrupt
         && atomic_load_explicit ((atomic_bool *) &interrupt->is_requested, memory_order_relaxed);
}

/* `item` is what to do; `worker` (0 … n_threads-1) picks scratch memory, never results. */
typedef void (*FsPoolTask) (void *context, size_t item, size_t worker);

FsStatus fs_pool_new (FsPool **pool, unsigned n_threads, FsProblem *problem);
void fs_pool_free (FsPool *pool);
unsigned fs_pool_n_threads (const FsPool *pool);
void fs_pool_run (FsPool *pool, size_t n_items, FsPoolTask task, void *context);

/* Sets flush-to-zero and denormals-are-zero on the calling thread (denormals make Adam 3x slower). */
void fs_denormals_off (void);

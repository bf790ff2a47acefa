/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A counted reference as the first member of a struct that several snapshots share and that threads
 * hand to each other. Counted with C11 atomics rather than GLib's boxes, which abort when memory is
 * short and whose ordering ThreadSanitizer cannot see. What is shared is immutable. */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

typedef struct
{
  atomic_uint n_references;
  void (*destroy) (void *self); /* frees `self` and what it owns */
} FsShared;

/* A zeroed object with one reference, or NULL. `size` is that of the struct that begins with an
 * FsShared. */
static inline void *
fs_shared_new (size_t size, void (*destroy) (void *self))
{
  FsShared *shared = calloc (1, size);
  if (shared)
    {
      atomic_init (&shared->n_references, 1);
      shared->destroy = destroy;
    }
  return shared;
}

static inline void *
fs_shared_ref (void *self)
{
  if (self)
    atomic_fetch_add_explicit (&((FsShared *) self)->n_references, 1, memory_order_relaxed);
  return self;
}

static inline void
fs_shared_unref (void *self)
{
  FsShared *shared = self;
  if (shared && atomic_fetch_sub_explicit (&shared->n_references, 1, memory_order_acq_rel) == 1)
    shared->destroy (self);
}

/* Whether there is more than one reference. */
static inline bool
fs_shared_is_shared (void *self)
{
  return atomic_load_explicit (&((FsShared *) self)->n_references, memory_order_acquire) > 1;
}

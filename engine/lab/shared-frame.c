/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A counted frame; see shared-frame.h. */

#include "engine/lab/shared-frame.h"

static void
destroy (void *self)
{
  fs_frame_free (((FsSharedFrame *) self)->frame);
  free (self);
}

FsSharedFrame *
fs_shared_frame_new (FsFrame *frame)
{
  static atomic_uint_least64_t last_id;
  FsSharedFrame *shared = fs_shared_new (sizeof *shared, destroy);

  if (!shared)
    {
      fs_frame_free (frame);
      return NULL;
    }
  shared->frame = frame;
  shared->id = atomic_fetch_add_explicit (&last_id, 1, memory_order_relaxed) + 1;
  return shared;
}

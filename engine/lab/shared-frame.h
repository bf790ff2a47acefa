/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A frame that several threads read: the window shows its columns while workers look into it. It lives
 * until the last of them has let go. */

#include <glib.h>
#include "engine/lab/shared.h"
#include "engine/series/frame.h"

typedef struct
{
  FsShared shared; /* fs_shared_ref(), fs_shared_unref() */
  FsFrame *frame;  /* owned */
  guint64 id;      /* no other frame of this process has it */
} FsSharedFrame;

/* Takes `frame`, even on failure. NULL when memory is short. */
FsSharedFrame *fs_shared_frame_new (FsFrame *frame);

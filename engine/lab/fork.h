/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A state on its way from one run's thread to another's: the first fills it in from its trainer, the
 * other waits for it and goes on from there. Shared by both, and by the command that carries it. */

#include <glib.h>
#include "engine/lab/shared.h"
#include "engine/train/trainer-state.h"

typedef struct FsFork FsFork;

FsFork *fs_fork_new (uint32_t epoch, FsForkMoments moments);
FsFork *fs_fork_ref (FsFork *fork);
void fs_fork_unref (FsFork *fork);

/* The origin's thread. NULL = there is no trainer, and there will be none; only the first call counts. */
void fs_fork_fill (FsFork *fork, const FsTrainer *trainer);

/* The other's thread: waits, unless `interrupt` comes, and puts the trainer behind the state. */
gboolean fs_fork_take (FsFork *fork,
                       FsTrainer *trainer,
                       const FsInterrupt *interrupt,
                       GError **error);

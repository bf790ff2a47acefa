/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run's state in a file. What is in it is the trainer's matter (engine/train/trainer-state.h); that
 * the file is never half of anything, and how a missing one is understood, is decided here. For the
 * run's thread. */

#include <glib.h>
#include "engine/train/trainer.h"

gboolean fs_state_file_write (const char *path, const FsTrainer *trainer, GError **error);

/* TRUE, with the trainer at its beginning, when there is no such file. After FALSE the trainer is good
 * for nothing. */
gboolean fs_state_file_read (const char *path, FsTrainer *trainer, GError **error);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a network that predicts the next character or word writes when it reads on from its own words. */

#include "engine/train/trainer.h"

#define FS_SAMPLE_CHARACTERS 160
#define FS_SAMPLE_WORDS 40

/* With `weights` (NULL = the current ones). Begins with the words of text.prompt, or, without any that the
 * network knows, goes on from the first words of the validation part, which are not written; each next one drawn with probability ∝ p^(1 / text.temperature); the same seed, epoch and weights write the same.
 * Neither padding nor the unknown word is ever drawn. *text is to be freed; NULL for other tasks.
 * FS_INTERRUPTED leaves nothing. */
FsStatus fs_trainer_sample (FsTrainer *trainer,
                            const FsReal *weights,
                            uint32_t epoch,
                            char **text,
                            const FsInterrupt *interrupt);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A few words that somebody typed, as a vocabulary has them. Unlike the texts of a file, whose unknown words
 * are numbers too, what the vocabulary has not is left out and can be named. Pure functions. */

#include "engine/prepare/text-vocabulary.h"

/* ids[0 … *n) are the known words, or characters, of `text`; at most `n_most`. */
FsStatus fs_prompt_read (const FsVocabulary *vocabulary,
                         const char *text,
                         int32_t *ids,
                         size_t n_most,
                         size_t *n);

/* The different unknown ones, "zebra, quark", in memory to be freed; NULL if there are none. */
FsStatus fs_prompt_unknown (const FsVocabulary *vocabulary, const char *text, char **unknown);

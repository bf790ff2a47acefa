/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Texts as they came back from another language: a table that the user supplies, read against the texts of
 * the training part. A line has a text, a tab and what came back of it; more variants follow after tabs, or
 * stand on lines of their own. A text is found by its words, in the spelling that the vocabulary's rule makes
 * them, so capitals, blanks and stops may differ. Lines of other texts are left out. Immutable once read. */

#include "engine/prepare/text-vocabulary.h"

typedef struct
{
  size_t *first, *n_of;    /* [n_texts]: the variants of each */
  FsTokenTexts variants;   /* of no other than the training texts */
  size_t n_texts, n_found; /* found: texts with a variant at least */
  size_t longest;          /* words of a variant */
} FsBackTranslations;

/* hashes[n_texts] are fs_text_hashes() of the training texts by the rule of `vocabulary`. Variants without a
 * word, and those that equal their text, are left out. A line without a tab is FS_MALFORMED; a table without a
 * variant of any of the texts is FS_MISMATCH. Cleared after a failure. */
FsStatus fs_back_translations_read (FsBackTranslations *translations,
                                    const FsVocabulary *vocabulary,
                                    const uint64_t *hashes,
                                    size_t n_texts,
                                    const char *name,
                                    const char *bytes,
                                    size_t n_bytes,
                                    FsProblem *problem);
void fs_back_translations_clear (FsBackTranslations *translations);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The words a network knows, and texts as numbers. Number 0 is padding, 1 is every unknown word, then
 * come the words by how often the training texts have them, those equally frequent in order of their
 * first occurrence. Built from training texts alone; immutable afterwards and shared by threads. */

#include <stdint.h>
#include "engine/base/pool.h"
#include "engine/prepare/text-tokens.h"

#define FS_ID_PADDING 0
#define FS_ID_UNKNOWN 1
#define FS_ID_FIRST_WORD 2

typedef struct
{
  FsTokenRule rule;
  size_t least_count; /* rarer words are unknown; 0 and 1 keep all */
  size_t max_size;    /* numbers in all, padding and unknown included; 0 = no limit */
} FsVocabularyRule;

typedef struct FsVocabulary FsVocabulary;

/* texts[0 … n_texts), NULL ones have no words. No word at all is FS_TOO_LITTLE. */
FsStatus fs_vocabulary_build (FsVocabulary **vocabulary,
                              const FsVocabularyRule *rule,
                              const char *const *texts,
                              size_t n_texts,
                              const FsInterrupt *interrupt,
                              FsProblem *problem);

/* From words as they were stored (fs_vocabulary_word() from FS_ID_FIRST_WORD on); counts may be NULL. */
FsStatus fs_vocabulary_new (FsVocabulary **vocabulary,
                            const FsVocabularyRule *rule,
                            const char *const *words,
                            const uint64_t *counts,
                            size_t n_words,
                            FsProblem *problem);
void fs_vocabulary_free (FsVocabulary *vocabulary); /* NULL allowed */

size_t fs_vocabulary_size (const FsVocabulary *vocabulary); /* numbers in all */
/* "" for padding, "<unknown>" for unknown ones. */
const char *fs_vocabulary_word (const FsVocabulary *vocabulary, int32_t id);
uint64_t fs_vocabulary_count (const FsVocabulary *vocabulary, int32_t id); /* in training texts */
const FsVocabularyRule *fs_vocabulary_rule (const FsVocabulary *vocabulary);
/* The word's number as the text has it; FS_ID_UNKNOWN if it is not there. */
int32_t fs_vocabulary_find (const FsVocabulary *vocabulary, const char *word, size_t length);
/* Different words of the texts before rare ones were left out, and all occurrences. */
size_t fs_vocabulary_n_seen (const FsVocabulary *vocabulary);
uint64_t fs_vocabulary_n_tokens (const FsVocabulary *vocabulary);

/* Texts as numbers, of their own lengths: text i is ids[starts[i] … starts[i + 1]). */
typedef struct
{
  int32_t *ids;
  size_t *starts; /* [n + 1] */
  size_t n;
  size_t n_unknown; /* of the starts[n] numbers */
} FsTokenTexts;

FsStatus fs_vocabulary_encode (const FsVocabulary *vocabulary,
                               const char *const *texts,
                               size_t n_texts,
                               FsTokenTexts *encoded,
                               const FsInterrupt *interrupt,
                               FsProblem *problem);
void fs_token_texts_clear (FsTokenTexts *encoded);

/* The length that holds the share `p` of the texts whole (1 = the longest), at least 1. */
FsStatus fs_token_texts_length (const FsTokenTexts *encoded,
                                double p,
                                size_t *length,
                                FsProblem *problem);

/* Text i at one length: cut at its end (its beginning stays) or at its start, padding behind or before.
 * Returns how many of the numbers are the text's. */
typedef enum
{
  FS_SIDE_END,
  FS_SIDE_START
} FsSide;
size_t fs_token_texts_pad (const FsTokenTexts *encoded,
                           size_t i,
                           size_t length,
                           FsSide padding,
                           FsSide cut,
                           int32_t *ids);

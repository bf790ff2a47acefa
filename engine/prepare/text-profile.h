/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is in a data set of texts: how long they are, how many words there are and how many of the later
 * texts' words training knows, how the classes lie, and which texts occur twice, above all once in training
 * and once in what is to judge it. */

#include "engine/prepare/dataset.h"

#define FS_TEXT_PROFILE_BINS 24

typedef struct
{
  size_t n_texts, n_empty;  /* empty: not one word in them */
  size_t shortest, longest; /* words a text */
  double mean, q25, median, q75, q95;
  size_t bins[FS_TEXT_PROFILE_BINS]; /* texts of bin_width k … bin_width (k + 1) − 1 words */
  size_t bin_width;
  size_t n_words,
      n_words_once; /* different ones of the training texts, and those that occur once */
  size_t n_tokens, n_later_tokens,
      n_later_unknown; /* words in all; after training; unknown there */
  size_t n_classes;
  size_t (*classes)[FS_N_PARTS]; /* [n_classes]: texts of each part */
  size_t n_repeated;             /* texts that another one before them equals */
  size_t n_leaked;               /* texts of validation and test that training has too */
  size_t n_disputed;             /* texts that occur with more than one class */
  char leaked[FS_TEXT_SIZE];     /* the beginning of one of them */
} FsTextProfile;

/* Of the task "text". To be cleared also after a failure. */
FsStatus fs_text_profile_make (FsTextProfile *profile,
                               const FsDataset *dataset,
                               FsProblem *problem);
void fs_text_profile_clear (FsTextProfile *profile);

/* A number for each text that equal texts share: of its words, in the spelling that the rule makes them. */
FsStatus fs_text_hashes (const FsTokenRule *rule,
                         const char *const *texts,
                         size_t n,
                         uint64_t *hashes,
                         FsProblem *problem);

/* first[i] = the first of the hashes that equals hashes[i]. */
FsStatus fs_text_first_equals (const uint64_t *hashes, size_t n, size_t *first, FsProblem *problem);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Vectors of words that stand for what they mean: trained here (word2vec, skip-gram with negative
 * sampling, Mikolov et al. 2013), or read from a file that somebody else trained; brought to fewer
 * dimensions; and the nearest words of a word. Same texts, settings and seed give the same bits. */

#include "engine/base/pool.h"
#include "engine/prepare/text-vocabulary.h"

typedef struct
{
  float *values; /* [n_words][n_dimensions], by the vocabulary's numbers; padding is all 0 */
  size_t n_words, n_dimensions;
  size_t n_found; /* words that the file had; those of training when it was trained here */
} FsWordVectors;

typedef struct
{
  size_t n_dimensions; /* 50 suits short texts */
  size_t window;       /* words on either side at most; each place draws how many */
  size_t n_negatives;  /* words that do not stand there, for each that does */
  size_t n_epochs;
  double rate, last_rate; /* falls evenly from one to the other */
  double sample;          /* words of a larger share of the text are left out at random; 0 = none */
  double exponent;        /* negatives are drawn by their frequency to this power */
  uint64_t seed;
} FsSkipGram;

FsSkipGram fs_skip_gram_default (void);

/* `texts` are encoded by `vocabulary`; unknown words stand between, and are not learned. */
FsStatus fs_word_vectors_train (FsWordVectors *vectors,
                                const FsVocabulary *vocabulary,
                                const FsTokenTexts *texts,
                                const FsSkipGram *settings,
                                const FsInterrupt *interrupt,
                                FsProblem *problem);

/* One place's worth of learning: `input` is pulled to `output[0]` and away from the others,
 *   loss = −ln σ (input · output[0]) − Σ ln σ (−input · output[k]),
 * each output row by its own gradient at once, the input by the sum of theirs. */
void fs_skip_gram_update (float *input,
                          float *const *outputs,
                          size_t n_outputs,
                          size_t n_dimensions,
                          float rate,
                          float *work);

/* A file of lines "word v1 … vd", as GloVe writes them, or with "n d" before, as word2vec's text, or
 * word2vec's binary one; which of them is seen from its first word. Words of a text may hold blanks; the last
 * d fields are the numbers. Words of the vocabulary that are not there get the mean of those that are. */
FsStatus fs_word_vectors_read (FsWordVectors *vectors,
                               const FsVocabulary *vocabulary,
                               const char *name,
                               const char *bytes,
                               size_t n_bytes,
                               const FsInterrupt *interrupt,
                               FsProblem *problem);

/* How many numbers a layer wants a word to have, and the layer's setting for messages. */
typedef struct
{
  size_t n;
  bool reduces; /* longer ones are brought to so many (fs_word_vectors_reduce) */
  const char *where;
} FsVectorWidth;

/* The same from a file of any size, of which only the vocabulary's words are kept. Vectors that do not
 * fit `width` are refused before there is memory for any; NULL takes them as they are. */
FsStatus fs_word_vectors_read_file (FsWordVectors *vectors,
                                    const FsVocabulary *vocabulary,
                                    const char *path,
                                    const FsVectorWidth *width,
                                    const FsInterrupt *interrupt,
                                    FsProblem *problem);

/* The k directions in which the words' vectors differ most, largest first (principal components of all
 * but padding); shares[k] of the variance may be NULL. */
FsStatus fs_word_vectors_reduce (FsWordVectors *vectors,
                                 size_t n_dimensions,
                                 double *shares,
                                 FsProblem *problem);

/* The n words nearest to word `id` by the angle between their vectors, nearest first, without itself,
 * padding and the unknown word; returns how many there are. */
size_t fs_word_vectors_nearest (const FsWordVectors *vectors,
                                int32_t id,
                                size_t n,
                                int32_t *ids,
                                double *cosines);
void fs_word_vectors_clear (FsWordVectors *vectors);

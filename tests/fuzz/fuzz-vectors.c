/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a file of word vectors, text or binary: finite vectors for every word, or a sentence. */

#include <math.h>
#include <stdlib.h>
#include "engine/prepare/word-vectors.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  static const char *const words[] = { "a", "sun", "new york", "\xc3\xa4" };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsVocabulary *vocabulary;
  FsWordVectors vectors;
  FsProblem problem = { 0 };
  char sentence[1024];
  if (fs_vocabulary_new (&vocabulary, &rule, words, NULL, 4, NULL) != FS_OK)
    return 0;
  if (fs_word_vectors_read (&vectors, vocabulary, "fuzz", (const char *) bytes, n_bytes, NULL,
                            &problem)
      != FS_OK)
    {
      if (vectors.values || fs_problem_sentence (&problem, sentence, sizeof sentence)[0] == '\0')
        abort ();
    }
  else
    for (size_t i = 0; i < vectors.n_words * vectors.n_dimensions; i++)
      if (!isfinite (vectors.values[i]))
        abort ();
  fs_word_vectors_clear (&vectors);
  fs_vocabulary_free (vocabulary);
  return 0;
}

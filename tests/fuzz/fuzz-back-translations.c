/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as a table of back-translations: variants that lie within what was read, or a sentence. */

#include <stdlib.h>
#include "engine/prepare/back-translations.h"
#include "engine/prepare/text-profile.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  static const char *const words[] = { "so", "good", "bad" };
  static const char *const texts[] = { "so good", "bad", "", "So good!" };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsBackTranslations found;
  FsVocabulary *vocabulary;
  FsProblem problem = { 0 };
  uint64_t hashes[4];
  char sentence[1024];
  if (fs_text_hashes (&rule.rule, texts, 4, hashes, NULL) != FS_OK
      || fs_vocabulary_new (&vocabulary, &rule, words, NULL, 3, NULL) != FS_OK)
    return 0;
  if (fs_back_translations_read (&found, vocabulary, hashes, 4, "fuzz", (const char *) bytes,
                                 n_bytes, &problem)
      != FS_OK)
    {
      if (found.first || fs_problem_sentence (&problem, sentence, sizeof sentence)[0] == '\0')
        abort ();
    }
  else
    {
      if (found.n_found == 0 || found.n_of[0] != found.n_of[3])
        abort ();
      for (size_t i = 0; i < 4; i++)
        if (found.first[i] + found.n_of[i] > found.variants.n)
          abort ();
      for (size_t i = 0; i < found.variants.starts[found.variants.n]; i++)
        if (found.variants.ids[i] < FS_ID_UNKNOWN || found.variants.ids[i] > 4)
          abort ();
    }
  fs_back_translations_clear (&found);
  fs_vocabulary_free (vocabulary);
  return 0;
}

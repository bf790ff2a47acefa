/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Variants of texts, after Wei & Zou 2019 ("EDA: Easy data augmentation techniques"): n words of a text are
 * changed, where n is a share of its length and at least 1; or the whole text is one that came back from
 * another language. A word is the number it has in the vocabulary. */

#include <string.h>
#include "engine/prepare/augment.h"

/* Swaps of a word with itself are drawn again so often. */
#define MAX_DRAWS 4

static size_t
n_synonyms (const FsDataset *dataset, FsReal word)
{
  const FsSynonyms *synonyms = dataset ? &dataset->synonyms : NULL;
  if (!synonyms || !synonyms->starts)
    return 0;
  return synonyms->starts[(size_t) word + 1] - synonyms->starts[(size_t) word];
}

static FsReal
draw_synonym (const FsDataset *dataset, FsRandom *random, FsReal word)
{
  const FsSynonyms *synonyms = &dataset->synonyms;
  return (FsReal) synonyms
      ->ids[synonyms->starts[(size_t) word] + fs_random_below (random, n_synonyms (dataset, word))];
}

/* All places of a word, until `n` different ones are replaced. */
static void
replace_words (const FsDataset *dataset, FsRandom *random, FsReal *words, size_t length, size_t n)
{
  const size_t begin = (size_t) fs_random_below (random, length);
  for (size_t k = 0; k < length && n > 0; k++)
    {
      const FsReal word = words[(begin + k) % length];
      if (n_synonyms (dataset, word) == 0)
        continue;
      const FsReal other = draw_synonym (dataset, random, word);
      for (size_t i = 0; i < length; i++)
        if (words[i] == word)
          words[i] = other;
      n--;
    }
}

/* A synonym of some word of the text, or that word itself where nobody has told of any. */
static size_t
insert_word (const FsDataset *dataset, FsRandom *random, FsReal *words, size_t length, size_t most)
{
  if (length >= most)
    return length;
  FsReal word = words[fs_random_below (random, length)];
  for (int draw = 0; draw < 10 && n_synonyms (dataset, word) == 0; draw++)
    word = words[fs_random_below (random, length)];
  if (n_synonyms (dataset, word) > 0)
    word = draw_synonym (dataset, random, word);
  const size_t place = (size_t) fs_random_below (random, length + 1);
  memmove (words + place + 1, words + place, (length - place) * sizeof *words);
  words[place] = word;
  return length + 1;
}

static void
swap_words (FsRandom *random, FsReal *words, size_t length)
{
  const size_t i = (size_t) fs_random_below (random, length);
  size_t j = i;
  for (int draw = 0; draw < MAX_DRAWS && j == i; draw++)
    j = (size_t) fs_random_below (random, length);
  const FsReal word = words[i];
  words[i] = words[j];
  words[j] = word;
}

/* Each word goes with this probability; a text never loses its last one. */
static size_t
delete_words (FsRandom *random, FsReal *words, size_t length, double share)
{
  const FsReal survivor = words[fs_random_below (random, length)];
  size_t n = 0;
  for (size_t i = 0; i < length; i++)
    if (fs_random_uniform (random) >= share)
      words[n++] = words[i];
  if (n == 0)
    words[n++] = survivor;
  return n;
}

/* One of the text's variants, whose end is cut off if there is no room. */
static size_t
take_translation (const FsDataset *dataset,
                  FsRandom *random,
                  size_t window,
                  FsReal *words,
                  size_t length,
                  size_t most)
{
  const FsBackTranslations *found = dataset ? &dataset->back_translations : NULL;
  if (!found || window >= found->n_texts || found->n_of[window] == 0)
    return length;
  const size_t variant =
      found->first[window] + (size_t) fs_random_below (random, found->n_of[window]);
  const size_t begin = found->variants.starts[variant], end = found->variants.starts[variant + 1];
  length = end - begin < most ? end - begin : most;
  for (size_t i = 0; i < length; i++)
    words[i] = (FsReal) found->variants.ids[begin + i];
  return length;
}

size_t
fs_augment_words (const FsStepSpec *spec,
                  FsRandom *random,
                  const FsDataset *dataset,
                  size_t window,
                  FsReal *words,
                  size_t length,
                  size_t most)
{
  const double strength = fs_augment_strength (spec);
  const size_t share = (size_t) (strength * (double) length);
  const size_t n = share > 0 ? share : 1;
  if (length == 0)
    return 0;
  switch (spec->augment_method)
    {
    case FS_AUGMENT_SYNONYM:
      replace_words (dataset, random, words, length, n);
      return length;
    case FS_AUGMENT_INSERT:
      for (size_t i = 0; i < n; i++)
        length = insert_word (dataset, random, words, length, most);
      return length;
    case FS_AUGMENT_SWAP:
      for (size_t i = 0; i < n && length > 1; i++)
        swap_words (random, words, length);
      return length;
    case FS_AUGMENT_DELETE:
      return length > 1 ? delete_words (random, words, length, strength) : length;
    case FS_AUGMENT_BACK_TRANSLATION:
      return take_translation (dataset, random, window, words, length, most);
    default:
      return length; /* of numbers */
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile of texts, and which of them are the same; see text-profile.h. */

#include "engine/prepare/text-profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/maths/order.h"

/* ---- equal texts ---- */

FsStatus
fs_text_hashes (const FsTokenRule *rule,
                const char *const *texts,
                size_t n,
                uint64_t *hashes,
                FsProblem *problem)
{
  FsTokeniser tokeniser = { .rule = *rule };
  FsStatus status = FS_OK;
  for (size_t i = 0; i < n && status == FS_OK; i++)
    {
      FsToken token;
      uint64_t hash = 14695981039346656037u;
      status = fs_tokeniser_begin (&tokeniser, texts[i], problem);
      while (status == FS_OK && fs_tokeniser_next (&tokeniser, &token))
        {
          for (size_t k = 0; k < token.length; k++)
            hash = (hash ^ (unsigned char) token.text[k]) * 1099511628211u;
          hash = (hash ^ 0xFF) * 1099511628211u; /* no byte of a text: words end here */
        }
      hashes[i] = hash;
    }
  fs_tokeniser_clear (&tokeniser);
  return status;
}

typedef struct
{
  uint64_t hash;
  size_t index;
} Place;

static int
compare_places (const void *left, const void *right)
{
  const Place *a = left, *b = right;
  if (a->hash != b->hash)
    return a->hash < b->hash ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

FsStatus
fs_text_first_equals (const uint64_t *hashes, size_t n, size_t *first, FsProblem *problem)
{
  Place *places = malloc ((n + 1) * sizeof *places);
  if (!places)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "data.text", NULL, NULL);
  for (size_t i = 0; i < n; i++)
    places[i] = (Place){ hashes[i], i };
  qsort (places, n, sizeof *places, compare_places);
  for (size_t i = 0; i < n; i++)
    first[places[i].index] = i > 0 && places[i].hash == places[i - 1].hash
                                 ? first[places[i - 1].index]
                                 : places[i].index;
  free (places);
  return FS_OK;
}

/* ---- the profile ---- */

/* All texts, training first: what is looked at of each. */
typedef struct
{
  size_t n;
  double *lengths;
  uint64_t *hashes;
  size_t *first;
  int *classes;
  size_t n_train;
} Texts;

static void
clear_texts (Texts *texts)
{
  free (texts->lengths);
  free (texts->hashes);
  free (texts->first);
  free (texts->classes);
}

static FsStatus
take_texts (Texts *texts, const FsDataset *dataset, FsProblem *problem)
{
  size_t n = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    n += dataset->windows[part].n;
  *texts = (Texts){ .n_train = dataset->windows[FS_PART_TRAIN].n,
                    .lengths = malloc ((n + 1) * sizeof *texts->lengths),
                    .hashes = malloc ((n + 1) * sizeof *texts->hashes),
                    .first = malloc ((n + 1) * sizeof *texts->first),
                    .classes = malloc ((n + 1) * sizeof *texts->classes) };
  if (!texts->lengths || !texts->hashes || !texts->first || !texts->classes)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "data.text", NULL, NULL);
  for (int part = 0; part < FS_N_PARTS; part++)
    for (size_t i = 0; i < dataset->windows[part].n; i++)
      {
        const FsWindows *windows = &dataset->windows[part];
        texts->lengths[texts->n] = windows->lengths[i];
        texts->hashes[texts->n] = windows->hashes[i];
        texts->classes[texts->n++] = (int) dataset->target_raw[windows->starts[i]];
      }
  return fs_text_first_equals (texts->hashes, texts->n, texts->first, problem);
}

static void
count_lengths (FsTextProfile *profile, Texts *texts)
{
  double sum = 0;
  profile->n_texts = texts->n;
  if (texts->n == 0)
    return;
  fs_sort (texts->lengths, texts->n);
  profile->shortest = (size_t) texts->lengths[0];
  profile->longest = (size_t) texts->lengths[texts->n - 1];
  profile->bin_width = profile->longest / FS_TEXT_PROFILE_BINS + 1;
  for (size_t i = 0; i < texts->n; i++)
    {
      sum += texts->lengths[i];
      profile->n_empty += !(texts->lengths[i] > 0);
      profile->bins[(size_t) texts->lengths[i] / profile->bin_width]++;
    }
  profile->mean = sum / (double) texts->n;
  profile->q25 = fs_quantile (texts->lengths, texts->n, 0.25);
  profile->median = fs_quantile (texts->lengths, texts->n, 0.5);
  profile->q75 = fs_quantile (texts->lengths, texts->n, 0.75);
  profile->q95 = fs_quantile (texts->lengths, texts->n, 0.95);
}

static void
count_words (FsTextProfile *profile, const FsDataset *dataset)
{
  const FsVocabulary *vocabulary = dataset->vocabulary;
  profile->n_words = fs_vocabulary_n_seen (vocabulary);
  for (size_t id = FS_ID_FIRST_WORD; id < fs_vocabulary_size (vocabulary); id++)
    profile->n_words_once += fs_vocabulary_count (vocabulary, (int32_t) id) == 1;
  for (int part = 0; part < FS_N_PARTS; part++)
    for (size_t i = 0; i < dataset->windows[part].n; i++)
      for (size_t t = 0; t < dataset->windows[part].lengths[i]; t++)
        {
          const FsReal id = dataset->inputs[dataset->windows[part].starts[i] + t];
          profile->n_tokens++;
          profile->n_later_tokens += part > FS_PART_TRAIN;
          profile->n_later_unknown += part > FS_PART_TRAIN && id == FS_ID_UNKNOWN;
        }
}

static void
count_equals (FsTextProfile *profile, const FsDataset *dataset, const Texts *texts)
{
  for (size_t i = 0; i < texts->n; i++)
    {
      const size_t first = texts->first[i];
      profile->n_repeated += first < i;
      profile->n_disputed += first < i && texts->classes[i] != texts->classes[first];
      if (i < texts->n_train || first >= texts->n_train)
        continue;
      if (profile->n_leaked++ == 0)
        snprintf (profile->leaked, sizeof profile->leaked, "%s",
                  dataset->windows[FS_PART_TRAIN].names[first]);
    }
}

FsStatus
fs_text_profile_make (FsTextProfile *profile, const FsDataset *dataset, FsProblem *problem)
{
  Texts texts = { 0 };
  *profile = (FsTextProfile){ .n_classes = dataset->n_classes };
  profile->classes = calloc (dataset->n_classes + 1, sizeof *profile->classes);
  FsStatus status = profile->classes
                        ? take_texts (&texts, dataset, problem)
                        : fs_problem (problem, FS_OUT_OF_MEMORY, "data.text", NULL, NULL);
  if (!profile->classes)
    return status;
  if (status == FS_OK)
    {
      for (int part = 0; part < FS_N_PARTS; part++)
        for (size_t i = 0; i < dataset->windows[part].n; i++)
          profile->classes[(size_t) dataset->target_raw[dataset->windows[part].starts[i]]][part]++;
      count_equals (profile, dataset, &texts);
      count_lengths (profile, &texts);
      count_words (profile, dataset);
    }
  clear_texts (&texts);
  return status;
}

void
fs_text_profile_clear (FsTextProfile *profile)
{
  free (profile->classes);
  profile->classes = NULL;
}

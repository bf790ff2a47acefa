/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is known of words beside the texts. What an embedding begins with, if not with random numbers:
 * vectors of a file, or those that word2vec finds in the training texts; other texts are not looked at. And
 * which words mean the same, from a file of lines "good, fine, nice", and which texts, from a table. */

#include <stdlib.h>
#include <string.h>
#include "engine/base/file-bytes.h"
#include "engine/prepare/dataset-private.h"

/* Words of a line that the vocabulary has: more do not mean the same. */
#define MOST_SYNONYMS 256

static size_t
read_line (const FsVocabulary *vocabulary, const char *line, size_t n, int32_t ids[MOST_SYNONYMS])
{
  size_t n_ids = 0;
  for (size_t at = 0; at < n;)
    {
      size_t end = at;
      while (end < n && !strchr (",;\t\r", line[end]))
        end++;
      size_t first = at, last = end;
      while (first < last && line[first] == ' ')
        first++;
      while (last > first && line[last - 1] == ' ')
        last--;
      const int32_t id = last > first ? fs_vocabulary_find (vocabulary, line + first, last - first)
                                      : FS_ID_UNKNOWN;
      if (id != FS_ID_UNKNOWN && n_ids < MOST_SYNONYMS)
        ids[n_ids++] = id;
      at = end + 1;
    }
  return n_ids;
}

/* One pass counts, the next one fills. */
static void
read_synonyms (FsSynonyms *synonyms,
               const FsVocabulary *vocabulary,
               const FsFileBytes *file,
               size_t *n_of)
{
  int32_t ids[MOST_SYNONYMS];
  for (size_t at = 0; at < file->n_bytes;)
    {
      const char *end = memchr (file->bytes + at, '\n', file->n_bytes - at);
      const size_t n = end ? (size_t) (end - file->bytes) - at : file->n_bytes - at;
      const size_t n_ids = read_line (vocabulary, file->bytes + at, n, ids);
      for (size_t i = 0; i < n_ids; i++)
        for (size_t k = 0; k < n_ids; k++)
          if (ids[k] != ids[i])
            {
              if (synonyms->ids)
                synonyms->ids[synonyms->starts[ids[i]] + n_of[ids[i]]] = ids[k];
              n_of[ids[i]]++;
            }
      at += n + 1;
    }
}

FsStatus
fs_dataset_make_synonyms (FsDataset *dataset, const FsExperiment *experiment, FsProblem *problem)
{
  const size_t n_words = fs_vocabulary_size (dataset->vocabulary);
  FsSynonyms *synonyms = &dataset->synonyms;
  FsFileBytes file;
  bool is_wanted = false;
  for (size_t i = 0; i < experiment->n_steps; i++)
    is_wanted =
        is_wanted
        || (experiment->steps[i].kind == FS_STEP_AUGMENT && experiment->steps[i].is_enabled);
  if (!is_wanted || !experiment->text.synonyms[0])
    return FS_OK;
  FsStatus status = fs_file_bytes_read (&file, experiment->text.synonyms, problem);
  if (status != FS_OK)
    return status;
  size_t *n_of = calloc (n_words + 1, sizeof *n_of);
  synonyms->starts = calloc (n_words + 1, sizeof *synonyms->starts);
  if (n_of && synonyms->starts)
    {
      read_synonyms (synonyms, dataset->vocabulary, &file, n_of);
      for (size_t w = 0; w < n_words; w++)
        synonyms->starts[w + 1] = synonyms->starts[w] + n_of[w];
      memset (n_of, 0, n_words * sizeof *n_of);
      synonyms->ids = malloc ((synonyms->starts[n_words] + 1) * sizeof *synonyms->ids);
    }
  if (synonyms->ids)
    read_synonyms (synonyms, dataset->vocabulary, &file, n_of);
  else
    status = fs_dataset_no_memory (problem);
  if (status == FS_OK && synonyms->starts[n_words] == 0)
    status = fs_problem (problem, FS_MISMATCH, "text.synonyms", experiment->text.synonyms,
                         "lines of words with commas between: none has two words of the training "
                         "texts");
  free (n_of);
  fs_file_bytes_free (&file);
  return status;
}

FsStatus
fs_dataset_make_back_translations (FsDataset *dataset,
                                   const FsExperiment *experiment,
                                   FsProblem *problem)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  FsFileBytes file;
  bool is_wanted = false;
  for (size_t i = 0; i < experiment->n_steps; i++)
    is_wanted = is_wanted
                || (experiment->steps[i].kind == FS_STEP_AUGMENT && experiment->steps[i].is_enabled
                    && experiment->steps[i].augment_method == FS_AUGMENT_BACK_TRANSLATION);
  if (!is_wanted)
    return FS_OK;
  FsStatus status = fs_file_bytes_read (&file, experiment->text.back_translations, problem);
  if (status != FS_OK)
    return status;
  status = fs_back_translations_read (
      &dataset->back_translations, dataset->vocabulary, windows->hashes, windows->n,
      experiment->text.back_translations, file.bytes, file.n_bytes, problem);
  fs_file_bytes_free (&file);
  return status;
}

FsStatus
fs_dataset_make_vectors (FsDataset *dataset,
                         const FsTokenTexts *texts,
                         size_t n_train,
                         const FsExperiment *experiment,
                         FsProblem *problem)
{
  const FsLayerSpec *layer = &experiment->layers[0];
  if (experiment->n_layers == 0 || layer->kind != FS_LAYER_EMBEDDING)
    return FS_OK;
  if (layer->vector_source == FS_VECTORS_FILE)
    {
      const FsVectorWidth width = { .n = (size_t) layer->units,
                                    .reduces = layer->reduces_vectors,
                                    .where = "model.layers.0.units" };
      return fs_word_vectors_read_file (&dataset->vectors, dataset->vocabulary,
                                        experiment->text.vectors, &width, NULL, problem);
    }
  if (layer->vector_source != FS_VECTORS_WORD2VEC)
    return FS_OK;
  FsTokenTexts training = *texts;
  training.n = n_train;
  FsSkipGram settings = fs_skip_gram_default ();
  settings.n_dimensions = (size_t) layer->units;
  settings.seed = (uint64_t) experiment->train.seed;
  return fs_word_vectors_train (&dataset->vectors, dataset->vocabulary, &training, &settings, NULL,
                                problem);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What an embedding begins with, if not with random numbers: vectors of a file, or those that word2vec
 * finds in the training texts. Other texts are not looked at. */

#include "engine/prepare/dataset-private.h"

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

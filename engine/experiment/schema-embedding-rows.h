/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of embeddings: not a header but a part of the table in schema-items.c. */

/* clang-format off */
  {
      .key = "units",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, units),
      .default_value = 16,
      .min = 1,
      .max = 1e9,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .kinds = LAYER_BIT (FS_LAYER_EMBEDDING),
      .label = "Numbers a word",
      .help = "How many numbers stand for a word: more can tell more apart, and also learn by "
              "heart.",
      .is_searchable = true,
      .pytorch_name = "embedding_dim",
      .keras_name = "output_dim",
  },
  {
      .key = "frozen",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, is_frozen),
      .default_value = false,
      .kinds = LAYER_BIT (FS_LAYER_EMBEDDING),
      .label = "Keep as it is",
      .help = "The numbers of words stay as they begin, and only the other layers learn.",
      .is_searchable = true,
      .keras_name = "trainable",
  },

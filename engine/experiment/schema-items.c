/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema table of layers and their kinds; each row says which kinds use it. That of preparation
 * steps is in schema-steps.c. */

#include "engine/experiment/schema-layer-choices.h"
#include "engine/experiment/schema.h"

#include <string.h>

#define LAYER_BIT(kind) (UINT32_C (1) << (kind))
#define RECURRENT_KINDS \
  (LAYER_BIT (FS_LAYER_LSTM) | LAYER_BIT (FS_LAYER_GRU) | LAYER_BIT (FS_LAYER_RNN))

_Static_assert(FS_N_LAYER_KINDS <= 32, "kinds are bits of 32");

static const FsSetting layer_settings[] = {
#include "engine/experiment/schema-recurrent-rows.h"
  {
      .key = "rate",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, rate),
      .default_value = 0.2,
      .min = 0,
      .max = 1,
      .max_is_excluded = true,
      .increment = 0.05,
      .kinds = LAYER_BIT (FS_LAYER_DROPOUT),
      .label = "Dropout rate",
      .help = "The share of values that is switched off at random while training, so that nothing "
              "relies on one cell alone.",
      .is_live = true,
      .is_searchable = true,
      .pytorch_name = "p",
      .keras_name = "rate",
  },
  {
      .key = "units",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, units),
      .default_value = FS_AUTO,
      .min = 1,
      .max = 1e9,
      .special_word = "auto",
      .special_value = FS_AUTO,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .kinds = LAYER_BIT (FS_LAYER_DENSE),
      .label = "Outputs",
      .help = "How many numbers the layer gives; auto in the last layer gives as many as the task "
              "needs.",
      .is_searchable = true,
      .pytorch_name = "out_features",
      .keras_name = "units",
  },
  {
      .key = "activation",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, activation),
      .default_value = FS_ACTIVATION_LINEAR,
      .choices = activation_choices,
      .kinds = LAYER_BIT (FS_LAYER_DENSE),
      .label = "Activation",
      .help = "The curve each output passes through.",
      .is_searchable = true,
      .keras_name = "activation",
  },
  {
      .key = "leak",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, leak),
      .default_value = 0.01,
      .min = 0,
      .min_is_excluded = true,
      .max = 1,
      .increment = 0.01,
      .kinds = LAYER_BIT (FS_LAYER_DENSE),
      .label = "Leak",
      .help = "How much a leaky ReLU lets through below 0.",
      .only_if_key = "activation",
      .only_if_choice = FS_ACTIVATION_LEAKY_RELU,
      .is_advanced = true,
      .pytorch_name = "negative_slope",
      .keras_name = "negative_slope",
  },
#include "engine/experiment/schema-pooling-rows.h"
#include "engine/experiment/schema-embedding-rows.h"
#include "engine/experiment/schema-init-rows.h"
};

static const FsKind layer_kinds[FS_N_LAYER_KINDS] = {
  [FS_LAYER_LSTM] = { "lstm", "LSTM",
                      "A recurrent layer whose gates decide what to remember and what to forget." },
  [FS_LAYER_DROPOUT] = { "dropout", "Dropout",
                         "Switches values off at random while training, against overfitting." },
  [FS_LAYER_DENSE] = { "dense", "Dense",
                       "A weighted sum of everything that comes in; the last layer is one." },
  [FS_LAYER_GRU] = { "gru", "GRU",
                     "A recurrent layer with two gates: smaller than an LSTM, often as good." },
  [FS_LAYER_EMBEDDING] = { "embedding", "Embedding",
                           "Gives every word or character numbers of its own, which it learns; the "
                           "first layer where texts are read." },
  [FS_LAYER_RNN] = { "rnn", "Simple RNN",
                     "A recurrent layer without gates, which soon forgets what is far back." },
  [FS_LAYER_ATTENTION] = { "attention", "Attention",
                           "Makes one row of the window, each row weighed by how much it "
                           "matters." },
  [FS_LAYER_NORM] = { "layer-norm", "Layer norm",
                      "Brings each row to mean 0 and spread 1, then scales it as learned." },
};

const FsSchema *
fs_schema_layer (void)
{
  static const FsSchema schema = { layer_settings, sizeof layer_settings / sizeof *layer_settings };
  return &schema;
}

const FsKind *
fs_layer_kind (FsLayerKind kind)
{
  return &layer_kinds[kind];
}

const FsSetting *
fs_schema_find (const FsSchema *schema, const char *key, int kind)
{
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsSetting *setting = &schema->settings[i];
      if (strcmp (setting->key, key) == 0 && (setting->kinds >> kind & 1))
        return setting;
    }
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema table of layers and their kinds; each row says which kinds use it. That of preparation
 * steps is in schema-steps.c. */

#include "engine/experiment/schema.h"

#include <string.h>

#define LAYER_BIT(kind) (UINT32_C (1) << (kind))

_Static_assert(FS_N_LAYER_KINDS <= 32, "kinds are bits of 32");

#define CHOICES_AGREE(choices, last)                                          \
  _Static_assert(sizeof (choices) / sizeof *(choices) == (size_t) (last) + 2, \
                 "a choice table lists every value of its enum and ends with an empty row")

static const FsChoice activation_choices[] = {
  [FS_ACTIVATION_LINEAR] = { "linear", "Linear", "Any number may come out; right for forecasts." },
  [FS_ACTIVATION_TANH] = { "tanh", "Tanh", "Squeezes the output between −1 and 1." },
  [FS_ACTIVATION_SIGMOID] = { "sigmoid", "Sigmoid", "Squeezes the output between 0 and 1." },
  [FS_ACTIVATION_RELU] = { "relu", "ReLU", "Cuts off everything below 0." },
  { NULL },
};
CHOICES_AGREE (activation_choices, FS_ACTIVATION_RELU);

static const FsSetting layer_settings[] = {
  {
      .key = "units",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, units),
      .default_value = 50,
      .min = 1,
      .max = 1e9, /* what really fits is found by planning the network, which can say how large */
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .kinds = LAYER_BIT (FS_LAYER_LSTM),
      .label = "Units",
      .help = "How many memory cells the layer has: more can learn more, and also learn by heart.",
      .is_searchable = true,
      .pytorch_name = "hidden_size",
      .keras_name = "units",
  },
  {
      .key = "forget_bias",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, forget_bias),
      .default_value = 1,
      .min = -100,
      .max = 100,
      .increment = 0.5,
      .kinds = LAYER_BIT (FS_LAYER_LSTM),
      .label = "Forget bias",
      .help = "How willingly the cells remember before any training; 1 lets gradients reach far "
              "back from the start.",
      .is_searchable = true,
      .keras_name = "unit_forget_bias",
  },
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
};

static const FsKind layer_kinds[FS_N_LAYER_KINDS] = {
  [FS_LAYER_LSTM] = { "lstm", "LSTM",
                      "A recurrent layer whose gates decide what to remember and what to forget." },
  [FS_LAYER_DROPOUT] = { "dropout", "Dropout",
                         "Switches values off at random while training, against overfitting." },
  [FS_LAYER_DENSE] = { "dense", "Dense",
                       "A weighted sum of everything that comes in; the last layer is one." },
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

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema table of layers and their kinds; each row says which kinds use it. That of preparation
 * steps is in schema-steps.c. */

#include "engine/experiment/schema.h"

#include <string.h>

#define LAYER_BIT(kind) (UINT32_C (1) << (kind))
#define RECURRENT_KINDS \
  (LAYER_BIT (FS_LAYER_LSTM) | LAYER_BIT (FS_LAYER_GRU) | LAYER_BIT (FS_LAYER_RNN))

_Static_assert(FS_N_LAYER_KINDS <= 32, "kinds are bits of 32");

#define CHOICES_AGREE(choices, last)                                          \
  _Static_assert(sizeof (choices) / sizeof *(choices) == (size_t) (last) + 2, \
                 "a choice table lists every value of its enum and ends with an empty row")

static const FsChoice activation_choices[] = {
  [FS_ACTIVATION_LINEAR] = { "linear", "Linear", "Any number may come out; right for forecasts." },
  [FS_ACTIVATION_TANH] = { "tanh", "Tanh", "Squeezes the output between −1 and 1." },
  [FS_ACTIVATION_SIGMOID] = { "sigmoid", "Sigmoid", "Squeezes the output between 0 and 1." },
  [FS_ACTIVATION_RELU] = { "relu", "ReLU", "Cuts off everything below 0." },
  [FS_ACTIVATION_LEAKY_RELU] = { "leaky-relu", "Leaky ReLU",
                                 "Lets a little through below 0, so that no unit dies." },
  [FS_ACTIVATION_ELU] = { "elu", "ELU", "Bends smoothly to −1 below 0." },
  [FS_ACTIVATION_SELU] = { "selu", "SELU",
                           "ELU with a scale that keeps deep stacks at mean 0 and spread 1." },
  [FS_ACTIVATION_SOFTPLUS] = { "softplus", "Softplus",
                               "A smooth ReLU; what comes out is always above 0." },
  [FS_ACTIVATION_SOFTSIGN] = { "softsign", "Softsign",
                               "Like tanh, but nears −1 and 1 more slowly." },
  [FS_ACTIVATION_SILU] = { "silu", "SiLU", "The input times its sigmoid, also called swish." },
  [FS_ACTIVATION_GELU] = { "gelu", "GELU",
                           "The input times its share of the normal distribution." },
  [FS_ACTIVATION_MISH] = { "mish", "Mish", "The input times the tanh of its softplus." },
  [FS_ACTIVATION_SOFTMAX] = { "softmax", "Softmax",
                              "Makes all outputs together shares that add up to 1." },
  [FS_ACTIVATION_HARD_SIGMOID] = { "hard-sigmoid", "Hard sigmoid",
                                   "A straight ramp between 0 and 1, as Keras 3 and PyTorch." },
  [FS_ACTIVATION_HARD_SIGMOID_KERAS_2] = { "hard-sigmoid-keras2", "Hard sigmoid, Keras 2",
                                           "A steeper ramp, as Keras 2 and ONNX." },
  { NULL },
};
CHOICES_AGREE (activation_choices, FS_ACTIVATION_HARD_SIGMOID_KERAS_2);

static const FsChoice cell_choices[] = {
  [FS_CELL_TANH] = { "tanh", "Tanh", "The usual one: the state stays between −1 and 1." },
  [FS_CELL_RELU] = { "relu", "ReLU",
                     "Nothing holds the state back: it explodes easily in a recurrent layer." },
  [FS_CELL_SOFTSIGN] = { "softsign", "Softsign", "Like tanh, but saturates more slowly." },
  [FS_CELL_SIGMOID] = { "sigmoid", "Sigmoid", "The state stays between 0 and 1." },
  [FS_CELL_HARD_SIGMOID] = { "hard-sigmoid", "Hard sigmoid",
                             "A straight ramp between 0 and 1, as Keras 3 and PyTorch." },
  [FS_CELL_HARD_SIGMOID_KERAS_2] = { "hard-sigmoid-keras2", "Hard sigmoid, Keras 2",
                                     "A steeper ramp, as Keras 2 and ONNX." },
  [FS_CELL_LINEAR] = { "linear", "Linear", "No curve at all: it explodes easily." },
  { NULL },
};
CHOICES_AGREE (cell_choices, FS_CELL_LINEAR);

static const FsChoice gate_choices[] = {
  [FS_GATE_SIGMOID] = { "sigmoid", "Sigmoid", "The usual one: a gate is open between 0 and 1." },
  [FS_GATE_HARD_SIGMOID] = { "hard-sigmoid", "Hard sigmoid",
                             "A straight ramp between 0 and 1, as Keras 3 and PyTorch." },
  [FS_GATE_HARD_SIGMOID_KERAS_2] = { "hard-sigmoid-keras2", "Hard sigmoid, Keras 2",
                                     "A steeper ramp, as Keras 2 and ONNX." },
  [FS_GATE_TANH] = { "tanh", "Tanh", "Gates that may also turn a sign over." },
  [FS_GATE_RELU] = { "relu", "ReLU", "Gates without an upper end: values explode easily." },
  [FS_GATE_SOFTSIGN] = { "softsign", "Softsign", "Like tanh, but saturates more slowly." },
  [FS_GATE_LINEAR] = { "linear", "Linear", "Gates without any end: values explode easily." },
  { NULL },
};
CHOICES_AGREE (gate_choices, FS_GATE_LINEAR);

static const FsChoice reset_choices[] = {
  [FS_RESET_AFTER] = { "after", "After the product",
                       "As PyTorch does, and Keras unless told otherwise." },
  [FS_RESET_BEFORE] = { "before", "Before the product",
                        "As in the first paper on the GRU, and in older Keras." },
  { NULL },
};
CHOICES_AGREE (reset_choices, FS_RESET_BEFORE);

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
      .kinds = RECURRENT_KINDS,
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
  {
      .key = "activation",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, cell_activation),
      .default_value = FS_CELL_TANH,
      .choices = cell_choices,
      .kinds = RECURRENT_KINDS,
      .label = "Activation",
      .help = "The curve that keeps the layer's values within bounds.",
      .is_searchable = true,
      .is_advanced = true,
      .pytorch_name = "nonlinearity",
      .keras_name = "activation",
  },
  {
      .key = "gate_activation",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, gate_activation),
      .default_value = FS_GATE_SIGMOID,
      .choices = gate_choices,
      .kinds = LAYER_BIT (FS_LAYER_LSTM) | LAYER_BIT (FS_LAYER_GRU),
      .label = "Gate activation",
      .help = "The curve that opens and closes the gates.",
      .is_searchable = true,
      .is_advanced = true,
      .keras_name = "recurrent_activation",
  },
  {
      .key = "reset",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_MODEL,
      .offset = offsetof (FsLayerSpec, reset),
      .default_value = FS_RESET_AFTER,
      .choices = reset_choices,
      .kinds = LAYER_BIT (FS_LAYER_GRU),
      .label = "Reset",
      .help = "Whether the reset gate acts on the recurrent product or on the state before it.",
      .is_searchable = true,
      .is_advanced = true,
      .keras_name = "reset_after",
  },
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
  [FS_LAYER_RNN] = { "rnn", "Simple RNN",
                     "A recurrent layer without gates, which soon forgets what is far back." },
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

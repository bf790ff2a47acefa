/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the choices of the layers' settings are called. Read by the schema table alone. */

#include "engine/experiment/schema-choices.h"

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

static const FsChoice direction_choices[] = {
  [FS_DIRECTION_FORWARD] = { "forward", "Forward",
                             "From the oldest row of the window to the newest." },
  [FS_DIRECTION_BACKWARD] = { "backward", "Backward", "From the newest row to the oldest." },
  [FS_DIRECTION_BOTH] = { "both", "Both ways",
                          "Two layers, one for each direction, whose outputs are merged." },
  { NULL },
};
CHOICES_AGREE (direction_choices, FS_DIRECTION_BOTH);

static const FsChoice merge_choices[] = {
  [FS_MERGE_CONCAT] = { "concat", "Side by side",
                        "Both outputs are passed on, so that there are twice as many." },
  [FS_MERGE_SUM] = { "sum", "Sum", "Unit by unit, the two outputs are added." },
  [FS_MERGE_AVERAGE] = { "average", "Average", "Unit by unit, half of each output." },
  [FS_MERGE_PRODUCT] = { "product", "Product", "Unit by unit, the two outputs are multiplied." },
  { NULL },
};
CHOICES_AGREE (merge_choices, FS_MERGE_PRODUCT);

static const FsChoice reset_choices[] = {
  [FS_RESET_AFTER] = { "after", "After the product",
                       "As PyTorch does, and Keras unless told otherwise." },
  [FS_RESET_BEFORE] = { "before", "Before the product",
                        "As in the first paper on the GRU, and in older Keras." },
  { NULL },
};
CHOICES_AGREE (reset_choices, FS_RESET_BEFORE);

static const FsChoice dropout_mask_choices[] = {
  [FS_DROPOUT_PER_SEQUENCE] = { "sequence", "The whole window",
                                "What is switched off stays off for all its rows (variational)." },
  [FS_DROPOUT_PER_STEP] = { "step", "Each row", "Every row is drawn anew." },
  { NULL },
};
CHOICES_AGREE (dropout_mask_choices, FS_DROPOUT_PER_STEP);

static const FsChoice init_choices[] = {
  [FS_INIT_GLOROT_UNIFORM] = { "glorot-uniform", "Glorot uniform",
                               "Spread by how many numbers come in and go out, all gates "
                               "together." },
  [FS_INIT_GLOROT_UNIFORM_PER_GATE] = { "glorot-uniform-per-gate", "Glorot uniform per gate",
                                        "The same with each gate counted for itself, so that "
                                        "weights begin larger." },
  [FS_INIT_GLOROT_NORMAL] = { "glorot-normal", "Glorot normal",
                              "As Glorot uniform, drawn from a bell curve cut at two deviations." },
  [FS_INIT_HE_UNIFORM] = { "he-uniform", "He uniform",
                           "Spread by how many numbers come in; made for ReLU." },
  [FS_INIT_HE_NORMAL] = { "he-normal", "He normal",
                          "As He uniform, drawn from a bell curve cut at two deviations." },
  [FS_INIT_ORTHOGONAL] = { "orthogonal", "Orthogonal",
                           "A rotation, which neither shrinks nor stretches what passes through." },
  [FS_INIT_PYTORCH] = { "pytorch", "As PyTorch",
                        "Uniform, and smaller the more units or inputs there are." },
  [FS_INIT_ZEROS] = { "zeros", "Zeros",
                      "All units begin alike and learn alike: for showing why that is bad." },
  [FS_INIT_CONSTANT] = { "constant", "A number", "Every weight begins at the constant set below." },
  { NULL },
};
CHOICES_AGREE (init_choices, FS_INIT_CONSTANT);

static const FsChoice recurrent_init_choices[] = {
  [FS_RECURRENT_INIT_ORTHOGONAL] = { "orthogonal", "Orthogonal",
                                     "A rotation, which neither shrinks nor stretches what passes "
                                     "through." },
  [FS_RECURRENT_INIT_GLOROT_UNIFORM] = { "glorot-uniform", "Glorot uniform",
                                         "Spread by how many numbers come in and go out, all gates "
                                         "together." },
  [FS_RECURRENT_INIT_GLOROT_UNIFORM_PER_GATE] = { "glorot-uniform-per-gate",
                                                  "Glorot uniform per gate",
                                                  "The same with each gate counted for itself, so "
                                                  "that weights begin larger." },
  [FS_RECURRENT_INIT_GLOROT_NORMAL] = { "glorot-normal", "Glorot normal",
                                        "As Glorot uniform, drawn from a bell curve cut at two "
                                        "deviations." },
  [FS_RECURRENT_INIT_HE_UNIFORM] = { "he-uniform", "He uniform",
                                     "Spread by how many numbers come in; made for ReLU." },
  [FS_RECURRENT_INIT_HE_NORMAL] = { "he-normal", "He normal",
                                    "As He uniform, drawn from a bell curve cut at two "
                                    "deviations." },
  [FS_RECURRENT_INIT_PYTORCH] = { "pytorch", "As PyTorch",
                                  "Uniform, and smaller the more units or inputs there are." },
  [FS_RECURRENT_INIT_ZEROS] = { "zeros", "Zeros",
                                "All units begin alike and learn alike: for showing why that is "
                                "bad." },
  [FS_RECURRENT_INIT_CONSTANT] = { "constant", "A number",
                                   "Every weight begins at the constant set below." },
  { NULL },
};
CHOICES_AGREE (recurrent_init_choices, FS_RECURRENT_INIT_CONSTANT);

static const FsChoice bias_init_choices[] = {
  [FS_BIAS_INIT_ZEROS] = { "zeros", "Zeros", "The usual one, as Keras's." },
  [FS_BIAS_INIT_PYTORCH] = { "pytorch", "As PyTorch", "Uniform and small, as PyTorch's." },
  [FS_BIAS_INIT_CONSTANT] = { "constant", "A number", "Every bias begins at the constant." },
  { NULL },
};
CHOICES_AGREE (bias_init_choices, FS_BIAS_INIT_CONSTANT);

static const FsChoice gated_bias_init_choices[] = {
  [FS_BIAS_INIT_ZEROS] = { "zeros", "Zeros", "The usual one, as Keras's." },
  [FS_BIAS_INIT_PYTORCH] = { "pytorch", "As PyTorch", "Uniform and small, as PyTorch's." },
  [FS_BIAS_INIT_CONSTANT] = { "constant", "A number", "Every bias begins at the constant." },
  [FS_BIAS_INIT_CHRONO] = { "chrono", "Chrono",
                            "Units begin with memories of all lengths up to the window's." },
  { NULL },
};
CHOICES_AGREE (gated_bias_init_choices, FS_BIAS_INIT_CHRONO);

static const FsChoice vector_choices[] = {
  [FS_VECTORS_DRAWN] = { "drawn", "By lot",
                         "Small random numbers, which training makes sense of." },
  [FS_VECTORS_FILE] = { "file", "From a file",
                        "Vectors that others have trained on much text: GloVe, or word2vec." },
  [FS_VECTORS_WORD2VEC] = { "word2vec", "word2vec here",
                            "Vectors that tell which words stand near which, trained on the "
                            "training "
                            "texts before the run." },
  { NULL },
};
CHOICES_AGREE (vector_choices, FS_VECTORS_WORD2VEC);

static const FsChoice score_choices[] = {
  [FS_SCORE_ADDITIVE] = { "additive", "Additive",
                          "A small network compares each row with the last one (Bahdanau)." },
  [FS_SCORE_DOT] = { "dot", "Product", "How alike each row is to the last one (Luong)." },
  [FS_SCORE_SCALED] = { "scaled", "Scaled product",
                        "The same, smaller the wider the layer is, as in transformers." },
  [FS_SCORE_GENERAL] = { "general", "Learned product",
                         "How alike each row is to what a matrix makes of the last one." },
  [FS_SCORE_LEARNED] = { "self", "By itself",
                         "A small network judges each row alone (self-attention pooling)." },
  [FS_SCORE_MEAN] = { "mean", "All alike", "The plain mean of all rows; nothing is learned." },
  { NULL },
};
CHOICES_AGREE (score_choices, FS_SCORE_MEAN);

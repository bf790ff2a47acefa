/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the choices of the training settings are called. Read by the schema table alone. */

#include "engine/experiment/schema-choices.h"

static const FsChoice loss_choices[] = {
  [FS_LOSS_MSE] = { "mse", "Mean squared error", "Large errors count much more than small ones." },
  [FS_LOSS_MAE] = { "mae", "Mean absolute error",
                    "Every error counts by its size, so outliers weigh less." },
  [FS_LOSS_HUBER] = { "huber", "Huber",
                      "Squared where errors are small, absolute where they are large." },
  [FS_LOSS_LOG_COSH] = { "log-cosh", "Log-cosh",
                         "As Huber's, with a smooth passage from one to the other." },
  [FS_LOSS_QUANTILE] = { "quantile", "Quantile",
                         "Finds the value that a given share of the truth stays below." },
  [FS_LOSS_CROSS_ENTROPY] = { "cross-entropy", "Cross-entropy",
                              "For classes: how surprised the network is by the right one." },
  [FS_LOSS_BINARY_CROSS_ENTROPY] = { "binary-cross-entropy", "Binary cross-entropy",
                                     "For two classes that share one output." },
  { NULL },
};
CHOICES_AGREE (loss_choices, FS_LOSS_BINARY_CROSS_ENTROPY);

static const FsChoice class_weight_choices[] = {
  [FS_CLASS_WEIGHTS_NONE] = { "none", "Equal", "Every example counts the same." },
  [FS_CLASS_WEIGHTS_BALANCED] = { "balanced", "Balanced",
                                  "Rare classes count more, so that all count the same in sum." },
  [FS_CLASS_WEIGHTS_GIVEN] = { "given", "As given", "Each class counts as you write it." },
  { NULL },
};
CHOICES_AGREE (class_weight_choices, FS_CLASS_WEIGHTS_GIVEN);

static const FsChoice optimiser_choices[] = {
  [FS_OPTIMISER_ADAM] = { "adam", "Adam",
                          "Gives every weight its own step size; works without much tuning." },
  [FS_OPTIMISER_SGD] = { "sgd", "Gradient descent",
                         "Steps straight down the gradient, with momentum if you wish." },
  [FS_OPTIMISER_ADAMW] = { "adamw", "AdamW",
                           "Adam that shrinks the weights a little at each step, apart from the "
                           "gradient." },
  [FS_OPTIMISER_NADAM] = { "nadam", "Nadam", "Adam that looks ahead along its momentum." },
  [FS_OPTIMISER_RMSPROP] = { "rmsprop", "RMSprop",
                             "Divides each step by the recent size of its gradient." },
  [FS_OPTIMISER_ADAGRAD] = { "adagrad", "Adagrad",
                             "Divides each step by all gradients so far, so that it gets ever "
                             "more careful." },
  { NULL },
};
CHOICES_AGREE (optimiser_choices, FS_OPTIMISER_ADAGRAD);

static const FsChoice convention_choices[] = {
  [FS_CONVENTION_PYTORCH] = { "pytorch", "As PyTorch",
                              "Formulas and constants as PyTorch has them." },
  [FS_CONVENTION_KERAS] = { "keras", "As Keras", "Formulas and constants as Keras has them." },
  { NULL },
};
CHOICES_AGREE (convention_choices, FS_CONVENTION_KERAS);

static const FsChoice penalty_choices[] = {
  [FS_PENALTY_TOGETHER] = { "together", "Alike",
                            "One price for the weights of inputs and of states." },
  [FS_PENALTY_APART] = { "apart", "Apart",
                         "The weights of the previous state have prices of their own." },
  { NULL },
};
CHOICES_AGREE (penalty_choices, FS_PENALTY_APART);

static const FsChoice schedule_choices[] = {
  [FS_SCHEDULE_NONE] = { "none", "None", "The learning rate stays as it is." },
  [FS_SCHEDULE_STEP] = { "step", "Steps", "Falls by a factor after every so many epochs." },
  [FS_SCHEDULE_EXPONENTIAL] = { "exponential", "Exponential",
                                "Falls by the same factor each time." },
  [FS_SCHEDULE_COSINE] = { "cosine", "Cosine",
                           "Falls slowly, then fast, then slowly, along half a cosine." },
  [FS_SCHEDULE_WARM_UP] = { "warm-up", "Warm-up", "Rises to the learning rate and stays there." },
  [FS_SCHEDULE_TRIANGULAR] = { "triangular", "Triangular", "Rises and falls again and again." },
  [FS_SCHEDULE_ONE_CYCLE] = { "one-cycle", "One cycle",
                              "Rises for a third of the run, then falls to almost nothing." },
  [FS_SCHEDULE_PLATEAU] = { "plateau", "On plateaus",
                            "Falls when the validation loss has stopped improving." },
  { NULL },
};
CHOICES_AGREE (schedule_choices, FS_SCHEDULE_PLATEAU);

static const FsChoice stateful_choices[] = {
  [FS_STATEFUL_OFF] = { "off", "Off", "Every window begins with an empty memory." },
  [FS_STATEFUL_EPOCH] = { "epoch", "Until the epoch ends",
                          "A window goes on from the one before; each epoch begins with an empty "
                          "memory." },
  [FS_STATEFUL_NEVER] = { "never", "Never empty",
                          "A window goes on from the one before, and each epoch from the one "
                          "before." },
  { NULL },
};
CHOICES_AGREE (stateful_choices, FS_STATEFUL_NEVER);

static const FsChoice schedule_unit_choices[] = {
  [FS_SCHEDULE_PER_EPOCH] = { "epoch", "Epochs", "The rate changes between two epochs." },
  [FS_SCHEDULE_PER_BATCH] = { "batch", "Batches", "The rate changes between two batches." },
  { NULL },
};
CHOICES_AGREE (schedule_unit_choices, FS_SCHEDULE_PER_BATCH);

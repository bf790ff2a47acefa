/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema table of the experiment's own settings, in the order in which the window, the file and
 * `fitscope schema` show them. Only rows here: what is done with them is in place.c. */

#include "engine/experiment/schema.h"

/* Every bound must be exact as a double; see FsSetting. */
#define LARGEST_INTEGER 9007199254740992.0 /* 2^53 */
#define MAX_ROWS 1e6 /* of windows and gaps: more than any shipped reader serves */

#define CHOICES_AGREE(choices, last)                                          \
  _Static_assert(sizeof (choices) / sizeof *(choices) == (size_t) (last) + 2, \
                 "a choice table lists every value of its enum and ends with an empty row")

static const FsChoice task_choices[] = {
  [FS_TASK_FORECAST] = { "forecast", "Forecast",
                         "Predict the next values of the target from its own past." },
  { NULL },
};
CHOICES_AGREE (task_choices, FS_TASK_FORECAST);

static const FsChoice split_choices[] = {
  [FS_SPLIT_CHRONOLOGICAL] = { "chronological", "In order of time",
                               "The past trains, later rows validate, the latest test." },
  { NULL },
};
CHOICES_AGREE (split_choices, FS_SPLIT_CHRONOLOGICAL);

static const FsChoice loss_choices[] = {
  [FS_LOSS_MSE] = { "mse", "Mean squared error", "Large errors count much more than small ones." },
  [FS_LOSS_MAE] = { "mae", "Mean absolute error",
                    "Every error counts by its size, so outliers weigh less." },
  { NULL },
};
CHOICES_AGREE (loss_choices, FS_LOSS_MAE);

static const FsChoice optimiser_choices[] = {
  [FS_OPTIMISER_ADAM] = { "adam", "Adam",
                          "Gives every weight its own step size; works without much tuning." },
  [FS_OPTIMISER_SGD] = { "sgd", "Gradient descent",
                         "Steps straight down the gradient, with momentum if you wish." },
  { NULL },
};
CHOICES_AGREE (optimiser_choices, FS_OPTIMISER_SGD);

static const FsChoice schedule_choices[] = {
  [FS_SCHEDULE_NONE] = { "none", "None", "The learning rate stays as it is." },
  { NULL },
};
CHOICES_AGREE (schedule_choices, FS_SCHEDULE_NONE);

static const FsSetting settings[] = {
  /* Data */
  {
      .key = "name",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, name),
      .size = FS_TEXT_SIZE,
      .default_text = "Untitled",
      .label = "Name",
      .help = "What you call this experiment; it changes nothing in the result.",
  },
  {
      .key = "data.source",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.source),
      .size = FS_PATH_SIZE,
      .default_text = "builtin:air-passengers",
      .label = "Source",
      .help = "The table to learn from: a file, or builtin: and the name of a series that comes "
              "with the program.",
  },
  {
      .key = "data.target",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.target),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Target",
      .help = "The column to predict; left empty, it is the first column of numbers that is not "
              "the time.",
  },
  {
      .key = "data.time",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.time),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Time",
      .help = "The column that says when each row was measured; left empty, it is the first column "
              "of dates.",
  },
  {
      .key = "data.task",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.task),
      .default_value = FS_TASK_FORECAST,
      .choices = task_choices,
      .label = "Task",
      .help = "What the network is asked to find out.",
  },
  {
      .key = "data.inputs",
      .type = FS_TYPE_NAMES,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.inputs),
      .size = FS_TEXT_SIZE,
      .count_offset = offsetof (FsExperiment, data.n_inputs),
      .default_text = "",
      .label = "Further inputs",
      .help = "Other columns the network may look at besides the target's own past.",
      .is_searchable = true,
  },

  /* Window and split */
  {
      .key = "window.length",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.length),
      .default_value = 24,
      .min = 1,
      .max = MAX_ROWS,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .unit = "rows",
      .label = "Window length",
      .help = "How many past rows the network sees before each prediction; cover at least one "
              "season.",
      .is_searchable = true,
      .keras_name = "sequence_length",
  },
  {
      .key = "window.horizon",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.horizon),
      .default_value = 1,
      .min = 1,
      .max = MAX_ROWS,
      .increment = 1,
      .unit = "rows",
      .label = "Horizon",
      .help = "How many rows ahead are predicted at once; the further, the harder.",
  },
  {
      .key = "window.stride",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.stride),
      .default_value = 1,
      .min = 1,
      .max = MAX_ROWS,
      .increment = 1,
      .unit = "rows",
      .label = "Stride",
      .help = "How far the window moves from one example to the next; more than 1 makes fewer "
              "examples, which overlap less.",
      .keras_name = "sequence_stride",
  },
  {
      .key = "split.method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.method),
      .default_value = FS_SPLIT_CHRONOLOGICAL,
      .choices = split_choices,
      .label = "Split",
      .help = "How the rows are shared out between training, validation and test.",
  },
  {
      .key = "split.train",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.train),
      .default_value = 0.7,
      .min = 0,
      .min_is_excluded = true,
      .max = 1,
      .increment = 0.05,
      .label = "Training share",
      .help = "The share of the rows the network learns from; 0.7 is 70 percent.",
  },
  {
      .key = "split.validation",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.validation),
      .default_value = 0.15,
      .min = 0,
      .max = 1,
      .max_is_excluded = true,
      .increment = 0.05,
      .label = "Validation share",
      .help = "The share of the rows that judges every epoch without being learned; what is left "
              "over is the test part.",
      .keras_name = "validation_split",
  },
  {
      .key = "split.purge",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.purge),
      .default_value = FS_AUTO,
      .min = 0,
      .max = MAX_ROWS,
      .special_word = "auto",
      .special_value = FS_AUTO,
      .increment = 1,
      .unit = "rows",
      .label = "Purge",
      .help = "Rows left out between two parts, so that no window of the later part looks into the "
              "earlier one; auto picks the window length where the series is long enough.",
  },

  /* Train */
  {
      .key = "train.loss",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.loss),
      .default_value = FS_LOSS_MSE,
      .choices = loss_choices,
      .label = "Loss",
      .help = "How an error is turned into the number that training makes small.",
      .pytorch_name = "criterion",
      .keras_name = "loss",
  },
  {
      .key = "train.optimiser",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.optimiser),
      .default_value = FS_OPTIMISER_ADAM,
      .choices = optimiser_choices,
      .label = "Optimiser",
      .help = "The rule that turns gradients into changes of the weights.",
      .is_searchable = true,
      .pytorch_name = "optim",
      .keras_name = "optimizer",
  },
  {
      .key = "train.learning_rate",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.learning_rate),
      .default_value = 0.001,
      .min = 0,
      .max = 1e6, /* far beyond sense: to watch a run diverge is a lesson, not a mistake */
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .label = "Learning rate",
      .help = "How large each step of learning is: too small learns slowly, too large never "
              "settles.",
      .is_live = true,
      .is_searchable = true,
      .pytorch_name = "lr",
      .keras_name = "learning_rate",
  },
  {
      .key = "train.momentum",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.momentum),
      .default_value = 0,
      .min = 0,
      .max = 1,
      .max_is_excluded = true,
      .increment = 0.05,
      .label = "Momentum",
      .help = "How much of the last step is carried on into the next one; 0.9 is usual, 0 is none.",
      .is_searchable = true,
      .pytorch_name = "momentum",
      .keras_name = "momentum",
      .only_if_key = "train.optimiser",
      .only_if_choice = FS_OPTIMISER_SGD,
  },
  {
      .key = "train.batch",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.batch),
      .default_value = 32,
      .min = 1,
      .max = 1e6,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .unit = "windows",
      .label = "Batch size",
      .help = "How many examples are looked at before each change of the weights; small batches "
              "are noisy, large ones smooth.",
      .is_live = true,
      .is_searchable = true,
      .pytorch_name = "batch_size",
      .keras_name = "batch_size",
  },
  {
      .key = "train.epochs",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.epochs),
      .default_value = 100,
      .min = 0,
      .max = 1e6,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .unit = "epochs",
      .label = "Epochs",
      .help = "How many times at most the training goes through all examples; 0 only draws the "
              "first weights.",
      .is_live = true,
      .pytorch_name = "num_epochs",
      .keras_name = "epochs",
  },
  {
      .key = "train.shuffle",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.is_shuffled),
      .default_value = true,
      .label = "Shuffle",
      .help = "Take the examples in a new random order in every epoch instead of in order of time.",
      .pytorch_name = "shuffle",
      .keras_name = "shuffle",
  },
  {
      .key = "train.seed",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.seed),
      .default_value = 1,
      .min = 0,
      .max = LARGEST_INTEGER,
      .increment = 1,
      .label = "Seed",
      .help = "Where the random numbers start: the same seed repeats a run exactly, another one "
              "shows how much is luck.",
      .pytorch_name = "manual_seed",
      .keras_name = "set_random_seed",
  },
  {
      .key = "train.schedule.type",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_TRAIN,
      .offset = offsetof (FsExperiment, train.schedule),
      .default_value = FS_SCHEDULE_NONE,
      .choices = schedule_choices,
      .label = "Schedule",
      .help = "How the learning rate changes from epoch to epoch.",
      .pytorch_name = "lr_scheduler",
      .keras_name = "LearningRateSchedule",
  },

  /* Regularise */
  {
      .key = "train.clip_norm",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_REGULARISE,
      .offset = offsetof (FsExperiment, train.clip_norm),
      .default_value = 0,
      .min = 0,
      .max = 1e9,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .label = "Clip gradients",
      .help = "The longest gradient that is let through; longer ones are shortened to this length, "
              "and 0 lets all pass.",
      .is_live = true,
      .is_searchable = true,
      .pytorch_name = "max_norm",
      .keras_name = "global_clipnorm",
  },
  {
      .key = "train.l1",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_REGULARISE,
      .offset = offsetof (FsExperiment, train.l1),
      .default_value = 0,
      .min = 0,
      .max = 1e6,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .label = "L1 penalty",
      .help = "A price on the size of each weight that drives useless ones to zero; 0 is off.",
      .is_live = true,
      .is_searchable = true,
      .keras_name = "L1",
  },
  {
      .key = "train.l2",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_REGULARISE,
      .offset = offsetof (FsExperiment, train.l2),
      .default_value = 0,
      .min = 0,
      .max = 1e6,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .label = "L2 penalty",
      .help = "A price on large weights that keeps the network smooth and fights overfitting; 0 is "
              "off.",
      .is_live = true,
      .is_searchable = true,
      .pytorch_name = "weight_decay", /* = 2 × l2 */
      .keras_name = "L2",
  },

  /* Stop */
  {
      .key = "train.stop.patience",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_STOP,
      .offset = offsetof (FsExperiment, train.stop.patience),
      .default_value = 10,
      .min = 1,
      .max = 1e6,
      .special_word = "never",
      .special_value = FS_NEVER,
      .increment = 1,
      .unit = "epochs",
      .label = "Patience",
      .help = "Stop when the validation loss has not improved for so many epochs; never runs all "
              "of them.",
      .is_live = true,
      .keras_name = "patience",
  },
  {
      .key = "train.stop.min_delta",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_STOP,
      .offset = offsetof (FsExperiment, train.stop.min_delta),
      .default_value = 0,
      .min = 0,
      .max = 1e9,
      .scale = FS_SCALE_OF_LOG,
      .increment = 2,
      .label = "Smallest improvement",
      .help = "By how much the validation loss must fall to count as an improvement.",
      .keras_name = "min_delta",
  },
  {
      .key = "train.stop.restore_best",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_STOP,
      .offset = offsetof (FsExperiment, train.stop.restores_best),
      .default_value = true,
      .label = "Keep the best weights",
      .help = "At the end, go back to the weights of the epoch with the lowest validation loss.",
      .keras_name = "restore_best_weights",
  },
};

static const char *const group_labels[FS_N_GROUPS] = {
  [FS_GROUP_DATA] = "Data",   [FS_GROUP_PREPARE] = "Prepare", [FS_GROUP_WINDOW] = "Window & split",
  [FS_GROUP_MODEL] = "Model", [FS_GROUP_TRAIN] = "Train",     [FS_GROUP_REGULARISE] = "Regularise",
  [FS_GROUP_STOP] = "Stop",
};

const FsSchema *
fs_schema_experiment (void)
{
  static const FsSchema schema = { settings, sizeof settings / sizeof *settings };
  return &schema;
}

const char *
fs_group_label (FsGroup group)
{
  return group_labels[group];
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema table of the experiment's own settings, in the order in which the window, the file and
 * `fitscope schema` show them. Only rows here: what is done with them is in place.c. The rows of
 * training are in a file of their own, which is read in the middle of the table. */

#include "engine/experiment/schema-import-choices.h"
#include "engine/experiment/schema-train-choices.h"
#include "engine/experiment/schema.h"

/* Every bound must be exact as a double; see FsSetting. */
#define LARGEST_INTEGER 9007199254740992.0 /* 2^53 */
#define CHOICE_BIT(choice) (1u << (choice))
#define MAX_ROWS 1e6 /* of windows and gaps: more than any shipped reader serves */

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

#include "engine/experiment/schema-import-rows.h"

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

#include "engine/experiment/schema-train-rows.h"
#include "engine/experiment/schema-regularise-rows.h"
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

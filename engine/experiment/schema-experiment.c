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
  [FS_TASK_REGRESS] = { "regress", "Number of a sequence",
                        "Find one number for each whole sequence." },
  [FS_TASK_CLASSIFY] = { "classify", "Class of a sequence",
                         "Find out which class each whole sequence belongs to." },
  [FS_TASK_TEXT] = { "text", "Class of a text", "Find out which class each text belongs to." },
  [FS_TASK_NEXT] = { "next", "Next character or word",
                     "Predict each next character or word of a text, and so learn to write." },
  { NULL },
};
CHOICES_AGREE (task_choices, FS_TASK_NEXT);
#define FORECAST_ONLY .only_if_key = "data.task", .only_if_choice = FS_TASK_FORECAST
#define SEQUENCE_TASKS (CHOICE_BIT (FS_TASK_REGRESS) | CHOICE_BIT (FS_TASK_CLASSIFY))
#define TOKEN_TASKS (CHOICE_BIT (FS_TASK_TEXT) | CHOICE_BIT (FS_TASK_NEXT))
/* Where a column says which part a row is of, no share does. */
#define SHARES_ONLY                                                                     \
  .only_if_key = "split.method", .only_if_choices = CHOICE_BIT (FS_SPLIT_CHRONOLOGICAL) \
                                                    | CHOICE_BIT (FS_SPLIT_SHUFFLED)    \
                                                    | CHOICE_BIT (FS_SPLIT_GROUPED)
#define NUMBER_TASKS (CHOICE_BIT (FS_TASK_FORECAST) | SEQUENCE_TASKS)
#define ONLY_IF_TASK(tasks) .only_if_key = "data.task", .only_if_choices = (tasks)

static const FsChoice text_unit_choices[] = {
  [FS_TEXT_UNIT_WORDS] = { "words", "Words", "Runs of letters and digits." },
  [FS_TEXT_UNIT_CHARACTERS] = { "characters", "Characters", "Every character, blanks too." },
  [FS_TEXT_UNIT_KERAS] = { "keras", "Words as Keras cuts them",
                           "What is left between the punctuation that Keras filters out." },
  { NULL },
};
CHOICES_AGREE (text_unit_choices, FS_TEXT_UNIT_KERAS);

static const FsChoice duplicate_choices[] = {
  [FS_DUPLICATES_KEPT] = { "keep", "Keep", "Every text stays where the split puts it." },
  [FS_DUPLICATES_REMOVED] = { "remove", "Remove", "Of equal texts only the first stays." },
  [FS_DUPLICATES_GROUPED] = { "group", "Keep together",
                              "Equal texts all go where the first of them is." },
  { NULL },
};
CHOICES_AGREE (duplicate_choices, FS_DUPLICATES_GROUPED);

static const FsChoice padding_choices[] = {
  [FS_AT_END] = { "post", "Behind", "Shorter sequences are filled up behind their end." },
  [FS_AT_START] = { "pre", "Before", "Shorter sequences are filled up before their beginning." },
  { NULL },
};
CHOICES_AGREE (padding_choices, FS_AT_START);

static const FsChoice truncation_choices[] = {
  [FS_AT_END] = { "post", "The end", "Of sequences that are too long the beginning stays." },
  [FS_AT_START] = { "pre", "The beginning", "Of sequences that are too long the end stays." },
  { NULL },
};
CHOICES_AGREE (truncation_choices, FS_AT_START);

static const FsChoice split_choices[] = {
  [FS_SPLIT_CHRONOLOGICAL] = { "chronological", "In order of time",
                               "The past trains, later rows validate, the latest test." },
  [FS_SPLIT_SHUFFLED] = { "shuffled", "Shuffled",
                          "Whole sequences or texts are drawn by lot, class by class; of one "
                          "series, "
                          "windows that overlap, and so validation is no longer honest." },
  [FS_SPLIT_GIVEN] = { "given", "As the file says",
                       "A column names the part of each row: train, validation or test." },
  [FS_SPLIT_GROUPED] = { "grouped", "Whole groups",
                         "Groups of sequences or texts are drawn by lot; none is in two parts." },
  { NULL },
};
CHOICES_AGREE (split_choices, FS_SPLIT_GROUPED);

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
      ONLY_IF_TASK (NUMBER_TASKS | CHOICE_BIT (FS_TASK_TEXT)),
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
      ONLY_IF_TASK (NUMBER_TASKS),
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
      .help = "Other columns the network may look at besides the target's own past; of sequences, "
              "the columns it looks at, and all of numbers if none is named.",
      .is_searchable = true,
      ONLY_IF_TASK (NUMBER_TASKS),
  },
  {
      .key = "data.sequence",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.sequence),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Sequence",
      .help = "The column that says which sequence a row belongs to; left empty, it is the first "
              "one of the file.",
      ONLY_IF_TASK (SEQUENCE_TASKS),
  },
  {
      .key = "data.text",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, data.text),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Text",
      .help = "The column of texts to read; left empty, it is the first one of texts.",
      ONLY_IF_TASK (TOKEN_TASKS),
  },

#include "engine/experiment/schema-import-rows.h"

  /* Texts */
  {
      .key = "text.unit",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.unit),
      .default_value = FS_TEXT_UNIT_WORDS,
      .choices = text_unit_choices,
      .label = "Read as",
      .help = "What a text is cut into: every piece gets a number, and the network reads numbers.",
      .is_searchable = true,
      .keras_name = "split",
      ONLY_IF_TASK (TOKEN_TASKS),
  },
  {
      .key = "text.vectors",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.vectors),
      .size = FS_PATH_SIZE,
      .default_text = "",
      .label = "Word vectors",
      .help = "A file of word vectors (GloVe, or word2vec as text or binary) for an embedding that "
              "begins from a file.",
      .is_advanced = true,
      .is_file = true,
      ONLY_IF_TASK (TOKEN_TASKS),
  },
  {
      .key = "text.synonyms",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.synonyms),
      .size = FS_PATH_SIZE,
      .default_text = "",
      .label = "Synonyms",
      .help = "A file whose every line has words that mean the same, with commas between, for the "
              "step that varies texts.",
      .is_advanced = true,
      .is_file = true,
      ONLY_IF_TASK (CHOICE_BIT (FS_TASK_TEXT)),
  },
  {
      .key = "text.back_translations",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.back_translations),
      .size = FS_PATH_SIZE,
      .default_text = "",
      .label = "Back-translations",
      .help = "A file whose every line has a text, a tab, and the text as it came back from "
              "another language (more with tabs between), for the step that varies texts.",
      .is_advanced = true,
      .is_file = true,
      ONLY_IF_TASK (CHOICE_BIT (FS_TASK_TEXT)),
  },
  {
      .key = "text.duplicates",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.duplicates),
      .default_value = FS_DUPLICATES_KEPT,
      .choices = duplicate_choices,
      .label = "Equal texts",
      .help =
          "What becomes of a text that occurs more than once: learned in training and asked for "
          "in the test it makes scores better than they are.",
      .is_searchable = true,
      ONLY_IF_TASK (CHOICE_BIT (FS_TASK_TEXT)),
  },
  {
      .key = "text.least_count",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.least_count),
      .default_value = 1,
      .min = 1,
      .max = 1e6,
      .increment = 1,
      .label = "Least count",
      .help = "What the training texts have less often is read as one unknown word.",
      .is_searchable = true,
      .is_advanced = true,
      ONLY_IF_TASK (TOKEN_TASKS),
  },
  {
      .key = "text.most_words",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.most_words),
      .default_value = 0,
      .min = 0,
      .max = 1e7,
      .increment = 100,
      .label = "Vocabulary",
      .help = "How many different words or characters are told apart, the most frequent ones; 0 "
              "means all.",
      .is_searchable = true,
      .keras_name = "num_words",
      ONLY_IF_TASK (TOKEN_TASKS),
  },
  {
      .key = "text.keeps_capitals",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.keeps_capitals),
      .default_value = false,
      .label = "Keep capitals",
      .help = "Tells The and the apart.",
      .is_advanced = true,
      .keras_name = "lower",
      ONLY_IF_TASK (TOKEN_TASKS),
  },
  {
      .key = "text.strips_markup",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.strips_markup),
      .default_value = false,
      .label = "Leave markup out",
      .help = "Reads over <br> and the like.",
      .is_advanced = true,
      ONLY_IF_TASK (TOKEN_TASKS),
  },
  {
      .key = "text.temperature",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.temperature),
      .default_value = 0.7,
      .min = 0,
      .max = 10,
      .increment = 0.1,
      .label = "Temperature",
      .help = "How daring the samples are: at 0 always the likeliest next one, at 1 as likely as "
              "the network thinks; training is the same with any.",
      .is_for_show = true,
      ONLY_IF_TASK (CHOICE_BIT (FS_TASK_NEXT)),
  },
  {
      .key = "text.prompt",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_DATA,
      .offset = offsetof (FsExperiment, text.prompt),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Begins with",
      .help = "The words with which the samples begin, instead of going on from the first ones of "
              "the validation part; training is the same with any.",
      .is_for_show = true,
      ONLY_IF_TASK (CHOICE_BIT (FS_TASK_NEXT)),
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
      ONLY_IF_TASK (CHOICE_BIT (FS_TASK_FORECAST) | CHOICE_BIT (FS_TASK_NEXT)),
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
      FORECAST_ONLY,
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
      FORECAST_ONLY,
  },
  {
      .key = "window.longest",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.longest),
      .default_value = FS_AUTO,
      .min = 1,
      .max = MAX_ROWS,
      .special_word = "auto",
      .special_value = FS_AUTO,
      .increment = 1,
      .unit = "steps",
      .label = "Longest",
      .help = "Longer sequences and texts are cut to this many steps; auto cuts none.",
      .is_searchable = true,
      .keras_name = "maxlen",
      ONLY_IF_TASK (SEQUENCE_TASKS | CHOICE_BIT (FS_TASK_TEXT)),
  },
  {
      .key = "window.truncation",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.truncation),
      .default_value = FS_AT_END,
      .choices = truncation_choices,
      .label = "Cut off",
      .help = "What goes when a sequence is too long.",
      .is_advanced = true,
      .keras_name = "truncating",
      ONLY_IF_TASK (SEQUENCE_TASKS | CHOICE_BIT (FS_TASK_TEXT)),
  },
  {
      .key = "window.mask",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.is_masked),
      .default_value = true,
      .label = "Mask the padding",
      .help = "Recurrent layers stand still in padded steps; switched off, the network takes the "
              "padding for data, which is wrong on purpose, to see what that does.",
      .is_searchable = true,
      .keras_name = "mask_zero",
      ONLY_IF_TASK (SEQUENCE_TASKS | CHOICE_BIT (FS_TASK_TEXT)),
  },
  {
      .key = "window.padding",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, window.padding),
      .default_value = FS_AT_END,
      .choices = padding_choices,
      .label = "Padding",
      .help = "Where zeros fill up sequences that are shorter than the longest; behind a mask it "
              "makes no difference.",
      .keras_name = "padding",
      ONLY_IF_TASK (SEQUENCE_TASKS | CHOICE_BIT (FS_TASK_TEXT)),
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
      .key = "split.column",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.column),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Column of parts",
      .help = "The column that says train, validation or test in each row.",
      .only_if_key = "split.method",
      .only_if_choice = FS_SPLIT_GIVEN,
  },
  {
      .key = "split.group",
      .type = FS_TYPE_TEXT,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.group),
      .size = FS_TEXT_SIZE,
      .default_text = "",
      .label = "Column of groups",
      .help = "The column that says what belongs together, such as a patient or an author; left "
              "empty, each sequence is a group of its own.",
      .only_if_key = "split.method",
      .only_if_choice = FS_SPLIT_GROUPED,
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
      SHARES_ONLY,
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
      SHARES_ONLY,
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
              "earlier one; auto picks the window length where the series is long enough, and none "
              "for a shuffled split.",
      FORECAST_ONLY,
  },
  {
      .key = "split.seed",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_WINDOW,
      .offset = offsetof (FsExperiment, split.seed),
      .default_value = 1,
      .min = 0,
      .max = LARGEST_INTEGER,
      .increment = 1,
      .label = "Lot",
      .help = "Which of the many ways to shuffle: the same number always gives the same parts.",
      .only_if_key = "split.method",
      .only_if_choices = CHOICE_BIT (FS_SPLIT_SHUFFLED) | CHOICE_BIT (FS_SPLIT_GROUPED),
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

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema table of preparation steps and their kinds; each row says which kinds use it. Rows whose
 * names a method alone uses say so in their help. */

#include "engine/experiment/schema.h"

#define STEP_BIT(kind) (UINT32_C (1) << (kind))
#define EVERY_KIND (~UINT32_C (0))

_Static_assert(FS_N_STEP_KINDS <= 32, "kinds are bits of 32");

#define CHOICES_AGREE(choices, last)                                          \
  _Static_assert(sizeof (choices) / sizeof *(choices) == (size_t) (last) + 2, \
                 "a choice table lists every value of its enum and ends with an empty row")

static const FsChoice impute_choices[] = {
  [FS_IMPUTE_LINEAR] = { "linear", "Straight line",
                         "Joins the values before and after the gap within the same part." },
  [FS_IMPUTE_FORWARD] = { "forward", "Last value",
                          "Repeats the last value before the gap; never looks ahead." },
  [FS_IMPUTE_MEAN] = { "mean", "Training mean", "Puts in the mean of the training rows." },
  [FS_IMPUTE_MEDIAN] = { "median", "Training median", "Puts in the median of the training rows." },
  [FS_IMPUTE_CONSTANT] = { "constant", "A number", "Puts in the number that is set below." },
  [FS_IMPUTE_BACKWARD] = { "backward", "Next value",
                           "Repeats the next value of the same part, which looks ahead." },
  [FS_IMPUTE_TIME] = { "time", "Line over time",
                       "A straight line by the dates, for rows that are not equally far apart." },
  [FS_IMPUTE_SPLINE] = { "spline", "Smooth curve",
                         "A cubic spline through the known values of the same part." },
  [FS_IMPUTE_NEIGHBOURS] = { "neighbours", "Similar rows",
                             "The mean of the training rows whose other columns are most alike." },
  [FS_IMPUTE_DROP] = { "drop", "Leave the row out",
                       "No window spans a row that has a missing value." },
  { NULL },
};
CHOICES_AGREE (impute_choices, FS_IMPUTE_DROP);

static const FsChoice scale_choices[] = {
  [FS_SCALE_STANDARD] = { "standard", "Standardise",
                          "Mean 0 and standard deviation 1 over the training rows." },
  [FS_SCALE_MIN_MAX] = { "min-max", "Min–max 0…1",
                         "The smallest training value becomes 0 and the largest 1." },
  [FS_SCALE_CENTRE] = { "centre", "Centre", "Takes the training mean away and keeps the spread." },
  [FS_SCALE_NONE] = { "none", "None",
                      "Leaves the numbers as they are; networks learn badly from "
                      "large ones." },
  [FS_SCALE_ROBUST] = { "robust", "Robust",
                        "Median 0 and the middle half of the training rows 1 wide; a few wild "
                        "values do not matter." },
  [FS_SCALE_MAX_ABS] = { "max-abs", "Largest to 1",
                         "Divides by the largest training value without its sign; 0 stays 0." },
  { NULL },
};
CHOICES_AGREE (scale_choices, FS_SCALE_MAX_ABS);

static const FsChoice clip_choices[] = {
  [FS_CLIP_QUANTILE] = { "quantile", "Quantiles",
                         "What lies beyond a quantile of the training rows is cut to it." },
  [FS_CLIP_WINSORISE] = { "winsorise", "Winsorise",
                          "Cuts to the training value that has the share beyond it." },
  [FS_CLIP_IQR] = { "iqr", "Quartile fences",
                    "Too far is 1.5 times the middle half's width beyond the quartiles." },
  [FS_CLIP_MAD] = { "mad", "Median deviation",
                    "Too far is 3.5 scaled median deviations from the median." },
  [FS_CLIP_HAMPEL] = { "hampel", "Hampel filter",
                       "Compares each value with the median of the rows just before it; never "
                       "looks ahead." },
  { NULL },
};
CHOICES_AGREE (clip_choices, FS_CLIP_HAMPEL);

static const FsChoice clip_action_choices[] = {
  [FS_CLIP_TO_LIMIT] = { "limit", "Cut to the limit",
                         "The value becomes the nearest allowed one." },
  [FS_CLIP_TO_MISSING] = { "missing", "Make it missing", "A later step fills the gap." },
  { NULL },
};
CHOICES_AGREE (clip_action_choices, FS_CLIP_TO_MISSING);

static const FsChoice transform_choices[] = {
  [FS_TRANSFORM_LOG] = { "log", "Logarithm",
                         "Turns factors into distances; needs values above 0." },
  [FS_TRANSFORM_LOG1P] = { "log1p", "Logarithm of 1 + x", "The same for values from 0 on." },
  [FS_TRANSFORM_ASINH] = { "asinh", "Signed logarithm",
                           "Nearly the logarithm for large values of either sign." },
  [FS_TRANSFORM_BOX_COX] = { "box-cox", "Box–Cox",
                             "The power that makes the training rows most like a bell curve; needs "
                             "values above 0." },
  [FS_TRANSFORM_YEO_JOHNSON] = { "yeo-johnson", "Yeo–Johnson",
                                 "The same for values of either sign." },
  { NULL },
};
CHOICES_AGREE (transform_choices, FS_TRANSFORM_YEO_JOHNSON);

static const FsChoice detrend_choices[] = {
  [FS_DETREND_LINE] = { "line", "Straight line",
                        "Takes the line through the training rows away, drawn on into later "
                        "rows." },
  [FS_DETREND_CONSTANT] = { "constant", "Constant", "Takes the training mean away." },
  { NULL },
};
CHOICES_AGREE (detrend_choices, FS_DETREND_CONSTANT);

static const FsChoice columns_choices[] = {
  [FS_COLUMNS_ALL] = { "all", "All columns", "The target and every input." },
  [FS_COLUMNS_TARGET] = { "target", "Target only", "The inputs stay as they are." },
  [FS_COLUMNS_INPUTS] = { "inputs", "Inputs only", "The target stays as it is." },
  { NULL },
};
CHOICES_AGREE (columns_choices, FS_COLUMNS_INPUTS);

static const FsSetting step_settings[] = {
  {
      .key = "enabled",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, is_enabled),
      .default_value = true,
      .kinds = EVERY_KIND,
      .label = "Enabled",
      .help = "Switch the step off to see what it was good for.",
      .is_searchable = true,
  },
  {
      .key = "method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, impute_method),
      .default_value = FS_IMPUTE_LINEAR,
      .choices = impute_choices,
      .kinds = STEP_BIT (FS_STEP_IMPUTE),
      .label = "Fill gaps with",
      .help = "What is put where a value is missing.",
      .is_searchable = true,
  },
  {
      .key = "method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, scale_method),
      .default_value = FS_SCALE_STANDARD,
      .choices = scale_choices,
      .kinds = STEP_BIT (FS_STEP_SCALE),
      .label = "Scale by",
      .help = "How numbers are brought to a size that a network learns well from, fitted on the "
              "training rows alone.",
      .is_searchable = true,
  },
  {
      .key = "value",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, impute_value),
      .default_value = 0,
      .min = -1e15,
      .max = 1e15,
      .increment = 1,
      .kinds = STEP_BIT (FS_STEP_IMPUTE),
      .label = "The number",
      .help = "What is put into gaps by the method “constant”.",
  },
  {
      .key = "neighbours",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, n_neighbours),
      .default_value = 5,
      .min = 1,
      .max = 1000,
      .increment = 1,
      .kinds = STEP_BIT (FS_STEP_IMPUTE),
      .label = "Similar rows",
      .help = "Of how many training rows the mean is taken (neighbours).",
      .is_searchable = true,
  },
  {
      .key = "mark_gaps",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, marks_gaps),
      .default_value = false,
      .kinds = STEP_BIT (FS_STEP_IMPUTE),
      .label = "Mark the gaps",
      .help = "Adds an input that is 1 where a value was missing, for each column with gaps in the "
              "training rows.",
      .is_searchable = true,
  },
  {
      .key = "low",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, range_low),
      .default_value = 0,
      .min = -1e6,
      .max = 1e6,
      .increment = 1,
      .kinds = STEP_BIT (FS_STEP_SCALE),
      .label = "Min–max from",
      .help = "What the smallest training value becomes (min–max).",
      .is_searchable = true,
  },
  {
      .key = "high",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, range_high),
      .default_value = 1,
      .min = -1e6,
      .max = 1e6,
      .increment = 1,
      .kinds = STEP_BIT (FS_STEP_SCALE),
      .label = "Min–max to",
      .help = "What the largest training value becomes (min–max).",
      .is_searchable = true,
  },
  {
      .key = "quantile_low",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, quantile_low),
      .default_value = 25,
      .min = 0,
      .max = 100,
      .increment = 5,
      .unit = "per cent",
      .kinds = STEP_BIT (FS_STEP_SCALE),
      .label = "Robust from",
      .help = "Where the range that becomes 1 wide begins (robust).",
      .is_searchable = true,
  },
  {
      .key = "quantile_high",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, quantile_high),
      .default_value = 75,
      .min = 0,
      .max = 100,
      .increment = 5,
      .unit = "per cent",
      .kinds = STEP_BIT (FS_STEP_SCALE),
      .label = "Robust to",
      .help = "Where the range that becomes 1 wide ends (robust).",
      .is_searchable = true,
  },
  {
      .key = "method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, clip_method),
      .default_value = FS_CLIP_QUANTILE,
      .choices = clip_choices,
      .kinds = STEP_BIT (FS_STEP_CLIP),
      .label = "Too far is",
      .help = "Which values count as too far from the others, as learned from the training rows.",
      .is_searchable = true,
  },
  {
      .key = "action",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, clip_action),
      .default_value = FS_CLIP_TO_LIMIT,
      .choices = clip_action_choices,
      .kinds = STEP_BIT (FS_STEP_CLIP),
      .label = "What to do",
      .help = "What becomes of a value that is too far from the others.",
      .is_searchable = true,
  },
  {
      .key = "share",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, clip_share),
      .default_value = 0.01,
      .min = 0,
      .max = 0.5,
      .max_is_excluded = true,
      .increment = 0.01,
      .kinds = STEP_BIT (FS_STEP_CLIP),
      .label = "Share on each side",
      .help =
          "How large a share of the training values is cut on each side (quantiles, winsorise).",
      .is_searchable = true,
  },
  {
      .key = "reach",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, clip_reach),
      .default_value = FS_AUTO,
      .min = 0,
      .max = 1e6,
      .special_word = "auto",
      .special_value = FS_AUTO,
      .increment = 0.5,
      .kinds = STEP_BIT (FS_STEP_CLIP),
      .label = "Reach",
      .help = "How far is too far; auto is 1.5 widths of the middle half, 3.5 median deviations, "
              "or 3 for the Hampel filter.",
      .is_searchable = true,
  },
  {
      .key = "width",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, clip_width),
      .default_value = 3,
      .min = 1,
      .max = 10000,
      .increment = 1,
      .unit = "rows",
      .kinds = STEP_BIT (FS_STEP_CLIP),
      .label = "Half width",
      .help = "The Hampel filter compares with twice as many rows before.",
      .is_searchable = true,
  },
  {
      .key = "method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, transform_method),
      .default_value = FS_TRANSFORM_LOG,
      .choices = transform_choices,
      .kinds = STEP_BIT (FS_STEP_TRANSFORM),
      .label = "Transform by",
      .help = "The curve that all values pass through; forecasts are brought back exactly.",
      .is_searchable = true,
  },
  {
      .key = "offset",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, offset),
      .default_value = 0,
      .min = -1e12,
      .max = 1e12,
      .increment = 1,
      .kinds = STEP_BIT (FS_STEP_TRANSFORM),
      .label = "Add before",
      .help = "Added to every value before the logarithm (log).",
      .is_searchable = true,
  },
  {
      .key = "lag",
      .type = FS_TYPE_INTEGER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, lag),
      .default_value = 1,
      .min = 1,
      .max = 1e6,
      .increment = 1,
      .unit = "rows",
      .kinds = STEP_BIT (FS_STEP_DIFFERENCE),
      .label = "Lag",
      .help = "From each value the one so many rows before is taken away; the season for seasonal "
              "differences.",
      .is_searchable = true,
  },
  {
      .key = "method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, detrend_method),
      .default_value = FS_DETREND_LINE,
      .choices = detrend_choices,
      .kinds = STEP_BIT (FS_STEP_DETREND),
      .label = "Take away",
      .help = "What is fitted to the training rows and taken away from all.",
      .is_searchable = true,
  },
  {
      .key = "columns",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, columns),
      .default_value = FS_COLUMNS_ALL,
      .choices = columns_choices,
      .kinds = STEP_BIT (FS_STEP_SCALE) | STEP_BIT (FS_STEP_TRANSFORM)
               | STEP_BIT (FS_STEP_DIFFERENCE) | STEP_BIT (FS_STEP_DETREND),
      .label = "Columns",
      .help = "Which columns the step works on.",
      .is_searchable = true,
  },
  {
      .key = "columns",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, columns),
      .default_value = FS_COLUMNS_INPUTS,
      .choices = columns_choices,
      .kinds = STEP_BIT (FS_STEP_CLIP),
      .label = "Columns",
      .help = "Which columns are cut; cutting the target changes what is learned, so it is left "
              "alone at first.",
      .is_searchable = true,
  },
  {
      .key = "fit_on_all_rows",
      .type = FS_TYPE_BOOLEAN,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, fits_all_rows),
      .default_value = false,
      .kinds = STEP_BIT (FS_STEP_IMPUTE) | STEP_BIT (FS_STEP_SCALE) | STEP_BIT (FS_STEP_CLIP)
               | STEP_BIT (FS_STEP_TRANSFORM) | STEP_BIT (FS_STEP_DETREND),
      .label = "Learn from all rows",
      .help = "Wrong on purpose: the step also sees the rows the network is tested on, and scores "
              "look better than they are.",
  },
};

static const FsKind step_kinds[FS_N_STEP_KINDS] = {
  [FS_STEP_IMPUTE] = { "impute", "Fill gaps", "Puts a value where the file has none." },
  [FS_STEP_SCALE] = { "scale", "Scale", "Brings every column to a similar size." },
  [FS_STEP_CLIP] = { "clip", "Cut outliers", "Cuts values that lie too far from the others." },
  [FS_STEP_TRANSFORM] = { "transform", "Transform",
                          "Bends the values so that large ones do not outweigh all others." },
  [FS_STEP_DIFFERENCE] = { "difference", "Difference",
                           "Looks at changes instead of values; the first rows are lost." },
  [FS_STEP_DETREND] = { "detrend", "Remove trend", "Takes a level or a straight line away." },
};

const FsSchema *
fs_schema_step (void)
{
  static const FsSchema schema = { step_settings, sizeof step_settings / sizeof *step_settings };
  return &schema;
}

const FsKind *
fs_step_kind (FsStepKind kind)
{
  return &step_kinds[kind];
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the choices of the steps' settings are called. Read by the schema table alone. */

#include "engine/experiment/schema-choices.h"

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

static const FsChoice feature_choices[] = {
  [FS_FEATURE_LAG] = { "lag", "Earlier value", "The value some rows before." },
  [FS_FEATURE_MEAN] = { "mean", "Rolling mean", "The mean of the last rows." },
  [FS_FEATURE_SD] = { "sd", "Rolling deviation", "The standard deviation of the last rows." },
  [FS_FEATURE_MIN] = { "min", "Rolling minimum", "The smallest of the last rows." },
  [FS_FEATURE_MAX] = { "max", "Rolling maximum", "The largest of the last rows." },
  [FS_FEATURE_EWMA] = { "ewma", "Fading mean", "A mean in which older rows count less and less." },
  [FS_FEATURE_RETURN] = { "return", "Return", "The change as a share of the earlier value." },
  [FS_FEATURE_LOG_RETURN] = { "log-return", "Logarithmic return",
                              "The change of the logarithm; needs values above 0." },
  [FS_FEATURE_CALENDAR] = { "calendar", "Calendar",
                            "Hour, weekday or month as a point on a circle." },
  [FS_FEATURE_FOURIER] = { "fourier", "Waves", "Sines and cosines of a known period." },
  [FS_FEATURE_RSI] = { "rsi", "Relative strength", "Wilder's index of gains against losses." },
  [FS_FEATURE_MACD] = { "macd", "MACD",
                        "Fast less slow fading mean, 12 and 26 rows, and its signal." },
  [FS_FEATURE_BOLLINGER] = { "bollinger", "Bollinger bands",
                             "Rolling mean with two deviations around." },
  [FS_FEATURE_ATR] = { "atr", "True range",
                       "Wilder's mean of how far a day went; needs high and low." },
  [FS_FEATURE_VOLATILITY] = { "volatility", "Realised volatility",
                              "How far the last logarithmic returns went altogether; needs values "
                              "above 0." },
  { NULL },
};
CHOICES_AGREE (feature_choices, FS_FEATURE_VOLATILITY);

static const FsChoice cycle_choices[] = {
  [FS_CYCLE_MINUTE] = { "minute", "Minute", "Minute of the hour." },
  [FS_CYCLE_HOUR] = { "hour", "Hour", "Hour of the day." },
  [FS_CYCLE_WEEKDAY] = { "weekday", "Weekday", "Day of the week, from Monday." },
  [FS_CYCLE_MONTH_DAY] = { "month-day", "Day of the month", "Day of the month." },
  [FS_CYCLE_MONTH] = { "month", "Month", "Month of the year." },
  [FS_CYCLE_YEAR_DAY] = { "year-day", "Day of the year", "Day of the year." },
  { NULL },
};
CHOICES_AGREE (cycle_choices, FS_CYCLE_YEAR_DAY);

static const FsChoice columns_choices[] = {
  [FS_COLUMNS_ALL] = { "all", "All columns", "The target and every input." },
  [FS_COLUMNS_TARGET] = { "target", "Target only", "The inputs stay as they are." },
  [FS_COLUMNS_INPUTS] = { "inputs", "Inputs only", "The target stays as it is." },
  { NULL },
};
CHOICES_AGREE (columns_choices, FS_COLUMNS_INPUTS);

static const FsChoice encode_choices[] = {
  [FS_ENCODE_ONE_HOT] = { "one-hot", "One input a word",
                          "Each word of the training rows becomes an input of 0 and 1." },
  [FS_ENCODE_ORDINAL] = { "ordinal", "One number",
                          "Each word becomes its place in an order; right where there is one." },
  { NULL },
};
CHOICES_AGREE (encode_choices, FS_ENCODE_ORDINAL);

static const FsChoice encode_order_choices[] = {
  [FS_ENCODE_ALPHABETICAL] = { "alphabetical", "By letter", "In order of their characters." },
  [FS_ENCODE_FREQUENCY] = { "frequency", "By frequency",
                            "The most frequent word of the training rows first." },
  [FS_ENCODE_GIVEN] = { "given", "As listed", "In the order that is written below." },
  { NULL },
};
CHOICES_AGREE (encode_order_choices, FS_ENCODE_GIVEN);

static const FsChoice augment_choices[] = {
  [FS_AUGMENT_JITTER] = { "jitter", "Jitter", "A little noise on every value." },
  [FS_AUGMENT_SCALING] = { "scaling", "Scaling",
                           "Each column times a number near 1; of a forecast, the target too." },
  [FS_AUGMENT_MAGNITUDE_WARP] = { "magnitude-warp", "Magnitude warp",
                                  "Each column times a smooth curve near 1; of a forecast, the "
                                  "target "
                                  "too." },
  [FS_AUGMENT_TIME_WARP] = { "time-warp", "Time warp", "Time runs faster here and slower there." },
  [FS_AUGMENT_SLICE] = { "slice", "Window slice", "Nine tenths of the window, stretched to all." },
  [FS_AUGMENT_WINDOW_WARP] = { "window-warp", "Window warp",
                               "A tenth of the window takes half or twice its time." },
  [FS_AUGMENT_MIXUP] = { "mixup", "Mixup",
                         "Each window is mixed with another one, and its target with that one's." },
  [FS_AUGMENT_SYNONYM] = { "synonym", "Synonyms", "Some words become others that mean the same." },
  [FS_AUGMENT_INSERT] = { "insert", "Insert words",
                          "Some words come again, or a synonym of them." },
  [FS_AUGMENT_SWAP] = { "swap", "Swap words", "Some words change places." },
  [FS_AUGMENT_DELETE] = { "delete", "Delete words", "Some words are left out." },
  [FS_AUGMENT_BACK_TRANSLATION] = { "back-translation", "Back-translation",
                                    "The text as it came back from another language, from a "
                                    "table." },
  { NULL },
};
CHOICES_AGREE (augment_choices, FS_AUGMENT_BACK_TRANSLATION);

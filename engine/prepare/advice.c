/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From facts about a column to sentences and steps; see advice.h. */

#include "engine/prepare/advice.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include "engine/base/number.h"
#include "engine/base/text.h"
#include "engine/experiment/schema.h"
#include "engine/maths/order.h"

/* Beyond this a distribution has one long tail that a mean and an sd describe badly (an exponential
 * has 2, a uniform or normal 0). */
#define SKEWED 1.5

/* A gap of this many rows is no longer a neighbourhood that a line could bridge honestly. */
#define LONG_GAP_ROWS 10

/* Of normal values 0.7 % lie outside Tukey's fences; ten times that is another kind of distribution,
 * a handful of far ones are outliers. */
#define MOST_OUTLIERS 0.05

/* The later rows' mean has moved by more than the early rows' sd, or half of them lie where no early
 * one did. */
#define MUCH_DRIFT_SDS 1.0
#define MUCH_OUTSIDE 0.5

/* A class needs one example in each part, and some more to learn from. */
#define RARE_CATEGORY 5

/* Weights begin at a size that suits inputs around 0 and of a spread around 1. Ten times as far or as
 * wide saturates the gates from the first batch; a hundredth of the spread is hardly seen. */
#define FAR_FROM_ZERO 10.0
#define TOO_WIDE 10.0
#define TOO_NARROW 0.01

/* A step between two rows that differs by more than this share from the usual one is uneven (months
 * differ by a tenth), and so many of all steps are worth a sentence. */
#define UNEVEN_STEP 0.25
#define LEAST_UNEVEN 0.01

static const char *const words[FS_N_FINDINGS] = {
  [FS_FINDING_EMPTY] = "empty",
  [FS_FINDING_CONSTANT] = "constant",
  [FS_FINDING_MISSING] = "missing",
  [FS_FINDING_LONG_GAP] = "long-gap",
  [FS_FINDING_OUTLIERS] = "outliers",
  [FS_FINDING_SKEWED] = "skewed",
  [FS_FINDING_HEAVY_TAILS] = "heavy-tails",
  [FS_FINDING_UNSCALED] = "unscaled",
  [FS_FINDING_TREND] = "trend",
  [FS_FINDING_SEASON] = "season",
  [FS_FINDING_DRIFT] = "drift",
  [FS_FINDING_COPY] = "copy",
  [FS_FINDING_LEAK] = "leak",
  [FS_FINDING_FEW_CATEGORIES] = "few-categories",
  [FS_FINDING_RARE_CATEGORY] = "rare-category",
  [FS_FINDING_UNEVEN_TIME] = "uneven-time",
};

const char *
fs_finding_word (FsFindingKind kind)
{
  return words[kind];
}

typedef struct
{
  FsAdvice *advice;
  size_t n;
} List;

static FsAdvice *advise (List *list, FsFindingKind kind, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));

static FsAdvice *
advise (List *list, FsFindingKind kind, const char *format, ...)
{
  FsAdvice *advice = &list->advice[list->n++];
  va_list arguments;
  *advice = (FsAdvice){ .kind = kind };
  va_start (arguments, format);
  vsnprintf (advice->sentence, sizeof advice->sentence, fs_text (format), arguments);
  va_end (arguments);
  fs_text_drop_halves (advice->sentence);
  return advice;
}

static FsStepSpec *
suggest (FsAdvice *advice, FsStepKind kind)
{
  advice->has_step = true;
  advice->step = fs_step_spec_default (kind);
  return &advice->step;
}

static void
advise_on_gaps (List *list, const FsColumn *column, size_t n_rows, const FsProfile *p)
{
  if (column->n_missing == 0)
    return;
  suggest (advise (list, FS_FINDING_MISSING,
                   fs_text_count (
                       "%zu of %zu values is missing, at most %zu in a row; the step “impute” "
                       "fills it.",
                       "%zu of %zu values are missing, at most %zu in a row; the step "
                       "“impute” fills them.",
                       column->n_missing),
                   column->n_missing, n_rows, p->longest_gap),
           FS_STEP_IMPUTE);
  if (p->longest_gap >= LONG_GAP_ROWS)
    suggest (advise (list, FS_FINDING_LONG_GAP,
                     "One gap is %zu rows long: whatever fills it is invented; consider starting "
                     "after it.",
                     p->longest_gap),
             FS_STEP_IMPUTE)
        ->impute_method = FS_IMPUTE_DROP;
}

static void
advise_on_values (List *list, const FsProfile *p)
{
  char number[FS_NUMBER_SIZE], low[FS_NUMBER_SIZE], high[FS_NUMBER_SIZE];
  if (p->n_outliers_mad > 0 && (double) p->n_outliers_mad <= MOST_OUTLIERS * (double) p->n)
    {
      fs_number_write_short (p->min, 6, low);
      fs_number_write_short (p->max, 6, high);
      FsAdvice *outliers = advise (
          list, FS_FINDING_OUTLIERS,
          "%zu values lie far from the rest (the values reach from %s to %s); look at them, and "
          "if they are faults, cut them.",
          p->n_outliers_mad, low, high);
      /* By the rule that found them; who cuts a target changes what is learned, and sees it here. */
      FsStepSpec *step = suggest (outliers, FS_STEP_CLIP);
      step->clip_method = FS_CLIP_MAD;
      step->columns = FS_COLUMNS_ALL;
    }
  else if (p->n_outliers_mad > 0 && fabs (p->skewness) <= SKEWED)
    suggest (advise (list, FS_FINDING_HEAVY_TAILS,
                     "%zu values lie far from the middle, on both sides: mean and deviation follow "
                     "such tails; median and quartiles do not.",
                     p->n_outliers_mad),
             FS_STEP_SCALE)
        ->scale_method = FS_SCALE_ROBUST;
  if (fabs (p->skewness) > SKEWED)
    {
      fs_number_write_short (p->skewness, 3, number);
      FsAdvice *skewed = advise (
          list, FS_FINDING_SKEWED,
          p->skewness > 0 && p->is_never_negative
              ? "A few values are much larger than most (skewness %s); the logarithm makes them "
                "comparable."
              : FS_WORDS ("The values have one long tail (skewness %s); a power transform makes "
                          "them comparable."),
          number);
      suggest (skewed, FS_STEP_TRANSFORM)->transform_method =
          p->skewness > 0 && p->is_never_negative
              ? p->min > 0 ? FS_TRANSFORM_LOG : FS_TRANSFORM_LOG1P
              : FS_TRANSFORM_YEO_JOHNSON;
    }
}

static void
advise_on_scale (List *list, const FsProfile *p)
{
  char low[FS_NUMBER_SIZE], high[FS_NUMBER_SIZE];
  if (!(p->sd > 0) || (fabs (p->mean) <= FAR_FROM_ZERO && p->sd <= TOO_WIDE && p->sd >= TOO_NARROW))
    return;
  fs_number_write_short (p->min, 4, low);
  fs_number_write_short (p->max, 4, high);
  suggest (
      advise (list, FS_FINDING_UNSCALED,
              "The values reach from %s to %s; a network learns best from values around 0 with "
              "a spread of 1.",
              low, high),
      FS_STEP_SCALE);
}

static void
advise_on_time (List *list, const FsProfile *p)
{
  char number[FS_NUMBER_SIZE];
  const bool may_wander = p->dickey_fuller.statistic >= p->dickey_fuller.critical;
  if (may_wander && p->kpss.statistic > p->kpss.critical)
    suggest (
        advise (list, FS_FINDING_TREND,
                "The level wanders or grows (neither test finds a steady level); forecasting the "
                "differences is easier than forecasting the values."),
        FS_STEP_DIFFERENCE);
  if (p->season > 0)
    advise (list, FS_FINDING_SEASON,
            "It repeats every %zu rows; a window of at least %zu rows lets the network see that.",
            p->season, p->season)
        ->window = p->season;
  if (fabs (p->drift) > MUCH_DRIFT_SDS || p->share_outside > MUCH_OUTSIDE)
    {
      fs_number_write_short (100 * p->share_outside, 2, number);
      FsAdvice *drift = advise (
          list, FS_FINDING_DRIFT,
          "The last rows differ from the first 70 %%: %s %% of them lie where no earlier value "
          "did; what is learned on the first may not hold for the last.",
          number);
      suggest (drift, FS_STEP_DIFFERENCE);
    }
}

static void
advise_on_categories (List *list, const FsColumn *column, size_t n_rows)
{
  size_t least = n_rows, rarest = 0;
  if (column->n_categories < 2)
    {
      advise (list, FS_FINDING_FEW_CATEGORIES,
              "Every row has the same word: nothing can be learned from this column or about it.")
          ->leave_out = true;
      return;
    }
  size_t *counts = calloc (column->n_categories, sizeof *counts);
  for (size_t t = 0; counts && t < n_rows; t++)
    if (column->codes[t] >= 0)
      counts[column->codes[t]]++;
  for (size_t i = 0; counts && i < column->n_categories; i++)
    if (counts[i] < least)
      {
        least = counts[i];
        rarest = i;
      }
  free (counts);
  if (counts && least < RARE_CATEGORY)
    advise (list, FS_FINDING_RARE_CATEGORY,
            fs_text_count ("“%.60s” stands in only %zu row: too few to train on and to test with.",
                           "“%.60s” stands in only %zu rows: too few to train on and to test with.",
                           least),
            column->categories[rarest], least);
}

/* Rows that come at uneven times: the date itself can tell the network so. */
static void
advise_on_steps (List *list, const FsColumn *column, size_t n_rows)
{
  size_t n = 0, n_uneven = 0;
  double *steps = malloc ((n_rows + 1) * sizeof *steps);
  if (!steps)
    return;
  for (size_t t = 1; t < n_rows; t++)
    if (!isnan (column->numbers[t]) && !isnan (column->numbers[t - 1]))
      steps[n++] = fabs (column->numbers[t] - column->numbers[t - 1]);
  fs_sort (steps, n);
  const double usual = n > 0 ? steps[n / 2] : 0;
  for (size_t i = 0; i < n; i++)
    n_uneven += fabs (steps[i] - usual) > UNEVEN_STEP * usual;
  free (steps);
  if (n < 3 || (double) n_uneven <= LEAST_UNEVEN * (double) n)
    return;
  FsStepSpec *step = suggest (
      advise (list, FS_FINDING_UNEVEN_TIME,
              "%zu of %zu steps from row to row are shorter or longer than the usual one; a "
              "window takes rows as evenly spaced, but the date can be an input.",
              n_uneven, n),
      FS_STEP_FEATURE);
  step->feature_method = FS_FEATURE_CALENDAR;
  step->feature_cycle = usual < 3600     ? FS_CYCLE_MINUTE
                        : usual < 86400  ? FS_CYCLE_HOUR
                        : usual < 604800 ? FS_CYCLE_WEEKDAY
                                         : FS_CYCLE_YEAR_DAY;
}

bool
fs_advice_is_followed (const FsAdvice *advice, const FsExperiment *experiment)
{
  for (size_t i = 0; advice->has_step && i < experiment->n_steps; i++)
    {
      const FsStepSpec *step = &experiment->steps[i];
      if (step->is_enabled && step->kind == advice->step.kind
          && (step->kind != FS_STEP_FEATURE || step->feature_method == advice->step.feature_method))
        return true;
    }
  return advice->window > 0 && experiment->window.length >= (int64_t) advice->window;
}

size_t
fs_advice_on_column (FsAdvice advice[FS_MAX_ADVICE],
                     const FsColumn *column,
                     size_t n_rows,
                     const FsProfile *profile)
{
  List list = { advice, 0 };
  if (column->n_missing == n_rows)
    advise (&list, FS_FINDING_EMPTY,
            "It has no value: it can be neither forecast nor used as an input.")
        ->leave_out = true;
  else if (column->type == FS_COLUMN_CATEGORY)
    advise_on_categories (&list, column, n_rows);
  else if (profile && profile->is_constant && column->type == FS_COLUMN_NUMBER)
    {
      advise_on_gaps (&list, column, n_rows, profile);
      advise (&list, FS_FINDING_CONSTANT, "It never changes, so nothing can be learned from it.")
          ->leave_out = true;
    }
  else if (profile && column->type == FS_COLUMN_NUMBER)
    {
      advise_on_gaps (&list, column, n_rows, profile);
      advise_on_values (&list, profile);
      if (!column->is_time_part && !fs_column_is_counter (column, n_rows))
        advise_on_scale (&list, profile);
      advise_on_time (&list, profile);
    }
  else if (profile && column->type == FS_COLUMN_DATE)
    advise_on_steps (&list, column, n_rows);
  return list.n;
}

bool
fs_advice_on_pair (FsAdvice *advice, const FsColumn *target, const FsColumn *column, size_t n_rows)
{
  List list = { advice, 0 };
  size_t lead;
  if (!fs_profile_gives_away (target, column, n_rows, &lead))
    return false;
  if (lead == 0)
    advise (&list, FS_FINDING_COPY,
            "It is a copy of \u201c%.80s\u201d up to scale: as an input it tells nothing new.",
            target->name);
  else
    advise (&list, FS_FINDING_LEAK,
            "It knows \u201c%.80s\u201d %zu rows ahead: as an input it gives the answer away.",
            target->name, lead);
  advice->leave_out = true;
  return true;
}

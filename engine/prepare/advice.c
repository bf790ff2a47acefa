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

static const char *const words[FS_N_FINDINGS] = {
  [FS_FINDING_EMPTY] = "empty",
  [FS_FINDING_CONSTANT] = "constant",
  [FS_FINDING_MISSING] = "missing",
  [FS_FINDING_LONG_GAP] = "long-gap",
  [FS_FINDING_OUTLIERS] = "outliers",
  [FS_FINDING_SKEWED] = "skewed",
  [FS_FINDING_TREND] = "trend",
  [FS_FINDING_SEASON] = "season",
  [FS_FINDING_DRIFT] = "drift",
  [FS_FINDING_COPY] = "copy",
  [FS_FINDING_LEAK] = "leak",
  [FS_FINDING_FEW_CATEGORIES] = "few-categories",
  [FS_FINDING_RARE_CATEGORY] = "rare-category",
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
    advise (list, FS_FINDING_LONG_GAP,
            "One gap is %zu rows long: whatever fills it is invented; consider starting after it.",
            p->longest_gap);
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
            p->season, p->season);
  if (fabs (p->drift) > MUCH_DRIFT_SDS || p->share_outside > MUCH_OUTSIDE)
    {
      fs_number_write_short (100 * p->share_outside, 2, number);
      advise (list, FS_FINDING_DRIFT,
              "The last rows differ from the first 70 %%: %s %% of them lie where no earlier value "
              "did; what is learned on the first may not hold for the last.",
              number);
    }
}

static void
advise_on_categories (List *list, const FsColumn *column, size_t n_rows)
{
  size_t least = n_rows, rarest = 0;
  if (column->n_categories < 2)
    {
      advise (list, FS_FINDING_FEW_CATEGORIES,
              "Every row has the same word: nothing can be learned from this column or about it.");
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

size_t
fs_advice_on_column (FsAdvice advice[FS_MAX_ADVICE],
                     const FsColumn *column,
                     size_t n_rows,
                     const FsProfile *profile)
{
  List list = { advice, 0 };
  if (column->n_missing == n_rows)
    advise (&list, FS_FINDING_EMPTY,
            "It has no value: it can be neither forecast nor used as an input.");
  else if (column->type == FS_COLUMN_CATEGORY)
    advise_on_categories (&list, column, n_rows);
  else if (profile && profile->is_constant && column->type == FS_COLUMN_NUMBER)
    {
      advise_on_gaps (&list, column, n_rows, profile);
      advise (&list, FS_FINDING_CONSTANT, "It never changes, so nothing can be learned from it.");
    }
  else if (profile && column->type == FS_COLUMN_NUMBER)
    {
      advise_on_gaps (&list, column, n_rows, profile);
      advise_on_values (&list, profile);
      advise_on_time (&list, profile);
    }
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
  return true;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Findings about the examples themselves: values that stand alone, padding, classes. Exact, and known before
 * the first epoch. */

#include "engine/diagnose/evidence.h"

#include <math.h>

/* Lone values must also lie outside, in robust sds about the median. */
#define OUTSIDE 10.0

/* SageMaker Debugger's limits. */
#define MUCH_PADDING 0.5
#define UNEQUAL 10.0

/* Of padding that is read last, after what it should be remembered of: at a quarter of all steps the short ones
 * of the sequences are half of it. A mask costs nothing, so no symptom is waited for. */
#define MUCH_PADDING_AT_END 0.25
#define PADDING_AT_END_CLAIM 0.96

/* By these a score on the training examples alone still says something of the rarest class. */
#define FEW_EXAMPLES 20

double
fs_judge_lone_values (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || !(data->lone_share > 0) || !(data->heaviest.value > OUTSIDE))
    return 0;
  return fs_confidence_at (data->lone_reach / FS_LONE_REACH);
}

void
fs_say_lone_values (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char reach[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, "Single values far from their neighbours");
  FS_SAY (finding->detail, "the farthest leaves the rows before and after it by %s usual steps",
          fs_words_number (data->lone_reach, reach));
  FS_SAY (finding->cause, "A few rows make most of a squared error; the weights follow them, and "
                          "every window that holds one misleads.");
  fs_sign_add (finding, "farthest from both neighbours", data->lone_reach, 0, FS_LONE_REACH,
               FS_WORDS (" robust sd"));
  fs_sign_add_percent (finding, "rows like it", data->lone_share, 0, 0);
  if (evidence->forecast && evidence->forecast->n > 0)
    fs_sign_add_percent (finding, "error in the worst hundredth of windows",
                         evidence->forecast->worst_share, 0, 0.3);
  fs_advise_edit (finding,
                  fs_edit_insert_step (0, FS_STEP_CLIP, "method=mad action=missing columns=all"),
                  "Add the step Cut outliers (median deviation, to missing) before gaps are "
                  "filled.");
}

static bool
is_read_last (const FsEvidence *evidence)
{
  return evidence->experiment && evidence->experiment->window.padding == FS_AT_END;
}

double
fs_judge_padding (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || data->is_masked)
    return 0;
  if (is_read_last (evidence))
    return data->padded_share > MUCH_PADDING_AT_END ? PADDING_AT_END_CLAIM : 0;
  return data->padded_share > MUCH_PADDING ? fs_confidence_at (data->padded_share / MUCH_PADDING)
                                           : 0;
}

void
fs_say_padding (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  char share[FS_NUMBER_SIZE];
  FS_SAY (finding->headline, data->padded_share > MUCH_PADDING
                                 ? "Most of what the network reads is padding"
                                 : FS_WORDS ("What the network reads last is padding"));
  FS_SAY (finding->detail, "%s of the steps of all training windows are filled up, and not masked",
          fs_words_percent (data->padded_share, share));
  FS_SAY (finding->cause, "Zeros that stand for nothing are read like values; what was learned "
                          "before them fades on the way.");
  fs_sign_add_percent (finding, "steps that are padding", data->padded_share, 0,
                       is_read_last (evidence) ? MUCH_PADDING_AT_END : MUCH_PADDING);
  fs_advise_word (finding, evidence, "window.mask", "true");
}

double
fs_judge_imbalance (const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  if (!data || data->n_classes < 2 || data->has_class_weights || data->n_commonest == 0)
    return 0;
  double ratio = (double) data->n_commonest / fmax (1, (double) data->n_rarest) / UNEQUAL;
  return ratio > 1 ? fs_confidence_at (ratio) : 0;
}

void
fs_say_imbalance (FsFinding *finding, const FsEvidence *evidence)
{
  const FsDataFacts *data = evidence->data;
  FS_SAY (finding->headline, "%.40s is rare", data->rarest[0] ? data->rarest : fs_text ("A class"));
  FS_SAY (finding->detail, "%zu training examples, against %zu of %s", data->n_rarest,
          data->n_commonest,
          data->commonest[0] ? data->commonest : fs_text ("the most frequent class"));
  FS_SAY (finding->cause, "Never naming the rare class costs the loss hardly anything, so that is "
                          "what is learned first.");
  fs_sign_add (finding, "most frequent against rarest class",
               (double) data->n_commonest / fmax (1, (double) data->n_rarest), 1, UNEQUAL,
               FS_WORDS (" times"));
  fs_sign_add (finding, "examples of the rarest", (double) data->n_rarest, FEW_EXAMPLES, NAN, "");
  fs_advise_word (finding, evidence, "train.class_weights", "balanced");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Proofs of findings; see prove.h. The runs are paired-runs.c's; here is what they are, and what comes
 * of them. */

#include "engine/lab/prove.h"

#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/base/text.h"
#include "engine/experiment/schema.h"

/* The least that counts as better: as the verdict demands of a network against a baseline. */
#define LEAST_GAIN 0.03
#define N_ERRORS 2.0

/* Seeds of the placebo are far from those of the other arms. */
#define PLACEBO_SHIFT 7919

/* Bounds of the factor by which a random change of "equal size" changes a number. */
#define LEAST_FACTOR 1.5
#define MOST_FACTOR 10.0

struct FsProver
{
  FsExperiment experiment;
  FsFinding finding;
  FsPairedRuns *runs;
  FsProverNotify notify;
  void *data;
  FsProof proof;
  gboolean is_done;
};

static const char *const words[] = {
  [FS_PROOF_CONFIRMED] = "confirmed", [FS_PROOF_CAUSE_UNPROVEN] = "cause-unproven",
  [FS_PROOF_NOT_CURED] = "not-cured", [FS_PROOF_REFUTED] = "refuted",
  [FS_PROOF_FAILED] = "failed",       [FS_PROOF_CANCELLED] = "cancelled",
};

static const char *const sentences[] = {
  [FS_PROOF_CONFIRMED] = FS_WORDS ("Confirmed"),
  [FS_PROOF_CAUSE_UNPROVEN] = FS_WORDS ("Works, cause unproven"),
  [FS_PROOF_NOT_CURED] = FS_WORDS ("Cause right, not cured"),
  [FS_PROOF_REFUTED] = FS_WORDS ("Refuted"),
  [FS_PROOF_FAILED] = FS_WORDS ("Could not be run"),
  [FS_PROOF_CANCELLED] = FS_WORDS ("Cancelled"),
};

const char *
fs_proof_word (FsProofOutcome outcome)
{
  return words[outcome];
}

const char *
fs_proof_words (FsProofOutcome outcome)
{
  return fs_text (sentences[outcome]);
}

/* ---- the random change ---- */

/* By which factor the change moves its number; 2 where it is no number. */
static double
size_of_change (const FsExperiment *experiment, const FsEdit *edit)
{
  FsExperiment before = *experiment, after = *experiment;
  FsPlace left, right;
  if (edit->kind != FS_EDIT_SET || fs_edit_apply (edit, &after, NULL) != FS_OK
      || fs_experiment_find (&before, edit->key, &left, NULL) != FS_OK
      || fs_experiment_find (&after, edit->key, &right, NULL) != FS_OK
      || (left.setting->type != FS_TYPE_NUMBER && left.setting->type != FS_TYPE_INTEGER))
    return 2;
  double x = fs_place_get_number (&left), y = fs_place_get_number (&right);
  if (!(x > 0) || !(y > 0) || x == y)
    return 2;
  return CLAMP (x > y ? x / y : y / x, LEAST_FACTOR, MOST_FACTOR);
}

/* Settings that every experiment has and that people turn. */
static void
list_settings (const FsExperiment *experiment, char keys[8][64], guint *n)
{
  static const char *const always[] = { "train.learning_rate", "train.batch", "window.length",
                                        "train.epochs" };
  *n = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (always); i++)
    g_strlcpy (keys[(*n)++], always[i], sizeof *keys);
  for (gsize i = 0; i < experiment->n_layers && *n < 8; i++)
    if (experiment->layers[i].kind == FS_LAYER_LSTM || experiment->layers[i].kind == FS_LAYER_GRU
        || experiment->layers[i].kind == FS_LAYER_RNN)
      g_snprintf (keys[(*n)++], sizeof *keys, "model.layers.%" G_GSIZE_FORMAT ".units", i);
}

/* The same experiment and change always get the same random one. */
static FsEdit
draw_edit (const FsExperiment *experiment, const FsEdit *edit)
{
  double factor = size_of_change (experiment, edit);
  FsRandom random = fs_random (fs_experiment_hash (experiment), FS_STREAM_PROBE,
                               g_str_hash (edit->key), (uint64_t) edit->kind);
  char keys[8][64];
  guint n;
  list_settings (experiment, keys, &n);
  for (int attempt = 0; attempt < 64; attempt++)
    {
      FsExperiment copy = *experiment;
      FsPlace place;
      const char *key = keys[fs_random_below (&random, n)];
      double f = fs_random_below (&random, 2) ? factor : 1 / factor;
      if (g_str_equal (key, edit->key) || fs_experiment_find (&copy, key, &place, NULL) != FS_OK)
        continue;
      double old = fs_place_get_number (&place), value = old * f;
      if (place.setting->type == FS_TYPE_INTEGER)
        value = fmax (1, round (value));
      /* With a stride, windows of any other length would aim at other rows. */
      if (g_str_equal (key, "window.length") && experiment->window.stride > 1)
        {
          double stride = (double) experiment->window.stride;
          value = old + stride * round ((value - old) / stride);
        }
      FsEdit drawn = fs_edit_set_number (key, value);
      if (value != old && value > 0 && fs_edit_apply (&drawn, &copy, NULL) == FS_OK)
        return drawn;
    }
  return fs_edit_set_number ("train.learning_rate", experiment->train.learning_rate / factor);
}

/* ---- judging ---- */

static double
gain_of (double original, double other)
{
  if (isnan (original))
    return isnan (other) ? 0 : 1;
  return isnan (other) ? -1 : 1 - other / original;
}

void
fs_proof_judge (FsProof *proof)
{
  double squares = 0, best = -INFINITY;
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    {
      proof->gain[arm] = 0;
      for (guint k = 0; k < proof->n_seeds; k++)
        proof->gain[arm] +=
            gain_of (proof->errors[FS_ARM_ORIGINAL][k], proof->errors[arm][k]) / proof->n_seeds;
    }
  for (guint k = 0; k < proof->n_seeds; k++)
    {
      double gain = gain_of (proof->errors[FS_ARM_ORIGINAL][k], proof->errors[FS_ARM_CHANGE][k]);
      squares += (gain - proof->gain[FS_ARM_CHANGE]) * (gain - proof->gain[FS_ARM_CHANGE]);
      best = fmax (best, gain);
    }
  proof->gain_error =
      proof->n_seeds > 1 ? sqrt (squares / (proof->n_seeds - 1) / proof->n_seeds) : 0;
  double gain = proof->gain[FS_ARM_CHANGE];
  gboolean works =
      gain >= fmax (LEAST_GAIN, N_ERRORS * proof->gain_error) && gain > proof->gain[FS_ARM_PLACEBO];
  gboolean moves = 2 * proof->n_held > proof->n_seeds && 2 * proof->n_moved > proof->n_held;
  /* What does harm is no cure, even if the sign is gone; nor what puts another fault in its place. */
  gboolean harms = gain <= -fmax (LEAST_GAIN, N_ERRORS * proof->gain_error) || best <= -LEAST_GAIN;
  gboolean exchanges = 2 * proof->n_exchanged > proof->n_moved;
  proof->outcome = works ? (moves ? FS_PROOF_CONFIRMED : FS_PROOF_CAUSE_UNPROVEN)
                   : moves && !harms && !exchanges ? FS_PROOF_NOT_CURED
                                                   : FS_PROOF_REFUTED;
}

/* ---- measuring ---- */

static const FsPairedResult *
result_of (FsProver *prover, int arm, guint seed)
{
  return fs_paired_runs_result (prover->runs, (guint) arm, seed);
}

/* Rows that some arm does not aim at (a longer window may lose the first) are left out for all. A run
 * that left the numbers aims at its rows all the same. */
static gboolean
is_common (FsProver *prover, size_t row)
{
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    for (guint k = 0; k < prover->proof.n_seeds; k++)
      {
        const FsPairedResult *result = result_of (prover, arm, k);
        if (row >= result->n_rows || isnan (result->naive[row]))
          return FALSE;
      }
  return TRUE;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static double
median_of (double *values, guint n)
{
  if (n == 0)
    return NAN;
  qsort (values, n, sizeof *values, compare_doubles);
  return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/* Where the finding says that some values are slips, forecasting these is no merit: rows whose step from the
 * last value (of sequences, from the mean) is this many times the usual one are left out for all arms. */
#define SLIP 20.0

double
fs_proof_slip (double *squares, guint n)
{
  guint n_moves = 0;
  for (guint i = 0; i < n; i++)
    if (squares[i] > 0)
      squares[n_moves++] = squares[i];
  return n_moves > 0 ? SLIP * SLIP * median_of (squares, n_moves) : INFINITY;
}

static double
largest_step (FsProver *prover, const FsPairedResult *first)
{
  const FsFindingId id = prover->finding.id;
  if (id != FS_FOUND_MISSING_CODE && id != FS_FOUND_LONE_VALUES)
    return INFINITY;
  g_autofree double *squares = g_new (double, first->n_rows + 1);
  guint n = 0;
  for (size_t row = 0; row < first->n_rows; row++)
    if (is_common (prover, row))
      squares[n++] = first->naive[row];
  return fs_proof_slip (squares, n);
}

static void
measure_errors (FsProver *prover)
{
  FsProof *proof = &prover->proof;
  const FsPairedResult *first = result_of (prover, FS_ARM_ORIGINAL, 0);
  const double most = largest_step (prover, first);
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    for (guint k = 0; k < proof->n_seeds; k++)
      proof->errors[arm][k] = 0;
  for (size_t row = 0; row < first->n_rows; row++)
    {
      if (!is_common (prover, row) || first->naive[row] > most)
        continue;
      proof->n_rows++;
      for (int arm = 0; arm < FS_N_ARMS; arm++)
        for (guint k = 0; k < proof->n_seeds; k++)
          {
            const FsPairedResult *result = result_of (prover, arm, k);
            proof->errors[arm][k] +=
                proof->is_absolute ? result->absolute[row] : result->squared[row];
          }
    }
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    for (guint k = 0; k < proof->n_seeds; k++)
      {
        double mean = proof->errors[arm][k] / (double) MAX (proof->n_rows, 1);
        mean = proof->is_absolute ? mean : sqrt (mean);
        proof->errors[arm][k] = isfinite (mean) ? mean : NAN;
      }
}

/* How far a sign lies beyond its healthy range, as a ratio; at most 1 = within. */
static double
excess_of (const FsSign *sign)
{
  if (sign->value > sign->high)
    return sign->high > 0 ? sign->value / sign->high : 2;
  if (sign->value < sign->low)
    return sign->value > 0 ? sign->low / sign->value : 2;
  return 1;
}

/* Ways not to learn what there is to learn, which hide what only a network that learns can have. */
#define EXCHANGES                                                                         \
  (((guint64) 1 << FS_FOUND_DIVERGED) | ((guint64) 1 << FS_FOUND_LOW_RATE)                \
   | ((guint64) 1 << FS_FOUND_FEW_STEPS) | ((guint64) 1 << FS_FOUND_NOT_LEARNING)         \
   | ((guint64) 1 << FS_FOUND_OVER_REGULARISED) | ((guint64) 1 << FS_FOUND_STOPPED_EARLY) \
   | ((guint64) 1 << FS_FOUND_UNDERFITTING))

static guint64
warnings_of (const FsCase *subject)
{
  const FsVerdict verdict = fs_verdict_judge (subject);
  guint64 warnings = 0;
  for (size_t i = 0; i < verdict.n_warnings; i++)
    warnings |= (guint64) 1 << verdict.findings[i].id;
  return warnings;
}

static void
measure_mechanism (FsProver *prover)
{
  FsProof *proof = &prover->proof;
  double before[FS_PROOF_MAX_SEEDS], after[FS_PROOF_MAX_SEEDS];
  guint n_before = 0, n_after = 0;
  for (guint k = 0; k < proof->n_seeds; k++)
    {
      FsFinding original = { 0 }, changed = { 0 };
      FsCase subject = fs_paired_result_case (result_of (prover, FS_ARM_ORIGINAL, k));
      if (!(fs_finding_look (prover->finding.id, &subject, &original) > 0))
        continue;
      proof->n_held++;
      if (original.n_signs > 0)
        before[n_before++] = original.signs[0].value;
      const guint64 had = warnings_of (&subject);
      subject = fs_paired_result_case (result_of (prover, FS_ARM_CHANGE, k));
      gboolean moved = !(fs_finding_look (prover->finding.id, &subject, &changed) > 0);
      if (!moved && original.n_signs > 0 && changed.n_signs > 0)
        {
          after[n_after++] = changed.signs[0].value;
          moved = excess_of (&changed.signs[0]) - 1 <= (excess_of (&original.signs[0]) - 1) / 2;
        }
      proof->n_moved += moved;
      proof->n_exchanged += moved && (warnings_of (&subject) & ~had & EXCHANGES) != 0;
    }
  proof->sign_before = median_of (before, n_before);
  proof->sign_after = median_of (after, n_after);
  if (prover->finding.n_signs > 0)
    g_strlcpy (proof->sign_label, prover->finding.signs[0].label, sizeof proof->sign_label);
}

static gboolean
has_failed (FsProver *prover)
{
  for (int arm = 0; arm < FS_N_ARMS; arm++)
    for (guint k = 0; k < prover->proof.n_seeds; k++)
      {
        const FsPairedResult *result = result_of (prover, arm, k);
        if (!result || !result->error[0])
          continue;
        prover->proof.outcome = FS_PROOF_FAILED;
        g_strlcpy (prover->proof.sentence, result->error, sizeof prover->proof.sentence);
        return TRUE;
      }
  return FALSE;
}

typedef char Percent[16];

/* "−3 %"; of a change that is said to fall or rise, without its sign. */
static const char *
write_percent (double share, Percent text)
{
  g_snprintf (text, sizeof (Percent), "%s%ld %%", share < -0.005 ? "−" : "",
              lround (100 * fabs (share)));
  return text;
}

static void
say_outcome (const FsProof *proof, char *text, gsize size)
{
  double gain = proof->gain[FS_ARM_CHANGE], reach = N_ERRORS * proof->gain_error;
  Percent share, low, high;

  write_percent (fabs (gain), share);
  write_percent (gain - reach, low);
  write_percent (gain + reach, high);
  g_snprintf (text, size,
              proof->is_held_back && gain < 0 ? fs_text (
                  "On %zu held-back rows that no arm was tuned on, the error rises by %s: a gain "
                  "of %s to %s over %u seeds.")
              : proof->is_held_back ? fs_text (
                    "On %zu held-back rows that no arm was tuned on, the error falls by %s: a gain "
                    "of %s to %s over %u seeds.")
              : gain < 0
                  ? fs_text ("On %zu test rows that no arm was tuned on, the error rises by %s: a "
                             "gain of %s to %s over %u seeds.")
                  : fs_text ("On %zu test rows that no arm was tuned on, the error falls by %s: a "
                             "gain of %s to %s over %u seeds."),
              proof->n_rows, share, low, high, proof->n_seeds);
}

static void
say_rivals (const FsProof *proof, const FsExperiment *experiment, char *text, gsize size)
{
  FsEditWords edit;
  Percent placebo, random;

  fs_edit_describe (&proof->random_edit, experiment, &edit);
  g_snprintf (text, size,
              fs_text ("Other seeds alone gain %s; another change (%s: %s → %s) gains %s."),
              write_percent (proof->gain[FS_ARM_PLACEBO], placebo), edit.label, edit.left,
              edit.right, write_percent (proof->gain[FS_ARM_RANDOM], random));
}

static void
say_mechanism (const FsProof *proof, char *text, gsize size)
{
  if (proof->n_held == 0)
    g_strlcpy (text, fs_text ("With these seeds the finding does not hold again."), size);
  else
    g_snprintf (text, size,
                fs_text_count ("The finding holds in %u of %u run, and is gone or halved in %u.",
                               "The finding holds in %u of %u runs, and is gone or halved in %u.",
                               proof->n_seeds),
                proof->n_held, proof->n_seeds, proof->n_moved);
}

/* Whole sentences, so that each language can build its own. */
static void
write_sentence (FsProver *prover)
{
  FsProof *proof = &prover->proof;
  char outcome[256], rivals[320], mechanism[192];

  say_outcome (proof, outcome, sizeof outcome);
  say_rivals (proof, &prover->experiment, rivals, sizeof rivals);
  say_mechanism (proof, mechanism, sizeof mechanism);
  g_snprintf (proof->sentence, sizeof proof->sentence, "%s. %s %s %s",
              fs_proof_words (proof->outcome), outcome, rivals, mechanism);
  fs_text_drop_halves (proof->sentence);
}

static void
finish (FsProver *prover)
{
  FsProof *proof = &prover->proof;
  if (prover->is_done)
    return;
  prover->is_done = TRUE;
  if (fs_paired_runs_is_cancelled (prover->runs))
    {
      proof->outcome = FS_PROOF_CANCELLED;
      g_strlcpy (proof->sentence, fs_text ("Cancelled before it was done."),
                 sizeof proof->sentence);
      return;
    }
  if (has_failed (prover))
    return;
  measure_errors (prover);
  if (proof->n_rows == 0)
    {
      proof->outcome = FS_PROOF_FAILED;
      g_strlcpy (
          proof->sentence,
          fs_text (
              "There are no rows on which all arms can be judged: leave a test part, and set the "
              "stride to 1."),
          sizeof proof->sentence);
      return;
    }
  measure_mechanism (prover);
  fs_proof_judge (proof);
  write_sentence (prover);
}

static void
runs_cb (FsPairedRuns *runs, void *data)
{
  FsProver *prover = data;
  if (fs_paired_runs_is_done (runs))
    finish (prover);
  if (prover->notify)
    prover->notify (prover, prover->data);
}

/* ---- from the outside ---- */

/* Rows for the judges: of the test part, else taken from the end of the validation part. */
static void
hold_back (FsProver *prover)
{
  FsExperiment *experiment = &prover->experiment;
  double test = 1 - experiment->split.train - experiment->split.validation;
  if (test > 0.02 || experiment->split.validation <= 0)
    return;
  experiment->split.validation /= 2;
  prover->proof.is_held_back = TRUE;
}

FsProver *
fs_prover_new (const FsExperiment *experiment,
               const char *base,
               const FsFinding *finding,
               guint n_seeds,
               guint n_jobs,
               FsProverNotify notify,
               void *data,
               GError **error)
{
  FsProblem problem = { 0 };
  g_return_val_if_fail (n_seeds >= 2 && n_seeds <= FS_PROOF_MAX_SEEDS, NULL);
  if (finding->edit.kind == FS_EDIT_NONE)
    {
      fs_problem (&problem, FS_NOT_FOUND, fs_finding_info (finding->id)->word, NULL,
                  "this finding proposes no change that could be run");
      fs_lab_error_take (error, &problem);
      return NULL;
    }
  FsProver *prover = g_new0 (FsProver, 1);
  prover->experiment = *experiment;
  prover->finding = *finding;
  prover->notify = notify;
  prover->data = data;
  prover->proof.n_seeds = n_seeds;
  prover->proof.edit = finding->edit;
  hold_back (prover);
  prover->proof.random_edit = draw_edit (&prover->experiment, &finding->edit);
  FsExperiment changed = prover->experiment, other = prover->experiment;
  if (fs_edit_apply (&finding->edit, &changed, &problem) != FS_OK
      || fs_edit_apply (&prover->proof.random_edit, &other, &problem) != FS_OK)
    {
      fs_lab_error_take (error, &problem);
      g_free (prover);
      return NULL;
    }
  /* Squared errors of a few extremes would judge a loss that was chosen to pass over them. */
  prover->proof.is_absolute =
      experiment->train.loss != FS_LOSS_MSE || changed.train.loss != FS_LOSS_MSE;
  const FsPairedArm arms[FS_N_ARMS] = {
    [FS_ARM_ORIGINAL] = { &prover->experiment, 0 },
    [FS_ARM_CHANGE] = { &changed, 0 },
    [FS_ARM_PLACEBO] = { &prover->experiment, PLACEBO_SHIFT },
    [FS_ARM_RANDOM] = { &other, 0 },
  };
  prover->runs =
      fs_paired_runs_new (arms, FS_N_ARMS, n_seeds, base, n_jobs, notify ? runs_cb : NULL, prover);
  return prover;
}

void
fs_prover_free (FsProver *prover)
{
  if (!prover)
    return;
  fs_paired_runs_free (prover->runs);
  g_free (prover);
}

FsFindingId
fs_prover_finding (FsProver *prover)
{
  return prover->finding.id;
}

void
fs_prover_cancel (FsProver *prover)
{
  fs_paired_runs_cancel (prover->runs);
}

double
fs_prover_progress (FsProver *prover)
{
  return fs_paired_runs_progress (prover->runs);
}

typedef struct
{
  FsProver *prover;
  FsProverNotify progress;
  void *data;
} Waiting;

static void
waiting_cb (FsPairedRuns *runs, void *data)
{
  Waiting *waiting = data;
  if (waiting->progress)
    waiting->progress (waiting->prover, waiting->data);
}

void
fs_prover_wait (FsProver *prover, FsProverNotify progress, void *data)
{
  Waiting waiting = { prover, progress, data };
  fs_paired_runs_wait (prover->runs, waiting_cb, &waiting);
  finish (prover);
}

const FsProof *
fs_prover_proof (FsProver *prover)
{
  return prover->is_done ? &prover->proof : NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The effect of each step; see effect.h. Arm 0 is the experiment as it is, arm k the one without the
 * k-th enabled step. */

#include "engine/lab/effect.h"

#include <math.h>
#include "engine/base/number.h"
#include "engine/base/text.h"
#include "engine/experiment/schema.h"

struct FsEffects
{
  FsPairedRuns *runs;
  guint n, n_seeds;
  gboolean is_of_classes;
  size_t steps[FS_PAIRED_MAX_ARMS];
  FsStepKind kinds[FS_PAIRED_MAX_ARMS];
  FsEffectsNotify notify;
  void *data;
  FsEffectsNotify progress; /* while waiting */
  void *progress_data;
};

/* ---- the interval ---- */

/* The 97.5 % points of Student's t with 1, 2, … degrees of freedom (any table of it). */
static const double t_points[] = {
  12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306,   2.26216, 2.22814, 2.20099,
  2.17881, 2.16037, 2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961, 2.07387,
  2.06866, 2.0639,  2.05954, 2.05553, 2.05183, 2.04841, 2.04523, 2.04227, 2.03951,
};
G_STATIC_ASSERT (G_N_ELEMENTS (t_points) == FS_PAIRED_MAX_SEEDS - 1);

void
fs_effect_interval (const double *changes, guint n, double *mean, double *low, double *high)
{
  double sum = 0, squares = 0, half;

  for (guint i = 0; i < n; i++)
    sum += changes[i];
  *mean = n > 0 ? sum / n : NAN;
  *low = *high = NAN;
  if (n < 2)
    return;
  for (guint i = 0; i < n; i++)
    squares += (changes[i] - *mean) * (changes[i] - *mean);
  half = t_points[n - 2] * sqrt (squares / (n - 1)) / sqrt (n);
  *low = *mean - half;
  *high = *mean + half;
}

/* ---- running ---- */

static void
notify_cb (FsPairedRuns *runs, void *data)
{
  FsEffects *self = data;

  self->notify (self, self->data);
}

FsEffects *
fs_effects_new (const FsExperiment *experiment,
                const char *base,
                guint n_seeds,
                guint n_jobs,
                FsEffectsNotify notify,
                void *data,
                GError **error)
{
  g_autofree FsExperiment *experiments = g_new (FsExperiment, FS_PAIRED_MAX_ARMS);
  FsPairedArm arms[FS_PAIRED_MAX_ARMS];
  FsEffects *self;

  if (!(experiment->split.validation > 0))
    {
      g_set_error (error, FS_LAB_ERROR, FS_MISMATCH,
                   fs_text ("The effect of a step is measured on the validation part; this "
                            "experiment has none."));
      return NULL;
    }
  self = g_new0 (FsEffects, 1);
  self->is_of_classes = fs_task_is_of_classes (experiment->data.task);
  self->n_seeds = n_seeds ? MIN (n_seeds, FS_PAIRED_MAX_SEEDS) : FS_EFFECT_SEEDS;
  self->notify = notify;
  self->data = data;
  experiments[0] = *experiment;
  /* The best validation error is that of the best weights. */
  experiments[0].train.stop.restores_best = true;
  arms[0] = (FsPairedArm){ &experiments[0], 0 };
  for (size_t i = 0; i < experiment->n_steps && self->n + 1 < FS_PAIRED_MAX_ARMS; i++)
    {
      if (!experiment->steps[i].is_enabled
          || !fs_step_suits_task (experiment->steps[i].kind, experiment->data.task))
        continue;
      self->steps[self->n] = i;
      self->kinds[self->n++] = experiment->steps[i].kind;
      experiments[self->n] = experiments[0];
      experiments[self->n].steps[i].is_enabled = false;
      arms[self->n] = (FsPairedArm){ &experiments[self->n], 0 };
    }
  if (self->n == 0)
    {
      g_set_error (error, FS_LAB_ERROR, FS_TOO_LITTLE,
                   fs_text ("There is no step of preparation whose effect could be measured."));
      g_free (self);
      return NULL;
    }
  self->runs = fs_paired_runs_new (arms, self->n + 1, self->n_seeds, base, n_jobs,
                                   notify ? notify_cb : NULL, self);
  return self;
}

void
fs_effects_free (FsEffects *self)
{
  if (self)
    fs_paired_runs_free (self->runs);
  g_free (self);
}

void
fs_effects_cancel (FsEffects *self)
{
  fs_paired_runs_cancel (self->runs);
}

gboolean
fs_effects_is_done (FsEffects *self)
{
  return fs_paired_runs_is_done (self->runs);
}

gboolean
fs_effects_is_cancelled (FsEffects *self)
{
  return fs_paired_runs_is_cancelled (self->runs);
}

double
fs_effects_progress (FsEffects *self)
{
  return fs_paired_runs_progress (self->runs);
}

guint
fs_effects_n_seeds (const FsEffects *self)
{
  return self->n_seeds;
}

gboolean
fs_effects_are_of_classes (const FsEffects *self)
{
  return self->is_of_classes;
}

static void
progress_cb (FsPairedRuns *runs, void *data)
{
  FsEffects *self = data;

  if (self->progress)
    self->progress (self, self->progress_data);
}

void
fs_effects_wait (FsEffects *self, FsEffectsNotify progress, void *data)
{
  self->progress = progress;
  self->progress_data = data;
  fs_paired_runs_wait (self->runs, progress_cb, self);
}

guint
fs_effects_n (const FsEffects *self)
{
  return self->n;
}

/* ---- comparing ---- */

/* Losses of classes, else root mean squared errors on the rows both have; FALSE without such rows or with a
 * wild error. */
static gboolean
compare (const FsEffects *self,
         const FsPairedResult *with,
         const FsPairedResult *without,
         double *a,
         double *b)
{
  double sums[2] = { 0, 0 };
  size_t n = 0;

  if (self->is_of_classes)
    {
      *a = with->validation;
      *b = without->validation;
      return isfinite (*a) && isfinite (*b);
    }
  for (size_t row = 0; row < with->n_rows && row < without->n_rows; row++)
    if (!isnan (with->validation_squared[row]) && !isnan (without->validation_squared[row]))
      {
        sums[0] += with->validation_squared[row];
        sums[1] += without->validation_squared[row];
        n++;
      }
  *a = sqrt (sums[0] / (double) n);
  *b = sqrt (sums[1] / (double) n);
  return n > 0 && isfinite (*a) && isfinite (*b);
}

static gboolean
has_diverged (const FsPairedResult *result)
{
  return result->history.end == FS_END_NON_FINITE;
}

static void
judge (FsEffect *effect, gboolean is_done)
{
  if (effect->state != FS_EFFECT_RUNNING || !is_done)
    return;
  if (effect->n == 0)
    {
      effect->state = FS_EFFECT_FAILED;
      g_strlcpy (effect->problem, "The runs were cancelled.", sizeof effect->problem);
    }
  else if (effect->low > 0)
    effect->state = FS_EFFECT_HELPS;
  else if (effect->high < 0)
    effect->state = FS_EFFECT_HURTS;
  else
    effect->state = FS_EFFECT_UNCLEAR;
}

FsEffect
fs_effects_get (FsEffects *self, guint index)
{
  FsEffect effect = { .step = self->steps[index], .kind = self->kinds[index], .share = NAN };
  double changes[FS_PAIRED_MAX_SEEDS], sum = 0;
  gboolean is_over = fs_paired_runs_is_done (self->runs);

  for (guint seed = 0; seed < self->n_seeds; seed++)
    {
      const FsPairedResult *with = fs_paired_runs_result (self->runs, 0, seed);
      const FsPairedResult *without = fs_paired_runs_result (self->runs, index + 1, seed);
      double a, b;

      if (with && with->error[0])
        {
          effect.state = FS_EFFECT_FAILED;
          g_strlcpy (effect.problem, with->error, sizeof effect.problem);
          break;
        }
      if (without && without->error[0])
        {
          effect.state = FS_EFFECT_NEEDED;
          g_strlcpy (effect.problem, without->error, sizeof effect.problem);
          break;
        }
      if (!with || !without)
        continue;
      if (compare (self, with, without, &a, &b))
        {
          effect.with[effect.n] = a;
          effect.without[effect.n] = b;
          changes[effect.n++] = b - a;
          sum += a;
        }
      else if (has_diverged (without) && !has_diverged (with))
        {
          effect.state = FS_EFFECT_NEEDED;
          g_strlcpy (effect.problem, "Training diverges.", sizeof effect.problem);
          break;
        }
    }
  fs_effect_interval (changes, effect.n, &effect.change, &effect.low, &effect.high);
  if (effect.n > 0 && sum > 0)
    effect.share = effect.change / (sum / effect.n);
  judge (&effect, is_over);
  return effect;
}

/* ---- words ---- */

const char *
fs_effect_state_word (FsEffectState state)
{
  static const char *const words[] = { "running", "helps", "hurts", "unclear", "needed", "failed" };

  return words[state];
}

static char *
number (double value)
{
  char text[FS_NUMBER_SIZE];

  fs_number_write_short (value, 3, text);
  return g_strdup (fs_text_mark_number (text, sizeof text));
}

/* With whatever sign the change has. */
static char *
describe_unclear (const FsEffect *effect, const char *size, const char *share)
{
  g_autofree char *low = number (effect->low), *high = number (effect->high);

  if (effect->change == 0 && !(effect->high > 0))
    return g_strdup (fs_text ("It changes nothing: every run is the same without it."));
  if (effect->n < 2)
    return g_strdup_printf (
        effect->change >= 0
            ? fs_text ("Without it the error rises by %s, %s %%; one seed alone cannot tell.")
            : fs_text ("Without it the error falls by %s, %s %%; one seed alone cannot tell."),
        size, share);
  return g_strdup_printf (
      effect->change >= 0
          ? fs_text ("No difference that %u seeds can show: up %s without it (%s to %s).")
          : fs_text ("No difference that %u seeds can show: down %s without it (%s to %s)."),
      effect->n, size, low, high);
}

char *
fs_effect_describe (const FsEffect *effect, guint n_seeds)
{
  g_autofree char *size = number (fabs (effect->change));
  g_autofree char *low = number (effect->low), *high = number (effect->high);
  g_autofree char *least = number (-effect->high), *most = number (-effect->low);
  g_autofree char *share = number (round (fabs (effect->share) * 1000) / 10);

  switch (effect->state)
    {
    case FS_EFFECT_RUNNING:
      return g_strdup_printf (
          fs_text_count ("%u of %u seed done.", "%u of %u seeds done.", n_seeds), effect->n,
          n_seeds);
    case FS_EFFECT_HELPS:
      return g_strdup_printf (
          fs_text ("It helps: without it the error rises by %s (%s to %s), %s %%."), size, low,
          high, share);
    case FS_EFFECT_HURTS:
      return g_strdup_printf (
          fs_text ("It hurts: without it the error falls by %s (%s to %s), %s %%."), size, least,
          most, share);
    case FS_EFFECT_UNCLEAR:
      return describe_unclear (effect, size, share);
    case FS_EFFECT_NEEDED:
      return g_strdup_printf (fs_text ("It is needed. Without it: %s"), effect->problem);
    case FS_EFFECT_FAILED:
    default:
      return g_strdup (effect->problem);
    }
}

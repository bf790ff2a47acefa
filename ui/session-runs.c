/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session's runs: how edits become runs, the transport, and the runs that are kept. */

#include "ui/session-private.h"

#include "engine/experiment/schema.h"
#include "engine/lab/recorder.h"
#include "ui/facts.h"
#include "ui/text.h"

/* Edits come in bursts (a slider being dragged); a run is prepared when they rest this long. */
#define SETTLE_MS 120

/* ---- runs ---- */

static gboolean
has_trained (const FsSnapshot *snapshot)
{
  return snapshot
         && (snapshot->history.n_observations > 0 || snapshot->state == FS_RUN_TRAINING
             || snapshot->epoch_share > 0);
}

static gboolean
is_over (const FsSnapshot *snapshot)
{
  return snapshot && (snapshot->state == FS_RUN_FINISHED || snapshot->state == FS_RUN_FAILED);
}

/* Nobody reads sentences that change thirty times a second, and each change lays out everything around
 * it anew. Curves move with every snapshot; words follow four times a second, and at once when the
 * state changes. */
#define WORDS_INTERVAL_US (G_USEC_PER_SEC / 4)

static void
time_words (FsSession *self, const FsSnapshot *snapshot)
{
  gint64 now_us = g_get_monotonic_time ();

  self->words_are_due = snapshot->state != FS_RUN_TRAINING || snapshot->state != self->words_state
                        || now_us >= self->words_at_us + WORDS_INTERVAL_US;
  if (!self->words_are_due)
    return;
  self->words_at_us = now_us;
  self->words_state = snapshot->state;
}

/* Runs that cannot be kept are said once: the reason is the store's, not the run's. */
static void
tell_store_problem (FsSession *self, const char *problem)
{
  g_autofree char *sentence = NULL;

  if (!*problem || g_strcmp0 (problem, self->store_problem) == 0)
    return;
  g_free (self->store_problem);
  self->store_problem = g_strdup (problem);
  sentence = g_strdup_printf (_ ("Runs are kept only until this window closes. %s"), problem);
  fs_session_emit_notice (self, sentence, NULL, NULL);
}

void
fs_session_run_notify (FsRun *run, const FsSnapshot *snapshot, void *data)
{
  FsSession *self = data;

  tell_store_problem (self, snapshot->not_kept);
  for (guint i = 0; run != self->run && run != self->next && i < self->kept->len; i++)
    {
      FsKeptRun *kept = g_ptr_array_index (self->kept, i);
      if (kept->run == run)
        {
          fs_session_kept_has_news (self, kept, snapshot);
          return;
        }
    }
  if (run == self->run)
    {
      /* A live setting that the run refused: said once. */
      if (snapshot->state != FS_RUN_FAILED && !g_str_equal (snapshot->error, self->refusal))
        {
          g_strlcpy (self->refusal, snapshot->error, sizeof self->refusal);
          if (self->refusal[0])
            fs_session_emit_notice (self, self->refusal, NULL, NULL);
        }
      if (snapshot->id[0] && !self->run_is_labelled)
        {
          self->run_is_labelled = TRUE;
          fs_session_label_record (self, snapshot->id);
        }
      time_words (self, snapshot);
      fs_session_emit (self, FS_SESSION_SNAPSHOT);
      self->words_are_due = TRUE; /* whatever else happens is told at once */
    }
  /* The facts change once, when the dataset arrives or cannot. */
  if (snapshot == fs_session_get_prepared (self) && snapshot->state != self->facts_state)
    {
      self->facts_state = snapshot->state;
      fs_session_emit (self, FS_SESSION_FACTS);
    }
}

/* What a run is called after that has yet to be made: how it differs from the last that trained. */
static char *
name_of_next (FsSession *self)
{
  const FsExperiment *before =
      has_trained (fs_session_get_current (self)) ? self->run_experiment : self->previous;

  return fs_facts_run_name (&self->experiment, before);
}

FsRun *
fs_session_make_run (FsSession *self, const FsExperiment *experiment, const char *name)
{
  const FsRunOptions options = {
    .n_threads = self->n_threads,
    .recorder = self->store ? fs_recorder_new (self->store, name, NULL, 0) : NULL,
    .notify = fs_session_run_notify,
    .data = self,
  };

  return fs_run_new_with (experiment, &options);
}

static FsRun *
make_run (FsSession *self)
{
  g_autofree char *name = name_of_next (self);

  self->facts_state = FS_RUN_LOADING;
  return fs_session_make_run (self, &self->experiment, name);
}

void
fs_session_take_run (FsSession *self, FsRun *run, const FsExperiment *experiment, guint id)
{
  fs_session_keep_current (self);
  self->run = run;
  self->run_id = id;
  self->run_is_labelled = FALSE;
  self->run_order = g_get_real_time ();
  *self->run_experiment = *experiment;
  self->shown = 0;
  self->is_judged = FALSE;
  fs_session_emit (self, FS_SESSION_RUNS);
  fs_session_emit (self, FS_SESSION_SNAPSHOT);
  fs_session_emit (self, FS_SESSION_FACTS);
}

/* A run that trained nothing leaves its number to the next. */
static void
take_run (FsSession *self, FsRun *run, const FsExperiment *experiment)
{
  const FsSnapshot *current = fs_session_get_current (self);
  gboolean is_kept = current && current->history.n_observations > 0;

  fs_session_take_run (self, run, experiment, is_kept ? self->next_id++ : self->run_id);
}

/* ---- edits become runs ---- */

typedef struct
{
  FsSession *session;
  gboolean acts_live; /* live settings are sent to the run */
  guint n_waiting;    /* differences that need a new run */
} Differences;

static void
difference_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  Differences *differences = data;
  FsSession *self = differences->session;
  FsPlace place, in_run;

  if (g_str_equal (path, "name"))
    return; /* what a run is called changes nothing in it */
  /* Of a run that is over too. */
  if (fs_experiment_find (&self->experiment, path, &place, NULL) == FS_OK
      && place.setting->is_for_show
      && fs_experiment_find (self->run_experiment, path, &in_run, NULL) == FS_OK)
    {
      char text[FS_TEXT_SIZE];

      fs_place_get_text (&place, text, sizeof text);
      fs_run_set_shown (self->run, path, text);
      fs_place_set_text (&in_run, text, NULL);
      return;
    }
  if (!differences->acts_live || fs_experiment_find (&self->experiment, path, &place, NULL) != FS_OK
      || fs_experiment_find (self->run_experiment, path, &in_run, NULL) != FS_OK
      || !place.setting->is_live)
    {
      differences->n_waiting++;
      return;
    }
  fs_run_set (self->run, path, fs_place_get_number (&place));
  fs_place_set_number (&in_run, fs_place_get_number (&place), NULL);
}

/* Names never make a new run, so the run's copy follows them. */
static guint
count_waiting (FsSession *self, gboolean acts_live)
{
  Differences differences = { .session = self, .acts_live = acts_live };
  FsExperiment before = *self->run_experiment;

  fs_experiment_compare (&before, &self->experiment, difference_cb, &differences);
  return differences.n_waiting;
}

static void
check_experiment (FsSession *self)
{
  FsProblem problem = { 0 };
  char sentence[1024];

  g_clear_pointer (&self->problem, g_free);
  g_clear_pointer (&self->problem_key, g_free);
  if (fs_experiment_validate (&self->experiment, &problem) == FS_OK)
    return;
  self->problem = g_strdup (fs_problem_sentence (&problem, sentence, sizeof sentence));
  self->problem_key = g_strdup (problem.where);
}

void
fs_session_settle (FsSession *self)
{
  const FsSnapshot *current = fs_session_get_current (self);
  gboolean was_pending = self->is_pending;

  g_clear_handle_id (&self->settle_id, g_source_remove);
  check_experiment (self);

  if (!self->run)
    {
      self->is_pending = FALSE;
      if (!self->problem)
        take_run (self, make_run (self), &self->experiment);
    }
  else if (!has_trained (current))
    {
      g_clear_pointer (&self->next, fs_run_free);
      self->is_pending = FALSE;
      if (!self->problem && count_waiting (self, FALSE) > 0)
        take_run (self, make_run (self), &self->experiment);
    }
  else
    {
      g_clear_pointer (&self->next, fs_run_free);
      self->is_pending = count_waiting (self, !is_over (current)) > 0;
      if (self->is_pending && !self->problem)
        self->next = make_run (self);
      if (self->is_pending && !was_pending && current->state == FS_RUN_TRAINING)
        fs_session_emit_notice (self,
                                _ ("The run goes on as it began. This change waits for a new run."),
                                _ ("Restart"), "win.restart");
    }
  fs_session_emit (self, FS_SESSION_FACTS);
  fs_session_emit (self, FS_SESSION_SNAPSHOT);
}

static gboolean
settle_cb (void *data)
{
  FsSession *self = data;

  self->settle_id = 0;
  fs_session_settle (self);
  return G_SOURCE_REMOVE;
}

void
fs_session_experiment_changed (FsSession *self)
{
  gboolean is_back;

  check_experiment (self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settle_cb, self);
  is_back = fs_session_follow_source (self);
  fs_session_emit (self, FS_SESSION_EXPERIMENT);
  if (is_back)
    {
      fs_session_emit (self, FS_SESSION_READING);
      fs_session_emit (self, FS_SESSION_FACTS);
    }
}

/* What a verb needs before it acts: the runs agree with the experiment. */
static void
settle_now (FsSession *self)
{
  if (self->settle_id || !self->run)
    fs_session_settle (self);
}

/* ---- transport ---- */

/* Makes sure that the current run is one that Train may start or continue: the pending one if edits
 * wait, a fresh one if the current is over. */
static gboolean
prepare_to_train (FsSession *self)
{
  const char *problem;

  settle_now (self);
  problem = fs_session_get_problem (self, NULL);
  if (problem)
    {
      fs_session_emit_notice (self, problem, NULL, NULL);
      return FALSE;
    }
  if (self->is_pending && self->next)
    {
      self->is_pending = FALSE;
      take_run (self, g_steal_pointer (&self->next), &self->experiment);
    }
  else if (is_over (fs_session_get_current (self)))
    take_run (self, make_run (self), &self->experiment);
  else if (self->shown)
    fs_session_show (self, 0);
  return TRUE;
}

void
fs_session_train (FsSession *self)
{
  if (prepare_to_train (self))
    fs_run_train (self->run);
}

void
fs_session_pause (FsSession *self)
{
  if (self->run)
    fs_run_pause (self->run);
}

void
fs_session_step (FsSession *self)
{
  if (prepare_to_train (self))
    fs_run_step (self->run);
}

void
fs_session_stop (FsSession *self)
{
  if (has_trained (fs_session_get_current (self)) && !is_over (fs_session_get_current (self)))
    fs_run_stop (self->run);
}

void
fs_session_reset (FsSession *self)
{
  settle_now (self);
  if (!self->run || self->problem)
    return;
  self->is_pending = FALSE;
  take_run (self, self->next ? g_steal_pointer (&self->next) : make_run (self), &self->experiment);
}

gboolean
fs_session_train_instead (FsSession *self, const FsExperiment *experiment, const char *label)
{
  /* A live setting would act on the run that goes on: the new one comes first. */
  fs_session_replace (self, experiment, label, NULL);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  check_experiment (self);
  g_clear_pointer (&self->next, fs_run_free);
  self->is_pending = FALSE;
  if (self->problem)
    return FALSE;
  take_run (self, make_run (self), &self->experiment);
  fs_run_train (self->run);
  return TRUE;
}

void
fs_session_restart (FsSession *self)
{
  if (!prepare_to_train (self))
    return;
  if (has_trained (fs_session_get_current (self)))
    take_run (self, make_run (self), &self->experiment);
  fs_run_train (self->run);
}

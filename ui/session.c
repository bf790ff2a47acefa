/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one window works on: see session.h for how edits and runs meet. Kept apart from every
 * widget, so that the whole life of an experiment is tested without a display. This file holds the
 * state and its edits; runs are in session-runs.c, the file's columns in session-frame.c, files in
 * session-files.c. */

#include "ui/session-private.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "ui/facts.h"
#include "ui/text.h"

G_DEFINE_FINAL_TYPE (FsSession, fs_session, G_TYPE_OBJECT)

static guint signals[FS_SESSION_N_SIGNALS];

void
fs_session_emit_notice (FsSession *self,
                        const char *sentence,
                        const char *button,
                        const char *action)
{
  g_signal_emit (self, signals[FS_SESSION_NOTICE], 0, sentence, button, action);
}

void
fs_session_emit (FsSession *self, FsSessionSignal which)
{
  g_signal_emit (self, signals[which], 0);
}

/* ---- life ---- */

static void
fs_session_dispose (GObject *object)
{
  FsSession *self = FS_SESSION (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  fs_session_forget_source (self);
  fs_session_forget_source_before (self);
  g_clear_pointer (&self->next, fs_run_free);
  g_clear_pointer (&self->run, fs_run_free);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  g_clear_pointer (&self->deleted, g_ptr_array_unref);
  g_clear_pointer (&self->compared, g_array_unref);
  g_clear_pointer (&self->store, fs_store_unref);
  G_OBJECT_CLASS (fs_session_parent_class)->dispose (object);
}

static void
fs_session_finalize (GObject *object)
{
  FsSession *self = FS_SESSION (object);

  g_clear_pointer (&self->undo, fs_undo_free);
  g_free (self->run_experiment);
  g_free (self->verdict);
  g_free (self->judge);
  g_free (self->previous);
  g_free (self->run_name);
  g_free (self->run_note);
  g_free (self->store_problem);
  g_free (self->problem);
  g_free (self->problem_key);
  g_free (self->trial_source);
  G_OBJECT_CLASS (fs_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (name, FS_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       0);
}

static void
fs_session_class_init (FsSessionClass *class)
{
  GObjectClass *object_class = G_OBJECT_CLASS (class);

  object_class->dispose = fs_session_dispose;
  object_class->finalize = fs_session_finalize;
  signals[FS_SESSION_EXPERIMENT] = add_signal ("experiment");
  signals[FS_SESSION_SNAPSHOT] = add_signal ("snapshot");
  signals[FS_SESSION_FACTS] = add_signal ("facts");
  signals[FS_SESSION_RUNS] = add_signal ("runs");
  signals[FS_SESSION_BESIDE] = add_signal ("beside");
  signals[FS_SESSION_READING] = add_signal ("reading");
  signals[FS_SESSION_NOTICE] =
      g_signal_new ("notice", FS_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
fs_session_init (FsSession *self)
{
  self->experiment = fs_experiment_default ();
  self->run_experiment = g_new (FsExperiment, 1); /* an instance has room for one */
  *self->run_experiment = self->experiment;
  self->undo = fs_undo_new ();
  self->kept = g_ptr_array_new_with_free_func (fs_kept_run_free);
  self->deleted = g_ptr_array_new_with_free_func (fs_kept_run_free);
  self->run_id = 1;
  self->next_id = 2;
  self->compared = g_array_new (FALSE, FALSE, sizeof (guint));
  self->words_are_due = TRUE;
  self->verdict = g_new0 (FsVerdict, 1);
  self->judge = g_new0 (FsJudge, 1);
}

FsSession *
fs_session_new (unsigned n_threads)
{
  FsSession *self = g_object_new (FS_TYPE_SESSION, NULL);

  self->n_threads = n_threads;
  return self;
}

/* ---- what there is ---- */

unsigned
fs_session_get_n_threads (FsSession *self)
{
  return self->n_threads;
}

const FsExperiment *
fs_session_get_experiment (FsSession *self)
{
  return &self->experiment;
}

const FsSnapshot *
fs_session_get_current (FsSession *self)
{
  return self->run ? fs_run_snapshot (self->run) : NULL;
}

const FsSnapshot *
fs_session_get_snapshot (FsSession *self)
{
  const FsKeptRun *kept = self->shown ? fs_session_find_kept (self, self->shown) : NULL;

  return kept ? kept->snapshot : fs_session_get_current (self);
}

const FsSnapshot *
fs_session_get_prepared (FsSession *self)
{
  return self->next ? fs_run_snapshot (self->next) : fs_session_get_current (self);
}

/* The judge remembers what it has read, so that judging again costs little: what the new epochs add,
 * and a look at the newest forecast. It still costs more than nothing, and nobody reads thirty verdicts
 * a second: a long run is judged anew when it has grown by a two-hundredth. */
#define REJUDGE_ALWAYS 2000

const FsVerdict *
fs_session_get_verdict (FsSession *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);
  size_t n = snapshot ? snapshot->history.n_observations : 0;
  size_t step = n > REJUDGE_ALWAYS ? n / 200 : 1;
  guint32 epoch = snapshot && snapshot->forecast ? snapshot->forecast->epoch : 0;
  FsForecastFacts forecast;
  FsCase subject = { .history = &(FsHistory){ 0 } };

  if (snapshot && self->is_judged && snapshot->state == self->judged_state && n >= self->n_judged
      && n < self->n_judged + step
      && (snapshot->state == FS_RUN_TRAINING || epoch == self->judged_forecast))
    return self->verdict;
  if (!self->is_judged)
    *self->judge = (FsJudge){ 0 };
  self->is_judged = TRUE;
  self->n_judged = n;
  self->judged_forecast = epoch;
  self->judged_state = snapshot ? snapshot->state : FS_RUN_LOADING;
  if (snapshot)
    subject = fs_snapshot_case (snapshot, &forecast);
  *self->verdict = fs_judge_look (self->judge, &subject);
  return self->verdict;
}

/* A sentence of the engine begins with the place: "data.target: …". "" when that is no setting. */
static const char *
key_blamed_by (FsSession *self, const char *sentence)
{
  const char *colon = strchr (sentence, ':');
  g_autofree char *where = colon ? g_strndup (sentence, (gsize) (colon - sentence)) : NULL;
  FsPlace place;

  if (!where || fs_experiment_find (&self->experiment, where, &place, NULL) != FS_OK)
    return "";
  return g_intern_string (place.path);
}

const char *
fs_session_get_problem (FsSession *self, const char **key)
{
  const FsSnapshot *prepared = fs_session_get_prepared (self);

  if (key)
    *key = "";
  if (self->problem)
    {
      if (key)
        *key = self->problem_key;
      return self->problem;
    }
  if (!prepared || prepared->state != FS_RUN_FAILED)
    return NULL;
  if (key)
    *key = key_blamed_by (self, prepared->error);
  return prepared->error;
}

void
fs_session_notice (FsSession *self, const char *sentence)
{
  fs_session_emit_notice (self, sentence, NULL, NULL);
}

gboolean
fs_session_words_are_due (FsSession *self)
{
  return self->words_are_due;
}

gboolean
fs_session_is_pending (FsSession *self)
{
  return self->is_pending;
}

gboolean
fs_session_is_training (FsSession *self)
{
  const FsSnapshot *current = fs_session_get_current (self);

  return current && current->state == FS_RUN_TRAINING;
}

gboolean
fs_session_can_train (FsSession *self)
{
  return fs_session_get_problem (self, NULL) == NULL;
}

/* ---- edits ---- */

void
fs_session_start (FsSession *self, const FsExperiment *experiment)
{
  self->experiment = *experiment;
  fs_session_experiment_changed (self);
  fs_session_settle (self);
}

void
fs_session_replace (FsSession *self,
                    const FsExperiment *experiment,
                    const char *label,
                    const char *merge_key)
{
  if (fs_experiment_compare (&self->experiment, experiment, NULL, NULL) == 0)
    return;
  fs_undo_push (self->undo, &self->experiment, label, merge_key, g_get_monotonic_time () / 1000);
  self->experiment = *experiment;
  fs_session_experiment_changed (self);
}

gboolean
fs_session_set (FsSession *self, const char *path, const char *text, GError **error)
{
  FsExperiment edited = self->experiment;
  FsProblem problem = { 0 };
  FsPlace place;

  if (fs_experiment_find (&edited, path, &place, &problem) != FS_OK
      || fs_place_set_text (&place, text, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  /* Another task needs another loss and first layer: one edit, one step to undo. */
  if (edited.data.task != self->experiment.data.task)
    fs_experiment_suit_task (&edited);
  fs_session_replace (self, &edited, _ (place.setting->label), path);
  return TRUE;
}

void
fs_session_undo (FsSession *self)
{
  if (fs_undo_undo (self->undo, &self->experiment))
    fs_session_experiment_changed (self);
}

void
fs_session_redo (FsSession *self)
{
  if (fs_undo_redo (self->undo, &self->experiment))
    fs_session_experiment_changed (self);
}

const char *
fs_session_get_undo_label (FsSession *self)
{
  return fs_undo_get_undo_label (self->undo);
}

const char *
fs_session_get_redo_label (FsSession *self)
{
  return fs_undo_get_redo_label (self->undo);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one window works on: see session.h for how edits and runs meet. Kept apart from every widget,
 * so that the whole life of an experiment is tested without a display. Reading the file's columns is
 * in session-frame.c, files in session-files.c. */

#include "ui/session-private.h"
#include <string.h>
#include "engine/experiment/schema.h"
#include "ui/facts.h"

/* Edits come in bursts (a slider being dragged); a run is prepared when they rest this long. */
#define SETTLE_MS 120

G_DEFINE_FINAL_TYPE (FsSession, fs_session, G_TYPE_OBJECT)

enum
{
  SIGNAL_EXPERIMENT,
  SIGNAL_SNAPSHOT,
  SIGNAL_FACTS,
  SIGNAL_RUNS,
  SIGNAL_NOTICE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
kept_run_free (void *data)
{
  FsKeptRun *kept = data;

  fs_snapshot_unref (kept->snapshot);
  g_free (kept->name);
  g_free (kept);
}

static void
emit_notice (FsSession *self, const char *sentence, const char *button, const char *action)
{
  g_signal_emit (self, signals[SIGNAL_NOTICE], 0, sentence, button, action);
}

void
fs_session_emit_facts (FsSession *self)
{
  g_signal_emit (self, signals[SIGNAL_FACTS], 0);
}

/* ---- runs ---- */

static const FsSnapshot *
snapshot_of (const FsRun *run)
{
  return run ? fs_run_snapshot (run) : NULL;
}

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

static void
run_notify_cb (FsRun *run, const FsSnapshot *snapshot, void *data)
{
  FsSession *self = data;

  if (run == self->run)
    g_signal_emit (self, signals[SIGNAL_SNAPSHOT], 0);
  /* The facts change once, when the dataset arrives or cannot. */
  if (snapshot == fs_session_get_prepared (self) && snapshot->state != self->facts_state)
    {
      self->facts_state = snapshot->state;
      fs_session_emit_facts (self);
    }
}

static FsRun *
make_run (FsSession *self)
{
  self->facts_state = FS_RUN_LOADING;
  return fs_run_new (&self->experiment, NULL, self->n_threads, run_notify_cb, self);
}

/* The current run makes room. If it trained an epoch it is kept with its last snapshot; the run
 * itself (its thread, its checkpoints) ends here. */
static void
retire_run (FsSession *self)
{
  const FsSnapshot *snapshot = snapshot_of (self->run);

  if (snapshot && snapshot->history.n_observations > 0)
    {
      FsKeptRun *kept = g_new (FsKeptRun, 1);

      kept->id = self->run_id;
      kept->snapshot = fs_snapshot_ref (snapshot);
      kept->name = fs_session_dup_current_name (self);
      g_ptr_array_add (self->kept, kept);
      self->run_id++;
    }
  g_clear_pointer (&self->run, fs_run_free);
}

static void
take_run (FsSession *self, FsRun *run, const FsExperiment *experiment)
{
  retire_run (self);
  self->run = run;
  self->run_experiment = *experiment;
  self->shown = 0;
  self->is_judged = FALSE;
  g_signal_emit (self, signals[SIGNAL_RUNS], 0);
  g_signal_emit (self, signals[SIGNAL_SNAPSHOT], 0);
  fs_session_emit_facts (self);
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
  if (!differences->acts_live || fs_experiment_find (&self->experiment, path, &place, NULL) != FS_OK
      || fs_experiment_find (&self->run_experiment, path, &in_run, NULL) != FS_OK
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
  FsExperiment before = self->run_experiment;

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
  const FsSnapshot *current = snapshot_of (self->run);
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
        emit_notice (self, "The run goes on as it began. This change waits for a new run.",
                     "Restart", "win.restart");
    }
  fs_session_emit_facts (self);
  g_signal_emit (self, signals[SIGNAL_SNAPSHOT], 0);
}

static gboolean
settle_cb (void *data)
{
  FsSession *self = data;

  self->settle_id = 0;
  fs_session_settle (self);
  return G_SOURCE_REMOVE;
}

static void
experiment_changed (FsSession *self)
{
  check_experiment (self);
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, settle_cb, self);
  fs_session_follow_source (self);
  g_signal_emit (self, signals[SIGNAL_EXPERIMENT], 0);
}

/* What a verb needs before it acts: the runs agree with the experiment. */
static void
settle_now (FsSession *self)
{
  if (self->settle_id || !self->run)
    fs_session_settle (self);
}

/* ---- life ---- */

static void
fs_session_dispose (GObject *object)
{
  FsSession *self = FS_SESSION (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  fs_session_forget_source (self);
  g_clear_pointer (&self->next, fs_run_free);
  g_clear_pointer (&self->run, fs_run_free);
  g_clear_pointer (&self->kept, g_ptr_array_unref);
  G_OBJECT_CLASS (fs_session_parent_class)->dispose (object);
}

static void
fs_session_finalize (GObject *object)
{
  FsSession *self = FS_SESSION (object);

  g_clear_pointer (&self->undo, fs_undo_free);
  g_free (self->problem);
  g_free (self->problem_key);
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
  signals[SIGNAL_EXPERIMENT] = add_signal ("experiment");
  signals[SIGNAL_SNAPSHOT] = add_signal ("snapshot");
  signals[SIGNAL_FACTS] = add_signal ("facts");
  signals[SIGNAL_RUNS] = add_signal ("runs");
  signals[SIGNAL_NOTICE] =
      g_signal_new ("notice", FS_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                    3, G_TYPE_STRING, G_TYPE_STRING, G_TYPE_STRING);
}

static void
fs_session_init (FsSession *self)
{
  self->experiment = fs_experiment_default ();
  self->undo = fs_undo_new ();
  self->kept = g_ptr_array_new_with_free_func (kept_run_free);
  self->run_id = 1;
}

FsSession *
fs_session_new (unsigned n_threads)
{
  FsSession *self = g_object_new (FS_TYPE_SESSION, NULL);

  self->n_threads = n_threads;
  return self;
}

/* ---- what there is ---- */

const FsExperiment *
fs_session_get_experiment (FsSession *self)
{
  return &self->experiment;
}

const FsSnapshot *
fs_session_get_current (FsSession *self)
{
  return snapshot_of (self->run);
}

static const FsKeptRun *
find_kept (FsSession *self, guint id)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      const FsKeptRun *kept = g_ptr_array_index (self->kept, i);
      if (kept->id == id)
        return kept;
    }
  return NULL;
}

const FsSnapshot *
fs_session_get_snapshot (FsSession *self)
{
  const FsKeptRun *kept = self->shown ? find_kept (self, self->shown) : NULL;

  return kept ? kept->snapshot : snapshot_of (self->run);
}

const FsSnapshot *
fs_session_get_prepared (FsSession *self)
{
  return self->next ? snapshot_of (self->next) : snapshot_of (self->run);
}

/* Judging reads the whole history. Up to REJUDGE_ALWAYS epochs that is nothing; a longer run is judged
 * anew when it has grown by a two-hundredth, so that the work stays in proportion. */
#define REJUDGE_ALWAYS 2000

const FsVerdict *
fs_session_get_verdict (FsSession *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self);
  size_t n = snapshot ? snapshot->history.n_observations : 0;
  size_t step = n > REJUDGE_ALWAYS ? n / 200 : 1;

  if (snapshot && self->is_judged && snapshot->state == self->judged_state && n >= self->n_judged
      && n < self->n_judged + step)
    return &self->verdict;
  self->is_judged = TRUE;
  self->n_judged = n;
  self->judged_state = snapshot ? snapshot->state : FS_RUN_LOADING;
  if (snapshot)
    self->verdict = fs_verdict_judge (
        &snapshot->history, snapshot->dataset ? &snapshot->baselines : NULL, &snapshot->experiment);
  else
    self->verdict = fs_verdict_judge (&(FsHistory){ 0 }, NULL, NULL);
  return &self->verdict;
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

gboolean
fs_session_is_pending (FsSession *self)
{
  return self->is_pending;
}

gboolean
fs_session_is_training (FsSession *self)
{
  const FsSnapshot *current = snapshot_of (self->run);

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
  experiment_changed (self);
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
  experiment_changed (self);
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
  fs_session_replace (self, &edited, place.setting->label, path);
  return TRUE;
}

void
fs_session_undo (FsSession *self)
{
  if (fs_undo_undo (self->undo, &self->experiment))
    experiment_changed (self);
}

void
fs_session_redo (FsSession *self)
{
  if (fs_undo_redo (self->undo, &self->experiment))
    experiment_changed (self);
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
      emit_notice (self, problem, NULL, NULL);
      return FALSE;
    }
  if (self->is_pending && self->next)
    {
      self->is_pending = FALSE;
      take_run (self, g_steal_pointer (&self->next), &self->experiment);
    }
  else if (is_over (snapshot_of (self->run)))
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
  if (has_trained (snapshot_of (self->run)) && !is_over (snapshot_of (self->run)))
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

void
fs_session_restart (FsSession *self)
{
  if (!prepare_to_train (self))
    return;
  if (has_trained (snapshot_of (self->run)))
    take_run (self, make_run (self), &self->experiment);
  fs_run_train (self->run);
}

void
fs_session_show_epoch (FsSession *self, guint32 epoch)
{
  if (self->run && self->shown == 0)
    fs_run_show_epoch (self->run, epoch);
}

/* ---- kept runs ---- */

guint
fs_session_get_n_kept (FsSession *self)
{
  return self->kept->len;
}

const FsKeptRun *
fs_session_get_kept (FsSession *self, guint index)
{
  return g_ptr_array_index (self->kept, index);
}

guint
fs_session_get_shown (FsSession *self)
{
  return self->shown;
}

guint
fs_session_get_current_id (FsSession *self)
{
  return self->run_id;
}

char *
fs_session_dup_current_name (FsSession *self)
{
  const FsKeptRun *before =
      self->kept->len > 0 ? g_ptr_array_index (self->kept, self->kept->len - 1) : NULL;

  return fs_facts_run_name (&self->run_experiment, before ? &before->snapshot->experiment : NULL);
}

void
fs_session_show (FsSession *self, guint id)
{
  if (id == self->run_id)
    id = 0;
  if (id == self->shown || (id != 0 && !find_kept (self, id)))
    return;
  self->shown = id;
  self->is_judged = FALSE;
  g_signal_emit (self, signals[SIGNAL_RUNS], 0);
  g_signal_emit (self, signals[SIGNAL_SNAPSHOT], 0);
}

void
fs_session_reuse (FsSession *self, guint id)
{
  const FsKeptRun *kept = find_kept (self, id);

  if (kept)
    fs_session_replace (self, &kept->snapshot->experiment, "Settings of an earlier run", NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session's other runs: kept from before, read from the store, training beside the current one. A
 * run that was current in this window stays in memory with the weights of its epochs while there is
 * room; of an earlier day's run the store has the epochs, and its state brings back the forecast of its
 * best and its last weights. */

#include "ui/session-private.h"

#include "engine/lab/recorder.h"
#include "ui/facts.h"
#include "ui/text.h"

/* Room for kept runs in memory: their threads sleep, and what counts is the weights of their epochs. */
#define MAX_RESTING_RUNS 6
#define MAX_RESTING_BYTES ((gsize) 512 << 20)

/* Orders of stored runs are small numbers, those of this session's are times in µs. */

void
fs_kept_run_free (void *data)
{
  FsKeptRun *kept = data;

  fs_run_free (kept->run);
  fs_snapshot_unref (kept->snapshot);
  fs_run_summary_free (kept->summary);
  g_free (kept);
}

FsKeptRun *
fs_session_find_own_kept (FsSession *self, guint id)
{
  for (guint i = 0; i < self->kept->len; i++)
    {
      FsKeptRun *kept = g_ptr_array_index (self->kept, i);
      if (kept->id == id)
        return kept;
    }
  return NULL;
}

const FsKeptRun *
fs_session_find_kept (FsSession *self, guint id)
{
  return fs_session_find_own_kept (self, id);
}

void
fs_session_insert_kept (FsSession *self, FsKeptRun *kept)
{
  guint at = self->kept->len;

  while (at > 0 && ((FsKeptRun *) self->kept->pdata[at - 1])->order > kept->order)
    at--;
  g_ptr_array_insert (self->kept, (int) at, kept);
}

/* ---- jobs for the store ---- */

typedef enum
{
  CHANGE_NAME,
  CHANGE_NOTE,
  CHANGE_PIN,
  CHANGE_DELETION,
  LOAD_LIST,
  LOAD_RECORD
} JobKind;

typedef struct
{
  GWeakRef session;
  JobKind kind;
  char record[FS_RUN_ID_SIZE];
  guint id;
  char *text;
  gboolean is_set;

  GPtrArray *list;         /* LOAD_LIST */
  const FsSnapshot *found; /* LOAD_RECORD */
  GError *error;
} StoreJob;

static void
store_job_free (void *data)
{
  StoreJob *job = data;

  g_weak_ref_clear (&job->session);
  g_free (job->text);
  g_clear_pointer (&job->list, g_ptr_array_unref);
  fs_snapshot_unref (job->found);
  g_clear_error (&job->error);
  g_free (job);
}

static void
load_record (FsStoreFile *file, StoreJob *job)
{
  g_autoptr (FsRunRecord) record = fs_store_file_load (file, job->record, &job->error);

  if (record)
    job->found = fs_run_record_to_snapshot (record);
}

static void
store_work (FsStoreFile *file, const GError *trouble, void *data)
{
  StoreJob *job = data;

  if (!file)
    {
      job->error = trouble ? g_error_copy (trouble) : NULL;
      return;
    }
  switch (job->kind)
    {
    case CHANGE_NAME:
      fs_store_file_rename (file, job->record, job->text, &job->error);
      break;
    case CHANGE_NOTE:
      fs_store_file_set_note (file, job->record, job->text, &job->error);
      break;
    case CHANGE_PIN:
      fs_store_file_set_pinned (file, job->record, job->is_set, &job->error);
      break;
    case CHANGE_DELETION:
      fs_store_file_set_deleted (file, job->record, job->is_set, &job->error);
      break;
    case LOAD_LIST:
      job->list = fs_store_file_list (file, FALSE, &job->error);
      break;
    case LOAD_RECORD:
      load_record (file, job);
      break;
    }
}

static void take_list (FsSession *self, GPtrArray *list);
static void take_record (FsSession *self, guint id, const FsSnapshot *snapshot);

static void
store_done (void *data)
{
  StoreJob *job = data;
  g_autoptr (FsSession) self = g_weak_ref_get (&job->session);

  if (!self || !self->kept)
    return;
  if (job->error)
    fs_session_emit_notice (self, job->error->message, NULL, NULL);
  if (job->list)
    take_list (self, job->list);
  if (job->kind == LOAD_RECORD)
    take_record (self, job->id, job->found);
}

static StoreJob *
store_job_new (FsSession *self, JobKind kind, const char *record)
{
  StoreJob *job = g_new0 (StoreJob, 1);

  g_weak_ref_init (&job->session, self);
  job->kind = kind;
  g_strlcpy (job->record, record, sizeof job->record);
  return job;
}

static void
hand_over (FsSession *self, StoreJob *job)
{
  fs_store_do (self->store, store_work, store_done, job, store_job_free);
}

/* A change of what people say about a run; a run that no store has needs none. */
static void
change_record (FsSession *self, JobKind kind, const char *record, const char *text, gboolean is_set)
{
  StoreJob *job;

  if (!self->store || !*record)
    return;
  job = store_job_new (self, kind, record);
  job->text = g_strdup (text);
  job->is_set = is_set;
  hand_over (self, job);
}

/* ---- the runs of earlier days ---- */

static gboolean
knows_record (FsSession *self, const char *record)
{
  const FsSnapshot *current = fs_session_get_current (self);

  if (current && g_str_equal (current->id, record))
    return TRUE;
  for (guint i = 0; i < self->kept->len; i++)
    {
      const FsKeptRun *kept = g_ptr_array_index (self->kept, i);
      if (g_str_equal (kept->summary->id, record))
        return TRUE;
    }
  return FALSE;
}

static void
take_list (FsSession *self, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      const FsRunSummary *summary = g_ptr_array_index (list, i);
      FsKeptRun *kept;

      if (summary->n_epochs == 0 || knows_record (self, summary->id))
        continue;
      kept = g_new0 (FsKeptRun, 1);
      kept->id = self->next_id++;
      kept->order = summary->number;
      kept->summary = fs_run_summary_copy (summary);
      fs_session_insert_kept (self, kept);
    }
  fs_session_emit (self, FS_SESSION_RUNS);
}

void
fs_session_set_store (FsSession *self, FsStore *store)
{
  g_return_if_fail (!self->store && store);
  self->store = fs_store_ref (store);
  hand_over (self, store_job_new (self, LOAD_LIST, ""));
}

void
fs_session_load (FsSession *self, guint id)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);
  StoreJob *job;

  if (!kept || kept->snapshot || kept->is_own || kept->is_loading || !self->store)
    return;
  kept->is_loading = TRUE;
  job = store_job_new (self, LOAD_RECORD, kept->summary->id);
  job->id = id;
  hand_over (self, job);
}

/* Brings the state of a run back, for its forecasts; what it then tells comes as news. */
static void
revive (FsSession *self, FsKeptRun *kept)
{
  g_autofree char *path = NULL;

  if (kept->run || !kept->snapshot || !self->store || !kept->summary->id[0])
    return;
  path = fs_store_state_path (fs_store_get_folder (self->store), kept->summary->id);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return;
  kept->run = fs_run_new_with (&kept->snapshot->experiment,
                               &(FsRunOptions){ .n_threads = self->n_threads,
                                                .state_path = path,
                                                .resumes = TRUE,
                                                .notify = fs_session_run_notify,
                                                .data = self });
}

static void
take_record (FsSession *self, guint id, const FsSnapshot *snapshot)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);

  if (!kept)
    return;
  kept->is_loading = FALSE;
  if (snapshot && !kept->snapshot)
    kept->snapshot = fs_snapshot_ref (snapshot);
  if (kept->snapshot && kept->is_to_go_on)
    {
      fs_session_continue (self, id);
      return;
    }
  if (self->shown == id)
    revive (self, kept);
  self->is_judged = FALSE;
  fs_session_emit (self, FS_SESSION_RUNS);
  if (self->shown == id)
    fs_session_emit (self, FS_SESSION_SNAPSHOT);
}

/* ---- keeping ---- */

static gsize
bytes_of (const FsKeptRun *kept)
{
  return kept->snapshot ? kept->snapshot->n_parameters * sizeof (FsReal)
                              * (kept->snapshot->history.n_observations + 8)
                        : 0;
}

static gboolean
is_resting (const FsKeptRun *kept)
{
  return kept->run && kept->snapshot && kept->snapshot->state != FS_RUN_TRAINING
         && kept->snapshot->state != FS_RUN_LOADING;
}

/* The oldest that rest make room for newer ones; they stay in the list. */
static void
make_room (FsSession *self)
{
  gsize n_bytes = 0;
  guint n_runs = 0;

  for (guint i = self->kept->len; i-- > 0;)
    {
      FsKeptRun *kept = g_ptr_array_index (self->kept, i);

      if (!is_resting (kept))
        continue;
      n_runs++;
      n_bytes += bytes_of (kept);
      if (kept->id == self->shown || (n_runs <= MAX_RESTING_RUNS && n_bytes <= MAX_RESTING_BYTES))
        continue;
      g_clear_pointer (&kept->run, fs_run_free);
      kept->is_own = FALSE;
    }
}

void
fs_session_keep_current (FsSession *self)
{
  const FsSnapshot *snapshot = fs_session_get_current (self);
  g_autofree char *name = NULL;
  FsKeptRun *kept;

  if (!snapshot || snapshot->history.n_observations == 0)
    {
      g_clear_pointer (&self->run, fs_run_free);
      return;
    }
  name = fs_session_dup_current_name (self);
  kept = g_new0 (FsKeptRun, 1);
  kept->id = self->run_id;
  kept->order = self->run_order;
  kept->snapshot = fs_snapshot_ref (snapshot);
  kept->summary = fs_run_summary_new (snapshot, name);
  kept->summary->is_pinned = self->run_is_pinned;
  if (self->run_note)
    {
      g_free (kept->summary->note);
      kept->summary->note = g_steal_pointer (&self->run_note);
    }
  if (snapshot->state == FS_RUN_TRAINING)
    fs_run_pause (self->run);
  kept->run = g_steal_pointer (&self->run);
  kept->is_own = TRUE;
  /* Live settings may have changed what it is called after. */
  change_record (self, CHANGE_NAME, kept->summary->id, name, FALSE);
  fs_session_insert_kept (self, kept);
  g_clear_pointer (&self->run_name, g_free);
  self->run_is_pinned = FALSE;
  g_free (self->previous);
  self->previous = g_memdup2 (self->run_experiment, sizeof *self->run_experiment);
  make_room (self);
}

FsKeptRun *
fs_session_add_beside (FsSession *self, FsRun *run, const char *name, guint race)
{
  FsKeptRun *kept = g_new0 (FsKeptRun, 1);

  kept->id = self->next_id++;
  kept->order = g_get_real_time ();
  kept->summary = fs_run_summary_new (fs_run_snapshot (run), name);
  kept->summary->state = FS_STORED_TRAINING;
  kept->run = run;
  kept->is_own = TRUE;
  kept->race = race;
  fs_session_insert_kept (self, kept);
  return kept;
}

/* The small picture of a run that trains is not judged anew thirty times a second. */
#define SUM_UP_INTERVAL_US (G_USEC_PER_SEC / 2)

static gboolean
is_sum_due (const FsKeptRun *kept, gboolean is_same_state)
{
  return !is_same_state || g_get_monotonic_time () >= kept->summed_at_us + SUM_UP_INTERVAL_US;
}

static void
sum_up (FsKeptRun *kept)
{
  FsRunSummary *summary = fs_run_summary_new (kept->snapshot, kept->summary->name);

  g_free (summary->note);
  summary->note = g_strdup (kept->summary->note);
  summary->is_pinned = kept->summary->is_pinned;
  summary->begun = kept->summary->begun;
  summary->number = kept->summary->number;
  summary->parent = g_strdup (kept->summary->parent);
  summary->fork_epoch = kept->summary->fork_epoch;
  if (!summary->id[0])
    g_strlcpy (summary->id, kept->summary->id, sizeof summary->id);
  fs_run_summary_free (kept->summary);
  kept->summary = summary;
  kept->summed_at_us = g_get_monotonic_time ();
}

/* From the run of a kept one: it pauses, or trains beside the current one, or was brought back and may
 * know fewer epochs than its record. */
void
fs_session_kept_has_news (FsSession *self, FsKeptRun *kept, const FsSnapshot *snapshot)
{
  const FsSnapshot *before = kept->snapshot;
  gboolean is_same_state = before && before->state == snapshot->state;
  gsize n_before = before ? before->history.n_observations : 0;

  if (snapshot->state == FS_RUN_LOADING)
    return;
  if (snapshot->state == FS_RUN_FAILED && n_before > 0)
    {
      g_autofree char *sentence =
          g_strdup_printf (_ ("There is no forecast to show of this run. %s"), snapshot->error);
      g_clear_pointer (&kept->run, fs_run_free);
      fs_session_emit_notice (self, sentence, NULL, NULL);
      return;
    }
  if (snapshot->state == FS_RUN_FAILED)
    {
      fs_session_emit_notice (self, snapshot->error, NULL, NULL);
      g_ptr_array_remove (self->kept, kept);
      fs_session_emit (self, FS_SESSION_RUNS);
      return;
    }
  if (snapshot->history.n_observations >= n_before || kept->is_own)
    kept->snapshot = fs_snapshot_ref (snapshot);
  else
    kept->snapshot = fs_snapshot_with_history_of (snapshot, before);
  fs_snapshot_unref (before);
  if (kept->is_own && is_sum_due (kept, is_same_state))
    sum_up (kept);
  if (self->shown == kept->id)
    {
      self->is_judged = FALSE;
      fs_session_emit (self, FS_SESSION_SNAPSHOT);
    }
  fs_session_emit (self, is_same_state ? FS_SESSION_BESIDE : FS_SESSION_RUNS);
}

/* ---- what there is ---- */

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
  if (self->run_name)
    return g_strdup (self->run_name);
  return fs_facts_run_name (self->run_experiment, self->previous);
}

const char *
fs_session_get_current_note (FsSession *self)
{
  return self->run_note ? self->run_note : "";
}

gboolean
fs_session_is_current_pinned (FsSession *self)
{
  return self->run_is_pinned;
}

void
fs_session_show (FsSession *self, guint id)
{
  FsKeptRun *kept;

  if (id == self->run_id)
    id = 0;
  kept = fs_session_find_own_kept (self, id);
  if (id == self->shown || (id != 0 && !kept))
    return;
  self->shown = id;
  self->is_judged = FALSE;
  if (kept && !kept->snapshot)
    fs_session_load (self, id);
  else if (kept)
    revive (self, kept);
  make_room (self);
  fs_session_emit (self, FS_SESSION_RUNS);
  fs_session_emit (self, FS_SESSION_SNAPSHOT);
}

gboolean
fs_session_can_show_epochs (FsSession *self)
{
  const FsKeptRun *kept = self->shown ? fs_session_find_kept (self, self->shown) : NULL;

  return kept ? kept->run && kept->snapshot && kept->snapshot->dataset : self->run != NULL;
}

void
fs_session_show_epoch (FsSession *self, guint32 epoch)
{
  const FsKeptRun *kept = self->shown ? fs_session_find_kept (self, self->shown) : NULL;
  FsRun *run = self->shown ? (kept ? kept->run : NULL) : self->run;

  if (run)
    fs_run_show_epoch (run, epoch);
}

void
fs_session_reuse (FsSession *self, guint id)
{
  const FsKeptRun *kept = fs_session_find_kept (self, id);

  if (kept && kept->snapshot)
    fs_session_replace (self, &kept->snapshot->experiment, _ ("Settings of an earlier run"), NULL);
}

/* ---- going on ---- */

gboolean
fs_session_can_continue (FsSession *self, guint id)
{
  const FsKeptRun *kept = fs_session_find_kept (self, id);

  if (!kept || kept->summary->state == FS_STORED_TRAINING)
    return FALSE;
  if (kept->run && kept->is_own)
    return kept->snapshot->state == FS_RUN_PAUSED || kept->snapshot->state == FS_RUN_READY;
  return self->store && kept->summary->id[0] && fs_run_summary_can_continue (kept->summary);
}

/* Its run, as it is in memory or as the store has it. */
static FsRun *
run_to_go_on (FsSession *self, FsKeptRun *kept)
{
  if (kept->run && kept->is_own)
    return g_steal_pointer (&kept->run);
  g_clear_pointer (&kept->run, fs_run_free);
  return fs_run_new_with (
      &kept->snapshot->experiment,
      &(FsRunOptions){ .n_threads = self->n_threads,
                       .recorder = fs_recorder_new_continued (self->store, kept->summary->id),
                       .resumes = TRUE,
                       .notify = fs_session_run_notify,
                       .data = self });
}

void
fs_session_continue (FsSession *self, guint id)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);
  FsExperiment *experiment;
  guint at;
  FsRun *run;

  if (!kept || !fs_session_can_continue (self, id))
    return;
  if (!kept->snapshot)
    {
      kept->is_to_go_on = TRUE;
      fs_session_load (self, id);
      return;
    }
  experiment = g_memdup2 (&kept->snapshot->experiment, sizeof *experiment);
  run = run_to_go_on (self, kept);
  if (g_ptr_array_find (self->kept, kept, &at))
    g_ptr_array_steal_index (self->kept, at);
  fs_session_take_run (self, run, experiment, id);
  g_free (self->run_name);
  g_free (self->run_note);
  self->run_name = g_strdup (kept->summary->name);
  self->run_note = g_strdup (kept->summary->note);
  self->run_is_pinned = kept->summary->is_pinned;
  self->run_order = kept->order;
  fs_session_replace (self, experiment, _ ("Continue an earlier run"), NULL);
  fs_session_settle (self);
  fs_run_train (self->run);
  fs_session_emit (self, FS_SESSION_RUNS);
  fs_kept_run_free (kept);
  g_free (experiment);
}

/* ---- what people say of runs ---- */

/* What was said before the store knew of the run. */
void
fs_session_label_record (FsSession *self, const char *record)
{
  if (self->run_name)
    change_record (self, CHANGE_NAME, record, self->run_name, FALSE);
  if (self->run_note)
    change_record (self, CHANGE_NOTE, record, self->run_note, FALSE);
  if (self->run_is_pinned)
    change_record (self, CHANGE_PIN, record, NULL, TRUE);
}

void
fs_session_label (FsSession *self, guint id, const char *name, const char *note)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);
  const FsSnapshot *current = fs_session_get_current (self);
  const char *record = kept ? kept->summary->id : current ? current->id : "";
  char **name_at = kept ? &kept->summary->name : &self->run_name;
  char **note_at = kept ? &kept->summary->note : &self->run_note;

  if (!kept && id != self->run_id)
    return;
  if (*name)
    {
      g_free (*name_at);
      *name_at = g_strdup (name);
      change_record (self, CHANGE_NAME, record, name, FALSE);
    }
  g_free (*note_at);
  *note_at = g_strdup (note);
  change_record (self, CHANGE_NOTE, record, note, FALSE);
  fs_session_emit (self, FS_SESSION_RUNS);
}

void
fs_session_pin (FsSession *self, guint id, gboolean is_pinned)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);
  const FsSnapshot *current = fs_session_get_current (self);

  if (kept)
    kept->summary->is_pinned = is_pinned;
  else if (id == self->run_id)
    self->run_is_pinned = is_pinned;
  change_record (self, CHANGE_PIN,
                 kept      ? kept->summary->id
                 : current ? current->id
                           : "",
                 NULL, is_pinned);
  fs_session_emit (self, FS_SESSION_RUNS);
}

void
fs_session_delete (FsSession *self, guint id)
{
  FsKeptRun *kept = fs_session_find_own_kept (self, id);
  g_autofree char *sentence = NULL;
  g_autofree char *action = NULL;
  guint at;

  if (!kept || !g_ptr_array_find (self->kept, kept, &at))
    return;
  g_ptr_array_steal_index (self->kept, at);
  g_clear_pointer (&kept->run, fs_run_free); /* a run that trains ends with it */
  kept->is_own = FALSE;
  g_ptr_array_add (self->deleted, kept);
  change_record (self, CHANGE_DELETION, kept->summary->id, NULL, TRUE);
  if (self->shown == id)
    {
      self->shown = 0;
      self->is_judged = FALSE;
      fs_session_emit (self, FS_SESSION_SNAPSHOT);
    }
  fs_session_emit (self, FS_SESSION_RUNS);
  sentence = g_strdup_printf (_ ("Deleted “%s”"), kept->summary->name);
  action = g_strdup_printf ("win.restore-run(uint32 %u)", id);
  fs_session_emit_notice (self, sentence, _ ("Undo"), action);
}

void
fs_session_restore (FsSession *self, guint id)
{
  for (guint i = 0; i < self->deleted->len; i++)
    {
      FsKeptRun *kept = g_ptr_array_index (self->deleted, i);

      if (kept->id != id)
        continue;
      g_ptr_array_steal_index (self->deleted, i);
      fs_session_insert_kept (self, kept);
      change_record (self, CHANGE_DELETION, kept->summary->id, NULL, FALSE);
      fs_session_emit (self, FS_SESSION_RUNS);
      return;
    }
}

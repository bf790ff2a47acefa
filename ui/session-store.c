/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the session has of the store: the list of runs, their epochs when somebody asks, their state for
 * the forecast of the best and the last weights; and changes of what people say about them. All of it
 * is done on the store's thread, and comes back to a session that may be gone by then. */

#include "ui/session-private.h"

/* ---- jobs for the store ---- */

typedef enum
{
  CHANGE,
  LOAD_LIST,
  LOAD_RECORD
} JobKind;

typedef struct
{
  GWeakRef session;
  JobKind kind;
  FsRecordChange change;
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
change_record (FsStoreFile *file, StoreJob *job)
{
  switch (job->change)
    {
    case FS_RECORD_NAME:
      fs_store_file_rename (file, job->record, job->text, &job->error);
      break;
    case FS_RECORD_NOTE:
      fs_store_file_set_note (file, job->record, job->text, &job->error);
      break;
    case FS_RECORD_PIN:
      fs_store_file_set_pinned (file, job->record, job->is_set, &job->error);
      break;
    case FS_RECORD_DELETION:
      fs_store_file_set_deleted (file, job->record, job->is_set, &job->error);
      break;
    }
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
    case CHANGE:
      change_record (file, job);
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

void
fs_session_change_record (FsSession *self,
                          FsRecordChange change,
                          const char *record,
                          const char *text,
                          gboolean is_set)
{
  StoreJob *job;

  if (!self->store || !*record)
    return;
  job = store_job_new (self, CHANGE, record);
  job->change = change;
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

/* Orders of stored runs are small numbers, those of this session's are times in µs. */
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

void
fs_session_revive (FsSession *self, FsKeptRun *kept)
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
  if (!snapshot)
    kept->is_to_go_on = FALSE;
  if (snapshot && !kept->snapshot)
    kept->snapshot = fs_snapshot_ref (snapshot);
  if (kept->snapshot && kept->is_to_go_on)
    {
      fs_session_continue (self, id);
      return;
    }
  if (self->shown == id)
    fs_session_revive (self, kept);
  self->is_judged = FALSE;
  fs_session_emit (self, FS_SESSION_RUNS);
  if (self->shown == id)
    fs_session_emit (self, FS_SESSION_SNAPSHOT);
}

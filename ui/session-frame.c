/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The columns of the experiment's file, for the column pickers and the data row. The file is read on a
 * thread of GLib's pool, once for the window and its runs (frame-cache.h). Of a long file the first
 * rows are there at once, and what is still to be read is told while it is. The file before is kept
 * until the new one is read: data, or another way to read it, that comes to nothing is told of once and
 * gone back from. Of an experiment's own file nothing is told here: its run fails with the same sentence,
 * and one is enough. */

#include "ui/session-private.h"
#include <glib/gstdio.h>
#include "engine/lab/frame-cache.h"
#include "engine/lab/source.h"

/* A shorter file is there before anybody has looked. */
#define BYTES_WORTH_A_PREVIEW (8 << 20)
#define PREVIEW_ROWS 1000

#define PROGRESS_MS 100

/* Owned by the task. `session` is a weak reference, and doubles as the question "am I still
 * wanted?"; it is touched on the main thread alone. */
struct FsFrameReader
{
  GWeakRef session;
  char *source;
  FsImport import;
  FsInterrupt interrupt;
  FsReadProgress progress;
  gboolean is_preview; /* what is read at present */
};

typedef struct FsFrameReader FsFrameReader;

static void
frame_reader_free (void *data)
{
  FsFrameReader *reader = data;

  g_weak_ref_clear (&reader->session);
  g_free (reader->source);
  g_free (reader);
}

/* ---- on the reading thread ---- */

/* The first rows of a long file; NULL of any other, and of one that cannot be read. */
static FsSharedFrame *
read_preview (FsFrameReader *reader)
{
  const FsReadOptions options = { .import = &reader->import,
                                  .interrupt = &reader->interrupt,
                                  .max_rows = PREVIEW_ROWS };
  GStatBuf about;
  g_autofree char *path = fs_source_resolve (reader->source, NULL, NULL);
  FsFrame *frame;

  if (!path || g_stat (path, &about) != 0 || about.st_size < BYTES_WORTH_A_PREVIEW)
    return NULL;
  frame = fs_source_load (path, NULL, &options, NULL);
  return frame ? fs_shared_frame_new (frame) : NULL;
}

static void
read_frame_thread (GTask *task, void *source_object, void *task_data, GCancellable *cancellable)
{
  FsFrameReader *reader = task_data;
  const FsReadOptions options = { .import = &reader->import,
                                  .interrupt = &reader->interrupt,
                                  .progress = &reader->progress };

  GError *error = NULL;
  FsSharedFrame *frame = reader->is_preview
                             ? read_preview (reader)
                             : fs_frame_cache_load (reader->source, NULL, &options, &error);

  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, frame, fs_shared_unref);
}

/* ---- on the main thread ---- */

static gboolean
progress_cb (void *data)
{
  fs_session_emit (data, FS_SESSION_READING);
  return G_SOURCE_CONTINUE;
}

static void
stop_progress (FsSession *self)
{
  if (self->reading_id == 0)
    return;
  g_clear_handle_id (&self->reading_id, g_source_remove);
  fs_session_emit (self, FS_SESSION_READING);
}

static void begin_reading (FsSession *self, const char *source, gboolean is_preview);

static gboolean go_back (FsSession *self);

static void
frame_read_cb (GObject *source_object, GAsyncResult *result, void *data)
{
  GTask *task = G_TASK (result);
  FsFrameReader *reader = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  FsSharedFrame *frame = g_task_propagate_pointer (task, &error);
  g_autoptr (FsSession) session = g_weak_ref_get (&reader->session);

  if (!session || session->reader != reader)
    {
      fs_frame_cache_release (frame);
      return;
    }
  g_clear_pointer (&session->frame, fs_frame_cache_release);
  session->frame = frame;
  session->frame_is_preview = reader->is_preview && frame;
  session->reader = NULL;
  if (reader->is_preview)
    begin_reading (session, session->frame_source, FALSE);
  else
    stop_progress (session);
  if (error && go_back (session))
    {
      fs_session_notice (session, error->message);
      return;
    }
  if (!reader->is_preview)
    fs_session_forget_source_before (session);
  if (frame || !session->reader)
    fs_session_emit (session, FS_SESSION_FACTS);
}

static void
begin_reading (FsSession *self, const char *source, gboolean is_preview)
{
  FsFrameReader *reader = g_new0 (FsFrameReader, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, frame_read_cb, NULL);

  g_weak_ref_init (&reader->session, self);
  reader->source = g_strdup (source);
  reader->import = self->frame_import;
  reader->is_preview = is_preview;
  self->reader = reader;
  if (self->reading_id == 0)
    self->reading_id = g_timeout_add (PROGRESS_MS, progress_cb, self);
  g_task_set_task_data (task, reader, frame_reader_free);
  g_task_run_in_thread (task, read_frame_thread);
}

void
fs_session_forget_source (FsSession *self)
{
  if (self->reader)
    atomic_store_explicit (&self->reader->interrupt.is_requested, true, memory_order_relaxed);
  self->reader = NULL;
  self->frame_is_preview = FALSE;
  g_clear_handle_id (&self->reading_id, g_source_remove);
  g_clear_pointer (&self->frame, fs_frame_cache_release);
  g_clear_pointer (&self->frame_source, g_free);
}

/* Whether what is read, or has been, is what the experiment names. */
static gboolean
is_followed (FsSession *self)
{
  return g_strcmp0 (self->experiment.data.source, self->frame_source) == 0
         && fs_import_is_equal (&self->experiment.data.import, &self->frame_import);
}

void
fs_session_forget_source_before (FsSession *self)
{
  g_clear_pointer (&self->frame_before, fs_frame_cache_release);
  g_clear_pointer (&self->frame_before_source, g_free);
}

/* What has been read to its end becomes the file before. */
static void
keep_as_before (FsSession *self)
{
  if (!self->frame || self->frame_is_preview)
    return;
  fs_session_forget_source_before (self);
  self->frame_before = g_steal_pointer (&self->frame);
  self->frame_before_source = g_strdup (self->frame_source);
  self->frame_before_import = self->frame_import;
}

gboolean
fs_session_follow_source (FsSession *self)
{
  const FsExperiment *experiment = &self->experiment;
  gboolean is_before;

  if (is_followed (self))
    return FALSE;
  is_before = self->frame_before && g_str_equal (experiment->data.source, self->frame_before_source)
              && fs_import_is_equal (&experiment->data.import, &self->frame_before_import);
  if (!is_before)
    keep_as_before (self);
  fs_session_forget_source (self);
  self->frame_source = g_strdup (experiment->data.source);
  self->frame_import = experiment->data.import;
  if (is_before)
    {
      self->frame = g_steal_pointer (&self->frame_before);
      fs_session_forget_source_before (self);
    }
  else
    begin_reading (self, self->frame_source, TRUE);
  return is_before;
}

gboolean
fs_session_get_reading (FsSession *self, double *share)
{
  size_t n_total;

  *share = 0;
  if (!self->reader)
    return FALSE;
  n_total = atomic_load_explicit (&self->reader->progress.n_total, memory_order_relaxed);
  if (n_total > 0)
    *share = (double) atomic_load_explicit (&self->reader->progress.n_done, memory_order_relaxed)
             / (double) n_total;
  return TRUE;
}

static gboolean
is_read_at_present (FsSession *self, const char *source, const FsImport *import)
{
  return g_strcmp0 (self->experiment.data.source, source) == 0
         && fs_import_is_equal (&self->experiment.data.import, import);
}

/* Undoes what brought the file, and whatever was changed since. */
static void
undo_source (FsSession *self)
{
  g_autofree char *source = g_strdup (self->frame_source);
  const FsImport import = self->frame_import;

  while (is_read_at_present (self, source, &import) && fs_session_get_undo_label (self))
    fs_session_undo (self);
}

/* From what could not be read, to the file before. FALSE: it is an experiment's own, or there is none. */
static gboolean
go_back (FsSession *self)
{
  const gboolean is_trial = g_strcmp0 (self->frame_source, self->trial_source) == 0
                            || g_strcmp0 (self->frame_source, self->frame_before_source) == 0;
  g_autofree char *source = g_strdup (self->frame_source);
  const FsImport import = self->frame_import;

  if (!self->frame_before || !is_trial)
    return FALSE;
  undo_source (self);
  return !is_read_at_present (self, source, &import);
}

/* A file that was named at the start has nothing before it to go back to. */
#define FALLBACK_SOURCE "builtin:air-passengers"

void
fs_session_cancel_reading (FsSession *self)
{
  g_autofree char *source = g_strdup (self->frame_source);

  if (!self->reader)
    return;
  undo_source (self);
  if (self->reader && is_followed (self) && g_strcmp0 (self->frame_source, source) == 0)
    fs_session_open_data (self, FALLBACK_SOURCE);
}

const FsFrame *
fs_session_get_frame (FsSession *self)
{
  /* The same file read another way: what was known of it stands until its first rows are read anew. */
  if (!self->frame && self->frame_before && self->reader
      && g_strcmp0 (self->frame_source, self->frame_before_source) == 0)
    return self->frame_before->frame;
  return self->frame ? self->frame->frame : NULL;
}

FsSharedFrame *
fs_session_get_shared_frame (FsSession *self)
{
  return self->frame_is_preview ? NULL : self->frame;
}

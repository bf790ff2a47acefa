/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The columns of the experiment's file, for the column pickers and the data row. The file is read
 * on a thread of GLib's pool; the run reads it again for itself, because a run stands on its own. A
 * failure is not reported here: the run fails with the same sentence, and one is enough. */

#include "ui/session-private.h"
#include "engine/lab/source.h"

/* Owned by the task. `session` is a weak reference, and doubles as the question "am I still
 * wanted?"; it is touched on the main thread alone. */
struct FsFrameReader
{
  GWeakRef session;
  char *source;
  FsImport import;
  FsInterrupt interrupt;
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

static void
read_frame_thread (GTask *task, void *source_object, void *task_data, GCancellable *cancellable)
{
  FsFrameReader *reader = task_data;
  GError *error = NULL;
  const FsReadOptions options = { .import = &reader->import, .interrupt = &reader->interrupt };
  FsFrame *frame = fs_source_load (reader->source, NULL, &options, &error);

  if (frame)
    g_task_return_pointer (task, frame, (GDestroyNotify) fs_frame_free);
  else
    g_task_return_error (task, error);
}

static void
frame_read_cb (GObject *source_object, GAsyncResult *result, void *data)
{
  GTask *task = G_TASK (result);
  FsFrameReader *reader = g_task_get_task_data (task);
  FsFrame *frame = g_task_propagate_pointer (task, NULL);
  g_autoptr (FsSession) session = g_weak_ref_get (&reader->session);

  if (!session || session->reader != reader)
    {
      fs_frame_free (frame);
      return;
    }
  session->reader = NULL;
  session->frame = frame ? fs_shared_frame_new (frame) : NULL;
  fs_session_emit (session, FS_SESSION_FACTS);
}

void
fs_session_forget_source (FsSession *self)
{
  if (self->reader)
    atomic_store_explicit (&self->reader->interrupt.is_requested, true, memory_order_relaxed);
  self->reader = NULL;
  g_clear_pointer (&self->frame, fs_shared_unref);
  g_clear_pointer (&self->frame_source, g_free);
}

void
fs_session_follow_source (FsSession *self)
{
  const char *source = self->experiment.data.source;
  g_autoptr (GTask) task = NULL;
  FsFrameReader *reader;

  if (g_strcmp0 (source, self->frame_source) == 0
      && fs_import_is_equal (&self->experiment.data.import, &self->frame_import))
    return;
  fs_session_forget_source (self);
  self->frame_source = g_strdup (source);
  self->frame_import = self->experiment.data.import;

  reader = g_new0 (FsFrameReader, 1);
  g_weak_ref_init (&reader->session, self);
  reader->source = g_strdup (source);
  reader->import = self->experiment.data.import;
  self->reader = reader;
  task = g_task_new (NULL, NULL, frame_read_cb, NULL);
  g_task_set_task_data (task, reader, frame_reader_free);
  g_task_run_in_thread (task, read_frame_thread);
}

const FsFrame *
fs_session_get_frame (FsSession *self)
{
  return self->frame ? self->frame->frame : NULL;
}

FsSharedFrame *
fs_session_get_shared_frame (FsSession *self)
{
  return self->frame;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run's results into a folder. A million rows take seconds, so a thread of GLib's pool writes them from the
 * snapshot of when it began; a bar at the window's foot says how far it is and can call it off. */

#include "ui/window-private.h"

#include "engine/lab/results.h"
#include "ui/text.h"
#include "ui/time-left.h"

#define LOOK_INTERVAL_MS 100

/* Most exports are over before anybody could read the bar. */
#define LOOKS_WORTH_SHOWING 4

/* Owned by the task. `window` is a weak reference, touched on the main thread alone. */
struct FsWindowExport
{
  GWeakRef window;
  GApplication *application; /* held, so that what is called off can tidy up behind itself */
  const FsSnapshot *snapshot;
  char *base, *folder;
  FsInterrupt interrupt;
  FsReadProgress progress;
  FsTimeLeft time_left;
  guint look, n_looks;
};

static void
export_free (void *data)
{
  FsWindowExport *export = data;

  g_weak_ref_clear (&export->window);
  fs_snapshot_unref (export->snapshot);
  g_clear_object (&export->application);
  g_free (export->base);
  g_free (export->folder);
  g_free (export);
}

static void
export_thread (GTask *task, void *source_object, void *task_data, GCancellable *cancellable)
{
  FsWindowExport *export = task_data;
  const FsResultsWatch watch = { &export->interrupt, &export->progress };
  GError *error = NULL;

  if (fs_results_save_snapshot (export->snapshot, export->base, export->folder, &watch, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
look_cb (void *data)
{
  FsWindow *self = data;
  FsWindowExport *export = self->export;
  const size_t n_total = atomic_load (&export->progress.n_total);
  const size_t n_done = atomic_load (&export->progress.n_done);
  const double share = n_total > 0 ? MIN ((double) n_done / (double) n_total, 1) : 0;
  g_autofree char *words = fs_time_left_say (&export->time_left, share);

  fs_time_left_show (self->export_progress, share, words);
  gtk_revealer_set_reveal_child (self->export_revealer, ++export->n_looks > LOOKS_WORTH_SHOWING);
  return G_SOURCE_CONTINUE;
}

static void
say_end (FsWindow *self, const FsWindowExport *export, const GError *error)
{
  g_autofree char *sentence =
      error ? NULL : g_strdup_printf (_ ("Results written to %s"), export->folder);

  fs_window_say (self, error ? error->message : sentence, NULL, NULL);
}

static void
exported_cb (GObject *source_object, GAsyncResult *result, void *data)
{
  GTask *task = G_TASK (result);
  FsWindowExport *export = g_task_get_task_data (task);
  g_autoptr (FsWindow) self = g_weak_ref_get (&export->window);
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (task, &error);
  if (self && self->export == export)
    {
      g_clear_handle_id (&export->look, g_source_remove);
      self->export = NULL;
      gtk_revealer_set_reveal_child (self->export_revealer, FALSE);
      say_end (self, export, error);
    }
  if (export->application)
    g_application_release (export->application);
}

void
fs_window_export_to (FsWindow *self, const char *folder)
{
  g_autoptr (GError) error = NULL;
  const char *base = NULL;
  const FsSnapshot *snapshot = fs_session_get_results (self->session, &base, &error);
  g_autoptr (GTask) task = NULL;
  FsWindowExport *export;

  if (!snapshot || self->export)
    {
      fs_window_say (self, error ? error->message : _ ("One export at a time."), NULL, NULL);
      return;
    }
  export = g_new0 (FsWindowExport, 1);
  g_weak_ref_init (&export->window, self);
  g_set_object (&export->application,
                G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  export->snapshot = fs_snapshot_ref (snapshot);
  export->base = g_strdup (base);
  export->folder = g_strdup (folder);
  fs_time_left_begin (&export->time_left);
  if (export->application)
    g_application_hold (export->application);
  self->export = export;
  export->look = g_timeout_add (LOOK_INTERVAL_MS, look_cb, self);
  task = g_task_new (NULL, NULL, exported_cb, NULL);
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, export_thread);
}

void
fs_window_cancel_export (FsWindow *self)
{
  if (self->export)
    atomic_store (&self->export->interrupt.is_requested, true);
}

void
fs_window_drop_export (FsWindow *self)
{
  if (!self->export)
    return;
  fs_window_cancel_export (self);
  g_clear_handle_id (&self->export->look, g_source_remove);
  self->export = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people say of runs: names, notes, pins; and that they do not want them any more. */

#include "ui/session-private.h"

#include "ui/text.h"

/* What was said before the store knew of the run. */
void
fs_session_label_record (FsSession *self, const char *record)
{
  if (self->run_name)
    fs_session_change_record (self, FS_RECORD_NAME, record, self->run_name, FALSE);
  if (self->run_note)
    fs_session_change_record (self, FS_RECORD_NOTE, record, self->run_note, FALSE);
  if (self->run_is_pinned)
    fs_session_change_record (self, FS_RECORD_PIN, record, NULL, TRUE);
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
      fs_session_change_record (self, FS_RECORD_NAME, record, name, FALSE);
    }
  g_free (*note_at);
  *note_at = g_strdup (note);
  fs_session_change_record (self, FS_RECORD_NOTE, record, note, FALSE);
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
  fs_session_change_record (self, FS_RECORD_PIN,
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
  fs_session_change_record (self, FS_RECORD_DELETION, kept->summary->id, NULL, TRUE);
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
      fs_session_change_record (self, FS_RECORD_DELETION, kept->summary->id, NULL, FALSE);
      fs_session_emit (self, FS_SESSION_RUNS);
      return;
    }
}

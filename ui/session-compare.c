/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which of the session's runs are compared. */

#include "ui/session-private.h"

static gboolean
is_there (FsSession *self, guint id)
{
  return id == self->run_id ? self->run != NULL : fs_session_find_kept (self, id) != NULL;
}

/* Deleted runs leave; restored ones come back only by choice. */
static void
drop_missing (FsSession *self)
{
  for (guint i = self->compared->len; i-- > 0;)
    if (!is_there (self, g_array_index (self->compared, guint, i)))
      g_array_remove_index (self->compared, i);
}

guint
fs_session_get_n_compared (FsSession *self)
{
  drop_missing (self);
  return self->compared->len;
}

guint
fs_session_get_compared (FsSession *self, guint index)
{
  return g_array_index (self->compared, guint, index);
}

gboolean
fs_session_is_compared (FsSession *self, guint id)
{
  for (guint i = 0; i < self->compared->len; i++)
    if (g_array_index (self->compared, guint, i) == id)
      return TRUE;
  return FALSE;
}

void
fs_session_compare (FsSession *self, guint id, gboolean is_compared)
{
  if (!is_there (self, id) || fs_session_is_compared (self, id) == is_compared)
    return;
  drop_missing (self);
  if (is_compared && self->compared->len == FS_SESSION_MAX_COMPARED)
    g_array_remove_index (self->compared, 0);
  if (is_compared)
    g_array_append_val (self->compared, id);
  for (guint i = 0; !is_compared && i < self->compared->len; i++)
    if (g_array_index (self->compared, guint, i) == id)
      g_array_remove_index (self->compared, i);
  fs_session_emit (self, FS_SESSION_RUNS);
}

void
fs_session_compare_only (FsSession *self, const guint *ids, guint n)
{
  g_array_set_size (self->compared, 0);
  g_array_append_vals (self->compared, ids, n);
}

void
fs_session_compare_recent (FsSession *self)
{
  guint shown = self->shown ? self->shown : self->run_id;
  const FsSnapshot *current = fs_session_get_current (self);
  guint n_wanted = 2;

  if (self->shown || (current && current->history.n_observations > 0))
    {
      fs_session_compare (self, shown, TRUE);
      n_wanted--;
    }
  for (guint i = self->kept->len; i-- > 0 && n_wanted > 0;)
    {
      const FsKeptRun *kept = fs_session_get_kept (self, i);
      if (kept->id == shown)
        continue;
      fs_session_compare (self, kept->id, TRUE);
      n_wanted--;
    }
}

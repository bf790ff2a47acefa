/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The session's files: opening and saving experiments, choosing data, what is exported. Inside the
 * session a source is "builtin:…" or an absolute path, so that it means the same wherever it is
 * saved; a saved file names data beside or below itself by a relative path, so that a folder can be
 * passed on. */

#include "ui/session-private.h"

#include <string.h>
#include "engine/lab/experiment-file.h"
#include "engine/lab/share-text.h"
#include "engine/lab/source.h"
#include "ui/facts.h"
#include "ui/text.h"

/* What a window begins with is no change that could be undone. */
static void
adopt (FsSession *self, const FsExperiment *experiment, const char *label)
{
  if (!self->run && !self->problem && !fs_session_get_undo_label (self))
    {
      fs_session_start (self, experiment);
      return;
    }
  fs_session_replace (self, experiment, label, NULL);
  fs_session_settle (self);
}

gboolean
fs_session_open_experiment (FsSession *self, const char *path, GError **error)
{
  FsExperiment experiment;
  g_autofree char *folder = g_path_get_dirname (path);

  if (!fs_experiment_file_load (&experiment, path, error))
    return FALSE;
  if (!g_str_has_prefix (experiment.data.source, "builtin:")
      && !g_path_is_absolute (experiment.data.source))
    {
      g_autofree char *source =
          g_canonicalize_filename (experiment.data.source, *folder ? folder : NULL);
      g_strlcpy (experiment.data.source, source, sizeof experiment.data.source);
    }
  fs_source_settle_words (&experiment, folder);
  adopt (self, &experiment, _ ("Open"));
  return TRUE;
}

gboolean
fs_session_open_text (FsSession *self, const char *text, GError **error)
{
  FsExperiment experiment;

  if (fs_share_text_is_one (text)
          ? !fs_share_text_read (&experiment, text, error)
          : !fs_experiment_file_parse (&experiment, text, -1, _ ("The pasted text"), error))
    return FALSE;
  adopt (self, &experiment, _ ("Paste"));
  return TRUE;
}

/* A column name of another file means nothing in this one. */
void
fs_session_open_data (FsSession *self, const char *source)
{
  FsExperiment experiment = self->experiment;
  g_autofree char *old_name = fs_facts_source_name (experiment.data.source);
  g_autofree char *name = fs_facts_source_name (source);

  g_strlcpy (experiment.data.source, source, sizeof experiment.data.source);
  experiment.data.target[0] = '\0';
  experiment.data.time[0] = '\0';
  memset (experiment.data.inputs, 0, sizeof experiment.data.inputs);
  experiment.data.n_inputs = 0;
  /* A name that only repeated the data's follows it; one that somebody gave stays. */
  if (g_str_equal (experiment.name, old_name))
    g_strlcpy (experiment.name, name, sizeof experiment.name);
  g_free (self->trial_source);
  self->trial_source = g_strdup (source);
  adopt (self, &experiment, _ ("Data"));
}

gboolean
fs_session_save_experiment (FsSession *self, const char *path, GError **error)
{
  FsExperiment experiment = self->experiment;

  if (g_path_is_absolute (experiment.data.source))
    {
      g_autofree char *folder_path = g_path_get_dirname (path);
      g_autoptr (GFile) folder = g_file_new_for_path (folder_path);
      g_autoptr (GFile) data = g_file_new_for_path (experiment.data.source);
      g_autofree char *relative = g_file_get_relative_path (folder, data);

      if (relative)
        g_strlcpy (experiment.data.source, relative, sizeof experiment.data.source);
    }
  return fs_experiment_file_save (&experiment, path, error);
}

const FsSnapshot *
fs_session_get_results (FsSession *self, const char **base, GError **error)
{
  const FsSnapshot *current = fs_session_get_current (self);

  if (!current || current->history.n_observations == 0)
    {
      g_set_error (error, FS_LAB_ERROR, FS_TOO_LITTLE,
                   _ ("Nothing to export yet: train at least one epoch first."));
      return NULL;
    }
  *base = fs_run_base (self->run);
  return fs_run_snapshot (self->run);
}

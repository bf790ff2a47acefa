/* SPDX-License-Identifier: GPL-3.0-or-later */

/* EXPERIMENT and --set; see experiment-argument.h. */

#include "app/commands/experiment-argument.h"

#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/share-text.h"
#include "engine/lab/source.h"

gboolean
fs_experiment_argument_read (const char *argument,
                             char *const *settings,
                             FsExperiment *experiment,
                             char **base,
                             GError **error)
{
  FsProblem problem;
  const gboolean is_text = fs_share_text_is_one (argument);
  g_autofree char *path = is_text ? NULL : fs_source_resolve_experiment (argument, error);
  if (is_text ? !fs_share_text_read (experiment, argument, error)
              : !path || !fs_experiment_file_load (experiment, path, error))
    return FALSE;
  for (gsize i = 0; settings && settings[i]; i++)
    if (fs_experiment_set (experiment, settings[i], &problem) != FS_OK)
      return fs_lab_error_take (error, &problem);
  if (fs_experiment_validate (experiment, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  *base = path ? g_path_get_dirname (path) : g_strdup (".");
  return TRUE;
}

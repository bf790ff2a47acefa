/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Runs by name; see run-argument.h. */

#include "app/commands/run-argument.h"

#include <string.h>
#include "app/commands/experiment-argument.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/store-file.h"

gboolean
fs_run_argument_is_id (const char *argument)
{
  return !g_file_test (argument, G_FILE_TEST_EXISTS)
         && strspn (argument, "0123456789abcdefABCDEF") == strlen (argument)
         && strlen (argument) < FS_RUN_ID_SIZE && *argument;
}

static gboolean
read_kept (const char *digits, FsExperiment *experiment, GError **error)
{
  g_autofree char *folder = fs_store_folder ();
  g_autoptr (FsStoreFile) file = fs_store_file_open (folder, error);
  g_autofree char *id = file ? fs_store_file_find (file, digits, error) : NULL;
  g_autoptr (FsRunRecord) record = id ? fs_store_file_load (file, id, error) : NULL;
  if (record)
    *experiment = record->experiment;
  return record != NULL;
}

gboolean
fs_run_argument_read (const char *argument, FsExperiment *experiment, char **base, GError **error)
{
  *base = NULL;
  if (fs_run_argument_is_id (argument))
    return read_kept (argument, experiment, error);
  if (!g_file_test (argument, G_FILE_TEST_IS_DIR))
    return fs_experiment_argument_read (argument, NULL, experiment, base, error);
  g_autofree char *path = g_build_filename (argument, "experiment.json", NULL);
  *base = g_strdup (argument);
  return fs_experiment_file_load (experiment, path, error);
}

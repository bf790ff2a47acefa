/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run's state in a file; see state-file.h. */

#include "engine/lab/state-file.h"

#include <stdlib.h>
#include "engine/base/text.h"
#include "engine/lab/file-write.h"
#include "engine/lab/lab-error.h"
#include "engine/train/trainer-state.h"

gboolean
fs_state_file_write (const char *path, const FsTrainer *trainer, GError **error)
{
  unsigned char *bytes = NULL;
  size_t n_bytes = 0;
  FsProblem problem = { 0 };
  if (fs_trainer_save (trainer, &bytes, &n_bytes, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  const gboolean is_written = fs_file_write (path, bytes, n_bytes, error);
  free (bytes);
  return is_written;
}

gboolean
fs_state_file_read (const char *path, FsTrainer *trainer, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize n_bytes = 0;
  g_autoptr (GError) read_error = NULL;
  if (!g_file_get_contents (path, &bytes, &n_bytes, &read_error))
    {
      if (g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE,
                   fs_text ("The state of the run cannot be read: %s."), read_error->message);
      return FALSE;
    }
  FsProblem problem = { 0 };
  return fs_trainer_restore (trainer, (const unsigned char *) bytes, n_bytes, &problem) == FS_OK
         || fs_lab_error_take (error, &problem);
}

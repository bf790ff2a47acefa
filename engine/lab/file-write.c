/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The one way by which the lab writes files; see file-write.h. */

#include "engine/lab/file-write.h"

#include <errno.h>
#include <glib/gstdio.h>
#include "engine/base/text.h"
#include "engine/lab/lab-error.h"

/* What to do about it, as a clause after the path. */
static const char *
advice (int code, const char *words)
{
  switch (code)
    {
    case G_FILE_ERROR_NOSPC:
      return fs_text ("the disk is full; free some room, or choose another folder");
    case G_FILE_ERROR_ACCES:
    case G_FILE_ERROR_PERM:
    case G_FILE_ERROR_ROFS:
      return fs_text ("the folder may not be written to; choose another one");
    case G_FILE_ERROR_NOENT:
    case G_FILE_ERROR_NOTDIR:
      return fs_text ("there is no such folder");
    case G_FILE_ERROR_ISDIR:
      return fs_text ("a folder of that name is in the way");
    default:
      return words; /* the system's own words */
    }
}

gboolean
fs_file_write (const char *path, const void *bytes, gsize n_bytes, GError **error)
{
  g_autoptr (GError) cause = NULL;
  if (g_file_set_contents_full (path, bytes, (gssize) n_bytes,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0666,
                                &cause))
    return TRUE;
  g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE, fs_text ("%s could not be written: %s."), path,
               advice (cause->code, cause->message));
  return FALSE;
}

void
fs_file_say_unwritten (const char *path, int number, GError **error)
{
  g_set_error (error, FS_LAB_ERROR, FS_UNREADABLE, fs_text ("%s could not be written: %s."), path,
               advice (g_file_error_from_errno (number), g_strerror (number)));
}

gboolean
fs_file_move (const char *from, const char *to, GError **error)
{
  if (g_rename (from, to) == 0)
    return TRUE;
  fs_file_say_unwritten (to, errno, error);
  return FALSE;
}

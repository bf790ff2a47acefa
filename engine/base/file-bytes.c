/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole file in memory; see file-bytes.h. */

#define _POSIX_C_SOURCE 200809L

#include "engine/base/file-bytes.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static FsStatus
system_problem (FsProblem *problem, const char *path, int error)
{
  switch (error)
    {
    case ENOENT:
    case ENOTDIR:
      return fs_problem (problem, FS_NOT_FOUND, path, NULL, "there is no such file");
    case EACCES:
    case EPERM:
      return fs_problem (problem, FS_UNREADABLE, path, NULL, "you may not read this file");
    case ELOOP:
      return fs_problem (problem, FS_UNREADABLE, path, NULL,
                         "the links to it go round in a circle");
    case ENAMETOOLONG:
      return fs_problem (problem, FS_NOT_FOUND, path, NULL, "the name is too long for a file");
    default:
      return fs_problem (problem, FS_UNREADABLE, path, NULL, "the system could not read the file");
    }
}

/* Reads up to `size` bytes; a file that became shorter meanwhile is simply shorter. */
static int
read_all (int fd, char *bytes, size_t size, size_t *n_read)
{
  *n_read = 0;
  while (*n_read < size)
    {
      ssize_t n = read (fd, bytes + *n_read, size - *n_read);
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return errno;
      if (n == 0)
        break;
      *n_read += (size_t) n;
    }
  return 0;
}

FsStatus
fs_file_bytes_read (FsFileBytes *file, const char *path, FsProblem *problem)
{
  struct stat about;
  FsStatus status = FS_OK;
  *file = (FsFileBytes){ NULL, 0 };
  /* O_NONBLOCK: opening a pipe must not wait for its writer. */
  int fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (fd < 0)
    return system_problem (problem, path, errno);
  if (fstat (fd, &about) != 0)
    status = system_problem (problem, path, errno);
  else if (S_ISDIR (about.st_mode))
    status = fs_problem (problem, FS_UNREADABLE, path, NULL, "it is a directory, not a file");
  else if (!S_ISREG (about.st_mode))
    status =
        fs_problem (problem, FS_UNREADABLE, path, NULL, "it is a pipe or a device, not a file");
  else
    {
      size_t size = (size_t) about.st_size;
      file->bytes = malloc (size + 1);
      int error = file->bytes ? read_all (fd, file->bytes, size, &file->n_bytes) : 0;
      if (!file->bytes)
        status = fs_problem (problem, FS_OUT_OF_MEMORY, path, NULL, NULL);
      else if (error)
        status = system_problem (problem, path, error);
      else
        file->bytes[file->n_bytes] = '\0';
    }
  close (fd);
  if (status)
    fs_file_bytes_free (file);
  return status;
}

void
fs_file_bytes_free (FsFileBytes *file)
{
  free (file->bytes);
  *file = (FsFileBytes){ NULL, 0 };
}

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

FsStatus
fs_file_parts_open (FsFileParts *file, const char *path, FsProblem *problem)
{
  struct stat about;
  FsStatus status = FS_OK;
  /* O_NONBLOCK: opening a pipe must not wait for its writer. */
  *file = (FsFileParts){ .fd = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY),
                         .path = path };
  if (file->fd < 0)
    return system_problem (problem, path, errno);
  if (fstat (file->fd, &about) != 0)
    status = system_problem (problem, path, errno);
  else if (S_ISDIR (about.st_mode))
    status = fs_problem (problem, FS_UNREADABLE, path, NULL, "it is a directory, not a file");
  else if (!S_ISREG (about.st_mode))
    status =
        fs_problem (problem, FS_UNREADABLE, path, NULL, "it is a pipe or a device, not a file");
  else
    file->n_bytes = (size_t) about.st_size;
  if (status)
    fs_file_parts_close (file);
  return status;
}

FsStatus
fs_file_parts_read (const FsFileParts *file,
                    size_t offset,
                    char *bytes,
                    size_t size,
                    size_t *n_read,
                    FsProblem *problem)
{
  *n_read = 0;
  while (*n_read < size)
    {
      ssize_t n = pread (file->fd, bytes + *n_read, size - *n_read, (off_t) (offset + *n_read));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return system_problem (problem, file->path, errno);
      if (n == 0)
        break;
      *n_read += (size_t) n;
    }
  return FS_OK;
}

FsStatus
fs_file_parts_shrank (const FsFileParts *file, FsProblem *problem)
{
  return fs_problem (problem, FS_UNREADABLE, file->path, NULL,
                     "the file became shorter while it was read; open it again when it is whole");
}

void
fs_file_parts_close (FsFileParts *file)
{
  if (file->fd >= 0)
    close (file->fd);
  file->fd = -1;
}

FsStatus
fs_file_bytes_read_open (FsFileBytes *bytes, const FsFileParts *file, FsProblem *problem)
{
  *bytes = (FsFileBytes){ malloc (file->n_bytes + 1), 0 };
  if (!bytes->bytes)
    return fs_problem (problem, FS_OUT_OF_MEMORY, file->path, NULL, NULL);
  FsStatus status =
      fs_file_parts_read (file, 0, bytes->bytes, file->n_bytes, &bytes->n_bytes, problem);
  if (!status && bytes->n_bytes < file->n_bytes)
    status = fs_file_parts_shrank (file, problem);
  if (status)
    fs_file_bytes_free (bytes);
  else
    bytes->bytes[bytes->n_bytes] = '\0';
  return status;
}

FsStatus
fs_file_bytes_read (FsFileBytes *bytes, const char *path, FsProblem *problem)
{
  FsFileParts file;
  *bytes = (FsFileBytes){ NULL, 0 };
  FsStatus status = fs_file_parts_open (&file, path, problem);
  if (status)
    return status;
  status = fs_file_bytes_read_open (bytes, &file, problem);
  fs_file_parts_close (&file);
  return status;
}

void
fs_file_bytes_free (FsFileBytes *file)
{
  free (file->bytes);
  *file = (FsFileBytes){ NULL, 0 };
}

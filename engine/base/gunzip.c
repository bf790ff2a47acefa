/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unpacking gzip with zlib; see gunzip.h. */

#include "engine/base/gunzip.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <zlib.h>

#define FIRST_ROOM ((size_t) 64 << 10)
#define GZIP_ONLY (16 + MAX_WBITS) /* what inflateInit2() calls "expect a gzip header" */

bool
fs_gunzip_is_packed (const char *bytes, size_t n_bytes)
{
  return n_bytes >= 2 && bytes[0] == '\x1F' && bytes[1] == '\x8B';
}

static size_t
most_bytes (size_t n_packed)
{
  size_t by_ratio = n_packed <= SIZE_MAX / FS_GUNZIP_RATIO ? n_packed * FS_GUNZIP_RATIO : SIZE_MAX;
  return by_ratio > FS_GUNZIP_FREE ? by_ratio : FS_GUNZIP_FREE;
}

/* At least one more byte of room, at most `most` altogether. One byte is kept for the NUL. */
static FsStatus
grow (FsFileBytes *unpacked, size_t *room, size_t most, const char *name, FsProblem *problem)
{
  if (*room >= most)
    return fs_problem_at (problem, FS_TOO_LARGE, name, 0, NULL,
                          "it unpacks to more than %zu million bytes, over %d times its size; if "
                          "that is right, unpack it first",
                          most / 1000000, FS_GUNZIP_RATIO);
  size_t wanted = *room == 0 ? FIRST_ROOM : *room > most / 2 ? most : 2 * *room;
  char *bytes = realloc (unpacked->bytes, wanted + 1);
  if (!bytes)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  unpacked->bytes = bytes;
  *room = wanted;
  return FS_OK;
}

/* Several packed files after each other are one file, and zeros behind the last are padding. */
static bool
begins_another (z_stream *stream, const char *bytes, size_t n_bytes)
{
  size_t at = n_bytes - stream->avail_in;
  while (at < n_bytes && bytes[at] == '\0')
    at++;
  stream->next_in = (Bytef *) (bytes + at);
  stream->avail_in = (uInt) (n_bytes - at);
  return at < n_bytes;
}

static FsStatus
inflate_all (z_stream *stream,
             FsFileBytes *unpacked,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             FsProblem *problem)
{
  size_t room = 0;
  for (;;)
    {
      FsStatus status = FS_OK;
      if (unpacked->n_bytes == room)
        status = grow (unpacked, &room, most_bytes (n_bytes), name, problem);
      if (status)
        return status;
      size_t free_room = room - unpacked->n_bytes;
      stream->next_out = (Bytef *) unpacked->bytes + unpacked->n_bytes;
      stream->avail_out = free_room < UINT_MAX ? (uInt) free_room : UINT_MAX;
      uInt before = stream->avail_out;
      int code = inflate (stream, Z_NO_FLUSH);
      unpacked->n_bytes += before - stream->avail_out;
      if (code == Z_STREAM_END)
        {
          if (!begins_another (stream, bytes, n_bytes))
            return FS_OK;
          code = inflateReset (stream);
        }
      if (code == Z_MEM_ERROR)
        return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
      if (code == Z_BUF_ERROR || (code == Z_OK && stream->avail_in == 0 && stream->avail_out > 0))
        return fs_problem (problem, FS_MALFORMED, name, NULL,
                           "this file is packed with gzip and was cut short; get it again");
      if (code != Z_OK)
        return fs_problem (problem, FS_MALFORMED, name, NULL,
                           "this file is packed with gzip and damaged; get it again");
    }
}

FsStatus
fs_gunzip (FsFileBytes *unpacked,
           const char *name,
           const char *bytes,
           size_t n_bytes,
           FsProblem *problem)
{
  z_stream stream = { .next_in = (Bytef *) bytes };
  *unpacked = (FsFileBytes){ 0 };
  if (n_bytes > UINT_MAX)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL,
                       "packed files of 4 GB and more cannot be read");
  stream.avail_in = (uInt) n_bytes;
  if (inflateInit2 (&stream, GZIP_ONLY) != Z_OK)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  FsStatus status = inflate_all (&stream, unpacked, name, bytes, n_bytes, problem);
  inflateEnd (&stream);
  if (status)
    fs_file_bytes_free (unpacked);
  else
    unpacked->bytes[unpacked->n_bytes] = '\0';
  return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading ZIP archives; see unzip.h. Names of fields are those of the format's description
 * (APPNOTE.TXT 6.3). Every offset is checked before it is used: nothing in an archive is believed. */

#include "engine/base/unzip.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "engine/base/gunzip.h"

#define LOCAL_SIGNATURE 0x04034b50u
#define CENTRAL_SIGNATURE 0x02014b50u
#define END_SIGNATURE 0x06054b50u
#define END_64_SIGNATURE 0x06064b50u
#define LOCATOR_64_SIGNATURE 0x07064b50u

#define LOCAL_SIZE 30
#define CENTRAL_SIZE 46
#define END_SIZE 22
#define END_64_SIZE 56
#define LOCATOR_64_SIZE 20
#define MAX_COMMENT 65535

#define STORED 0
#define DEFLATED 8

static uint32_t
read_16 (const char *bytes)
{
  const unsigned char *u = (const unsigned char *) bytes;
  return (uint32_t) u[0] | (uint32_t) u[1] << 8;
}

static uint32_t
read_32 (const char *bytes)
{
  return read_16 (bytes) | read_16 (bytes + 2) << 16;
}

static uint64_t
read_64 (const char *bytes)
{
  return read_32 (bytes) | (uint64_t) read_32 (bytes + 4) << 32;
}

static FsStatus
damaged (const char *name, FsProblem *problem)
{
  return fs_problem (problem, FS_MALFORMED, name, NULL,
                     "this archive is damaged or was cut short; get it again");
}

bool
fs_zip_is (const char *bytes, size_t n_bytes)
{
  return n_bytes >= 4 && read_32 (bytes) == LOCAL_SIGNATURE;
}

FsStatus
fs_zip_open (FsZipDirectory *directory,
             const char *name,
             const char *bytes,
             size_t n_bytes,
             FsProblem *problem)
{
  *directory = (FsZipDirectory){ .bytes = bytes, .n_bytes = n_bytes };
  if (n_bytes < END_SIZE)
    return damaged (name, problem);
  size_t at = n_bytes - END_SIZE;
  size_t least = at > MAX_COMMENT ? at - MAX_COMMENT : 0;
  while (read_32 (bytes + at) != END_SIGNATURE)
    if (at-- == least)
      return damaged (name, problem);
  uint64_t n = read_16 (bytes + at + 10), start = read_32 (bytes + at + 16);
  if (at >= LOCATOR_64_SIZE && read_32 (bytes + at - LOCATOR_64_SIZE) == LOCATOR_64_SIGNATURE)
    {
      uint64_t end = read_64 (bytes + at - LOCATOR_64_SIZE + 8);
      if (end > n_bytes || n_bytes - end < END_64_SIZE || read_32 (bytes + end) != END_64_SIGNATURE)
        return damaged (name, problem);
      n = read_64 (bytes + end + 32);
      start = read_64 (bytes + end + 48);
    }
  if (start > n_bytes || n > (n_bytes - start) / CENTRAL_SIZE)
    return damaged (name, problem);
  directory->at = (size_t) start;
  directory->n_left = (size_t) n;
  return FS_OK;
}

/* Sizes that did not fit stand in an extra field, in this order, only those that are all ones. */
static bool
read_wide_sizes (const char *extra,
                 size_t n,
                 uint64_t *n_bytes,
                 uint64_t *n_packed,
                 uint64_t *offset)
{
  while (n >= 4)
    {
      size_t length = read_16 (extra + 2);
      if (length > n - 4)
        return false;
      if (read_16 (extra) == 1)
        {
          uint64_t *fields[] = { n_bytes, n_packed, offset };
          const char *at = extra + 4;
          for (int i = 0; i < 3; i++)
            if (*fields[i] == UINT32_MAX)
              {
                if (length < 8)
                  return false;
                *fields[i] = read_64 (at);
                at += 8;
                length -= 8;
              }
          return true;
        }
      extra += 4 + length;
      n -= 4 + length;
    }
  return true;
}

FsStatus
fs_zip_next (FsZipDirectory *directory,
             const char *name,
             FsZipMember *member,
             bool *is_end,
             FsProblem *problem)
{
  const char *entry = directory->bytes + directory->at;
  const size_t left = directory->n_bytes - directory->at;
  *is_end = directory->n_left == 0;
  if (*is_end)
    return FS_OK;
  if (left < CENTRAL_SIZE || read_32 (entry) != CENTRAL_SIGNATURE)
    return damaged (name, problem);
  const size_t name_length = read_16 (entry + 28), extra_length = read_16 (entry + 30),
               comment_length = read_16 (entry + 32);
  uint64_t n_packed = read_32 (entry + 20), n_bytes = read_32 (entry + 24),
           offset = read_32 (entry + 42);
  if (left - CENTRAL_SIZE < name_length + extra_length + comment_length
      || !read_wide_sizes (entry + CENTRAL_SIZE + name_length, extra_length, &n_bytes, &n_packed,
                           &offset)
      || offset > directory->n_bytes || n_packed > directory->n_bytes)
    return damaged (name, problem);
  if (read_16 (entry + 8) & 1)
    return fs_problem (problem, FS_MALFORMED, name, NULL, "this archive is encrypted");
  *member = (FsZipMember){ .name = entry + CENTRAL_SIZE,
                           .name_length = name_length,
                           .n_packed = (size_t) n_packed,
                           .n_bytes = (size_t) n_bytes,
                           .offset = (size_t) offset,
                           .method = read_16 (entry + 10),
                           .checksum = read_32 (entry + 16) };
  directory->at += CENTRAL_SIZE + name_length + extra_length + comment_length;
  directory->n_left--;
  return FS_OK;
}

static FsStatus
inflate_member (FsFileBytes *unpacked,
                const char *name,
                const char *packed,
                const FsZipMember *member,
                FsProblem *problem)
{
  z_stream stream = { .next_in = (Bytef *) packed, .avail_in = (uInt) member->n_packed };
  if (inflateInit2 (&stream, -MAX_WBITS) != Z_OK)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  stream.next_out = (Bytef *) unpacked->bytes;
  stream.avail_out = (uInt) member->n_bytes;
  int code = inflate (&stream, Z_FINISH);
  bool is_whole = code == Z_STREAM_END && stream.avail_out == 0;
  inflateEnd (&stream);
  if (code == Z_MEM_ERROR)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  return is_whole ? FS_OK : damaged (name, problem);
}

FsStatus
fs_zip_unpack (FsFileBytes *unpacked,
               const char *name,
               const FsZipDirectory *directory,
               const FsZipMember *member,
               FsProblem *problem)
{
  const char *local = directory->bytes + member->offset;
  const size_t left = directory->n_bytes - member->offset;
  *unpacked = (FsFileBytes){ 0 };
  if (left < LOCAL_SIZE || read_32 (local) != LOCAL_SIGNATURE)
    return damaged (name, problem);
  const size_t skip = LOCAL_SIZE + (size_t) read_16 (local + 26) + read_16 (local + 28);
  if (skip > left || member->n_packed > left - skip)
    return damaged (name, problem);
  size_t most = FS_GUNZIP_FREE;
  if (directory->n_bytes > most / FS_GUNZIP_RATIO)
    most = directory->n_bytes * FS_GUNZIP_RATIO;
  if (member->n_bytes > most || member->n_bytes >= UINT_MAX || member->n_packed >= UINT_MAX)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, NULL);
  if (member->method != STORED && member->method != DEFLATED)
    return fs_problem (problem, FS_MALFORMED, name, NULL,
                       "this archive is packed in another way than by deflating");
  if (member->method == STORED && member->n_bytes != member->n_packed)
    return damaged (name, problem);
  unpacked->bytes = malloc (member->n_bytes + 1);
  if (!unpacked->bytes)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  unpacked->n_bytes = member->n_bytes;
  unpacked->bytes[member->n_bytes] = '\0';
  FsStatus status = FS_OK;
  if (member->method == STORED)
    memcpy (unpacked->bytes, local + skip, member->n_bytes);
  else
    status = inflate_member (unpacked, name, local + skip, member, problem);
  if (!status
      && crc32 (0, (const Bytef *) unpacked->bytes, (uInt) member->n_bytes) != member->checksum)
    status = damaged (name, problem);
  if (status)
    fs_file_bytes_free (unpacked);
  return status;
}

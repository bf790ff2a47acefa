/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Named blocks; see state-blocks.h. Layout: the signature, of which the last letter counts versions of this
 * layout, and the form of the blocks (8 bytes), then for each block its name (16 bytes), its length (8
 * bytes) and its bytes, then the FNV-1a checksum of all before it. */

#include "engine/train/state-blocks.h"

#include <string.h>

#define SIGNATURE "fitscope state 3"
#define SIGNATURE_SIZE (sizeof SIGNATURE - 1)
#define START (SIGNATURE_SIZE + sizeof (uint64_t))
#define NAME_SIZE 16
#define HEADER_SIZE (NAME_SIZE + sizeof (uint64_t))

static uint64_t
checksum (const unsigned char *bytes, size_t n)
{
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < n; i++)
    hash = (hash ^ bytes[i]) * 1099511628211u;
  return hash;
}

static void
append (FsStateWriter *writer, const void *bytes, size_t n)
{
  if (writer->bytes && n > 0)
    memcpy (writer->bytes + writer->n, bytes, n);
  writer->n += n;
}

void
fs_state_begin (FsStateWriter *writer, uint64_t form)
{
  append (writer, SIGNATURE, SIGNATURE_SIZE);
  append (writer, &form, sizeof form);
}

void
fs_state_put (FsStateWriter *writer, const char *name, const void *bytes, size_t n)
{
  char padded[NAME_SIZE] = { 0 };
  const uint64_t length = n;
  memcpy (padded, name, strlen (name));
  append (writer, padded, sizeof padded);
  append (writer, &length, sizeof length);
  append (writer, bytes, n);
}

void
fs_state_end (FsStateWriter *writer)
{
  const uint64_t sum = writer->bytes ? checksum (writer->bytes, writer->n) : 0;
  append (writer, &sum, sizeof sum);
}

FsStateHealth
fs_state_check (const unsigned char *bytes, size_t n_bytes, uint64_t form)
{
  uint64_t sum, found;
  if (n_bytes < START + sizeof sum || memcmp (bytes, SIGNATURE, SIGNATURE_SIZE - 1) != 0)
    return FS_STATE_FOREIGN;
  memcpy (&found, bytes + SIGNATURE_SIZE, sizeof found);
  if (bytes[SIGNATURE_SIZE - 1] != SIGNATURE[SIGNATURE_SIZE - 1] || found != form)
    return FS_STATE_OTHER_VERSION;
  memcpy (&sum, bytes + n_bytes - sizeof sum, sizeof sum);
  return sum == checksum (bytes, n_bytes - sizeof sum) ? FS_STATE_SOUND : FS_STATE_DAMAGED;
}

const void *
fs_state_find (const unsigned char *bytes,
               size_t n_bytes,
               const char *name,
               size_t item_size,
               size_t *n)
{
  const size_t end = n_bytes - sizeof (uint64_t);
  size_t at = START;
  *n = 0;
  while (at + HEADER_SIZE <= end)
    {
      uint64_t length;
      memcpy (&length, bytes + at + NAME_SIZE, sizeof length);
      const unsigned char *data = bytes + at + HEADER_SIZE;
      if (length > end - at - HEADER_SIZE)
        return NULL;
      if (strncmp ((const char *) bytes + at, name, NAME_SIZE) == 0)
        {
          *n = length / item_size;
          return length % item_size == 0 ? data : NULL;
        }
      at += HEADER_SIZE + length;
    }
  return NULL;
}

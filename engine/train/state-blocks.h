/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The form of a saved state: named blocks of bytes between a signature and a checksum. What is in them
 * is trainer-state.c's and trainer-fork.c's matter. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct
{
  unsigned char *bytes; /* NULL while only measuring */
  size_t n;
} FsStateWriter;

/* Appends to `writer`, or counts what would be appended. `form` tells apart programs whose blocks have
 * another form. */
void fs_state_begin (FsStateWriter *writer, uint64_t form);
void fs_state_put (FsStateWriter *writer, const char *name, const void *bytes, size_t n);
void fs_state_end (FsStateWriter *writer);

typedef enum
{
  FS_STATE_SOUND,
  FS_STATE_FOREIGN,       /* no state at all */
  FS_STATE_OTHER_VERSION, /* of another version of this program */
  FS_STATE_DAMAGED        /* another checksum */
} FsStateHealth;

FsStateHealth fs_state_check (const unsigned char *bytes, size_t n_bytes, uint64_t form);

/* The block of that name in a sound state, which must hold a whole number of items: *n of them. NULL if
 * there is none. Not aligned. */
const void *fs_state_find (const unsigned char *bytes,
                           size_t n_bytes,
                           const char *name,
                           size_t item_size,
                           size_t *n);

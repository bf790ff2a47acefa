/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The different values of a column, numbered: the classes of a target, the names of sequences. Private
 * to prepare/. */

#include <stdint.h>
#include "engine/series/frame.h"

typedef struct
{
  char **names; /* [n]: by code point, numbers by size */
  size_t n;
  int32_t *codes; /* [n_rows]: -1 where the value is missing */
} FsLabels;

FsStatus fs_labels_init (FsLabels *labels,
                         const FsColumn *column,
                         size_t n_rows,
                         FsProblem *problem);
void fs_labels_clear (FsLabels *labels);

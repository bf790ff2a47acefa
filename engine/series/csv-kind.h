/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What one cell looks like by itself, for deciding about rows before the columns have types. */

#include "engine/series/csv-scan.h"

typedef enum
{
  FS_CELL_IS_EMPTY, /* or says that it is missing */
  FS_CELL_IS_NUMBER,
  FS_CELL_IS_DATE,
  FS_CELL_IS_WORD
} FsCellKind;

FsCellKind fs_cell_kind (const char *text, FsCell cell);

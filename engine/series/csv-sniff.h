/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The dialect of a file by evidence: every candidate delimiter is tried on the first rows, and the
 * one whose rows agree best in their number of cells, and whose cells read best as numbers and dates,
 * is taken. Then: which lines stand before the table, and whether its first row names the columns.
 * What `import` (NULL allowed) says is taken as it is. */

#include "engine/experiment/experiment.h"
#include "engine/series/csv-scan.h"
#include "engine/series/frame-build.h"

typedef struct
{
  FsDialect dialect;
  size_t n_columns;
  size_t n_preamble; /* rows before the table, to be skipped */
  bool has_header;
  bool has_row_names;   /* the header has no cell for the first column */
  bool has_hash_header; /* the header begins with '#', which is not part of its first name */
} FsCsvPlan;

FsStatus fs_csv_sniff (FsCsvPlan *plan,
                       const char *name,
                       const char *text,
                       size_t n_bytes,
                       const FsImport *import,
                       FsFrameBuilder *builder,
                       FsProblem *problem);

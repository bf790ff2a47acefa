/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A frame is a file once it is understood: named columns of equal length. Immutable after reading;
 * any number of threads may read it. Missing numbers and dates are NaN, missing categories are -1,
 * missing texts are NULL. Dates are seconds since 1970-01-01T00:00 in the file's own time zone. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/status.h"

typedef enum
{
  FS_COLUMN_NUMBER,
  FS_COLUMN_DATE,
  FS_COLUMN_CATEGORY,
  FS_COLUMN_TEXT
} FsColumnType;

typedef struct
{
  char *name; /* as in the file; never empty ("column 3"); unique within the frame */
  FsColumnType type;
  double *numbers;   /* NUMBER, DATE: [n_rows] */
  int32_t *codes;    /* CATEGORY: [n_rows], index into `categories` */
  char **categories; /* CATEGORY: sorted by code point */
  size_t n_categories;
  char **texts;     /* TEXT: [n_rows], pointing into text_block */
  char *text_block; /* TEXT: all texts, each ended by NUL */
  size_t n_missing;
  bool
      is_answer; /* known truth of a built-in set ("clean", "label_flipped"): not offered as input */
  bool is_time_part; /* joined into a date column: no series to forecast */
} FsColumn;

/* One thing decided while reading, with its reason, and one thing worth telling. */
typedef struct
{
  char what[64];    /* "delimiter", "encoding", "decimal", "header", "dates of column 2" */
  char choice[64];  /* "semicolon" */
  char reason[192]; /* "1,204 rows of 5 cells; with a comma 3 rows would differ" */
} FsDecision;

typedef struct
{
  size_t line; /* 0 = the whole file */
  char text[256];
} FsWarning;

typedef struct
{
  FsColumn *columns;
  size_t n_columns;
  size_t n_rows;
  FsDecision *decisions;
  size_t n_decisions;
  FsWarning *warnings;
  size_t n_warnings;
  uint64_t hash;            /* FNV-1a of the parsed values: what "the same data" means */
  bool begins_with_counter; /* the first column numbers the rows; see fs_frame_default_time() */
} FsFrame;

void fs_frame_free (FsFrame *frame);                                      /* NULL allowed */
const FsColumn *fs_frame_column (const FsFrame *frame, const char *name); /* NULL if absent */
/* The nearest existing name, for "did you mean"; NULL if none is near. */
const char *fs_frame_nearest_name (const FsFrame *frame, const char *name);
/* Whether a column's numbers only grow, by equal whole steps or under a name that says time: then they
 * number the rows, can serve as the time axis, and are no series to forecast. */
bool fs_column_is_counter (const FsColumn *column, size_t n_rows);
/* What an empty data.target or data.time means; NULL if the frame has none. Asked for each time a
 * window is updated, so no pass over the rows. */
const FsColumn *fs_frame_default_target (const FsFrame *frame);
const FsColumn *fs_frame_default_time (const FsFrame *frame);

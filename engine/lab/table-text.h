/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pieces of the tables that the lab writes: cells of CSV, times of rows, names of parts. One spelling
 * for every file. */

#include <glib.h>
#include "engine/prepare/dataset.h"

/* "train", "validation", "test". */
const char *fs_part_word (FsPart part);

/* The shortest number that reads back to the same double; nothing for NaN. */
void fs_table_append_number (GString *text, double number);

/* A text cell, in quotes where it needs them (RFC 4180). */
void fs_table_append_cell (GString *text, const char *cell);

/* Whether some row has a time of day besides its date: then all are written with one. */
gboolean fs_dataset_has_times_of_day (const FsDataset *dataset);

/* A time as ISO 8601, to the millisecond where it has a fraction; nothing if it is missing or further
 * away than a calendar goes. */
void fs_date_append (GString *text, double seconds, gboolean with_time_of_day);

/* The row's date as ISO 8601, in the file's own time zone (which has no name in the frame); nothing
 * if it is missing. Only where dataset->has_dates. */
void fs_dataset_append_date (GString *text,
                             const FsDataset *dataset,
                             size_t row,
                             gboolean with_time_of_day);

/* The whole table after every enabled step: the time column (or "row", from 1), the target, the
 * inputs, and "split", the part of each row. Numbers in double, as the recipe makes them. */
char *fs_dataset_prepared_csv (const FsDataset *dataset,
                               const FsFrame *frame,
                               const FsExperiment *experiment,
                               FsProblem *problem);

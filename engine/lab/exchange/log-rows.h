/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The rows of a log on their way to a history: which name means which loss, and the merging of sparse
 * rows into epochs. Inside engine/lab/exchange only. */

#include "engine/lab/exchange/logs.h"

typedef enum
{
  FS_LOG_EPOCH,
  FS_LOG_TRAIN,
  FS_LOG_VALIDATION,
  FS_LOG_RUNNING,
  FS_LOG_LEARNING_RATE,
  FS_LOG_GRADIENT_NORM,
  FS_LOG_GRADIENT_NORM_MAX,
  FS_LOG_CLIPPED_SHARE,
  FS_LOG_UPDATE_RATIO,
  FS_LOG_N_FIELDS
} FsLogField;

/* How well a column's name fits a field: 0 = it is not that; of several columns the one that fits
 * best is the field. */
guint fs_log_field_fit (FsLogField field, const char *name);

/* One row as it stands in the file: which fields it has, and where it came from. */
typedef struct
{
  double values[FS_LOG_N_FIELDS];
  gboolean has[FS_LOG_N_FIELDS];
  gsize line;           /* 0 = not in lines */
  gboolean has_percent; /* a number of it was written in percent */
} FsLogRow;

/* FsLogRow each. Rows of one epoch follow each other; without epochs, each row with a loss is one. */
gboolean fs_log_merge (FsLog *log, const GArray *rows, const char *name, GError **error);

/* A number of a log: as the engine reads them, and "nan", "inf", "-inf", "infinity" in any case. With
 * a percent sign it is a hundredth, and sets *is_percent; else that is left alone. */
gboolean fs_log_number (const char *text,
                        gboolean has_decimal_comma,
                        double *value,
                        gboolean *is_percent);

/* Whether a cell says that it has no value: "", "NA", "None" … */
gboolean fs_log_is_absent (const char *text);

gboolean fs_log_parse_json (FsLog *log,
                            const char *text,
                            gsize length,
                            const char *name,
                            GError **error);
gboolean fs_log_parse_table (FsLog *log,
                             const char *text,
                             gsize length,
                             const char *name,
                             GError **error);

/* FALSE without an error if the text has no losses at all. */
gboolean fs_log_parse_console (FsLog *log,
                               const char *text,
                               gsize length,
                               const char *name,
                               GError **error);

/* Whether the bytes begin as a TensorBoard event file does. */
gboolean fs_log_is_events (const char *text, gsize length);
gboolean fs_log_parse_events (FsLog *log,
                              const char *text,
                              gsize length,
                              const char *name,
                              GError **error);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Training logs that other programs wrote, read into a history: what `fitscope diagnose` judges. Known
 * are
 *   tables (CSV, semicolons, tabs, or columns apart by blanks or bars): our own history.csv, Keras's CSVLogger, Lightning's metrics.csv, whose
 *     rows are sparse and several to an epoch;
 *   JSON: an object of arrays ({"train_loss": […], "val_loss": […]}, Keras's history, also inside
 *     "history"), an array of objects (also inside "log_history", Hugging Face's), and one object a line
 *     (our own `train --json`);
 *   what a program printed: Keras's progress lines, or one's own with "epoch 3" and "train loss 0.4";
 *   TensorBoard's event files, with both losses in one file.
 * Only losses are looked for, by the names that these programs give them, whatever stands between the words
 * ("Training Loss", "val/loss", Weights & Biases' "run-1 - val_loss"). Epochs are counted from 1
 * whatever the file counts from; without epochs, each row is one. NaN and Inf are kept: they are what a
 * diagnosis is about. Where one array is longer than the other, or a cell says that it has no value, the log
 * is read as far as both losses go. */

#include <glib.h>
#include "engine/lab/lab-error.h"
#include "engine/train/history.h"

typedef struct
{
  FsHistory history;
  gboolean counts_from_zero; /* the file numbers its first epoch 0; here it is 1 */
  gboolean has_percent;      /* losses were written in percent; here they are hundredths */
  guint n_halves;            /* epochs with one of the two losses alone, which are left out */
  guint n_not_finite;        /* epochs with a loss that is NaN or infinite */
} FsLog;

/* What has to be known of how the log was read, and what cannot be told from it: a sentence a line. */
void fs_log_append_notes (GString *text, const FsLog *log);

/* Whether a file's beginning is that of a log, and not of data or an experiment: it must name a loss and
 * an epoch, or both losses. Reads no more than the beginning. */
gboolean fs_log_is_one (const char *path);

/* `log` is zeroed; clear it with fs_log_clear() also after a failure. */
gboolean fs_log_read (FsLog *log, const char *path, GError **error);

/* Keras's TensorBoard callback writes two event files, in train/ and in validation/ of its folder: the newest
 * of each, joined by epoch. FALSE without an error where the folder has no such two. */
gboolean fs_log_read_pair (FsLog *log, const char *folder, GError **error);

/* The same from text; `name` is the file's, for messages. */
gboolean fs_log_parse (FsLog *log,
                       const char *text,
                       gsize length,
                       const char *name,
                       GError **error);

void fs_log_clear (FsLog *log);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FsLog, fs_log_clear)

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which class is taken for which: truth by row, prediction by column. A cell's colour is its share of the
 * row, its number is the count; right answers and wrong ones have colours of their own. The arrow keys
 * and the pointer choose a cell, which is told in words: as the widget's description, and by the signal
 * "chosen" (char *sentence). */

#include <gtk/gtk.h>
#include "engine/train/class-metrics.h"

G_BEGIN_DECLS

#define FS_TYPE_CONFUSION_MATRIX (fs_confusion_matrix_get_type ())
G_DECLARE_FINAL_TYPE (FsConfusionMatrix, fs_confusion_matrix, FS, CONFUSION_MATRIX, GtkWidget)

GtkWidget *fs_confusion_matrix_new (void);

/* Copies counts [n][n] and names [n]; n = 0: nothing yet. */
void fs_confusion_matrix_set (FsConfusionMatrix *matrix,
                              const size_t *counts,
                              char *const *names,
                              gsize n);
void fs_confusion_matrix_choose (FsConfusionMatrix *matrix, gsize truth, gsize taken);

/* "French taken for Spanish: 12 of 60, 20 %." Transfer full. */
char *fs_confusion_matrix_describe (const size_t *counts,
                                    char *const *names,
                                    gsize n,
                                    gsize truth,
                                    gsize taken);

/* Onto a page: the same cells and numbers, in the light palette. */
void fs_confusion_matrix_draw (cairo_t *cr,
                               const size_t *counts,
                               char *const *names,
                               gsize n,
                               double width_px,
                               double height_px);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How good classifications are. Of n examples whose class is known, with p the probabilities given:
 *   accuracy = share whose likeliest class is the true one
 *   recall of a class = share of its examples that are found, precision = share of what was called so
 *   that is so, f1 = their harmonic mean; 0/0 is 0
 *   balanced accuracy = mean recall over the classes that occur
 *   precision, recall, f1 (macro) = means over the classes that occur or are predicted
 *   log loss = mean −ln p of the true class (p at least 2⁻⁵²), perplexity = exp of it
 * as scikit-learn has them. No class weights enter. */

#include <stddef.h>
#include "engine/base/status.h"

typedef struct
{
  size_t n; /* 0 makes every number below NaN */
  size_t n_classes;
  double accuracy, balanced_accuracy;
  double precision, recall, f1; /* macro */
  double log_loss, perplexity;
  size_t *confusion; /* [n_classes][n_classes]: truth by row, prediction by column; owned */
} FsClassMetrics;

/* probabilities[n][n_outputs], where one output stands for class 1 of two; truth[n] is the number of the
 * class, NaN where it is not known. */
FsStatus fs_class_metrics_compute (FsClassMetrics *metrics,
                                   const double *probabilities,
                                   size_t n_outputs,
                                   const double *truth,
                                   size_t n,
                                   size_t n_classes);
void fs_class_metrics_clear (FsClassMetrics *metrics);

/* The likeliest class, the first of equals, and its probability in *probability unless that is NULL. */
size_t fs_class_predicted (const double *probabilities, size_t n_outputs, double *probability);

/* Of one class. */
double fs_class_recall (const FsClassMetrics *metrics, size_t class_number);
double fs_class_precision (const FsClassMetrics *metrics, size_t class_number);

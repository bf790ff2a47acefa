/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scores of classifications; see class-metrics.h. Everything but the log loss is read off the table of
 * truth against prediction. */

#include "engine/train/class-metrics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

size_t
fs_class_predicted (const double *probabilities, size_t n_outputs, double *probability)
{
  size_t best = 0;
  double p = probabilities[0];
  if (n_outputs == 1)
    {
      best = p > 0.5 ? 1 : 0;
      p = best == 1 ? p : 1 - p;
    }
  for (size_t k = 1; k < n_outputs; k++)
    if (probabilities[k] > p)
      {
        best = k;
        p = probabilities[k];
      }
  if (probability)
    *probability = p;
  return best;
}

static size_t
cell (const FsClassMetrics *metrics, size_t truth, size_t predicted)
{
  return metrics->confusion[truth * metrics->n_classes + predicted];
}

static size_t
n_true (const FsClassMetrics *metrics, size_t k)
{
  size_t n = 0;
  for (size_t j = 0; j < metrics->n_classes; j++)
    n += cell (metrics, k, j);
  return n;
}

static size_t
n_predicted (const FsClassMetrics *metrics, size_t k)
{
  size_t n = 0;
  for (size_t j = 0; j < metrics->n_classes; j++)
    n += cell (metrics, j, k);
  return n;
}

static double
share (double part, double all)
{
  return all > 0 ? part / all : 0;
}

double
fs_class_recall (const FsClassMetrics *metrics, size_t k)
{
  return share ((double) cell (metrics, k, k), (double) n_true (metrics, k));
}

double
fs_class_precision (const FsClassMetrics *metrics, size_t k)
{
  return share ((double) cell (metrics, k, k), (double) n_predicted (metrics, k));
}

static void
read_table (FsClassMetrics *metrics)
{
  size_t n_right = 0, n_occurring = 0, n_named = 0;
  double recall_sum = 0;
  metrics->precision = metrics->recall = metrics->f1 = 0;
  for (size_t k = 0; k < metrics->n_classes; k++)
    {
      const size_t occurs = n_true (metrics, k), named = n_predicted (metrics, k);
      const double precision = fs_class_precision (metrics, k),
                   recall = fs_class_recall (metrics, k);
      n_right += cell (metrics, k, k);
      n_occurring += occurs > 0;
      n_named += occurs > 0 || named > 0;
      recall_sum += recall;
      metrics->precision += precision;
      metrics->recall += recall;
      metrics->f1 += share (2 * precision * recall, precision + recall);
    }
  metrics->accuracy = (double) n_right / (double) metrics->n;
  metrics->balanced_accuracy = recall_sum / (double) n_occurring;
  metrics->precision /= (double) n_named;
  metrics->recall /= (double) n_named;
  metrics->f1 /= (double) n_named;
}

FsStatus
fs_class_metrics_compute (FsClassMetrics *metrics,
                          const double *probabilities,
                          size_t n_outputs,
                          const double *truth,
                          size_t n,
                          size_t n_classes)
{
  *metrics = (FsClassMetrics){ .n_classes = n_classes,
                               .accuracy = NAN,
                               .balanced_accuracy = NAN,
                               .precision = NAN,
                               .recall = NAN,
                               .f1 = NAN,
                               .log_loss = NAN,
                               .perplexity = NAN };
  metrics->confusion = calloc (n_classes * n_classes + 1, sizeof *metrics->confusion);
  if (!metrics->confusion)
    return FS_OUT_OF_MEMORY;
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    {
      if (isnan (truth[i]))
        continue;
      const double *p = probabilities + i * n_outputs;
      const size_t y = (size_t) truth[i];
      const double right = n_outputs > 1 ? p[y] : y == 1 ? p[0] : 1 - p[0];
      metrics->n++;
      metrics->confusion[y * n_classes + fs_class_predicted (p, n_outputs, NULL)]++;
      sum -= log (right < DBL_EPSILON ? DBL_EPSILON : right);
    }
  if (metrics->n == 0)
    return FS_OK;
  metrics->log_loss = sum / (double) metrics->n;
  metrics->perplexity = exp (metrics->log_loss);
  read_table (metrics);
  return FS_OK;
}

void
fs_class_metrics_clear (FsClassMetrics *metrics)
{
  free (metrics->confusion);
  metrics->confusion = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From a snapshot's probabilities to scores; see class-scores.h. */

#include "engine/lab/class-scores.h"

gboolean
fs_run_class_metrics (const FsSnapshot *snapshot, FsPart part, FsClassMetrics *metrics)
{
  const FsDataset *dataset = snapshot ? snapshot->dataset : NULL;
  const FsForecast *forecast = snapshot ? snapshot->forecast : NULL;
  if (!dataset || !forecast || dataset->n_classes == 0 || forecast->n_windows[part] == 0)
    return FALSE;
  const size_t n = forecast->n_windows[part];
  g_autofree double *truth = g_new (double, n);
  for (size_t w = 0; w < n; w++)
    truth[w] = dataset->target_raw[fs_window_target_row (dataset, part, w, 0)];
  return fs_class_metrics_compute (metrics, forecast->predicted[part], dataset->n_outputs, truth, n,
                                   dataset->n_classes)
         == FS_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the bench keeps of each run: everything a verdict is made from (history, probes, baselines, facts
 * of data and forecasts) and the test error. Training is the cost of the bench, judging is not: with this
 * kept, all runs are judged anew in a second after a rule has changed.
 *
 * One file that is only ever appended to, a record a run; what an interruption has cut off is cut away
 * when it is opened again. Records are structs as they lie in memory: the file is of this machine and
 * this build's structs, and says so when it is not. Facts may grow at their end. */

#include <glib.h>
#include "engine/lab/paired-runs.h"

typedef struct
{
  char key[96];
  guint64 hash;           /* of the experiment and of its rows, where they are a file */
  guint seed;             /* from 0 */
  double error;           /* root of the squared test error over that without learning */
  gboolean is_whole;      /* else the error alone */
  gboolean has_old_facts; /* the facts of data have grown since: measure them anew */
  FsHistory history;
  FsBaselines baselines;
  FsDataFacts facts;
  FsForecastFacts forecast;
} WardRun;

typedef struct WardStore WardStore;

/* To be added to: made where it is not there. Else only read, while another program may be adding. */
WardStore *ward_store_open (const char *path, gboolean is_added_to);
void ward_store_close (WardStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WardStore, ward_store_close)

void ward_store_add (WardStore *store,
                     const char *key,
                     guint seed,
                     const FsExperiment *experiment,
                     const FsPairedResult *result,
                     gboolean is_whole);

/* The runs of a key, WardRun by seed as they were added; NULL if there are none. */
GPtrArray *ward_store_runs (WardStore *store, const char *key);

/* Whether as many runs of just this experiment are there. Runs of the key that are of another one are
 * forgotten: the case has been changed since. */
gboolean ward_store_has (WardStore *store,
                         const char *key,
                         const FsExperiment *experiment,
                         guint n_seeds);

/* What there is to judge; `experiment` is the case's, and must stay. */
FsCase ward_run_case (const WardRun *run, const FsExperiment *experiment);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Runs what is not in the store yet: every case of the chosen hosts, the changes that certify controls, and
 * then the prescriptions of findings that are in doubt. */

#include "tests/ward/evidence.h"
#include "tests/ward/hosts.h"

typedef struct
{
  WardChoice choice;
  guint n_seeds, n_jobs;
  gboolean only_gross, certifies;
} WardBench;

void ward_bench_run (WardStore *store, const WardBench *bench);

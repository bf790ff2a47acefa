/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The jobs of `fitscope bench`, and what the processor could do at best. Times are seconds. Nothing is
 * printed here. */

#include <glib.h>
#include "engine/base/status.h"

typedef struct
{
  const char *name;    /* "J1" */
  const char *network; /* for people */
} FsBenchJob;

typedef struct
{
  unsigned n_threads;
  double flops_per_sample; /* useful operations of training on one window: a multiply-add is two */
  double samples_per_second;     /* by the wall clock, median of the rounds */
  double cpu_samples_per_second; /* by the processor time of all threads together */
  double gflops;                 /* useful work by the wall clock: padding does not count */
  double cpu_gflops;             /* the same by processor time, of one thread */
  double losses[2];              /* of the first and of the last epoch: it has to learn */
} FsBenchResult;

/* Ends with name = NULL. */
const FsBenchJob *fs_bench_jobs (void);

/* Trains `job` for rounds of at least `seconds` each, on `n_windows` of its windows (0: on all). */
FsStatus fs_bench_measure (const FsBenchJob *job,
                           unsigned n_threads,
                           unsigned n_rounds,
                           double seconds,
                           size_t n_windows,
                           FsBenchResult *result,
                           FsProblem *problem);

/* The share of the processor time that a trainer's looks inside take with the job's network, on one
 * thread: see bench-probes.h. */
FsStatus fs_bench_measure_probes (const FsBenchJob *job,
                                  double seconds,
                                  double *share,
                                  FsProblem *problem);

/* Multiply-adds in registers on one thread, in 1e9 operations a second (two for each multiply-add). */
double fs_bench_fma_gflops (void);

/* OpenBLAS on one thread, 1024³. */
double fs_bench_sgemm_gflops (void);

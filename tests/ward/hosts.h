/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The bench's patients: hosts (a built-in series and a network that fits it), what makes a healthy one
 * look ill, and faults planted at three severities with the set of findings that is right. A case is an
 * experiment, sometimes on a copy of the series with the fault in its rows, written to `scratch`. */

#include <glib.h>
#include "engine/diagnose/verdict.h"
#include "engine/experiment/experiment.h"

#define WARD_MAX_ACCEPTED 8

typedef enum
{
  WARD_GROSS,
  WARD_MODERATE,
  WARD_MILD,
  WARD_HEALTHY
} WardSeverity;

typedef struct
{
  char key[96]; /* "sunspots/high-rate/gross" */
  guint host;
  FsFindingId planted; /* FS_N_FOUND: a control */
  WardSeverity severity;
  FsFindingId accepted[WARD_MAX_ACCEPTED]; /* the planted one first */
  guint n_accepted;
  gboolean harms_by_nature; /* a leak flatters the score: its harm is not in the error */
  FsExperiment experiment;
} WardCase;

guint ward_n_hosts (void);
const char *ward_host_name (guint host);

/* All cases of a host, owned by the array; `only_gross` leaves the others out. */
GPtrArray *ward_cases (guint host, gboolean only_gross, const char *scratch);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is done to hosts: what makes a healthy run look ill (controls), and faults planted at three
 * severities with the set of findings that is right. A case is an experiment, sometimes on a copy of the
 * series with the fault in its rows, written to `scratch`. */

#include "engine/diagnose/verdict.h"
#include "tests/ward/hosts.h"

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

/* All cases of a host, owned by the array; `only_gross` leaves the others out. */
GPtrArray *ward_cases (guint host, gboolean only_gross, const char *scratch);

/* Removes what ward_cases() has written. */
void ward_cases_clear (GPtrArray *cases, const char *scratch);

/* Eight single changes, none of which may better a healthy run. FALSE where the change cannot be made. */
#define WARD_N_EDITS 8
const char *ward_edit_name (guint edit);
gboolean ward_edit_apply (guint edit, FsExperiment *experiment);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is done to hosts: what makes a healthy run look ill (controls), faults planted at three severities,
 * and two faults of different families at once (gross and moderate). A case is an experiment, sometimes
 * on a copy of the series with the fault in its rows, written to `scratch`. */

#include "tests/ward/plants.h"

#define WARD_KEY_SIZE 96

typedef enum
{
  WARD_GROSS,
  WARD_MODERATE,
  WARD_MILD,
  WARD_HEALTHY
} WardSeverity;

typedef struct
{
  char key[WARD_KEY_SIZE]; /* "sunspots/high-rate/gross", "sunspots/leak+short/gross" */
  guint host;
  WardSeverity severity;
  const WardPlant *plants[2];
  guint n_plants; /* 0: a control */
  FsExperiment experiment;
} WardCase;

/* All cases of a host, owned by the array; `only_gross` leaves the others out. */
GPtrArray *ward_cases (guint host, gboolean only_gross, const char *scratch);

/* Removes what ward_cases() has written. */
void ward_cases_clear (GPtrArray *cases, const char *scratch);

/* The case that has but this one of two plants. */
void ward_case_part_key (const WardCase *ward, guint part, char key[WARD_KEY_SIZE]);

/* Eight single changes, none of which may better a healthy run. FALSE where the change cannot be made. */
#define WARD_N_EDITS 8
const char *ward_edit_name (guint edit);
gboolean ward_edit_apply (guint edit, FsExperiment *experiment);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Faults that can be planted in a host, each at three strengths, in its settings or in its rows, with the
 * set of findings that is right. */

#include "engine/diagnose/finding.h"
#include "tests/ward/hosts.h"
#include "tests/ward/spoils.h"

#define WARD_MAX_ACCEPTED 8

/* The hosts that a plant can grow on. */
typedef enum
{
  WARD_ON_ALL,
  WARD_ON_SERIES,
  WARD_ON_SEASONS,
  WARD_ON_SEQUENCES,
  WARD_ON_CLASSES
} WardSoil;

typedef struct
{
  const char *name;
  FsFindingId planted, accepted[WARD_MAX_ACCEPTED - 1]; /* beside it; FS_N_FOUND ends the list */
  void (*twist) (FsExperiment *experiment, double strength); /* NULL: the settings stay */
  WardSpoil spoil;                                           /* NULL: the rows stay */
  double strength[3];                                        /* gross, moderate, mild */
  gboolean harms_by_nature; /* a leak flatters the score: its harm is not in the error */
  WardSoil soil;
} WardPlant;

guint ward_n_plants (void);
const WardPlant *ward_plant (guint plant);
const WardPlant *ward_plant_named (const char *name);
gboolean ward_plant_grows_on (const WardPlant *plant, guint host);

/* Whether the finding is right where this is planted: the planted one, or of the fixed set. */
gboolean ward_plant_accepts (const WardPlant *plant, FsFindingId id);

void ward_add_dropout (FsExperiment *experiment, double rate);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One change of an experiment as a small value: what a finding proposes, a diff shows, Try applies and
 * a proof runs. An edit is exactly one change; applying it gives another experiment, nothing else. */

#include <stdbool.h>
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"

typedef enum
{
  FS_EDIT_NONE,
  FS_EDIT_SET,          /* `key` = `value` */
  FS_EDIT_INSERT_STEP,  /* a step of kind `item` at `index`, with the settings in `value` */
  FS_EDIT_INSERT_LAYER, /* a layer of kind `item` at `index`, likewise */
  FS_EDIT_REMOVE_STEP,  /* at `index` */
  FS_EDIT_REMOVE_LAYER,
  FS_EDIT_REMOVE_INPUT /* number `index` of data.inputs */
} FsEditKind;

typedef struct
{
  FsEditKind kind;
  size_t index;
  int item;     /* FsStepKind or FsLayerKind */
  char key[64]; /* set: a whole path */
  char value
      [64]; /* set: as --set takes it; insert: "method=mad action=missing", "" = the defaults */
} FsEdit;

/* A change of nothing, or one that the experiment cannot have, fails and leaves it as it was. */
FsStatus fs_edit_apply (const FsEdit *edit, FsExperiment *experiment, FsProblem *problem);

/* The diff in one line: "Dropout rate 0 → 0.3", "Prepare + Scale (standard)". `left` and `right` get
 * the two sides apart ("" = absent); any of the buffers may be NULL. */
typedef struct
{
  char label[96]; /* "Dropout rate", "Prepare" */
  char left[64];
  char right[96];
} FsEditWords;
void fs_edit_describe (const FsEdit *edit, const FsExperiment *experiment, FsEditWords *words);

/* Makes edits. Numbers are written with three significant digits. */
FsEdit fs_edit_set (const char *key, const char *value);
FsEdit fs_edit_set_number (const char *key, double value);
FsEdit fs_edit_insert_step (size_t index, FsStepKind item, const char *settings);
FsEdit fs_edit_insert_layer (size_t index, FsLayerKind item, const char *settings);

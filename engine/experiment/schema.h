/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* THE SCHEMA TABLE: one row a setting. Adding a setting is adding a field to the experiment, a row
 * here, and the code that obeys it; the window's control, the JSON key, --set, the range check, the
 * diff of two runs, the search space and the help follow from the row.
 *
 * Three tables of one form: the experiment's own settings, those of a layer (each row says which
 * kinds use it) and those of a preparation step. All tables are constant and shared by all threads. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/status.h"
#include "engine/experiment/experiment.h"

typedef enum
{
  FS_TYPE_NUMBER,  /* double */
  FS_TYPE_INTEGER, /* int64_t */
  FS_TYPE_BOOLEAN, /* bool */
  FS_TYPE_CHOICE,  /* an enum, stored as int */
  FS_TYPE_TEXT,    /* char[size] */
  FS_TYPE_NAMES    /* char[FS_MAX_INPUTS][FS_TEXT_SIZE] with a count beside it */
} FsSettingType;

typedef enum
{
  FS_GROUP_DATA,
  FS_GROUP_PREPARE,
  FS_GROUP_WINDOW,
  FS_GROUP_MODEL,
  FS_GROUP_TRAIN,
  FS_GROUP_REGULARISE,
  FS_GROUP_STOP,
  FS_N_GROUPS
} FsGroup;

typedef enum
{
  FS_SCALE_OF_LINEAR,
  FS_SCALE_OF_LOG /* a slider or a search moves by factors */
} FsSettingScale;

typedef struct
{
  const char *word;  /* in files: "min-max" */
  const char *label; /* in the window: "Min–max 0…1" */
  const char *help;
} FsChoice;

/* A row. NUMBER, INTEGER, BOOLEAN and CHOICE values all pass through double: every bound of an integer
 * is within ±2^53, so none is rounded. Two rows of the layer table may share a key and a field when
 * their `kinds` differ (the units of an LSTM and of a dense layer are explained differently). */
typedef struct
{
  const char *key; /* within its object: "train.stop.patience", or "units" in a layer */
  FsSettingType type;
  FsGroup group;
  size_t offset;        /* in FsExperiment, FsLayerSpec or FsStepSpec */
  size_t size;          /* TEXT: bytes of the buffer */
  size_t count_offset;  /* NAMES: where its size_t count is */
  double default_value; /* NUMBER, INTEGER, BOOLEAN, CHOICE */
  const char *default_text;
  double min, max;          /* NUMBER, INTEGER; inclusive unless the next two say otherwise */
  bool min_is_excluded;     /* "greater than 0" */
  bool max_is_excluded;     /* "less than 1" */
  const char *special_word; /* "auto", "never"; NULL if none */
  double special_value;
  FsSettingScale scale;
  double increment;        /* of the control: added, or multiplied on a log scale */
  const FsChoice *choices; /* CHOICE; ended by a NULL word */
  uint32_t kinds;          /* layer and step rows: bit per kind that uses the setting */
  const char *unit;        /* "rows", "epochs"; NULL if none */
  const char *label;
  const char *help; /* one sentence */
  bool is_live;     /* may change while training */
  /* Says how a run is shown and nothing of what it trains: may change at any time, also after the end, and
   * is no event of the run's. */
  bool is_for_show;
  bool is_searchable; /* a search may vary it */
  const char *pytorch_name;
  const char *keras_name;
  /* The control is shown only when this other setting has this choice (NULL = always). The other one is
   * a choice or a boolean (1 = true) of the same object: a layer's row names a row of layers. */
  const char *only_if_key;
  int only_if_choice;
  uint32_t only_if_choices; /* bit per choice, instead of the one above; 0 = that one */
  bool is_advanced;         /* few will ever change it: the window folds it away */
  bool is_file;             /* TEXT: the path of a file that is there, which a dialog can choose */
} FsSetting;

typedef struct
{
  const FsSetting *settings;
  size_t n_settings;
} FsSchema;

typedef struct
{
  const char *word;  /* "lstm", "impute" */
  const char *label; /* "LSTM", "Fill gaps" */
  const char *help;
} FsKind;

const FsSchema *fs_schema_experiment (void);
const FsSchema *fs_schema_layer (void);
const FsSchema *fs_schema_step (void);
const FsKind *fs_layer_kind (FsLayerKind kind);
const FsKind *fs_step_kind (FsStepKind kind);
const char *fs_group_label (FsGroup group);

/* A place in an experiment: the row, and the object its offset counts from. */
typedef struct
{
  const FsSetting *setting;
  void *object;            /* the FsExperiment, or one of its layers or steps */
  char path[FS_TEXT_SIZE]; /* "model.layers.0.units" */
} FsPlace;

/* Whether the setting matters where it is: its condition on another setting, if any, holds. */
bool fs_place_is_used (const FsPlace *place, const FsExperiment *experiment);

/* What a setting accepts, as a clause: "a whole number from 1 to 1000000, or auto". */
void fs_setting_describe_allowed (const FsSetting *setting, char *buffer, size_t size);

/* The row of a layer's or step's setting, NULL if this kind has none of that name. */
const FsSetting *fs_schema_find (const FsSchema *schema, const char *key, int kind);

/* Finds "train.batch", "model.layers.0.units", "prepare.1.method". Unknown keys name the nearest. */
FsStatus fs_experiment_find (FsExperiment *experiment,
                             const char *path,
                             FsPlace *place,
                             FsProblem *problem);

/* The existing key that `path` most likely means: by spelling, by its last word ("epochs"), or by its
 * name in PyTorch or Keras ("lr"). False if none is near. */
bool fs_experiment_nearest_key (FsExperiment *experiment,
                                const char *path,
                                char *buffer,
                                size_t size);

/* Every setting of the experiment in table order, those of its steps and layers in their place.
 * Start with *index = 0 (it is opaque: no counter); false at the end. */
bool fs_experiment_next (FsExperiment *experiment, size_t *index, FsPlace *place);

/* Values by place. Setters check type and range and leave the experiment unchanged on failure.
 * Text forms are those of --set: "0.01", "true", "adam", "auto", "a,b" for names (a backslash before a
 * comma or backslash that belongs to a name). A number that stands for a word (FS_AUTO) is accepted
 * as a number by set_number alone: a person writes the word. */
FsStatus fs_place_set_text (const FsPlace *place, const char *text, FsProblem *problem);
FsStatus fs_place_set_number (const FsPlace *place, double value, FsProblem *problem);
double fs_place_get_number (const FsPlace *place); /* NUMBER, INTEGER, BOOLEAN, CHOICE */
void fs_place_get_text (const FsPlace *place, char *buffer, size_t size);

/* Back to the row's default; fs_place_is_default() asks. */
void fs_place_reset (const FsPlace *place);
bool fs_place_is_default (const FsPlace *place);

/* FS_OK if the value that is there is allowed (for values that did not come through a setter). */
FsStatus fs_place_check (const FsPlace *place, FsProblem *problem);

/* True when both places hold the same value; their rows must be the same. */
bool fs_place_is_equal (const FsPlace *left, const FsPlace *right);

/* "KEY=VALUE". */
FsStatus fs_experiment_set (FsExperiment *experiment, const char *assignment, FsProblem *problem);

/* Lists: insert a layer or step of `kind` with its defaults at `index` (past the end = at the end),
 * remove, move from one index to another. */
FsStatus fs_experiment_insert_layer (FsExperiment *experiment,
                                     size_t index,
                                     FsLayerKind kind,
                                     FsProblem *problem);
void fs_experiment_remove_layer (FsExperiment *experiment, size_t index);
void fs_experiment_move_layer (FsExperiment *experiment, size_t from, size_t to);
FsStatus fs_experiment_insert_step (FsExperiment *experiment,
                                    size_t index,
                                    FsStepKind kind,
                                    FsProblem *problem);
void fs_experiment_remove_step (FsExperiment *experiment, size_t index);
void fs_experiment_move_step (FsExperiment *experiment, size_t from, size_t to);
FsLayerSpec fs_layer_spec_default (FsLayerKind kind);
FsStepSpec fs_step_spec_default (FsStepKind kind);

/* Whole-experiment checks that no single row can make (parts that do not fit each other), to be made
 * before any memory is taken. Row ranges are checked too. */
FsStatus fs_experiment_validate (const FsExperiment *experiment, FsProblem *problem);

/* Calls `report` (which may be NULL) for each setting that differs, and returns how many: 0 means
 * equal. While both sides list the same kinds of layers (or steps) in the same order, the setting
 * itself is reported ("model.layers.1.rate"), else whole items ("model.layers.1"), with the texts of
 * both sides ("" = absent). */
typedef void (*FsDifferenceCallback) (const char *path,
                                      const char *label,
                                      const char *left,
                                      const char *right,
                                      void *data);
size_t fs_experiment_compare (const FsExperiment *left,
                              const FsExperiment *right,
                              FsDifferenceCallback report,
                              void *data);

/* 64-bit FNV-1a over the canonical text of every setting except the name: equal experiments have
 * equal hashes on every machine. A setting added later changes no hash while it is at its default. */
uint64_t fs_experiment_hash (const FsExperiment *experiment);

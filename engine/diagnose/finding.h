/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* THE FINDING TABLE: one row for each thing that can be wrong with a fit (or is worth knowing about it):
 * its word for scripts, its name, what it explains when it holds, the picture that shows it, and its page
 * of reasons. What is judged and said for a row is one function each, in find-*.c.
 *
 * Rows stand in the order of causes, data before settings before state before fit: what is upstream
 * explains what is downstream. A row that holds hides the symptoms it explains, so that unscaled
 * inputs are one card and not four. Some rows are exact facts that harm often but not always (a wide
 * column, a saturated gate): they are notes until one of their symptoms shows, and warnings then. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/diagnose/edit.h"

typedef enum
{
  /* data */
  FS_FOUND_MISSING_CODE,
  FS_FOUND_MISSING_VALUES,
  FS_FOUND_LEAK,
  FS_FOUND_OVERLAP,
  FS_FOUND_FITTED_ON_ALL,
  FS_FOUND_UNSCALED_TARGET,
  FS_FOUND_UNSCALED_INPUT,
  FS_FOUND_HEAVY_TAILS,
  FS_FOUND_LONE_VALUES,
  FS_FOUND_CONSTANT_INPUT,
  FS_FOUND_DUPLICATE_INPUT,
  FS_FOUND_LATE_INPUT,
  FS_FOUND_DRIFT,
  FS_FOUND_SHORT_WINDOW,
  FS_FOUND_SMALL_VALIDATION,
  FS_FOUND_MANY_WEIGHTS,
  FS_FOUND_PADDING,
  FS_FOUND_IMBALANCE,
  /* numbers and steps */
  FS_FOUND_DIVERGED,
  FS_FOUND_FROZEN,
  FS_FOUND_SYMMETRIC,
  FS_FOUND_TIGHT_CLIP,
  FS_FOUND_HIGH_RATE,
  FS_FOUND_LOW_RATE,
  FS_FOUND_SPIKES,
  FS_FOUND_FEW_STEPS,
  FS_FOUND_NOISY_BATCHES,
  FS_FOUND_EARLY_DECAY,
  /* states of the recurrent layers */
  FS_FOUND_EXPLODING,
  FS_FOUND_SATURATED,
  FS_FOUND_DEAD_UNITS,
  FS_FOUND_REDUNDANT_UNITS,
  FS_FOUND_VANISHING,
  FS_FOUND_FORGETS,
  FS_FOUND_LONG_WINDOW,
  /* the fit */
  FS_FOUND_OVER_REGULARISED,
  FS_FOUND_NOT_LEARNING,
  FS_FOUND_STOPPED_EARLY,
  FS_FOUND_UNDERFITTING,
  FS_FOUND_COPIES_LAST,
  FS_FOUND_NO_SIGNAL,
  FS_FOUND_OSCILLATING,
  FS_FOUND_OVERFITTING,
  FS_FOUND_PLATEAU,
  FS_FOUND_VALIDATION_BELOW,
  FS_FOUND_SIMPLE_TASK,
  FS_FOUND_WITHIN_NOISE,
  FS_N_FOUND
} FsFindingId;

typedef enum
{
  FS_LEVEL_NOTE, /* worth knowing; nothing need be done */
  FS_LEVEL_WARNING,
  FS_LEVEL_BAD
} FsLevel;

/* The small picture of a card, drawn from the history. */
typedef enum
{
  FS_PICTURE_NONE,
  FS_PICTURE_VALIDATION, /* since its best, over the band of its own jitter */
  FS_PICTURE_BOTH,       /* train and validation */
  FS_PICTURE_TRAIN,
  FS_PICTURE_RUNNING, /* train as trained on and as evaluated */
  FS_PICTURE_GRADIENT,
  FS_PICTURE_UPDATES
} FsPicture;

/* One measured thing that speaks for a finding, or against it. */
typedef struct
{
  char label[96]; /* "rise of the validation loss" */
  char text[48];  /* its value, for people: "14 × its jitter" */
  double value;
  double low, high; /* the healthy range; NaN = open at that end */
  bool is_percent;  /* for people in per cent; the numbers are shares */
  bool speaks_against;
} FsSign;

#define FS_MAX_SIGNS 5

typedef struct
{
  FsFindingId id;
  FsLevel level;
  double claim;         /* 0 … 1: how far beyond its limits the rule finds it */
  double confidence;    /* 0 … 1: how often such claims were right; see calibration.h */
  uint32_t since_epoch; /* where in the run; 0 where it has no meaning */
  char headline[128];   /* the claim: "Overfitting since epoch 34" */
  char detail[384];     /* the claim's numbers, as a clause */
  char cause[320];      /* why that happens, one sentence */
  char advice[320];     /* one thing to try, or "" */
  FsEdit edit;          /* the same as a change of the experiment; FS_EDIT_NONE = not one setting */
  FsSign signs[FS_MAX_SIGNS];
  size_t n_signs;
} FsFinding;

/* One page: what the card cannot hold. Every field is prose. */
typedef struct
{
  const char *measures; /* what is looked at */
  const char *formula;  /* and what must hold */
  const char *source;   /* where that comes from */
  const char *assumes;
  const char *fails; /* when it is wrong */
} FsWhy;

typedef struct
{
  const char *word; /* for scripts: "overfitting" */
  const char *name; /* for people: "Overfitting" */
  FsPicture picture;
  FsWhy why;
} FsFindingInfo;

/* "0.1 … 10", "up to 3.7", "from 30 %"; "" where there is none. */
#define FS_RANGE_SIZE 96
const char *fs_sign_range (const FsSign *sign, char buffer[FS_RANGE_SIZE]);

const FsFindingInfo *fs_finding_info (FsFindingId id);

/* The row whose word it is; FS_N_FOUND for none. */
FsFindingId fs_finding_from_word (const char *word);

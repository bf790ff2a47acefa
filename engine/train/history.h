/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a run has observed: one observation an epoch, and the events between them. Lossless: 10^5
 * epochs are 10^5 observations. Plain data in one growing array; whoever holds it owns it. Nothing in
 * it depends on the clock, so the same experiment writes the same history byte for byte. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/status.h"

typedef struct
{
  uint32_t epoch;         /* 1-based */
  double train_loss;      /* re-evaluated with the epoch's final weights, dropout off */
  double running_loss;    /* mean over the epoch's batches as they were trained on */
  double validation_loss; /* NaN when there is no validation part */
  double learning_rate;   /* at the epoch's end */
  double gradient_norm;   /* median over the epoch's batches, before clipping */
  double gradient_norm_max;
  double clipped_share; /* of the epoch's batches */
  double update_ratio;  /* |Δw| / |w| of the epoch's last batch */
} FsObservation;

typedef enum
{
  FS_EVENT_LEARNING_RATE,
  FS_EVENT_SETTING, /* any other live setting */
  FS_EVENT_PAUSED,
  FS_EVENT_RESUMED,
  FS_EVENT_NON_FINITE
} FsEventKind;

typedef struct
{
  FsEventKind kind;
  uint32_t epoch; /* epochs complete when it happened */
  char text[96];  /* "rate 0.01 → 0.005" */
} FsEvent;

typedef enum
{
  FS_END_NONE, /* still open */
  FS_END_EPOCHS,
  FS_END_EARLY_STOPPING,
  FS_END_STOPPED,
  FS_END_NON_FINITE
} FsEndReason;

const char *fs_end_reason_word (FsEndReason reason); /* "early-stopping", … */

typedef struct
{
  FsObservation *observations;
  size_t n_observations, capacity;
  FsEvent *events;
  size_t n_events, events_capacity;
  FsEndReason end;
  size_t best; /* index of the lowest validation loss (train loss without validation) */
  char non_finite_tensor[64]; /* FS_END_NON_FINITE: where first */
  uint64_t non_finite_step;   /* and at which batch since the start */
} FsHistory;

void fs_history_clear (FsHistory *history); /* frees; the zeroed struct is an empty history */
FsStatus fs_history_append (FsHistory *history, const FsObservation *observation);
FsStatus fs_history_add_event (FsHistory *history,
                               FsEventKind kind,
                               uint32_t epoch,
                               const char *text);
FsStatus fs_history_copy (FsHistory *to, const FsHistory *from);

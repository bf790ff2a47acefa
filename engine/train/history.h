/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a run has observed: one observation an epoch, and the events between them. Lossless: 10^5
 * epochs are 10^5 observations. Nothing in it depends on the clock, so the same experiment writes the
 * same history byte for byte.
 *
 * Designed to be shown while it grows: 30 times a second a snapshot of 7 MB must cost nothing. So the
 * arrays are reference counted blocks that are only ever appended to: entries below n never change,
 * and growth moves the owner to a new block. fs_history_share() takes a reference and notes n; what it
 * gives is immutable and may be read on another thread, without a lock, while the owner appends.
 * One owner appends; appending to a shared view gives that view blocks of its own first. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/status.h"
#include "engine/train/probe.h"

/* Probes that a history keeps at most: 3 MB of them. */
#define FS_HISTORY_MAX_PROBES 512

typedef struct
{
  uint32_t epoch;         /* 1-based */
  double train_loss;      /* re-evaluated with the epoch's final weights, dropout off */
  double running_loss;    /* mean over the epoch's batches as they were trained on */
  double validation_loss; /* NaN when there is no validation part */
  double learning_rate;   /* at the epoch's end */
  double gradient_norm;   /* median over the epoch's batches, before clipping */
  double gradient_norm_max;
  double clipped_share;     /* of the epoch's batches */
  double update_ratio;      /* |Δw| / |w| of the epoch's last batch */
  double gradient_norm_p90; /* 90th and 99th percentile over the epoch's batches */
  double gradient_norm_p99;
  double train_accuracy; /* share of right classes, as the losses; NaN where there are none */
  double validation_accuracy;
} FsObservation;

typedef enum
{
  FS_EVENT_LEARNING_RATE,
  FS_EVENT_SETTING, /* any other live setting */
  FS_EVENT_PAUSED,
  FS_EVENT_RESUMED,
  FS_EVENT_NON_FINITE,
  FS_EVENT_FORKED /* what is before belongs to another run too */
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

/* "epochs", "early-stopping", "stopped", "non-finite"; "none" while the run is open. */
const char *fs_end_reason_word (FsEndReason reason);

typedef struct FsHistoryBlock FsHistoryBlock;

/* A zeroed struct is an empty history. */
typedef struct
{
  const FsObservation *observations; /* [n_observations] */
  size_t n_observations;
  const FsEvent *events; /* [n_events] */
  size_t n_events;
  const FsProbe *probes; /* [n_probes]: of some epochs, ascending */
  size_t n_probes;
  uint32_t
      probe_gap; /* epochs between two that are kept: doubled whenever there are too many; 0 = 1 */

  FsEndReason end;
  bool has_validation;        /* the validation loss is what counts; else the train loss */
  bool has_accuracy;          /* classes are to be found */
  double min_delta;           /* what `best` must gain to move: train.stop.min_delta */
  size_t best;                /* index of the best observation; 0 while there is none */
  char non_finite_tensor[64]; /* FS_END_NON_FINITE: where first; "" if in the loss alone */
  uint64_t non_finite_step;   /* and at which batch since the start, 1-based */

  FsHistoryBlock *observation_block, *event_block; /* what the arrays above lie in */
  FsHistoryBlock *probe_block;
  bool is_view; /* made by fs_history_share() */
} FsHistory;

void fs_history_clear (FsHistory *history); /* drops its references; then empty */

/* Both copy what they are given; on failure the history is as before. */
FsStatus fs_history_append (FsHistory *history, const FsObservation *observation);
FsStatus fs_history_add_event (FsHistory *history,
                               FsEventKind kind,
                               uint32_t epoch,
                               const char *text);

/* Whether a probe of `epoch` is far enough from the last one. */
bool fs_history_wants_probe (const FsHistory *history, uint32_t epoch);

/* The same promise. When there are too many, every second one goes; views keep theirs. */
FsStatus fs_history_add_probe (FsHistory *history, const FsProbe *probe);

/* The newest probe of an epoch up to `epoch`; NULL if there is none. */
const FsProbe *fs_history_probe_at (const FsHistory *history, uint32_t epoch);

/* Makes `to` (uninitialised or cleared) an immutable view of `from` as it is now, in constant time.
 * Clear it when done. A view may be shared again. */
void fs_history_share (FsHistory *to, const FsHistory *from);

/* The loss that best, early stopping and verdicts look at. */
double fs_history_monitored (const FsHistory *history, size_t index);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is exact before training: measured on the prepared data of one experiment, in one pass or a few,
 * without any network. Facts only; which of them is a fault is said by find-data.c.
 *
 * Everything is a ratio (to the column's own spread, to the parts' sizes), so that it means the same
 * for passengers and for volts. Channels are named as the file names them. */

#include "engine/base/status.h"
#include "engine/experiment/experiment.h"
#include "engine/prepare/dataset.h"
#include "engine/train/baselines.h"

#define FS_FACT_NAME_SIZE 48

/* A channel, and a number that speaks of it; n = 0: none. */
typedef struct
{
  char name[FS_FACT_NAME_SIZE];
  size_t channel;
  double value;
} FsChannelFact;

typedef struct
{
  size_t n_windows[FS_N_PARTS];
  size_t n_rows, n_channels, length, horizon, season, purge;
  size_t n_parameters;      /* of the network; 0 = cannot be planned */
  size_t n_training_values; /* targets that are there to learn from */

  /* Of the prepared training rows. "Widest" is the input channel whose spread is furthest from 1 (by
   * ratio), "most off-centre" that with the greatest |mean| / sd; columns of two values are left out. */
  FsChannelFact widest, off_centre;
  double target_sd, target_mean;
  FsChannelFact heaviest; /* greatest |x - median| / (1.4826 MAD) of any channel */

  FsChannelFact missing;  /* greatest share of values that the file does not have */
  size_t longest_gap;     /* rows, of the target */
  double sentinel;        /* a value that repeats at the end of the range, far from the rest */
  double sentinel_share;  /* of the target's rows; 0 = there is none */
  FsChannelFact constant; /* an input that never changes in training: value 1 = there is one */
  FsChannelFact copy;     /* an input that equals another up to scale: |correlation| */

  /* The share of what the target's own past leaves unexplained that this input explains, at the newest
   * row of a window: far more than a driver of the target could. */
  FsChannelFact giveaway;
  /* An input that explains more from further back than the window reaches: at which lag, and how much
   * more of the correlation lies there. */
  FsChannelFact late;
  size_t late_lag;

  size_t n_overlapping;    /* validation windows whose target a training window has seen */
  size_t n_sharing;        /* training windows that have a row in common with one of another part */
  size_t wrong_fit;        /* 1 + index of a step fitted on all rows; 0 = none */
  double validation_shift; /* (mean of validation − mean of training) / sd of training targets */
  double validation_spread;  /* sd of validation / sd of training */
  double validation_outside; /* share of validation targets beyond the training range */
  double first_order;        /* correlation of neighbouring training targets */

  /* Of a forecast: by how much of its squared error an autoregression of the target gains from rows older
   * than the window, and how many rows that takes; 0 where it cannot be told. */
  double unseen_past;
  size_t unseen_rows;
  double
      lone_reach; /* greatest distance of a value from both its neighbours, in robust sds of steps */
  double lone_share; /* of the training rows: beyond FS_LONE_REACH */

  /* Of sequences and texts. */
  double padded_share; /* of the steps of training windows; `is_masked`: they do not count */
  bool is_masked, has_class_weights;
  size_t n_classes, n_rarest,
      n_commonest; /* training examples of a class; 0 where there are none */
  char rarest[FS_FACT_NAME_SIZE], commonest[FS_FACT_NAME_SIZE];

  /* Of a forecast: what an autoregression over the window's length takes from the squared error of the mean or
   * of repeating the last value, whichever is less; and the fewest rows that tell it nearly as much. */
  double past_tells;
  size_t needed_rows;
  double raw_tells; /* what one takes from the error of the mean, of the target as the file has it;
                    NaN where training rows have no neighbours */

  /* An input that is the target one row ahead with noise: what is left of it beside that value (as a share
   * of it, `value` is the rest), the target's past does not explain. */
  FsChannelFact ahead;

  /* Of examples: the input that tells the answer best by itself, at the first step as well as at the last; the
   * share of its variance (the less of the two) that the answer explains. */
  FsChannelFact answer;
} FsDataFacts;

/* A loss of 3 % in the error is harm anywhere: 6 % of its square. */
#define FS_HARMFUL_LOSS 0.06

/* A normal series stays below 4; sunspots reach 6, a glacier river 11 [23 … 1500 where values were planted]. */
#define FS_LONE_REACH 15.0

/* Parts of the measuring, in files of their own: own-past.c, sequence-facts.c. */
FsStatus fs_data_facts_look_at_inputs (FsDataFacts *facts, const FsDataset *dataset);
void fs_data_facts_name_channel (const FsDataset *dataset,
                                 size_t channel,
                                 double value,
                                 FsChannelFact *fact);
/* The level of one channel, 0 = the target, in `n` rows; `scratch` has room for as many. */
void fs_data_facts_look_at_channel (FsDataFacts *facts,
                                    const FsDataset *dataset,
                                    size_t channel,
                                    const double *values,
                                    size_t n,
                                    double *scratch);
void fs_data_facts_look_at_past (FsDataFacts *facts, const FsDataset *dataset);
void fs_data_facts_look_at_sequences (FsDataFacts *facts, const FsDataset *dataset);

FsStatus fs_data_facts_measure (FsDataFacts *facts,
                                const FsDataset *dataset,
                                const FsExperiment *experiment);

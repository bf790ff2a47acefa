/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Live settings: what may change while a run goes on, by the schema's word; each change leaves an
 * event in the history. Settings act where they are read, from the experiment, at the next batch; the
 * few that live elsewhere too (dropout, patience, the size of passes) are handed on here. */

#include <stdio.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/train/trainer-private.h"

/* "rate 0.01 → 0.005", "Dropout rate of layer 2 0.2 → 0.5". */
static void
record_change (FsTrainer *trainer, const FsPlace *place, const char *before, const char *after)
{
  const bool is_rate = strcmp (place->setting->key, "train.learning_rate") == 0;
  char name[sizeof ((FsEvent *) NULL)->text], text[sizeof name + 2 * FS_TEXT_SIZE + 16];
  unsigned layer;
  if (sscanf (place->path, "model.layers.%u.", &layer) == 1)
    snprintf (name, sizeof name, "%s of layer %u", place->setting->label, layer + 1);
  else
    snprintf (name, sizeof name, "%s", is_rate ? "rate" : place->setting->label);
  snprintf (text, sizeof text, "%s %s \u2192 %s", name, before, after);
  fs_history_add_event (&trainer->history, is_rate ? FS_EVENT_LEARNING_RATE : FS_EVENT_SETTING,
                        trainer->epoch, text);
}

FsStatus
fs_trainer_set (FsTrainer *trainer, const char *key, double value, FsProblem *problem)
{
  const FsExperiment kept = trainer->experiment;
  FsPlace place;
  char before[FS_TEXT_SIZE], after[FS_TEXT_SIZE];
  FsStatus status = fs_experiment_find (&trainer->experiment, key, &place, problem);
  if (status != FS_OK)
    return status;
  if (!place.setting->is_live)
    return fs_problem (problem, FS_UNKNOWN_KEY, key, NULL,
                       "it cannot change while training; start a new run");
  fs_place_get_text (&place, before, sizeof before);
  if (trainer->n_lanes > 0 && strcmp (place.setting->key, "train.batch") == 0
      && value != fs_place_get_number (&place))
    return fs_problem (problem, FS_MISMATCH, key, before,
                       "the batch size that the run began with: its memory (train.stateful) has "
                       "one place a row; start a new run");
  status = fs_place_set_number (&place, value, problem);
  if (status == FS_OK)
    status = fs_trainer_make_room (trainer, problem);
  if (status != FS_OK)
    {
      trainer->experiment = kept;
      return status;
    }
  fs_place_get_text (&place, after, sizeof after);
  if (strcmp (before, after) == 0)
    return FS_OK;

  trainer->stopping.patience = trainer->experiment.train.stop.patience;
  record_change (trainer, &place, before, after);
  if (trainer->phase == FS_PHASE_ENDED)
    fs_trainer_reopen (trainer);
  return FS_OK;
}

FsStatus
fs_trainer_set_shown (FsTrainer *trainer, const char *key, const char *text, FsProblem *problem)
{
  FsPlace place;
  FsStatus status = fs_experiment_find (&trainer->experiment, key, &place, problem);
  if (status != FS_OK)
    return status;
  if (!place.setting->is_for_show)
    return fs_problem (problem, FS_UNKNOWN_KEY, key, NULL,
                       "it says what is trained, not what is shown; start a new run");
  return fs_place_set_text (&place, text, problem);
}

void
fs_trainer_note (FsTrainer *trainer, FsEventKind kind, const char *text)
{
  fs_history_add_event (&trainer->history, kind, trainer->epoch, text);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saving and restoring a trainer; see trainer-state.h. */

#include <stdlib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/train/state-blocks.h"
#include "engine/train/trainer-state-private.h"

/* Room for every live setting as text: they are a few dozen lines. */
#define SETTINGS_SIZE 8192

/* ---- Identity ---- */

static uint64_t
mix (uint64_t hash, uint64_t value)
{
  for (int shift = 0; shift < 64; shift += 8)
    hash = (hash ^ (value >> shift & 0xFF)) * 1099511628211u;
  return hash;
}

/* Blocks hold structures as they lie in memory, so that a program in which one has grown would read
 * something else from them. */
static uint64_t
form_of_blocks (void)
{
  const size_t sizes[] = { sizeof (FsStateIdentity), sizeof (FsStateCounters),
                           sizeof (FsObservation),   sizeof (FsEvent),
                           sizeof (FsProbe),         sizeof (FsReal),
                           FS_MAX_TENSORS,           FS_MAX_LAYERS };
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    hash = mix (hash, sizes[i]);
  return hash;
}

/* Data, preparation, window, split and loss: what the numbers of the history are numbers of. */
static uint64_t
hash_past (const FsTrainer *trainer)
{
  FsExperiment past = trainer->experiment;
  FsPlace place;
  size_t index = 0;
  past.n_layers = 0;
  while (fs_experiment_next (&past, &index, &place))
    {
      const FsSetting *setting = place.setting;
      const bool is_loss =
          strcmp (setting->key, "train.loss") == 0
          || (setting->only_if_key && strcmp (setting->only_if_key, "train.loss") == 0);
      if ((setting->group != FS_GROUP_DATA && setting->group != FS_GROUP_PREPARE
           && setting->group != FS_GROUP_WINDOW && !is_loss)
          || setting->is_for_show)
        fs_place_reset (&place);
    }
  memset (past.data.source, 0, sizeof past.data.source);
  return fs_experiment_hash (&past);
}

static uint64_t
hash_layout (const FsTensorTable *table)
{
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < table->n_tensors; i++)
    hash = mix (mix (mix (hash, table->tensors[i].rows), table->tensors[i].cols),
                table->tensors[i].role);
  return hash;
}

static uint64_t
hash_method (const FsExperiment *experiment)
{
  const FsDescentRule rule = fs_descent_rule (experiment);
  uint64_t hash = mix (14695981039346656037u, rule.optimiser);
  hash = mix (mix (hash, rule.rate_is_inside), rule.is_amsgrad);
  return mix (mix (hash, rule.is_centred), rule.has_momentum);
}

FsStateIdentity
fs_state_identity (const FsTrainer *trainer)
{
  FsExperiment fixed = trainer->experiment;
  FsPlace place;
  size_t index = 0, n_moments;
  while (fs_experiment_next (&fixed, &index, &place))
    if (place.setting->is_live || place.setting->is_for_show)
      fs_place_reset (&place);
  memset (fixed.data.source, 0, sizeof fixed.data.source);
  fs_descent_moments (trainer->descent, &n_moments);
  return (FsStateIdentity){ .experiment = fs_experiment_hash (&fixed),
                            .past = hash_past (trainer),
                            .layout = hash_layout (fs_network_tensors (trainer->network)),
                            .method = hash_method (&trainer->experiment),
                            .data = trainer->dataset->frame_hash,
                            .size = fs_trainer_size (trainer),
                            .real_size = sizeof (FsReal),
                            .n_moments = n_moments };
}

/* "train.learning_rate=0.01\n" for each live setting. */
static void
write_settings (const FsTrainer *trainer, char text[SETTINGS_SIZE])
{
  FsExperiment experiment = trainer->experiment;
  FsPlace place;
  size_t index = 0, n = 0;
  memset (text, 0, SETTINGS_SIZE);
  while (fs_experiment_next (&experiment, &index, &place))
    {
      char value[FS_TEXT_SIZE];
      if (!place.setting->is_live)
        continue;
      fs_place_get_text (&place, value, sizeof value);
      const size_t path_length = strlen (place.path), value_length = strlen (value);
      if (n + path_length + value_length + 3 > SETTINGS_SIZE)
        return;
      memcpy (text + n, place.path, path_length);
      text[n + path_length] = '=';
      memcpy (text + n + path_length + 1, value, value_length);
      n += path_length + value_length + 2;
      text[n - 1] = '\n';
    }
}

FsStateCounters
fs_state_counters (const FsTrainer *trainer)
{
  const FsHistory *history = &trainer->history;
  FsStateCounters counters;
  memset (&counters, 0, sizeof counters); /* the padding too: it is written */
  counters.phase = trainer->phase;
  counters.epoch = trainer->epoch;
  counters.n_steps = trainer->n_steps;
  counters.position = trainer->position;
  counters.is_broken = trainer->is_broken;
  counters.loss_sum = trainer->loss_sum;
  counters.loss_weight = trainer->loss_weight;
  counters.n_right = trainer->n_right;
  counters.n_answers = trainer->n_answers;
  counters.train_accuracy = trainer->train_accuracy;
  counters.validation_accuracy = trainer->validation_accuracy;
  counters.train_loss = trainer->train_loss;
  counters.running_loss = trainer->running_loss;
  counters.validation_loss = trainer->validation_loss;
  counters.probe_credits[0] = trainer->probes.credit;
  counters.probe_credits[1] = trainer->probes.noise_credit;
  counters.probe_noise[0] = trainer->probes.noise;
  counters.probe_noise[1] = trainer->probes.signal;
  counters.probe_noise[2] = trainer->probes.noise_weight;
  counters.probe_work[0] = trainer->probes.work;
  counters.probe_work[1] = trainer->probes.spent;
  counters.probe_gap = history->probe_gap;
  counters.best_epoch = trainer->stopping.best_epoch;
  counters.last_epoch = trainer->stopping.last_epoch;
  counters.n_waited = trainer->stopping.n_waited;
  counters.best = trainer->stopping.best;
  counters.plateau.best = trainer->plateau.best;
  counters.plateau.share = trainer->plateau.share;
  counters.plateau.n_waited = trainer->plateau.n_waited;
  counters.plateau.n_cooling = trainer->plateau.n_cooling;
  counters.plateau.has_best = trainer->plateau.has_best;
  counters.n_batches = trainer->statistics.n_batches;
  counters.n_clipped = trainer->statistics.n_clipped;
  counters.batch_loss_sum = trainer->statistics.loss_sum;
  counters.batch_loss_weight = trainer->statistics.loss_weight;
  counters.update_ratio = trainer->statistics.update_ratio;
  counters.end = history->end;
  counters.best_index = history->best;
  counters.non_finite_step = history->non_finite_step;
  counters.descent_steps = *fs_descent_n_steps (trainer->descent);
  counters.n_observations = history->n_observations;
  counters.n_events = history->n_events;
  counters.n_norms = trainer->statistics.n_norms;
  memcpy (counters.non_finite_tensor, history->non_finite_tensor,
          sizeof counters.non_finite_tensor);
  return counters;
}

/* ---- Saving ---- */

/* Probes of later epochs do not belong to the picture. */
static size_t
n_probes_until (const FsHistory *history, uint64_t epoch)
{
  size_t n = history->n_probes;
  while (n > 0 && history->probes[n - 1].epoch > epoch)
    n--;
  return n;
}

static void
put_all (FsStateWriter *writer,
         const FsTrainer *trainer,
         const FsStatePicture *picture,
         const FsStateIdentity *identity,
         const char *settings)
{
  const FsHistory *history = &trainer->history;
  const FsStateCounters *counters = &picture->counters;
  const size_t n_bytes = fs_trainer_size (trainer) * sizeof (FsReal);
  fs_state_begin (writer, form_of_blocks ());
  fs_state_put (writer, "identity", identity, sizeof *identity);
  fs_state_put (writer, "settings", settings, SETTINGS_SIZE);
  fs_state_put (writer, "counters", counters, sizeof *counters);
  fs_state_put (writer, "parameters", picture->parameters, n_bytes);
  fs_state_put (writer, "best", picture->best, n_bytes);
  fs_state_put (writer, "last", picture->last, n_bytes);
  fs_state_put (writer, "moments", picture->moments, identity->n_moments * sizeof (FsReal));
  const size_t n_carried = fs_trainer_carried_size (trainer);
  if (n_carried > 0)
    fs_state_put (writer, "carried", picture->carried, n_carried * sizeof (FsReal));
  if (n_carried > 0 && picture->evaluated)
    fs_state_put (writer, "evaluated", picture->evaluated, n_carried * sizeof (FsReal));
  fs_state_put (writer, "norms", trainer->statistics.norms, counters->n_norms * sizeof (double));
  fs_state_put (writer, "observations", history->observations,
                counters->n_observations * sizeof (FsObservation));
  fs_state_put (writer, "events", history->events, counters->n_events * sizeof (FsEvent));
  fs_state_put (writer, "probes", history->probes,
                n_probes_until (history, counters->epoch) * sizeof (FsProbe));
  fs_state_put (writer, "next probe", &trainer->probes.next, sizeof trainer->probes.next);
  fs_state_end (writer);
}

FsStatus
fs_state_write (const FsTrainer *trainer,
                const FsStatePicture *picture,
                unsigned char **bytes,
                size_t *n_bytes,
                FsProblem *problem)
{
  const FsStateIdentity identity = fs_state_identity (trainer);
  char settings[SETTINGS_SIZE];
  write_settings (trainer, settings);
  FsStateWriter writer = { NULL, 0 };
  put_all (&writer, trainer, picture, &identity, settings);
  const size_t n = writer.n;
  *n_bytes = 0;
  *bytes = malloc (n);
  if (!*bytes)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "state", NULL, NULL);
  writer = (FsStateWriter){ *bytes, 0 };
  put_all (&writer, trainer, picture, &identity, settings);
  *n_bytes = n;
  return FS_OK;
}

FsStatus
fs_trainer_save (const FsTrainer *trainer,
                 unsigned char **bytes,
                 size_t *n_bytes,
                 FsProblem *problem)
{
  size_t n_moments;
  const FsStatePicture picture = {
    .counters = fs_state_counters (trainer),
    .parameters = fs_network_parameters (trainer->network),
    .best = trainer->best,
    .last = trainer->last,
    .moments = fs_descent_moments (trainer->descent, &n_moments),
    .carried = trainer->carried,
    .evaluated = trainer->evaluated,
  };
  return fs_state_write (trainer, &picture, bytes, n_bytes, problem);
}

/* ---- Restoring ---- */

static FsStatus
refuse (FsProblem *problem, const char *hint)
{
  return fs_problem (problem, FS_MALFORMED, "state", NULL, hint);
}

FsStatus
fs_state_open (const unsigned char *bytes,
               size_t n_bytes,
               FsStateIdentity *identity,
               FsProblem *problem)
{
  switch (fs_state_check (bytes, n_bytes, form_of_blocks ()))
    {
    case FS_STATE_FOREIGN:
      return refuse (problem, "a state that fitscope wrote");
    case FS_STATE_OTHER_VERSION:
      return fs_problem (problem, FS_MISMATCH, "state", NULL,
                         "another version of fitscope wrote it; what the run has recorded is still "
                         "there, but to go on training start a new run");
    case FS_STATE_DAMAGED:
      return refuse (problem, "a state that is whole; this one was changed or cut off");
    case FS_STATE_SOUND:
      break;
    }
  size_t n;
  const void *found = fs_state_find (bytes, n_bytes, "identity", sizeof *identity, &n);
  if (!found || n != 1)
    return refuse (problem, "a state that this version of fitscope wrote");
  memcpy (identity, found, sizeof *identity);
  if (identity->real_size != sizeof (FsReal))
    return refuse (problem, "a state of the same precision");
  return FS_OK;
}

static FsStatus
check (const FsTrainer *trainer, const unsigned char *bytes, size_t n_bytes, FsProblem *problem)
{
  FsStateIdentity theirs;
  const FsStateIdentity ours = fs_state_identity (trainer);
  const FsStatus status = fs_state_open (bytes, n_bytes, &theirs, problem);
  if (status != FS_OK)
    return status;
  if (theirs.data != ours.data)
    return fs_problem (problem, FS_MISMATCH, "state", NULL,
                       "the data are not those that the run began with; start a new run");
  if (theirs.experiment != ours.experiment || theirs.size != ours.size
      || theirs.n_moments != ours.n_moments)
    return fs_problem (problem, FS_MISMATCH, "state", NULL,
                       "the experiment is not the one that the run began with, and more than live "
                       "settings differ; start a new run");
  return FS_OK;
}

static void
take_counters (FsTrainer *trainer, const FsStateCounters *counters)
{
  trainer->phase = (FsPhase) counters->phase;
  trainer->epoch = (uint32_t) counters->epoch;
  trainer->n_steps = counters->n_steps;
  trainer->position = counters->position;
  trainer->is_broken = counters->is_broken;
  trainer->loss_sum = counters->loss_sum;
  trainer->loss_weight = counters->loss_weight;
  trainer->n_right = counters->n_right;
  trainer->n_answers = counters->n_answers;
  trainer->train_accuracy = counters->train_accuracy;
  trainer->validation_accuracy = counters->validation_accuracy;
  trainer->train_loss = counters->train_loss;
  trainer->running_loss = counters->running_loss;
  trainer->validation_loss = counters->validation_loss;
  trainer->probes.credit = counters->probe_credits[0];
  trainer->probes.noise_credit = counters->probe_credits[1];
  trainer->probes.noise = counters->probe_noise[0];
  trainer->probes.signal = counters->probe_noise[1];
  trainer->probes.noise_weight = counters->probe_noise[2];
  trainer->probes.work = counters->probe_work[0];
  trainer->probes.spent = counters->probe_work[1];
  trainer->stopping.best_epoch = (uint32_t) counters->best_epoch;
  trainer->stopping.last_epoch = (uint32_t) counters->last_epoch;
  trainer->stopping.n_waited = counters->n_waited;
  trainer->stopping.best = counters->best;
  trainer->plateau = counters->plateau;
  trainer->statistics.n_batches = counters->n_batches;
  trainer->statistics.n_clipped = counters->n_clipped;
  trainer->statistics.loss_sum = counters->batch_loss_sum;
  trainer->statistics.loss_weight = counters->batch_loss_weight;
  trainer->statistics.update_ratio = counters->update_ratio;
  *fs_descent_n_steps (trainer->descent) = counters->descent_steps;
}

static bool
is_sound (const FsProbe *probe)
{
  return probe->n_tensors <= FS_MAX_TENSORS && probe->n_layers <= FS_MAX_LAYERS;
}

/* The blocks are not aligned in the bytes, so that items are copied one by one. */
static FsStatus
take_history (FsTrainer *trainer,
              const unsigned char *bytes,
              size_t n_bytes,
              const FsStateCounters *counters)
{
  FsHistory *history = &trainer->history;
  size_t n;
  FsStatus status = FS_OK;
  const unsigned char *items =
      fs_state_find (bytes, n_bytes, "observations", sizeof (FsObservation), &n);
  if (!items || n != counters->n_observations)
    return FS_MALFORMED;
  for (size_t i = 0; items && i < n && status == FS_OK; i++)
    {
      FsObservation observation;
      memcpy (&observation, items + i * sizeof observation, sizeof observation);
      status = fs_history_append (history, &observation);
    }
  items = fs_state_find (bytes, n_bytes, "events", sizeof (FsEvent), &n);
  if (!items || n != counters->n_events)
    return FS_MALFORMED;
  for (size_t i = 0; items && i < n && status == FS_OK; i++)
    {
      FsEvent event;
      memcpy (&event, items + i * sizeof event, sizeof event);
      event.text[sizeof event.text - 1] = '\0';
      status = fs_history_add_event (history, event.kind, event.epoch, event.text);
    }
  items = fs_state_find (bytes, n_bytes, "probes", sizeof (FsProbe), &n);
  for (size_t i = 0; items && i < n && status == FS_OK; i++)
    {
      FsProbe probe;
      memcpy (&probe, items + i * sizeof probe, sizeof probe);
      if (!is_sound (&probe))
        return FS_MALFORMED;
      status = fs_history_add_probe (history, &probe);
    }
  items = fs_state_find (bytes, n_bytes, "next probe", sizeof (FsProbe), &n);
  if (!items || n != 1)
    return FS_MALFORMED;
  memcpy (&trainer->probes.next, items, sizeof trainer->probes.next);
  if (!is_sound (&trainer->probes.next))
    return FS_MALFORMED;
  history->probe_gap = (uint32_t) counters->probe_gap;
  history->end = (FsEndReason) counters->end;
  history->best = counters->best_index < history->n_observations ? counters->best_index : 0;
  history->non_finite_step = counters->non_finite_step;
  memcpy (history->non_finite_tensor, counters->non_finite_tensor,
          sizeof history->non_finite_tensor);
  history->non_finite_tensor[sizeof history->non_finite_tensor - 1] = '\0';
  return status;
}

static bool
take_reals (const unsigned char *bytes, size_t n_bytes, const char *name, FsReal *to, size_t n)
{
  size_t n_found;
  const void *found = fs_state_find (bytes, n_bytes, name, sizeof *to, &n_found);
  if (!found || n_found != n)
    return false;
  if (n > 0)
    memcpy (to, found, n * sizeof *to);
  return true;
}

static FsStatus
take_norms (FsTrainer *trainer, const unsigned char *bytes, size_t n_bytes)
{
  size_t n;
  const void *found = fs_state_find (bytes, n_bytes, "norms", sizeof (double), &n);
  double *norms = malloc ((n + 1) * sizeof *norms);
  if (!norms)
    return FS_OUT_OF_MEMORY;
  if (found && n > 0)
    memcpy (norms, found, n * sizeof *norms);
  free (trainer->statistics.norms);
  trainer->statistics.norms = norms;
  trainer->statistics.n_norms = n;
  trainer->statistics.capacity = n + 1;
  return FS_OK;
}

/* The live settings as they were; then those that were asked for, as changes. */
static FsStatus
take_settings (FsTrainer *trainer, const char *text, size_t n, FsProblem *problem)
{
  FsExperiment asked = trainer->experiment;
  const char *end = text + n;
  while (text < end && *text)
    {
      char line[2 * FS_TEXT_SIZE];
      const char *stop = memchr (text, '\n', (size_t) (end - text));
      if (!stop || (size_t) (stop - text) >= sizeof line)
        return refuse (problem, NULL);
      memcpy (line, text, (size_t) (stop - text));
      line[stop - text] = '\0';
      const FsStatus status = fs_experiment_set (&trainer->experiment, line, problem);
      if (status != FS_OK)
        return status;
      text = stop + 1;
    }
  FsStatus status = fs_trainer_make_room (trainer, problem);
  trainer->stopping.patience = trainer->experiment.train.stop.patience;
  FsPlace place;
  size_t index = 0;
  while (status == FS_OK && fs_experiment_next (&asked, &index, &place))
    if (place.setting->is_live)
      status = fs_trainer_set (trainer, place.path, fs_place_get_number (&place), problem);
  return status;
}

static FsStatus
take_arrays (FsTrainer *trainer,
             const unsigned char *bytes,
             size_t n_bytes,
             bool takes_moments,
             FsProblem *problem)
{
  const size_t size = fs_trainer_size (trainer);
  size_t n_moments;
  FsReal *moments = fs_descent_moments (trainer->descent, &n_moments);
  if (!take_reals (bytes, n_bytes, "parameters", fs_network_parameters (trainer->network), size)
      || !take_reals (bytes, n_bytes, "best", trainer->best, size)
      || !take_reals (bytes, n_bytes, "last", trainer->last, size)
      || (takes_moments && !take_reals (bytes, n_bytes, "moments", moments, n_moments)))
    return refuse (problem, "a state that this version of fitscope wrote");
  /* A fork from a run without this memory, or with other lanes, begins it anew. */
  const size_t n_carried = fs_trainer_carried_size (trainer);
  if (n_carried > 0 && !take_reals (bytes, n_bytes, "carried", trainer->carried, n_carried))
    fs_trainer_forget (trainer, trainer->carried);
  if (n_carried > 0 && !take_reals (bytes, n_bytes, "evaluated", trainer->evaluated, n_carried))
    fs_trainer_forget (trainer, trainer->evaluated);
  return FS_OK;
}

FsStatus
fs_state_take (FsTrainer *trainer,
               const unsigned char *bytes,
               size_t n_bytes,
               bool takes_moments,
               FsProblem *problem)
{
  size_t n;
  FsStateCounters counters;
  const void *found = fs_state_find (bytes, n_bytes, "counters", sizeof counters, &n);
  if (!found || n != 1)
    return refuse (problem, "a state that this version of fitscope wrote");
  FsStatus status = take_arrays (trainer, bytes, n_bytes, takes_moments, problem);
  if (status != FS_OK)
    return status;
  memcpy (&counters, found, sizeof counters);
  if (counters.phase > FS_PHASE_ENDED
      || counters.position > trainer->dataset->windows[FS_PART_TRAIN].n
                                 + trainer->dataset->windows[FS_PART_VALIDATION].n)
    return refuse (problem, NULL);
  if (!takes_moments)
    counters.descent_steps = 0;
  take_counters (trainer, &counters);
  status = take_history (trainer, bytes, n_bytes, &counters);
  if (status == FS_OK)
    status = take_norms (trainer, bytes, n_bytes);
  if (status != FS_OK)
    return fs_problem (problem, status, "state", NULL, NULL);
  fs_network_refresh (trainer->network);
  fs_trainer_order_windows (trainer);
  if (trainer->epoch > 0 && trainer->phase == FS_PHASE_BOUNDARY)
    {
      fs_checkpoints_add (trainer->checkpoints, trainer->epoch,
                          fs_network_parameters (trainer->network));
      fs_trainer_keep_state (trainer);
    }
  return FS_OK;
}

FsStatus
fs_trainer_restore (FsTrainer *trainer,
                    const unsigned char *bytes,
                    size_t n_bytes,
                    FsProblem *problem)
{
  FsStatus status = check (trainer, bytes, n_bytes, problem);
  if (status == FS_OK)
    status = fs_state_take (trainer, bytes, n_bytes, true, problem);
  if (status != FS_OK)
    return status;
  size_t n;
  const char *settings = fs_state_find (bytes, n_bytes, "settings", 1, &n);
  return settings ? take_settings (trainer, settings, n, problem) : refuse (problem, NULL);
}

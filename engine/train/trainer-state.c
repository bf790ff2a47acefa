/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Saving and restoring a trainer; see trainer-state.h. Layout: the signature, then for each block its
 * name (16 bytes), its length (8 bytes) and its bytes, then the FNV-1a checksum of all before it. */

#include "engine/train/trainer-state.h"

#include <stdlib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/train/trainer-private.h"

#define SIGNATURE "fitscope state 1"
#define NAME_SIZE 16
#define HEADER_SIZE (NAME_SIZE + sizeof (uint64_t))

/* Room for every live setting as text: they are a few dozen lines. */
#define SETTINGS_SIZE 8192

/* What must agree before anything else is read. */
typedef struct
{
  uint64_t experiment; /* hash without live settings and source */
  uint64_t data;       /* hash of the table that was prepared */
  uint64_t size;       /* of a block of parameters */
  uint64_t real_size;
  uint64_t n_moments; /* reals */
} Identity;

/* The numbers of the trainer that are not arrays. */
typedef struct
{
  uint64_t phase, epoch, n_steps, position, is_broken;
  double loss_sum, train_loss, running_loss, validation_loss;
  double probe_credits[2], probe_noise[3], probe_work[2];
  uint64_t probe_gap;
  uint64_t best_epoch, last_epoch;
  int64_t n_waited;
  double best;
  FsPlateau plateau;
  uint64_t n_batches, n_clipped;
  double batch_loss_sum, update_ratio;
  uint64_t end, best_index, non_finite_step, descent_steps;
  char non_finite_tensor[64];
} Counters;

static uint64_t
checksum (const unsigned char *bytes, size_t n)
{
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < n; i++)
    hash = (hash ^ bytes[i]) * 1099511628211u;
  return hash;
}

static Identity
identify (const FsTrainer *trainer)
{
  FsExperiment fixed = trainer->experiment;
  FsPlace place;
  size_t index = 0, n_moments;
  while (fs_experiment_next (&fixed, &index, &place))
    if (place.setting->is_live)
      fs_place_reset (&place);
  memset (fixed.data.source, 0, sizeof fixed.data.source);
  fs_descent_moments (trainer->descent, &n_moments);
  return (Identity){ .experiment = fs_experiment_hash (&fixed),
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

static Counters
count (const FsTrainer *trainer)
{
  const FsHistory *history = &trainer->history;
  Counters counters;
  memset (&counters, 0, sizeof counters); /* the padding too: it is written */
  counters.phase = trainer->phase;
  counters.epoch = trainer->epoch;
  counters.n_steps = trainer->n_steps;
  counters.position = trainer->position;
  counters.is_broken = trainer->is_broken;
  counters.loss_sum = trainer->loss_sum;
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
  counters.update_ratio = trainer->statistics.update_ratio;
  counters.end = history->end;
  counters.best_index = history->best;
  counters.non_finite_step = history->non_finite_step;
  counters.descent_steps = *fs_descent_n_steps (trainer->descent);
  memcpy (counters.non_finite_tensor, history->non_finite_tensor,
          sizeof counters.non_finite_tensor);
  return counters;
}

/* ---- Blocks ---- */

typedef struct
{
  unsigned char *bytes; /* NULL while only measuring */
  size_t n;
} Writer;

static void
put (Writer *writer, const void *bytes, size_t n)
{
  if (writer->bytes && n > 0)
    memcpy (writer->bytes + writer->n, bytes, n);
  writer->n += n;
}

static void
put_block (Writer *writer, const char *name, const void *bytes, size_t n)
{
  char padded[NAME_SIZE] = { 0 };
  const uint64_t length = n;
  memcpy (padded, name, strlen (name));
  put (writer, padded, sizeof padded);
  put (writer, &length, sizeof length);
  put (writer, bytes, n);
}

static void
put_all (Writer *writer,
         const FsTrainer *trainer,
         const Identity *identity,
         const Counters *counters,
         const char *settings)
{
  const FsHistory *history = &trainer->history;
  const size_t n_bytes = fs_trainer_size (trainer) * sizeof (FsReal);
  size_t n_moments;
  const FsReal *moments = fs_descent_moments (trainer->descent, &n_moments);
  put (writer, SIGNATURE, strlen (SIGNATURE));
  put_block (writer, "identity", identity, sizeof *identity);
  put_block (writer, "settings", settings, SETTINGS_SIZE);
  put_block (writer, "counters", counters, sizeof *counters);
  put_block (writer, "parameters", fs_network_parameters (trainer->network), n_bytes);
  put_block (writer, "best", trainer->best, n_bytes);
  put_block (writer, "last", trainer->last, n_bytes);
  put_block (writer, "moments", moments, n_moments * sizeof (FsReal));
  put_block (writer, "norms", trainer->statistics.norms,
             trainer->statistics.n_norms * sizeof (double));
  put_block (writer, "observations", history->observations,
             history->n_observations * sizeof (FsObservation));
  put_block (writer, "events", history->events, history->n_events * sizeof (FsEvent));
  put_block (writer, "probes", history->probes, history->n_probes * sizeof (FsProbe));
  put_block (writer, "next probe", &trainer->probes.next, sizeof trainer->probes.next);
}

FsStatus
fs_trainer_save (const FsTrainer *trainer,
                 unsigned char **bytes,
                 size_t *n_bytes,
                 FsProblem *problem)
{
  const Identity identity = identify (trainer);
  const Counters counters = count (trainer);
  char settings[SETTINGS_SIZE];
  write_settings (trainer, settings);
  Writer writer = { NULL, 0 };
  put_all (&writer, trainer, &identity, &counters, settings);
  const size_t n = writer.n + sizeof (uint64_t);
  *n_bytes = 0;
  *bytes = malloc (n);
  if (!*bytes)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "state", NULL, NULL);
  writer = (Writer){ *bytes, 0 };
  put_all (&writer, trainer, &identity, &counters, settings);
  const uint64_t sum = checksum (*bytes, writer.n);
  put (&writer, &sum, sizeof sum);
  *n_bytes = n;
  return FS_OK;
}

/* ---- Restoring ---- */

static FsStatus
refuse (FsProblem *problem, const char *hint)
{
  return fs_problem (problem, FS_MALFORMED, "state", NULL, hint);
}

/* Finds a block, which must hold a whole number of items. The whole is known to be sound. */
static const void *
find (const unsigned char *bytes, size_t n_bytes, const char *name, size_t item_size, size_t *n)
{
  size_t at = strlen (SIGNATURE);
  *n = 0;
  while (at + HEADER_SIZE <= n_bytes)
    {
      uint64_t length;
      memcpy (&length, bytes + at + NAME_SIZE, sizeof length);
      const unsigned char *data = bytes + at + HEADER_SIZE;
      if (length > n_bytes - at - HEADER_SIZE)
        return NULL;
      if (strncmp ((const char *) bytes + at, name, NAME_SIZE) == 0)
        {
          *n = length / item_size;
          return length % item_size == 0 ? data : NULL;
        }
      at += HEADER_SIZE + length;
    }
  return NULL;
}

static FsStatus
check (const FsTrainer *trainer, const unsigned char *bytes, size_t n_bytes, FsProblem *problem)
{
  uint64_t sum;
  if (n_bytes < strlen (SIGNATURE) + sizeof sum
      || memcmp (bytes, SIGNATURE, strlen (SIGNATURE)) != 0)
    return refuse (problem, "a state that this version of fitscope wrote");
  memcpy (&sum, bytes + n_bytes - sizeof sum, sizeof sum);
  if (sum != checksum (bytes, n_bytes - sizeof sum))
    return refuse (problem, "a state that is whole; this one was changed or cut off");
  size_t n;
  Identity theirs;
  const Identity ours = identify (trainer);
  const void *found = find (bytes, n_bytes - sizeof sum, "identity", sizeof theirs, &n);
  if (!found || n != 1)
    return refuse (problem, "a state that this version of fitscope wrote");
  memcpy (&theirs, found, sizeof theirs);
  if (theirs.real_size != ours.real_size)
    return refuse (problem, "a state of the same precision");
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
take_counters (FsTrainer *trainer, const Counters *counters)
{
  trainer->phase = (FsPhase) counters->phase;
  trainer->epoch = (uint32_t) counters->epoch;
  trainer->n_steps = counters->n_steps;
  trainer->position = counters->position;
  trainer->is_broken = counters->is_broken;
  trainer->loss_sum = counters->loss_sum;
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
              const Counters *counters)
{
  FsHistory *history = &trainer->history;
  size_t n;
  FsStatus status = FS_OK;
  const unsigned char *items = find (bytes, n_bytes, "observations", sizeof (FsObservation), &n);
  for (size_t i = 0; items && i < n && status == FS_OK; i++)
    {
      FsObservation observation;
      memcpy (&observation, items + i * sizeof observation, sizeof observation);
      status = fs_history_append (history, &observation);
    }
  items = find (bytes, n_bytes, "events", sizeof (FsEvent), &n);
  for (size_t i = 0; items && i < n && status == FS_OK; i++)
    {
      FsEvent event;
      memcpy (&event, items + i * sizeof event, sizeof event);
      event.text[sizeof event.text - 1] = '\0';
      status = fs_history_add_event (history, event.kind, event.epoch, event.text);
    }
  items = find (bytes, n_bytes, "probes", sizeof (FsProbe), &n);
  for (size_t i = 0; items && i < n && status == FS_OK; i++)
    {
      FsProbe probe;
      memcpy (&probe, items + i * sizeof probe, sizeof probe);
      if (!is_sound (&probe))
        return FS_MALFORMED;
      status = fs_history_add_probe (history, &probe);
    }
  items = find (bytes, n_bytes, "next probe", sizeof (FsProbe), &n);
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
  const void *found = find (bytes, n_bytes, name, sizeof *to, &n_found);
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
  const void *found = find (bytes, n_bytes, "norms", sizeof (double), &n);
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

FsStatus
fs_trainer_restore (FsTrainer *trainer,
                    const unsigned char *bytes,
                    size_t n_bytes,
                    FsProblem *problem)
{
  FsStatus status = check (trainer, bytes, n_bytes, problem);
  if (status != FS_OK)
    return status;
  n_bytes -= sizeof (uint64_t);
  const size_t size = fs_trainer_size (trainer);
  size_t n, n_moments;
  FsReal *moments = fs_descent_moments (trainer->descent, &n_moments);
  Counters counters;
  const void *found = find (bytes, n_bytes, "counters", sizeof counters, &n);
  if (!found || n != 1
      || !take_reals (bytes, n_bytes, "parameters", fs_network_parameters (trainer->network), size)
      || !take_reals (bytes, n_bytes, "best", trainer->best, size)
      || !take_reals (bytes, n_bytes, "last", trainer->last, size)
      || !take_reals (bytes, n_bytes, "moments", moments, n_moments))
    return refuse (problem, "a state that this version of fitscope wrote");
  memcpy (&counters, found, sizeof counters);
  if (counters.phase > FS_PHASE_ENDED
      || counters.position > trainer->dataset->windows[FS_PART_TRAIN].n
                                 + trainer->dataset->windows[FS_PART_VALIDATION].n)
    return refuse (problem, NULL);
  take_counters (trainer, &counters);
  status = take_history (trainer, bytes, n_bytes, &counters);
  if (status == FS_OK)
    status = take_norms (trainer, bytes, n_bytes);
  if (status != FS_OK)
    return fs_problem (problem, status, "state", NULL, NULL);
  fs_network_refresh (trainer->network);
  fs_trainer_order_windows (trainer);
  if (trainer->epoch > 0 && trainer->phase == FS_PHASE_BOUNDARY)
    fs_checkpoints_add (trainer->checkpoints, trainer->epoch,
                        fs_network_parameters (trainer->network));
  const char *settings = find (bytes, n_bytes, "settings", 1, &n);
  return settings ? take_settings (trainer, settings, n, problem) : refuse (problem, NULL);
}

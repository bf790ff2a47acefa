/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The run's thread. It alternates between taking commands and one small piece of work (a batch, an
 * evaluation chunk, a forecast), and posts a snapshot whenever its state changes, else at most every
 * POST_INTERVAL_US: at 9,500 batches and 300 epochs a second nothing per batch leaves this thread.
 *
 * The clock is read here and only here: it decides when to report and what an epoch took, never what
 * is computed. */

#include "engine/lab/run-worker.h"

#include <math.h>
#include <string.h>
#ifdef __linux__
#include <sys/resource.h>
#endif
#include "engine/lab/run-load.h"
#include "engine/lab/source.h"
#include "engine/lab/state-file.h"

/* Niceness of training beside a window. Measured on two busy cores, training with two threads against
 * a main loop that draws for 3 ms every 16 ms: half of the frames came within 18.9 ms without it,
 * 17.1 ms with 10 and 17.2 ms with 5. With 5 other programs still leave training a share worth having,
 * so no core has to be set aside for the window. */
#define WATCHED_NICENESS 5

/* Between two snapshots of mere progress: a little more often than the mailbox delivers, so that what
 * it delivers is fresh. */
#define POST_INTERVAL_US 25000

/* Forecasts while training: ten a second are as good as a film to the eye, and more than a tenth of
 * the machine's time would make watching dear. */
#define FORECAST_INTERVAL_US 100000
#define FORECAST_SHARE 0.1

/* Between two writings of the state while training: what a crash may cost. And the share of the time
 * that may go into it, for states of hundreds of megabytes. */
#define STATE_INTERVAL_US (2 * G_USEC_PER_SEC)
#define STATE_SHARE 0.02

/* A live setting that was changed is part of how a run goes on. */
#define STATE_AFTER_SETTING_US (G_USEC_PER_SEC / 4)

#define NO_EPOCH G_MAXUINT32

typedef struct
{
  FsRunLink *link;
  FsRunState state;
  FsLoaded loaded;
  char error[1024];
  uint64_t n_commands;
  gboolean is_stepping;
  gboolean quits;

  gboolean is_dirty;        /* something has happened that no snapshot tells */
  int64_t posted_at;        /* µs */
  FsSnapshotFrame *reserve; /* for the day on which memory is short */

  FsEpochTimes *times;
  size_t n_times;
  int64_t epoch_us; /* of the current epoch, so far */

  FsSharedForecast *forecast;
  uint32_t answered_epoch;       /* which was wanted when it was made; the nearest kept was taken */
  uint32_t shown_epoch;          /* 0 = the newest */
  gboolean is_shown_otherwise;   /* a setting of what is shown has changed since it was made */
  gboolean is_forecast_asked;    /* somebody has just said which; do not wait for the epoch's end */
  gboolean is_forecast_hopeless; /* no memory for it */
  int64_t forecast_due_at;       /* µs */
  FsSharedWeights *weights;      /* NULL while training */

  gboolean is_state_stale; /* there is more to keep than the file has */
  int64_t state_due_at;    /* µs */

  gboolean is_record_stale; /* the store has not been told of the newest state or setting */
  size_t n_told;            /* epochs that some snapshot told of */
} Worker;

static const FsHistory *
worker_history (const Worker *worker)
{
  return worker->loaded.trainer ? fs_trainer_history (worker->loaded.trainer) : NULL;
}

static uint32_t
last_epoch (const Worker *worker)
{
  const FsHistory *history = worker_history (worker);
  if (!history || history->n_observations == 0)
    return 0;
  return history->observations[history->n_observations - 1].epoch;
}

/* ---- reporting ---- */

static void
tell_store (const FsRecorder *recorder, FsSnapshot *snapshot)
{
  const char *id = fs_recorder_id (recorder), *problem = fs_recorder_problem (recorder);
  g_strlcpy (snapshot->id, id ? id : "", sizeof snapshot->id);
  g_strlcpy (snapshot->not_kept, problem ? problem : "", sizeof snapshot->not_kept);
}

static void
fill_snapshot (const Worker *worker, FsSnapshotFrame *frame, gboolean is_idle)
{
  FsSnapshot *snapshot = &frame->public;
  frame->n_commands = worker->n_commands;
  frame->is_idle = is_idle;
  frame->prepared = fs_shared_ref (worker->loaded.prepared);
  frame->forecast = fs_shared_ref (worker->forecast);
  frame->weights = fs_shared_ref (worker->weights);
  frame->times = fs_shared_ref (worker->times);

  snapshot->state = worker->state;
  snapshot->experiment = worker->loaded.trainer ? *fs_trainer_experiment (worker->loaded.trainer)
                                                : worker->link->experiment;
  memcpy (snapshot->error, worker->error, sizeof snapshot->error);
  if (worker->link->recorder)
    tell_store (worker->link->recorder, snapshot);
  if (frame->prepared)
    {
      snapshot->dataset = frame->prepared->dataset;
      snapshot->baselines = frame->prepared->baselines;
      snapshot->facts = &frame->prepared->facts;
    }
  if (frame->forecast)
    snapshot->forecast = &frame->forecast->forecast;
  if (frame->weights)
    snapshot->weights = &frame->weights->weights;
  if (!worker->loaded.trainer)
    return;
  fs_history_share (&snapshot->history, worker_history (worker));
  snapshot->n_parameters =
      fs_network_tensors (fs_trainer_network (worker->loaded.trainer))->n_parameters;
  if (frame->times && worker->n_times == snapshot->history.n_observations)
    snapshot->epoch_times = frame->times->seconds;
  snapshot->epoch_seconds = fs_epoch_times_median (worker->times, worker->n_times);
  size_t n_done, n_total;
  fs_trainer_progress (worker->loaded.trainer, &n_done, &n_total);
  snapshot->epoch_share = n_total > 0 ? (double) n_done / (double) n_total : 0.0;
}

/* What anybody was told of is in the store, whatever becomes of this program then. */
static void
wait_for_store (Worker *worker)
{
  const FsHistory *history = worker_history (worker);
  const FsRecorder *recorder = worker->link->recorder;
  if (!recorder || !history || !fs_recorder_has_begun (recorder)
      || history->n_observations <= worker->n_told)
    return;
  worker->n_told = history->n_observations;
  fs_recorder_wait (worker->link->recorder, worker->n_told, &worker->link->interrupt);
}

static void
post_snapshot (Worker *worker, gboolean is_idle)
{
  wait_for_store (worker);
  FsSnapshotFrame *frame = fs_snapshot_frame_new ();
  if (!frame)
    frame = g_steal_pointer (&worker->reserve);
  if (!worker->reserve)
    worker->reserve = fs_snapshot_frame_new ();
  if (!frame)
    return; /* still dirty: the next one tells it */
  fill_snapshot (worker, frame, is_idle);
  fs_mailbox_post (worker->link->mailbox, frame);
  worker->is_dirty = FALSE;
  worker->posted_at = g_get_monotonic_time ();
}

static void
set_state (Worker *worker, FsRunState state)
{
  if (worker->state == state)
    return;
  worker->state = state;
  if (state == FS_RUN_TRAINING)
    g_clear_pointer (&worker->weights, fs_shared_unref);
  worker->is_forecast_hopeless = FALSE;
  worker->is_dirty = TRUE;
  worker->is_record_stale = TRUE;
  worker->posted_at = 0; /* at once */
}

/* ---- heavy state ---- */

/* Whether somebody looks at an epoch of the past. */
static gboolean
is_pinned (const Worker *worker)
{
  return worker->shown_epoch != 0 && worker->shown_epoch <= last_epoch (worker);
}

/* The epoch whose forecast ought to be shown; NO_EPOCH before the first. */
static uint32_t
wanted_epoch (const Worker *worker)
{
  const FsHistory *history = worker_history (worker);
  if (is_pinned (worker))
    return worker->shown_epoch;
  if (history->n_observations == 0)
    return worker->state == FS_RUN_FINISHED ? 0 : NO_EPOCH;
  /* After the end it is the weights that the run keeps. */
  if (history->end != FS_END_NONE
      && fs_trainer_experiment (worker->loaded.trainer)->train.stop.restores_best)
    return history->observations[history->best].epoch;
  return last_epoch (worker);
}

static gboolean
is_forecast_stale (const Worker *worker)
{
  if (!worker->loaded.trainer || worker->is_forecast_hopeless)
    return FALSE;
  uint32_t wanted = wanted_epoch (worker);
  return wanted != NO_EPOCH
         && (!worker->forecast || worker->answered_epoch != wanted || worker->is_shown_otherwise);
}

/* A piece that was cut short is not cut short again by a mere setting. */
static void
note_interruption (Worker *worker, gboolean was_interrupted)
{
  atomic_store_explicit (&worker->link->yields_to_settings, !was_interrupted, memory_order_relaxed);
}

static void
make_forecast (Worker *worker, const FsReal *weights, uint32_t epoch, uint32_t wanted)
{
  bool was_interrupted;
  int64_t begin = g_get_monotonic_time ();
  FsSharedForecast *forecast =
      fs_forecast_compute (worker->loaded.trainer, worker->loaded.prepared->dataset, weights, epoch,
                           &worker->link->interrupt, &was_interrupted);
  int64_t end = g_get_monotonic_time ();
  int64_t rest = (int64_t) ((double) (end - begin) * (1.0 / FORECAST_SHARE - 1.0));
  worker->forecast_due_at = MAX (begin + FORECAST_INTERVAL_US, end + rest);
  note_interruption (worker, was_interrupted);
  if (forecast)
    {
      fs_shared_unref (worker->forecast);
      worker->forecast = forecast;
      worker->answered_epoch = wanted;
      worker->is_shown_otherwise = FALSE;
      worker->is_dirty = TRUE;
    }
  else
    worker->is_forecast_hopeless = !was_interrupted;
}

/* The wanted epoch's forecast: of a run that is over, with the weights it keeps; else with those that
 * were kept of that epoch, or of the nearest. */
static void
make_wanted_forecast (Worker *worker)
{
  const uint32_t wanted = wanted_epoch (worker);
  uint32_t found = wanted;
  const FsReal *weights = NULL;
  if (worker->state != FS_RUN_FINISHED || is_pinned (worker))
    weights = fs_trainer_weights_at (worker->loaded.trainer, wanted, &found);
  make_forecast (worker, weights, found, wanted);
}

static void
copy_weights (Worker *worker)
{
  if (worker->weights || !worker->loaded.trainer)
    return;
  FsTrainer *trainer = worker->loaded.trainer;
  const FsHistory *history = worker_history (worker);
  uint32_t best = history->n_observations ? history->observations[history->best].epoch : 0;
  worker->weights = fs_weights_copy (fs_network_tensors (fs_trainer_network (trainer)),
                                     fs_trainer_best_weights (trainer), best,
                                     fs_trainer_last_weights (trainer), last_epoch (worker));
  worker->is_dirty = TRUE;
}

/* ---- what outlives the run ---- */

static const char *
store_state_path (const Worker *worker)
{
  return worker->link->recorder ? fs_recorder_state_path (worker->link->recorder) : NULL;
}

static gboolean
keeps_state (const Worker *worker)
{
  return worker->link->state_path || store_state_path (worker);
}

/* A disk that is full must not end the training, and is said once the run rests. */
static void
keep_state (Worker *worker)
{
  const char *const paths[] = { worker->link->state_path, store_state_path (worker) };
  g_autoptr (GError) error = NULL;
  int64_t begin = g_get_monotonic_time ();
  worker->is_state_stale = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    if (paths[i] && !error && !fs_state_file_write (paths[i], worker->loaded.trainer, &error))
      g_strlcpy (worker->error, error->message, sizeof worker->error);
  int64_t end = g_get_monotonic_time ();
  int64_t rest = (int64_t) ((double) (end - begin) * (1.0 / STATE_SHARE - 1.0));
  worker->state_due_at = end + MAX (STATE_INTERVAL_US, rest);
}

static void
note_progress (Worker *worker)
{
  worker->is_state_stale = keeps_state (worker);
  if (worker->is_state_stale && g_get_monotonic_time () >= worker->state_due_at)
    keep_state (worker);
}

static void
note_record (Worker *worker)
{
  FsRecorder *recorder = worker->link->recorder;
  worker->is_record_stale = FALSE;
  if (recorder && worker->loaded.trainer && fs_recorder_has_begun (recorder))
    fs_recorder_note (recorder, worker->state, fs_trainer_experiment (worker->loaded.trainer),
                      worker_history (worker), worker->times, worker->n_times);
}

/* The store falls behind by one epoch at most. */
static void
record_epoch (Worker *worker)
{
  note_record (worker);
  if (worker->link->recorder && fs_recorder_has_begun (worker->link->recorder))
    fs_recorder_wait (worker->link->recorder, worker_history (worker)->n_observations - 1,
                      &worker->link->interrupt);
}

/* Enters the run into the store when it is to train for the first time. FALSE if it must not. */
static gboolean
begin_record (Worker *worker)
{
  FsRecorder *recorder = worker->link->recorder;
  FsTrainer *trainer = worker->loaded.trainer;
  if (!recorder || fs_recorder_has_begun (recorder))
    return TRUE;
  FsExperiment experiment = *fs_trainer_experiment (trainer);
  fs_source_settle (&experiment, worker->link->base);
  const FsRunStart start = {
    .experiment = &experiment,
    .data_hash = worker->loaded.prepared->dataset->frame_hash,
    .baselines = &worker->loaded.prepared->baselines,
    .facts = &worker->loaded.prepared->facts,
    .has_validation = worker_history (worker)->has_validation,
    .n_parameters = (gint64) fs_network_tensors (fs_trainer_network (trainer))->n_parameters,
    .resumes = worker->link->resumes,
  };
  const gboolean may_train = fs_recorder_begin (recorder, &start, &worker->link->quits);
  if (!may_train)
    g_strlcpy (worker->error, fs_recorder_problem (recorder), sizeof worker->error);
  /* Until the first state is written, a run goes on from its beginning, with the same numbers. */
  if (!worker->link->state_path)
    worker->state_due_at = g_get_monotonic_time () + STATE_INTERVAL_US;
  worker->is_record_stale = TRUE;
  return may_train;
}

/* ---- working ---- */

static void
end_epoch (Worker *worker)
{
  gboolean has_all = worker->n_times + 1 == worker_history (worker)->n_observations;
  double seconds = (double) worker->epoch_us / G_USEC_PER_SEC;
  if (has_all && fs_epoch_times_append (&worker->times, worker->n_times, seconds))
    worker->n_times++;
  worker->epoch_us = 0;
  worker->is_dirty = TRUE;
  record_epoch (worker);
  worker->is_forecast_hopeless = FALSE;
  if (worker->is_stepping)
    {
      worker->is_stepping = FALSE;
      set_state (worker, FS_RUN_PAUSED);
    }
  /* The network holds this epoch's weights now, and only now. */
  if (!is_pinned (worker) && g_get_monotonic_time () >= worker->forecast_due_at)
    make_forecast (worker, NULL, last_epoch (worker), last_epoch (worker));
}

static void
advance (Worker *worker)
{
  int64_t begin = g_get_monotonic_time ();
  FsAdvanced advanced = fs_trainer_advance (worker->loaded.trainer, &worker->link->interrupt);
  worker->epoch_us += g_get_monotonic_time () - begin;
  note_interruption (worker, advanced == FS_ADVANCED_INTERRUPTED);
  switch (advanced)
    {
    case FS_ADVANCED_BATCH:
    case FS_ADVANCED_EVALUATION:
      worker->is_dirty = TRUE; /* epoch_share */
      note_progress (worker);
      break;
    case FS_ADVANCED_EPOCH:
      end_epoch (worker);
      note_progress (worker);
      break;
    case FS_ADVANCED_END:
      worker->is_state_stale = keeps_state (worker);
      set_state (worker, FS_RUN_FINISHED);
      break;
    case FS_ADVANCED_INTERRUPTED:
      break;
    }
}

/* Does one thing that can wait until the run rests; FALSE if all of it is done. */
static gboolean
tidy (Worker *worker)
{
  if (is_forecast_stale (worker))
    {
      make_wanted_forecast (worker);
      return TRUE;
    }
  if (worker->is_state_stale)
    keep_state (worker);
  if (!worker->weights)
    copy_weights (worker);
  return FALSE;
}

/* ---- commands ---- */

static gboolean
is_over (const Worker *worker)
{
  return worker_history (worker)->end != FS_END_NONE;
}

static void
change_setting (Worker *worker, const char *key, double value)
{
  FsProblem problem = { 0 };
  worker->error[0] = '\0';
  worker->posted_at = 0;
  if (fs_trainer_set (worker->loaded.trainer, key, value, &problem) != FS_OK)
    fs_problem_sentence (&problem, worker->error, sizeof worker->error);
  worker->is_record_stale = TRUE;
  worker->state_due_at =
      MIN (worker->state_due_at, g_get_monotonic_time () + STATE_AFTER_SETTING_US);
  /* More epochs, or more patience, open it again. */
  if (worker->state == FS_RUN_FINISHED && !is_over (worker))
    set_state (worker, FS_RUN_PAUSED);
}

/* What is trained is the same: no event, and no state to keep but the record's settings. */
static void
change_shown (Worker *worker, const char *key, const char *text)
{
  FsProblem problem = { 0 };
  worker->error[0] = '\0';
  worker->posted_at = 0;
  if (fs_trainer_set_shown (worker->loaded.trainer, key, text, &problem) != FS_OK)
    {
      fs_problem_sentence (&problem, worker->error, sizeof worker->error);
      return;
    }
  worker->is_record_stale = TRUE;
  worker->is_shown_otherwise = TRUE;
  worker->is_forecast_asked = TRUE;
  worker->is_forecast_hopeless = FALSE;
}

static void
start (Worker *worker, gboolean is_stepping)
{
  if (is_over (worker) || !begin_record (worker))
    return;
  if (worker->state == FS_RUN_PAUSED && !is_stepping)
    fs_trainer_note (worker->loaded.trainer, FS_EVENT_RESUMED, "resumed");
  worker->is_stepping = is_stepping;
  set_state (worker, FS_RUN_TRAINING);
}

static void
pause_training (Worker *worker)
{
  if (worker->state != FS_RUN_TRAINING)
    return;
  gboolean has_begun = last_epoch (worker) > 0;
  if (has_begun && !worker->is_stepping)
    fs_trainer_note (worker->loaded.trainer, FS_EVENT_PAUSED, "paused");
  worker->is_stepping = FALSE;
  set_state (worker, has_begun ? FS_RUN_PAUSED : FS_RUN_READY);
}

static void
stop (Worker *worker)
{
  if (is_over (worker))
    return;
  /* What is kept is the run as it was: it can go on from there in another process. */
  if (worker->is_state_stale)
    keep_state (worker);
  fs_trainer_stop (worker->loaded.trainer);
  g_clear_pointer (&worker->weights, fs_shared_unref);
  set_state (worker, FS_RUN_FINISHED);
}

static void
obey (Worker *worker, const FsCommand *command)
{
  if (command->kind == FS_COMMAND_QUIT)
    worker->quits = TRUE;
  if (!worker->loaded.trainer)
    return; /* it failed, and there is nothing to command */
  switch (command->kind)
    {
    case FS_COMMAND_TRAIN:
      start (worker, FALSE);
      break;
    case FS_COMMAND_STEP:
      start (worker, TRUE);
      break;
    case FS_COMMAND_PAUSE:
      pause_training (worker);
      break;
    case FS_COMMAND_STOP:
      stop (worker);
      break;
    case FS_COMMAND_SET:
      change_setting (worker, command->key, command->value);
      break;
    case FS_COMMAND_SET_SHOWN:
      change_shown (worker, command->key, command->text);
      break;
    case FS_COMMAND_SHOW_EPOCH:
      worker->shown_epoch = command->epoch;
      worker->is_forecast_asked = TRUE;
      worker->is_forecast_hopeless = FALSE;
      break;
    case FS_COMMAND_FORK:
      fs_fork_fill (command->fork, worker->loaded.trainer);
      break;
    case FS_COMMAND_QUIT:
      break;
    }
}

static void
obey_all (Worker *worker)
{
  /* Before taking: a command that comes later finds the flag down and raises it again. */
  atomic_store_explicit (&worker->link->interrupt.is_requested, false, memory_order_relaxed);
  FsCommand *command = fs_command_queue_take (&worker->link->commands);
  while (command)
    {
      FsCommand *next = command->next;
      obey (worker, command);
      worker->n_commands++;
      worker->is_dirty = TRUE;
      fs_command_free (command);
      command = next;
    }
}

static void
post_if_due (Worker *worker)
{
  if (worker->is_dirty && g_get_monotonic_time () >= worker->posted_at + POST_INTERVAL_US)
    post_snapshot (worker, FALSE);
}

static void
work_until_quit (Worker *worker)
{
  for (;;)
    {
      obey_all (worker);
      if (worker->quits)
        return;
      if (worker->is_record_stale)
        note_record (worker);
      post_if_due (worker);
      if (worker->state == FS_RUN_TRAINING)
        {
          worker->is_forecast_asked = worker->is_forecast_asked && is_forecast_stale (worker);
          if (worker->is_forecast_asked)
            make_wanted_forecast (worker);
          else
            advance (worker);
        }
      else if (!tidy (worker))
        {
          post_snapshot (worker, TRUE);
          fs_command_queue_wait (&worker->link->commands);
        }
    }
}

/* Whoever lists the runs afterwards finds it at rest, with the state that goes with its epochs. Told to
 * quit, the loop has not come to tidy up. */
static void
record_leaving (Worker *worker)
{
  if (worker->is_state_stale)
    keep_state (worker);
  if (worker->state == FS_RUN_TRAINING)
    worker->state = FS_RUN_PAUSED;
  note_record (worker);
}

static void
worker_clear (Worker *worker)
{
  fs_loaded_clear (&worker->loaded);
  fs_shared_unref (worker->forecast);
  fs_shared_unref (worker->weights);
  fs_shared_unref (worker->times);
  fs_shared_unref (worker->reserve);
}

/* What the epochs took that another process trained is not known here. */
static void
note_earlier_epochs (Worker *worker)
{
  while (worker->n_times < worker_history (worker)->n_observations
         && fs_epoch_times_append (&worker->times, worker->n_times, NAN))
    worker->n_times++;
}

/* Beside a window, training is what waits: on Linux each thread has its own niceness, and the pool's
 * threads inherit this one. */
static void
step_back (void)
{
#ifdef __linux__
  setpriority (PRIO_PROCESS, 0, WATCHED_NICENESS); /* 0: the calling thread */
#endif
}

/* A run that was trained before is at rest between two epochs, for who watches it. */
static FsRunState
state_to_begin_with (const Worker *worker)
{
  return worker->link->is_watched && last_epoch (worker) > 0 ? FS_RUN_PAUSED : FS_RUN_READY;
}

static gboolean
read_state (Worker *worker, GError **error)
{
  const FsRunLink *link = worker->link;
  g_autofree char *path = link->state_path ? g_strdup (link->state_path) : NULL;
  if (!path && link->recorder)
    path = fs_recorder_dup_earlier_state_path (link->recorder);
  return !path || fs_state_file_read (path, worker->loaded.trainer, error);
}

void *
fs_run_worker (void *data)
{
  FsRunLink *link = data;
  Worker *worker = g_new0 (Worker, 1);
  worker->link = link;
  worker->state = FS_RUN_LOADING;
  worker->reserve = fs_snapshot_frame_new ();
  if (link->is_watched)
    step_back ();

  g_autoptr (GError) error = NULL;
  if (fs_loaded_make (&worker->loaded, &link->experiment, link->base, link->n_threads, &link->quits,
                      &error)
      && (!link->resumes || read_state (worker, &error))
      && (!link->fork || fs_fork_take (link->fork, worker->loaded.trainer, &link->quits, &error)))
    {
      note_earlier_epochs (worker);
      set_state (worker, is_over (worker) ? FS_RUN_FINISHED : state_to_begin_with (worker));
    }
  else
    {
      g_strlcpy (worker->error, error->message, sizeof worker->error);
      g_clear_pointer (&worker->loaded.trainer, fs_trainer_free); /* half restored, perhaps */
      set_state (worker, FS_RUN_FAILED);
    }
  work_until_quit (worker);
  record_leaving (worker);

  worker_clear (worker);
  g_free (worker);
  atomic_store (&link->has_ended, true);
  g_mutex_lock (&link->lock);
  g_cond_signal (&link->ended);
  g_mutex_unlock (&link->lock);
  fs_shared_unref (link);
  return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run on its way into the store; see recorder.h. */

#include "engine/lab/recorder.h"

#include <string.h>

/* How long the store is waited for when a run begins; it is opened by then, almost always. */
#define BEGIN_PATIENCE_US 100000
/* And when a run is to go on, which must not happen twice at once. */
#define CONTINUE_PATIENCE_US (6 * G_USEC_PER_SEC)

/* Between two judgements of a run in progress, for who lists it meanwhile. */
#define SUMMARY_INTERVAL_US (2 * G_USEC_PER_SEC)

/* How often a waiter looks whether it is still to wait. */
#define LOOK_US 5000

/* A stand on its way. */
typedef struct
{
  FsRunState state;
  FsExperiment experiment;
  FsHistory history; /* a view */
  FsEpochTimes *times;
  size_t n_times;
} Stand;

typedef enum
{
  ANSWER_NONE,
  ANSWER_READY,
  ANSWER_TROUBLE, /* the run is not kept, and goes on */
  ANSWER_REFUSED  /* somebody else has it open */
} Answer;

typedef struct
{
  FsShared shared;
  FsStore *store;

  /* Constant from the beginning on. */
  char *name, *parent, *continued;
  guint32 fork_epoch;
  FsExperiment experiment; /* as it begins */
  FsBaselines baselines;
  FsDataFacts facts;
  gboolean has_facts;
  FsRunStart start;

  _Atomic (Stand *) slot;       /* run → store */
  _Atomic (size_t) n_committed; /* store → run: epochs that are written */
  _Atomic (int) answer;         /* Answer; what follows is constant once it is there */
  char id[FS_RUN_ID_SIZE];
  char *state_path;
  char *problem;
  GMutex lock; /* a waiter's */
  GCond moved;

  /* The store's thread. */
  FsRunWritten written;
  gint64 summary_due_at;
  gboolean has_failed; /* to write; said once */
} Channel;

struct FsRecorder
{
  Channel *channel;
  gboolean has_begun;
};

static void
stand_free (Stand *stand)
{
  if (!stand)
    return;
  fs_history_clear (&stand->history);
  fs_shared_unref (stand->times);
  g_free (stand);
}

static void
channel_destroy (void *self)
{
  Channel *channel = self;
  stand_free (atomic_exchange (&channel->slot, NULL));
  fs_store_unref (channel->store);
  g_cond_clear (&channel->moved);
  g_mutex_clear (&channel->lock);
  g_free (channel->name);
  g_free (channel->parent);
  g_free (channel->continued);
  g_free (channel->state_path);
  g_free (channel->problem);
  free (channel);
}

static Channel *
channel_new (FsStore *store)
{
  Channel *channel = fs_shared_new (sizeof *channel, channel_destroy);
  if (!channel)
    g_error ("There is not enough memory to start anything.");
  channel->store = fs_store_ref (store);
  atomic_init (&channel->slot, NULL);
  atomic_init (&channel->n_committed, 0);
  atomic_init (&channel->answer, ANSWER_NONE);
  g_mutex_init (&channel->lock);
  g_cond_init (&channel->moved);
  return channel;
}

/* ---- the store's thread ---- */

static void
wake (Channel *channel)
{
  g_mutex_lock (&channel->lock);
  g_cond_signal (&channel->moved);
  g_mutex_unlock (&channel->lock);
}

static void
answer (Channel *channel, FsStoreFile *file, gboolean is_done, const GError *error)
{
  Answer what = ANSWER_READY;
  if (is_done)
    channel->state_path = fs_store_state_path (fs_store_file_get_folder (file), channel->id);
  else
    {
      channel->problem = g_strdup (error ? error->message : "The store of runs is not there.");
      what = channel->continued && error && error->code == FS_MISMATCH ? ANSWER_REFUSED
                                                                       : ANSWER_TROUBLE;
    }
  atomic_store_explicit (&channel->answer, what, memory_order_release);
  wake (channel);
}

static void
begin_work (FsStoreFile *file, const GError *trouble, void *data)
{
  Channel *channel = data;
  g_autoptr (GError) error = NULL;
  gboolean is_done = FALSE;
  if (!file)
    error = trouble ? g_error_copy (trouble) : NULL;
  else if (channel->continued)
    {
      g_strlcpy (channel->id, channel->continued, sizeof channel->id);
      is_done = fs_store_file_reopen (file, channel->id, &channel->written, &error);
    }
  else
    is_done = fs_store_file_begin (file, &channel->start, channel->id, &channel->written, &error);
  answer (channel, file, is_done, error);
}

static gboolean
is_summary_due (const Channel *channel, const Stand *stand)
{
  return stand->state != FS_RUN_TRAINING || g_get_monotonic_time () >= channel->summary_due_at;
}

static void
write_work (FsStoreFile *file, const GError *trouble, void *data)
{
  Channel *channel = data;
  Stand *stand = atomic_exchange_explicit (&channel->slot, NULL, memory_order_acq_rel);
  if (!stand || atomic_load (&channel->answer) != ANSWER_READY)
    {
      stand_free (stand);
      return;
    }
  g_autoptr (GError) error = NULL;
  const FsRunStand seen = {
    .state = stand->state,
    .experiment = &stand->experiment,
    .history = &stand->history,
    .epoch_seconds = stand->times ? stand->times->seconds : NULL,
    .n_seconds = stand->times ? stand->n_times : 0,
    .baselines = &channel->baselines,
    .facts = channel->has_facts ? &channel->facts : NULL,
  };
  const gboolean with_summary = is_summary_due (channel, stand);
  if (!fs_store_file_write (file, channel->id, &seen, with_summary, &channel->written, &error)
      && !channel->has_failed)
    {
      /* Said by whoever asks. The run goes on without, rather than with gaps. */
      channel->has_failed = TRUE;
      channel->problem = g_strdup (error->message);
      atomic_store_explicit (&channel->answer, ANSWER_TROUBLE, memory_order_release);
    }
  if (with_summary)
    channel->summary_due_at = g_get_monotonic_time () + SUMMARY_INTERVAL_US;
  atomic_store_explicit (&channel->n_committed, stand->history.n_observations,
                         memory_order_release);
  stand_free (stand);
  wake (channel);
}

static void
release_work (FsStoreFile *file, const GError *trouble, void *data)
{
  Channel *channel = data;
  if (file && channel->id[0] && atomic_load (&channel->answer) != ANSWER_REFUSED)
    fs_store_file_release (file, channel->id);
}

/* ---- the run's side ---- */

static FsRecorder *
recorder_new (FsStore *store)
{
  FsRecorder *recorder = g_new0 (FsRecorder, 1);
  recorder->channel = channel_new (store);
  return recorder;
}

FsRecorder *
fs_recorder_new (FsStore *store, const char *name, const char *parent, guint32 fork_epoch)
{
  FsRecorder *recorder = recorder_new (store);
  recorder->channel->name = g_strdup (name);
  recorder->channel->parent = g_strdup (parent);
  recorder->channel->fork_epoch = fork_epoch;
  return recorder;
}

FsRecorder *
fs_recorder_new_continued (FsStore *store, const char *id)
{
  FsRecorder *recorder = recorder_new (store);
  recorder->channel->continued = g_strdup (id);
  return recorder;
}

static void
hand_over (FsRecorder *recorder, FsStoreWork work)
{
  fs_store_do (recorder->channel->store, work, NULL, fs_shared_ref (recorder->channel),
               fs_shared_unref);
}

void
fs_recorder_free (FsRecorder *recorder)
{
  if (!recorder)
    return;
  if (recorder->has_begun)
    hand_over (recorder, release_work);
  fs_shared_unref (recorder->channel);
  g_free (recorder);
}

static Answer
answer_of (const Channel *channel)
{
  return (Answer) atomic_load_explicit (&channel->answer, memory_order_acquire);
}

gboolean
fs_recorder_begin (FsRecorder *recorder, const FsRunStart *start, const FsInterrupt *quits)
{
  Channel *channel = recorder->channel;
  const gint64 patience = channel->continued ? CONTINUE_PATIENCE_US : BEGIN_PATIENCE_US;
  const gint64 until = g_get_monotonic_time () + patience;
  channel->experiment = *start->experiment;
  channel->baselines = *start->baselines;
  channel->has_facts = start->facts != NULL;
  if (start->facts)
    channel->facts = *start->facts;
  channel->start = *start;
  channel->start.experiment = &channel->experiment;
  channel->start.baselines = &channel->baselines;
  channel->start.facts = channel->has_facts ? &channel->facts : NULL;
  channel->start.name = channel->name;
  channel->start.parent = channel->parent;
  channel->start.fork_epoch = channel->fork_epoch;
  recorder->has_begun = TRUE;
  hand_over (recorder, begin_work);

  g_mutex_lock (&channel->lock);
  while (answer_of (channel) == ANSWER_NONE && g_get_monotonic_time () < until
         && !fs_interrupt_is_requested (quits))
    g_cond_wait_until (&channel->moved, &channel->lock, g_get_monotonic_time () + LOOK_US);
  g_mutex_unlock (&channel->lock);
  return answer_of (channel) != ANSWER_REFUSED;
}

gboolean
fs_recorder_has_begun (const FsRecorder *recorder)
{
  return recorder->has_begun;
}

void
fs_recorder_note (FsRecorder *recorder,
                  FsRunState state,
                  const FsExperiment *experiment,
                  const FsHistory *history,
                  FsEpochTimes *times,
                  size_t n_times)
{
  Channel *channel = recorder->channel;
  const Answer so_far = answer_of (channel);
  if (so_far == ANSWER_TROUBLE || so_far == ANSWER_REFUSED)
    return;
  Stand *stand = g_new0 (Stand, 1);
  stand->state = state;
  stand->experiment = *experiment;
  /* As it was entered: what the run reads may be named relative to some folder. */
  memcpy (stand->experiment.data.source, channel->experiment.data.source,
          sizeof stand->experiment.data.source);
  fs_history_share (&stand->history, history);
  stand->times = fs_shared_ref (times);
  stand->n_times = n_times;
  Stand *replaced = atomic_exchange_explicit (&channel->slot, stand, memory_order_acq_rel);
  /* Whoever filled the empty slot has handed over the work. */
  if (!replaced)
    hand_over (recorder, write_work);
  stand_free (replaced);
}

void
fs_recorder_wait (FsRecorder *recorder, size_t n_epochs, const FsInterrupt *interrupt)
{
  Channel *channel = recorder->channel;
  const gint64 until = g_get_monotonic_time () + FS_RECORDER_PATIENCE_MS * 1000;
  if (atomic_load_explicit (&channel->n_committed, memory_order_acquire) >= n_epochs)
    return;
  g_mutex_lock (&channel->lock);
  while (atomic_load_explicit (&channel->n_committed, memory_order_acquire) < n_epochs
         && answer_of (channel) != ANSWER_TROUBLE && !fs_interrupt_is_requested (interrupt)
         && g_get_monotonic_time () < until)
    g_cond_wait_until (&channel->moved, &channel->lock,
                       MIN (until, g_get_monotonic_time () + LOOK_US));
  g_mutex_unlock (&channel->lock);
}

const char *
fs_recorder_id (const FsRecorder *recorder)
{
  return answer_of (recorder->channel) == ANSWER_READY ? recorder->channel->id : NULL;
}

const char *
fs_recorder_state_path (const FsRecorder *recorder)
{
  return answer_of (recorder->channel) == ANSWER_READY ? recorder->channel->state_path : NULL;
}

char *
fs_recorder_dup_earlier_state_path (const FsRecorder *recorder)
{
  const Channel *channel = recorder->channel;
  return channel->continued
             ? fs_store_state_path (fs_store_get_folder (channel->store), channel->continued)
             : NULL;
}

const char *
fs_recorder_problem (const FsRecorder *recorder)
{
  const Answer so_far = answer_of (recorder->channel);
  return so_far == ANSWER_TROUBLE || so_far == ANSWER_REFUSED ? recorder->channel->problem : NULL;
}

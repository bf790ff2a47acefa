/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens on its thread; see lens-worker.h. Questions and answers cross through two atomic slots, each
 * of which holds the newest alone; the lock inside carries no data, it lets the thread sleep. Unlike
 * the mailbox of runs, which paces a trainer that posts thousands of snapshots a second, an answer is
 * handed over at once: there is never more than one for each question, and a hand waits for it. */

#include "engine/lab/lens-worker.h"

#include <string.h>
#include <time.h>

typedef struct
{
  guint64 number;
  FsSharedFrame *frame; /* a reference */
  FsExperiment experiment;
  size_t step, channel;
} Question;

struct FsLensWorker
{
  atomic_uint
      n_references; /* the maker's, the thread's, and one for a source that is to hand over */
  _Atomic (Question *) question;
  _Atomic (FsLensAnswer *) answer;
  atomic_bool is_closed;
  atomic_bool is_handing_over; /* a source is attached */
  GMutex lock;                 /* for `wake` alone */
  GCond wake;
  GMainContext *context;
  guint64 n_questions;
  FsLensReady ready;
  void *data;
};

static void
question_free (Question *question)
{
  if (question)
    fs_shared_unref (question->frame);
  free (question);
}

void
fs_lens_answer_free (FsLensAnswer *answer)
{
  if (answer)
    free (answer->channels);
  free (answer);
}

static void
worker_unref (void *data)
{
  FsLensWorker *self = data;

  if (atomic_fetch_sub_explicit (&self->n_references, 1, memory_order_acq_rel) != 1)
    return;
  question_free (atomic_load (&self->question));
  fs_lens_answer_free (atomic_load (&self->answer));
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  g_main_context_unref (self->context);
  g_free (self);
}

/* ---- on the thread ---- */

static void
note_channels (FsLensAnswer *answer, const FsLens *lens)
{
  while (fs_lens_channel_name (lens, answer->n_channels))
    answer->n_channels++;
  answer->channels = calloc (answer->n_channels + 1, sizeof *answer->channels);
  if (!answer->channels)
    answer->n_channels = 0;
  for (size_t i = 0; i < answer->n_channels; i++)
    g_strlcpy (answer->channels[i], fs_lens_channel_name (lens, i), sizeof *answer->channels);
}

/* Processor time, because a clock would tell how busy the machine is. */
static double
thread_seconds (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec + (double) time.tv_nsec / 1e9;
}

static FsLensAnswer *
look (FsLens *lens, const Question *question)
{
  FsLensAnswer *answer = calloc (1, sizeof *answer);
  FsProblem problem = { 0 };
  double began = thread_seconds ();

  if (!answer)
    return NULL;
  answer->question = question->number;
  answer->step = question->step;
  answer->status =
      fs_lens_look (lens, question->frame->frame, question->frame->id, &question->experiment,
                    question->step, question->channel, &answer->picture, &problem);
  if (answer->status)
    fs_problem_sentence (&problem, answer->error, sizeof answer->error);
  else
    note_channels (answer, lens);
  answer->seconds = thread_seconds () - began;
  return answer;
}

static gboolean
hand_over_cb (void *data)
{
  FsLensWorker *self = data;
  FsLensAnswer *answer;

  /* Before the slot is read: an answer that comes now gets a source of its own. */
  atomic_store (&self->is_handing_over, false);
  answer = atomic_exchange (&self->answer, NULL);
  if (answer && !atomic_load (&self->is_closed))
    self->ready (answer, self->data);
  else
    fs_lens_answer_free (answer);
  return G_SOURCE_REMOVE;
}

static void
post (FsLensWorker *self, FsLensAnswer *answer)
{
  GSource *source;

  fs_lens_answer_free (atomic_exchange (&self->answer, answer));
  if (atomic_exchange (&self->is_handing_over, true))
    return;
  atomic_fetch_add_explicit (&self->n_references, 1, memory_order_relaxed);
  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, hand_over_cb, self, worker_unref);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

static Question *
wait_for_question (FsLensWorker *self)
{
  Question *question;

  g_mutex_lock (&self->lock);
  while (!(question = atomic_exchange (&self->question, NULL)) && !atomic_load (&self->is_closed))
    g_cond_wait (&self->wake, &self->lock);
  g_mutex_unlock (&self->lock);
  return question;
}

static void *
worker_thread (void *data)
{
  FsLensWorker *self = data;
  FsLens *lens = NULL;
  Question *question;

  while (!atomic_load (&self->is_closed) && (question = wait_for_question (self)))
    {
      if (lens || fs_lens_new (&lens, NULL) == FS_OK)
        {
          FsLensAnswer *answer = look (lens, question);

          if (answer)
            post (self, answer);
        }
      question_free (question);
    }
  fs_lens_free (lens);
  worker_unref (self);
  return NULL;
}

/* ---- for the maker ---- */

FsLensWorker *
fs_lens_worker_new (FsLensReady ready, void *data)
{
  FsLensWorker *self = g_new0 (FsLensWorker, 1);

  atomic_init (&self->n_references, 2);
  atomic_init (&self->question, NULL);
  atomic_init (&self->answer, NULL);
  atomic_init (&self->is_closed, false);
  atomic_init (&self->is_handing_over, false);
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  self->context = g_main_context_ref_thread_default ();
  self->ready = ready;
  self->data = data;
  g_thread_unref (g_thread_new ("fitscope-lens", worker_thread, self));
  return self;
}

static void
wake (FsLensWorker *self)
{
  g_mutex_lock (&self->lock);
  g_cond_signal (&self->wake);
  g_mutex_unlock (&self->lock);
}

void
fs_lens_worker_free (FsLensWorker *self)
{
  if (!self)
    return;
  atomic_store (&self->is_closed, true);
  wake (self);
  worker_unref (self);
}

guint64
fs_lens_worker_ask (FsLensWorker *self,
                    FsSharedFrame *frame,
                    const FsExperiment *experiment,
                    size_t step,
                    size_t channel)
{
  Question *question = malloc (sizeof *question);

  if (!question)
    return 0;
  question->number = ++self->n_questions;
  question->frame = fs_shared_ref (frame);
  question->experiment = *experiment;
  question->step = step;
  question->channel = channel;
  question_free (atomic_exchange (&self->question, question));
  wake (self);
  return self->n_questions;
}

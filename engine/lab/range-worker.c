/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The range test on its thread; see range-worker.h. News cross through one atomic slot that holds the
 * newest alone. */

#include "engine/lab/range-worker.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/lab/run-load.h"

struct FsRangeWorker
{
  atomic_uint
      n_references; /* the maker's, the thread's, and one for a source that is to hand over */
  FsExperiment experiment;
  char *base; /* NULL: the current directory */
  unsigned n_threads;
  FsInterrupt interrupt; /* requested when the maker lets go */
  _Atomic (FsRangeNews *) news;
  atomic_bool is_handing_over; /* a source is attached */
  size_t n_steps;
  GMainContext *context;
  FsRangeReady ready;
  void *data;
};

void
fs_range_news_free (FsRangeNews *news)
{
  if (!news)
    return;
  free (news->rates);
  free (news->losses);
  free (news);
}

static void
worker_unref (void *data)
{
  FsRangeWorker *self = data;

  if (atomic_fetch_sub_explicit (&self->n_references, 1, memory_order_acq_rel) != 1)
    return;
  fs_range_news_free (atomic_load (&self->news));
  g_main_context_unref (self->context);
  g_free (self->base);
  g_free (self);
}

/* ---- on the thread ---- */

static gboolean
hand_over_cb (void *data)
{
  FsRangeWorker *self = data;
  FsRangeNews *news;

  /* Before the slot is read: news that come now get a source of their own. */
  atomic_store (&self->is_handing_over, false);
  news = atomic_exchange (&self->news, NULL);
  if (news && !fs_interrupt_is_requested (&self->interrupt))
    self->ready (news, self->data);
  else
    fs_range_news_free (news);
  return G_SOURCE_REMOVE;
}

static void
post (FsRangeWorker *self, FsRangeNews *news)
{
  GSource *source;

  fs_range_news_free (atomic_exchange (&self->news, news));
  if (atomic_exchange (&self->is_handing_over, true))
    return;
  atomic_fetch_add_explicit (&self->n_references, 1, memory_order_relaxed);
  source = g_idle_source_new ();
  g_source_set_callback (source, hand_over_cb, self, worker_unref);
  g_source_attach (source, self->context);
  g_source_unref (source);
}

/* NULL when memory is short. */
static FsRangeNews *
make_news (const FsRangeWorker *self, const FsRangeTest *test)
{
  FsRangeNews *news = calloc (1, sizeof *news);

  if (!news)
    return NULL;
  news->n_steps = self->n_steps;
  news->suggestion = news->valley = NAN;
  news->rates = malloc ((test->n + 1) * sizeof (double));
  news->losses = malloc ((test->n + 1) * sizeof (double));
  if (!news->rates || !news->losses)
    {
      fs_range_news_free (news);
      return NULL;
    }
  news->n = test->n;
  if (test->n > 0)
    {
      memcpy (news->rates, test->rates, test->n * sizeof (double));
      memcpy (news->losses, test->losses, test->n * sizeof (double));
    }
  return news;
}

static void
progress_cb (const FsRangeTest *test, void *data)
{
  FsRangeNews *news = make_news (data, test);

  if (news)
    post (data, news);
}

static void *
worker_thread (void *data)
{
  FsRangeWorker *self = data;
  g_autoptr (GError) error = NULL;
  FsLoaded loaded = { 0 };
  FsRangeTest test = { 0 };
  FsProblem problem = { 0 };
  FsRangeTestSettings settings = fs_range_test_settings_default ();
  FsRangeNews *news;

  settings.progress = progress_cb;
  settings.data = self;
  if (fs_loaded_make (&loaded, &self->experiment, self->base, self->n_threads, &self->interrupt,
                      &error)
      && fs_range_test_run (&test, loaded.trainer, &settings, &self->interrupt, &problem) != FS_OK)
    fs_lab_error_take (&error, &problem);
  news = make_news (self, &test);
  if (news)
    {
      news->is_over = TRUE;
      if (error)
        g_strlcpy (news->error, error->message, sizeof news->error);
      else
        {
          news->suggestion = fs_range_test_suggestion (&test);
          news->valley = test.valley;
        }
      post (self, news);
    }
  fs_range_test_clear (&test);
  fs_loaded_clear (&loaded);
  worker_unref (self);
  return NULL;
}

/* ---- for the maker ---- */

FsRangeWorker *
fs_range_worker_new (const FsExperiment *experiment,
                     const char *base,
                     unsigned n_threads,
                     FsRangeReady ready,
                     void *data)
{
  FsRangeWorker *self = g_new0 (FsRangeWorker, 1);

  atomic_init (&self->n_references, 2);
  atomic_init (&self->interrupt.is_requested, false);
  atomic_init (&self->news, NULL);
  atomic_init (&self->is_handing_over, false);
  self->experiment = *experiment;
  self->base = g_strdup (base);
  self->n_threads = n_threads;
  self->n_steps = fs_range_test_settings_default ().n_steps;
  self->context = g_main_context_ref_thread_default ();
  self->ready = ready;
  self->data = data;
  g_thread_unref (g_thread_new ("fitscope-range", worker_thread, self));
  return self;
}

void
fs_range_worker_free (FsRangeWorker *self)
{
  if (!self)
    return;
  atomic_store (&self->interrupt.is_requested, true);
  worker_unref (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The store's thread and its two lines of jobs, one to it and one back; see store.h. What a job does
 * is its maker's matter. Jobs cross through atomic stacks that the taker reverses, as in
 * command-queue.c; the lock only lets a thread sleep. */

#include "engine/lab/store.h"

#include <stdatomic.h>
#include <stdbool.h>
#include "engine/lab/shared.h"

typedef struct Job
{
  struct Job *next;
  FsStoreWork work; /* NULL: the thread is to end */
  FsStoreDone done;
  void *data;
  GDestroyNotify free_data;
} Job;

typedef _Atomic (Job *) JobLine;

struct FsStore
{
  FsShared shared;
  char *folder;
  JobLine waiting, finished;
  GMutex lock; /* sleepers' */
  GCond filled;
  GThread *thread;
  GSource *source; /* of the owner's context; woken when something is finished */
  atomic_bool is_closed;
};

typedef struct
{
  GSource source;
  FsStore *store;
} StoreSource;

static void
push (JobLine *line, Job *job)
{
  job->next = atomic_load_explicit (line, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit (line, &job->next, job, memory_order_release,
                                                 memory_order_relaxed))
    ;
}

/* All there is, oldest first. */
static Job *
take (JobLine *line)
{
  Job *newest = atomic_exchange_explicit (line, NULL, memory_order_acquire);
  Job *oldest = NULL;
  while (newest)
    {
      Job *before = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = before;
    }
  return oldest;
}

static void
job_free (Job *job)
{
  if (job->free_data)
    job->free_data (job->data);
  g_free (job);
}

static void
free_line (JobLine *line)
{
  Job *job = take (line);
  while (job)
    {
      Job *next = job->next;
      job_free (job);
      job = next;
    }
}

static void
store_destroy (void *self)
{
  FsStore *store = self;
  free_line (&store->waiting);
  free_line (&store->finished);
  g_cond_clear (&store->filled);
  g_mutex_clear (&store->lock);
  g_free (store->folder);
  free (store);
}

FsStore *
fs_store_ref (FsStore *store)
{
  return fs_shared_ref (store);
}

void
fs_store_unref (FsStore *store)
{
  fs_shared_unref (store);
}

/* ---- the thread ---- */

static void
wait_for_jobs (FsStore *store)
{
  g_mutex_lock (&store->lock);
  while (!atomic_load_explicit (&store->waiting, memory_order_relaxed))
    g_cond_wait (&store->filled, &store->lock);
  g_mutex_unlock (&store->lock);
}

static void
hand_back (FsStore *store, Job *job)
{
  push (&store->finished, job);
  g_mutex_lock (&store->lock);
  if (!atomic_load (&store->is_closed))
    g_source_set_ready_time (store->source, 0);
  g_mutex_unlock (&store->lock);
}

static void *
work (void *data)
{
  FsStore *store = data;
  g_autoptr (GError) trouble = NULL;
  FsStoreFile *file = fs_store_file_open (store->folder, &trouble);
  bool quits = false;
  while (!quits)
    {
      wait_for_jobs (store);
      Job *job = take (&store->waiting);
      while (job)
        {
          Job *next = job->next;
          if (job->work)
            job->work (file, trouble, job->data);
          else
            quits = true;
          hand_back (store, job);
          job = next;
        }
    }
  fs_store_file_close (file);
  fs_store_unref (store);
  return NULL;
}

/* ---- the owner ---- */

/* The source sleeps before the line is emptied: a job that comes in between wakes it again. */
static gboolean
dispatch (GSource *source, GSourceFunc unused, void *unused_data)
{
  FsStore *store = fs_store_ref (((StoreSource *) source)->store);
  g_source_set_ready_time (source, -1);
  Job *job = take (&store->finished);
  while (job)
    {
      Job *next = job->next;
      if (job->done && !atomic_load (&store->is_closed))
        job->done (job->data);
      job_free (job);
      job = next;
    }
  fs_store_unref (store);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs source_funcs = { .dispatch = dispatch };

FsStore *
fs_store_new (const char *folder)
{
  FsStore *store = fs_shared_new (sizeof *store, store_destroy);
  if (!store)
    g_error ("There is not enough memory to start anything.");
  store->folder = g_strdup (folder);
  atomic_init (&store->waiting, NULL);
  atomic_init (&store->finished, NULL);
  atomic_init (&store->is_closed, false);
  g_mutex_init (&store->lock);
  g_cond_init (&store->filled);
  store->source = g_source_new (&source_funcs, sizeof (StoreSource));
  ((StoreSource *) store->source)->store = store;
  g_source_set_static_name (store->source, "store");
  g_source_set_ready_time (store->source, -1);
  g_source_attach (store->source, g_main_context_get_thread_default ());
  store->thread = g_thread_new ("store", work, fs_store_ref (store));
  return store;
}

/* False, and nothing done, once the store is closed: the job that ends the thread is the last one. */
static bool
submit (FsStore *store, Job *job)
{
  g_mutex_lock (&store->lock);
  const bool is_taken = !atomic_load (&store->is_closed);
  if (is_taken)
    {
      push (&store->waiting, job);
      g_cond_signal (&store->filled);
    }
  g_mutex_unlock (&store->lock);
  return is_taken;
}

static bool
request (FsStore *store,
         FsStoreWork work_func,
         FsStoreDone done,
         void *data,
         GDestroyNotify free_data)
{
  Job *job = g_new0 (Job, 1);
  job->work = work_func;
  job->done = done;
  job->data = data;
  job->free_data = free_data;
  if (submit (store, job))
    return true;
  job_free (job);
  return false;
}

void
fs_store_do (FsStore *store,
             FsStoreWork work_func,
             FsStoreDone done,
             void *data,
             GDestroyNotify free_data)
{
  request (store, work_func, done, data, free_data);
}

void
fs_store_close (FsStore *store)
{
  if (!store)
    return;
  g_mutex_lock (&store->lock);
  atomic_store (&store->is_closed, true);
  push (&store->waiting, g_new0 (Job, 1));
  g_cond_signal (&store->filled);
  g_mutex_unlock (&store->lock);
  g_thread_join (store->thread);
  g_source_destroy (store->source);
  g_source_unref (store->source);
  free_line (&store->finished);
  fs_store_unref (store);
}

const char *
fs_store_get_folder (FsStore *store)
{
  return store->folder;
}

/* ---- waiting ---- */

typedef struct
{
  FsStore *store;
  atomic_bool is_done;
} Milestone;

static void
reach_milestone (FsStoreFile *file, const GError *trouble, void *data)
{
  Milestone *milestone = data;
  FsStore *store = milestone->store;
  g_mutex_lock (&store->lock);
  atomic_store (&milestone->is_done, true); /* the last touch: it belongs to who waits */
  g_cond_broadcast (&store->filled);
  g_mutex_unlock (&store->lock);
}

void
fs_store_wait (FsStore *store)
{
  Milestone milestone = { .store = store };
  atomic_init (&milestone.is_done, false);
  if (!request (store, reach_milestone, NULL, &milestone, NULL))
    return;
  g_mutex_lock (&store->lock);
  while (!atomic_load (&milestone.is_done))
    g_cond_wait (&store->filled, &store->lock);
  g_mutex_unlock (&store->lock);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker pool: every item once, for any number of threads, asleep or awake, with the floating
 * point state that was promised. Run it under ThreadSanitizer too (meson setup -Db_sanitize=thread). */

#include <float.h>
#include <glib.h>
#include <string.h>
#include "engine/base/core.h"
#include "engine/base/pool.h"

typedef struct
{
  unsigned *counts;
  unsigned n_threads;
  atomic_uint workers_seen;
  unsigned n_busy_loops;
} Job;

static void
count_cb (void *context, size_t item, size_t worker)
{
  Job *job = context;
  g_assert_cmpuint (worker, <, job->n_threads);
  atomic_fetch_or (&job->workers_seen, 1u << worker);
  for (volatile unsigned i = 0; i < job->n_busy_loops; i++)
    ;
  job->counts[item]++;
}

static void
test_every_item_once (void)
{
  static const unsigned thread_counts[] = { 1, 2, 3, 8 };
  static const size_t item_counts[] = { 0, 1, 2, 3, 7, 64, 1000 };
  unsigned counts[1000];
  for (size_t t = 0; t < G_N_ELEMENTS (thread_counts); t++)
    {
      FsPool *pool = NULL;
      g_assert_cmpint (fs_pool_new (&pool, thread_counts[t], NULL), ==, FS_OK);
      g_assert_cmpuint (fs_pool_n_threads (pool), ==, thread_counts[t]);
      for (unsigned round = 0; round < 300; round++)
        {
          size_t n = item_counts[round % G_N_ELEMENTS (item_counts)];
          memset (counts, 0, sizeof counts);
          Job job = { .counts = counts, .n_threads = thread_counts[t], .n_busy_loops = round };
          fs_pool_run (pool, n, count_cb, &job);
          for (size_t i = 0; i < G_N_ELEMENTS (counts); i++)
            g_assert_cmpuint (counts[i], ==, i < n);
        }
      fs_pool_free (pool);
    }
}

static void
meet_cb (void *context, size_t item, size_t worker)
{
  atomic_uint *n_present = context;
  atomic_fetch_add (n_present, 1);
  while (atomic_load (n_present) < 3)
    g_thread_yield ();
}

typedef struct
{
  atomic_uint n_present;
  size_t worker_of[3];
} Meeting;

static void
meet_and_sign_cb (void *context, size_t item, size_t worker)
{
  Meeting *meeting = context;
  meeting->worker_of[item] = worker;
  meet_cb (&meeting->n_present, item, worker);
}

/* A thread gets the same part of the items again, and finds its own work in its caches. Not always: a late
 * one may find another's share first. */
static void
test_shares_stay (void)
{
  FsPool *pool = NULL;
  unsigned n_own = 0;
  g_assert_cmpint (fs_pool_new (&pool, 3, NULL), ==, FS_OK);
  for (unsigned round = 0; round < 100; round++)
    {
      Meeting meeting = { .worker_of = { 9, 9, 9 } };
      fs_pool_run (pool, 3, meet_and_sign_cb, &meeting);
      for (size_t i = 0; i < 3; i++)
        n_own += meeting.worker_of[i] == i;
    }
  g_assert_cmpuint (n_own, >, 200);
  fs_pool_free (pool);
}

/* Leaving a core forbids it to nobody for good. */
static void
test_leaving_a_core (void)
{
  const int core = fs_core_current ();
  const guint n_before = g_get_num_processors ();
  fs_core_leave (core);
  fs_core_leave (-1);
  fs_core_leave (1 << 20);
  g_assert_cmpuint (g_get_num_processors (), ==, n_before);
}

/* Three items that each wait for the other two end only if three threads take one each; the pauses
 * before each round let the workers fall asleep, so this is the wake-up's test as well. */
static void
test_threads_work_at_once (void)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 3, NULL), ==, FS_OK);
  for (unsigned round = 0; round < 20; round++)
    {
      g_usleep (round % 2 ? 5000 : 0);
      atomic_uint n_present = 0;
      fs_pool_run (pool, 3, meet_cb, &n_present);
      g_assert_cmpuint (atomic_load (&n_present), ==, 3);
    }
  fs_pool_free (pool);
}

static void
long_item_cb (void *context, size_t item, size_t worker)
{
  if (worker != 0)
    g_usleep (20000);
  meet_cb (context, item, worker);
}

/* The caller is done long before the others: it must sleep, and wake when they are done. */
static void
test_caller_sleeps_for_long_items (void)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 3, NULL), ==, FS_OK);
  for (unsigned round = 0; round < 5; round++)
    {
      atomic_uint n_present = 0;
      fs_pool_run (pool, 3, long_item_cb, &n_present);
      g_assert_cmpuint (atomic_load (&n_present), ==, 3);
    }
  fs_pool_free (pool);
}

static void
own_thread_cb (void *context, size_t item, size_t worker)
{
  g_assert_true (g_thread_self () == context);
  g_assert_cmpuint (worker, ==, 0);
}

static void
test_one_thread_is_the_caller (void)
{
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 1, NULL), ==, FS_OK);
  fs_pool_run (pool, 100, own_thread_cb, g_thread_self ());
  fs_pool_free (pool);
}

typedef struct
{
  atomic_uint n_present, n_flushed;
} FlushCount;

static void
denormal_cb (void *context, size_t item, size_t worker)
{
  FlushCount *count = context;
  meet_cb (&count->n_present, item, worker);
  volatile float smallest = FLT_MIN, half = 0.5f;
  volatile float product = smallest * half;
  if (product == 0.0f)
    atomic_fetch_add (&count->n_flushed, 1);
}

static void
test_denormals_are_flushed (void)
{
#if defined(__SSE2__) || defined(__aarch64__)
  FsPool *pool = NULL;
  g_assert_cmpint (fs_pool_new (&pool, 4, NULL), ==, FS_OK);
  for (unsigned round = 0; round < 10; round++)
    {
      /* Meeting first makes sure that three threads take part. */
      FlushCount count = { 0 };
      fs_pool_run (pool, 3, denormal_cb, &count);
      g_assert_cmpuint (atomic_load (&count.n_flushed), ==, 3);
    }
  fs_pool_free (pool);
#else
  g_test_skip ("This processor's floating point state is left alone");
#endif
}

static void
test_absurd_sizes_are_refused (void)
{
  FsPool *pool = NULL;
  FsProblem problem;
  g_assert_cmpint (fs_pool_new (&pool, 0, &problem), ==, FS_OUT_OF_RANGE);
  g_assert_null (pool);
  g_assert_cmpint (fs_pool_new (&pool, 1000000000, &problem), ==, FS_OUT_OF_RANGE);
  g_assert_cmpstr (problem.where, ==, "threads");
  fs_pool_free (NULL);
}

static void
test_interrupt (void)
{
  FsInterrupt interrupt = { 0 };
  g_assert_false (fs_interrupt_is_requested (NULL));
  g_assert_false (fs_interrupt_is_requested (&interrupt));
  atomic_store (&interrupt.is_requested, true);
  g_assert_true (fs_interrupt_is_requested (&interrupt));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pool/every-item-once", test_every_item_once);
  g_test_add_func ("/pool/threads-work-at-once", test_threads_work_at_once);
  g_test_add_func ("/pool/shares-stay", test_shares_stay);
  g_test_add_func ("/pool/leaving-a-core", test_leaving_a_core);
  g_test_add_func ("/pool/caller-sleeps-for-long-items", test_caller_sleeps_for_long_items);
  g_test_add_func ("/pool/one-thread-is-the-caller", test_one_thread_is_the_caller);
  g_test_add_func ("/pool/denormals-are-flushed", test_denormals_are_flushed);
  g_test_add_func ("/pool/absurd-sizes-are-refused", test_absurd_sizes_are_refused);
  g_test_add_func ("/pool/interrupt", test_interrupt);
  return g_test_run ();
}

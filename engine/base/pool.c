/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker pool; see pool.h for what it promises. Threads and their hand-over:
 *
 * A job is four fields (task, context, first item, number of items) and a share for each thread: the
 * same part of the items in every job, so that a thread finds in its own caches what it wrote in the job
 * before. A share is one 64-bit word, the job's serial number in its upper half, the number of its
 * unclaimed items in its lower half. To claim is to lower that word by one with compare-and-swap; who has
 * emptied his own share goes on with the others'. The fields are only rewritten after every item of the
 * job before is done, and an item can only be claimed while it is not: so a successful swap proves that
 * the fields read since the word was loaded belong to the claimed item. A thread that was asleep or late
 * therefore never has to check in: nobody waits for a thread that has no item, which is what matters when
 * the machine has fewer free cores than the pool has threads.
 *
 * Waiting is a spin, then a condition variable, on both sides. Announcing sleep and looking again,
 * against publishing and looking for sleepers, is ordered by sequentially consistent operations, and
 * the sleeper holds the mutex from its last look to its wait: no wake-up is lost. */

#include "engine/base/pool.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#if defined(__SSE2__)
#include <immintrin.h>
#endif
#include "engine/base/core.h"

/* Pauses before sleeping: one costs 35 to 45 ns on processors since 2017, together about 0.3 ms (a
 * batch of a small network is shorter than that; with 2,000 pauses two busy threads were seen to end
 * up sharing one core). Counted, not timed: there is no clock below the lab. */
#define N_SPINS 8000

/* Jobs in a row that find a worker on the caller's core before it asks for another. Two threads that once
 * shared a core, for instance beside a busy neighbour, were seen to share it for seconds, for neither of
 * them ever waits long enough to be moved. */
#define MAX_JOBS_STACKED 4

/* More threads than any machine has cores for is a mistyped number. */
#define MAX_THREADS 1024

typedef struct
{
  _Alignas(64) atomic_uint_least64_t claim; /* serial << 32 | unclaimed items */
} Share;

typedef struct
{
  FsPool *pool;
  size_t number; /* the `worker` argument of tasks: 1 …; 0 is the caller */
  pthread_t thread;
} Worker;

struct FsPool
{
  /* The job. Atomic only because a late thread may read them while the next job is written; it then
   * fails to claim and forgets what it read. */
  _Atomic (FsPoolTask) task;
  _Atomic (void *) context;
  atomic_size_t first;
  atomic_uint_least32_t n_items;
  atomic_int core; /* where its caller runs */

  _Alignas(64) atomic_uint_least32_t serial;    /* of the newest job */
  _Alignas(64) atomic_uint_least32_t n_pending; /* items of the job not yet done */
  _Alignas(64) atomic_uint n_sleeping;          /* workers in `work_came`, or about to be */
  atomic_bool is_caller_sleeping;
  atomic_bool is_closing;

  pthread_mutex_t mutex;
  pthread_cond_t work_came;
  pthread_cond_t work_done;
  unsigned n_threads; /* with the caller */
  Share *shares;      /* [n_threads]; the caller's is the first */
  Worker *workers;    /* [n_threads - 1] */
};

static inline void
spin_pause (void)
{
#if defined(__SSE2__)
  _mm_pause ();
#elif defined(__aarch64__)
  /* "yield" does nothing on most cores; a barrier of the instruction stream takes about as long as
   * the other's pause. */
  __asm__ volatile("isb" ::: "memory");
#endif
}

void
fs_denormals_off (void)
{
#if defined(__SSE2__)
  const unsigned both = 0x8040; /* flush to zero: bit 15; denormals are zero: bit 6 */
  unsigned state = _mm_getcsr ();
  if ((state & both) != both)
    _mm_setcsr (state | both);
#elif defined(__aarch64__)
  uint64_t state;
  __asm__ volatile("mrs %0, fpcr" : "=r"(state));
  state |= UINT64_C (1) << 24; /* FZ acts on operands and results */
  __asm__ volatile("msr fpcr, %0" ::"r"(state));
#endif
}

/* Where the share of thread `number` begins. */
static uint32_t
share_start (const FsPool *pool, uint32_t n_items, size_t number)
{
  return (uint32_t) ((uint64_t) n_items * number / pool->n_threads);
}

/* Claims and does the items of one thread's share until none is left; returns how many it did. */
static uint32_t
empty_share (FsPool *pool, size_t number, size_t worker)
{
  atomic_uint_least64_t *word = &pool->shares[number].claim;
  uint32_t n_done = 0;
  uint64_t claim = atomic_load (word);
  while ((uint32_t) claim > 0)
    {
      FsPoolTask task = atomic_load (&pool->task);
      void *context = atomic_load (&pool->context);
      size_t first = atomic_load (&pool->first);
      uint32_t n_items = atomic_load (&pool->n_items);
      if (atomic_compare_exchange_weak (word, &claim, claim - 1))
        {
          const uint32_t end = share_start (pool, n_items, number + 1);
          task (context, first + (end - (uint32_t) claim), worker);
          n_done++;
          claim = atomic_load (word);
        }
    }
  return n_done;
}

/* Does its own share and what is left of the others'; returns after all it did is accounted for. */
static void
work (FsPool *pool, size_t worker)
{
  uint32_t n_done = 0;
  for (size_t i = 0; i < pool->n_threads; i++)
    n_done += empty_share (pool, (worker + i) % pool->n_threads, worker);
  /* All done items are of one job: the next is published only after these have been subtracted. */
  if (n_done > 0 && atomic_fetch_sub (&pool->n_pending, n_done) == n_done
      && atomic_load (&pool->is_caller_sleeping))
    {
      pthread_mutex_lock (&pool->mutex);
      pthread_cond_signal (&pool->work_done);
      pthread_mutex_unlock (&pool->mutex);
    }
}

static bool
is_new_or_closes (FsPool *pool, uint32_t serial)
{
  return atomic_load (&pool->serial) != serial || atomic_load (&pool->is_closing);
}

/* To be called at each job; counts in `n_stacked`. */
static void
avoid_core_of_caller (FsPool *pool, unsigned *n_stacked)
{
  const int core = fs_core_current ();
  *n_stacked = core >= 0 && core == atomic_load (&pool->core) ? *n_stacked + 1 : 0;
  if (*n_stacked < MAX_JOBS_STACKED)
    return;
  fs_core_leave (core);
  *n_stacked = 0;
}

static void *
worker_main (void *data)
{
  Worker *worker = data;
  FsPool *pool = worker->pool;
  uint32_t serial = 0;
  unsigned n_stacked = 0;
  fs_denormals_off ();
  while (!atomic_load (&pool->is_closing))
    {
      for (unsigned spin = 0; spin < N_SPINS && !is_new_or_closes (pool, serial); spin++)
        spin_pause ();
      if (!is_new_or_closes (pool, serial))
        {
          pthread_mutex_lock (&pool->mutex);
          atomic_fetch_add (&pool->n_sleeping, 1);
          while (!is_new_or_closes (pool, serial))
            pthread_cond_wait (&pool->work_came, &pool->mutex);
          atomic_fetch_sub (&pool->n_sleeping, 1);
          pthread_mutex_unlock (&pool->mutex);
        }
      serial = atomic_load (&pool->serial);
      avoid_core_of_caller (pool, &n_stacked);
      work (pool, worker->number);
    }
  return NULL;
}

FsStatus
fs_pool_new (FsPool **pool, unsigned n_threads, FsProblem *problem)
{
  *pool = NULL;
  if (n_threads == 0 || n_threads > MAX_THREADS)
    return fs_problem_at (problem, FS_OUT_OF_RANGE, "threads", 0, NULL,
                          "%u threads were asked for; 1 to %d are possible", n_threads,
                          MAX_THREADS);
  FsPool *new_pool = aligned_alloc (_Alignof(FsPool), sizeof (FsPool));
  Worker *workers = calloc (n_threads, sizeof *workers);
  Share *shares = aligned_alloc (_Alignof(Share), n_threads * sizeof *shares);
  if (!new_pool || !workers || !shares)
    {
      free (new_pool);
      free (workers);
      free (shares);
      return fs_problem (problem, FS_OUT_OF_MEMORY, "threads", NULL, NULL);
    }
  *new_pool = (FsPool){ .n_threads = 1, .workers = workers, .shares = shares };
  for (unsigned i = 0; i < n_threads; i++)
    atomic_init (&shares[i].claim, 0);
  pthread_mutex_init (&new_pool->mutex, NULL);
  pthread_cond_init (&new_pool->work_came, NULL);
  pthread_cond_init (&new_pool->work_done, NULL);
  for (; new_pool->n_threads < n_threads; new_pool->n_threads++)
    {
      Worker *worker = &workers[new_pool->n_threads - 1];
      *worker = (Worker){ .pool = new_pool, .number = new_pool->n_threads };
      if (pthread_create (&worker->thread, NULL, worker_main, worker) != 0)
        {
          fs_pool_free (new_pool);
          return fs_problem (problem, FS_OUT_OF_MEMORY, "threads", NULL,
                             "the system starts no more threads; ask for fewer");
        }
    }
  *pool = new_pool;
  return FS_OK;
}

void
fs_pool_free (FsPool *pool)
{
  if (!pool)
    return;
  atomic_store (&pool->is_closing, true);
  pthread_mutex_lock (&pool->mutex);
  pthread_cond_broadcast (&pool->work_came);
  pthread_mutex_unlock (&pool->mutex);
  for (unsigned i = 0; i + 1 < pool->n_threads; i++)
    pthread_join (pool->workers[i].thread, NULL);
  pthread_cond_destroy (&pool->work_done);
  pthread_cond_destroy (&pool->work_came);
  pthread_mutex_destroy (&pool->mutex);
  free (pool->workers);
  free (pool->shares);
  free (pool);
}

unsigned
fs_pool_n_threads (const FsPool *pool)
{
  return pool->n_threads;
}

static void
wait_until_done (FsPool *pool)
{
  for (unsigned spin = 0; spin < N_SPINS && atomic_load (&pool->n_pending) > 0; spin++)
    spin_pause ();
  if (atomic_load (&pool->n_pending) == 0)
    return;
  pthread_mutex_lock (&pool->mutex);
  atomic_store (&pool->is_caller_sleeping, true);
  while (atomic_load (&pool->n_pending) > 0)
    pthread_cond_wait (&pool->work_done, &pool->mutex);
  atomic_store (&pool->is_caller_sleeping, false);
  pthread_mutex_unlock (&pool->mutex);
}

/* One job of at most 2^32 - 1 items. */
static void
run_job (FsPool *pool, size_t first, uint32_t n_items, FsPoolTask task, void *context)
{
  atomic_store (&pool->task, task);
  atomic_store (&pool->context, context);
  atomic_store (&pool->first, first);
  atomic_store (&pool->n_items, n_items);
  atomic_store (&pool->core, fs_core_current ());
  atomic_store (&pool->n_pending, n_items);
  const uint32_t serial = atomic_load (&pool->serial) + 1;
  for (size_t i = 0; i < pool->n_threads; i++)
    {
      const uint32_t n = share_start (pool, n_items, i + 1) - share_start (pool, n_items, i);
      atomic_store (&pool->shares[i].claim, (uint64_t) serial << 32 | n);
    }
  atomic_store (&pool->serial, serial);
  if (atomic_load (&pool->n_sleeping) > 0)
    {
      pthread_mutex_lock (&pool->mutex);
      pthread_cond_broadcast (&pool->work_came);
      pthread_mutex_unlock (&pool->mutex);
    }
  work (pool, 0);
  wait_until_done (pool);
}

void
fs_pool_run (FsPool *pool, size_t n_items, FsPoolTask task, void *context)
{
  fs_denormals_off ();
  if (pool->n_threads == 1 || n_items == 1)
    {
      for (size_t item = 0; item < n_items; item++)
        task (context, item, 0);
      return;
    }
  for (size_t first = 0; first < n_items;)
    {
      size_t left = n_items - first;
      uint32_t n = left < UINT32_MAX ? (uint32_t) left : UINT32_MAX;
      run_job (pool, first, n, task, context);
      first += n;
    }
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs on a pool of threads; see paired-runs.h. What crosses between a job's thread and the owner's
 * are atomic counters and, once, the finished result behind an atomic flag. */

#include "engine/lab/paired-runs.h"

#include <math.h>
#include <stdatomic.h>
#ifdef __linux__
#include <sys/resource.h>
#endif
#include "engine/lab/run-load.h"

/* Behind the run that the user watches (which is at 5). */
#define NICENESS 10

/* Between two looks of the owner at the counters. */
#define LOOK_INTERVAL_MS 150

typedef struct
{
  FsPairedRuns *runs;
  FsExperiment experiment;
  atomic_uint n_epochs;
  atomic_bool is_over; /* done, failed or cancelled; nothing writes the result after that */
  gboolean is_done;
  FsPairedResult result;
} Job;

struct FsPairedRuns
{
  Job *jobs; /* [n_arms][n_seeds] */
  guint n_arms, n_seeds, n_jobs;
  char *base;
  GThreadPool *pool;
  FsInterrupt interrupt;
  atomic_uint n_over;
  GMutex lock; /* with `changed`: only for waiting */
  GCond changed;
  GSource *source;
  FsPairedNotify notify;
  void *data;
  guint64 n_told;
};

/* ---- a job, on its thread ---- */

static void
fail (Job *job, const char *sentence)
{
  g_strlcpy (job->result.error, sentence, sizeof job->result.error);
}

/* Errors of one part by row: means over the windows that aim at it. NULL where one is not wanted. */
typedef struct
{
  double *squared, *absolute, *naive;
} Errors;

/* Adds the newest of n errors to the means of a row. */
static void
add_errors (const Errors *errors,
            size_t row,
            guint n,
            double squared,
            double absolute,
            double naive)
{
  double *const means[] = { errors->squared, errors->absolute, errors->naive };
  const double added[] = { squared, absolute, naive };
  for (gsize i = 0; i < G_N_ELEMENTS (means); i++)
    if (means[i])
      means[i][row] = n == 1 ? added[i] : means[i][row] + 1.0 / n * (added[i] - means[i][row]);
}

static void
measure_window (const Errors *errors,
                const FsDataset *dataset,
                const double *predicted,
                size_t first,
                double mean,
                guint *n_aims)
{
  const gboolean repeats = dataset->task == FS_TASK_FORECAST;
  const double guess = repeats ? dataset->target_raw[first - 1] : mean;
  for (size_t h = 0; h < dataset->horizon; h++)
    {
      const size_t row = first + h;
      double truth = dataset->target_raw[row], error = predicted[h] - truth;
      if (isfinite (truth))
        add_errors (errors, row, ++n_aims[row], error * error, fabs (error),
                    (guess - truth) * (guess - truth));
    }
}

/* One output stands for the second class of two. */
static double
probability (const double *predicted, size_t n_outputs, size_t k)
{
  return n_outputs > 1 ? predicted[k] : k == 1 ? predicted[0] : 1 - predicted[0];
}

static void
measure_class (const Errors *errors,
               const FsDataset *dataset,
               const double *predicted,
               size_t row,
               const double *shares)
{
  const double truth = dataset->target_raw[row];
  double squared = 0, absolute = 0, naive = 0;
  if (!(truth >= 0 && truth < (double) dataset->n_classes))
    return;
  for (size_t k = 0; k < dataset->n_classes; k++)
    {
      const double y = (size_t) truth == k;
      const double error = probability (predicted, dataset->n_outputs, k) - y;
      squared += error * error;
      absolute += fabs (error);
      naive += (shares[k] - y) * (shares[k] - y);
    }
  add_errors (errors, row, 1, squared, absolute, naive);
}

/* What is known of the answers of training examples without looking at any: their mean, or into `shares`
 * that of each class. */
static double
know_answers (const FsDataset *dataset, double *shares)
{
  double mean = 0;
  size_t n = 0;
  for (size_t i = 0; i < dataset->windows[FS_PART_TRAIN].n; i++)
    {
      double y = dataset->target_raw[fs_window_target_row (dataset, FS_PART_TRAIN, i, 0)];
      if (!isfinite (y))
        continue;
      mean += (y - mean) / (double) ++n;
      for (size_t k = 0; k < dataset->n_classes; k++)
        shares[k] += ((y == (double) k) - shares[k]) / (double) n;
    }
  return mean;
}

/* `predicted` is in original units, or probabilities. */
static void
measure_part (const FsDataset *dataset, FsPart part, const double *predicted, const Errors *errors)
{
  const FsWindows *windows = &dataset->windows[part];
  g_autofree guint *n_aims = g_new0 (guint, dataset->n_rows + 1);
  g_autofree double *shares = g_new0 (double, dataset->n_classes + 1);
  const double mean = know_answers (dataset, shares);
  for (size_t i = 0; !dataset->is_stepwise && i < windows->n; i++)
    {
      const double *answer = predicted + i * dataset->n_outputs;
      const size_t row = fs_window_target_row (dataset, part, i, 0);
      if (dataset->n_classes > 0)
        measure_class (errors, dataset, answer, row, shares);
      else
        measure_window (errors, dataset, answer, row, mean, n_aims);
    }
}

static double *
new_unknown (size_t n)
{
  double *numbers = g_new (double, n + 1);
  for (size_t i = 0; i < n; i++)
    numbers[i] = NAN;
  return numbers;
}

static void
measure_errors (Job *job, FsLoaded *loaded)
{
  const FsDataset *dataset = loaded->prepared->dataset;
  FsPairedResult *result = &job->result;
  bool was_interrupted;
  FsSharedForecast *shared;
  result->n_rows = dataset->n_rows;
  result->squared = new_unknown (dataset->n_rows);
  result->absolute = new_unknown (dataset->n_rows);
  result->naive = new_unknown (dataset->n_rows);
  result->validation_squared = new_unknown (dataset->n_rows);
  shared = fs_forecast_compute (loaded->trainer, dataset, NULL, 0, &job->runs->interrupt,
                                &was_interrupted);
  if (!shared)
    return;
  fs_forecast_facts_measure (&result->forecast, dataset, shared->forecast.predicted);
  measure_part (dataset, FS_PART_TEST, shared->forecast.predicted[FS_PART_TEST],
                &(Errors){ result->squared, result->absolute, result->naive });
  measure_part (dataset, FS_PART_VALIDATION, shared->forecast.predicted[FS_PART_VALIDATION],
                &(Errors){ .squared = result->validation_squared });
  fs_shared_unref (shared);
}

static gboolean
train_to_the_end (Job *job, FsTrainer *trainer)
{
  for (;;)
    switch (fs_trainer_advance (trainer, &job->runs->interrupt))
      {
      case FS_ADVANCED_EPOCH:
        atomic_fetch_add_explicit (&job->n_epochs, 1, memory_order_relaxed);
        break;
      case FS_ADVANCED_END:
        return TRUE;
      case FS_ADVANCED_INTERRUPTED:
        return FALSE;
      default:
        break;
      }
}

static gboolean
run_job (Job *job)
{
  g_autoptr (GError) error = NULL;
  FsLoaded loaded = { 0 };
  gboolean is_done = FALSE;
  if (fs_interrupt_is_requested (&job->runs->interrupt))
    return FALSE;
  if (!fs_loaded_make (&loaded, &job->experiment, job->runs->base, 1, &job->runs->interrupt,
                       &error))
    {
      is_done = error->code != FS_INTERRUPTED;
      fail (job, error->message);
    }
  else if (train_to_the_end (job, loaded.trainer))
    {
      const FsHistory *history = fs_trainer_history (loaded.trainer);
      fs_history_share (&job->result.history, history);
      job->result.baselines = loaded.prepared->baselines;
      job->result.facts = loaded.prepared->facts;
      job->result.experiment = job->experiment;
      job->result.train_loss = job->result.validation = NAN;
      if (history->n_observations > 0)
        {
          job->result.train_loss = history->observations[history->best].train_loss;
          job->result.validation = fs_history_monitored (history, history->best);
        }
      measure_errors (job, &loaded);
      is_done = !fs_interrupt_is_requested (&job->runs->interrupt);
    }
  fs_loaded_clear (&loaded);
  return is_done;
}

static void
job_cb (gpointer data, gpointer user_data)
{
  Job *job = data;
  FsPairedRuns *runs = job->runs;
#ifdef __linux__
  setpriority (PRIO_PROCESS, 0, NICENESS); /* 0: the calling thread, which belongs to this pool */
#endif
  job->is_done = run_job (job);
  atomic_store_explicit (&job->is_over, true, memory_order_release);
  g_mutex_lock (&runs->lock);
  atomic_fetch_add (&runs->n_over, 1);
  g_cond_broadcast (&runs->changed);
  g_mutex_unlock (&runs->lock);
}

/* ---- the owner ---- */

static guint64
count_progress (FsPairedRuns *runs)
{
  guint64 n = 0;
  for (guint i = 0; i < runs->n_jobs; i++)
    n += atomic_load_explicit (&runs->jobs[i].n_epochs, memory_order_relaxed);
  return n + atomic_load (&runs->n_over);
}

static gboolean
look_cb (gpointer data)
{
  FsPairedRuns *runs = data;
  gboolean is_done = fs_paired_runs_is_done (runs);
  guint64 n = count_progress (runs);
  if (n == runs->n_told && !is_done)
    return G_SOURCE_CONTINUE;
  runs->n_told = n;
  if (is_done)
    {
      /* `notify` may free the runs: nothing is touched after it. */
      g_clear_pointer (&runs->source, g_source_unref);
      runs->notify (runs, runs->data);
      return G_SOURCE_REMOVE;
    }
  runs->notify (runs, runs->data);
  return G_SOURCE_CONTINUE;
}

static void
watch (FsPairedRuns *runs)
{
  runs->source = g_timeout_source_new (LOOK_INTERVAL_MS);
  g_source_set_callback (runs->source, look_cb, runs, NULL);
  g_source_attach (runs->source, g_main_context_get_thread_default ());
}

static guint
choose_n_jobs (guint n_jobs, guint n_runs)
{
  guint n_cores = g_get_num_processors ();
  if (n_jobs == 0)
    n_jobs = n_cores > 1 ? n_cores - 1 : 1;
  return MIN (n_jobs, n_runs);
}

FsPairedRuns *
fs_paired_runs_new (const FsPairedArm *arms,
                    guint n_arms,
                    guint n_seeds,
                    const char *base,
                    guint n_jobs,
                    FsPairedNotify notify,
                    void *data)
{
  g_return_val_if_fail (n_arms > 0 && n_arms <= FS_PAIRED_MAX_ARMS, NULL);
  g_return_val_if_fail (n_seeds > 0 && n_seeds <= FS_PAIRED_MAX_SEEDS, NULL);
  FsPairedRuns *runs = g_new0 (FsPairedRuns, 1);
  runs->n_arms = n_arms;
  runs->n_seeds = n_seeds;
  runs->n_jobs = n_arms * n_seeds;
  runs->base = g_strdup (base);
  runs->notify = notify;
  runs->data = data;
  runs->jobs = g_new0 (Job, runs->n_jobs);
  g_mutex_init (&runs->lock);
  g_cond_init (&runs->changed);
  runs->pool =
      g_thread_pool_new (job_cb, NULL, (gint) choose_n_jobs (n_jobs, runs->n_jobs), TRUE, NULL);
  /* Seed by seed, so that a first comparison of all arms is there as soon as can be. */
  for (guint seed = 0; seed < n_seeds; seed++)
    for (guint arm = 0; arm < n_arms; arm++)
      {
        Job *job = &runs->jobs[arm * n_seeds + seed];
        job->runs = runs;
        job->experiment = *arms[arm].experiment;
        job->experiment.train.seed += arms[arm].seed_shift + seed;
        g_thread_pool_push (runs->pool, job, NULL);
      }
  if (notify)
    watch (runs);
  return runs;
}

void
fs_paired_runs_cancel (FsPairedRuns *runs)
{
  atomic_store (&runs->interrupt.is_requested, true);
}

void
fs_paired_runs_free (FsPairedRuns *runs)
{
  if (!runs)
    return;
  if (runs->source)
    g_source_destroy (runs->source);
  g_clear_pointer (&runs->source, g_source_unref);
  fs_paired_runs_cancel (runs);
  g_thread_pool_free (runs->pool, FALSE, TRUE);
  for (guint i = 0; i < runs->n_jobs; i++)
    {
      FsPairedResult *result = &runs->jobs[i].result;
      fs_history_clear (&result->history);
      g_free (result->squared);
      g_free (result->absolute);
      g_free (result->naive);
      g_free (result->validation_squared);
    }
  g_free (runs->jobs);
  g_free (runs->base);
  g_mutex_clear (&runs->lock);
  g_cond_clear (&runs->changed);
  g_free (runs);
}

gboolean
fs_paired_runs_is_done (FsPairedRuns *runs)
{
  return atomic_load (&runs->n_over) == runs->n_jobs;
}

gboolean
fs_paired_runs_is_cancelled (FsPairedRuns *runs)
{
  return fs_interrupt_is_requested (&runs->interrupt);
}

guint
fs_paired_runs_n_done (FsPairedRuns *runs)
{
  return atomic_load (&runs->n_over);
}

double
fs_paired_runs_progress (FsPairedRuns *runs)
{
  double done = 0;
  for (guint i = 0; i < runs->n_jobs; i++)
    {
      const Job *job = &runs->jobs[i];
      double asked = (double) MAX (job->experiment.train.epochs, 1);
      guint n = atomic_load_explicit (&job->n_epochs, memory_order_relaxed);
      done += atomic_load (&job->is_over) ? 1 : MIN (n / asked, 1);
    }
  return done / runs->n_jobs;
}

FsCase
fs_paired_result_case (const FsPairedResult *result)
{
  return (FsCase){ .history = &result->history,
                   .baselines = &result->baselines,
                   .experiment = &result->experiment,
                   .data = &result->facts,
                   .forecast = &result->forecast };
}

const FsPairedResult *
fs_paired_runs_result (FsPairedRuns *runs, guint arm, guint seed)
{
  const Job *job = &runs->jobs[arm * runs->n_seeds + seed];
  g_return_val_if_fail (arm < runs->n_arms && seed < runs->n_seeds, NULL);
  if (!atomic_load_explicit (&job->is_over, memory_order_acquire) || !job->is_done)
    return NULL;
  return &job->result;
}

void
fs_paired_runs_wait (FsPairedRuns *runs, FsPairedNotify progress, void *data)
{
  while (!fs_paired_runs_is_done (runs))
    {
      g_mutex_lock (&runs->lock);
      if (!fs_paired_runs_is_done (runs))
        g_cond_wait_until (&runs->changed, &runs->lock,
                           g_get_monotonic_time () + LOOK_INTERVAL_MS * G_TIME_SPAN_MILLISECOND);
      g_mutex_unlock (&runs->lock);
      if (progress)
        progress (runs, data);
    }
}

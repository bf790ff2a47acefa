/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Kept runs; see evidence.h. */

#include "tests/ward/evidence.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "engine/experiment/schema.h"

#define MAGIC 0x57415244u /* "WARD" */

typedef struct
{
  guint32 magic, is_whole;
  guint32 observation_size, layer_size, tensor_size;
  guint32 baselines_size, facts_size, forecast_size;
  char key[96];
  guint64 hash;
  guint64 seed;
  double error;
  guint64 n_observations, n_probes;
  guint64 non_finite_step;
  guint32 end, has_validation, has_accuracy, best;
  double min_delta;
  char non_finite_tensor[64];
} Head;

/* A probe without its empty places. */
typedef struct
{
  guint32 epoch, n_tensors, n_layers, unused;
  double noise, signal, noise_scale;
} ProbeHead;

struct WardStore
{
  FILE *file;
  GHashTable *runs; /* key -> GPtrArray of WardRun */
};

static void
run_free (gpointer data)
{
  WardRun *run = data;
  fs_history_clear (&run->history);
  g_free (run);
}

static Head
new_head (void)
{
  Head head;
  memset (&head, 0, sizeof head);
  head.magic = MAGIC;
  head.observation_size = sizeof (FsObservation);
  head.layer_size = sizeof (FsLayerProbe);
  head.tensor_size = sizeof (FsTensorProbe);
  head.baselines_size = sizeof (FsBaselines);
  head.facts_size = sizeof (FsDataFacts);
  head.forecast_size = sizeof (FsForecastFacts);
  return head;
}

static guint64
hash_of (const FsExperiment *experiment)
{
  FsExperiment nameless = *experiment;
  g_autofree char *rows = NULL;
  if (g_file_get_contents (experiment->data.source, &rows, NULL, NULL))
    nameless.data.source[0] = '\0';
  return fs_experiment_hash (&nameless) + (rows ? g_str_hash (rows) : 0);
}

static void
keep (WardStore *store, WardRun *run)
{
  GPtrArray *runs = g_hash_table_lookup (store->runs, run->key);
  if (!runs)
    {
      runs = g_ptr_array_new_with_free_func (run_free);
      g_hash_table_insert (store->runs, g_strdup (run->key), runs);
    }
  if (runs->len > 0 && ((WardRun *) g_ptr_array_index (runs, 0))->hash != run->hash)
    g_ptr_array_set_size (runs, 0);
  g_ptr_array_add (runs, run);
}

/* ---- reading ---- */

/* A struct that was `size` bytes long then, and may have grown since. */
static gboolean
read_grown (FILE *file, void *now, gsize now_size, guint32 size)
{
  g_autofree char *then = g_malloc (size + 1);
  if (fread (then, 1, size, file) != size)
    return FALSE;
  memset (now, 0, now_size);
  memcpy (now, then, MIN (now_size, size));
  return TRUE;
}

static gboolean
read_probe (FILE *file, FsProbe *probe)
{
  ProbeHead head;
  memset (probe, 0, sizeof *probe);
  if (fread (&head, sizeof head, 1, file) != 1 || head.n_tensors > FS_MAX_TENSORS
      || head.n_layers > FS_MAX_LAYERS)
    return FALSE;
  probe->epoch = head.epoch;
  probe->noise = head.noise;
  probe->signal = head.signal;
  probe->noise_scale = head.noise_scale;
  probe->n_tensors = head.n_tensors;
  probe->n_layers = head.n_layers;
  return fread (probe->tensors, sizeof *probe->tensors, head.n_tensors, file) == head.n_tensors
         && fread (probe->layers, sizeof *probe->layers, head.n_layers, file) == head.n_layers;
}

static gboolean
read_history (FILE *file, const Head *head, FsHistory *history)
{
  FsObservation observation;
  FsProbe probe;
  history->has_validation = head->has_validation;
  history->has_accuracy = head->has_accuracy;
  history->min_delta = head->min_delta;
  for (guint64 i = 0; i < head->n_observations; i++)
    if (fread (&observation, sizeof observation, 1, file) != 1
        || fs_history_append (history, &observation) != FS_OK)
      return FALSE;
  for (guint64 i = 0; i < head->n_probes; i++)
    if (!read_probe (file, &probe) || fs_history_add_probe (history, &probe) != FS_OK)
      return FALSE;
  history->end = (FsEndReason) head->end;
  history->best = head->best;
  history->non_finite_step = head->non_finite_step;
  memcpy (history->non_finite_tensor, head->non_finite_tensor, sizeof head->non_finite_tensor);
  return TRUE;
}

/* NULL at the end, and at a record that was cut off. */
static WardRun *
read_run (FILE *file, const char *path)
{
  Head head;
  const Head now = new_head ();
  if (fread (&head, sizeof head, 1, file) != 1)
    return NULL;
  if (head.magic != now.magic || head.observation_size != now.observation_size
      || head.layer_size != now.layer_size || head.tensor_size != now.tensor_size)
    g_error ("%s is of another build: remove it", path);
  WardRun *run = g_new0 (WardRun, 1);
  memcpy (run->key, head.key, sizeof run->key);
  run->hash = head.hash;
  run->seed = (guint) head.seed;
  run->error = head.error;
  run->is_whole = head.is_whole;
  run->has_old_facts = head.facts_size != now.facts_size;
  if (run->is_whole
      && (!read_history (file, &head, &run->history)
          || !read_grown (file, &run->baselines, sizeof run->baselines, head.baselines_size)
          || !read_grown (file, &run->facts, sizeof run->facts, head.facts_size)
          || !read_grown (file, &run->forecast, sizeof run->forecast, head.forecast_size)))
    g_clear_pointer (&run, run_free);
  return run;
}

WardStore *
ward_store_open (const char *path, gboolean is_added_to)
{
  WardStore *store = g_new0 (WardStore, 1);
  WardRun *run;
  long whole = 0;
  store->runs =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  store->file = fopen (path, is_added_to ? "r+b" : "rb");
  if (!store->file && is_added_to)
    store->file = fopen (path, "w+b");
  if (!store->file)
    g_error ("%s cannot be opened", path);
  while ((run = read_run (store->file, path)))
    {
      keep (store, run);
      whole = ftell (store->file);
    }
  if (is_added_to
      && (fseek (store->file, whole, SEEK_SET) != 0
          || ftruncate (fileno (store->file), whole) != 0))
    g_error ("%s cannot be appended to", path);
  return store;
}

void
ward_store_close (WardStore *store)
{
  fclose (store->file);
  g_hash_table_unref (store->runs);
  g_free (store);
}

/* ---- writing ---- */

static double
test_error (const FsPairedResult *result)
{
  double squared = 0, naive = 0;
  for (size_t row = 0; row < result->n_rows; row++)
    if (!isnan (result->naive[row]))
      {
        squared += result->squared[row];
        naive += result->naive[row];
      }
  return naive > 0 ? sqrt (squared / naive) : NAN;
}

static void
write_probe (FILE *file, const FsProbe *probe)
{
  const ProbeHead head = { .epoch = probe->epoch,
                           .n_tensors = probe->n_tensors,
                           .n_layers = probe->n_layers,
                           .noise = probe->noise,
                           .signal = probe->signal,
                           .noise_scale = probe->noise_scale };
  fwrite (&head, sizeof head, 1, file);
  fwrite (probe->tensors, sizeof *probe->tensors, probe->n_tensors, file);
  fwrite (probe->layers, sizeof *probe->layers, probe->n_layers, file);
}

void
ward_store_add (WardStore *store,
                const char *key,
                guint seed,
                const FsExperiment *experiment,
                const FsPairedResult *result,
                gboolean is_whole)
{
  const FsHistory *history = &result->history;
  WardRun *run = g_new0 (WardRun, 1);
  Head head = new_head ();
  g_strlcpy (head.key, key, sizeof head.key);
  head.is_whole = is_whole;
  head.hash = hash_of (experiment);
  head.seed = seed;
  head.error = test_error (result);
  if (is_whole)
    {
      head.n_observations = history->n_observations;
      head.n_probes = history->n_probes;
      head.non_finite_step = history->non_finite_step;
      head.end = history->end;
      head.has_validation = history->has_validation;
      head.has_accuracy = history->has_accuracy;
      head.best = (guint32) history->best;
      head.min_delta = history->min_delta;
      memcpy (head.non_finite_tensor, history->non_finite_tensor, sizeof head.non_finite_tensor);
    }
  fwrite (&head, sizeof head, 1, store->file);
  if (is_whole)
    {
      if (history->n_observations > 0)
        fwrite (history->observations, sizeof *history->observations, history->n_observations,
                store->file);
      for (size_t i = 0; i < history->n_probes; i++)
        write_probe (store->file, &history->probes[i]);
      fwrite (&result->baselines, sizeof result->baselines, 1, store->file);
      fwrite (&result->facts, sizeof result->facts, 1, store->file);
      fwrite (&result->forecast, sizeof result->forecast, 1, store->file);
      fs_history_share (&run->history, history);
      run->baselines = result->baselines;
      run->facts = result->facts;
      run->forecast = result->forecast;
    }
  if (fflush (store->file) != 0)
    g_error ("the bench's file cannot be written");
  g_strlcpy (run->key, key, sizeof run->key);
  run->hash = head.hash;
  run->seed = seed;
  run->error = head.error;
  run->is_whole = is_whole;
  keep (store, run);
}

/* ---- asking ---- */

GPtrArray *
ward_store_runs (WardStore *store, const char *key)
{
  return g_hash_table_lookup (store->runs, key);
}

gboolean
ward_store_has (WardStore *store, const char *key, const FsExperiment *experiment, guint n_seeds)
{
  GPtrArray *runs = ward_store_runs (store, key);
  if (runs && runs->len > 0
      && ((WardRun *) g_ptr_array_index (runs, 0))->hash != hash_of (experiment))
    {
      g_ptr_array_set_size (runs, 0);
      return FALSE;
    }
  return runs && runs->len >= n_seeds;
}

FsCase
ward_run_case (const WardRun *run, const FsExperiment *experiment)
{
  return (FsCase){ .history = &run->history,
                   .baselines = &run->baselines,
                   .experiment = experiment,
                   .data = &run->facts,
                   .forecast = &run->forecast };
}

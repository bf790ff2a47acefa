/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The range test on its thread: its numbers are those of the test made here, it tells its curve while it
 * grows, says why it cannot be made, and leaves nothing behind when it is let go in the middle. */

#include "engine/lab/range-worker.h"

#include <math.h>
#include <string.h>
#include "engine/lab/run-load.h"

typedef struct
{
  FsRangeNews *last;
  guint n_news;
} Heard;

static void
ready_cb (FsRangeNews *news, void *data)
{
  Heard *heard = data;

  g_assert_true (!heard->last || !heard->last->is_over);
  g_assert_true (!heard->last || news->is_over || news->n > heard->last->n);
  fs_range_news_free (heard->last);
  heard->last = news;
  heard->n_news++;
}

static FsExperiment
small_experiment (void)
{
  FsExperiment experiment = fs_experiment_default ();

  experiment.layers[0].units = 5;
  experiment.window.length = 8;
  return experiment;
}

static void
wait_for_end (Heard *heard)
{
  while (!heard->last || !heard->last->is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_same_numbers (void)
{
  const FsExperiment experiment = small_experiment ();
  const FsRangeTestSettings settings = fs_range_test_settings_default ();
  FsLoaded loaded = { 0 };
  FsRangeTest test;
  Heard heard = { 0 };
  FsRangeWorker *worker = fs_range_worker_new (&experiment, NULL, 2, ready_cb, &heard);

  g_assert_true (fs_loaded_make (&loaded, &experiment, NULL, 1, NULL, NULL));
  g_assert_cmpint (fs_range_test_run (&test, loaded.trainer, &settings, NULL, NULL), ==, FS_OK);
  wait_for_end (&heard);
  g_assert_cmpstr (heard.last->error, ==, "");
  g_assert_cmpuint (heard.last->n_steps, ==, settings.n_steps);
  g_assert_cmpmem (heard.last->rates, heard.last->n * sizeof (double), test.rates,
                   test.n * sizeof (double));
  g_assert_cmpmem (heard.last->losses, heard.last->n * sizeof (double), test.losses,
                   test.n * sizeof (double));
  g_assert_cmpfloat (heard.last->suggestion, ==, fs_range_test_suggestion (&test));
  g_assert_cmpfloat (heard.last->valley, ==, test.valley);
  fs_range_test_clear (&test);
  fs_loaded_clear (&loaded);
  fs_range_worker_free (worker);
  fs_range_news_free (heard.last);
}

static void
test_cannot (void)
{
  FsExperiment experiment = small_experiment ();
  Heard heard = { 0 };
  FsRangeWorker *worker;

  g_strlcpy (experiment.data.source, "builtin:no-such-series", sizeof experiment.data.source);
  worker = fs_range_worker_new (&experiment, NULL, 1, ready_cb, &heard);
  wait_for_end (&heard);
  g_assert_nonnull (strstr (heard.last->error, "no-such-series"));
  g_assert_cmpuint (heard.last->n, ==, 0);
  g_assert_true (isnan (heard.last->suggestion));
  fs_range_worker_free (worker);
  fs_range_news_free (heard.last);
}

static void
test_let_go (void)
{
  FsExperiment experiment = small_experiment ();

  experiment.layers[0].units = 200; /* so that it is let go in the middle */
  for (guint i = 0; i < 6; i++)
    {
      Heard heard = { 0 };
      FsRangeWorker *worker = fs_range_worker_new (&experiment, NULL, 1, ready_cb, &heard);

      if (i % 2 == 1)
        while (heard.n_news == 0)
          g_main_context_iteration (NULL, TRUE);
      fs_range_worker_free (worker);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_cmpuint (heard.n_news, ==, i % 2);
      fs_range_news_free (heard.last);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/range-worker/same-numbers", test_same_numbers);
  g_test_add_func ("/range-worker/cannot", test_cannot);
  g_test_add_func ("/range-worker/let-go", test_let_go);
  return g_test_run ();
}

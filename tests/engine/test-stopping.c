/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Early stopping against traces of Keras 3.16's EarlyStopping (epochs counted from 1 here, from 0
 * there), and where we differ on purpose. */

#include <glib.h>
#include <math.h>
#include "engine/train/history.h"
#include "engine/train/stopping.h"

#define MAX_EPOCHS 14

static const struct
{
  size_t n;
  double losses[MAX_EPOCHS];
} sequences[] = {
  { 14, { 1.0, 0.9, 0.95, 0.94, 0.93, 0.92, 0.91, 0.905, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85 } },
  { 6, { 1, 1, 1, 1, 1, 1 } },
  { 8, { 0.5, 0.49999, 0.49998, 0.49997, 0.4, 0.41, 0.42, 0.43 } },
};

static const struct
{
  size_t sequence;
  int64_t patience;
  double min_delta, baseline;
  uint32_t first_epoch;
  uint32_t stopped_epoch, best_epoch;
} traces[] = {
  { 0, 2, 0, NAN, 1, 4, 2 },    { 0, 3, 0.01, NAN, 1, 5, 2 }, { 0, 2, 0, NAN, 4, 11, 9 },
  { 0, 2, 0, 0.85, 1, 3, 2 },   { 0, 0, 0, NAN, 1, 3, 2 },    { 1, 2, 0, NAN, 1, 3, 1 },
  { 1, 3, 0.01, NAN, 1, 4, 1 }, { 1, 2, 0, NAN, 4, 6, 4 },    { 1, 2, 0, 0.85, 1, 2, 1 },
  { 1, 0, 0, NAN, 1, 2, 1 },    { 2, 2, 0, NAN, 1, 7, 5 },    { 2, 3, 0.01, NAN, 1, 4, 1 },
  { 2, 2, 0, NAN, 4, 7, 5 },    { 2, 2, 0, 0.85, 1, 7, 5 },   { 2, 0, 0, NAN, 1, 6, 5 },
};

static void
test_keras_traces (void)
{
  for (size_t t = 0; t < G_N_ELEMENTS (traces); t++)
    {
      const double *losses = sequences[traces[t].sequence].losses;
      FsStopping stopping = fs_stopping (traces[t].patience, traces[t].min_delta);
      stopping.baseline = traces[t].baseline;
      stopping.first_epoch = traces[t].first_epoch;
      FsHistory history = { .has_validation = true, .min_delta = traces[t].min_delta };
      uint32_t epoch = 0, best_epoch = 0;
      bool stops = false;
      while (!stops && epoch < sequences[traces[t].sequence].n)
        {
          epoch++;
          if (fs_stopping_observe (&stopping, epoch, losses[epoch - 1]))
            best_epoch = epoch;
          stops = fs_stopping_is_due (&stopping);
          FsObservation observation = { .epoch = epoch, .validation_loss = losses[epoch - 1] };
          g_assert_cmpint (fs_history_append (&history, &observation), ==, FS_OK);
        }
      g_test_message ("trace %zu", t);
      g_assert_true (stops);
      g_assert_cmpuint (epoch, ==, traces[t].stopped_epoch);
      g_assert_cmpuint (stopping.best_epoch, ==, traces[t].best_epoch);
      g_assert_cmpuint (best_epoch, ==, traces[t].best_epoch);
      g_assert_cmpfloat (stopping.best, ==, losses[best_epoch - 1]);
      /* The history says the same best epoch, by its own count. */
      if (traces[t].first_epoch == 1)
        g_assert_cmpuint (history.best + 1, ==, best_epoch);
      fs_history_clear (&history);
    }
}

/* The worked trace of the definition: δ = 0.01, patience 2, from the second epoch. */
static void
test_improvement_of_exactly_delta_does_not_count (void)
{
  static const double losses[] = { 0.1, 1, 0.9, 0.895, 0.891 };
  FsStopping stopping = fs_stopping (2, 0.01);
  stopping.first_epoch = 2;
  for (uint32_t epoch = 1; epoch <= 5; epoch++)
    {
      fs_stopping_observe (&stopping, epoch, losses[epoch - 1]);
      g_assert_cmpint (fs_stopping_is_due (&stopping), ==, epoch == 5);
    }
  g_assert_cmpfloat (stopping.best, ==, 0.9);
  stopping = fs_stopping (1, 0.25);
  g_assert_true (fs_stopping_observe (&stopping, 1, 1.0));
  g_assert_false (fs_stopping_observe (&stopping, 2, 0.75));
  g_assert_true (fs_stopping_is_due (&stopping));
}

static void
test_nan_never_improves (void)
{
  static const double losses[] = { NAN, 5, NAN, NAN, NAN };
  FsStopping stopping = fs_stopping (3, 0);
  g_assert_false (fs_stopping_is_due (&stopping));
  for (uint32_t epoch = 1; epoch <= 5; epoch++)
    {
      g_assert_cmpint (fs_stopping_observe (&stopping, epoch, losses[epoch - 1]), ==, epoch == 2);
      g_assert_cmpint (fs_stopping_is_due (&stopping), ==, epoch == 5);
    }
  g_assert_cmpuint (stopping.best_epoch, ==, 2);
}

static void
test_patience_may_change (void)
{
  FsStopping stopping = fs_stopping (FS_NEVER, 0);
  for (uint32_t epoch = 1; epoch <= 1000; epoch++)
    {
      g_assert_cmpint (fs_stopping_observe (&stopping, epoch, epoch), ==, epoch == 1);
      g_assert_false (fs_stopping_is_due (&stopping));
    }
  /* Switched on in mid-run, it counts the epochs that already passed. */
  stopping.patience = 999;
  g_assert_true (fs_stopping_is_due (&stopping));
  stopping.patience = 1000;
  g_assert_false (fs_stopping_is_due (&stopping));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stopping/keras-traces", test_keras_traces);
  g_test_add_func ("/stopping/exactly-delta", test_improvement_of_exactly_delta_does_not_count);
  g_test_add_func ("/stopping/nan-never-improves", test_nan_never_improves);
  g_test_add_func ("/stopping/patience-may-change", test_patience_may_change);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The floors of the made series against the noise that is really in them: what the best known forecast of
 * each scores is the floor but for chance. */

#include <glib.h>
#include <math.h>
#include "engine/experiment/schema.h"
#include "engine/lab/noise-floor.h"
#include "engine/lab/source.h"
#include "engine/train/baselines.h"
#include "engine/train/task.h"

typedef struct
{
  FsExperiment experiment;
  FsDataset *dataset;
  FsBaselines baselines;
} Case;

static Case *
make_case (const char *const *settings)
{
  Case *made = g_new0 (Case, 1);
  FsProblem problem = { 0 };
  g_autoptr (GError) error = NULL;

  made->experiment = fs_experiment_default ();
  made->experiment.data.time[0] = '\0';
  for (int i = 0; settings[i]; i++)
    g_assert_cmpint (fs_experiment_set (&made->experiment, settings[i], &problem), ==, FS_OK);
  FsFrame *frame = fs_source_load (made->experiment.data.source, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fs_dataset_new (&made->dataset, frame, &made->experiment, &problem), ==, FS_OK);
  fs_frame_free (frame);
  g_assert_cmpint (fs_baselines_compute (&made->baselines, made->dataset,
                                         fs_task_loss (&made->experiment, made->dataset), &problem),
                   ==, FS_OK);
  return made;
}

static void
case_free (Case *made)
{
  fs_dataset_free (made->dataset);
  g_free (made);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Case, case_free)

static double
floor_of (const Case *made)
{
  return fs_noise_floor (&made->experiment, made->dataset);
}

static void
test_series (void)
{
  /* Of noise its mean is the best forecast, of a walk its last value, of a sine a straight line through
   * the window. With 300 windows the mean square is right to √(2 / 300) = 8 %. */
  g_autoptr (Case) noise = make_case (
      (const char *[]){ "data.source=builtin:synthetic-white-noise", "data.target=value", NULL });
  const FsBaseline *part = &noise->baselines.parts[FS_PART_VALIDATION];
  g_assert_cmpfloat_with_epsilon (part->mean / floor_of (noise), 1, 0.25);

  g_autoptr (Case) walk = make_case ((const char *[]){
      "data.source=builtin:synthetic-random-walk", "data.target=value", "window.horizon=3", NULL });
  part = &walk->baselines.parts[FS_PART_VALIDATION];
  g_assert_cmpfloat_with_epsilon (part->persistence / floor_of (walk), 1, 0.25);

  g_autoptr (Case) sine = make_case ((const char *[]){
      "data.source=builtin:synthetic-sine-noise", "data.target=value", "train.loss=mae", NULL });
  part = &sine->baselines.parts[FS_PART_VALIDATION];
  g_assert_cmpfloat (part->ridge / floor_of (sine), >, 0.95);
  g_assert_cmpfloat (part->ridge / floor_of (sine), <, 1.5);
}

/* Ten times the units are ten times the error, and a hundred times its square. */
static void
test_units (void)
{
  g_autoptr (Case) standard = make_case (
      (const char *[]){ "data.source=builtin:synthetic-sine-noise", "data.target=value", NULL });
  g_autoptr (Case) raw =
      make_case ((const char *[]){ "data.source=builtin:synthetic-sine-noise", "data.target=value",
                                   "prepare.1.enabled=false", NULL });
  g_autoptr (Case) absolute =
      make_case ((const char *[]){ "data.source=builtin:synthetic-sine-noise", "data.target=value",
                                   "prepare.1.enabled=false", "train.loss=mae", NULL });

  g_assert_cmpfloat_with_epsilon (floor_of (raw), 0.09, 1e-12);
  g_assert_cmpfloat_with_epsilon (floor_of (absolute), 0.3 * sqrt (2 / G_PI), 1e-12);
  /* A sine of height 1 and the noise: variance 0.5 + 0.09. */
  g_assert_cmpfloat_with_epsilon (floor_of (standard), 0.09 / 0.59, 0.02);
}

static void
test_unknown (void)
{
  g_autoptr (Case) real = make_case ((const char *[]){ NULL });
  g_autoptr (Case) clean = make_case (
      (const char *[]){ "data.source=builtin:synthetic-sine-noise", "data.target=clean", NULL });
  g_autoptr (Case) huber = make_case ((const char *[]){
      "data.source=builtin:synthetic-sine-noise", "data.target=value", "train.loss=huber", NULL });

  g_assert_true (isnan (floor_of (real)));
  g_assert_true (isnan (floor_of (clean)));
  g_assert_true (isnan (floor_of (huber)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/noise-floor/series", test_series);
  g_test_add_func ("/noise-floor/units", test_units);
  g_test_add_func ("/noise-floor/unknown", test_unknown);
  return g_test_run ();
}

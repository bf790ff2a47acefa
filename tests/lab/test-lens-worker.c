/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens on its thread: the newest question is always answered, older ones only while there is time,
 * and letting go in the middle of a look leaves nothing behind. */

#include "engine/lab/lens-worker.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/source.h"

typedef struct
{
  FsSharedFrame *frame;
  FsExperiment experiment;
  guint n_answers;
  guint64 last;
  FsLensAnswer *answer; /* the newest */
} Fixture;

static void
ready_cb (FsLensAnswer *answer, void *data)
{
  Fixture *fixture = data;

  g_assert_cmpuint (answer->question, >, fixture->last);
  fixture->last = answer->question;
  fixture->n_answers++;
  fs_lens_answer_free (fixture->answer);
  fixture->answer = answer;
}

static void
set_up (Fixture *fixture, const void *unused)
{
  FsFrame *frame = fs_source_load ("builtin:sunspots-monthly", NULL, NULL, NULL);

  g_assert_nonnull (frame);
  *fixture = (Fixture){ .frame = fs_shared_frame_new (frame) };
  fixture->experiment = fs_experiment_default ();
  g_assert_cmpuint (fixture->experiment.n_steps, ==, 2);
}

static void
tear_down (Fixture *fixture, const void *unused)
{
  fs_lens_answer_free (fixture->answer);
  fs_shared_unref (fixture->frame);
}

static void
wait_for (Fixture *fixture, guint64 question)
{
  while (fixture->last < question)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_answer (Fixture *fixture, const void *unused)
{
  g_autoptr (FsLensWorker) worker = fs_lens_worker_new (ready_cb, fixture);

  wait_for (fixture,
            fs_lens_worker_ask (worker, fixture->frame, &fixture->experiment, 1, FS_LENS_NATURAL));
  g_assert_cmpstr (fixture->answer->error, ==, "");
  g_assert_cmpuint (fixture->answer->step, ==, 1);
  g_assert_cmpuint (fixture->answer->picture.n_rows, ==, fixture->frame->frame->n_rows);
  g_assert_cmpuint (fixture->answer->n_channels, ==, 1);
  g_assert_cmpstr (fixture->answer->channels[0], ==, fixture->answer->picture.channel);
  g_assert_cmpuint (fixture->answer->picture.after.n_known, ==,
                    fixture->answer->picture.before.n_known);
  /* What cannot be looked at is said. */
  wait_for (fixture,
            fs_lens_worker_ask (worker, fixture->frame, &fixture->experiment, 7, FS_LENS_NATURAL));
  g_assert_cmpstr (fixture->answer->error, !=, "");
  g_assert_cmpint (fixture->answer->status, ==, FS_OUT_OF_RANGE);
}

/* A hand that drags faster than the lens looks: the last question is answered, and there is no answer
 * without a question. */
static void
test_drag (Fixture *fixture, const void *unused)
{
  g_autoptr (FsLensWorker) worker = fs_lens_worker_new (ready_cb, fixture);
  guint64 last = 0;

  fixture->experiment.steps[1].scale_method = FS_SCALE_MIN_MAX;
  for (int i = 1; i <= 500; i++)
    {
      fixture->experiment.steps[1].range_high = i;
      last = fs_lens_worker_ask (worker, fixture->frame, &fixture->experiment, 1, FS_LENS_NATURAL);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_cmpuint (last, ==, 500);
  wait_for (fixture, last);
  g_assert_cmpuint (fixture->n_answers, <=, 500);
  g_assert_nonnull (strstr (fixture->answer->picture.description, "becomes 500"));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (fixture->last, ==, last);
}

/* Freed at any moment: nobody is called afterwards. */
static void
test_let_go (Fixture *fixture, const void *unused)
{
  for (int i = 0; i < 50; i++)
    {
      FsLensWorker *worker = fs_lens_worker_new (ready_cb, fixture);
      guint n;

      for (int k = 0; k < i % 4; k++)
        fs_lens_worker_ask (worker, fixture->frame, &fixture->experiment, 1, FS_LENS_NATURAL);
      if (i % 3 == 0)
        g_usleep (300);
      fixture->last = 0;
      fs_lens_worker_free (worker);
      n = fixture->n_answers;
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      g_assert_cmpuint (fixture->n_answers, ==, n);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/lens-worker/answer", Fixture, NULL, set_up, test_answer, tear_down);
  g_test_add ("/lens-worker/drag", Fixture, NULL, set_up, test_drag, tear_down);
  g_test_add ("/lens-worker/let-go", Fixture, NULL, set_up, test_let_go, tear_down);
  return g_test_run ();
}

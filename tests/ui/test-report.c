/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The report of a run: one page, the same bytes for the same run, ink where its blocks are, and a
 * sentence when there is nothing to report. */

#include "tests/ui/ui-test.h"

#include <string.h>
#include <glib/gstdio.h>
#include "engine/lab/class-scores.h"
#include "ui/report.h"

typedef struct
{
  FsSession *session;
} Fixture;

static void
set_up (Fixture *fixture, const void *epochs)
{
  FsExperiment experiment = small_experiment (4);

  fixture->session = fs_session_new (1);
  fs_session_start (fixture->session, &experiment);
  wait_until (is_in_state (fixture->session, FS_RUN_READY));
}

static void
tear_down (Fixture *fixture, const void *epochs)
{
  g_assert_finalize_object (fixture->session);
}

static void
finish (FsSession *session)
{
  fs_session_train (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED));
}

static void
test_nothing_trained (Fixture *fixture, const void *epochs)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (fs_report_make (fs_session_get_snapshot (fixture->session),
                                 fs_session_get_verdict (fixture->session), &error));
  g_assert_nonnull (strstr (error->message, "no epoch"));
}

static void
test_page (Fixture *fixture, const void *epochs)
{
  const FsSnapshot *snapshot;
  const FsVerdict *verdict;
  g_autoptr (GBytes) first = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autofree char *text = NULL;
  gsize size;

  finish (fixture->session);
  snapshot = fs_session_get_snapshot (fixture->session);
  verdict = fs_session_get_verdict (fixture->session);
  first = fs_report_make (snapshot, verdict, NULL);
  second = fs_report_make (snapshot, verdict, NULL);
  g_assert_true (g_bytes_equal (first, second));
  text = g_memdup2 (g_bytes_get_data (first, &size), g_bytes_get_size (first));
  g_assert_cmpint (memcmp (text, "%PDF-", 5), ==, 0);
  for (gsize i = 0; i < size; i++)
    if (text[i] == '\0')
      text[i] = ' ';
  text[size - 1] = '\0';
  g_assert_nonnull (strstr (text, "/Count 1"));
}

/* Share of the pixels of a band of the page that are not white. */
static double
ink (cairo_surface_t *surface, int from, int to)
{
  const unsigned char *pixels = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  int width = cairo_image_surface_get_width (surface);
  int n = 0;

  for (int y = from; y < to; y++)
    for (int x = 0; x < width; x++)
      n += (((const guint32 *) (const void *) (pixels + y * stride))[x] & 0xffffff) != 0xffffff;
  return (double) n / ((to - from) * width);
}

static void
test_layout (Fixture *fixture, const void *epochs)
{
  cairo_surface_t *surface;
  cairo_t *cr;

  finish (fixture->session);
  surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) FS_REPORT_WIDTH_PX,
                                        (int) FS_REPORT_HEIGHT_PX);
  cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  fs_report_draw (fs_session_get_snapshot (fixture->session),
                  fs_session_get_verdict (fixture->session), cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  if (g_getenv ("FITSCOPE_TEST_PICTURES"))
    cairo_surface_write_to_png (surface, g_getenv ("FITSCOPE_TEST_PICTURES"));
  g_assert_cmpfloat (ink (surface, 0, 40), ==, 0); /* the margins are empty */
  g_assert_cmpfloat (ink (surface, (int) FS_REPORT_HEIGHT_PX - 40, (int) FS_REPORT_HEIGHT_PX), ==,
                     0);
  for (int y = 60; y < 900; y += 120) /* and no block between them is */
    g_assert_cmpfloat (ink (surface, y, y + 120), >, 0.005);
  cairo_surface_destroy (surface);
}

/* A page as numbers, of the session's run. */
static cairo_surface_t *
draw_page (FsSession *session)
{
  cairo_surface_t *surface = cairo_image_surface_create (
      CAIRO_FORMAT_RGB24, (int) FS_REPORT_WIDTH_PX, (int) FS_REPORT_HEIGHT_PX);
  cairo_t *cr = cairo_create (surface);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  fs_report_draw (fs_session_get_snapshot (session), fs_session_get_verdict (session), cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* Whether a pixel of that colour is on the page, within a little. */
static gsize
count_colour (cairo_surface_t *surface, int red, int green, int blue)
{
  const unsigned char *pixels = cairo_image_surface_get_data (surface);
  const int stride = cairo_image_surface_get_stride (surface);
  gsize n = 0;

  for (int y = 0; y < cairo_image_surface_get_height (surface); y++)
    for (int x = 0; x < cairo_image_surface_get_width (surface); x++)
      {
        const unsigned char *at = pixels + y * stride + 4 * x; /* B G R */
        n += ABS (at[2] - red) <= 2 && ABS (at[1] - green) <= 2 && ABS (at[0] - blue) <= 2;
      }
  return n;
}

/* The page of a classifier has its confusion matrix: a cell of the classes has the colour of its share
 * of the row. */
static void
test_classes (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = fs_experiment_default ();
  cairo_surface_t *surface;
  FsClassMetrics metrics;
  const FsSnapshot *snapshot;
  size_t sum = 0;
  double alpha;

  g_strlcpy (experiment.data.source, "builtin:synthetic-sentiment", sizeof experiment.data.source);
  experiment.data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (&experiment);
  g_strlcpy (experiment.data.target, "sentiment", sizeof experiment.data.target);
  g_strlcpy (experiment.data.text, "text", sizeof experiment.data.text);
  experiment.train.epochs = 1;
  fs_session_start (session, &experiment);
  wait_until (is_in_state (session, FS_RUN_READY));
  finish (session);
  wait_until (fs_session_get_snapshot (session)->forecast);
  snapshot = fs_session_get_snapshot (session);
  surface = draw_page (session);
  if (g_getenv ("FITSCOPE_TEST_PICTURES"))
    cairo_surface_write_to_png (surface, g_getenv ("FITSCOPE_TEST_PICTURES"));
  g_assert_true (fs_run_class_metrics (snapshot, FS_PART_VALIDATION, &metrics));
  for (gsize i = 0; i < metrics.n_classes; i++)
    sum += metrics.confusion[i];
  /* The first cell, on white, in the light palette's blue of right answers. */
  alpha = 0.05 + 0.55 * (double) metrics.confusion[0] / (double) MAX (sum, 1);
  g_assert_cmpuint (count_colour (surface, (int) (255 - alpha * (255 - 0x1a)),
                                  (int) (255 - alpha * (255 - 0x6f)),
                                  (int) (255 - alpha * (255 - 0xd4))),
                    >, 1000);
  fs_class_metrics_clear (&metrics);
  cairo_surface_destroy (surface);
}

static void
test_file (Fixture *fixture, const void *epochs)
{
  g_autofree char *folder = g_dir_make_tmp ("fitscope-report-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "run.pdf", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "none", "run.pdf", NULL);
  g_autoptr (GError) error = NULL;
  const FsVerdict *verdict;

  finish (fixture->session);
  verdict = fs_session_get_verdict (fixture->session);
  g_assert_true (
      fs_report_save (fs_session_get_snapshot (fixture->session), verdict, path, &error));
  g_assert_no_error (error);
  g_assert_false (
      fs_report_save (fs_session_get_snapshot (fixture->session), verdict, nowhere, &error));
  g_assert_nonnull (error);
  g_remove (path);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/report/nothing-trained", Fixture, NULL, set_up, test_nothing_trained, tear_down);
  g_test_add ("/report/page", Fixture, NULL, set_up, test_page, tear_down);
  g_test_add ("/report/layout", Fixture, NULL, set_up, test_layout, tear_down);
  g_test_add_func ("/report/classes", test_classes);
  g_test_add ("/report/file", Fixture, NULL, set_up, test_file, tear_down);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measures the lens, judging nothing: a parameter of a scaler is dragged on a file given by name, and
 * the time from each edit to the frame that shows it is taken, by the clock and as the processor time that
 * the main thread and the lens took one after the other, which a busy machine lengthens less. On a quiet
 * one:
 *
 *   data/csv_practice/make_million.py 1000000 million.csv 1     (of the shared data)
 *   GSK_RENDERER=cairo tests/ui/with-display.sh build/tests/ui/measure-lens million.csv
 *
 * A virtual display has no graphics card: without the first word GTK draws through an OpenGL that is made of
 * software, which takes more than the lens and the charts together.
 */

#include "tests/ui/ui-test.h"

#include <stdlib.h>
#include <time.h>
#include "engine/experiment/schema.h"
#include "ui/chart/chart.h"
#include "ui/views/prepare-lens.h"
#include "ui/views/step-chips.h"
#include "ui/window.h"

#define N_EDITS 60

static guint n_frames;
static GArray *frame_ms;

static GtkWidget *
find_below (GtkWidget *widget, GType type)
{
  if (g_type_is_a (G_OBJECT_TYPE (widget), type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_below (child, type);
      if (found)
        return found;
    }
  return NULL;
}

static void
after_paint_cb (GdkFrameClock *clock, void *data)
{
  double ms = (double) (g_get_monotonic_time () - gdk_frame_clock_get_frame_time (clock)) / 1e3;

  n_frames++;
  g_array_append_val (frame_ms, ms);
}

static double
processor_ms (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

static int
compare (const void *left, const void *right)
{
  double l = *(const double *) left, r = *(const double *) right;
  return l < r ? -1 : l > r;
}

static void
report (const char *what, double *ms, guint n)
{
  qsort (ms, n, sizeof *ms, compare);
  g_print ("%s: %u, median %.1f ms, p95 %.1f ms, max %.1f ms, over 33 ms: ", what, n, ms[n / 2],
           ms[n * 95 / 100], ms[n - 1]);
  guint over = 0;
  for (guint i = 0; i < n; i++)
    over += ms[i] > 33;
  g_print ("%u\n", over);
}

static void
drag (FsSession *session, FsPrepareLens *lens, const char *path, double from, double by)
{
  double ms[N_EDITS], processor[N_EDITS], looks[N_EDITS];

  g_array_set_size (frame_ms, 0);
  for (int i = 0; i < N_EDITS; i++)
    {
      g_autofree char *text = g_strdup_printf ("%g", from + by * (i + 1));
      guint shown = fs_prepare_lens_get_n_shown (lens);
      gint64 began_us = g_get_monotonic_time ();
      double processor_began = processor_ms ();
      guint frame;

      if (!fs_session_set (session, path, text, NULL))
        g_error ("%s=%s is not allowed", path, text);
      wait_until (fs_prepare_lens_get_n_shown (lens) > shown);
      frame = n_frames;
      wait_until (n_frames > frame);
      ms[i] = (double) (g_get_monotonic_time () - began_us) / 1e3;
      processor[i] = processor_ms () - processor_began;
      looks[i] = 1e3 * fs_prepare_lens_get_look_seconds (lens);
      processor[i] += looks[i];
    }
  g_print ("%s\n", path);
  report ("  processor time, both threads", processor, N_EDITS);
  report ("  processor time, the lens", looks, N_EDITS);
  report ("  edits until seen", ms, N_EDITS);
  report ("  frames", (double *) frame_ms->data, frame_ms->len);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = NULL;
  FsExperiment experiment = fs_experiment_default ();
  FsWindow *window;
  FsSession *session;
  GtkWidget *lens, *chips;

  if (argc != 2)
    {
      g_printerr ("measure-lens FILE.csv\n");
      return 2;
    }
  gtk_init ();
  application =
      g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.fitscope.Test", "flags",
                    G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/fitscope/Fitscope", NULL);
  g_application_register (G_APPLICATION (application), NULL, NULL);
  frame_ms = g_array_new (FALSE, FALSE, sizeof (double));
  {
    g_autofree char *path = g_canonicalize_filename (argv[1], NULL);
    g_strlcpy (experiment.data.source, path, sizeof experiment.data.source);
  }
  experiment.steps[1].scale_method = FS_SCALE_MIN_MAX;
  window = fs_window_new (GTK_APPLICATION (application), 1);
  session = fs_window_get_session (window);
  fs_session_start (session, &experiment);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.view", "s", "prepare");
  wait_until (is_in_state (session, FS_RUN_READY) && fs_session_get_frame (session));
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                    G_CALLBACK (after_paint_cb), NULL);
  lens = find_below (GTK_WIDGET (window), FS_TYPE_PREPARE_LENS);
  chips = find_below (lens, FS_TYPE_STEP_CHIPS);
  fs_step_chips_select (FS_STEP_CHIPS (chips), 1);
  wait_until (fs_prepare_lens_get_n_shown (FS_PREPARE_LENS (lens)) > 1);
  g_print ("%zu rows\n", fs_session_get_frame (session)->n_rows);
  drag (session, FS_PREPARE_LENS (lens), "prepare.1.high", 1, 0.1);
  fs_session_set (session, "prepare.1.method", "robust", NULL);
  drag (session, FS_PREPARE_LENS (lens), "prepare.1.quantile_low", 1, 0.2);
  gtk_window_destroy (GTK_WINDOW (window));
  return 0;
}

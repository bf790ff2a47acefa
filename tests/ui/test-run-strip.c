/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two hundred runs of earlier days in the strip of a real window: what is seen comes first, the rest in
 * small steps between frames, and work grows with the number of runs alone. The times are printed, for
 * they depend on the machine. */

#include "tests/lab/store-fixture.h"

#include <adwaita.h>
#include <time.h>
#include "ui/views/run-strip.h"
#include "ui/window.h"

#define N_MANY 200
#define N_FEW 100

/* As many tiles as a wide screen shows, and the current run's. */
#define MOST_AT_ONCE 16

static AdwApplication *application;

static GtkWidget *
find_strip (GtkWidget *widget)
{
  if (FS_IS_RUN_STRIP (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_strip (child);
      if (found)
        return found;
    }
  return NULL;
}

static double
processor_ms (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

static void
fill_store (Fixture *fixture, guint n)
{
  FsStoreFile *file = open_store (fixture);
  const FsExperiment experiment = small_experiment (30);
  for (guint i = 0; i < n; i++)
    {
      char id[FS_RUN_ID_SIZE];
      enter_run (file, &experiment, 30, FS_RUN_FINISHED, id);
      fs_store_file_release (file, id);
    }
  fs_store_file_close (file);
}

typedef struct
{
  guint n_at_once, n_filled;
  double ms, main_ms; /* until every tile is drawn; of that, the main thread's */
} Opened;

/* A window with that many runs, from the list's arrival to the frame with the last tile. */
static Opened
open_strip (Fixture *fixture, guint n)
{
  const FsExperiment experiment = small_experiment (5);
  FsWindow *window = fs_window_new (GTK_APPLICATION (application), 1);
  FsSession *session = fs_window_get_session (window);
  FsRunStrip *strip = FS_RUN_STRIP (find_strip (GTK_WIDGET (window)));
  FsStore *store;
  Opened opened;

  fs_session_start (session, &experiment);
  gtk_window_present (GTK_WINDOW (window));
  while (!fs_session_get_current (session)
         || fs_session_get_current (session)->state != FS_RUN_READY)
    g_main_context_iteration (NULL, TRUE);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));

  store = fs_store_new (fixture->folder);
  const gint64 begin = g_get_monotonic_time ();
  const double main_begin = processor_ms ();
  fs_session_set_store (session, store);
  while (fs_session_get_n_kept (session) == 0)
    g_main_context_iteration (NULL, TRUE);
  opened.n_at_once = fs_run_strip_get_n_tiles (strip);
  while (!fs_run_strip_is_complete (strip))
    g_main_context_iteration (NULL, TRUE);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  opened.ms = (double) (g_get_monotonic_time () - begin) / 1e3;
  opened.main_ms = processor_ms () - main_begin;
  opened.n_filled = fs_run_strip_get_n_filled (strip);
  g_assert_cmpuint (fs_run_strip_get_n_tiles (strip), ==, n + 1);

  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fs_store_close (store);
  return opened;
}

static void
test_many_runs (Fixture *fixture, const void *unused)
{
  Opened few, many;

  fill_store (fixture, N_FEW);
  open_strip (fixture, N_FEW); /* the first window pays for style sheets and fonts */
  few = open_strip (fixture, N_FEW);
  fill_store (fixture, N_MANY - N_FEW);
  many = open_strip (fixture, N_MANY);
  g_test_message ("%d runs: %.0f ms (%.0f ms of the main thread), %d runs: %.0f ms (%.0f ms)",
                  N_FEW, few.ms, few.main_ms, N_MANY, many.ms, many.main_ms);
  g_test_message ("%u and %u times a tile was told of its run", few.n_filled, many.n_filled);
  g_assert_cmpuint (many.n_at_once, <=, MOST_AT_ONCE);
  g_assert_cmpuint (many.n_at_once, <, N_MANY);
  /* Each further run costs its own tile, and no other tile anything. */
  g_assert_cmpuint (many.n_filled - few.n_filled, ==, N_MANY - N_FEW);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int status;

  gtk_test_init (&argc, &argv, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  application =
      g_object_new (ADW_TYPE_APPLICATION, "application-id", "org.fitscope.Test", "flags",
                    G_APPLICATION_NON_UNIQUE, "resource-base-path", "/org/fitscope/Fitscope", NULL);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_test_add ("/run-strip/many-runs", Fixture, NULL, set_up, test_many_runs, tear_down);
  status = g_test_run ();
  g_object_unref (application);
  return status;
}

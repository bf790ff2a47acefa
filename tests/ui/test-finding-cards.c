/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The cards in the right column: what they show of a run, and what their buttons do. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <math.h>
#include "engine/experiment/schema.h"
#include "engine/lab/sanity.h"
#include "ui/verdict/diagnosis-panel.h"
#include "ui/verdict/finding-card.h"
#include "ui/verdict/finding-picture.h"
#include "ui/verdict/sanity-card.h"

static void
test_gauge (void)
{
  double low, high, value;
  /* 14 against up to 3.7: all above 0 and near each other, so evenly spaced. */
  FsSign sign = { .value = 14, .low = NAN, .high = 3.7 };
  fs_range_gauge_place (&sign, &low, &high, &value);
  g_assert_cmpfloat (low, ==, 0);
  g_assert_cmpfloat (high, <, value);
  g_assert_cmpfloat (value, <=, 1);
  /* Factors of thousands: by their logarithms, so that the range does not vanish. */
  sign = (FsSign){ .value = 1e-6, .low = 1e-4, .high = 0.1 };
  fs_range_gauge_place (&sign, &low, &high, &value);
  g_assert_cmpfloat (value, <, low);
  g_assert_cmpfloat_with_epsilon (high - low, 3.0 / 7.5, 1e-9);
  /* Not finite, and all the same. */
  sign = (FsSign){ .value = INFINITY, .low = 0, .high = 0 };
  fs_range_gauge_place (&sign, &low, &high, &value);
  g_assert_cmpfloat (value, ==, 1);
  g_assert_true (isfinite (low) && isfinite (high));
}

/* The first descendant with this label or text that is shown. */
static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0
      && gtk_widget_get_mapped (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);
      if (found)
        return found;
    }
  return NULL;
}

static gboolean
has_trained (FsSession *session)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (session);
  return snapshot && snapshot->state == FS_RUN_FINISHED && snapshot->forecast;
}

static gboolean
has_branch (FsSession *session)
{
  const FsSnapshot *branch =
      fs_session_get_n_kept (session) > 0 ? fs_session_get_kept (session, 0)->snapshot : NULL;
  return branch && branch->state == FS_RUN_FINISHED;
}

static void
test_cards (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autoptr (FsSession) session = fs_session_new (1);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *panel = fs_diagnosis_panel_new (session);
  gsize n_findings;

  /* Steps far too short. */
  g_strlcpy (experiment.data.source, "builtin:synthetic-sine-noise", sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, "value", sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.window.length = 12;
  experiment.window.stride = 4;
  experiment.layers[0].units = 6;
  experiment.train.epochs = 40;
  experiment.train.learning_rate = 2e-5;
  experiment.train.stop.patience = FS_NEVER;
  gtk_window_set_child (GTK_WINDOW (window), panel);
  gtk_window_set_default_size (GTK_WINDOW (window), 320, 900);
  gtk_window_present (GTK_WINDOW (window));
  fs_session_start (session, &experiment);
  fs_session_train (session);
  wait_until (has_trained (session));
  g_test_message ("%s", fs_session_get_verdict (session)->headline);
  n_findings = fs_session_get_verdict (session)->n_findings;
  g_assert_cmpuint (fs_session_get_verdict (session)->n_warnings, >, 0);
  g_assert_nonnull (find_button (panel, "Try it"));

  /* Proved in the background, and given up. */
  g_signal_emit_by_name (find_button (panel, "Prove it"), "clicked");
  wait_until (find_button (panel, "Cancel"));
  g_signal_emit_by_name (find_button (panel, "Cancel"), "clicked");
  wait_until (!find_button (panel, "Cancel"));

  /* Put aside, and back again. */
  g_signal_emit_by_name (find_button (panel, "Not now"), "clicked");
  g_assert_nonnull (find_button (panel, "Show again"));
  g_signal_emit_by_name (find_button (panel, "Show again"), "clicked");
  g_assert_null (find_button (panel, "Show again"));
  g_assert_cmpuint (fs_session_get_verdict (session)->n_findings, ==, n_findings);

  /* Tried: a branch with one change beside the run, which is as it was. */
  g_signal_emit_by_name (find_button (panel, "Try it"), "clicked");
  wait_until (has_branch (session));
  g_assert_cmpuint (fs_session_get_current_id (session), ==, 1);
  g_assert_cmpuint (fs_experiment_compare (&fs_session_get_kept (session, 0)->snapshot->experiment,
                                           fs_session_get_experiment (session), NULL, NULL),
                    ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
}

static gboolean
has_text (GtkWidget *widget, const char *part)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && strstr (gtk_label_get_text (GTK_LABEL (widget)), part))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    if (has_text (child, part))
      return TRUE;
  return FALSE;
}

/* The battery: stopped once, then run to its end beside the session. */
static void
test_sanity (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autoptr (FsSession) session = fs_session_new (1);
  GtkWidget *window = gtk_window_new ();
  GtkWidget *card = fs_sanity_card_new (session);

  g_strlcpy (experiment.data.source, "builtin:synthetic-sine-noise", sizeof experiment.data.source);
  g_strlcpy (experiment.data.target, "value", sizeof experiment.data.target);
  experiment.data.time[0] = '\0';
  experiment.window.length = 8;
  experiment.window.stride = 24;
  experiment.layers[0].units = 4;
  gtk_window_set_child (GTK_WINDOW (window), card);
  gtk_window_set_default_size (GTK_WINDOW (window), 320, 500);
  gtk_window_present (GTK_WINDOW (window));
  fs_session_start (session, &experiment);
  g_signal_emit_by_name (find_button (card, "Check"), "clicked");
  g_assert_nonnull (find_button (card, "Stop"));
  g_signal_emit_by_name (find_button (card, "Stop"), "clicked");
  wait_until (find_button (card, "Check again"));
  g_signal_emit_by_name (find_button (card, "Check again"), "clicked");
  wait_until (find_button (card, "Check again"));
  for (FsSanityCheck check = 0; check < FS_N_SANITY; check++)
    g_assert_true (has_text (card, fs_sanity_name (check)));
  /* Closed while it runs: the thread is left with its copy. */
  g_signal_emit_by_name (find_button (card, "Check again"), "clicked");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/finding-cards/gauge", test_gauge);
  g_test_add_func ("/finding-cards/cards", test_cards);
  g_test_add_func ("/finding-cards/sanity", test_sanity);
  return g_test_run ();
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How a classifier errs, on a forecast made by hand: the loudest errors in their order, the confusion
 * matrix told cell by cell from the keyboard, and both on a run that trains. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>
#include "engine/lab/snapshot.h"
#include "tests/ui/help-words.h"
#include "ui/views/class-errors.h"
#include "ui/views/classes-view.h"
#include "ui/views/confusion-matrix.h"

#define N 6

static char cat[] = "cat", dog[] = "dog", owl[] = "owl";
static char *names[] = { cat, dog, owl };
static double truth[N] = { 0, 1, 2, 0, NAN, 1 };
static double predicted[N * 3] = {
  0.8, 0.1,  0.1,  /* right */
  0.6, 0.3,  0.1,  /* dog taken for cat */
  0.9, 0.09, 0.01, /* owl taken for cat, loudly */
  0.2, 0.7,  0.1,  /* cat taken for dog */
  0.1, 0.1,  0.8,  /* nobody knows */
  0.1, 0.8,  0.1,  /* right */
};
static uint32_t starts[N] = { 0, 1, 2, 3, 4, 5 };

typedef struct
{
  FsDataset dataset;
  FsForecast forecast;
  FsSnapshot snapshot;
} Made;

static void
make (Made *made)
{
  *made = (Made){ 0 };
  made->dataset = (FsDataset){ .task = FS_TASK_CLASSIFY,
                               .n_rows = N,
                               .n_channels = 1,
                               .length = 1,
                               .n_outputs = 3,
                               .n_classes = 3,
                               .class_names = names,
                               .target_raw = truth };
  made->dataset.windows[FS_PART_VALIDATION] = (FsWindows){ .starts = starts, .n = N };
  made->forecast.epoch = 4;
  made->forecast.n_windows[FS_PART_VALIDATION] = N;
  made->forecast.predicted[FS_PART_VALIDATION] = predicted;
  made->snapshot.dataset = &made->dataset;
  made->snapshot.forecast = &made->forecast;
}

static void
test_errors (void)
{
  Made made;
  FsClassError errors[4];
  g_autofree char *name = NULL;

  make (&made);
  g_assert_cmpuint (fs_class_errors_find (&made.snapshot, FS_PART_VALIDATION, errors, 4), ==, 3);
  g_assert_cmpuint (errors[0].window, ==, 2);
  g_assert_cmpuint (errors[0].truth, ==, 2);
  g_assert_cmpuint (errors[0].taken, ==, 0);
  g_assert_cmpfloat (errors[0].given, ==, 0.9);
  g_assert_cmpfloat (errors[0].to_true, ==, 0.01);
  g_assert_cmpuint (errors[1].window, ==, 3);
  g_assert_cmpuint (errors[2].window, ==, 1);
  /* Fewer places than errors: the loudest stay. */
  g_assert_cmpuint (fs_class_errors_find (&made.snapshot, FS_PART_VALIDATION, errors, 2), ==, 2);
  g_assert_cmpuint (errors[1].window, ==, 3);
  g_assert_cmpuint (fs_class_errors_find (&made.snapshot, FS_PART_TEST, errors, 2), ==, 0);
  g_assert_cmpuint (fs_class_errors_find (NULL, FS_PART_TRAIN, errors, 2), ==, 0);
  name = fs_class_errors_name (&made.dataset, FS_PART_VALIDATION, 2);
  g_assert_cmpstr (name, ==, "sequence 3");
}

/* One output is the probability of class 1. */
static void
test_two_classes (void)
{
  Made made;
  FsClassError errors[2];
  double p[] = { 0.9, 0.2 }, is[] = { 0, 1 };

  make (&made);
  made.dataset.n_classes = 2;
  made.dataset.n_outputs = 1;
  made.dataset.target_raw = is;
  made.forecast.n_windows[FS_PART_VALIDATION] = 2;
  made.forecast.predicted[FS_PART_VALIDATION] = p;
  g_assert_cmpuint (fs_class_errors_find (&made.snapshot, FS_PART_VALIDATION, errors, 2), ==, 2);
  g_assert_cmpfloat_with_epsilon (errors[0].to_true, 0.1, 1e-12);
  g_assert_cmpfloat (errors[0].given, ==, 0.9);
  g_assert_cmpfloat (errors[1].to_true, ==, 0.2);
}

static void
chosen_cb (char **told, const char *sentence)
{
  g_free (*told);
  *told = g_strdup (sentence);
}

/* Does what the key would. */
static void
press (GtkWidget *widget, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean is_taken;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &is_taken);
    }
}

static void
test_matrix (void)
{
  const size_t counts[] = { 4, 1, 0, 3, 6, 1, 0, 0, 0 };
  FsConfusionMatrix *matrix = FS_CONFUSION_MATRIX (g_object_ref_sink (fs_confusion_matrix_new ()));
  g_autofree char *told = NULL;

  g_signal_connect_swapped (matrix, "chosen", G_CALLBACK (chosen_cb), &told);
  fs_confusion_matrix_set (matrix, NULL, NULL, 0);
  g_assert_cmpstr (told, ==, "Nothing has been classified yet.");
  press (GTK_WIDGET (matrix), GDK_KEY_Down);
  fs_confusion_matrix_set (matrix, counts, names, 3);
  g_assert_cmpstr (told, ==, "dog taken for cat: 3 of 10, 30 %.");
  press (GTK_WIDGET (matrix), GDK_KEY_Right);
  g_assert_cmpstr (told, ==, "dog found: 6 of 10, 60 %.");
  press (GTK_WIDGET (matrix), GDK_KEY_Up);
  g_assert_cmpstr (told, ==, "cat taken for dog: 1 of 5, 20 %.");
  press (GTK_WIDGET (matrix), GDK_KEY_Up); /* the edge holds */
  g_assert_cmpstr (told, ==, "cat taken for dog: 1 of 5, 20 %.");
  fs_confusion_matrix_choose (matrix, 2, 0);
  g_assert_cmpstr (told, ==, "None is owl.");
  gtk_test_accessible_assert_role (GTK_WIDGET (matrix), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_test_accessible_assert_property (GTK_WIDGET (matrix), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Confusion matrix");
  gtk_test_accessible_assert_property (GTK_WIDGET (matrix), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                       "None is owl.");
  g_assert_finalize_object (matrix);
}

static guint
count_visible_buttons (GtkWidget *widget)
{
  guint n = GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n += count_visible_buttons (child);
  return n;
}

static GtkWidget *
find_type (GtkWidget *widget, GType type)
{
  GtkWidget *found = G_TYPE_CHECK_INSTANCE_TYPE (widget, type) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_type (child, type);
  return found;
}

/* A run on texts: as many examples as there are errors, and a press shows one. */
static void
test_run (void)
{
  g_autoptr (FsSession) session = fs_session_new (1);
  FsExperiment experiment = fs_experiment_default ();
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = fs_classes_view_new ();
  FsClassError errors[64];
  const FsSnapshot *snapshot;
  gsize n;

  g_strlcpy (experiment.data.source, "builtin:synthetic-sentiment", sizeof experiment.data.source);
  experiment.data.task = FS_TASK_TEXT;
  fs_experiment_suit_task (&experiment);
  g_strlcpy (experiment.data.target, "sentiment", sizeof experiment.data.target);
  g_strlcpy (experiment.data.text, "text", sizeof experiment.data.text);
  experiment.train.epochs = 1;
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_set_default_size (GTK_WINDOW (window), 620, 220);
  gtk_window_present (GTK_WINDOW (window));
  fs_session_start (session, &experiment);
  wait_until (is_in_state (session, FS_RUN_READY));
  fs_session_train (session);
  wait_until (is_in_state (session, FS_RUN_FINISHED)
              && fs_session_get_current (session)->forecast != NULL);
  snapshot = fs_session_get_current (session);
  fs_classes_view_show (FS_CLASSES_VIEW (view), snapshot, FALSE, 0);
  n = fs_class_errors_find (snapshot, FS_PART_VALIDATION, errors, G_N_ELEMENTS (errors));
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpuint (count_visible_buttons (view), ==, MIN (n, 20));
  assert_focusables_have_names (view);
  {
    g_autoptr (GString) list = g_string_new (NULL);

    list_without_help (view, list);
    g_assert_cmpstr (list->str, ==, "");
  }
  {
    g_autofree char *text = fs_class_errors_text (snapshot->dataset, &snapshot->experiment,
                                                  FS_PART_VALIDATION, errors[0].window);
    GtkWidget *popover;

    g_assert_cmpuint (strlen (text), >, 3);
    g_signal_emit_by_name (find_type (view, GTK_TYPE_BUTTON), "clicked");
    popover = find_type (view, GTK_TYPE_POPOVER);
    g_assert_nonnull (popover);
    g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (gtk_popover_get_child (GTK_POPOVER (popover)))),
                     ==, text);
  }
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/classes-view/errors", test_errors);
  g_test_add_func ("/classes-view/two-classes", test_two_classes);
  g_test_add_func ("/classes-view/matrix", test_matrix);
  g_test_add_func ("/classes-view/run", test_run);
  return g_test_run ();
}

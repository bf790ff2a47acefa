/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The controls: stepping and sliding as the schema says, a row for every setting, errors at the row
 * that asked, lists that can be edited, and a name for everything that takes the focus. */

#include "tests/ui/ui-test.h"

#include <adwaita.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/train/schedule.h"
#include "tests/ui/focus-names.h"
#include "ui/chart/chart.h"
#include "ui/controls/experiment-panel.h"
#include "ui/controls/item-row.h"
#include "ui/controls/number-field.h"
#include "ui/controls/schedule-preview.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/setting-row.h"
#include "ui/controls/tooltip.h"

static const FsSetting *
setting_of (const char *path)
{
  FsExperiment experiment = fs_experiment_default ();
  FsPlace place;

  g_assert_cmpint (fs_experiment_find (&experiment, path, &place, NULL), ==, FS_OK);
  return place.setting;
}

static void
test_step (void)
{
  const struct
  {
    const char *path;
    double from;
    int direction;
    double to;
  } cases[] = {
    { "window.horizon", 1, 1, 2 },
    { "window.horizon", 1, -1, 1 },
    { "window.length", 24, 1, 48 },
    { "window.length", 24, -1, 12 },
    { "window.length", 1, -1, 1 },
    { "split.train", 0.7, 1, 0.75 },
    { "split.train", 0.05, -1, 0.05 }, /* 0 is excluded */
    { "split.train", 1, 1, 1 },
    { "split.purge", FS_AUTO, 1, 0 },
    { "split.purge", 0, -1, FS_AUTO },
    { "split.purge", FS_AUTO, -1, FS_AUTO },
    { "train.stop.patience", FS_NEVER, 1, 10 },
    { "train.stop.patience", 1, -1, FS_NEVER },
    { "train.l2", 0, 1, 1e-4 },
    { "train.l2", 1e-4, 1, 2e-4 },
    { "train.l2", 1e-6, -1, 0 },
    { "train.l2", 0, -1, 0 },
    { "train.epochs", 0, 1, 1 },
    { "train.batch", 1e6, 1, 1e6 },
    { "model.layers.0.forget_bias", -0.5, 1, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double to =
          fs_number_field_step (setting_of (cases[i].path), cases[i].from, cases[i].direction);
      g_test_message ("%s %g %+d", cases[i].path, cases[i].from, cases[i].direction);
      g_assert_cmpfloat (to, ==, cases[i].to);
    }
}

/* From any value, pressing one button leads to an end and every value on the way is allowed. */
static void
test_steps_stay_in_range (void)
{
  FsExperiment experiment = fs_experiment_default ();
  FsPlace place;
  size_t at = 0;

  while (fs_experiment_next (&experiment, &at, &place))
    {
      if (place.setting->type != FS_TYPE_NUMBER && place.setting->type != FS_TYPE_INTEGER)
        continue;
      for (int direction = -1; direction <= 1; direction += 2)
        {
          double value = fs_place_get_number (&place);

          for (int i = 0; i < 200; i++)
            {
              value = fs_number_field_step (place.setting, value, direction);
              g_test_message ("%s: %g", place.path, value);
              g_assert_cmpint (fs_place_set_number (&place, value, NULL), ==, FS_OK);
            }
        }
    }
}

static void
test_slider (void)
{
  const FsSetting *rate = setting_of ("train.learning_rate");

  g_assert_cmpfloat_with_epsilon (fs_number_field_to_slider (rate, rate->default_value), 0.5, 1e-9);
  g_assert_cmpfloat (fs_number_field_to_slider (rate, 0), ==, 0);
  g_assert_cmpfloat (fs_number_field_to_slider (rate, 1e6), ==, 1);
  for (double place = 0; place <= 1; place += 0.01)
    {
      double value = fs_number_field_from_slider (rate, place);
      double back = fs_number_field_to_slider (rate, value);

      g_assert_cmpfloat_with_epsilon (back, place, 0.005);
    }
}

/* ---- the panel ---- */

typedef struct
{
  FsSession *session;
  GtkWidget *window;
  FsExperimentPanel *panel;
} Fixture;

static void
set_up (Fixture *fixture, const void *data)
{
  FsExperiment experiment = small_experiment (10);

  fixture->session = fs_session_new (1);
  fs_session_start (fixture->session, &experiment);
  wait_until (is_in_state (fixture->session, FS_RUN_READY)
              && fs_session_get_frame (fixture->session));
  fixture->window = gtk_window_new ();
  fixture->panel = FS_EXPERIMENT_PANEL (fs_experiment_panel_new (fixture->session));
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->panel));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 304, 700);
  gtk_window_present (GTK_WINDOW (fixture->window));
  wait_until (gtk_widget_get_mapped (GTK_WIDGET (fixture->panel)));
}

static void
tear_down (Fixture *fixture, const void *data)
{
  FsExperimentPanel *panel = g_object_ref (fixture->panel);

  gtk_window_destroy (GTK_WINDOW (fixture->window));
  g_assert_finalize_object (panel);
  g_assert_finalize_object (fixture->session);
}

static GtkWidget *
find_below (GtkWidget *widget, GType type)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found =
          g_type_is_a (G_OBJECT_TYPE (child), type) ? child : find_below (child, type);
      if (found)
        return found;
    }
  return NULL;
}

/* Types what a user would type and leaves the entry by Enter. */
static void
type_into (GtkWidget *row, const char *text)
{
  GtkWidget *entry = find_below (row, GTK_TYPE_ENTRY);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), text);
  g_signal_emit_by_name (entry, "activate");
}

static void
test_every_setting_has_a_row (Fixture *fixture, const void *data)
{
  FsExperiment experiment = *fs_session_get_experiment (fixture->session);
  FsPlace place;
  size_t at = 0;
  int n = 0;

  while (fs_experiment_next (&experiment, &at, &place))
    {
      g_test_message ("%s", place.path);
      if (!fs_setting_control_is_needed (place.setting))
        continue;
      g_assert_nonnull (fs_experiment_panel_find (fixture->panel, place.path));
      n++;
    }
  g_assert_cmpint (n, >, 20);
}

static guint
count_below (GtkWidget *widget, GType type)
{
  guint n = g_type_is_a (G_OBJECT_TYPE (widget), type);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n += count_below (child, type);
  return n;
}

static void
expand_all (GtkWidget *widget)
{
  if (ADW_IS_EXPANDER_ROW (widget))
    adw_expander_row_set_expanded (ADW_EXPANDER_ROW (widget), TRUE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    expand_all (child);
}

/* What is folded away costs nothing until it is opened, and then shows its value. */
static void
test_folded_rows_wait (Fixture *fixture, const void *data)
{
  GtkWidget *panel = GTK_WIDGET (fixture->panel);
  guint n_before = count_below (panel, FS_TYPE_SETTING_ROW);
  guint n_after;
  GtkWidget *row;

  fs_session_set (fixture->session, "split.train", "0.55", NULL);
  expand_all (panel);
  n_after = count_below (panel, FS_TYPE_SETTING_ROW);
  g_assert_cmpuint (n_after, >, 2 * n_before);
  row = fs_experiment_panel_find (fixture->panel, "split.train");
  g_assert_cmpfloat (
      g_ascii_strtod (gtk_editable_get_text (GTK_EDITABLE (find_below (row, GTK_TYPE_ENTRY))),
                      NULL),
      ==, 0.55);
  expand_all (panel);
  g_assert_cmpuint (count_below (panel, FS_TYPE_SETTING_ROW), ==, n_after);
}

/* The same text again asks the display server nothing: it would at each epoch. */
static void
test_tooltip (void)
{
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));

  fs_tooltip_set (label, "one");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (label), ==, "one");
  g_assert_true (gtk_widget_get_visible (label));
  fs_tooltip_set (label, "two");
  g_assert_cmpstr (gtk_widget_get_tooltip_text (label), ==, "two");
  fs_tooltip_set (label, "");
  g_assert_null (gtk_widget_get_tooltip_text (label));
  g_assert_false (gtk_widget_get_has_tooltip (label));
  gtk_widget_set_visible (label, FALSE);
  fs_tooltip_set (label, "three");
  g_assert_false (gtk_widget_get_visible (label));
  g_object_unref (label);
}

/* A text that changes with each epoch is told to who asks, and is no property that GTK would act on. */
static void
test_following_tooltip (void)
{
  GtkWidget *label = g_object_ref_sink (gtk_label_new (NULL));
  GtkTooltip *tooltip = g_object_new (GTK_TYPE_TOOLTIP, NULL);
  gboolean is_told = FALSE;

  for (int i = 0; i < 3; i++)
    fs_tooltip_follow (label, i % 2 ? "odd" : "even");
  g_assert_true (gtk_widget_get_has_tooltip (label));
  g_assert_null (gtk_widget_get_tooltip_text (label));
  g_signal_emit_by_name (label, "query-tooltip", 0, 0, FALSE, tooltip, &is_told);
  g_assert_true (is_told);
  fs_tooltip_follow (label, "");
  g_assert_false (gtk_widget_get_has_tooltip (label));
  g_signal_emit_by_name (label, "query-tooltip", 0, 0, FALSE, tooltip, &is_told);
  g_assert_false (is_told);
  g_object_unref (tooltip);
  g_object_unref (label);
}

static void
test_focus_has_names (Fixture *fixture, const void *data)
{
  expand_all (GTK_WIDGET (fixture->panel));
  assert_focusables_have_names (GTK_WIDGET (fixture->panel));
}

static void
test_typing (Fixture *fixture, const void *data)
{
  GtkWidget *row = fs_experiment_panel_find (fixture->panel, "train.batch");

  type_into (row, "7");
  g_assert_cmpint (fs_session_get_experiment (fixture->session)->train.batch, ==, 7);
  fs_session_undo (fixture->session);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find_below (row, GTK_TYPE_ENTRY))), ==,
                   "32");
}

/* A wheel that scrolls the panel changes no setting on its way. */
static void
test_wheel_is_for_scrolling (Fixture *fixture, const void *data)
{
  GtkWidget *row = fs_experiment_panel_find (fixture->panel, "train.learning_rate");
  g_autoptr (GListModel) controllers =
      gtk_widget_observe_controllers (find_below (row, GTK_TYPE_SCALE));
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (!GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        continue;
      g_assert_cmpint (gtk_event_controller_get_propagation_phase (controller), ==, GTK_PHASE_NONE);
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

static void
test_errors_stand_at_the_row (Fixture *fixture, const void *data)
{
  GtkWidget *row = fs_experiment_panel_find (fixture->panel, "train.batch");

  type_into (row, "-3");
  g_assert_cmpint (fs_session_get_experiment (fixture->session)->train.batch, ==, 32);
  g_assert_true (gtk_widget_has_css_class (row, "wrong"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "-3"));
  type_into (row, "3");
  g_assert_false (gtk_widget_has_css_class (row, "wrong"));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, "");
}

static void
test_problems_stand_at_the_row (Fixture *fixture, const void *data)
{
  GtkWidget *row = fs_experiment_panel_find (fixture->panel, "data.target");

  fs_session_set (fixture->session, "data.target", "no_such_column", NULL);
  wait_until (gtk_widget_has_css_class (row, "wrong"));
  fs_session_undo (fixture->session);
  wait_until (!gtk_widget_has_css_class (row, "wrong"));
}

static gboolean
is_in_view (FsExperimentPanel *panel, GtkWidget *row)
{
  graphene_rect_t bounds;

  return gtk_widget_get_mapped (row) && gtk_widget_compute_bounds (row, GTK_WIDGET (panel), &bounds)
         && bounds.origin.y >= 0
         && bounds.origin.y + bounds.size.height
                <= (float) gtk_widget_get_height (GTK_WIDGET (panel));
}

/* Folded away, a wrong setting would stop the training without a word. Once unfolded it is left alone. */
static void
test_folded_problems_are_revealed (Fixture *fixture, const void *data)
{
  GtkWidget *expander, *row;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 320, 300);
  fs_session_set (fixture->session, "split.train", "0.9", NULL);
  fs_session_set (fixture->session, "split.validation", "0.4", NULL);
  row = fs_experiment_panel_find (fixture->panel, "split.validation");
  expander = gtk_widget_get_ancestor (row, ADW_TYPE_EXPANDER_ROW);
  g_assert_nonnull (expander);
  wait_until (gtk_widget_has_css_class (row, "wrong"));
  g_assert_true (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (expander)));
  wait_until (is_in_view (fixture->panel, row));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander), FALSE);
  fs_session_set (fixture->session, "train.batch", "16", NULL);
  g_assert_false (adw_expander_row_get_expanded (ADW_EXPANDER_ROW (expander)));
}

static void
test_conditions_hide_rows (Fixture *fixture, const void *data)
{
  GtkWidget *momentum = fs_experiment_panel_find (fixture->panel, "train.momentum");

  g_assert_false (gtk_widget_get_visible (momentum));
  fs_session_set (fixture->session, "train.optimiser", "sgd", NULL);
  g_assert_true (gtk_widget_get_visible (momentum));
}

static void
test_facts (Fixture *fixture, const void *data)
{
  GtkWidget *row = fs_experiment_panel_find (fixture->panel, "window.length");
  const FsDataset *dataset = fs_session_get_prepared (fixture->session)->dataset;
  g_autofree char *fact =
      g_strdup_printf ("%zu windows × 6 steps", dataset->windows[FS_PART_TRAIN].n);

  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, fact);
}

static void
test_lists (Fixture *fixture, const void *data)
{
  FsSession *session = fixture->session;
  GtkWidget *panel = GTK_WIDGET (fixture->panel);
  size_t n = fs_session_get_experiment (session)->n_layers;
  GtkWidget *row;

  /* A dropout goes before the last dense layer. */
  gtk_widget_activate_action (panel, "panel.add-layer", "i", FS_LAYER_DROPOUT);
  g_assert_cmpuint (fs_session_get_experiment (session)->n_layers, ==, n + 1);
  g_assert_cmpint (fs_session_get_experiment (session)->layers[n].kind, ==, FS_LAYER_DENSE);
  g_assert_cmpint (fs_session_get_experiment (session)->layers[n - 1].kind, ==, FS_LAYER_DROPOUT);
  row = fs_experiment_panel_find (fixture->panel, "model.layers.0.units");
  g_signal_emit_by_name (row, "move", 1);
  g_assert_cmpint (fs_session_get_experiment (session)->layers[1].kind, ==, FS_LAYER_LSTM);
  row = fs_experiment_panel_find (fixture->panel, "model.layers.1.units");
  g_signal_emit_by_name (row, "remove");
  g_assert_cmpuint (fs_session_get_experiment (session)->n_layers, ==, n);
  g_assert_cmpstr (fs_session_get_undo_label (session), ==, "Remove LSTM");

  gtk_widget_activate_action (panel, "panel.add-step", "i", FS_STEP_SCALE);
  row = fs_experiment_panel_find (fixture->panel, "prepare.2.method");
  g_assert_true (FS_IS_ITEM_ROW (row));
  assert_focusables_have_names (panel);
  for (int i = 0; i < 4; i++)
    fs_session_undo (session);
  g_assert_null (fs_experiment_panel_find (fixture->panel, "prepare.2.method"));
}

/* Whatever a list or a choice is set to, the panel follows. */
static void
test_panel_follows (Fixture *fixture, const void *data)
{
  GtkWidget *row = fs_experiment_panel_find (fixture->panel, "train.shuffle");
  GtkWidget *toggle = find_below (row, GTK_TYPE_SWITCH);

  g_assert_true (gtk_switch_get_active (GTK_SWITCH (toggle)));
  gtk_switch_set_active (GTK_SWITCH (toggle), FALSE);
  g_assert_false (fs_session_get_experiment (fixture->session)->train.is_shuffled);
  row = fs_experiment_panel_find (fixture->panel, "train.loss");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (find_below (row, GTK_TYPE_DROP_DOWN)), FS_LOSS_MAE);
  g_assert_cmpint (fs_session_get_experiment (fixture->session)->train.loss, ==, FS_LOSS_MAE);
  fs_session_undo (fixture->session);
  g_assert_cmpuint (
      gtk_drop_down_get_selected (GTK_DROP_DOWN (find_below (row, GTK_TYPE_DROP_DOWN))), ==,
      FS_LOSS_MSE);
}

/* What is drawn is what the trainer will ask for, batch by batch. */
static void
test_schedule_numbers (void)
{
  FsExperiment experiment = fs_experiment_default ();
  const gsize steps_per_epoch = 4;

  experiment.train.epochs = 6;
  experiment.train.learning_rate = 0.01;
  experiment.train.schedule.type = FS_SCHEDULE_COSINE;
  experiment.train.schedule.warm_up = 2;
  for (int unit = 0; unit < 2; unit++)
    {
      experiment.train.schedule.unit = unit == 0 ? FS_SCHEDULE_PER_EPOCH : FS_SCHEDULE_PER_BATCH;
      g_autoptr (FsPlot) plot = fs_schedule_preview_plot (&experiment, steps_per_epoch);
      const FsPlotSeries *rate = fs_plot_get_series (plot, 0);

      g_assert_cmpuint (rate->n, ==, 24);
      for (guint step = 0; step < 24; step++)
        {
          g_assert_cmpfloat (rate->x[step], ==, 1 + step / 4.0);
          g_assert_cmpfloat (rate->y[step], ==,
                             fs_schedule_rate (&experiment, step, step / 4, steps_per_epoch));
        }
    }
  experiment.train.epochs = 1000000;
  {
    g_autoptr (FsPlot) plot = fs_schedule_preview_plot (&experiment, steps_per_epoch);
    g_assert_cmpuint (fs_plot_get_series (plot, 0)->n, <=, 1000);
  }
}

static void
test_schedule_words (void)
{
  FsExperiment experiment = fs_experiment_default ();
  g_autofree char *none = fs_schedule_preview_describe (&experiment, 3);
  g_autofree char *fall = NULL;
  g_autofree char *plateau = NULL;

  g_assert_cmpstr (none, ==, "The learning rate stays as it is.");
  experiment.train.epochs = 3;
  experiment.train.learning_rate = 0.01;
  experiment.train.schedule.type = FS_SCHEDULE_EXPONENTIAL;
  experiment.train.schedule.decay = 0.5;
  experiment.train.schedule.unit = FS_SCHEDULE_PER_EPOCH;
  fall = fs_schedule_preview_describe (&experiment, 3);
  g_assert_cmpstr (fall, ==,
                   "The learning rate begins at 0.01, is highest in epoch 1 with 0.01 and ends at "
                   "0.0025.");
  experiment.train.schedule.type = FS_SCHEDULE_PLATEAU;
  plateau = fs_schedule_preview_describe (&experiment, 3);
  g_assert_nonnull (strstr (plateau, "cannot be drawn"));
}

static FsSchedulePreview *
find_preview (GtkWidget *widget)
{
  FsSchedulePreview *found = FS_IS_SCHEDULE_PREVIEW (widget) ? FS_SCHEDULE_PREVIEW (widget) : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child && !found;
       child = gtk_widget_get_next_sibling (child))
    found = find_preview (child);
  return found;
}

/* It comes with a schedule, and follows what is planned. */
static void
test_schedule_preview (Fixture *fixture, const void *data)
{
  GtkWidget *preview = GTK_WIDGET (find_preview (GTK_WIDGET (fixture->panel)));
  FsChart *chart = FS_CHART (find_below (preview, FS_TYPE_CHART));
  g_autofree char *before = NULL;

  g_assert_false (gtk_widget_get_visible (preview));
  fs_session_set (fixture->session, "train.schedule.type", "cosine", NULL);
  g_assert_true (gtk_widget_get_visible (preview));
  before = g_strdup (fs_chart_get_description (chart));
  g_assert_true (g_str_has_prefix (before, "The learning rate begins at"));
  fs_session_set (fixture->session, "train.learning_rate", "0.5", NULL);
  g_assert_cmpstr (fs_chart_get_description (chart), !=, before);
  assert_focusables_have_names (preview);
  fs_session_set (fixture->session, "train.schedule.type", "none", NULL);
  g_assert_false (gtk_widget_get_visible (preview));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/controls/step", test_step);
  g_test_add_func ("/controls/steps-stay-in-range", test_steps_stay_in_range);
  g_test_add_func ("/controls/slider", test_slider);
  g_test_add_func ("/controls/tooltip", test_tooltip);
  g_test_add_func ("/controls/following-tooltip", test_following_tooltip);
#define ADD(name, test) g_test_add ("/controls/panel/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("every-setting-has-a-row", test_every_setting_has_a_row);
  ADD ("folded-rows-wait", test_folded_rows_wait);
  ADD ("focus-has-names", test_focus_has_names);
  ADD ("typing", test_typing);
  ADD ("wheel-is-for-scrolling", test_wheel_is_for_scrolling);
  ADD ("errors-stand-at-the-row", test_errors_stand_at_the_row);
  ADD ("problems-stand-at-the-row", test_problems_stand_at_the_row);
  ADD ("folded-problems-are-revealed", test_folded_problems_are_revealed);
  ADD ("conditions-hide-rows", test_conditions_hide_rows);
  ADD ("facts", test_facts);
  ADD ("lists", test_lists);
  g_test_add_func ("/controls/schedule-numbers", test_schedule_numbers);
  g_test_add_func ("/controls/schedule-words", test_schedule_words);
  ADD ("schedule-preview", test_schedule_preview);
  ADD ("panel-follows", test_panel_follows);
  return g_test_run ();
}

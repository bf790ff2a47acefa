/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile page. See prepare-profile.h. */

#include "ui/views/prepare-profile.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/experiment/schema.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/prepare-texts.h"

/* A file of a thousand columns is not read column by column; the rest is counted. */
#define MAX_COLUMNS_SHOWN 40

/* What one profile was made from, and the profile. Owned by its task until it is handed over. */
typedef struct
{
  FsSharedFrame *frame;
  FsExperiment experiment;
  FsProfileReport report;
  FsProblem problem;
  FsStatus status;
} Work;

struct _FsPrepareProfile
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller, *box, *note;
  GPtrArray *groups;  /* borrowed from `box` */
  Work *shown;        /* NULL before the first */
  char *wanted;       /* the key of what is being made or shown */
  GCancellable *work; /* of the task under way; NULL if none is */
};

G_DEFINE_FINAL_TYPE (FsPrepareProfile, fs_prepare_profile, GTK_TYPE_WIDGET);

static void
work_free (Work *work)
{
  if (!work)
    return;
  fs_profile_report_clear (&work->report);
  fs_shared_unref (work->frame);
  g_free (work);
}

/* ---- words ---- */

static void
append (GString *text, const char *format, double value)
{
  char number[FS_NUMBER_SIZE];

  if (isfinite (value))
    g_string_append_printf (
        text, "%s%s", format,
        fs_text_mark_number (fs_number_write_short (value, 4, number), sizeof number));
}

static const char *
type_word (FsColumnType type)
{
  static const char *const words[] = { [FS_COLUMN_NUMBER] = N_ ("number"),
                                       [FS_COLUMN_DATE] = N_ ("date"),
                                       [FS_COLUMN_CATEGORY] = N_ ("category"),
                                       [FS_COLUMN_TEXT] = N_ ("text") };

  return _ (words[type]);
}

static void
append_dates (GString *text, const FsProfile *profile)
{
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc ((gint64) profile->min);
  g_autoptr (GDateTime) to = g_date_time_new_from_unix_utc ((gint64) profile->max);
  g_autofree char *first = from ? g_date_time_format (from, "%Y-%m-%d") : NULL;
  g_autofree char *last = to ? g_date_time_format (to, "%Y-%m-%d") : NULL;

  if (first && last)
    g_string_append_printf (text, _ (" · %s to %s"), first, last);
}

/* Dickey and Fuller doubt that a series is stationary, Kwiatkowski and others doubt that it is not. */
static void
append_stationarity (GString *text, const FsProfile *profile)
{
  const FsRootTest *root = &profile->dickey_fuller, *level = &profile->kpss;
  gboolean has_no_root = root->statistic < root->critical;
  gboolean has_no_level = level->statistic > level->critical;

  if (!isfinite (root->statistic) || !isfinite (level->statistic))
    return;
  g_string_append (text, has_no_root && !has_no_level ? _ (" · stationary")
                         : !has_no_root && has_no_level
                             ? _ (" · not stationary")
                             : _ (" · stationary or not: tests disagree"));
}

char *
fs_prepare_profile_facts (const FsColumn *column, const FsProfile *profile)
{
  GString *text = g_string_new (type_word (column->type));

  if (column->type == FS_COLUMN_DATE && profile->n > 0)
    append_dates (text, profile);
  else if (column->type == FS_COLUMN_CATEGORY)
    g_string_append_printf (text, _ (" · %zu different"), column->n_categories);
  else if (column->type == FS_COLUMN_NUMBER && profile->n > 0)
    {
      append (text, _ (" · mean "), profile->mean);
      append (text, _ (", median "), profile->median);
      append (text, _ (", deviation "), profile->sd);
      append (text, _ (" · from "), profile->min);
      append (text, _ (" to "), profile->max);
      append (text, _ (" · skewness "), profile->skewness);
      if (profile->season > 0)
        g_string_append_printf (text, _ (" · season of %zu rows"), profile->season);
      append_stationarity (text, profile);
    }
  if (column->n_missing > 0)
    g_string_append_printf (text, _ (" · %zu missing"), column->n_missing);
  return g_string_free (text, FALSE);
}

/* ---- showing ---- */

static gboolean
is_in_use (const FsExperiment *experiment, const FsFrame *frame, const FsColumn *column)
{
  const FsColumn *target = experiment->data.target[0]
                               ? fs_frame_column (frame, experiment->data.target)
                               : fs_frame_default_target (frame);

  if (column == target)
    return TRUE;
  for (size_t i = 0; i < experiment->data.n_inputs; i++)
    if (g_str_equal (experiment->data.inputs[i], column->name))
      return TRUE;
  return FALSE;
}

/* Where a new step belongs: gaps are filled first, scaling comes last, the rest between. */
static size_t
place_for (const FsExperiment *experiment, FsStepKind kind)
{
  size_t at = experiment->n_steps;

  if (kind == FS_STEP_IMPUTE)
    return 0;
  while (kind != FS_STEP_SCALE && at > 0 && experiment->steps[at - 1].kind == FS_STEP_SCALE)
    at--;
  return at;
}

static void
add_cb (GtkButton *button, FsPrepareProfile *self)
{
  const FsStepSpec *step = g_object_get_data (G_OBJECT (button), "step");
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  size_t at = place_for (&experiment, step->kind);
  FsProblem problem = { 0 };

  if (fs_experiment_insert_step (&experiment, at, step->kind, &problem) == FS_OK)
    {
      g_autofree char *label = g_strdup_printf (_ ("Add %s"), _ (fs_step_kind (step->kind)->label));

      experiment.steps[at] = *step;
      fs_session_replace (self->session, &experiment, label, NULL);
    }
  else
    {
      char sentence[1024];

      fs_problem_sentence (&problem, sentence, sizeof sentence);
      g_signal_emit_by_name (self->session, "notice", sentence, NULL, NULL);
    }
}

static void
window_cb (GtkButton *button, FsPrepareProfile *self)
{
  const char *length = g_object_get_data (G_OBJECT (button), "length");
  g_autoptr (GError) error = NULL;

  if (!fs_session_set (self->session, "window.length", length, &error))
    g_signal_emit_by_name (self->session, "notice", error->message, NULL, NULL);
}

static void
leave_out_cb (GtkButton *button, FsPrepareProfile *self)
{
  const char *name = g_object_get_data (G_OBJECT (button), "column");
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  size_t n_kept = 0;

  for (size_t i = 0; i < experiment.data.n_inputs; i++)
    if (!g_str_equal (experiment.data.inputs[i], name))
      {
        if (n_kept < i)
          memcpy (experiment.data.inputs[n_kept], experiment.data.inputs[i],
                  sizeof experiment.data.inputs[i]);
        n_kept++;
      }
  for (size_t i = n_kept; i < experiment.data.n_inputs; i++)
    memset (experiment.data.inputs[i], 0, sizeof experiment.data.inputs[i]);
  experiment.data.n_inputs = n_kept;
  fs_session_replace (self->session, &experiment, _ ("Leave an Input Out"), NULL);
}

static gboolean
is_input (const FsExperiment *experiment, const FsColumn *column)
{
  for (size_t i = 0; i < experiment->data.n_inputs; i++)
    if (g_str_equal (experiment->data.inputs[i], column->name))
      return TRUE;
  return FALSE;
}

/* A button that says what it does, to ears also of which column; it owns `data`. */
static void
add_button (FsPrepareProfile *self,
            GtkWidget *row,
            const char *label,
            const char *name,
            const char *tooltip,
            const char *key,
            void *data,
            GCallback clicked_cb)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), key, data, g_free);
  g_signal_connect (button, "clicked", clicked_cb, self);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
}

static void
add_done (GtkWidget *row, const char *text)
{
  GtkWidget *done = gtk_label_new (text);

  gtk_widget_add_css_class (done, "dim-label");
  gtk_widget_add_css_class (done, "caption");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), done);
}

static GtkWidget *
make_finding (FsPrepareProfile *self, const FsColumn *column, const FsAdvice *advice)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  const gboolean concerns = advice->kind == FS_FINDING_UNEVEN_TIME
                            || is_in_use (experiment, self->shown->report.frame, column);
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), advice->sentence);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_add_css_class (row, "profile-finding");
  if (advice->has_step && fs_advice_is_followed (advice, experiment))
    add_done (row, _ ("step is there"));
  else if (advice->has_step && concerns)
    {
      const char *kind = _ (fs_step_kind (advice->step.kind)->label);
      g_autofree char *label = g_strdup_printf (_ ("Add “%s”"), kind);
      g_autofree char *name = g_strdup_printf (_ ("Add “%s” for %s"), kind, column->name);

      add_button (self, row, label, name,
                  _ ("Put this step into the preparation, where it belongs"), "step",
                  g_memdup2 (&advice->step, sizeof advice->step), G_CALLBACK (add_cb));
    }
  else if (advice->window > 0 && fs_advice_is_followed (advice, experiment))
    add_done (row, _ ("window is long enough"));
  else if (advice->window > 0 && concerns)
    {
      g_autofree char *label = g_strdup_printf (_ ("Window of %zu Rows"), advice->window);
      g_autofree char *name =
          g_strdup_printf (_ ("Window of %zu Rows for %s"), advice->window, column->name);

      add_button (self, row, label, name,
                  _ ("Let the network see this many rows before each forecast"), "length",
                  g_strdup_printf ("%zu", advice->window), G_CALLBACK (window_cb));
    }
  else if (advice->leave_out && is_input (experiment, column))
    {
      g_autofree char *name = g_strdup_printf (_ ("Leave %s Out"), column->name);

      add_button (self, row, _ ("Leave Out"), name, _ ("Take this column from the further inputs"),
                  "column", g_strdup (column->name), G_CALLBACK (leave_out_cb));
    }
  return row;
}

static GtkWidget *
make_column (FsPrepareProfile *self, size_t index)
{
  const FsProfileReport *report = &self->shown->report;
  const FsColumn *column = &report->frame->columns[index];
  gboolean used = is_in_use (fs_session_get_experiment (self->session), report->frame, column);
  GtkWidget *group = adw_preferences_group_new ();
  GtkWidget *facts = adw_action_row_new ();
  g_autofree char *words = fs_prepare_profile_facts (column, &report->profiles[index]);
  g_autofree char *title =
      g_markup_printf_escaped ("%s%s", column->name, used ? _ (" · in use") : "");

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (facts), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (facts), words);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (facts), 0);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (facts), FALSE);
  gtk_widget_add_css_class (facts, "profile-facts");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), facts);
  for (size_t k = 0; k < report->n_advice[index]; k++)
    adw_preferences_group_add (ADW_PREFERENCES_GROUP (group),
                               make_finding (self, column, &report->advice[index][k]));
  return group;
}

static void
show_profile (FsPrepareProfile *self)
{
  const FsFrame *frame = self->shown ? self->shown->report.frame : NULL;
  size_t n = frame ? MIN (frame->n_columns, MAX_COLUMNS_SHOWN) : 0;

  for (guint i = 0; i < self->groups->len; i++)
    gtk_box_remove (GTK_BOX (self->box), g_ptr_array_index (self->groups, i));
  g_ptr_array_set_size (self->groups, 0);
  if (frame && self->shown->status == FS_OK && self->shown->report.text_data)
    {
      GtkWidget *texts = fs_prepare_texts_new (self->session, &self->shown->report);

      gtk_box_append (GTK_BOX (self->box), texts);
      g_ptr_array_add (self->groups, texts);
    }
  for (size_t i = 0; i < n; i++)
    {
      GtkWidget *group = make_column (self, i);

      gtk_box_append (GTK_BOX (self->box), group);
      g_ptr_array_add (self->groups, group);
    }
  if (frame && self->shown->status != FS_OK)
    {
      char sentence[1024];

      fs_problem_sentence (&self->shown->problem, sentence, sizeof sentence);
      gtk_label_set_text (GTK_LABEL (self->note), sentence);
    }
  else if (frame)
    {
      g_autofree char *facts = fs_facts_frame (frame);
      g_autofree char *more = n < frame->n_columns
                                  ? g_strdup_printf (_ (" The first %d of %zu columns are shown."),
                                                     MAX_COLUMNS_SHOWN, frame->n_columns)
                                  : g_strdup ("");
      g_autofree char *text = g_strdup_printf (
          _ ("%s. Later rows are compared with the training rows.%s"), facts, more);

      gtk_label_set_text (GTK_LABEL (self->note), text);
    }
}

/* ---- making ---- */

static void
profile_thread (GTask *task, void *source_object, void *task_data, GCancellable *cancellable)
{
  Work *work = task_data;

  work->status =
      fs_profile_report_init (&work->report, work->frame->frame, &work->experiment, &work->problem);
  g_task_return_boolean (task, TRUE);
}

static void
profiled_cb (GObject *source_object, GAsyncResult *result, void *data)
{
  GTask *task = G_TASK (result);
  Work *work = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  FsPrepareProfile *self = data;

  /* Who asked for it may be gone, or want another by now. */
  if (g_cancellable_is_cancelled (cancellable))
    {
      work_free (work);
      return;
    }
  g_clear_object (&self->work);
  work_free (self->shown);
  self->shown = work;
  show_profile (self);
}

static void
start (FsPrepareProfile *self, FsSharedFrame *frame, const FsExperiment *experiment)
{
  Work *work = g_new0 (Work, 1);
  g_autoptr (GTask) task = NULL;

  if (self->work)
    g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  self->work = g_cancellable_new ();
  work->frame = fs_shared_ref (frame);
  work->experiment = *experiment;
  task = g_task_new (NULL, self->work, profiled_cb, self);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, work, NULL);
  g_task_run_in_thread (task, profile_thread);
  gtk_label_set_text (GTK_LABEL (self->note), _ ("Looking at every column …"));
}

static void
update (FsPrepareProfile *self)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  FsSharedFrame *frame = fs_session_get_shared_frame (self->session);
  g_autofree char *wanted = NULL;

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (!frame)
    {
      const char *problem = fs_session_get_problem (self->session, NULL);

      gtk_label_set_text (GTK_LABEL (self->note), problem ? problem : _ ("Reading the file …"));
      return;
    }
  wanted = g_strdup_printf (
      "%" G_GUINT64_FORMAT " %s %s %g %g %d %d %d %" G_GINT64_FORMAT " %s", frame->id,
      experiment->data.target, experiment->data.time, experiment->split.train,
      experiment->split.validation, (int) experiment->split.method, (int) experiment->data.task,
      (int) experiment->text.duplicates, experiment->split.seed, experiment->data.text);
  if (g_strcmp0 (wanted, self->wanted) == 0)
    {
      /* Steps and columns in use may have changed. */
      if (self->shown && !self->work)
        show_profile (self);
      return;
    }
  g_free (self->wanted);
  self->wanted = g_steal_pointer (&wanted);
  start (self, frame, experiment);
}

/* ---- life ---- */

static void
fs_prepare_profile_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fs_prepare_profile_parent_class)->map (widget);
  update (FS_PREPARE_PROFILE (widget));
}

static void
fs_prepare_profile_dispose (GObject *object)
{
  FsPrepareProfile *self = FS_PREPARE_PROFILE (object);

  if (self->work)
    g_cancellable_cancel (self->work);
  g_clear_object (&self->work);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->shown, work_free);
  g_clear_pointer (&self->wanted, g_free);
  g_clear_pointer (&self->groups, g_ptr_array_unref);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_prepare_profile_parent_class)->dispose (object);
}

static void
fs_prepare_profile_class_init (FsPrepareProfileClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_prepare_profile_dispose;
  GTK_WIDGET_CLASS (class)->map = fs_prepare_profile_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "prepareprofile");
}

static void
fs_prepare_profile_init (FsPrepareProfile *self)
{
  self->groups = g_ptr_array_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  self->note = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->note), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->note), 0);
  gtk_widget_add_css_class (self->box, "page");
  gtk_box_append (GTK_BOX (self->box), self->note);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_prepare_profile_new (FsSession *session)
{
  FsPrepareProfile *self = g_object_new (FS_TYPE_PREPARE_PROFILE, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (update), self);
  return GTK_WIDGET (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The settings of one step. See step-tuner.h. */

#include "ui/views/step-tuner.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/experiment/schema.h"
#include "ui/controls/setting-control.h"
#include "ui/controls/setting-row.h"
#include "ui/controls/tooltip.h"
#include "ui/text.h"

/* A range of more presses than this on + is too wide for a slider as it is; then so many on each side
 * of the default. */
#define MOST_PRESSES 200
#define PRESSES_AROUND 25

#define SLIDER_WIDTH_PX 96

/* A slider moves in steps of this share of its setting's increment. */
#define STEP_SHARE 0.1

typedef struct
{
  FsStepTuner *tuner; /* borrowed */
  char *path;
  const FsSetting *setting;
  GtkWidget *holder;  /* the child of the flow box */
  GtkWidget *control; /* FsSettingControl */
  GtkWidget *slider;  /* NULL for what is no number */
} Row;

struct _FsStepTuner
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *flow;
  GPtrArray *rows; /* owned Row */
  char *shown;     /* the step and kind the rows are of */
  guint step;
  gboolean is_syncing;
};

G_DEFINE_FINAL_TYPE (FsStepTuner, fs_step_tuner, GTK_TYPE_WIDGET);

void
fs_step_tuner_range (const FsSetting *setting, double value, double *low, double *high)
{
  double press = setting->increment > 0 ? setting->increment : 1;
  double middle = setting->special_word && setting->default_value == setting->special_value
                      ? setting->min + PRESSES_AROUND * press / 2
                      : setting->default_value;

  *low = setting->min;
  *high = setting->max;
  if (setting->max - setting->min > MOST_PRESSES * press)
    {
      *low = MAX (setting->min, middle - PRESSES_AROUND * press);
      *high = MIN (setting->max, middle + PRESSES_AROUND * press);
    }
  if (setting->special_word && value == setting->special_value)
    return;
  *low = MIN (*low, value);
  *high = MAX (*high, value);
}

static void
row_free (void *data)
{
  Row *row = data;

  g_free (row->path);
  g_free (row);
}

static void
edit (FsStepTuner *self, const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *own_path = g_strdup (path); /* the row may go in the edit that it asked for */

  if (!fs_session_set (self->session, own_path, text, &error))
    g_signal_emit_by_name (self->session, "notice", error->message, NULL, NULL);
}

static void
control_edited_cb (FsSettingControl *control, const char *text, Row *row)
{
  if (!row->tuner->is_syncing)
    edit (row->tuner, row->path, text);
}

static void
slid_cb (GtkRange *slider, Row *row)
{
  double value = gtk_range_get_value (slider);
  double grain = row->setting->type == FS_TYPE_INTEGER ? 1 : row->setting->increment * STEP_SHARE;
  char text[FS_NUMBER_SIZE];

  if (row->tuner->is_syncing)
    return;
  /* To the grain, and free of the noise that multiplying leaves in the last digits. */
  value = grain > 0 ? round (value / grain) * grain : value;
  value = CLAMP (value, row->setting->min, row->setting->max);
  if (row->setting->max_is_excluded && value >= row->setting->max)
    value -= grain;
  if (row->setting->min_is_excluded && value <= row->setting->min)
    value += grain;
  edit (row->tuner, row->path, fs_number_write_short (value, 12, text));
}

static GtkWidget *
make_slider (Row *row)
{
  GtkWidget *slider = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, 1);
  g_autofree char *name = g_strdup_printf (_ ("%s, slider"), _ (row->setting->label));

  gtk_scale_set_draw_value (GTK_SCALE (slider), FALSE);
  gtk_widget_set_size_request (slider, SLIDER_WIDTH_PX, -1);
  gtk_widget_set_hexpand (slider, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (slider), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect (slider, "value-changed", G_CALLBACK (slid_cb), row);
  return slider;
}

static void
make_row (FsStepTuner *self, const FsPlace *place)
{
  Row *row = g_new0 (Row, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (_ (place->setting->label));
  g_autofree char *help = fs_setting_row_describe (place->setting);
  gboolean is_number =
      place->setting->type == FS_TYPE_NUMBER || place->setting->type == FS_TYPE_INTEGER;

  row->tuner = self;
  row->path = g_strdup (place->path);
  row->setting = place->setting;
  row->control = fs_setting_control_new (place->setting);
  row->slider = is_number ? make_slider (row) : NULL;
  row->holder = gtk_flow_box_child_new ();
  gtk_widget_add_css_class (label, "caption");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (label, !is_number);
  gtk_box_append (GTK_BOX (box), label);
  if (row->slider)
    gtk_box_append (GTK_BOX (box), row->slider);
  gtk_box_append (GTK_BOX (box), row->control);
  fs_tooltip_set (box, help);
  gtk_widget_set_focusable (row->holder, FALSE);
  gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (row->holder), box);
  g_signal_connect (row->control, "edited", G_CALLBACK (control_edited_cb), row);
  g_ptr_array_add (self->rows, row);
  gtk_flow_box_append (GTK_FLOW_BOX (self->flow), row->holder);
}

static void
clear_rows (FsStepTuner *self)
{
  for (guint i = 0; i < self->rows->len; i++)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->flow),
                         ((Row *) g_ptr_array_index (self->rows, i))->holder);
  g_ptr_array_set_size (self->rows, 0);
}

static void
sync_slider (Row *row, double value)
{
  gboolean is_word = row->setting->special_word && value == row->setting->special_value;
  double low, high;
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (row->slider));
  double grain = row->setting->type == FS_TYPE_INTEGER ? 1 : row->setting->increment * STEP_SHARE;

  fs_step_tuner_range (row->setting, value, &low, &high);
  gtk_adjustment_configure (adjustment, is_word ? low : value, low, high, grain,
                            row->setting->increment, 0);
}

static Row *
find_row (FsStepTuner *self, const char *path)
{
  for (guint i = 0; i < self->rows->len; i++)
    {
      Row *row = g_ptr_array_index (self->rows, i);
      if (g_str_equal (row->path, path))
        return row;
    }
  return NULL;
}

static void
update (FsStepTuner *self)
{
  FsExperiment experiment = *fs_session_get_experiment (self->session);
  g_autofree char *prefix = g_strdup_printf ("prepare.%u.", self->step);
  g_autofree char *shown =
      self->step < experiment.n_steps
          ? g_strdup_printf ("%u %d", self->step, experiment.steps[self->step].kind)
          : g_strdup ("");
  gboolean is_other = g_strcmp0 (shown, self->shown) != 0;
  FsPlace place;
  size_t at = 0;

  if (is_other)
    {
      clear_rows (self);
      g_free (self->shown);
      self->shown = g_steal_pointer (&shown);
    }
  self->is_syncing = TRUE;
  while (fs_experiment_next (&experiment, &at, &place))
    {
      Row *row;

      if (!g_str_has_prefix (place.path, prefix) || !fs_setting_control_is_needed (place.setting))
        continue;
      if (is_other)
        make_row (self, &place);
      row = find_row (self, place.path);
      if (!row)
        continue;
      fs_setting_control_sync (FS_SETTING_CONTROL (row->control), &place, &experiment,
                               fs_session_get_frame (self->session));
      if (row->slider)
        sync_slider (row, fs_place_get_number (&place));
      gtk_widget_set_visible (row->holder, fs_place_is_used (&place, &experiment));
    }
  self->is_syncing = FALSE;
}

static void
fs_step_tuner_dispose (GObject *object)
{
  FsStepTuner *self = FS_STEP_TUNER (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  /* Losing the focus ends an edit; nobody edits any more. */
  self->is_syncing = TRUE;
  g_clear_pointer (&self->flow, gtk_widget_unparent);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (fs_step_tuner_parent_class)->dispose (object);
}

static void
fs_step_tuner_class_init (FsStepTunerClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_step_tuner_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "steptuner");
}

static void
fs_step_tuner_init (FsStepTuner *self)
{
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), 4);
  gtk_flow_box_set_min_children_per_line (GTK_FLOW_BOX (self->flow), 1);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->flow), 14);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->flow), 2);
  gtk_widget_set_focusable (self->flow, FALSE);
  gtk_widget_set_parent (self->flow, GTK_WIDGET (self));
}

GtkWidget *
fs_step_tuner_new (FsSession *session)
{
  FsStepTuner *self = g_object_new (FS_TYPE_STEP_TUNER, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

void
fs_step_tuner_show (FsStepTuner *self, guint step)
{
  self->step = step;
  update (self);
}

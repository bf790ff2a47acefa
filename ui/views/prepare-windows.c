/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Split, windows and shapes. See prepare-windows.h. */

#include "ui/views/prepare-windows.h"

#include <adwaita.h>
#include "engine/experiment/schema.h"
#include "engine/model/network.h"
#include "engine/train/task.h"
#include "ui/controls/reading-order.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/window-picture.h"

struct _FsPrepareWindows
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *line, *sentence;
  GtkWidget *picture;
  GtkWidget *flow;
  GtkWidget *content; /* what is there only with data */
};

G_DEFINE_FINAL_TYPE (FsPrepareWindows, fs_prepare_windows, GTK_TYPE_WIDGET);

/* ---- stages ---- */

void
fs_stage_free (FsStage *stage)
{
  g_free (stage->name);
  g_free (stage->shape);
  g_free (stage->meaning);
  g_free (stage);
}

static void
add_stage (GPtrArray *stages, const char *name, const char *meaning, guint n, const size_t *sizes)
{
  FsStage *stage = g_new (FsStage, 1);
  GString *shape = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *size = fs_facts_count ((gint64) sizes[i]);
      g_string_append_printf (shape, "%s%s", i ? " × " : "", size);
    }
  *stage = (FsStage){ g_strdup (name), g_string_free (shape, FALSE), g_strdup (meaning) };
  g_ptr_array_add (stages, stage);
}

static void
add_steps (GPtrArray *stages, const FsExperiment *experiment, const FsDataset *dataset)
{
  size_t fitted = 0, n_fitted = fs_recipe_n_steps (dataset->recipe);

  for (size_t i = 0; i < experiment->n_steps && fitted < n_fitted; i++)
    {
      size_t n_channels;

      if (!experiment->steps[i].is_enabled)
        continue;
      fitted++;
      n_channels =
          fitted < n_fitted ? fs_recipe_n_channels (dataset->recipe, fitted) : dataset->n_channels;
      add_stage (stages, _ (fs_step_kind (experiment->steps[i].kind)->label), _ ("rows × columns"),
                 2, (size_t[]){ dataset->n_rows, n_channels });
    }
}

static void
add_layers (GPtrArray *stages,
            const FsExperiment *experiment,
            const FsDataset *dataset,
            size_t batch)
{
  FsLayerSummary summaries[FS_MAX_LAYERS];
  g_autofree FsTensorTable *table = g_new0 (FsTensorTable, 1);
  FsNetworkShape shape = fs_task_shape (dataset, batch);

  if (fs_network_plan (experiment, &shape, summaries, table, NULL) != FS_OK)
    return;
  for (size_t i = 0; i < experiment->n_layers; i++)
    if (summaries[i].steps > 1)
      add_stage (stages, summaries[i].name, _ ("samples × steps × features"), 3,
                 (size_t[]){ batch, summaries[i].steps, summaries[i].width });
    else
      add_stage (stages, summaries[i].name, _ ("samples × features"), 2,
                 (size_t[]){ batch, summaries[i].width });
}

/* A forecast aims for rows ahead; other tasks for one answer, of the sequence or of each of its steps. */
static void
add_targets (GPtrArray *stages, const FsDataset *dataset, size_t batch)
{
  const gboolean is_class = fs_task_is_of_classes (dataset->task);

  if (dataset->task == FS_TASK_FORECAST)
    add_stage (stages, _ ("Targets"), _ ("samples × rows ahead"), 2,
               (size_t[]){ batch, dataset->horizon });
  else if (dataset->is_stepwise)
    add_stage (stages, _ ("Targets"),
               is_class ? _ ("samples × steps, a class each")
                        : _ ("samples × steps, a number each"),
               2, (size_t[]){ batch, dataset->length });
  else
    add_stage (stages, _ ("Targets"),
               is_class ? _ ("samples, a class each") : _ ("samples, a number each"), 1,
               (size_t[]){ batch });
}

GPtrArray *
fs_stages_of (const FsExperiment *experiment, const FsDataset *dataset)
{
  GPtrArray *stages = g_ptr_array_new_with_free_func ((GDestroyNotify) fs_stage_free);
  size_t batch =
      MIN ((size_t) MAX (experiment->train.batch, 1), MAX (dataset->windows[FS_PART_TRAIN].n, 1));

  add_stage (stages, _ ("Table"), _ ("rows × columns"), 2,
             (size_t[]){ dataset->n_rows, dataset->raw->n_channels });
  add_steps (stages, experiment, dataset);
  add_stage (stages, _ ("Training windows"), _ ("samples × steps × features"), 3,
             (size_t[]){ dataset->windows[FS_PART_TRAIN].n, dataset->length, dataset->n_channels });
  add_stage (stages, _ ("One batch"), _ ("samples × steps × features"), 3,
             (size_t[]){ batch, dataset->length, dataset->n_channels });
  add_layers (stages, experiment, dataset, batch);
  add_targets (stages, dataset, batch);
  return stages;
}

/* ---- showing ---- */

static GtkWidget *
make_stage (const FsStage *stage)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *name = gtk_label_new (stage->name), *shape = gtk_label_new (stage->shape);
  GtkWidget *meaning = gtk_label_new (stage->meaning);

  gtk_widget_add_css_class (box, "card");
  gtk_widget_add_css_class (box, "stage");
  gtk_widget_add_css_class (name, "caption");
  gtk_widget_add_css_class (shape, "heading");
  gtk_widget_add_css_class (meaning, "caption");
  gtk_widget_add_css_class (meaning, "dim-label");
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), shape);
  gtk_box_append (GTK_BOX (box), meaning);
  return box;
}

static void
show_stages (FsPrepareWindows *self, const FsExperiment *experiment, const FsDataset *dataset)
{
  g_autoptr (GPtrArray) stages = fs_stages_of (experiment, dataset);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->flow)))
    gtk_flow_box_remove (GTK_FLOW_BOX (self->flow), child);
  for (guint i = 0; i < stages->len; i++)
    {
      GtkWidget *holder = gtk_flow_box_child_new ();
      GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      GtkWidget *stage = make_stage (g_ptr_array_index (stages, i));

      gtk_widget_set_hexpand (stage, TRUE);
      gtk_box_append (GTK_BOX (box), stage);
      if (i + 1 < stages->len)
        {
          GtkWidget *arrow = fs_arrow_new ();
          gtk_widget_add_css_class (arrow, "dim-label");
          gtk_box_append (GTK_BOX (box), arrow);
        }
      gtk_widget_set_focusable (holder, FALSE);
      gtk_flow_box_child_set_child (GTK_FLOW_BOX_CHILD (holder), box);
      gtk_flow_box_append (GTK_FLOW_BOX (self->flow), holder);
    }
}

static void
say (FsPrepareWindows *self, const char *sentence, gboolean is_bad)
{
  gtk_label_set_text (GTK_LABEL (self->sentence), sentence);
  gtk_widget_remove_css_class (self->line, is_bad ? "neutral" : "bad");
  gtk_widget_add_css_class (self->line, is_bad ? "bad" : "neutral");
}

static gboolean
has_leaky_step (const FsExperiment *experiment)
{
  for (size_t i = 0; i < experiment->n_steps; i++)
    if (experiment->steps[i].is_enabled && experiment->steps[i].fits_all_rows)
      return TRUE;
  return FALSE;
}

static void
update (FsPrepareWindows *self)
{
  const FsSnapshot *prepared = fs_session_get_prepared (self->session);
  const FsDataset *dataset = prepared ? prepared->dataset : NULL;
  const char *problem = fs_session_get_problem (self->session, NULL);

  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  gtk_widget_set_visible (self->content, dataset != NULL);
  if (problem)
    say (self, problem, TRUE);
  else if (!dataset)
    say (self, _ ("Reading and preparing …"), FALSE);
  if (!dataset)
    return;
  fs_window_picture_set (FS_WINDOW_PICTURE (self->picture), dataset, &prepared->experiment);
  show_stages (self, &prepared->experiment, dataset);
  if (!problem)
    {
      gboolean is_fair;
      g_autofree char *judgement =
          fs_window_picture_judge (dataset, &prepared->experiment, &is_fair);
      gboolean leaks = has_leaky_step (&prepared->experiment);
      g_autofree char *sentence =
          leaks
              ? g_strconcat (judgement,
                             _ (" A step learns from all rows, also those it is tested on: scores "
                                "will look better than they are."),
                             NULL)
              : g_strdup (judgement);

      say (self, sentence, !is_fair || leaks);
    }
}

/* ---- life ---- */

static void
fs_prepare_windows_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fs_prepare_windows_parent_class)->map (widget);
  update (FS_PREPARE_WINDOWS (widget));
}

static void
fs_prepare_windows_dispose (GObject *object)
{
  FsPrepareWindows *self = FS_PREPARE_WINDOWS (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_prepare_windows_parent_class)->dispose (object);
}

static void
fs_prepare_windows_class_init (FsPrepareWindowsClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_prepare_windows_dispose;
  GTK_WIDGET_CLASS (class)->map = fs_prepare_windows_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "preparewindows");
}

static void
append_heading (GtkWidget *box, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (box), label);
}

static void
fs_prepare_windows_init (FsPrepareWindows *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *card = adw_bin_new ();

  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->line, "verdict");
  self->sentence = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->sentence), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->sentence), 0);
  gtk_widget_set_hexpand (self->sentence, TRUE);
  gtk_box_append (GTK_BOX (self->line), self->sentence);

  self->picture = fs_window_picture_new ();
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "chart-card");
  adw_bin_set_child (ADW_BIN (card), self->picture);

  self->flow = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->flow), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->flow), 6);
  gtk_flow_box_set_homogeneous (GTK_FLOW_BOX (self->flow), TRUE);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->flow), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->flow), 6);
  gtk_widget_set_focusable (self->flow, FALSE);

  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  append_heading (self->content, _ ("Which rows do what"));
  gtk_box_append (GTK_BOX (self->content), card);
  append_heading (self->content, _ ("Shapes on the way to the forecast"));
  gtk_box_append (GTK_BOX (self->content), self->flow);
  gtk_box_append (GTK_BOX (box), self->line);
  gtk_box_append (GTK_BOX (box), self->content);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_prepare_windows_new (FsSession *session)
{
  FsPrepareWindows *self = g_object_new (FS_TYPE_PREPARE_WINDOWS, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  return GTK_WIDGET (self);
}

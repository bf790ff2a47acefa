/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The lens page. See prepare-lens.h. It asks when something has changed and it is on the screen, and
 * shows each answer; a question is never asked while the page is hidden. */

#include "ui/views/prepare-lens.h"

#include <adwaita.h>
#include <string.h>
#include "engine/lab/lens-worker.h"
#include "ui/chart/chart.h"
#include "ui/controls/drop-down.h"
#include "ui/text.h"
#include "ui/views/lens-plot.h"
#include "ui/views/step-chips.h"
#include "ui/views/step-tuner.h"
#include "ui/views/text-lens.h"

#define SERIES_HEIGHT_PX 118
#define OTHER_HEIGHT_PX 92
#define LEAST_HEIGHT_PX 160 /* of all charts together */

struct _FsPrepareLens
{
  GtkWidget parent_instance;

  FsSession *session;
  FsLensWorker *worker;
  GtkWidget *box;
  GtkWidget *chips, *tuner;
  GtkWidget *line, *summary;  /* the sentence and its box */
  GtkWidget *numbers, *texts; /* what is shown of tables of numbers, and of texts */
  GtkWidget *channel_box, *channel;
  GtkWidget *charts[FS_LENS_N_CHARTS][2]; /* before, after */
  FsLensAnswer *shown;                    /* NULL before the first */
  size_t wanted_channel;                  /* FS_LENS_NATURAL until somebody chooses */
  guint n_shown;
  gboolean is_syncing;
};

G_DEFINE_FINAL_TYPE (FsPrepareLens, fs_prepare_lens, GTK_TYPE_WIDGET);

/* ---- showing ---- */

static void
say (FsPrepareLens *self, const char *sentence, const char *tone)
{
  static const char *const tones[] = { "neutral", "caution", "bad" };

  for (guint i = 0; i < G_N_ELEMENTS (tones); i++)
    if (g_str_equal (tones[i], tone))
      gtk_widget_add_css_class (self->line, tones[i]);
    else
      gtk_widget_remove_css_class (self->line, tones[i]);
  gtk_label_set_text (GTK_LABEL (self->summary), sentence);
  gtk_widget_set_tooltip_text (self->summary, sentence);
}

static void
show_charts (FsPrepareLens *self, const FsLensPicture *picture)
{
  for (int chart = 0; chart < FS_LENS_N_CHARTS; chart++)
    for (int side = 0; side < 2; side++)
      {
        g_autofree char *words = fs_lens_plot_describe (picture, (FsLensChart) chart, side);
        FsChart *widget = FS_CHART (self->charts[chart][side]);

        /* "Before" changes only with the step and the file; drawing it anew at each edit would be most
         * of the work. */
        if (side == 0 && picture && self->shown
            && g_strcmp0 (words, fs_chart_get_description (widget)) == 0
            && memcmp (&self->shown->picture.before, &picture->before, sizeof picture->before) == 0
            && memcmp (&self->shown->picture.cut, &picture->cut, sizeof picture->cut) == 0
            && self->n_shown > 1)
          continue;
        fs_chart_take_plot (widget, fs_lens_plot_make (picture, (FsLensChart) chart, side));
        fs_chart_set_description (widget, words);
      }
}

static void
show_channels (FsPrepareLens *self, const FsLensAnswer *answer)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  guint selected = 0;

  for (size_t i = 0; i < answer->n_channels; i++)
    {
      g_strv_builder_add (names, answer->channels[i]);
      if (g_str_equal (answer->channels[i], answer->picture.channel))
        selected = (guint) i;
    }
  words = g_strv_builder_end (names);
  self->is_syncing = TRUE;
  fs_drop_down_set (self->channel, (const char *const *) words, NULL, selected);
  self->is_syncing = FALSE;
  gtk_widget_set_visible (self->channel_box, answer->n_channels > 1);
}

static void
show_answer (FsPrepareLens *self, FsLensAnswer *answer)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  const FsStepSpec *spec =
      answer->step < experiment->n_steps ? &experiment->steps[answer->step] : NULL;

  self->n_shown++;
  if (answer->error[0] || !spec)
    {
      say (self, answer->error, "bad");
      show_charts (self, NULL);
    }
  else
    {
      g_autofree char *summary = fs_lens_summary (&answer->picture, spec);

      say (self, summary,
           answer->picture.problem[0] || spec->fits_all_rows ? "bad"
           : spec->is_enabled                                ? "neutral"
                                                             : "caution");
      show_charts (self, &answer->picture);
      show_channels (self, answer);
    }
  g_clear_pointer (&self->shown, fs_lens_answer_free);
  self->shown = answer;
}

static void
ready_cb (FsLensAnswer *answer, void *data)
{
  show_answer (data, answer);
}

/* ---- asking ---- */

static void
ask (FsPrepareLens *self)
{
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  FsSharedFrame *frame = fs_session_get_shared_frame (self->session);
  guint step = fs_step_chips_get_selected (FS_STEP_CHIPS (self->chips));

  const gboolean is_of_texts = fs_task_is_of_tokens (experiment->data.task);

  gtk_widget_set_visible (self->texts, is_of_texts);
  gtk_widget_set_visible (self->numbers, !is_of_texts);
  gtk_widget_set_visible (self->line, !is_of_texts);
  gtk_widget_set_visible (
      self->tuner, step < experiment->n_steps
                       && fs_step_suits_task (experiment->steps[step].kind, experiment->data.task));
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (experiment->data.task != FS_TASK_FORECAST)
    say (self,
         _ ("These pictures are of tables of numbers that a forecast is made of; this task has "
            "others."),
         "neutral");
  else if (experiment->n_steps == 0)
    say (self,
         _ ("There is no step yet: the network would see the numbers of the file as they are."),
         "neutral");
  else if (!frame)
    {
      const char *problem = fs_session_get_problem (self->session, NULL);

      say (self, problem ? problem : _ ("Reading the file …"), problem ? "bad" : "neutral");
    }
  else
    {
      fs_lens_worker_ask (self->worker, frame, experiment, step, self->wanted_channel);
      return;
    }
  show_charts (self, NULL);
  g_clear_pointer (&self->shown, fs_lens_answer_free);
}

static void
selected_cb (FsPrepareLens *self, guint step)
{
  self->wanted_channel = FS_LENS_NATURAL;
  fs_step_tuner_show (FS_STEP_TUNER (self->tuner), step);
  ask (self);
}

static void
channel_cb (FsPrepareLens *self)
{
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->channel));

  if (self->is_syncing || selected == GTK_INVALID_LIST_POSITION)
    return;
  self->wanted_channel = selected;
  ask (self);
}

/* ---- life ---- */

static void
fs_prepare_lens_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (fs_prepare_lens_parent_class)->map (widget);
  ask (FS_PREPARE_LENS (widget));
}

static void
fs_prepare_lens_dispose (GObject *object)
{
  FsPrepareLens *self = FS_PREPARE_LENS (object);

  g_clear_pointer (&self->worker, fs_lens_worker_free);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->shown, fs_lens_answer_free);
  G_OBJECT_CLASS (fs_prepare_lens_parent_class)->dispose (object);
}

static void
fs_prepare_lens_class_init (FsPrepareLensClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_prepare_lens_dispose;
  GTK_WIDGET_CLASS (class)->map = fs_prepare_lens_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "preparelens");
}

static void
fs_prepare_lens_init (FsPrepareLens *self)
{
  self->wanted_channel = FS_LENS_NATURAL;
}

static GtkWidget *
make_line (FsPrepareLens *self)
{
  GtkWidget *label = gtk_label_new (_ ("Column"));

  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (self->line, "verdict");
  self->summary = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->summary), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->summary), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->summary), 0);
  gtk_label_set_width_chars (GTK_LABEL (self->summary), 30);
  gtk_widget_set_hexpand (self->summary, TRUE);
  self->channel = fs_drop_down_new (_ ("Column on show"));
  g_signal_connect_swapped (self->channel, "notify::selected", G_CALLBACK (channel_cb), self);
  self->channel_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (label, "caption");
  gtk_box_append (GTK_BOX (self->channel_box), label);
  gtk_box_append (GTK_BOX (self->channel_box), self->channel);
  gtk_widget_set_visible (self->channel_box, FALSE);
  gtk_box_append (GTK_BOX (self->line), self->summary);
  gtk_box_append (GTK_BOX (self->line), self->channel_box);
  return self->line;
}

static GtkWidget *
make_charts (FsPrepareLens *self)
{
  GtkWidget *grid = gtk_grid_new (), *scroller;

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 8);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 8);
  gtk_widget_set_vexpand (grid, TRUE);
  for (int chart = 0; chart < FS_LENS_N_CHARTS; chart++)
    for (int side = 0; side < 2; side++)
      {
        GtkWidget *card = gtk_overlay_new ();
        GtkWidget *widget = fs_chart_new (fs_lens_chart_name ((FsLensChart) chart, side));

        self->charts[chart][side] = widget;
        gtk_widget_set_vexpand (widget, TRUE);
        gtk_widget_set_hexpand (widget, TRUE);
        gtk_widget_set_size_request (widget, -1,
                                     chart == FS_LENS_SERIES ? SERIES_HEIGHT_PX : OTHER_HEIGHT_PX);
        gtk_widget_add_css_class (card, "card");
        gtk_widget_add_css_class (card, "chart-card");
        gtk_widget_add_css_class (card, chart == FS_LENS_SERIES ? "series" : "other");
        gtk_overlay_set_child (GTK_OVERLAY (card), widget);
        gtk_grid_attach (GTK_GRID (grid), card, side, chart, 1, 1);
      }
  /* Both series are of the same rows: one pointer for both. */
  g_object_bind_property (self->charts[FS_LENS_SERIES][0], "hover-x",
                          self->charts[FS_LENS_SERIES][1], "hover-x", G_BINDING_BIDIRECTIONAL);
  /* A step of many settings, or large text, leaves little height: then the charts scroll. */
  scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_min_content_height (GTK_SCROLLED_WINDOW (scroller), LEAST_HEIGHT_PX);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), grid);
  gtk_widget_add_css_class (scroller, "lens-charts");
  return scroller;
}

GtkWidget *
fs_prepare_lens_new (FsSession *session)
{
  FsPrepareLens *self = g_object_new (FS_TYPE_PREPARE_LENS, NULL);

  self->session = g_object_ref (session);
  self->worker = fs_lens_worker_new (ready_cb, self);
  self->chips = fs_step_chips_new (session);
  self->tuner = fs_step_tuner_new (session);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_box_append (GTK_BOX (self->box), self->chips);
  gtk_box_append (GTK_BOX (self->box), self->tuner);
  gtk_box_append (GTK_BOX (self->box), make_line (self));
  self->numbers = make_charts (self);
  self->texts = fs_text_lens_new (session);
  gtk_widget_set_visible (self->texts, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->numbers);
  gtk_box_append (GTK_BOX (self->box), self->texts);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_swapped (self->chips, "selected", G_CALLBACK (selected_cb), self);
  g_signal_connect_swapped (session, "experiment", G_CALLBACK (ask), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (ask), self);
  show_charts (self, NULL);
  return GTK_WIDGET (self);
}

guint
fs_prepare_lens_get_n_shown (FsPrepareLens *self)
{
  return self->n_shown;
}

double
fs_prepare_lens_get_look_seconds (FsPrepareLens *self)
{
  return self->shown ? self->shown->seconds : 0;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Watch view. See watch-view.h. What the charts show is made in loss-plot.c and
 * forecast-plot.c; this file only decides when. */

#include "ui/views/watch-view.h"

#include <adwaita.h>

#include "ui/chart/chart.h"
#include "ui/controls/drop-down.h"
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/views/branch-button.h"
#include "ui/views/classes-view.h"
#include "ui/views/error-plot.h"
#include "ui/views/fed-back-plot.h"
#include "ui/views/forecast-plot.h"
#include "ui/views/loss-plot.h"
#include "ui/views/sample-row.h"
#include "ui/views/scrubber.h"

/* At least; what the window has more is theirs. */
#define LOSS_HEIGHT_PX 150
#define FORECAST_HEIGHT_PX 110

/* The average looks back about ten epochs. */
#define SMOOTHING 0.9

struct _FsWatchView
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *box;
  GtkWidget *verdict_line, *headline, *detail;
  GtkWidget *loss, *forecast; /* FsCharts */
  GtkWidget *scrubber;
  GtkWidget *scrubber_row, *branch; /* the slider and the FsBranchButton beside it */
  GtkWidget *classes;               /* FsClassesView, in the place of the lower chart */
  GtkStack *lower;                  /* of these two */
  GtkWidget *sample_row; /* FsSampleRow, above them for what writes; made with the session */
  GtkWidget *lower_box;  /* of the row and the stack */
  GtkWidget *picture;    /* what is shown there: its words are those of the task */
  GtkWidget *test_toggle;
  GtkWidget *smooth_toggle;
  GtkWidget *second; /* what the loss chart shows on its second axis: an FsLossSecond */
  GtkWidget *loss_tools, *forecast_tools; /* over the ends of the charts' titles */

  FsLossPlot *loss_plot;
  guint run_id;            /* the run the plots follow */
  const FsSnapshot *drawn; /* owned: what the charts show now */
  gboolean drawn_shows_test;
  const char *const *pictures; /* the words that the drop-down has */
  guint drawn_picture;
  guint drawn_epoch;
};

G_DEFINE_FINAL_TYPE (FsWatchView, fs_watch_view, GTK_TYPE_WIDGET);

static const char *const tone_classes[] = { [FS_TONE_NEUTRAL] = "neutral",
                                            [FS_TONE_GOOD] = "good",
                                            [FS_TONE_WARNING] = "caution",
                                            [FS_TONE_BAD] = "bad" };

/* What the lower chart can show, in the order of its drop-down: those from PICTURE_ERRORS on are
 * FsErrorPictures. */
enum
{
  PICTURE_FORECAST,
  PICTURE_FED_BACK,
  PICTURE_ERRORS,
  PICTURE_CONFUSION =
      PICTURE_ERRORS + FS_ERROR_HORIZON + 1 /* in the drop-down of class tasks alone */
};

static const char *const lower_pictures[] = { N_ ("Forecast"),
                                              N_ ("Fed back"),
                                              N_ ("Residuals"),
                                              N_ ("Histogram"),
                                              N_ ("Autocorrelation"),
                                              N_ ("By steps ahead"),
                                              NULL };
static const char *const lower_helps[] = {
  N_ ("Measured and predicted values in original units."),
  N_ ("The network is given its own predictions from the validation part on: what it knows when "
      "nobody "
      "corrects it."),
  N_ ("What was measured minus what was predicted, over time: a good fit leaves no pattern."),
  N_ ("How often it misses by how much: wide tails and a shifted middle show here."),
  N_ ("Whether one miss foretells the next: bars beyond the dotted lines are signal not yet "
      "learned."),
  N_ ("How the error grows with the number of steps ahead, beside repeating the last value."),
};

static const char *const class_pictures[] = { N_ ("Answers"), N_ ("Confusion"), NULL };
static const char *const class_helps[] = {
  N_ ("How much of its trust the network gives to the right class, example by example."),
  N_ ("Which class is taken for which, and the examples whose errors are the loudest."),
};

/* A text that the network goes on writing has no truth to be held against. */
static const char *const text_pictures[] = { N_ ("What it writes"), NULL };
static const char *const text_helps[] = {
  N_ ("The network reads on from its own words; Temperature says how daring they are."),
};

/* ---- showing ---- */

static gboolean
is_of_classes (const FsSnapshot *snapshot)
{
  return snapshot && snapshot->dataset && snapshot->dataset->class_names;
}

static void update (FsWatchView *self);

/* The words of the drop-down for the task at hand; returns the picture that is chosen. */
static guint
choose_picture (FsWatchView *self, const FsSnapshot *snapshot)
{
  const gboolean has_classes = is_of_classes (snapshot);
  const gboolean writes = snapshot && snapshot->dataset && snapshot->dataset->task == FS_TASK_NEXT;
  const char *const *words = has_classes ? class_pictures : writes ? text_pictures : lower_pictures;
  const char *const *helps = has_classes ? class_helps : writes ? text_helps : lower_helps;
  const guint n = g_strv_length ((char **) words);
  const char *shown_words[G_N_ELEMENTS (lower_pictures)] = { NULL };
  const char *shown_helps[G_N_ELEMENTS (lower_helps)];
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->picture));

  if (!snapshot || !snapshot->dataset)
    return PICTURE_FORECAST; /* what is chosen waits for the next run's data */
  if (words != self->pictures)
    {
      for (guint i = 0; i < n; i++)
        {
          shown_words[i] = _ (words[i]);
          shown_helps[i] = _ (helps[i]);
        }
      self->pictures = words;
      selected = 0;
      g_signal_handlers_block_by_func (self->picture, update, self);
      fs_drop_down_set (self->picture, shown_words, shown_helps, 0);
      g_signal_handlers_unblock_by_func (self->picture, update, self);
    }
  return has_classes && selected == 1 ? PICTURE_CONFUSION : selected;
}

static guint
shown_run (FsWatchView *self)
{
  guint id = fs_session_get_shown (self->session);

  return id ? id : fs_session_get_current_id (self->session);
}

static void
show_tone (FsWatchView *self, FsTone tone)
{
  for (guint i = 0; i < G_N_ELEMENTS (tone_classes); i++)
    gtk_widget_remove_css_class (self->verdict_line, tone_classes[i]);
  gtk_widget_add_css_class (self->verdict_line, tone_classes[tone]);
}

static void
show_verdict (FsWatchView *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsVerdict *verdict = fs_session_get_verdict (self->session);
  const char *key = "";
  const char *problem = fs_session_get_problem (self->session, &key);
  g_autofree char *hindrance =
      problem ? fs_facts_problem (fs_session_get_experiment (self->session), problem, key) : NULL;
  const char *headline = verdict->headline;
  const char *detail = verdict->detail;
  FsTone tone = verdict->tone;

  if (problem && (!snapshot || snapshot->history.n_observations == 0))
    {
      headline = _ ("Cannot train");
      detail = hindrance;
      tone = FS_TONE_BAD;
    }
  else if (!snapshot || snapshot->state == FS_RUN_LOADING)
    {
      headline = _ ("Loading");
      detail = _ ("reading the file, preparing the windows, scoring the baselines");
      tone = FS_TONE_NEUTRAL;
    }
  show_tone (self, tone);
  gtk_label_set_text (GTK_LABEL (self->headline), headline);
  gtk_label_set_text (GTK_LABEL (self->detail), detail);
  fs_tooltip_set (self->detail, detail);
}

static void
keep_title_clear (GtkWidget *chart, GtkWidget *tools)
{
  int width;

  gtk_widget_measure (tools, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  fs_chart_set_title_end (FS_CHART (chart), width);
}

static void second_cb (FsWatchView *self);

/* Accuracy, the last of the choices, is there where classes are to be found. */
static FsLossSecond
chosen_second (FsWatchView *self, const FsSnapshot *snapshot)
{
  const gboolean has_accuracy = snapshot && snapshot->dataset && snapshot->dataset->n_classes > 0;
  const guint n = has_accuracy ? FS_N_LOSS_SECOND : FS_LOSS_SECOND_ACCURACY;
  const char *words[FS_N_LOSS_SECOND + 1] = { NULL };
  guint selected = gtk_drop_down_get_selected (GTK_DROP_DOWN (self->second));

  for (guint i = 0; i < n; i++)
    words[i] = fs_loss_plot_second_name ((FsLossSecond) i);
  selected = selected < n ? selected : FS_LOSS_SECOND_NONE;
  g_signal_handlers_block_by_func (self->second, second_cb, self);
  fs_drop_down_set (self->second, words, NULL, selected);
  g_signal_handlers_unblock_by_func (self->second, second_cb, self);
  return (FsLossSecond) selected;
}

static void
show_loss (FsWatchView *self, const FsSnapshot *snapshot, guint epoch)
{
  FsLossSecond second = chosen_second (self, snapshot);
  g_autofree char *losses = fs_loss_plot_describe (snapshot);
  g_autofree char *more = fs_loss_plot_describe_second (snapshot, second);
  g_autofree char *description = g_strconcat (losses, more, NULL);

  fs_loss_plot_set_second (self->loss_plot, second);
  keep_title_clear (self->loss, self->loss_tools);
  fs_chart_take_plot (FS_CHART (self->loss), fs_loss_plot_make (self->loss_plot, snapshot, epoch));
  fs_chart_set_description (FS_CHART (self->loss), description);
}

/* The row of a network that writes lies beside the tools, so that the title below has its whole width. */
static void
make_way_for_tools (FsWatchView *self, const FsSnapshot *snapshot)
{
  const gboolean writes = snapshot && snapshot->dataset && snapshot->dataset->task == FS_TASK_NEXT;
  int width;

  gtk_widget_set_visible (self->sample_row, writes);
  gtk_widget_set_visible (self->test_toggle, !writes); /* nothing there is of the test part */
  if (!writes)
    {
      keep_title_clear (self->forecast, self->forecast_tools);
      return;
    }
  gtk_widget_measure (self->forecast_tools, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL,
                      NULL);
  gtk_widget_set_margin_end (self->sample_row, width);
  fs_chart_set_title_end (FS_CHART (self->forecast), 0);
}

static void
show_forecast (FsWatchView *self, const FsSnapshot *snapshot, guint picture, gboolean shows_test)
{
  g_autofree char *description = NULL;
  FsPlot *plot;
  int width;

  make_way_for_tools (self, snapshot);
  gtk_stack_set_visible_child_name (self->lower,
                                    picture == PICTURE_CONFUSION ? "classes" : "chart");
  if (picture == PICTURE_CONFUSION)
    {
      gtk_widget_measure (self->forecast_tools, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL,
                          NULL);
      fs_classes_view_show (FS_CLASSES_VIEW (self->classes), snapshot, shows_test, width);
      return;
    }
  if (picture == PICTURE_FORECAST)
    {
      plot = fs_forecast_plot_make (snapshot, shows_test);
      description = fs_forecast_plot_describe (snapshot, shows_test);
    }
  else if (picture == PICTURE_FED_BACK)
    {
      plot = fs_fed_back_plot_make (snapshot);
      description = fs_fed_back_plot_describe (snapshot);
    }
  else
    {
      FsErrorPicture errors = (FsErrorPicture) (picture - PICTURE_ERRORS);

      plot = fs_error_plot_make (errors, snapshot, shows_test);
      description = fs_error_plot_describe (errors, snapshot, shows_test);
    }
  /* Another picture has other axes: the zoom of the last means nothing there. */
  if (picture != self->drawn_picture)
    fs_chart_set_follow (FS_CHART (self->forecast), TRUE);
  fs_chart_take_plot (FS_CHART (self->forecast), plot);
  fs_chart_set_description (FS_CHART (self->forecast), description);
}

static void
show_scrubber (FsWatchView *self, const FsSnapshot *snapshot)
{
  const FsHistory *history = snapshot ? &snapshot->history : NULL;
  guint best =
      history && history->n_observations > 1 ? history->observations[history->best].epoch : 0;

  fs_scrubber_set (FS_SCRUBBER (self->scrubber), history ? (guint) history->n_observations : 0,
                   best, snapshot && snapshot->forecast ? snapshot->forecast->epoch : 0,
                   snapshot && snapshot->state != FS_RUN_FINISHED);
  gtk_widget_set_sensitive (self->scrubber, fs_session_can_show_epochs (self->session));
  gtk_widget_set_sensitive (self->branch, history && history->n_observations > 0);
}

/* What changed decides what is made anew: progress inside an epoch redraws nothing. */
static void
update (FsWatchView *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsSnapshot *drawn = self->drawn;
  gboolean shows_test = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->test_toggle));
  gboolean is_other_run = shown_run (self) != self->run_id;
  guint picture = choose_picture (self, snapshot);
  guint epoch;

  if (is_other_run)
    {
      fs_loss_plot_reset (self->loss_plot);
      fs_scrubber_reset (FS_SCRUBBER (self->scrubber));
      self->run_id = shown_run (self);
    }
  /* A scrubber that follows moves with the words: its number and its handle have the window laid out. */
  if (fs_session_words_are_due (self->session) || is_other_run
      || fs_scrubber_get_epoch (FS_SCRUBBER (self->scrubber)) != 0)
    show_scrubber (self, snapshot);
  epoch = fs_scrubber_get_epoch (FS_SCRUBBER (self->scrubber));
  fs_branch_button_set_epoch (FS_BRANCH_BUTTON (self->branch), epoch);
  if (fs_session_words_are_due (self->session))
    show_verdict (self);

  if (!drawn || !snapshot || is_other_run || drawn->state != snapshot->state
      || drawn->history.n_observations != snapshot->history.n_observations
      || drawn->history.n_events != snapshot->history.n_events || epoch != self->drawn_epoch)
    show_loss (self, snapshot, epoch);
  if (!drawn || !snapshot || is_other_run || drawn->dataset != snapshot->dataset
      || drawn->forecast != snapshot->forecast || drawn->state != snapshot->state
      || shows_test != self->drawn_shows_test || picture != self->drawn_picture)
    show_forecast (self, snapshot, picture, shows_test);

  self->drawn_epoch = epoch;
  self->drawn_shows_test = shows_test;
  self->drawn_picture = picture;
  if (snapshot)
    fs_snapshot_ref (snapshot);
  g_clear_pointer (&self->drawn, fs_snapshot_unref);
  self->drawn = snapshot;
}

static void
smooth_toggled_cb (FsWatchView *self)
{
  gboolean is_smooth = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->smooth_toggle));

  fs_loss_plot_set_smoothing (self->loss_plot, is_smooth ? SMOOTHING : 0);
  show_loss (self, fs_session_get_snapshot (self->session), self->drawn_epoch);
}

static void
second_cb (FsWatchView *self)
{
  show_loss (self, fs_session_get_snapshot (self->session), self->drawn_epoch);
}

static void
epoch_cb (FsWatchView *self, guint epoch)
{
  fs_session_show_epoch (self->session, epoch);
  update (self);
}

static void
test_toggled_cb (FsWatchView *self)
{
  gboolean is_shown = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->test_toggle));

  gtk_button_set_icon_name (GTK_BUTTON (self->test_toggle),
                            is_shown ? "view-reveal-symbolic" : "view-conceal-symbolic");
  update (self);
}

void
fs_watch_view_play (FsWatchView *self)
{
  fs_scrubber_play (FS_SCRUBBER (self->scrubber));
}

void
fs_watch_view_move_epoch (FsWatchView *self, int by)
{
  if (gtk_widget_get_sensitive (self->scrubber))
    fs_scrubber_move (FS_SCRUBBER (self->scrubber), by);
}

/* ---- life ---- */

static void
fs_watch_view_dispose (GObject *object)
{
  FsWatchView *self = FS_WATCH_VIEW (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->loss_plot, fs_loss_plot_free);
  g_clear_pointer (&self->drawn, fs_snapshot_unref);
  G_OBJECT_CLASS (fs_watch_view_parent_class)->dispose (object);
}

static void
fs_watch_view_class_init (FsWatchViewClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_watch_view_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "watchview");
}

/* To tell its width for a given height a wrapping label of GTK 4.8 tries one width after another and
 * shapes its text for each: 50 ms for every change of the verdict. The holder is asked instead: it takes
 * the width that is there, and only the height depends on the words. */
#define LEAST_DETAIL_PX 160
#define LIKED_DETAIL_PX 420

static GtkSizeRequestMode
detail_mode_cb (GtkWidget *holder)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
detail_measure_cb (GtkWidget *holder,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = LEAST_DETAIL_PX;
      *natural = LIKED_DETAIL_PX;
      return;
    }
  gtk_widget_measure (gtk_widget_get_first_child (holder), GTK_ORIENTATION_VERTICAL,
                      for_size < 0 ? LIKED_DETAIL_PX : for_size, minimum, natural, minimum_baseline,
                      natural_baseline);
}

static void
detail_allocate_cb (GtkWidget *holder, int width, int height, int baseline)
{
  gtk_widget_allocate (gtk_widget_get_first_child (holder), width, height, baseline, NULL);
}

static GtkWidget *
make_detail_holder (GtkWidget *detail)
{
  GtkWidget *holder = adw_bin_new ();

  gtk_widget_set_layout_manager (
      holder, gtk_custom_layout_new (detail_mode_cb, detail_measure_cb, detail_allocate_cb));
  adw_bin_set_child (ADW_BIN (holder), detail);
  gtk_widget_set_hexpand (holder, TRUE);
  return holder;
}

static GtkWidget *
make_verdict_line (FsWatchView *self)
{
  self->verdict_line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (self->verdict_line, "verdict");
  self->headline = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->headline, "heading");
  self->detail = gtk_label_new (NULL);
  /* The line always has room for two, so that the charts below do not move when its words change. */
  gtk_label_set_wrap (GTK_LABEL (self->detail), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->detail), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (self->detail), 0);
  gtk_box_append (GTK_BOX (self->verdict_line), self->headline);
  gtk_box_append (GTK_BOX (self->verdict_line), make_detail_holder (self->detail));
  return self->verdict_line;
}

static GtkWidget *
make_card (GtkWidget *chart, int height)
{
  GtkWidget *card = gtk_overlay_new ();

  gtk_widget_set_vexpand (chart, TRUE);
  gtk_widget_set_size_request (chart, -1, height);
  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "chart-card");
  gtk_overlay_set_child (GTK_OVERLAY (card), chart);
  return card;
}

static GtkWidget *
make_loss_tools (FsWatchView *self)
{
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->smooth_toggle = gtk_toggle_button_new_with_label (_ ("Smooth"));
  gtk_widget_add_css_class (self->smooth_toggle, "flat");
  gtk_widget_set_tooltip_text (
      self->smooth_toggle,
      _ ("Average over about ten epochs past; the curves themselves stay, faint."));
  g_signal_connect_swapped (self->smooth_toggle, "toggled", G_CALLBACK (smooth_toggled_cb), self);
  self->second = fs_drop_down_new (_ ("Second axis of the loss"));
  gtk_widget_add_css_class (self->second, "flat");
  gtk_widget_set_tooltip_text (self->second,
                               _ ("What is drawn beside the losses, on an axis at the right"));
  g_signal_connect_swapped (self->second, "notify::selected", G_CALLBACK (second_cb), self);
  gtk_box_append (GTK_BOX (tools), self->second);
  gtk_box_append (GTK_BOX (tools), self->smooth_toggle);
  gtk_widget_set_halign (tools, GTK_ALIGN_END);
  gtk_widget_set_valign (tools, GTK_ALIGN_START);
  gtk_widget_add_css_class (tools, "chart-tools");
  return tools;
}

/* In the forecast's upper right corner: what is shown of it. */
static GtkWidget *
make_forecast_tools (FsWatchView *self)
{
  const char *pictures[G_N_ELEMENTS (lower_pictures)] = { NULL };
  const char *helps[G_N_ELEMENTS (lower_helps)];
  GtkWidget *tools = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->picture = fs_drop_down_new (_ ("Picture of the forecast"));
  for (guint i = 0; i < G_N_ELEMENTS (lower_helps); i++)
    {
      pictures[i] = _ (lower_pictures[i]);
      helps[i] = _ (lower_helps[i]);
    }
  fs_drop_down_set (self->picture, pictures, helps, 0);
  self->pictures = lower_pictures;
  gtk_widget_add_css_class (self->picture, "flat");
  gtk_widget_set_tooltip_text (self->picture, _ ("What the lower chart shows of the forecast"));
  g_signal_connect_swapped (self->picture, "notify::selected", G_CALLBACK (update), self);
  gtk_box_append (GTK_BOX (tools), self->picture);
  gtk_box_append (GTK_BOX (tools), self->test_toggle);
  gtk_widget_set_halign (tools, GTK_ALIGN_END);
  gtk_widget_set_valign (tools, GTK_ALIGN_START);
  gtk_widget_add_css_class (tools, "chart-tools");
  return tools;
}

static void
fs_watch_view_init (FsWatchView *self)
{
  GtkWidget *loss_card, *forecast_card;

  self->loss_plot = fs_loss_plot_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (self->box), make_verdict_line (self));

  self->loss = fs_chart_new (_ ("Loss"));
  if (fs_settings_get_boolean ("linear-loss", FALSE))
    fs_chart_set_log_scale (FS_CHART (self->loss), FALSE);
  loss_card = make_card (self->loss, LOSS_HEIGHT_PX);
  self->loss_tools = make_loss_tools (self);
  gtk_overlay_add_overlay (GTK_OVERLAY (loss_card), self->loss_tools);
  gtk_box_append (GTK_BOX (self->box), loss_card);

  self->scrubber = fs_scrubber_new ();
  g_signal_connect_swapped (self->scrubber, "epoch", G_CALLBACK (epoch_cb), self);
  self->scrubber_row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_set_hexpand (self->scrubber, TRUE);
  gtk_box_append (GTK_BOX (self->scrubber_row), self->scrubber);
  gtk_box_append (GTK_BOX (self->box), self->scrubber_row);

  self->forecast = fs_chart_new (_ ("Forecast"));
  self->classes = fs_classes_view_new ();
  self->lower = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->lower, self->forecast, "chart");
  gtk_stack_add_named (self->lower, self->classes, "classes");
  self->lower_box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->lower_box), GTK_WIDGET (self->lower));
  gtk_widget_set_vexpand (GTK_WIDGET (self->lower), TRUE);
  forecast_card = make_card (self->lower_box, FORECAST_HEIGHT_PX);
  self->test_toggle = gtk_toggle_button_new ();
  gtk_button_set_icon_name (GTK_BUTTON (self->test_toggle), "view-conceal-symbolic");
  gtk_widget_add_css_class (self->test_toggle, "flat");
  gtk_widget_set_tooltip_text (self->test_toggle,
                               _ ("Show the test part. It is honest only until you choose by it."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->test_toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Show the test part"), -1);
  g_signal_connect_swapped (self->test_toggle, "toggled", G_CALLBACK (test_toggled_cb), self);
  self->forecast_tools = make_forecast_tools (self);
  gtk_overlay_add_overlay (GTK_OVERLAY (forecast_card), self->forecast_tools);
  gtk_box_append (GTK_BOX (self->box), forecast_card);

  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_watch_view_new (FsSession *session)
{
  FsWatchView *self = g_object_new (FS_TYPE_WATCH_VIEW, NULL);

  self->session = g_object_ref (session);
  self->branch = fs_branch_button_new (session);
  gtk_box_append (GTK_BOX (self->scrubber_row), self->branch);
  self->sample_row = fs_sample_row_new (session);
  gtk_box_prepend (GTK_BOX (self->lower_box), self->sample_row);
  g_signal_connect_swapped (session, "snapshot", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->smooth_toggle),
                                fs_settings_get_boolean ("smooth", FALSE));
  update (self);
  return GTK_WIDGET (self);
}

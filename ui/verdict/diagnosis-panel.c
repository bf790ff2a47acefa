/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The right column. See diagnosis-panel.h. */

#include "ui/verdict/diagnosis-panel.h"

#include <math.h>
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/verdict/finding-list.h"
#include "ui/verdict/sanity-card.h"

/* Rows of the comparison: the run itself and the four models without learning. */
#define N_RIVALS 5

typedef struct
{
  GtkWidget *name, *bar, *value;
} RivalRow;

struct _FsDiagnosisPanel
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *scroller;
  GtkWidget *state_card, *title, *confidence, *state;
  GtkWidget *why_not_button, *why_not;
  GtkWidget *well;     /* what was looked at and found well */
  GtkWidget *findings; /* holds the list of cards */
  GtkWidget *sanity;   /* holds the battery's card */
  GtkWidget *grid_card, *grid;
  GtkWidget *grid_note;
  RivalRow rows[N_RIVALS];
};

G_DEFINE_FINAL_TYPE (FsDiagnosisPanel, fs_diagnosis_panel, GTK_TYPE_WIDGET);

typedef struct
{
  char *name;
  double loss; /* validation; NaN = not to be had */
  gboolean is_run;
} Rival;

static int
compare_rivals (const void *a, const void *b)
{
  double x = ((const Rival *) a)->loss;
  double y = ((const Rival *) b)->loss;

  if (isnan (x) || isnan (y))
    return (isnan (x) ? 1 : 0) - (isnan (y) ? 1 : 0);
  return (x > y) - (x < y);
}

static void
show_verdict (FsDiagnosisPanel *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsVerdict *verdict = fs_session_get_verdict (self->session);
  const char *problem = fs_session_get_problem (self->session, NULL);
  gboolean has_begun = snapshot && snapshot->history.n_observations > 0;
  g_autofree char *confidence = g_strdup_printf (_ ("%.0f %% sure"), verdict->confidence * 100);

  if (problem && !has_begun)
    {
      /* The reason stands in the verdict line and at the row; a third time would be noise. */
      gtk_label_set_text (GTK_LABEL (self->title), _ ("Nothing to judge"));
      gtk_label_set_text (GTK_LABEL (self->state),
                          _ ("There is no run before the experiment can be trained."));
      gtk_widget_set_visible (self->state, TRUE);
      gtk_widget_set_visible (self->confidence, FALSE);
      gtk_widget_set_visible (self->why_not_button, FALSE);
      gtk_widget_set_visible (self->state_card, TRUE);
      return;
    }
  gtk_label_set_text (GTK_LABEL (self->title), verdict->headline);
  gtk_label_set_text (GTK_LABEL (self->state),
                      verdict->state[0] ? verdict->state : verdict->detail);
  gtk_widget_set_visible (self->state, verdict->state[0] || verdict->detail[0]);
  gtk_label_set_text (GTK_LABEL (self->confidence), confidence);
  gtk_widget_set_visible (self->confidence, has_begun && verdict->confidence > 0);
  /* Where there are warnings, their cards say it. */
  gtk_widget_set_visible (self->state_card, verdict->n_warnings == 0);
  gtk_widget_set_visible (self->why_not_button, verdict->why_not[0] != '\0');
  gtk_label_set_text (GTK_LABEL (self->why_not), verdict->why_not);
}

/* The families of findings in which nothing was found, of those that could be judged. */
static void
show_well (FsDiagnosisPanel *self)
{
  static const struct
  {
    FsFindingId from, to;
    const char *name;
    gboolean needs_probe;
  } families[] = {
    { FS_FOUND_MISSING_CODE, FS_FOUND_MISSING_VALUES, N_ ("gaps"), FALSE },
    { FS_FOUND_LEAK, FS_FOUND_FITTED_ON_ALL, N_ ("leaks"), FALSE },
    { FS_FOUND_UNSCALED_TARGET, FS_FOUND_UNSCALED_INPUT, N_ ("scaling"), FALSE },
    { FS_FOUND_HEAVY_TAILS, FS_FOUND_HEAVY_TAILS, N_ ("extremes"), FALSE },
    { FS_FOUND_DRIFT, FS_FOUND_DRIFT, N_ ("drift"), FALSE },
    { FS_FOUND_TIGHT_CLIP, FS_FOUND_EARLY_DECAY, N_ ("steps"), TRUE },
    { FS_FOUND_EXPLODING, FS_FOUND_EXPLODING, N_ ("gradients"), TRUE },
    { FS_FOUND_SATURATED, FS_FOUND_LONG_WINDOW, N_ ("gates and units"), TRUE },
  };
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsVerdict *verdict = fs_session_get_verdict (self->session);
  g_autoptr (GString) text = g_string_new (NULL);

  /* Nothing is healthy that cannot even be read. */
  for (gsize f = 0; snapshot && snapshot->facts && snapshot->state != FS_RUN_FAILED
                    && f < G_N_ELEMENTS (families);
       f++)
    {
      gboolean is_well = !families[f].needs_probe || snapshot->history.n_probes > 0;
      for (gsize i = 0; i < verdict->n_findings; i++)
        if (verdict->findings[i].id >= families[f].from
            && verdict->findings[i].id <= families[f].to)
          is_well = FALSE;
      if (is_well)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : _ ("Healthy: "),
                                _ (families[f].name));
    }
  gtk_label_set_text (GTK_LABEL (self->well), text->str);
  gtk_widget_set_visible (self->well, text->len > 0);
}

/* A row's bar is as long as its loss against the worst that is finite. */
static void
show_rival (RivalRow *row, const Rival *rival, double worst)
{
  g_autofree char *value = fs_facts_loss (rival->loss);
  gboolean is_shown = isfinite (rival->loss);

  gtk_widget_set_visible (row->name, is_shown);
  gtk_widget_set_visible (row->bar, is_shown);
  gtk_widget_set_visible (row->value, is_shown);
  if (!is_shown)
    return;
  gtk_label_set_text (GTK_LABEL (row->name), rival->name);
  gtk_label_set_text (GTK_LABEL (row->value), value);
  fs_tooltip_set (row->name, rival->name);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (row->bar),
                           worst > 0 ? CLAMP (rival->loss / worst, 0.02, 1) : 0);
  if (rival->is_run)
    {
      gtk_widget_add_css_class (row->name, "mine");
      gtk_widget_add_css_class (row->value, "mine");
      gtk_widget_add_css_class (row->bar, "mine");
    }
  else
    {
      gtk_widget_remove_css_class (row->name, "mine");
      gtk_widget_remove_css_class (row->value, "mine");
      gtk_widget_remove_css_class (row->bar, "mine");
    }
}

static void
show_rivals (FsDiagnosisPanel *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsBaseline *baseline;
  const FsHistory *history;
  double worst = 0;
  g_autofree char *model = NULL;
  g_autofree char *loss = NULL;
  g_autofree char *note = NULL;
  g_autofree char *run_name = NULL;

  gtk_widget_set_visible (self->grid_card, snapshot && snapshot->dataset);
  if (!snapshot || !snapshot->dataset)
    return;
  history = &snapshot->history;
  baseline = &snapshot->baselines.parts[FS_PART_VALIDATION];
  model = fs_facts_model_name (&snapshot->experiment);
  run_name =
      history->n_observations > 0
          ? g_strdup_printf (_ ("%s, epoch %u"), model, history->observations[history->best].epoch)
          : g_strdup (model);
  {
    Rival rivals[N_RIVALS] = {
      { run_name,
        history->n_observations > 0 ? history->observations[history->best].validation_loss : NAN,
        TRUE },
      { (char *) _ ("Repeat last value"), baseline->persistence, FALSE },
      { (char *) _ ("Repeat last season"), baseline->seasonal_naive, FALSE },
      { (char *) _ ("Straight line (ridge)"), baseline->ridge, FALSE },
      { (char *) (snapshot->baselines.is_of_classes ? _ ("Shares of the classes")
                                                    : _ ("Training mean")),
        baseline->mean, FALSE },
    };

    for (int i = 0; i < N_RIVALS; i++)
      if (isfinite (rivals[i].loss))
        worst = MAX (worst, rivals[i].loss);
    qsort (rivals, N_RIVALS, sizeof *rivals, compare_rivals);
    for (int i = 0; i < N_RIVALS; i++)
      show_rival (&self->rows[i], &rivals[i], worst);
  }
  loss = fs_facts_loss_name (&snapshot->experiment);
  note = g_strdup_printf (_ ("Best validation loss: %s. Shorter is better."), loss);
  gtk_label_set_text (GTK_LABEL (self->grid_note), note);
}

static void
update (FsDiagnosisPanel *self)
{
  if (!fs_session_words_are_due (self->session))
    return;
  show_verdict (self);
  show_well (self);
  show_rivals (self);
}

/* ---- life ---- */

static void
fs_diagnosis_panel_dispose (GObject *object)
{
  FsDiagnosisPanel *self = FS_DIAGNOSIS_PANEL (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_diagnosis_panel_parent_class)->dispose (object);
}

static void
fs_diagnosis_panel_class_init (FsDiagnosisPanelClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_diagnosis_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "diagnosispanel");
}

static GtkWidget *
make_text (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_card (void)
{
  GtkWidget *card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  gtk_widget_add_css_class (card, "card");
  gtk_widget_add_css_class (card, "finding");
  return card;
}

static GtkWidget *
make_state_card (FsDiagnosisPanel *self)
{
  GtkWidget *card = make_card ();
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->title = make_text ("heading");
  gtk_widget_set_hexpand (self->title, TRUE);
  self->confidence = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->confidence, "pill-label");
  gtk_widget_set_valign (self->confidence, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->confidence);
  self->state = make_text (NULL);
  self->why_not = make_text (NULL);
  self->why_not_button = gtk_expander_new (_ ("Why is it not overfitting?"));
  gtk_expander_set_child (GTK_EXPANDER (self->why_not_button), self->why_not);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->why_not_button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Why is it not overfitting?"),
                                  -1);
  gtk_box_append (GTK_BOX (card), head);
  gtk_box_append (GTK_BOX (card), self->state);
  gtk_widget_add_css_class (self->why_not_button, "card");
  gtk_widget_add_css_class (self->why_not_button, "well");
  self->state_card = card;
  return card;
}

static GtkWidget *
make_rivals_card (FsDiagnosisPanel *self)
{
  GtkWidget *title = make_text ("heading");

  self->grid_card = make_card ();
  gtk_label_set_text (GTK_LABEL (title), _ ("Compared with simple models"));
  gtk_box_append (GTK_BOX (self->grid_card), title);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 8);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 4);
  for (int i = 0; i < N_RIVALS; i++)
    {
      RivalRow *row = &self->rows[i];

      row->name = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->name), 0);
      gtk_label_set_wrap (GTK_LABEL (row->name), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (row->name), PANGO_WRAP_WORD_CHAR);
      gtk_widget_set_hexpand (row->name, TRUE);
      row->bar = gtk_level_bar_new ();
      gtk_widget_set_size_request (row->bar, 44, -1);
      gtk_widget_set_valign (row->bar, GTK_ALIGN_CENTER);
      gtk_accessible_update_property (GTK_ACCESSIBLE (row->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ ("Loss against the worst"), -1);
      row->value = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->value), 1);
      gtk_widget_add_css_class (row->value, "numeric");
      gtk_grid_attach (GTK_GRID (self->grid), row->name, 0, i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->bar, 1, i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->value, 2, i, 1, 1);
    }
  gtk_box_append (GTK_BOX (self->grid_card), self->grid);
  self->grid_note = make_text ("dim-label");
  gtk_widget_add_css_class (self->grid_note, "caption");
  gtk_box_append (GTK_BOX (self->grid_card), self->grid_note);
  return self->grid_card;
}

static void
fs_diagnosis_panel_init (FsDiagnosisPanel *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  GtkWidget *title = make_text ("heading");

  gtk_widget_add_css_class (box, "panel");
  gtk_label_set_text (GTK_LABEL (title), _ ("Diagnosis"));
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), make_state_card (self));
  self->findings = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), self->findings);
  gtk_box_append (GTK_BOX (box), self->why_not_button);
  self->well = make_text ("dim-label");
  gtk_widget_add_css_class (self->well, "caption");
  gtk_widget_add_css_class (self->well, "card");
  gtk_widget_add_css_class (self->well, "well");
  gtk_box_append (GTK_BOX (box), self->well);
  gtk_box_append (GTK_BOX (box), make_rivals_card (self));
  self->sanity = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (box), self->sanity);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), box);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_diagnosis_panel_new (FsSession *session)
{
  FsDiagnosisPanel *self = g_object_new (FS_TYPE_DIAGNOSIS_PANEL, NULL);

  self->session = g_object_ref (session);
  gtk_box_append (GTK_BOX (self->findings), fs_finding_list_new (session));
  gtk_box_append (GTK_BOX (self->sanity), fs_sanity_card_new (session));
  g_signal_connect_swapped (session, "snapshot", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

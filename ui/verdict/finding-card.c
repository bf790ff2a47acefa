/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A card. See finding-card.h. */

#include "ui/verdict/finding-card.h"

#include "ui/controls/reading-order.h"
#include "ui/text.h"
#include "ui/time-left.h"
#include <string.h>
#include "ui/verdict/finding-picture.h"

typedef struct
{
  GtkWidget *label, *gauge, *value;
} SignRow;

struct _FsFindingCard
{
  GtkWidget parent_instance;

  FsFinding finding;
  gboolean is_shown; /* `finding` is one */

  GtkWidget *box;
  GtkWidget *toggle, *title, *confidence;
  GtkWidget *sentence;
  GtkWidget *evidence, *picture, *grid, *cause;
  SignRow rows[FS_MAX_SIGNS];
  GtkWidget *diff, *diff_label, *diff_left, *diff_arrow, *diff_right, *advice;
  GtkWidget *buttons, *try, *prove;
  FsTimeLeft time_left; /* of the proof */
  double share;         /* that is done */
  GtkWidget *progress_box, *progress;
  GtkWidget *proof, *proof_picture;
};

G_DEFINE_FINAL_TYPE (FsFindingCard, fs_finding_card, GTK_TYPE_WIDGET);

typedef enum
{
  SIGNAL_TRY,
  SIGNAL_PROVE,
  SIGNAL_CANCEL,
  SIGNAL_WHY,
  SIGNAL_ASIDE,
  N_SIGNALS
} Signal;

static const char *const signal_names[N_SIGNALS] = { "try", "prove", "cancel", "why", "aside" };
static guint signals[N_SIGNALS];

/* ---- showing ---- */

static char *
capitalised (const char *text)
{
  g_autofree char *first = g_utf8_substring (text, 0, *text ? 1 : 0);
  g_autofree char *upper = g_utf8_strup (first, -1);

  return g_strdup_printf ("%s%s%s", upper, text + strlen (first),
                          *text && !g_str_has_suffix (text, ".") ? "." : "");
}

static void
show_signs (FsFindingCard *self)
{
  for (gsize i = 0; i < FS_MAX_SIGNS; i++)
    {
      SignRow *row = &self->rows[i];
      gboolean is_shown = i < self->finding.n_signs;
      const FsSign *sign = &self->finding.signs[i];
      g_autofree char *label =
          is_shown
              ? g_strdup_printf ("%s%s", sign->speaks_against ? _ ("against: ") : "", sign->label)
              : NULL;
      g_autofree char *text = is_shown ? fs_left_to_right (sign->text) : NULL;

      gtk_widget_set_visible (row->label, is_shown);
      gtk_widget_set_visible (row->gauge, is_shown);
      gtk_widget_set_visible (row->value, is_shown);
      if (!is_shown)
        continue;
      gtk_label_set_text (GTK_LABEL (row->label), label);
      gtk_label_set_text (GTK_LABEL (row->value), text);
      fs_range_gauge_show (FS_RANGE_GAUGE (row->gauge), sign);
    }
}

static void
show_change (FsFindingCard *self, const FsExperiment *experiment)
{
  gboolean has_edit = self->finding.edit.kind != FS_EDIT_NONE && experiment;
  FsEditWords words = { 0 };

  if (has_edit)
    fs_edit_describe (&self->finding.edit, experiment, &words);
  gtk_label_set_text (GTK_LABEL (self->diff_label), words.label);
  gtk_label_set_text (GTK_LABEL (self->diff_left), words.left);
  gtk_label_set_text (GTK_LABEL (self->diff_right), words.right);
  gtk_widget_set_visible (self->diff_left, words.left[0] != '\0');
  gtk_widget_set_visible (self->diff_arrow, words.left[0] != '\0');
  gtk_widget_set_visible (self->diff, has_edit);
  gtk_label_set_text (GTK_LABEL (self->advice), self->finding.advice);
  gtk_widget_set_visible (self->advice, !has_edit && self->finding.advice[0]);
  gtk_widget_set_visible (self->try, has_edit);
  gtk_widget_set_visible (self->prove, has_edit);
  /* One thing to press: a note is no call to act. */
  if (self->finding.level == FS_LEVEL_NOTE)
    gtk_widget_remove_css_class (self->try, "suggested-action");
  else
    gtk_widget_add_css_class (self->try, "suggested-action");
}

void
fs_finding_card_show (FsFindingCard *self,
                      const FsFinding *finding,
                      const FsExperiment *experiment,
                      const FsHistory *history)
{
  g_autofree char *detail = capitalised (finding->detail);
  g_autofree char *confidence =
      finding->level == FS_LEVEL_NOTE
          ? g_strdup (_ ("note"))
          : g_strdup_printf (_ ("%.0f %% sure"), CLAMP (finding->confidence * 100, 1, 99));

  self->finding = *finding;
  self->is_shown = TRUE;
  gtk_label_set_text (GTK_LABEL (self->title), finding->headline);
  gtk_label_set_text (GTK_LABEL (self->confidence), confidence);
  gtk_label_set_text (GTK_LABEL (self->sentence), detail);
  gtk_label_set_text (GTK_LABEL (self->cause), finding->cause);
  gtk_widget_set_visible (self->cause, finding->cause[0] != '\0');
  show_signs (self);
  show_change (self, experiment);
  fs_finding_picture_show_history (FS_FINDING_PICTURE (self->picture), finding, history);
}

const FsFinding *
fs_finding_card_get_finding (FsFindingCard *self)
{
  return &self->finding;
}

static void
open_changed_cb (FsFindingCard *self)
{
  gboolean is_open = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->toggle));

  gtk_widget_set_visible (self->evidence, is_open);
  gtk_widget_set_visible (self->buttons, is_open);
  gtk_button_set_icon_name (GTK_BUTTON (self->toggle),
                            is_open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_widget_set_tooltip_text (self->toggle, is_open ? _ ("Show less") : _ ("Show the evidence"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  is_open ? _ ("Show less") : _ ("Show the evidence"), -1);
}

void
fs_finding_card_set_open (FsFindingCard *self, gboolean is_open)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->toggle), is_open);
}

/* ---- proofs ---- */

static void
show_stage (FsFindingCard *self, gboolean is_running, gboolean is_done)
{
  gtk_widget_set_visible (self->progress_box, is_running);
  gtk_widget_set_visible (self->proof, is_done);
  gtk_widget_set_visible (self->proof_picture, is_done);
  gtk_widget_set_sensitive (self->prove, !is_running);
}

void
fs_finding_card_show_no_proof (FsFindingCard *self)
{
  show_stage (self, FALSE, FALSE);
}

void
fs_finding_card_show_progress (FsFindingCard *self, double share)
{
  g_autofree char *progress = NULL;
  g_autofree char *text = NULL;

  if (!gtk_widget_get_visible (self->progress_box) || share < self->share)
    fs_time_left_begin (&self->time_left);
  self->share = share;
  progress = fs_time_left_say (&self->time_left, share);
  text = g_strdup_printf (_ ("Proving: %s"), progress);
  show_stage (self, TRUE, FALSE);
  fs_time_left_show (self->progress, share, text);
}

void
fs_finding_card_show_proof (FsFindingCard *self, const FsProof *proof)
{
  show_stage (self, FALSE, TRUE);
  gtk_label_set_text (GTK_LABEL (self->proof), proof->sentence);
  fs_finding_picture_show_proof (FS_FINDING_PICTURE (self->proof_picture), proof);
}

/* ---- life ---- */

static void
pressed (FsFindingCard *self, Signal signal)
{
  g_signal_emit (self, signals[signal], 0);
}

static void
try_cb (FsFindingCard *self)
{
  pressed (self, SIGNAL_TRY);
}

static void
prove_cb (FsFindingCard *self)
{
  pressed (self, SIGNAL_PROVE);
}

static void
cancel_cb (FsFindingCard *self)
{
  pressed (self, SIGNAL_CANCEL);
}

static void
why_cb (FsFindingCard *self)
{
  pressed (self, SIGNAL_WHY);
}

static void
aside_cb (FsFindingCard *self)
{
  pressed (self, SIGNAL_ASIDE);
}

static void
fs_finding_card_dispose (GObject *object)
{
  FsFindingCard *self = FS_FINDING_CARD (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_finding_card_parent_class)->dispose (object);
}

static void
fs_finding_card_class_init (FsFindingCardClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fs_finding_card_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "findingcard");
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (signal_names[i], FS_TYPE_FINDING_CARD, G_SIGNAL_RUN_LAST, 0, NULL,
                               NULL, NULL, G_TYPE_NONE, 0);
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
make_head (FsFindingCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->toggle = gtk_toggle_button_new ();
  gtk_widget_add_css_class (self->toggle, "flat");
  gtk_widget_add_css_class (self->toggle, "disclosure");
  gtk_widget_set_valign (self->toggle, GTK_ALIGN_START);
  g_signal_connect_swapped (self->toggle, "toggled", G_CALLBACK (open_changed_cb), self);
  self->title = make_text ("heading");
  gtk_widget_set_hexpand (self->title, TRUE);
  self->confidence = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->confidence, "pill-label");
  gtk_widget_set_valign (self->confidence, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (head), self->title);
  gtk_box_append (GTK_BOX (head), self->confidence);
  gtk_box_append (GTK_BOX (head), self->toggle);
  return head;
}

static GtkWidget *
make_evidence (FsFindingCard *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  self->picture = fs_finding_picture_new ();
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 8);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 3);
  for (int i = 0; i < FS_MAX_SIGNS; i++)
    {
      SignRow *row = &self->rows[i];

      row->label = make_text ("dim-label");
      gtk_widget_add_css_class (row->label, "caption");
      gtk_widget_set_hexpand (row->label, TRUE);
      row->gauge = fs_range_gauge_new ();
      row->value = gtk_label_new (NULL);
      gtk_label_set_xalign (GTK_LABEL (row->value), 1);
      gtk_widget_add_css_class (row->value, "numeric");
      gtk_widget_add_css_class (row->value, "caption");
      gtk_grid_attach (GTK_GRID (self->grid), row->label, 0, i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->gauge, 1, i, 1, 1);
      gtk_grid_attach (GTK_GRID (self->grid), row->value, 2, i, 1, 1);
    }
  self->cause = make_text (NULL);
  gtk_box_append (GTK_BOX (box), self->picture);
  gtk_box_append (GTK_BOX (box), self->grid);
  gtk_box_append (GTK_BOX (box), self->cause);
  self->evidence = box;
  return box;
}

static GtkWidget *
make_diff (FsFindingCard *self)
{
  self->diff = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_add_css_class (self->diff, "advice");
  self->diff_label = make_text (NULL);
  gtk_widget_set_hexpand (self->diff_label, TRUE);
  self->diff_left = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->diff_left, "dim-label");
  self->diff_arrow = fs_arrow_new ();
  self->diff_right = make_text ("changed");
  gtk_box_append (GTK_BOX (self->diff), self->diff_label);
  gtk_box_append (GTK_BOX (self->diff), self->diff_left);
  gtk_box_append (GTK_BOX (self->diff), self->diff_arrow);
  gtk_box_append (GTK_BOX (self->diff), self->diff_right);
  return self->diff;
}

static GtkWidget *
add_button (FsFindingCard *self, const char *label, const char *tooltip, GCallback pressed_cb)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_tooltip_text (button, tooltip);
  g_signal_connect_swapped (button, "clicked", pressed_cb, self);
  gtk_box_append (GTK_BOX (self->buttons), button);
  return button;
}

static void
make_buttons (FsFindingCard *self)
{
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  gtk_widget_add_css_class (self->buttons, "finding-buttons");
  self->try =
      add_button (self, _ ("Try it"),
                  _ ("Train with this change beside this run, from where the trouble began"),
                  G_CALLBACK (try_cb));
  self->prove = add_button (self, _ ("Prove it"),
                            _ ("Run original and change with the same seeds, in the background"),
                            G_CALLBACK (prove_cb));
  gtk_widget_add_css_class (add_button (self, _ ("Why?"),
                                        _ ("The rule, its source, and when it is wrong"),
                                        G_CALLBACK (why_cb)),
                            "flat");
  gtk_widget_add_css_class (
      add_button (self, _ ("Not now"), _ ("Put this aside for this run"), G_CALLBACK (aside_cb)),
      "flat");
}

static void
make_proof (FsFindingCard *self)
{
  GtkWidget *cancel = gtk_button_new_with_label (_ ("Cancel"));

  self->progress_box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->progress = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->progress), TRUE);
  gtk_widget_set_hexpand (self->progress, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->progress), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Progress of the proof"), -1);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (cancel_cb), self);
  gtk_box_append (GTK_BOX (self->progress_box), self->progress);
  gtk_box_append (GTK_BOX (self->progress_box), cancel);
  self->proof = make_text ("proof");
  self->proof_picture = fs_finding_picture_new ();
}

static void
fs_finding_card_init (FsFindingCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->box, "card");
  gtk_widget_add_css_class (self->box, "finding");
  gtk_box_append (GTK_BOX (self->box), make_head (self));
  self->sentence = make_text (NULL);
  gtk_box_append (GTK_BOX (self->box), self->sentence);
  gtk_box_append (GTK_BOX (self->box), make_evidence (self));
  gtk_box_append (GTK_BOX (self->box), make_diff (self));
  self->advice = make_text ("advice");
  gtk_box_append (GTK_BOX (self->box), self->advice);
  make_buttons (self);
  gtk_box_append (GTK_BOX (self->box), self->buttons);
  make_proof (self);
  gtk_box_append (GTK_BOX (self->box), self->progress_box);
  gtk_box_append (GTK_BOX (self->box), self->proof_picture);
  gtk_box_append (GTK_BOX (self->box), self->proof);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  open_changed_cb (self);
  fs_finding_card_show_no_proof (self);
}

GtkWidget *
fs_finding_card_new (void)
{
  return g_object_new (FS_TYPE_FINDING_CARD, NULL);
}

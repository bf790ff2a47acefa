/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The list of cards. See finding-list.h. */

#include "ui/verdict/finding-list.h"

#include <string.h>
#include "engine/lab/prove.h"
#include "ui/text.h"
#include "ui/verdict/finding-card.h"
#include "ui/verdict/why-page.h"

struct _FsFindingList
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *box;
  GtkWidget *cards[FS_N_FOUND];    /* made when first needed, then kept */
  gboolean was_opened[FS_N_FOUND]; /* a first warning opens itself once */
  GtkWidget *aside, *aside_label;  /* "2 put aside", and the button that brings them back */
  GHashTable *put_aside;           /* keys of make_key() */
  GHashTable *proofs;              /* key → FsProof, owned */
  FsProver *prover;                /* NULL = none runs */
  guint prover_run;                /* the run it is about */
};

G_DEFINE_FINAL_TYPE (FsFindingList, fs_finding_list, GTK_TYPE_WIDGET);

static guint
shown_run (FsFindingList *self)
{
  guint shown = fs_session_get_shown (self->session);

  return shown ? shown : fs_session_get_current_id (self->session);
}

static gpointer
make_key (guint run, FsFindingId id)
{
  return GUINT_TO_POINTER (run * 64 + (guint) id + 1);
}

/* ---- showing ---- */

static void
show_proof (FsFindingList *self, FsFindingId id)
{
  FsFindingCard *card = FS_FINDING_CARD (self->cards[id]);
  const FsProof *proof = g_hash_table_lookup (self->proofs, make_key (shown_run (self), id));

  if (self->prover && self->prover_run == shown_run (self)
      && fs_prover_finding (self->prover) == id)
    fs_finding_card_show_progress (card, fs_prover_progress (self->prover));
  else if (proof)
    fs_finding_card_show_proof (card, proof);
  else
    fs_finding_card_show_no_proof (card);
}

static void try_cb (FsFindingList *self, GtkWidget *card);
static void prove_cb (FsFindingList *self, GtkWidget *card);
static void cancel_cb (FsFindingList *self, GtkWidget *card);
static void why_cb (FsFindingList *self, GtkWidget *card);
static void aside_cb (FsFindingList *self, GtkWidget *card);

static FsFindingCard *
card_of (FsFindingList *self, FsFindingId id)
{
  if (!self->cards[id])
    {
      GtkWidget *card = fs_finding_card_new ();

      self->cards[id] = card;
      g_signal_connect_swapped (card, "try", G_CALLBACK (try_cb), self);
      g_signal_connect_swapped (card, "prove", G_CALLBACK (prove_cb), self);
      g_signal_connect_swapped (card, "cancel", G_CALLBACK (cancel_cb), self);
      g_signal_connect_swapped (card, "why", G_CALLBACK (why_cb), self);
      g_signal_connect_swapped (card, "aside", G_CALLBACK (aside_cb), self);
      gtk_widget_set_visible (card, FALSE);
      gtk_box_append (GTK_BOX (self->box), card);
    }
  return FS_FINDING_CARD (self->cards[id]);
}

static void
show_aside (FsFindingList *self, guint n_aside)
{
  g_autofree char *text = g_strdup_printf (
      n_aside == 1 ? _ ("%u finding put aside") : _ ("%u findings put aside"), n_aside);

  gtk_label_set_text (GTK_LABEL (self->aside_label), text);
  gtk_widget_set_visible (self->aside, n_aside > 0);
}

static void
update (FsFindingList *self)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsVerdict *verdict = fs_session_get_verdict (self->session);
  gboolean is_shown[FS_N_FOUND] = { FALSE };
  GtkWidget *before = NULL;
  guint n_aside = 0;

  if (!fs_session_words_are_due (self->session))
    return;
  for (gsize i = 0; snapshot && i < verdict->n_findings; i++)
    {
      const FsFinding *finding = &verdict->findings[i];
      FsFindingCard *card;

      if (g_hash_table_contains (self->put_aside, make_key (shown_run (self), finding->id)))
        {
          n_aside++;
          continue;
        }
      card = card_of (self, finding->id);
      fs_finding_card_show (card, finding, &snapshot->experiment, &snapshot->history);
      show_proof (self, finding->id);
      if (i == 0 && finding->level > FS_LEVEL_NOTE && !self->was_opened[finding->id])
        {
          self->was_opened[finding->id] = TRUE;
          fs_finding_card_set_open (card, TRUE);
        }
      is_shown[finding->id] = TRUE;
      if (gtk_widget_get_prev_sibling (GTK_WIDGET (card)) != before)
        gtk_box_reorder_child_after (GTK_BOX (self->box), GTK_WIDGET (card), before);
      gtk_widget_set_visible (GTK_WIDGET (card), TRUE);
      before = GTK_WIDGET (card);
    }
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    if (self->cards[id] && !is_shown[id])
      gtk_widget_set_visible (self->cards[id], FALSE);
  show_aside (self, n_aside);
  gtk_widget_set_visible (GTK_WIDGET (self), before || n_aside > 0);
}

/* ---- what the buttons do ---- */

static void
try_cb (FsFindingList *self, GtkWidget *card)
{
  const FsFinding *finding = fs_finding_card_get_finding (FS_FINDING_CARD (card));

  if (fs_session_try (self->session, &finding->edit, finding->since_epoch))
    gtk_widget_activate_action (card, "win.view", "s", "compare");
}

static void
prover_cb (FsProver *prover, void *data)
{
  FsFindingList *self = data;
  const FsProof *proof = fs_prover_proof (prover);
  FsFindingId id = fs_prover_finding (prover);

  if (proof)
    {
      if (proof->outcome != FS_PROOF_CANCELLED)
        g_hash_table_insert (self->proofs, make_key (self->prover_run, id),
                             g_memdup2 (proof, sizeof *proof));
      g_clear_pointer (&self->prover, fs_prover_free);
    }
  if (self->cards[id])
    show_proof (self, id);
}

static void
prove_cb (FsFindingList *self, GtkWidget *card)
{
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  const FsFinding *finding = fs_finding_card_get_finding (FS_FINDING_CARD (card));
  g_autoptr (GError) error = NULL;

  if (self->prover)
    {
      fs_session_notice (self->session, _ ("One proof at a time: the other one is still running."));
      return;
    }
  self->prover_run = shown_run (self);
  self->prover = fs_prover_new (&snapshot->experiment, NULL, finding, FS_PROOF_SEEDS, 0, prover_cb,
                                self, &error);
  if (self->prover)
    show_proof (self, finding->id);
  else
    fs_session_notice (self->session, error->message);
}

static void
cancel_cb (FsFindingList *self, GtkWidget *card)
{
  if (self->prover)
    fs_prover_cancel (self->prover);
}

static void
why_cb (FsFindingList *self, GtkWidget *card)
{
  fs_why_page_present (GTK_WINDOW (gtk_widget_get_root (card)),
                       fs_finding_card_get_finding (FS_FINDING_CARD (card)));
}

static void
aside_cb (FsFindingList *self, GtkWidget *card)
{
  const FsFinding *finding = fs_finding_card_get_finding (FS_FINDING_CARD (card));

  g_hash_table_add (self->put_aside, make_key (shown_run (self), finding->id));
  update (self);
}

static void
show_again_cb (FsFindingList *self)
{
  for (FsFindingId id = 0; id < FS_N_FOUND; id++)
    g_hash_table_remove (self->put_aside, make_key (shown_run (self), id));
  update (self);
}

/* ---- life ---- */

static void
fs_finding_list_dispose (GObject *object)
{
  FsFindingList *self = FS_FINDING_LIST (object);

  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_pointer (&self->prover, fs_prover_free);
  g_clear_pointer (&self->proofs, g_hash_table_unref);
  g_clear_pointer (&self->put_aside, g_hash_table_unref);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  memset (self->cards, 0, sizeof self->cards);
  G_OBJECT_CLASS (fs_finding_list_parent_class)->dispose (object);
}

static void
fs_finding_list_class_init (FsFindingListClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_finding_list_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "findinglist");
}

static void
fs_finding_list_init (FsFindingList *self)
{
  GtkWidget *again = gtk_button_new_with_label (_ ("Show again"));

  self->put_aside = g_hash_table_new (NULL, NULL);
  self->proofs = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  self->aside = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->aside_label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->aside_label), 0);
  gtk_widget_set_hexpand (self->aside_label, TRUE);
  gtk_widget_add_css_class (self->aside_label, "dim-label");
  gtk_widget_add_css_class (self->aside_label, "caption");
  gtk_widget_add_css_class (again, "flat");
  g_signal_connect_swapped (again, "clicked", G_CALLBACK (show_again_cb), self);
  gtk_box_append (GTK_BOX (self->aside), self->aside_label);
  gtk_box_append (GTK_BOX (self->aside), again);
  gtk_box_append (GTK_BOX (self->box), self->aside);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_finding_list_new (FsSession *session)
{
  FsFindingList *self = g_object_new (FS_TYPE_FINDING_LIST, NULL);

  self->session = g_object_ref (session);
  g_signal_connect_swapped (session, "snapshot", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "facts", G_CALLBACK (update), self);
  g_signal_connect_swapped (session, "runs", G_CALLBACK (update), self);
  update (self);
  return GTK_WIDGET (self);
}

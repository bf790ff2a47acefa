/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sanity battery in the right column; see sanity-card.h. */

#include "ui/verdict/sanity-card.h"

#include <stdatomic.h>
#include "engine/lab/sanity.h"
#include "ui/text.h"
#include "ui/time-left.h"

/* Between two looks at how far the thread is. */
#define LOOK_INTERVAL_MS 100

/* Owned by the task; the card holds a reference while it runs. The thread writes a result before it counts
 * it, and the card reads no result that is not counted. */
typedef struct
{
  atomic_uint n_references;
  FsExperiment experiment;
  FsInterrupt interrupt;
  FsSanity results[FS_N_SANITY];
  atomic_uint n_done;
  atomic_bool is_over;
  GError *error; /* once it is over */
} Battery;

typedef struct
{
  GtkWidget *box, *icon, *name, *sentence;
} CheckRow;

struct _FsSanityCard
{
  GtkWidget parent_instance;

  FsSession *session;
  GtkWidget *card, *button, *note, *bar, *list;
  CheckRow rows[FS_N_SANITY];
  Battery *battery; /* NULL = none is running */
  guint n_shown;
  FsTimeLeft time_left;
  guint look;
};

G_DEFINE_FINAL_TYPE (FsSanityCard, fs_sanity_card, GTK_TYPE_WIDGET);

static void
battery_unref (gpointer data)
{
  Battery *battery = data;

  if (atomic_fetch_sub (&battery->n_references, 1) != 1)
    return;
  g_clear_error (&battery->error);
  g_free (battery);
}

/* ---- on the thread ---- */

static void
progress_cb (FsSanityCheck check, const FsSanity *result, void *data)
{
  Battery *battery = data;

  atomic_store_explicit (&battery->n_done, check + 1, memory_order_release);
}

static void
battery_thread (GTask *task, void *source_object, void *task_data, GCancellable *cancellable)
{
  Battery *battery = task_data;

  fs_sanity_run (battery->results, &battery->experiment, NULL, &battery->interrupt, progress_cb,
                 battery, &battery->error);
  atomic_store_explicit (&battery->is_over, true, memory_order_release);
}

/* ---- showing ---- */

static const char *
icon_of (const FsSanity *result)
{
  if (!result->is_done)
    return "dialog-question-symbolic";
  return result->is_well ? "emblem-ok-symbolic" : "dialog-warning-symbolic";
}

static const char *
word_of (const FsSanity *result)
{
  if (!result->is_done)
    return _ ("Open");
  return result->is_well ? _ ("Well") : _ ("Not so");
}

static void
show_result (CheckRow *row, FsSanityCheck check, const FsSanity *result)
{
  g_autofree char *name = g_strdup_printf ("%s: %s", word_of (result), fs_sanity_name (check));

  gtk_image_set_from_icon_name (GTK_IMAGE (row->icon), icon_of (result));
  gtk_widget_remove_css_class (row->icon, "warning");
  gtk_widget_remove_css_class (row->icon, "success");
  if (result->is_done)
    gtk_widget_add_css_class (row->icon, result->is_well ? "success" : "warning");
  gtk_label_set_text (GTK_LABEL (row->name), name);
  gtk_label_set_text (GTK_LABEL (row->sentence), result->sentence);
  gtk_widget_set_visible (row->sentence, result->sentence[0] != '\0');
  gtk_widget_set_visible (row->box, TRUE);
}

static void
show_end (FsSanityCard *self)
{
  Battery *battery = self->battery;
  guint n_wrong = 0;
  g_autofree char *text = NULL;

  for (guint i = 0; i < self->n_shown; i++)
    n_wrong += battery->results[i].is_done && !battery->results[i].is_well;
  if (battery->error)
    text = g_strdup (battery->error->message);
  else if (self->n_shown < FS_N_SANITY)
    text = g_strdup (_ ("Stopped."));
  else if (n_wrong == 0)
    text = g_strdup (_ ("Nothing on the way from the data to the loss is broken."));
  else
    text = g_strdup_printf (fs_text_count ("%u check failed: mend that before training longer.",
                                           "%u checks failed: mend these before training longer.",
                                           n_wrong),
                            n_wrong);
  gtk_label_set_text (GTK_LABEL (self->note), text);
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_button_set_label (GTK_BUTTON (self->button), _ ("Check again"));
  gtk_widget_set_sensitive (self->button, TRUE);
  g_clear_pointer (&self->battery, battery_unref);
}

static void
show_progress (FsSanityCard *self, guint n_done)
{
  const double share = (double) n_done / FS_N_SANITY;
  g_autofree char *text = fs_time_left_say (&self->time_left, share);

  fs_time_left_show (self->bar, share, text);
}

static gboolean
look_cb (void *data)
{
  FsSanityCard *self = data;
  Battery *battery = self->battery;
  gboolean is_over = atomic_load_explicit (&battery->is_over, memory_order_acquire);
  guint n_done = atomic_load_explicit (&battery->n_done, memory_order_acquire);

  for (; self->n_shown < n_done; self->n_shown++)
    show_result (&self->rows[self->n_shown], (FsSanityCheck) self->n_shown,
                 &battery->results[self->n_shown]);
  show_progress (self, n_done);
  if (!is_over)
    {
      if (n_done < FS_N_SANITY && !fs_interrupt_is_requested (&battery->interrupt))
        gtk_label_set_text (GTK_LABEL (self->note), fs_sanity_name ((FsSanityCheck) n_done));
      return G_SOURCE_CONTINUE;
    }
  self->look = 0;
  show_end (self);
  return G_SOURCE_REMOVE;
}

static void
start (FsSanityCard *self)
{
  Battery *battery = g_new0 (Battery, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);

  battery->n_references = 2;
  battery->experiment = *fs_session_get_experiment (self->session);
  self->battery = battery;
  self->n_shown = 0;
  for (int i = 0; i < FS_N_SANITY; i++)
    gtk_widget_set_visible (self->rows[i].box, FALSE);
  fs_time_left_begin (&self->time_left);
  show_progress (self, 0);
  gtk_widget_set_visible (self->bar, TRUE);
  gtk_widget_set_visible (self->list, TRUE);
  gtk_button_set_label (GTK_BUTTON (self->button), _ ("Stop"));
  gtk_label_set_text (GTK_LABEL (self->note), _ ("Preparing the data …"));
  g_task_set_task_data (task, battery, battery_unref);
  g_task_run_in_thread (task, battery_thread);
  self->look = g_timeout_add (LOOK_INTERVAL_MS, look_cb, self);
}

static void
clicked_cb (FsSanityCard *self)
{
  if (!self->battery)
    {
      start (self);
      return;
    }
  atomic_store (&self->battery->interrupt.is_requested, true);
  gtk_widget_set_sensitive (self->button, FALSE);
  gtk_label_set_text (GTK_LABEL (self->note), _ ("Stopping …"));
}

/* ---- life ---- */

static void
fs_sanity_card_dispose (GObject *object)
{
  FsSanityCard *self = FS_SANITY_CARD (object);

  if (self->battery)
    atomic_store (&self->battery->interrupt.is_requested, true);
  g_clear_pointer (&self->battery, battery_unref);
  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->session);
  g_clear_pointer (&self->card, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_sanity_card_parent_class)->dispose (object);
}

static void
fs_sanity_card_class_init (FsSanityCardClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_sanity_card_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_text (const char *text, const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static void
make_row (FsSanityCard *self, CheckRow *row)
{
  GtkWidget *texts = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  row->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  row->icon = gtk_image_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (row->icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Outcome"), -1);
  gtk_widget_set_valign (row->icon, GTK_ALIGN_START);
  row->name = make_text (NULL, NULL);
  row->sentence = make_text (NULL, "dim-label");
  gtk_widget_add_css_class (row->sentence, "caption");
  gtk_widget_set_hexpand (texts, TRUE);
  gtk_box_append (GTK_BOX (texts), row->name);
  gtk_box_append (GTK_BOX (texts), row->sentence);
  gtk_box_append (GTK_BOX (row->box), row->icon);
  gtk_box_append (GTK_BOX (row->box), texts);
  gtk_widget_set_visible (row->box, FALSE);
  gtk_box_append (GTK_BOX (self->list), row->box);
}

static void
fs_sanity_card_init (FsSanityCard *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = make_text (_ ("Is anything broken?"), "heading");

  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->card, "card");
  gtk_widget_add_css_class (self->card, "finding");
  gtk_widget_set_hexpand (title, TRUE);
  self->button = gtk_button_new_with_label (_ ("Check"));
  gtk_widget_set_tooltip_text (self->button,
                               _ ("Run the trials beside everything else, or stop them"));
  gtk_widget_set_valign (self->button, GTK_ALIGN_START);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (clicked_cb), self);
  gtk_box_append (GTK_BOX (head), title);
  gtk_box_append (GTK_BOX (head), self->button);
  gtk_box_append (GTK_BOX (self->card), head);
  self->note =
      make_text (_ ("Five small trials with known outcomes, from the data to the loss; some "
                    "seconds, beside the run."),
                 NULL);
  gtk_box_append (GTK_BOX (self->card), self->note);
  self->bar = gtk_progress_bar_new ();
  gtk_progress_bar_set_show_text (GTK_PROGRESS_BAR (self->bar), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Checks done"), -1);
  gtk_widget_set_visible (self->bar, FALSE);
  gtk_box_append (GTK_BOX (self->card), self->bar);
  self->list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_set_visible (self->list, FALSE);
  for (int i = 0; i < FS_N_SANITY; i++)
    make_row (self, &self->rows[i]);
  gtk_box_append (GTK_BOX (self->card), self->list);
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
}

GtkWidget *
fs_sanity_card_new (FsSession *session)
{
  FsSanityCard *self = g_object_new (FS_TYPE_SANITY_CARD, NULL);

  self->session = g_object_ref (session);
  return GTK_WIDGET (self);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run's tile. See run-tile.h. */

#include "ui/views/run-tile.h"

#include "ui/chart/chart.h"
#include "ui/controls/tooltip.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/loss-plot.h"

#define SPARK_WIDTH_PX 60
#define SPARK_HEIGHT_PX 30
#define NAME_CHARS 18
#define VERDICT_CHARS 30 /* with the best loss before it */

struct _FsRunTile
{
  GtkWidget parent_instance;

  guint id;
  gboolean is_current, is_pinned, can_continue;
  GtkWidget *button;
  GtkWidget *spark; /* a drawing area */
  GtkWidget *name, *best, *pin;
  FsPlot *plot;
  char *told; /* what the tile says now */
};

G_DEFINE_FINAL_TYPE (FsRunTile, fs_run_tile, GTK_TYPE_WIDGET);

/* ---- the small picture ---- */

static void
draw_spark_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data)
{
  FsRunTile *self = data;
  FsChartPalette palette = *fs_chart_palette_light ();
  FsPlotStyle style = { .palette = &palette };

  if (!self->plot)
    return;
  for (int i = 0; i < FS_CHART_N_COLOURS; i++)
    gtk_style_context_lookup_color (gtk_widget_get_style_context (GTK_WIDGET (area)),
                                    fs_chart_colour_name ((FsChartColour) i), &palette.colours[i]);
  style.pango = gtk_widget_get_pango_context (GTK_WIDGET (area));
  fs_plot_draw (self->plot, cr, &style, width, height, NULL);
}

/* ---- words ---- */

/* "Overfitting", "Interrupted": one or two words beside the best value. */
static char *
short_verdict (const FsRunSummary *summary)
{
  static const char *const words[FS_N_VERDICTS] = {
    [FS_VERDICT_WAITING] = "",
    [FS_VERDICT_LEARNING] = N_ ("Learning"),
    [FS_VERDICT_HEALTHY] = N_ ("Healthy"),
    [FS_VERDICT_OVERFITTING] = N_ ("Overfitting"),
    [FS_VERDICT_UNDERFITTING] = N_ ("Underfitting"),
    [FS_VERDICT_NO_SIGNAL] = N_ ("No signal"),
    [FS_VERDICT_NOT_LEARNING] = N_ ("Not learning"),
    [FS_VERDICT_DIVERGED] = N_ ("Diverged"),
    [FS_VERDICT_SUSPECT] = N_ ("Suspect"),
  };

  const char *word = _ (words[summary->verdict]);

  if (summary->state == FS_STORED_INTERRUPTED)
    return g_strdup (_ ("Interrupted"));
  /* Where a cause is named above and beside, it is named here. */
  if (*word && *summary->headline && summary->tone != FS_TONE_GOOD
      && !g_str_has_prefix (summary->headline, word))
    return g_strdup (summary->headline);
  return g_strdup (word);
}

static char *
best_line (const FsRunSummary *summary)
{
  g_autofree char *word = short_verdict (summary);
  g_autofree char *loss = NULL;

  if (summary->n_epochs == 0)
    return g_strdup (_ ("not trained yet"));
  loss = fs_facts_loss (summary->best_loss);
  return g_strdup_printf ("%s @%u%s%s", loss, summary->best_epoch, *word ? " · " : "", word);
}

static char *
describe (const FsRunSummary *summary, gboolean is_current)
{
  GString *words = g_string_new (summary->name);

  if (is_current)
    g_string_append (words, _ (", the current run"));
  if (summary->n_epochs == 0)
    g_string_append (words, _ (", not trained yet"));
  else
    {
      g_autofree char *loss = fs_facts_loss (summary->best_loss);
      g_string_append_printf (words, _ (", best %s at epoch %u"), loss, summary->best_epoch);
    }
  if (*summary->headline && summary->verdict != FS_VERDICT_WAITING)
    g_string_append_printf (words, ", %s", summary->headline);
  if (summary->state == FS_STORED_INTERRUPTED)
    g_string_append_printf (words, _ (", interrupted after epoch %u"), summary->n_epochs);
  if (summary->is_elsewhere)
    g_string_append (words, _ (", open in another program"));
  if (summary->is_pinned)
    g_string_append (words, _ (", pinned"));
  if (*summary->note)
    g_string_append_printf (words, _ (". Note: %s"), summary->note);
  return g_string_free (words, FALSE);
}

static char *
tooltip (const FsRunSummary *summary)
{
  g_autofree char *source = fs_facts_source_name (summary->source);
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (summary->begun);
  g_autofree char *begun = date ? g_date_time_format (date, "%x %H:%M") : NULL;
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s · %s", source, summary->name);
  if (summary->n_epochs > 0)
    g_string_append_printf (text, _ ("\n%u epochs, begun %s"), summary->n_epochs,
                            begun ? begun : "–");
  if (*summary->headline && summary->verdict != FS_VERDICT_WAITING)
    g_string_append_printf (text, "\n%s", summary->headline);
  if (*summary->note)
    g_string_append_printf (text, "\n“%s”", summary->note);
  return g_string_free (text, FALSE);
}

void
fs_run_tile_show (FsRunTile *self,
                  const FsRunSummary *summary,
                  gboolean is_current,
                  gboolean can_continue)
{
  g_autofree char *words = describe (summary, is_current);
  g_autofree char *told = g_strdup_printf ("%s|%u", words, summary->n_epochs);
  g_autofree char *best = NULL;
  g_autofree char *hint = NULL;

  self->is_current = is_current;
  self->is_pinned = summary->is_pinned;
  self->can_continue = can_continue;
  if (g_strcmp0 (told, self->told) == 0)
    return;
  g_free (self->told);
  self->told = g_steal_pointer (&told);

  best = best_line (summary);
  hint = tooltip (summary);
  gtk_label_set_text (GTK_LABEL (self->name), summary->name);
  gtk_label_set_text (GTK_LABEL (self->best), best);
  gtk_widget_set_visible (self->pin, summary->is_pinned);
  fs_tooltip_set (self->button, hint);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  words, -1);
  fs_plot_free (self->plot);
  self->plot = fs_loss_plot_sparkline (&summary->spark, summary->has_validation);
  gtk_widget_queue_draw (self->spark);
}

void
fs_run_tile_set_shown (FsRunTile *self, gboolean is_shown)
{
  if (is_shown)
    gtk_widget_add_css_class (self->button, "shown");
  else
    gtk_widget_remove_css_class (self->button, "shown");
}

guint
fs_run_tile_get_id (FsRunTile *self)
{
  return self->id;
}

/* ---- the menu ---- */

static void
append (GMenu *menu, const char *label, const char *action, guint id)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "u", id);
  g_menu_append_item (menu, item);
}

GMenuModel *
fs_run_menu_new (guint id, gboolean is_current, gboolean is_pinned, gboolean can_continue)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) doing = g_menu_new ();
  g_autoptr (GMenu) saying = g_menu_new ();
  g_autoptr (GMenu) going = g_menu_new ();

  if (can_continue)
    append (doing, _ ("_Continue Training"), "win.continue-run", id);
  if (!is_current)
    append (doing, _ ("_Use Its Settings"), "win.reuse-run", id);
  append (doing, _ ("C_ompare"), "win.compare-run", id);
  append (saying, _ ("_Name and Note…"), "win.label-run", id);
  append (saying, is_pinned ? _ ("Un_pin") : _ ("_Pin"),
          is_pinned ? "win.unpin-run" : "win.pin-run", id);
  if (!is_current)
    append (going, _ ("_Delete"), "win.delete-run", id);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (doing));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (saying));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (going));
  return G_MENU_MODEL (menu);
}

static void
popover_closed_cb (GtkWidget *popover)
{
  /* What was chosen is done after the closing. */
  g_object_ref (popover);
  g_idle_add_once ((GSourceOnceFunc) g_object_unref, popover);
  gtk_widget_unparent (popover);
}

static void
pop_up (FsRunTile *self)
{
  g_autoptr (GMenuModel) menu =
      fs_run_menu_new (self->id, self->is_current, self->is_pinned, self->can_continue);
  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);

  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_TOP);
  gtk_widget_set_parent (popover, GTK_WIDGET (self));
  g_signal_connect (popover, "closed", G_CALLBACK (popover_closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, FsRunTile *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  pop_up (self);
}

static void
popup_menu (GtkWidget *widget, const char *name, GVariant *parameter)
{
  pop_up (FS_RUN_TILE (widget));
}

static void
label_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_activate_action (widget, "win.label-run", "u", FS_RUN_TILE (widget)->id);
}

static void
delete_run (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (!FS_RUN_TILE (widget)->is_current)
    gtk_widget_activate_action (widget, "win.delete-run", "u", FS_RUN_TILE (widget)->id);
}

/* ---- life ---- */

static void
fs_run_tile_dispose (GObject *object)
{
  FsRunTile *self = FS_RUN_TILE (object);
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))))
    gtk_widget_unparent (child);
  self->button = NULL;
  G_OBJECT_CLASS (fs_run_tile_parent_class)->dispose (object);
}

static void
fs_run_tile_finalize (GObject *object)
{
  FsRunTile *self = FS_RUN_TILE (object);

  fs_plot_free (self->plot);
  g_free (self->told);
  G_OBJECT_CLASS (fs_run_tile_parent_class)->finalize (object);
}

static void
fs_run_tile_class_init (FsRunTileClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fs_run_tile_dispose;
  G_OBJECT_CLASS (class)->finalize = fs_run_tile_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "runtile");
  gtk_widget_class_install_action (widget_class, "tile.menu", NULL, popup_menu);
  gtk_widget_class_install_action (widget_class, "tile.label", NULL, label_run);
  gtk_widget_class_install_action (widget_class, "tile.delete", NULL, delete_run);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "tile.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "tile.menu",
                                       NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F2, 0, "tile.label", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Delete, 0, "tile.delete", NULL);
}

static GtkWidget *
make_words (FsRunTile *self)
{
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *first = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->name = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->name), NAME_CHARS);
  gtk_label_set_xalign (GTK_LABEL (self->name), 0);
  self->pin = gtk_image_new_from_icon_name ("view-pin-symbolic");
  gtk_image_set_pixel_size (GTK_IMAGE (self->pin), 12);
  gtk_widget_set_visible (self->pin, FALSE);
  gtk_box_append (GTK_BOX (first), self->name);
  gtk_box_append (GTK_BOX (first), self->pin);
  self->best = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->best, "dim-label");
  gtk_widget_add_css_class (self->best, "caption");
  gtk_widget_add_css_class (self->best, "numeric");
  gtk_label_set_xalign (GTK_LABEL (self->best), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->best), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (self->best), VERDICT_CHARS);
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (words), first);
  gtk_box_append (GTK_BOX (words), self->best);
  return words;
}

static void
fs_run_tile_init (FsRunTile *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkGesture *click = gtk_gesture_click_new ();

  self->spark = gtk_drawing_area_new ();
  gtk_widget_set_size_request (self->spark, SPARK_WIDTH_PX, SPARK_HEIGHT_PX);
  gtk_widget_set_valign (self->spark, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (self->spark), draw_spark_cb, self, NULL);
  gtk_box_append (GTK_BOX (box), self->spark);
  gtk_box_append (GTK_BOX (box), make_words (self));
  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), box);
  gtk_widget_add_css_class (self->button, "run-tile");
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
fs_run_tile_new (guint id)
{
  FsRunTile *self = g_object_new (FS_TYPE_RUN_TILE, NULL);

  self->id = id;
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "u", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.show-run");
  return GTK_WIDGET (self);
}

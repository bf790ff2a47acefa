/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table of compared runs. See compare-table.h. */

#include "ui/views/compare-table.h"

#include <math.h>
#include "engine/lab/run-differences.h"
#include "ui/facts.h"
#include "ui/text.h"

#define SWATCH_WIDTH_PX 26
#define SWATCH_HEIGHT_PX 12
#define NAME_CHARS 24

/* Colour, name, and the fixed columns; the settings follow. */
static const char *const heads[] = {
  "", N_ ("Run"), N_ ("Best"), N_ ("At epoch"), N_ ("An epoch"), N_ ("Parameters")
};
#define N_FIXED G_N_ELEMENTS (heads)

struct _FsCompareTable
{
  GtkWidget parent_instance;

  GtkWidget *scroller, *grid;
  char *shape;       /* of the grid that is there: runs in their order, and settings */
  GPtrArray *labels; /* borrowed GtkLabels, row by row */
};

G_DEFINE_FINAL_TYPE (FsCompareTable, fs_compare_table, GTK_TYPE_WIDGET);

static void
draw_swatch_cb (GtkDrawingArea *area, cairo_t *cr, int width, int height, void *data)
{
  GdkRGBA colour = { 0, 0, 0, 1 };

  gtk_style_context_lookup_color (
      gtk_widget_get_style_context (GTK_WIDGET (area)),
      fs_chart_colour_name (fs_compare_colour (GPOINTER_TO_UINT (data))), &colour);
  gdk_cairo_set_source_rgba (cr, &colour);
  cairo_set_line_width (cr, 3);
  cairo_move_to (cr, 0, height / 2.0);
  cairo_line_to (cr, width, height / 2.0);
  cairo_stroke (cr);
}

/* ---- rows ---- */

typedef struct
{
  const FsComparedRun *run;
  guint group, index;
  double best;
} Row;

static int
compare_rows (const void *left, const void *right)
{
  const Row *a = left, *b = right;

  if (a->best != b->best)
    return a->best < b->best ? -1 : 1;
  return a->index < b->index ? -1 : a->index > b->index;
}

static void
rank (const FsComparedRun *runs, guint n, Row *rows)
{
  g_autofree guint *groups = g_new0 (guint, n + 1);

  fs_compare_group (runs, n, groups);
  for (guint i = 0; i < n; i++)
    {
      const FsHistory *history = runs[i].snapshot ? &runs[i].snapshot->history : NULL;

      rows[i] = (Row){ &runs[i], groups[i], i, INFINITY };
      if (history && history->n_observations > 0
          && !isnan (fs_history_monitored (history, history->best)))
        rows[i].best = fs_history_monitored (history, history->best);
    }
  qsort (rows, n, sizeof rows[0], compare_rows);
}

static GPtrArray *
find_differences (const Row *rows, guint n)
{
  g_autofree const FsExperiment **experiments = g_new0 (const FsExperiment *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      if (!rows[i].run->snapshot)
        return g_ptr_array_new (); /* still being read */
      experiments[i] = &rows[i].run->snapshot->experiment;
    }
  return fs_differences_find (experiments, n);
}

static char *
cell (const Row *row, guint column)
{
  const FsSnapshot *snapshot = row->run->snapshot;
  const FsHistory *history = snapshot ? &snapshot->history : NULL;
  gboolean has_best = history && history->n_observations > 0;

  switch (column)
    {
    case 1:
      return g_strdup (row->run->name);
    case 2:
      return has_best ? fs_facts_loss (fs_history_monitored (history, history->best))
                      : g_strdup ("–");
    case 3:
      return has_best ? g_strdup_printf (_ ("%u of %u"), history->observations[history->best].epoch,
                                         (guint) history->n_observations)
                      : g_strdup ("–");
    case 4:
      return snapshot && snapshot->epoch_seconds > 0 ? fs_facts_duration (snapshot->epoch_seconds)
                                                     : g_strdup ("–");
    case 5:
      return snapshot && snapshot->n_parameters > 0
                 ? fs_facts_count ((gint64) snapshot->n_parameters)
                 : g_strdup ("–");
    default:
      return g_strdup ("");
    }
}

/* ---- the grid ---- */

static GtkWidget *
add_label (FsCompareTable *self, guint column, guint row, const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), column == 1 ? 0 : 1);
  if (column == 1)
    {
      gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
      gtk_label_set_width_chars (GTK_LABEL (label), 10);
      gtk_label_set_max_width_chars (GTK_LABEL (label), NAME_CHARS);
      gtk_widget_set_hexpand (label, TRUE);
    }
  if (row == 0)
    {
      gtk_widget_add_css_class (label, "dim-label");
      gtk_widget_add_css_class (label, "caption");
    }
  else
    gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (GTK_GRID (self->grid), label, (int) column, (int) row, 1, 1);
  return label;
}

static void
add_row (FsCompareTable *self, const Row *row, guint at, guint n_columns)
{
  GtkWidget *swatch = gtk_drawing_area_new ();
  GtkWidget *remove = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *words = g_strdup_printf (_ ("Take %s out of the comparison"), row->run->name);

  gtk_widget_set_size_request (swatch, SWATCH_WIDTH_PX, SWATCH_HEIGHT_PX);
  gtk_widget_set_valign (swatch, GTK_ALIGN_CENTER);
  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (swatch), draw_swatch_cb,
                                  GUINT_TO_POINTER (row->group), NULL);
  gtk_grid_attach (GTK_GRID (self->grid), swatch, 0, (int) at, 1, 1);
  for (guint column = 1; column < n_columns; column++)
    g_ptr_array_add (self->labels, add_label (self, column, at, ""));
  gtk_widget_add_css_class (remove, "flat");
  gtk_widget_add_css_class (remove, "table-button");
  gtk_widget_set_tooltip_text (remove, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (remove), GTK_ACCESSIBLE_PROPERTY_LABEL, words,
                                  -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (remove), "u", row->run->id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (remove), "win.uncompare-run");
  gtk_grid_attach (GTK_GRID (self->grid), remove, (int) n_columns, (int) at, 1, 1);
}

static void
rebuild (FsCompareTable *self, const Row *rows, guint n, const GPtrArray *differences)
{
  GtkWidget *child;

  g_ptr_array_set_size (self->labels, 0);
  while ((child = gtk_widget_get_first_child (self->grid)))
    gtk_grid_remove (GTK_GRID (self->grid), child);
  for (guint column = 1; column < N_FIXED; column++)
    add_label (self, column, 0, _ (heads[column]));
  for (guint i = 0; i < differences->len; i++)
    add_label (self, N_FIXED + i, 0, ((FsDifference *) differences->pdata[i])->label);
  for (guint i = 0; i < n; i++)
    add_row (self, &rows[i], i + 1, N_FIXED + differences->len);
}

static char *
shape_of (const Row *rows, guint n, const GPtrArray *differences)
{
  GString *shape = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (shape, "%u/%u ", rows[i].run->id, rows[i].group);
  for (guint i = 0; i < differences->len; i++)
    g_string_append_printf (shape, "|%s", ((FsDifference *) differences->pdata[i])->path);
  return g_string_free (shape, FALSE);
}

void
fs_compare_table_show (FsCompareTable *self, const FsComparedRun *runs, guint n)
{
  g_autofree Row *rows = g_new0 (Row, n + 1);
  g_autoptr (GPtrArray) differences = NULL;
  g_autofree char *shape = NULL;
  guint at = 0;

  rank (runs, n, rows);
  differences = find_differences (rows, n);
  shape = shape_of (rows, n, differences);
  if (g_strcmp0 (shape, self->shape) != 0)
    {
      rebuild (self, rows, n, differences);
      g_free (self->shape);
      self->shape = g_steal_pointer (&shape);
    }
  for (guint i = 0; i < n; i++)
    for (guint column = 1; column < N_FIXED + differences->len; column++)
      {
        g_autofree char *text =
            column < N_FIXED
                ? cell (&rows[i], column)
                : g_strdup (((FsDifference *) differences->pdata[column - N_FIXED])->texts[i]);
        GtkLabel *label = g_ptr_array_index (self->labels, at++);

        if (!g_str_equal (gtk_label_get_text (label), *text ? text : "–"))
          gtk_label_set_text (label, *text ? text : "–");
      }
  gtk_widget_set_visible (self->scroller, n > 0);
}

/* ---- life ---- */

static void
fs_compare_table_dispose (GObject *object)
{
  FsCompareTable *self = FS_COMPARE_TABLE (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  g_clear_pointer (&self->labels, g_ptr_array_unref);
  g_clear_pointer (&self->shape, g_free);
  G_OBJECT_CLASS (fs_compare_table_parent_class)->dispose (object);
}

static void
fs_compare_table_class_init (FsCompareTableClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fs_compare_table_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (class), "comparetable");
}

static void
fs_compare_table_init (FsCompareTable *self)
{
  self->labels = g_ptr_array_new ();
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 14);
  gtk_grid_set_row_spacing (GTK_GRID (self->grid), 2);
  gtk_widget_add_css_class (self->grid, "compare-grid");
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->grid);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), 240);
  gtk_widget_add_css_class (self->scroller, "card");
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
fs_compare_table_new (void)
{
  return g_object_new (FS_TYPE_COMPARE_TABLE, NULL);
}

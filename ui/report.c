/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A run on one page. See report.h. The page is filled from its top: every block draws at the cursor
 * and moves it on; the list of settings gets what is left. */

#include "ui/report.h"

#include <cairo-pdf.h>
#include <math.h>
#include <pango/pangocairo.h>
#include "engine/experiment/schema.h"
#include "engine/lab/class-scores.h"
#include "engine/lab/file-write.h"
#include "ui/chart/chart-plot.h"
#include "ui/controls/number-field.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/views/confusion-matrix.h"
#include "ui/views/forecast-plot.h"
#include "ui/views/loss-plot.h"

#define MARGIN 56.0
#define GAP 14.0
#define LOSS_HEIGHT 280.0
#define FORECAST_HEIGHT 220.0
#define MOST_CLASSES 24 /* more do not fit on the page with their numbers */
#define POINTS_PER_PX 0.75

typedef struct
{
  cairo_t *cr;
  double x, y, width; /* where the next block goes */
} Page;

typedef enum
{
  STYLE_TITLE,
  STYLE_HEADING,
  STYLE_BODY,
  STYLE_NOTE
} Style;

static const struct
{
  const char *font;
  double grey;
} styles[] = {
  [STYLE_TITLE] = { "Cantarell, sans Bold 15", 0.1 },
  [STYLE_HEADING] = { "Cantarell, sans Bold 10", 0.1 },
  [STYLE_BODY] = { "Cantarell, sans 9.5", 0.15 },
  [STYLE_NOTE] = { "Cantarell, sans 8", 0.45 },
};

static PangoLayout *
make_layout (Page *page, Style style, double width, const char *text)
{
  PangoLayout *layout = pango_cairo_create_layout (page->cr);
  PangoFontDescription *font = pango_font_description_from_string (styles[style].font);

  pango_layout_set_font_description (layout, font);
  pango_font_description_free (font);
  pango_layout_set_width (layout, (int) (width * PANGO_SCALE));
  pango_layout_set_text (layout, text, -1);
  return layout;
}

/* At (x, y) of the page; returns the height. Long words are cut in one line, else wrapped. */
static double
put_text (Page *page,
          Style style,
          double x,
          double y,
          double width,
          PangoAlignment alignment,
          gboolean is_one_line,
          const char *text)
{
  g_autoptr (PangoLayout) layout = make_layout (page, style, width, text);
  int height;

  pango_layout_set_alignment (layout, alignment);
  if (is_one_line)
    pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  else
    pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  cairo_set_source_rgb (page->cr, styles[style].grey, styles[style].grey, styles[style].grey);
  cairo_move_to (page->cr, x, y);
  pango_cairo_show_layout (page->cr, layout);
  pango_layout_get_pixel_size (layout, NULL, &height);
  return height;
}

static void
add_text (Page *page, Style style, const char *text)
{
  page->y +=
      put_text (page, style, page->x, page->y, page->width, PANGO_ALIGN_LEFT, FALSE, text) + 2;
}

/* A row of two: name at the left, value at the right edge. The name gives way, but keeps its third. */
static void
add_row (Page *page, const char *name, const char *value)
{
  g_autoptr (PangoLayout) layout = make_layout (page, STYLE_BODY, -1, value);
  double share, height;
  int value_width;

  pango_layout_set_width (layout, -1);
  pango_layout_get_pixel_size (layout, &value_width, NULL);
  share = CLAMP (page->width - value_width - 2, page->width * 0.38, page->width * 0.8);
  height = put_text (page, STYLE_BODY, page->x, page->y, share - 6, PANGO_ALIGN_LEFT, TRUE, name);
  put_text (page, STYLE_BODY, page->x + share, page->y, page->width - share, PANGO_ALIGN_RIGHT,
            TRUE, value);
  page->y += height + 1;
}

static void
add_plot (Page *page, FsPlot *plot, double height)
{
  FsPlotStyle style = { 0 };

  cairo_save (page->cr);
  cairo_translate (page->cr, page->x, page->y);
  cairo_rectangle (page->cr, 0, 0, page->width, height);
  cairo_clip (page->cr);
  fs_plot_draw (plot, page->cr, &style, page->width, height, NULL);
  cairo_restore (page->cr);
  page->y += height + GAP;
  fs_plot_free (plot);
}

/* ---- the blocks ---- */

static void
add_head (Page *page, const FsSnapshot *snapshot)
{
  const FsExperiment *experiment = &snapshot->experiment;
  const FsExperiment usual = fs_experiment_default ();
  g_autofree char *title = fs_facts_title (experiment);
  g_autofree char *state = fs_facts_subtitle (snapshot, FALSE, NULL);

  const gboolean has_name = *experiment->name && !g_str_equal (experiment->name, usual.name);

  add_text (page, STYLE_TITLE, has_name ? experiment->name : title);
  if (has_name)
    add_text (page, STYLE_BODY, title);
  add_text (page, STYLE_NOTE, state);
  page->y += GAP / 2;
}

static void
add_verdict (Page *page, const FsVerdict *verdict)
{
  static const double tones[][3] = { [FS_TONE_NEUTRAL] = { 0.93, 0.93, 0.93 },
                                     [FS_TONE_GOOD] = { 0.88, 0.95, 0.89 },
                                     [FS_TONE_WARNING] = { 0.98, 0.92, 0.87 },
                                     [FS_TONE_BAD] = { 0.98, 0.88, 0.88 } };
  const double *tone = tones[verdict->tone];
  double inset = 10, top = page->y;
  Page inner = { page->cr, page->x + inset, top + inset - 2, page->width - 2 * inset };

  /* Measured by drawing out of sight, then drawn on its ground. */
  cairo_push_group (page->cr);
  add_text (&inner, STYLE_HEADING, verdict->headline);
  add_text (&inner, STYLE_BODY, verdict->detail);
  cairo_pattern_destroy (cairo_pop_group (page->cr));
  cairo_set_source_rgb (page->cr, tone[0], tone[1], tone[2]);
  cairo_rectangle (page->cr, page->x, top, page->width, inner.y - top + inset - 4);
  cairo_fill (page->cr);
  page->y = inner.y + inset - 4 + GAP;
  inner.y = top + inset - 2;
  add_text (&inner, STYLE_HEADING, verdict->headline);
  add_text (&inner, STYLE_BODY, verdict->detail);
}

static void
add_loss_row (Page *page, const char *name, double loss)
{
  g_autofree char *value = fs_facts_loss (loss);

  if (!isnan (loss))
    add_row (page, name, value);
}

static void
add_share_row (Page *page, const char *name, double share)
{
  g_autofree char *value = g_strdup_printf ("%.1f %%", 100 * share);

  if (!isnan (share))
    add_row (page, name, value);
}

static void
add_accuracies (Page *page, const FsHistory *history, const FsBaseline *rival)
{
  const FsObservation *best = &history->observations[history->best];
  g_autofree char *name = g_strdup_printf (_ ("Right answers, epoch %u"), best->epoch);

  add_share_row (page, name,
                 history->has_validation ? best->validation_accuracy : best->train_accuracy);
  add_share_row (page, _ ("Always the most frequent class"), rival->majority_accuracy);
}

static void
add_results (Page *page, const FsSnapshot *snapshot)
{
  const FsHistory *history = &snapshot->history;
  const FsObservation *best = &history->observations[history->best];
  const FsObservation *last = &history->observations[history->n_observations - 1];
  const FsBaseline *rival =
      &snapshot->baselines.parts[history->has_validation ? FS_PART_VALIDATION : FS_PART_TRAIN];
  g_autofree char *model = fs_facts_model_name (&snapshot->experiment);
  g_autofree char *loss = fs_facts_loss_name (&snapshot->experiment);
  g_autofree char *at_best = g_strdup_printf (_ ("%s, epoch %u"), model, best->epoch);
  g_autofree char *at_last = g_strdup_printf (_ ("%s, epoch %u"), model, last->epoch);

  add_text (page, STYLE_HEADING,
            history->has_validation ? _ ("Validation loss") : _ ("Train loss"));
  add_loss_row (page, at_best, history->has_validation ? best->validation_loss : best->train_loss);
  if (last->epoch != best->epoch)
    add_loss_row (page, at_last,
                  history->has_validation ? last->validation_loss : last->train_loss);
  add_loss_row (page, _ ("Straight line (ridge)"), rival->ridge);
  add_loss_row (page, _ ("Repeat last value"), rival->persistence);
  add_loss_row (page, _ ("Repeat last season"), rival->seasonal_naive);
  add_loss_row (
      page, snapshot->baselines.is_of_classes ? _ ("Shares of the classes") : _ ("Training mean"),
      rival->mean);
  add_text (page, STYLE_NOTE, loss);
  if (history->has_accuracy)
    add_accuracies (page, history, rival);
}

/* Of a classifier the confusion matrix takes the forecast's place; FALSE where there is none. */
static gboolean
add_confusion (Page *page, const FsSnapshot *snapshot)
{
  const FsDataset *dataset = snapshot->dataset;
  const FsPart part = snapshot->history.has_validation ? FS_PART_VALIDATION : FS_PART_TRAIN;
  FsClassMetrics metrics;
  g_autofree char *title = NULL;

  if (!dataset || !dataset->class_names || dataset->n_classes > MOST_CLASSES
      || !fs_run_class_metrics (snapshot, part, &metrics))
    return FALSE;
  title =
      g_strdup_printf (part == FS_PART_TRAIN ? _ ("Confusion, %zu training examples, epoch %u")
                                             : _ ("Confusion, %zu validation examples, epoch %u"),
                       metrics.n, snapshot->forecast->epoch);
  add_text (page, STYLE_HEADING, title);
  cairo_save (page->cr);
  cairo_translate (page->cr, page->x, page->y);
  fs_confusion_matrix_draw (page->cr, metrics.confusion, dataset->class_names, metrics.n_classes,
                            page->width, FORECAST_HEIGHT - GAP);
  cairo_restore (page->cr);
  page->y += FORECAST_HEIGHT;
  fs_class_metrics_clear (&metrics);
  return TRUE;
}

static void
add_data (Page *page, const FsSnapshot *snapshot)
{
  const FsExperiment *experiment = &snapshot->experiment;
  g_autofree char *windows = fs_facts_windows (snapshot);
  g_autofree char *split = fs_facts_split (experiment, snapshot->dataset);
  g_autofree char *parameters = fs_facts_parameters (experiment, snapshot->dataset);
  g_autofree char *pace = fs_facts_duration (snapshot->epoch_seconds);
  g_autofree char *id =
      g_strdup_printf ("%016" G_GINT64_MODIFIER "x", fs_experiment_hash (experiment));
  g_autofree char *data_id =
      g_strdup_printf ("%016" G_GINT64_MODIFIER "x",
                       snapshot->dataset ? snapshot->dataset->frame_hash : (guint64) 0);

  page->y += GAP / 2;
  add_text (page, STYLE_HEADING, _ ("To repeat it"));
  add_row (page, _ ("Train · validation · test, %"), split);
  if (windows)
    add_text (page, STYLE_BODY, windows);
  if (parameters)
    add_text (page, STYLE_BODY, parameters);
  if (snapshot->epoch_seconds > 0)
    add_row (page, _ ("Time per epoch"), pace);
  add_row (page, _ ("Experiment"), id);
  add_row (page, _ ("Data"), data_id);
}

typedef struct
{
  Page *page;
  FsExperiment *experiment; /* to look the settings up in */
  guint n_left_out;
} Settings;

/* As the window shows it: "Cross-entropy" and "0,02", not "cross-entropy" and "0.02". */
static char *
shown_value (FsExperiment *experiment, const char *path, const char *text)
{
  FsPlace place;

  if (!*text)
    return g_strdup (_ ("none"));
  if (fs_experiment_find (experiment, path, &place, NULL) != FS_OK)
    return g_strdup (text);
  if (place.setting->type == FS_TYPE_CHOICE)
    return g_strdup (_ (place.setting->choices[(int) fs_place_get_number (&place)].label));
  if (place.setting->type == FS_TYPE_BOOLEAN)
    return g_strdup (fs_place_get_number (&place) != 0 ? _ ("on") : _ ("off"));
  if (place.setting->type == FS_TYPE_NUMBER || place.setting->type == FS_TYPE_INTEGER)
    return fs_number_field_show (place.setting, text);
  return g_strdup (text);
}

static void
setting_cb (const char *path, const char *label, const char *left, const char *right, void *data)
{
  Settings *settings = data;
  g_autofree char *value = NULL;

  if (g_str_equal (path, "name"))
    return;
  if (settings->page->y > FS_REPORT_HEIGHT_PX - MARGIN - 32)
    {
      settings->n_left_out++;
      return;
    }
  value = shown_value (settings->experiment, path, right);
  add_row (settings->page, label, value);
}

static void
add_settings (Page *page, const FsExperiment *experiment)
{
  FsExperiment usual = fs_experiment_default ();
  g_autofree FsExperiment *copy = g_memdup2 (experiment, sizeof *experiment);
  Settings settings = { page, copy, 0 };

  add_text (page, STYLE_HEADING, _ ("Settings that differ from the defaults"));
  if (fs_experiment_compare (&usual, experiment, setting_cb, &settings) == 0)
    add_text (page, STYLE_BODY, _ ("None."));
  if (settings.n_left_out > 0)
    {
      g_autofree char *more = g_strdup_printf (_ ("and %u more"), settings.n_left_out);
      add_text (page, STYLE_NOTE, more);
    }
}

void
fs_report_draw (const FsSnapshot *snapshot, const FsVerdict *verdict, cairo_t *cr)
{
  Page page = { cr, MARGIN, MARGIN, FS_REPORT_WIDTH_PX - 2 * MARGIN };
  FsLossPlot *loss = fs_loss_plot_new ();
  double column = (page.width - 2 * GAP) / 2;
  Page left, right;

  add_head (&page, snapshot);
  add_verdict (&page, verdict);
  add_plot (&page, fs_loss_plot_make (loss, snapshot, 0), LOSS_HEIGHT);
  fs_loss_plot_free (loss);
  if (!add_confusion (&page, snapshot))
    add_plot (&page, fs_forecast_plot_make (snapshot, FALSE), FORECAST_HEIGHT);
  left = (Page){ cr, page.x, page.y, column };
  right = (Page){ cr, page.x + column + 2 * GAP, page.y, column };
  add_results (&left, snapshot);
  add_data (&left, snapshot);
  add_settings (&right, &snapshot->experiment);
}

/* ---- the file ---- */

static cairo_status_t
append_cb (void *data, const unsigned char *bytes, unsigned length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

GBytes *
fs_report_make (const FsSnapshot *snapshot, const FsVerdict *verdict, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *title = NULL;
  cairo_surface_t *surface;
  cairo_status_t status;
  cairo_t *cr;

  if (!snapshot || snapshot->history.n_observations == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("There is nothing to report: no epoch has been trained yet."));
      return NULL;
    }
  title = fs_facts_title (&snapshot->experiment);
  surface = cairo_pdf_surface_create_for_stream (
      append_cb, bytes, FS_REPORT_WIDTH_PX * POINTS_PER_PX, FS_REPORT_HEIGHT_PX * POINTS_PER_PX);
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
  /* The date of writing would make two reports of one run differ. */
  cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00");
  cr = cairo_create (surface);
  cairo_scale (cr, POINTS_PER_PX, POINTS_PER_PX);
  fs_report_draw (snapshot, verdict, cr);
  cairo_show_page (cr);
  cairo_destroy (cr);
  cairo_surface_finish (surface);
  status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The report cannot be drawn: %s."),
                   cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

gboolean
fs_report_save (const FsSnapshot *snapshot,
                const FsVerdict *verdict,
                const char *path,
                GError **error)
{
  g_autoptr (GBytes) bytes = fs_report_make (snapshot, verdict, error);
  gsize size;
  const char *contents;

  if (!bytes)
    return FALSE;
  contents = g_bytes_get_data (bytes, &size);
  return fs_file_write (path, contents, size, error);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the files of FsChart share: chart.c (state), chart-picture.c (texture), chart-overlay.c (cursor and read-out),
 * chart-input.c (pointer and keys), chart-actions.c (actions, menu, files). */

#include "ui/chart/chart.h"

/* Readings shown at once; a plot with more series shows the first ones. */
#define FS_CHART_MAX_READINGS 24

typedef enum
{
  FS_CHART_DRAG_NONE,
  FS_CHART_DRAG_ZOOM,
  FS_CHART_DRAG_PAN
} FsChartDrag;

/* One row of the read-out and its dot on the curve. */
typedef struct
{
  PangoLayout *name, *value; /* owned */
  FsChartColour colour;
  FsPlotDash dash;
  float x_px, y_px; /* of the point */
  bool is_visible;  /* the point lies inside the axes */
} FsChartRow;

/* What is drawn over the texture, made ready whenever the cursor, the picture or the style changes.
 * Empty (is_shown false) while there is neither cursor nor pointer. */
typedef struct
{
  bool has_cursor, has_hover, has_box;
  float cursor_px, hover_px;
  PangoLayout *heading; /* owned; "epoch 61" */
  FsChartRow rows[FS_CHART_MAX_READINGS];
  size_t n_rows;
  float name_px, value_px, row_px; /* widths of the columns, height of a row */
  graphene_rect_t box;
} FsChartOverlay;

struct _FsChart
{
  GtkWidget parent_instance;

  FsPlot *plot; /* never NULL */
  char *label, *description;
  char *own_description; /* made from the plot while description is NULL */
  double cursor_x, hover_x, magnification, title_end_px;
  bool is_following, is_log, is_log_chosen;
  FsPlotView view; /* all false while following */

  /* The picture: of exactly this plot, view, size, scale and palette unless it is stale; then `tick_id` will
   * make it anew before the next frame, or the next map or allocation will. */
  GdkTexture *texture;
  cairo_surface_t *surface; /* the texture's pixels; one reference is owned */
  bool is_stale;
  guint tick_id;
  FsPlotFrame frame;
  FsChartPalette palette;
  bool has_palette;
  guint font_serial; /* of the Pango context that the picture was drawn with */
  unsigned n_renders;
  FsChartOverlay overlay;

  FsChartDrag drag;
  graphene_point_t drag_from, drag_to;
  FsPlotFrame drag_frame;
  double pointer_x, pointer_y;
  GtkWidget *menu;
  GtkFileChooserNative *chooser;
};

/* The picture must be made again, before the next frame. */
void fs_chart_drop_picture (FsChart *chart);
void fs_chart_clear_picture (FsChart *chart);
void fs_chart_get_style (FsChart *chart, FsPlotStyle *style);
void fs_chart_move_cursor (FsChart *chart, double x); /* by the user: emits cursor-moved */
void fs_chart_notice (FsChart *chart, const char *sentence);

void fs_chart_size_allocate_vfunc (GtkWidget *widget, int width, int height, int baseline);
void fs_chart_map_vfunc (GtkWidget *widget);
void fs_chart_chain_map (GtkWidget *widget); /* to the parent class */
void fs_chart_snapshot_vfunc (GtkWidget *widget, GtkSnapshot *snapshot);
void fs_chart_measure_vfunc (GtkWidget *widget,
                             GtkOrientation orientation,
                             int for_size,
                             int *minimum,
                             int *natural,
                             int *minimum_baseline,
                             int *natural_baseline);

void fs_chart_overlay_update (FsChart *chart);
void fs_chart_overlay_snapshot (FsChart *chart, GtkSnapshot *snapshot);
void fs_chart_overlay_clear (FsChartOverlay *overlay);

void fs_chart_add_input (FsChart *chart);
void fs_chart_class_add_keys (GtkWidgetClass *widget_class);
void fs_chart_class_add_actions (GtkWidgetClass *widget_class);
void fs_chart_zoom (FsChart *chart, double factor_x, double factor_y, double x_px, double y_px);
void fs_chart_open_menu (FsChart *chart, double x_px, double y_px);

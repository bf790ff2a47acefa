/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The colours of charts by what they mean. On the screen they come from the style sheet, under the
 * names given here; files and headless runs use the two built-in palettes. */

#include <gdk/gdk.h>

typedef enum
{
  FS_CHART_COLOUR_TEXT, /* titles; "fitscope_text" in the style sheet, and so on */
  FS_CHART_COLOUR_DIM,  /* axis numbers, names at the margin */
  FS_CHART_COLOUR_GRID,
  FS_CHART_COLOUR_BACKGROUND, /* behind everything; exports paint it, the widget's card does */
  FS_CHART_COLOUR_TRUTH,      /* the series itself */
  FS_CHART_COLOUR_TRAIN,
  FS_CHART_COLOUR_VALIDATION,
  FS_CHART_COLOUR_TEST,
  FS_CHART_COLOUR_RUNNING,  /* the faint raw curve under the smooth one */
  FS_CHART_COLOUR_BASELINE, /* persistence and the like */
  FS_CHART_COLOUR_EVENT,    /* a setting changed here */
  FS_CHART_COLOUR_CURSOR,
  FS_CHART_COLOUR_GOOD,
  FS_CHART_COLOUR_BAD,
  FS_CHART_COLOUR_EXTRA_1, /* six more for runs that are compared, gates, classes; told apart */
  FS_CHART_COLOUR_EXTRA_2, /* by lightness too, so that a grey print keeps them */
  FS_CHART_COLOUR_EXTRA_3,
  FS_CHART_COLOUR_EXTRA_4,
  FS_CHART_COLOUR_EXTRA_5,
  FS_CHART_COLOUR_EXTRA_6,
  FS_CHART_N_COLOURS
} FsChartColour;

typedef struct
{
  GdkRGBA colours[FS_CHART_N_COLOURS];
} FsChartPalette;

const char *fs_chart_colour_name (FsChartColour colour); /* "fitscope_train" */
const FsChartPalette *fs_chart_palette_light (void);     /* exports use this one */
const FsChartPalette *fs_chart_palette_dark (void);

/* The contrast of two opaque colours, 1 … 21, as WCAG 2.1 defines it. */
double fs_chart_contrast (const GdkRGBA *a, const GdkRGBA *b);

/* Black or white, whichever reads better on `colour`. */
GdkRGBA fs_chart_contrasting (const GdkRGBA *colour);

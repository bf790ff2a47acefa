/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The built-in palettes. Every colour that is used for text has a contrast of at least 4.5 with its
 * background (WCAG 2.1, 1.4.3); a test computes it. */

#include "ui/chart/chart-palette.h"

#include <math.h>

#define RGB(hex)                                                               \
  {                                                                            \
    (float) ((hex) >> 16 & 255) / 255.0f, (float) ((hex) >> 8 & 255) / 255.0f, \
        (float) ((hex) &255) / 255.0f, 1.0f                                    \
  }

static const char *const names[FS_CHART_N_COLOURS] = {
  [FS_CHART_COLOUR_TEXT] = "fitscope_text",
  [FS_CHART_COLOUR_DIM] = "fitscope_dim",
  [FS_CHART_COLOUR_GRID] = "fitscope_grid",
  [FS_CHART_COLOUR_BACKGROUND] = "fitscope_background",
  [FS_CHART_COLOUR_TRUTH] = "fitscope_truth",
  [FS_CHART_COLOUR_TRAIN] = "fitscope_train",
  [FS_CHART_COLOUR_VALIDATION] = "fitscope_validation",
  [FS_CHART_COLOUR_TEST] = "fitscope_test",
  [FS_CHART_COLOUR_RUNNING] = "fitscope_running",
  [FS_CHART_COLOUR_BASELINE] = "fitscope_baseline",
  [FS_CHART_COLOUR_EVENT] = "fitscope_event",
  [FS_CHART_COLOUR_CURSOR] = "fitscope_cursor",
  [FS_CHART_COLOUR_GOOD] = "fitscope_good",
  [FS_CHART_COLOUR_BAD] = "fitscope_bad",
  [FS_CHART_COLOUR_EXTRA_1] = "fitscope_extra_1",
  [FS_CHART_COLOUR_EXTRA_2] = "fitscope_extra_2",
  [FS_CHART_COLOUR_EXTRA_3] = "fitscope_extra_3",
  [FS_CHART_COLOUR_EXTRA_4] = "fitscope_extra_4",
  [FS_CHART_COLOUR_EXTRA_5] = "fitscope_extra_5",
  [FS_CHART_COLOUR_EXTRA_6] = "fitscope_extra_6",
};

static const FsChartPalette light = { {
    [FS_CHART_COLOUR_TEXT] = RGB (0x2a2a2a),       [FS_CHART_COLOUR_DIM] = RGB (0x6b6b6b),
    [FS_CHART_COLOUR_GRID] = RGB (0xe4e4e4),       [FS_CHART_COLOUR_BACKGROUND] = RGB (0xffffff),
    [FS_CHART_COLOUR_TRUTH] = RGB (0x303030),      [FS_CHART_COLOUR_TRAIN] = RGB (0x1a6fd4),
    [FS_CHART_COLOUR_VALIDATION] = RGB (0xcc4b00), [FS_CHART_COLOUR_TEST] = RGB (0x1a7f4f),
    [FS_CHART_COLOUR_RUNNING] = RGB (0xb0b7c0),    [FS_CHART_COLOUR_BASELINE] = RGB (0x6b6b6b),
    [FS_CHART_COLOUR_EVENT] = RGB (0x6b6b6b),      [FS_CHART_COLOUR_CURSOR] = RGB (0x2a2a2a),
    [FS_CHART_COLOUR_GOOD] = RGB (0x1a7f4f),       [FS_CHART_COLOUR_BAD] = RGB (0xc01c28),
    [FS_CHART_COLOUR_EXTRA_1] = RGB (0x8a3ab0),    [FS_CHART_COLOUR_EXTRA_2] = RGB (0x0a7a86),
    [FS_CHART_COLOUR_EXTRA_3] = RGB (0x8f6200),    [FS_CHART_COLOUR_EXTRA_4] = RGB (0xb0236b),
    [FS_CHART_COLOUR_EXTRA_5] = RGB (0x3d4fb5),    [FS_CHART_COLOUR_EXTRA_6] = RGB (0x5a4535),
} };

static const FsChartPalette dark = { {
    [FS_CHART_COLOUR_TEXT] = RGB (0xf2f2f2),       [FS_CHART_COLOUR_DIM] = RGB (0xa3a3a3),
    [FS_CHART_COLOUR_GRID] = RGB (0x333333),       [FS_CHART_COLOUR_BACKGROUND] = RGB (0x1f1f1f),
    [FS_CHART_COLOUR_TRUTH] = RGB (0xe6e6e6),      [FS_CHART_COLOUR_TRAIN] = RGB (0x62a0ea),
    [FS_CHART_COLOUR_VALIDATION] = RGB (0xf29b40), [FS_CHART_COLOUR_TEST] = RGB (0x4fbf86),
    [FS_CHART_COLOUR_RUNNING] = RGB (0x565b62),    [FS_CHART_COLOUR_BASELINE] = RGB (0xa3a3a3),
    [FS_CHART_COLOUR_EVENT] = RGB (0xa3a3a3),      [FS_CHART_COLOUR_CURSOR] = RGB (0xf2f2f2),
    [FS_CHART_COLOUR_GOOD] = RGB (0x4fbf86),       [FS_CHART_COLOUR_BAD] = RGB (0xff7b72),
    [FS_CHART_COLOUR_EXTRA_1] = RGB (0xcf9bea),    [FS_CHART_COLOUR_EXTRA_2] = RGB (0x4fc6d2),
    [FS_CHART_COLOUR_EXTRA_3] = RGB (0xe0c04a),    [FS_CHART_COLOUR_EXTRA_4] = RGB (0xf488b8),
    [FS_CHART_COLOUR_EXTRA_5] = RGB (0x9aa7f5),    [FS_CHART_COLOUR_EXTRA_6] = RGB (0xc9ac94),
} };

const char *
fs_chart_colour_name (FsChartColour colour)
{
  return names[colour];
}

const FsChartPalette *
fs_chart_palette_light (void)
{
  return &light;
}

const FsChartPalette *
fs_chart_palette_dark (void)
{
  return &dark;
}

/* sRGB to linear light: WCAG 2.1, "relative luminance". */
static double
linear_light (double channel)
{
  return channel <= 0.04045 ? channel / 12.92 : pow ((channel + 0.055) / 1.055, 2.4);
}

double
fs_chart_contrast (const GdkRGBA *a, const GdkRGBA *b)
{
  double la = 0.2126 * linear_light (a->red) + 0.7152 * linear_light (a->green)
              + 0.0722 * linear_light (a->blue);
  double lb = 0.2126 * linear_light (b->red) + 0.7152 * linear_light (b->green)
              + 0.0722 * linear_light (b->blue);
  return (fmax (la, lb) + 0.05) / (fmin (la, lb) + 0.05);
}

GdkRGBA
fs_chart_contrasting (const GdkRGBA *colour)
{
  static const GdkRGBA white = { 1, 1, 1, 1 }, black = { 0.08f, 0.08f, 0.08f, 1 };
  return fs_chart_contrast (colour, &white) >= fs_chart_contrast (colour, &black) ? white : black;
}

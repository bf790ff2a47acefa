/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The looks of the parts. See part-style.h. */

#include "ui/views/part-style.h"

#include "ui/text.h"

static const FsPartStyle styles[FS_N_PARTS] = {
  [FS_PART_TRAIN] = { N_ ("train"), FS_CHART_COLOUR_TRAIN, FS_PLOT_SOLID },
  [FS_PART_VALIDATION] = { N_ ("validation"), FS_CHART_COLOUR_VALIDATION, FS_PLOT_DASHED },
  [FS_PART_TEST] = { N_ ("test"), FS_CHART_COLOUR_TEST, FS_PLOT_DASH_DOT },
};

const FsPartStyle *
fs_part_style (FsPart part)
{
  return &styles[part];
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How train, validation and test look and are called in every chart that shows them apart: never by the
 * colour alone. */

#include "engine/prepare/dataset.h"
#include "ui/chart/chart-plot.h"

typedef struct
{
  const char *name; /* English; for _() */
  FsChartColour colour;
  FsPlotDash dash;
} FsPartStyle;

const FsPartStyle *fs_part_style (FsPart part);

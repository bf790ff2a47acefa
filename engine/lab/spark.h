/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run's losses in a small picture: so few points that hundreds of runs are listed at once. */

#include <glib.h>
#include "engine/train/history.h"

/* About as many points as the picture is wide. */
#define FS_SPARK_POINTS 64

typedef struct
{
  float train[FS_SPARK_POINTS + 1], validation[FS_SPARK_POINTS + 1]; /* NaN is a gap */
  guint8 n;
} FsSpark;

/* Every k-th epoch: a small picture shows the course, not each spike. */
void fs_spark_make (FsSpark *spark, const FsHistory *history);

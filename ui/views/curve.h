/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A growing curve, reduced as it grows. Points are gathered into buckets of equal size; each keeps
 * its lowest and its highest point, so no spike is ever lost. When there are too many buckets,
 * pairs are merged. Adding a point costs constant time on average and drawing never sees more than
 * FS_CURVE_MAX_POINTS, so an epoch costs the same at the hundred-thousandth as at the first. Below
 * half of that, every point is kept as it is. Plain data, no widget. */

#include <glib.h>

#define FS_CURVE_MAX_POINTS 4096

typedef struct FsCurve FsCurve;

FsCurve *fs_curve_new (void);
void fs_curve_free (FsCurve *curve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsCurve, fs_curve_free)

void fs_curve_clear (FsCurve *curve);
/* x ascends from call to call; a NaN y makes a gap. */
void fs_curve_add (FsCurve *curve, double x, double y);
/* The points to draw; valid until the next call on the curve. Returns how many. */
gsize fs_curve_points (FsCurve *curve, const double **x, const double **y);

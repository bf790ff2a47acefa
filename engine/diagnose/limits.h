/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where what a probe or an epoch tells stops being healthy: the findings judge by these limits, and the
 * window draws them into its charts of the inside. The figures in brackets are medians of ill against
 * healthy runs of small LSTMs. */

/* log of the gradient's norm, per step into the past [fading by 0.3 and more; healthy 0.05 … 0.15]. */
#define FS_LIMIT_FADING 0.3
#define FS_LIMIT_GROWING -0.15

/* Share of the gradient that the older half of the window has [0.0001 … 0.002 against 0.08 … 0.14]. */
#define FS_LIMIT_OLDER_SHARE 0.005

/* A median |c| that has grown so large, and by so much over the window. */
#define FS_LIMIT_CELL 10.0
#define FS_LIMIT_CELL_GROWTH 3.0

/* Shares of gate values and candidates at their ends, and of dead units. Of the first a majority, because
 * useful counters saturate a few units [candidates: 0.84 … 0.95 against 0]. */
#define FS_LIMIT_SATURATED 0.5
#define FS_LIMIT_DEAD 0.2

/* Independent directions, as a share of those that could be. */
#define FS_LIMIT_RANK 0.1

/* Mean of the forget gate [0.02 … 0.045 against 0.69 … 0.74]. */
#define FS_LIMIT_SHUT_GATE 0.2

/* Saliency of the older half of the window below which half a window would do. */
#define FS_LIMIT_IDLE 0.001

/* Clipping in nearly every batch is a brake, not a guard. */
#define FS_LIMIT_CLIPPED 0.95

/* |Δw| / |w| of a batch is some 10^-2.5 in healthy runs [-5.2 where the rate is a thousandth]. */
#define FS_LIMIT_SMALL_UPDATE 3e-4
#define FS_LIMIT_LARGE_UPDATE 0.1

/* Largest or 99th gradient of an epoch against its median [56 … 210 against 4.5]. */
#define FS_LIMIT_SPIKE 20.0

/* Noise scale of the gradient, in batches. */
#define FS_LIMIT_NOISE 10.0

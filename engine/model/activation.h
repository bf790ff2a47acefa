/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The curves φ that outputs and gates pass through, and their slopes. */

#include <stdbool.h>
#include <stddef.h>
#include "engine/base/real.h"
#include "engine/experiment/experiment.h"
#include "engine/model/kernels.h"

/* A curve with its number, if it has one (the slope of a leaky ReLU below 0). */
typedef struct
{
  FsActivation kind;
  FsReal below; /* leaky ReLU only */
} FsCurve;

/* The curves of a recurrent layer's values and of its gates. */
FsActivation fs_cell_activation (FsCellActivation kind);
FsActivation fs_gate_activation (FsGateActivation kind);

/* Replaces z[n] by φ(z). `kernels` may be NULL: libm instead. */
void fs_curve_apply (FsCurve curve, const FsKernels *kernels, FsReal *z, size_t n);

/* φ'(z), given z and y = φ(z). Only where fs_curve_needs_z() is z looked at. */
FsReal fs_curve_slope (FsCurve curve, FsReal z, FsReal y);
bool fs_curve_needs_z (FsCurve curve);

/* dz = dy ⊙ φ'(z) for one row of n outputs; softmax, whose outputs hang together, too:
 * dz = y ⊙ (dy − Σ y dy). `z` may be NULL where it is not needed. */
void fs_curve_backward (FsCurve curve,
                        const FsReal *z,
                        const FsReal *y,
                        const FsReal *dy,
                        FsReal *dz,
                        size_t n);

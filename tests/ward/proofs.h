/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whether prescriptions cure: the first one of each gross and moderate plant that harms is proven as the
 * window does it, beside a random change of equal size; and so is one that belongs to another fault,
 * which the proof ought to refute. */

#include "tests/ward/evidence.h"
#include "tests/ward/hosts.h"

/* `every`: each so many-th plant, from the first on. */
void ward_prove (WardStore *store, const WardChoice *choice, guint every, guint n_jobs);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How often findings were right on the bench of planted faults, as measured by it: the numbers are in
 * data/ward-rates.csv, which tests/ward writes, and nowhere typed. */

#include <glib.h>
#include "engine/diagnose/finding.h"

/* A few sentences about one finding and the whole; transfer full; NULL where nothing was measured. */
char *fs_rates_describe (FsFindingId id);

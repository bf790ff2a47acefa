/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A verdict as JSON, the same wherever the command line writes one. */

#include <glib.h>
#include "engine/diagnose/verdict.h"

/* [{"id":…,"confidence":…,"claim":…,"evidence":[…],"remedy":{…}}], [] while there is nothing to find
 * fault with. */
void fs_verdict_append_findings (GString *json, const FsVerdict *verdict);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* "Why?": one page about a finding in a window of its own: what was measured in this run, the rule, where
 * it comes from, what it assumes, when it is wrong, and how often it was right on the bench. */

#include <gtk/gtk.h>
#include "engine/diagnose/finding.h"

G_BEGIN_DECLS

void fs_why_page_present (GtkWindow *parent, const FsFinding *finding);

G_END_DECLS

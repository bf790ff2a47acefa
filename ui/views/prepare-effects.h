/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* "Is this step worth it?": on request the experiment is trained with and without each step, with three
 * paired seeds, in the background, and the change of the validation error is listed with its interval.
 * The table stays until it is measured again, and says when the experiment has changed since. */

#include <gtk/gtk.h>
#include "ui/session.h"

G_BEGIN_DECLS

#define FS_TYPE_PREPARE_EFFECTS (fs_prepare_effects_get_type ())
G_DECLARE_FINAL_TYPE (FsPrepareEffects, fs_prepare_effects, FS, PREPARE_EFFECTS, GtkWidget)

GtkWidget *fs_prepare_effects_new (FsSession *session);

G_END_DECLS

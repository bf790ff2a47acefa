/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the profile says of texts: lengths, words, classes, texts that occur twice with what to do about them,
 * and the nearest words of a word that is typed in. Made anew with every profile. */

#include <gtk/gtk.h>
#include "engine/lab/file-profile.h"
#include "ui/session.h"

/* Reads `report`, which is not kept. */
GtkWidget *fs_prepare_texts_new (FsSession *session, const FsProfileReport *report);

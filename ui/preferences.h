/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The preferences: everything in them lasts (ui/settings.h), and nothing is in them that the program
 * does not honour. What cannot change at once says so. */

#include <adwaita.h>

/* The window belongs to the application of `parent` and goes with it. Returns it, for tests. */
GtkWidget *fs_preferences_present (GtkWindow *parent);

/* The chosen size of all text; to be called once GTK is initialised. */
void fs_preferences_apply_text_size (void);

/* The chosen contrast, likewise. */
void fs_preferences_apply_contrast (void);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which language the window speaks: that of the system, or the one chosen in the preferences. */

/* Sets the locale and the translator. To be called once, by the program with a window, before GTK is
 * initialised and before any thread is started. */
void fs_language_start (void);

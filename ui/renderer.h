/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which of GTK's renderers draws the window. On a machine without a graphics card OpenGL is made by the
 * processor, on every core, and takes them from the training; Cairo draws the same window with a
 * fraction of it. */

/* The renderer for a machine whose devices are the files of this folder; NULL = GTK's own choice. */
const char *fs_renderer_for (const char *devices);

/* Chooses for this machine, unless GSK_RENDERER does already. Before GTK is initialised. */
void fs_renderer_choose (void);

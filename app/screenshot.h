/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pictures of the real window for reviews and documentation: ready, training and finished, light
 * and dark, as window-STATE-STYLE.png. The window trains its experiment to the end; each picture is
 * taken when the state has come and has been drawn, never after a delay. */

#include "ui/window.h"

/* Begins; closes the window when all is written. *exit_code becomes 1 if anything fails. */
void fs_screenshot_start (FsWindow *window, const char *folder, int *exit_code);

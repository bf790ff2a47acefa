/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* High contrast by the person's own choice, in the light and the dark style. Where the system asks for it
 * libadwaita gives it by itself, whatever is chosen here. */

#include <glib.h>

/* Acts at once on every window. */
void fs_contrast_set_high (gboolean is_high);

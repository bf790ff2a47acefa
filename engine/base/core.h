/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* On which of the processor's cores the calling thread runs, where the system tells. */

/* -1 if it does not. */
int fs_core_current (void);

/* Asks to run the calling thread on any other core that it may use. It may come back later; nothing
 * happens if there is no other. */
void fs_core_leave (int core);

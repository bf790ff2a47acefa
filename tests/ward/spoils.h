/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Faults in the rows themselves, each of a given strength, and the file that holds them. */

#include "tests/ward/hosts.h"

typedef void (*WardSpoil) (WardRows *rows, double strength);

/* Series. */
void ward_spoil_code (WardRows *rows, double share);  /* a number that means "missing" */
void ward_spoil_order (WardRows *rows, double share); /* rows change places */
void ward_spoil_level (WardRows *rows, double sds);   /* the last third lies higher */
void ward_spoil_scale (WardRows *rows, double factor);
void ward_spoil_walk (WardRows *rows, double step); /* a random walk instead */
void ward_spoil_tails (WardRows *rows, double sds); /* slips, one in two hundred */

/* Both. */
void ward_spoil_leak (WardRows *rows, double noise); /* one more input, which is the answer */

/* Sequences. */
void ward_spoil_answers (WardRows *rows, double share); /* are dealt out anew */
void ward_spoil_inputs (WardRows *rows, double factor); /* large numbers far from 0 */
void ward_spoil_shares (WardRows *rows, double share);  /* the first class becomes rare */

void ward_input_name (const WardRows *rows, guint input, char name[FS_TEXT_SIZE]);
void ward_rows_write (const WardRows *rows, const char *path);

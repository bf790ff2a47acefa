/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the diagnosis writes: sentences into fixed buffers, cut where they are full, with numbers of
 * three digits, all in the person's language (engine/base/text.h): the format is looked up first.
 * Private to engine/diagnose. */

#include <stddef.h>
#include "engine/base/number.h"
#include "engine/base/text.h"

void fs_words_say (char *text, size_t size, const char *format, ...)
    __attribute__ ((format (printf, 3, 4)));
#define FS_SAY(field, ...) fs_words_say ((field), sizeof (field), __VA_ARGS__)

/* Three significant digits, for files: "0.0747". */
const char *fs_words_plain_number (double value, char buffer[FS_NUMBER_SIZE]);

/* The same for people. */
const char *fs_words_number (double value, char buffer[FS_NUMBER_SIZE]);

/* "12 %", one decimal below 10, so that no change becomes "0 %" by rounding alone. */
const char *fs_words_percent (double share, char buffer[FS_NUMBER_SIZE]);

/* "fell 18 %", "rose 3 %", "stayed as it was". */
const char *fs_words_course (double from, double to, char buffer[2 * FS_NUMBER_SIZE]);

/* The rise since the best: "+12 %", "no change", "32 times as much". */
const char *fs_words_rise (double from, double to, char buffer[2 * FS_NUMBER_SIZE]);

/* (to - from) / |from| */
double fs_words_change (double from, double to);

const char *fs_words_epochs (size_t n); /* "epoch" or "epochs" */

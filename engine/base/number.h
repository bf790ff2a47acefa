/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Numbers as text, the same in every locale: reading is exact (correctly rounded), writing is the
 * shortest decimal that reads back to the same double. strtod and printf("%g") follow the locale's
 * decimal mark and so are used nowhere below lab/ for data. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FS_NUMBER_SIZE 32 /* holds any formatted double with its NUL */

/* Reads a decimal number at the start of text[0 … length); returns how many bytes it took, 0 if
 * there is no number. "inf" and "nan" are not numbers here. 1e400 reads as infinity. */
size_t fs_number_read (const char *text, size_t length, double *value);

/* True when the whole of `text` (a C string, blanks around it allowed) is one finite number. */
bool fs_number_parse (const char *text, double *value);
bool fs_number_parse_integer (const char *text, int64_t *value);

/* Writes the shortest round-trip form ("0.1", "1e-05", "nan", "inf"); returns `buffer`. */
char *fs_number_write (double value, char buffer[FS_NUMBER_SIZE]);

/* The same for a float: the shortest decimal that reads back to this float. */
char *fs_number_write_float (float value, char buffer[FS_NUMBER_SIZE]);

/* For people: at most `n_digits` (1 … 17) significant digits, without trailing zeros ("230.1"). */
char *fs_number_write_short (double value, int n_digits, char buffer[FS_NUMBER_SIZE]);

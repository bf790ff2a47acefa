/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What one cell can mean: a missing value, a number in one of two styles, a date in one of several
 * forms. Pure functions of the cell's bytes; which style or form a column has is decided from all of
 * its cells (csv-column.c). */

#include <stdbool.h>
#include <stddef.h>

/* "", NA, N/A, n.a., NaN, null, none, nil, missing, k.A., ?, -, --, –, —, …, ., .., *, and the spreadsheet's #N/A, #NA,
 * #VALUE!, #DIV/0!, #REF!, #NUM!, #NAME?, #NULL!, #NV; letters in any case. Infinities count as missing too. */
bool fs_cell_is_missing (const char *text, size_t length);

typedef enum
{
  FS_NUMBERS_POINT, /* 1,234.5 */
  FS_NUMBERS_COMMA  /* 1.234,5 */
} FsNumberStyle;

/* The whole cell as a number. Groups of three digits may be set off by blanks (also the narrow and
 * the no-break one), apostrophes, and the mark that is not the decimal mark of `style`. `is_grouped`
 * (may be NULL) tells whether any were. */
bool fs_cell_number (const char *text,
                     size_t length,
                     FsNumberStyle style,
                     double *value,
                     bool *is_grouped);

/* A number with what people write around it: %, a currency sign or code before or after, brackets or a
 * minus behind it for what is negative: "12.5 %", "$1,200", "1.200,00 EUR", "(4)", "4-". Percents are
 * not divided by a hundred. False also for numbers that have nothing around them. */
bool fs_cell_decorated_number (const char *text,
                               size_t length,
                               FsNumberStyle style,
                               double *value,
                               bool *is_grouped);

/* Cuts off blanks that a plain eye does not see: no-break and zero-width blanks, direction marks,
 * byte order marks. Returns true if there were any. */
bool fs_cell_trim (const char **text, size_t *length);

/* Whether two words differ at most in the capitals of plain letters. */
bool fs_cell_is_equal_but_for_case (const char *left, const char *right);

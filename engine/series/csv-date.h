/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Dates in cells. A form is one way of writing dates; a column has one form. Reading knows two ways
 * to fail: the cell is not of the form, or it is and there is no such day (29 February 2021). */

#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  FS_DATE_YEAR_FIRST,  /* 2020-01-31, 2020/1/31, with a time after T or a blank */
  FS_DATE_YEAR_MONTH,  /* 2020-01 */
  FS_DATE_WEEK,        /* 2020-W05, 2020-W05-3 */
  FS_DATE_DAY_FIRST,   /* 31/01/2020, 31.1.20 */
  FS_DATE_MONTH_FIRST, /* 01/31/2020 */
  FS_DATE_DAY_NAME,    /* 31 Jan 2020, 31-January-2020, 31. Januar 2020 */
  FS_DATE_NAME_DAY,    /* Jan 31, 2020 */
  FS_DATE_COMPACT,     /* 20200131, 20200131T120000 */
  FS_DATE_QUARTER,     /* 2020Q1, 2020-Q1, Q1 2020 */
  FS_DATE_MONTH_YEAR,  /* Jan 2020, January-20, 2020 Jan */
  FS_DATE_TIME_OF_DAY, /* 13:30, 13:30:15: seconds of 1970-01-01 */
  FS_N_DATE_FORMS
} FsDateForm;

typedef enum
{
  FS_DATE_OK,
  FS_DATE_IMPOSSIBLE,
  FS_DATE_NOT_OF_FORM
} FsDateResult;

/* Seconds since 1970-01-01T00:00 of the date as written; an offset from UTC is applied. */
FsDateResult fs_date_read (const char *text, size_t length, FsDateForm form, double *seconds);

/* "day/month/year", for decisions. */
const char *fs_date_form_name (FsDateForm form);

/* Days from 1970-01-01 to a day of the Gregorian calendar, for any year. */
long fs_date_days (long year, int month, int day);

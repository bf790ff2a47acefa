/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where an axis has its ticks and how numbers and moments are written on a chart. The same in every
 * locale: a chart is compared with files and with other charts. Pure, like chart-transform. */

#include "ui/chart/chart-transform.h"

#define FS_CHART_LABEL_SIZE 40 /* bytes of UTF-8, with the NUL */
#define FS_CHART_MAX_TICKS 64

typedef struct
{
  double value;
  char label[FS_CHART_LABEL_SIZE]; /* "0.05", "20k", "1955", "Mar 3", "14:30" */
} FsChartTick;

/* Ticks at 1-2-5 steps, at decades (with 2 and 5 between them where there is room), or at whole
 * years, months, days, hours. About `wanted` of them, never more than FS_CHART_MAX_TICKS; returns how
 * many. `whole_only` keeps a linear axis at integers (epochs). */
size_t fs_chart_ticks (const FsChartAxis *axis,
                       size_t wanted,
                       bool whole_only,
                       FsChartTick ticks[FS_CHART_MAX_TICKS]);

/* A value as a person reads it: three significant digits and every digit of the whole part, "0.133",
 * "1432", "1.2e−7", "∞", "no value" for NaN. Returns `label`. */
char *fs_chart_format_value (double value, char label[FS_CHART_LABEL_SIZE]);

/* A moment as "1957-03-12", or with the time of day if that is not midnight. */
char *fs_chart_format_time (double seconds, char label[FS_CHART_LABEL_SIZE]);

/* Midnight of a civil date in the proleptic Gregorian calendar, and back; `month` may lie outside
 * 1 … 12 and carries into the year. */
double fs_chart_time_from_date (int year, int month, int day);
void fs_chart_date_from_time (double seconds, int *year, int *month, int *day);

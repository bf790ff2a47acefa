/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Kept runs as tables for people and as JSON for scripts; what `fitscope runs` prints. All strings are
 * transfer full and end with a line break. */

#include "engine/lab/store-record.h"

/* FsRunSummary, in the order to print. */
char *fs_runs_report_list (const GPtrArray *summaries);
char *fs_runs_report_list_json (const GPtrArray *summaries);

char *fs_runs_report_show (const FsRunRecord *record);
char *fs_runs_report_show_json (const FsRunRecord *record);

/* FsRunRecord, two or more: ranked by their best epoch, and in what their settings differ. */
char *fs_runs_report_compare (const GPtrArray *records);
char *fs_runs_report_compare_json (const GPtrArray *records);

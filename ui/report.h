/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A run on one page to print or keep: the verdict, both charts, the numbers beside those of simple
 * models, and every setting that is not at its default with what is needed to repeat it. Needs no
 * display; the same run gives the same bytes. */

#include <cairo.h>
#include <gio/gio.h>
#include "engine/diagnose/verdict.h"
#include "engine/lab/run.h"

/* The page: A4 at 96 dots an inch. */
#define FS_REPORT_WIDTH_PX 794.0
#define FS_REPORT_HEIGHT_PX 1123.0

/* A page of A4 as a PDF. The run must have trained at least one epoch. */
GBytes *fs_report_make (const FsSnapshot *snapshot, const FsVerdict *verdict, GError **error);

/* The same into a file, whole or not at all. */
gboolean fs_report_save (const FsSnapshot *snapshot,
                         const FsVerdict *verdict,
                         const char *path,
                         GError **error);

/* Draws the page on `cr`. */
void fs_report_draw (const FsSnapshot *snapshot, const FsVerdict *verdict, cairo_t *cr);

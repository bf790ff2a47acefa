/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The setting rows inside an expander, made when it is first opened: of some two hundred rows most
 * are never looked at, and making them all kept the first frame waiting. Whoever owns the expander
 * keeps this object too, puts each row where it belongs and shows the values once all are made.
 * Signals: "row" (FsSettingRow *row, const FsSetting *setting), "made". */

#include <adwaita.h>
#include "engine/experiment/schema.h"

G_BEGIN_DECLS

#define FS_TYPE_LATE_ROWS (fs_late_rows_get_type ())
G_DECLARE_FINAL_TYPE (FsLateRows, fs_late_rows, FS, LATE_ROWS, GObject)

FsLateRows *fs_late_rows_new (AdwExpanderRow *expander);

void fs_late_rows_add (FsLateRows *self, const FsPlace *place);
gboolean fs_late_rows_has (FsLateRows *self, const char *path);

/* Makes the rows now, for who must point at one of them. Once is enough. */
void fs_late_rows_make (FsLateRows *self);

G_END_DECLS

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What one cell looks like by itself; see csv-kind.h. */

#include "engine/series/csv-kind.h"

#include "engine/series/csv-cell.h"
#include "engine/series/csv-date.h"

FsCellKind
fs_cell_kind (const char *text, FsCell cell)
{
  double value;
  const char *bytes = text + cell.start;
  size_t length = fs_cell_length (cell);
  if (fs_cell_is_missing (bytes, length))
    return FS_CELL_IS_EMPTY;
  if (fs_cell_number (bytes, length, FS_NUMBERS_POINT, &value, NULL)
      || fs_cell_number (bytes, length, FS_NUMBERS_COMMA, &value, NULL)
      || fs_cell_decorated_number (bytes, length, FS_NUMBERS_POINT, &value, NULL)
      || fs_cell_decorated_number (bytes, length, FS_NUMBERS_COMMA, &value, NULL))
    return FS_CELL_IS_NUMBER;
  for (int form = 0; form < FS_N_DATE_FORMS; form++)
    if (fs_date_read (bytes, length, (FsDateForm) form, &value) != FS_DATE_NOT_OF_FORM)
      return FS_CELL_IS_DATE;
  return FS_CELL_IS_WORD;
}

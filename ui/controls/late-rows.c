/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows that wait for their expander to be opened. See late-rows.h. */

#include "ui/controls/late-rows.h"

#include "ui/controls/setting-row.h"

typedef struct
{
  const FsSetting *setting;
  char *path;
} Waiting;

struct _FsLateRows
{
  GObject parent_instance;

  GPtrArray *waiting; /* Waiting, in the order of the rows; kept after they are made */
  gboolean is_made;
};

G_DEFINE_FINAL_TYPE (FsLateRows, fs_late_rows, G_TYPE_OBJECT);

enum
{
  SIGNAL_ROW,
  SIGNAL_MADE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
waiting_free (Waiting *waiting)
{
  g_free (waiting->path);
  g_free (waiting);
}

static void
fs_late_rows_finalize (GObject *object)
{
  g_ptr_array_unref (FS_LATE_ROWS (object)->waiting);
  G_OBJECT_CLASS (fs_late_rows_parent_class)->finalize (object);
}

static void
fs_late_rows_class_init (FsLateRowsClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fs_late_rows_finalize;
  signals[SIGNAL_ROW] = g_signal_new ("row", FS_TYPE_LATE_ROWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 2, FS_TYPE_SETTING_ROW, G_TYPE_POINTER);
  signals[SIGNAL_MADE] = g_signal_new ("made", FS_TYPE_LATE_ROWS, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                       NULL, G_TYPE_NONE, 0);
}

static void
fs_late_rows_init (FsLateRows *self)
{
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify) waiting_free);
}

static void
expanded_cb (FsLateRows *self, GParamSpec *spec, AdwExpanderRow *expander)
{
  if (adw_expander_row_get_expanded (expander))
    fs_late_rows_make (self);
}

FsLateRows *
fs_late_rows_new (AdwExpanderRow *expander)
{
  FsLateRows *self = g_object_new (FS_TYPE_LATE_ROWS, NULL);

  g_signal_connect_object (expander, "notify::expanded", G_CALLBACK (expanded_cb), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
fs_late_rows_add (FsLateRows *self, const FsPlace *place)
{
  Waiting *waiting = g_new (Waiting, 1);

  g_return_if_fail (!self->is_made);
  waiting->setting = place->setting;
  waiting->path = g_strdup (place->path);
  g_ptr_array_add (self->waiting, waiting);
}

gboolean
fs_late_rows_has (FsLateRows *self, const char *path)
{
  for (guint i = 0; i < self->waiting->len; i++)
    if (g_str_equal (((Waiting *) g_ptr_array_index (self->waiting, i))->path, path))
      return TRUE;
  return FALSE;
}

void
fs_late_rows_make (FsLateRows *self)
{
  if (self->is_made)
    return;
  self->is_made = TRUE;
  for (guint i = 0; i < self->waiting->len; i++)
    {
      Waiting *waiting = g_ptr_array_index (self->waiting, i);

      g_signal_emit (self, signals[SIGNAL_ROW], 0,
                     fs_setting_row_new (waiting->path, waiting->setting), waiting->setting);
    }
  g_signal_emit (self, signals[SIGNAL_MADE], 0);
}

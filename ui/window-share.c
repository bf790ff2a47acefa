/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Passing an experiment on as text, through the clipboard. */

#include "ui/window-private.h"

#include "engine/lab/share-text.h"
#include "ui/text.h"

/* Of the run that is on show: what is seen is what is passed on. */
void
fs_window_copy_experiment (FsWindow *self)
{
  guint shown = fs_session_get_shown (self->session);
  const FsSnapshot *snapshot = shown ? fs_session_get_snapshot (self->session) : NULL;
  const FsExperiment *experiment =
      snapshot ? &snapshot->experiment : fs_session_get_experiment (self->session);
  g_autofree char *text = fs_share_text_write (experiment);
  g_autofree char *sentence =
      g_strdup_printf (_ ("Copied as %u characters: paste them into another Fitscope"),
                       (guint) g_utf8_strlen (text, -1));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
  fs_window_say (self, sentence, NULL, NULL);
}

static void
text_read_cb (GObject *source, GAsyncResult *result, void *data)
{
  g_autoptr (FsWindow) self = data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  g_autoptr (GError) error = NULL;

  if (!self->session)
    return; /* closed meanwhile */
  if (!text)
    fs_window_say (self, _ ("There is no text to paste: copy an experiment first."), NULL, NULL);
  else if (fs_session_open_text (self->session, text, &error))
    fs_window_say (self, _ ("Experiment pasted"), _ ("Undo"), "win.undo");
  else
    fs_window_say (self, error->message, NULL, NULL);
}

void
fs_window_paste_experiment (FsWindow *self)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), NULL, text_read_cb,
                                 g_object_ref (self));
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The shown run on one page: saved as a PDF or sent to a printer. */

#include "ui/window-private.h"

#include "ui/facts.h"
#include "ui/report.h"
#include "ui/text.h"

static void
save_response_cb (GtkNativeDialog *dialog, int response, FsWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);
      g_autofree char *base = path ? g_path_get_basename (path) : NULL;
      g_autofree char *sentence = base ? g_strdup_printf (_ ("Saved as %s"), base) : NULL;
      g_autoptr (GError) error = NULL;

      if (!path)
        fs_window_say (self, _ ("A report can be saved on this machine only."), NULL, NULL);
      else if (fs_report_save (fs_session_get_snapshot (self->session),
                               fs_session_get_verdict (self->session), path, &error))
        fs_window_say (self, sentence, NULL, NULL);
      else
        fs_window_say (self, error->message, NULL, NULL);
    }
  g_object_unref (dialog);
}

void
fs_window_choose_report_target (FsWindow *self)
{
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (_ ("Save Report"), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));
  const FsSnapshot *snapshot = fs_session_get_snapshot (self->session);
  g_autofree char *stem = fs_facts_source_name (snapshot->experiment.data.source);
  g_autofree char *name = g_strconcat (stem, ".pdf", NULL);

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* What is printed is the run as it was when printing began. */
typedef struct
{
  const FsSnapshot *snapshot;
  FsVerdict verdict;
} Printed;

static void
printed_free (void *data, GClosure *closure)
{
  Printed *printed = data;

  fs_snapshot_unref (printed->snapshot);
  g_free (printed);
}

static void
draw_page_cb (GtkPrintOperation *operation, GtkPrintContext *context, int page, Printed *printed)
{
  cairo_t *cr = gtk_print_context_get_cairo_context (context);
  double scale = MIN (gtk_print_context_get_width (context) / FS_REPORT_WIDTH_PX,
                      gtk_print_context_get_height (context) / FS_REPORT_HEIGHT_PX);

  cairo_scale (cr, scale, scale);
  fs_report_draw (printed->snapshot, &printed->verdict, cr);
}

void
fs_window_print_report (FsWindow *self)
{
  g_autoptr (GtkPrintOperation) operation = gtk_print_operation_new ();
  g_autoptr (GError) error = NULL;
  Printed *printed = g_new (Printed, 1);

  printed->snapshot = fs_snapshot_ref (fs_session_get_snapshot (self->session));
  printed->verdict = *fs_session_get_verdict (self->session);
  gtk_print_operation_set_n_pages (operation, 1);
  gtk_print_operation_set_use_full_page (operation, TRUE);
  gtk_print_operation_set_job_name (operation, _ ("Fitscope report"));
  g_signal_connect_data (operation, "draw-page", G_CALLBACK (draw_page_cb), printed, printed_free,
                         0);
  if (gtk_print_operation_run (operation, GTK_PRINT_OPERATION_ACTION_PRINT_DIALOG,
                               GTK_WINDOW (self), &error)
      == GTK_PRINT_OPERATION_RESULT_ERROR)
    fs_window_say (self, error->message, NULL, NULL);
}

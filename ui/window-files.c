/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The window's files: choosers, drag and drop, and what kind a file is. GtkFileChooserNative is
 * deprecated after GTK 4.8, so it is used here and nowhere else. */

#include "ui/window-private.h"

#include "engine/base/file-bytes.h"
#include "engine/lab/exchange/logs.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/source.h"
#include "ui/facts.h"
#include "ui/text.h"
#include "ui/verdict/log-page.h"

#define EXPERIMENT_ENDING ".fit.json"

void
fs_window_say (FsWindow *self, const char *sentence, const char *button, const char *action)
{
  g_autofree char *markup = g_markup_escape_text (sentence, -1);
  AdwToast *toast = adw_toast_new (markup);

  if (button && action)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_detailed_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

void
fs_window_start (FsWindow *self)
{
  g_autofree char *path =
      g_build_filename (fs_source_data_dir (), "experiments", "first" EXPERIMENT_ENDING, NULL);
  FsExperiment experiment;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    experiment = fs_experiment_default ();
  else if (!fs_experiment_file_load (&experiment, path, &error))
    {
      experiment = fs_experiment_default ();
      fs_window_say (self, error->message, NULL, NULL);
    }
  fs_session_start (self->session, &experiment);
}

/* TRUE if the file is a log that another program wrote, or a folder with one; it is shown, or it is said why
 * it cannot be. Looked at only where the name does not say that it is something else. */
static gboolean
open_log (FsWindow *self, const char *path, gboolean is_folder)
{
  g_auto (FsLog) log = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_path_get_basename (path);

  if (g_str_has_suffix (path, EXPERIMENT_ENDING) || (!is_folder && !fs_log_is_one (path)))
    return FALSE;
  if (is_folder ? fs_log_read_pair (&log, path, &error) : fs_log_read (&log, path, &error))
    fs_log_page_present (GTK_WINDOW (self), &log, name);
  else if (error)
    fs_window_say (self, error->message, NULL, NULL);
  else
    return FALSE;
  return TRUE;
}

/* Asked before anybody waits for the writer of a pipe. */
static gboolean
can_be_read (const char *path, GError **error)
{
  FsFileParts file;
  FsProblem problem;

  if (fs_file_parts_open (&file, path, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  fs_file_parts_close (&file);
  return TRUE;
}

void
fs_window_open (FsWindow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GError) error = NULL;
  const gboolean is_folder = path && g_file_test (path, G_FILE_TEST_IS_DIR);

  if (!path)
    {
      g_autofree char *uri = g_file_get_uri (file);
      g_autofree char *sentence =
          g_strdup_printf (_ ("%s is not on this machine: copy it here first."), uri);
      fs_window_say (self, sentence, NULL, NULL);
    }
  else if (!is_folder && !can_be_read (path, &error))
    fs_window_say (self, error->message, NULL, NULL);
  else if (open_log (self, path, is_folder))
    return;
  else if (is_folder)
    {
      g_autofree char *sentence =
          g_strdup_printf (_ ("%s is a folder: open one of the files in it."), path);
      fs_window_say (self, sentence, NULL, NULL);
    }
  else if (g_str_has_suffix (path, ".json"))
    {
      if (fs_session_open_experiment (self->session, path, &error))
        fs_window_remember_file (self, path);
      else
        fs_window_say (self, error->message, NULL, NULL);
    }
  else
    {
      fs_session_open_data (self->session, path);
      fs_window_remember_file (self, path);
    }
}

static void
open_response_cb (GtkNativeDialog *dialog, int response, FsWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      fs_window_open (self, file);
    }
  g_object_unref (dialog);
}

static void
add_filter (GtkFileChooser *chooser, const char *name, const char *const *patterns)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (; *patterns; patterns++)
    gtk_file_filter_add_pattern (filter, *patterns);
  gtk_file_chooser_add_filter (chooser, filter);
}

static GtkFileChooserNative *
make_chooser (FsWindow *self, const char *title, GtkFileChooserAction action, const char *accept)
{
  GtkFileChooserNative *chooser =
      gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, accept, _ ("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  return chooser;
}

void
fs_window_choose_file (FsWindow *self)
{
  GtkFileChooserNative *chooser =
      make_chooser (self, _ ("Open"), GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"));

  add_filter (GTK_FILE_CHOOSER (chooser), _ ("Tables and experiments"),
              (const char *[]){ "*.csv", "*.tsv", "*.txt", "*.gz", "*.jsonl", "*.npy", "*.npz",
                                "*.arff", "*.ts", "*.tsf", "*.db", "*.sqlite", "*.sqlite3",
                                "*" EXPERIMENT_ENDING, NULL });
  add_filter (
      GTK_FILE_CHOOSER (chooser), _ ("Training logs"),
      (const char *[]){ "*.csv", "*.json", "*.jsonl", "*.txt", "*.log", "*tfevents*", NULL });
  add_filter (GTK_FILE_CHOOSER (chooser), _ ("All files"), (const char *[]){ "*", NULL });
  g_signal_connect_object (chooser, "response", G_CALLBACK (open_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
save_response_cb (GtkNativeDialog *dialog, int response, FsWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (file);
      g_autoptr (GError) error = NULL;
      g_autofree char *base = path ? g_path_get_basename (path) : NULL;
      g_autofree char *sentence = base ? g_strdup_printf (_ ("Saved as %s"), base) : NULL;

      if (!path)
        fs_window_say (self, _ ("An experiment can be saved on this machine only."), NULL, NULL);
      else if (fs_session_save_experiment (self->session, path, &error))
        {
          fs_window_remember_file (self, path);
          fs_window_say (self, sentence, NULL, NULL);
        }
      else
        fs_window_say (self, error->message, NULL, NULL);
    }
  g_object_unref (dialog);
}

void
fs_window_choose_experiment_target (FsWindow *self)
{
  GtkFileChooserNative *chooser =
      make_chooser (self, _ ("Save Experiment As"), GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"));
  const FsExperiment *experiment = fs_session_get_experiment (self->session);
  g_autofree char *stem = fs_facts_source_name (experiment->data.source);
  g_autofree char *name = g_strconcat (stem, EXPERIMENT_ENDING, NULL);

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  g_signal_connect_object (chooser, "response", G_CALLBACK (save_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

static void
folder_response_cb (GtkNativeDialog *dialog, int response, FsWindow *self)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
      g_autofree char *path = g_file_get_path (folder);

      if (path)
        fs_window_export_to (self, path);
      else
        fs_window_say (self, _ ("Results can be written on this machine only."), NULL, NULL);
    }
  g_object_unref (dialog);
}

void
fs_window_choose_results_folder (FsWindow *self)
{
  GtkFileChooserNative *chooser = make_chooser (
      self, _ ("Export Results to Folder"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Export"));

  g_signal_connect_object (chooser, "response", G_CALLBACK (folder_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* ---- drag and drop ---- */

static gboolean
drop_cb (FsWindow *self, const GValue *value)
{
  GSList *files = g_value_get_boxed (value);

  if (!files)
    return FALSE;
  fs_window_open (self, files->data);
  if (files->next)
    fs_window_say (self, _ ("One file at a time: the first was opened."), NULL, NULL);
  return TRUE;
}

void
fs_window_accept_drops (FsWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

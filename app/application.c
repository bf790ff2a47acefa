/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program with a display. See application.h. */

#include "app/application.h"

#include "app/frame-log.h"
#include "app/screenshot.h"
#include "ui/preferences.h"
#include "ui/settings.h"
#include "ui/window.h"

struct _FsApplication
{
  AdwApplication parent_instance;

  FsStore *store;   /* of all windows */
  char *frame_log;  /* a path, or NULL */
  char *screenshot; /* a folder, or NULL */
  int n_threads;    /* 0 = all cores, -1 = as the preferences say */
  int exit_code;
};

G_DEFINE_FINAL_TYPE (FsApplication, fs_application, ADW_TYPE_APPLICATION);

/* ---- windows ---- */

static FsWindow *
add_window (FsApplication *self)
{
  int n_threads = self->n_threads >= 0 ? self->n_threads : fs_settings_get_integer ("threads", 0);
  FsWindow *window = fs_window_new (GTK_APPLICATION (self), (unsigned) MAX (n_threads, 0));

  if (self->store)
    fs_session_set_store (fs_window_get_session (window), self->store);

  if (self->frame_log)
    {
      g_autoptr (GError) error = NULL;

      /* One log, of the first window. */
      if (!fs_frame_log_start (GTK_WIDGET (window), self->frame_log, &error))
        {
          g_printerr ("fitscope: %s\n", error->message);
          self->exit_code = 2;
        }
      g_clear_pointer (&self->frame_log, g_free);
    }
  return window;
}

static void
present (FsApplication *self, FsWindow *window)
{
  gtk_window_present (GTK_WINDOW (window));
  if (self->screenshot)
    {
      fs_screenshot_start (window, self->screenshot, &self->exit_code);
      g_clear_pointer (&self->screenshot, g_free);
    }
}

static void
fs_application_activate (GApplication *application)
{
  FsApplication *self = FS_APPLICATION (application);
  FsWindow *window = add_window (self);

  fs_window_start (window);
  present (self, window);
}

/* A window for each file. */
static void
fs_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  for (int i = 0; i < n_files; i++)
    {
      FsWindow *window = add_window (FS_APPLICATION (application));

      fs_window_open (window, files[i]);
      if (!fs_session_get_current (fs_window_get_session (window)))
        fs_window_start (window); /* the file could not be opened, and the window says so */
      present (FS_APPLICATION (application), window);
    }
}

/* ---- actions ---- */

static void
new_window_cb (GSimpleAction *action, GVariant *parameter, void *data)
{
  FsWindow *window = add_window (data);

  fs_window_start (window);
  gtk_window_present (GTK_WINDOW (window));
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, void *data)
{
  GList *window;

  while ((window = gtk_application_get_windows (data)))
    {
      gtk_window_close (window->data);
      if (gtk_application_get_windows (data) == window)
        break; /* it would not close */
    }
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, void *data)
{
  adw_show_about_window (gtk_application_get_active_window (data), "application-name", "Fitscope",
                         "application-icon", FS_APPLICATION_ID, "version", FS_VERSION,
                         "developer-name", "The Fitscope contributors", "license-type",
                         GTK_LICENSE_GPL_3_0, "comments",
                         "Shows why a recurrent network fits badly, while it trains.", NULL);
}

static void
apply_style (const char *style)
{
  AdwColorScheme scheme = g_str_equal (style, "dark")    ? ADW_COLOR_SCHEME_FORCE_DARK
                          : g_str_equal (style, "light") ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                         : ADW_COLOR_SCHEME_DEFAULT;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
}

static void
style_cb (GSimpleAction *action, GVariant *state, void *data)
{
  apply_style (g_variant_get_string (state, NULL));
  fs_settings_set_text ("style", g_variant_get_string (state, NULL));
  g_simple_action_set_state (action, state);
}

static void
add_actions (FsApplication *self)
{
  g_autofree char *style = fs_settings_get_text ("style", "system");
  const GActionEntry entries[] = {
    { "new-window", new_window_cb },
    { "quit", quit_cb },
    { "about", about_cb },
  };
  g_autoptr (GSimpleAction) style_action =
      g_simple_action_new_stateful ("style", G_VARIANT_TYPE_STRING, g_variant_new_string (style));

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  g_signal_connect (style_action, "change-state", G_CALLBACK (style_cb), self);
  g_action_map_add_action (G_ACTION_MAP (self), G_ACTION (style_action));
  apply_style (style);
}

static void
add_keys (FsApplication *self)
{
  static const struct
  {
    const char *action;
    const char *keys[3];
  } keys[] = {
    { "win.train-pause", { "F5" } },
    { "win.step", { "F6" } },
    { "win.reset", { "<Control>r" } },
    { "win.restart", { "<Shift><Control>r" } },
    { "win.stop", { "<Control>period" } },
    { "win.undo", { "<Control>z" } },
    { "win.redo", { "<Shift><Control>z" } },
    { "win.open", { "<Control>o" } },
    { "win.save-as", { "<Control>s" } },
    { "win.export", { "<Control>e" } },
    { "win.copy-experiment", { "<Shift><Control>c" } },
    { "win.paste-experiment", { "<Shift><Control>v" } },
    { "win.print", { "<Control>p" } },
    { "win.glossary", { "F1" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.play", { "F7" } },
    { "win.epoch-back", { "<Alt>Left" } },
    { "win.epoch-on", { "<Alt>Right" } },
    { "win.show-experiment", { "F9" } },
    { "win.show-diagnosis", { "<Shift>F9" } },
    { "win.presentation", { "F11" } },
    { "win.view-at(0)", { "<Alt>1" } },
    { "win.view-at(1)", { "<Alt>2" } },
    { "win.view-at(2)", { "<Alt>3" } },
    { "win.view-at(3)", { "<Alt>4" } },
    { "win.view-at(4)", { "<Alt>5" } },
    { "window.close", { "<Control>w" } },
    { "app.new-window", { "<Control>n" } },
    { "app.quit", { "<Control>q" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), keys[i].action, keys[i].keys);
}

/* ---- life ---- */

/* Pictures of the window are the same wherever they are taken: no runs of earlier days are in them. */
static void
open_store (FsApplication *self)
{
  g_autofree char *folder = fs_store_folder ();

  if (!self->screenshot)
    self->store = fs_store_new (folder);
}

static void
fs_application_shutdown (GApplication *application)
{
  FsApplication *self = FS_APPLICATION (application);

  G_APPLICATION_CLASS (fs_application_parent_class)->shutdown (application);
  g_clear_pointer (&self->store, fs_store_close);
}

static void
fs_application_startup (GApplication *application)
{
  FsApplication *self = FS_APPLICATION (application);

  G_APPLICATION_CLASS (fs_application_parent_class)->startup (application);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (gdk_display_get_default ()),
                                    "/org/fitscope/Fitscope/icons");
  fs_preferences_apply_text_size ();
  fs_preferences_apply_contrast ();
  add_actions (self);
  add_keys (self);
  open_store (self);
}

static int
fs_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  FsApplication *self = FS_APPLICATION (application);
  int n_threads = -1;
  gboolean is_given = g_variant_dict_contains (options, "threads");

  g_variant_dict_lookup (options, "frame-log", "^ay", &self->frame_log);
  g_variant_dict_lookup (options, "screenshot", "^ay", &self->screenshot);
  g_variant_dict_lookup (options, "threads", "i", &n_threads);
  if (is_given && n_threads < 0)
    {
      g_printerr ("fitscope: --threads takes a whole number from 1, or 0 for all cores.\n");
      return 2;
    }
  self->n_threads = n_threads;
  return -1;
}

static void
fs_application_finalize (GObject *object)
{
  FsApplication *self = FS_APPLICATION (object);

  g_free (self->frame_log);
  g_free (self->screenshot);
  G_OBJECT_CLASS (fs_application_parent_class)->finalize (object);
}

static void
fs_application_class_init (FsApplicationClass *class)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = fs_application_finalize;
  application_class->startup = fs_application_startup;
  application_class->shutdown = fs_application_shutdown;
  application_class->activate = fs_application_activate;
  application_class->open = fs_application_open;
  application_class->handle_local_options = fs_application_handle_local_options;
}

static void
fs_application_init (FsApplication *self)
{
  const GOptionEntry entries[] = {
    { "frame-log", 0, 0, G_OPTION_ARG_FILENAME, NULL,
      "Write the time of each frame in ms to FILE, as CSV", "FILE" },
    { "threads", 0, 0, G_OPTION_ARG_INT, NULL, "Train on N threads (0: all cores)", "N" },
    { "screenshot", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, NULL,
      "Train the built-in experiment and write pictures of the window to FOLDER", "FOLDER" },
    { NULL },
  };

  g_application_add_main_option_entries (G_APPLICATION (self), entries);
}

FsApplication *
fs_application_new (void)
{
  /* Each start is a program of its own: a class of thirty logs into one machine, and a run that
   * takes all cores of one window must not freeze when another is started. */
  return g_object_new (FS_TYPE_APPLICATION, "application-id", FS_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_OPEN | G_APPLICATION_NON_UNIQUE, "resource-base-path",
                       "/org/fitscope/Fitscope", NULL);
}

int
fs_application_main (int argc, char **argv)
{
  g_autoptr (FsApplication) application = NULL;
  int status;

  /* GTK would end the program with a message of its own. */
  if (!gtk_init_check ())
    {
      g_printerr ("fitscope: There is no display: set DISPLAY or WAYLAND_DISPLAY, or use a verb "
                  "(fitscope --help lists them).\n");
      return 1;
    }
  application = fs_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  return status ? status : application->exit_code;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pictures of the real window. See screenshot.h. A small machine: wait for a state, let the window
 * draw it in one style, take the picture, the same in the other style, go on. */

#include "app/screenshot.h"

#include <errno.h>
#include <glib/gstdio.h>

/* Pictures of training are taken when this many epochs are done, or this share if they are few:
 * enough of a curve to see, and early enough for a run that stops early. */
#define TRAINING_EPOCHS 12
#define TRAINING_SHARE 0.4

/* Frames that must pass after a change of style before everything has been laid out and drawn in
 * it: style, size and picture caches each may take one. */
#define SETTLE_FRAMES 4

typedef enum
{
  STATE_READY,
  STATE_TRAINING,
  STATE_FINISHED,
  N_STATES
} State;

static const char *const state_names[N_STATES] = { "ready", "training", "finished" };
static const char *const style_names[] = { "light", "dark" };

typedef struct
{
  FsWindow *window; /* the data of this belongs to it */
  char *folder;
  int *exit_code;
  State state;
  guint style;
  guint n_frames; /* drawn since the state and style came */
  gboolean is_waiting;
} Shooting;

static void
shooting_free (void *data)
{
  Shooting *shooting = data;

  g_free (shooting->folder);
  g_free (shooting);
}

static gboolean
save_picture (Shooting *shooting, GError **error)
{
  GtkWidget *widget = GTK_WIDGET (shooting->window);
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  int width = gdk_paintable_get_intrinsic_width (paintable);
  int height = gdk_paintable_get_intrinsic_height (paintable);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autofree char *name = g_strdup_printf ("window-%s-%s.png", state_names[shooting->state],
                                           style_names[shooting->style]);
  g_autofree char *path = g_build_filename (shooting->folder, name, NULL);
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node;
  gboolean is_saved;

  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_to_node (snapshot);
  if (!node)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The window has drawn nothing.");
      return FALSE;
    }
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (widget)), node,
                                         &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  gsk_render_node_unref (node);
  is_saved = gdk_texture_save_to_png (texture, path);
  if (!is_saved)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: the picture cannot be written.", path);
  return is_saved;
}

static void
set_style (guint style)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      style == 0 ? ADW_COLOR_SCHEME_FORCE_LIGHT
                                                 : ADW_COLOR_SCHEME_FORCE_DARK);
}

static gboolean
has_come (Shooting *shooting)
{
  const FsSnapshot *snapshot = fs_session_get_current (fs_window_get_session (shooting->window));

  if (!snapshot)
    return FALSE;
  switch (shooting->state)
    {
    case STATE_READY:
      return snapshot->state == FS_RUN_READY;
    case STATE_TRAINING:
      /* A run may be over before it is seen: then its end has to do. */
      return snapshot->state == FS_RUN_FINISHED
             || (snapshot->state == FS_RUN_TRAINING && snapshot->forecast
                 && (double) snapshot->history.n_observations
                        >= MIN (TRAINING_EPOCHS,
                                TRAINING_SHARE * (double) snapshot->experiment.train.epochs));
    case STATE_FINISHED:
    default:
      return snapshot->state == FS_RUN_FINISHED;
    }
}

static gboolean
has_failed (Shooting *shooting)
{
  return fs_session_get_problem (fs_window_get_session (shooting->window), NULL) != NULL;
}

static void
finish (Shooting *shooting, const char *problem)
{
  if (problem)
    {
      g_printerr ("fitscope: %s\n", problem);
      *shooting->exit_code = 1;
    }
  shooting->is_waiting = TRUE; /* no more pictures in the frames until it is gone */
  gtk_window_close (GTK_WINDOW (shooting->window));
}

/* The next style of this state, or the next state. FALSE when all is done. */
static gboolean
advance (Shooting *shooting)
{
  shooting->n_frames = 0;
  if (++shooting->style < G_N_ELEMENTS (style_names))
    {
      set_style (shooting->style);
      return TRUE;
    }
  shooting->style = 0;
  set_style (0);
  shooting->is_waiting = TRUE;
  if (++shooting->state == N_STATES)
    return FALSE;
  if (shooting->state == STATE_TRAINING)
    fs_session_train (fs_window_get_session (shooting->window));
  return TRUE;
}

/* Keeps frames coming, and notices when the state has come. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, void *data)
{
  Shooting *shooting = data;

  if (has_failed (shooting))
    {
      finish (shooting, fs_session_get_problem (fs_window_get_session (shooting->window), NULL));
      return G_SOURCE_REMOVE;
    }
  if (shooting->is_waiting && has_come (shooting))
    {
      shooting->is_waiting = FALSE;
      shooting->n_frames = 0;
    }
  gtk_widget_queue_draw (widget);
  return G_SOURCE_CONTINUE;
}

/* Pictures are taken here, when the frame has been drawn: before it, a widget that is about to be
 * drawn anew has no picture. */
static void
after_paint_cb (GdkFrameClock *clock, GtkWidget *widget)
{
  Shooting *shooting = g_object_get_data (G_OBJECT (widget), "fs-shooting");
  g_autoptr (GError) error = NULL;

  if (shooting->is_waiting || ++shooting->n_frames < SETTLE_FRAMES)
    return;
  if (!save_picture (shooting, &error))
    finish (shooting, error->message);
  else if (!advance (shooting))
    finish (shooting, NULL);
}

void
fs_screenshot_start (FsWindow *window, const char *folder, int *exit_code)
{
  Shooting *shooting = g_new0 (Shooting, 1);

  shooting->window = window;
  shooting->folder = g_strdup (folder);
  shooting->exit_code = exit_code;
  shooting->is_waiting = TRUE;
  g_object_set_data_full (G_OBJECT (window), "fs-shooting", shooting, shooting_free);
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_autofree char *problem =
          g_strdup_printf ("%s: the folder cannot be made (%s).", folder, g_strerror (errno));
      finish (shooting, problem);
      return;
    }
  /* No animation in the middle of which a picture could fall; the font of the platform's design,
   * which a display without a desktop does not set. */
  g_object_set (gtk_widget_get_settings (GTK_WIDGET (window)), "gtk-enable-animations", FALSE,
                "gtk-font-name", "Cantarell 11", NULL);
  set_style (0);
  gtk_widget_add_tick_callback (GTK_WIDGET (window), tick_cb, shooting, NULL);
  g_signal_connect_object (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint",
                           G_CALLBACK (after_paint_cb), window, 0);
}

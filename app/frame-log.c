/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long frames take. See frame-log.h. */

#include "app/frame-log.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <time.h>

typedef struct
{
  FILE *file;
  GdkFrameClock *clock; /* while realised; owned */
  gint64 previous_us;   /* frame time of the frame before; 0 for none */
  double processor_ms;  /* of this thread until the frame before was drawn */
  gint64 n_frames;
  GdkSurface *surface; /* while realised; owned */
  guint n_layouts;     /* since the frame before */
} FrameLog;

/* Of the calling thread; unlike a clock it does not tell how busy the machine is. */
static double
processor_ms (void)
{
  struct timespec time = { 0 };

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double) time.tv_sec * 1e3 + (double) time.tv_nsec / 1e6;
}

/* after-paint comes when the frame has been drawn and handed over. */
static void
after_paint_cb (GdkFrameClock *clock, FrameLog *log)
{
  gint64 frame_us = gdk_frame_clock_get_frame_time (clock);
  char ms[G_ASCII_DTOSTR_BUF_SIZE], interval[G_ASCII_DTOSTR_BUF_SIZE] = "";
  char work[G_ASCII_DTOSTR_BUF_SIZE];
  double now_ms = processor_ms ();

  g_ascii_formatd (ms, sizeof ms, "%.3f", (double) (g_get_monotonic_time () - frame_us) / 1e3);
  if (log->previous_us)
    g_ascii_formatd (interval, sizeof interval, "%.3f",
                     (double) (frame_us - log->previous_us) / 1e3);
  g_ascii_formatd (work, sizeof work, "%.3f", now_ms - log->processor_ms);
  fprintf (log->file, "%" G_GINT64_FORMAT ",%s,%s,%s,%u\n", ++log->n_frames, ms, interval, work,
           log->n_layouts);
  log->n_layouts = 0;
  log->processor_ms = now_ms;
  log->previous_us = frame_us;
}

static void
layout_cb (GdkSurface *surface, int width, int height, FrameLog *log)
{
  log->n_layouts++;
}

static void
leave_clock (FrameLog *log)
{
  if (log->surface)
    g_signal_handlers_disconnect_by_data (log->surface, log);
  g_clear_object (&log->surface);
  if (log->clock)
    g_signal_handlers_disconnect_by_data (log->clock, log);
  g_clear_object (&log->clock);
}

static void
realize_cb (GtkWidget *widget, FrameLog *log)
{
  leave_clock (log);
  log->clock = g_object_ref (gtk_widget_get_frame_clock (widget));
  g_signal_connect (log->clock, "after-paint", G_CALLBACK (after_paint_cb), log);
  log->surface = g_object_ref (gtk_native_get_surface (GTK_NATIVE (widget)));
  g_signal_connect (log->surface, "layout", G_CALLBACK (layout_cb), log);
}

static void
unrealize_cb (GtkWidget *widget, FrameLog *log)
{
  leave_clock (log);
  fflush (log->file);
}

static void
frame_log_free (void *data)
{
  FrameLog *log = data;

  leave_clock (log);
  fclose (log->file);
  g_free (log);
}

gboolean
fs_frame_log_start (GtkWidget *widget, const char *path, GError **error)
{
  FILE *file = g_fopen (path, "w");
  FrameLog *log;

  if (!file)
    {
      int reason = errno;

      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (reason),
                   "%s: the frame log cannot be written (%s).", path, g_strerror (reason));
      return FALSE;
    }
  setvbuf (file, NULL, _IOLBF, 0); /* whoever ends the program, every frame told is in the file */
  fputs ("frame,ms,interval_ms,processor_ms,layouts\n", file);
  log = g_new0 (FrameLog, 1);
  log->file = file;
  g_signal_connect (widget, "realize", G_CALLBACK (realize_cb), log);
  g_signal_connect (widget, "unrealize", G_CALLBACK (unrealize_cb), log);
  g_object_set_data_full (G_OBJECT (widget), "fs-frame-log", log, frame_log_free);
  return TRUE;
}

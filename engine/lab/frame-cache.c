/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that have been read; see frame-cache.h. */

#include "engine/lab/frame-cache.h"

#include <glib/gstdio.h>
#include "engine/base/lock.h"
#include "engine/lab/source.h"

/* What nobody uses is kept while it is little, for a setting that is taken back or a second file that is
 * looked at in turn. */
#define MOST_FILES 4
#define MOST_BYTES ((gsize) 128 << 20)

/* Who waits for another thread's reading looks this often whether to give up. */
#define WAIT_US (20 * 1000)

typedef struct
{
  char *path;
  guint64 device, inode, size;
  gint64 seconds, nanoseconds;
  /* Of the log beside a database, which has what was written last; 0 if there is none. */
  guint64 log_size;
  gint64 log_seconds, log_nanoseconds;
  FsImport import;
} Key;

typedef struct
{
  Key key;
  FsSharedFrame *_Atomic frame; /* NULL while it is read */
  FsReadProgress progress;
  guint n_users; /* threads that look at the entry */
  gboolean is_over;
} Entry;

/* Of the list and of all in it but `frame` and `progress`; it rings when an entry was read, or could not be. */
static FsLock lock = FS_LOCK_INIT;
static GQueue entries = G_QUEUE_INIT; /* owned Entry; the last used first */

static gboolean
find_key (Key *key, const char *path, const FsImport *import)
{
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  GStatBuf about, log;

  if (g_stat (path, &about) != 0)
    return FALSE;
  *key = (Key){ .path = (char *) path,
                .device = about.st_dev,
                .inode = about.st_ino,
                .size = (guint64) about.st_size,
                .seconds = about.st_mtim.tv_sec,
                .nanoseconds = about.st_mtim.tv_nsec,
                .import = import ? *import : fs_import_default () };
  if (g_stat (log_path, &log) == 0 && log.st_size > 0)
    {
      key->log_size = (guint64) log.st_size;
      key->log_seconds = log.st_mtim.tv_sec;
      key->log_nanoseconds = log.st_mtim.tv_nsec;
    }
  return TRUE;
}

static gboolean
is_equal (const Key *left, const Key *right)
{
  return g_str_equal (left->path, right->path) && left->device == right->device
         && left->inode == right->inode && left->size == right->size
         && left->seconds == right->seconds && left->nanoseconds == right->nanoseconds
         && left->log_size == right->log_size && left->log_seconds == right->log_seconds
         && left->log_nanoseconds == right->log_nanoseconds
         && fs_import_is_equal (&left->import, &right->import);
}

static void
entry_free (Entry *entry)
{
  fs_shared_unref (atomic_load (&entry->frame));
  g_free (entry->key.path);
  g_free (entry);
}

/* ---- with the lock held ---- */

static Entry *
find_entry (const Key *key)
{
  for (GList *link = entries.head; link; link = link->next)
    {
      Entry *entry = link->data;

      if (!entry->is_over && is_equal (&entry->key, key))
        return entry;
    }
  return NULL;
}

static void
drop (Entry *entry)
{
  g_queue_remove (&entries, entry);
  entry_free (entry);
}

static gsize
frame_bytes (const FsFrame *frame)
{
  return frame->n_columns * frame->n_rows * sizeof (double);
}

/* Lets go of what is old or large and not in use, and of what could not be read. */
static void
tidy (guint most_files, gsize most_bytes)
{
  gsize n_bytes = 0;
  guint n = 0;

  for (GList *link = entries.head, *next; link; link = next)
    {
      Entry *entry = link->data;
      FsSharedFrame *frame = atomic_load (&entry->frame);

      next = link->next;
      if (entry->n_users > 0 || (frame && fs_shared_is_shared (frame)))
        continue;
      n_bytes += frame ? frame_bytes (frame->frame) : 0;
      if (entry->is_over || ++n > most_files || n_bytes > most_bytes)
        drop (entry);
    }
}

static Entry *
add_entry (const Key *key)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->key = *key;
  entry->key.path = g_strdup (key->path);
  atomic_init (&entry->frame, NULL);
  g_queue_push_head (&entries, entry);
  return entry;
}

/* ---- reading ---- */

/* Reads the file for everybody who waits for it. The lock is not held. */
static FsSharedFrame *
read_entry (Entry *entry, const FsReadOptions *options, GError **error)
{
  FsReadOptions own = { .import = options->import,
                        .interrupt = options->interrupt,
                        .progress = options->progress ? options->progress : &entry->progress };
  FsFrame *frame = fs_source_load (entry->key.path, NULL, &own, error);
  FsSharedFrame *shared = frame ? fs_shared_frame_new (frame) : NULL;
  FsProblem problem;

  if (frame && !shared)
    {
      fs_problem (&problem, FS_OUT_OF_MEMORY, entry->key.path, NULL, NULL);
      fs_lab_error_take (error, &problem);
    }
  fs_lock_take (&lock);
  if (shared)
    atomic_store (&entry->frame, fs_shared_ref (shared));
  else
    entry->is_over = TRUE;
  entry->n_users--;
  tidy (MOST_FILES, MOST_BYTES);
  fs_lock_ring (&lock);
  fs_lock_leave (&lock);
  return shared;
}

/* With the lock held: waits until the reading of `entry` is over. NULL: it came to nothing. */
static FsSharedFrame *
wait_for (Entry *entry, const FsReadOptions *options)
{
  FsSharedFrame *shared = NULL;

  entry->n_users++;
  for (;;)
    {
      shared = fs_shared_ref (atomic_load (&entry->frame));
      if (shared || entry->is_over || fs_interrupt_is_requested (options->interrupt))
        break;
      fs_read_progress (options, atomic_load (&entry->progress.n_done),
                        atomic_load (&entry->progress.n_total));
      fs_lock_wait_until (&lock, g_get_real_time () + WAIT_US);
    }
  entry->n_users--;
  if (shared)
    {
      g_queue_remove (&entries, entry);
      g_queue_push_head (&entries, entry);
    }
  tidy (MOST_FILES, MOST_BYTES);
  return shared;
}

FsSharedFrame *
fs_frame_cache_load (const char *source,
                     const char *base,
                     const FsReadOptions *options,
                     GError **error)
{
  FsProblem problem;
  Key key;
  g_autofree char *path = fs_source_resolve (source, base, error);

  if (!path)
    return NULL;
  if (!find_key (&key, path, options->import))
    {
      fs_problem (&problem, FS_NOT_FOUND, path, NULL, "there is no such file");
      fs_lab_error_take (error, &problem);
      return NULL;
    }
  fs_lock_take (&lock);
  for (Entry *entry = find_entry (&key); entry; entry = find_entry (&key))
    {
      FsSharedFrame *shared = wait_for (entry, options);

      if (shared || fs_interrupt_is_requested (options->interrupt))
        {
          fs_lock_leave (&lock);
          if (!shared)
            {
              fs_problem (&problem, FS_INTERRUPTED, path, NULL, NULL);
              fs_lab_error_take (error, &problem);
            }
          return shared;
        }
      /* Whoever read it gave up, or could not read it: this thread tries, for a sentence of its own. */
    }
  Entry *entry = add_entry (&key);
  entry->n_users++;
  fs_lock_leave (&lock);
  return read_entry (entry, options, error);
}

void
fs_frame_cache_release (FsSharedFrame *frame)
{
  fs_shared_unref (frame);
  fs_lock_take (&lock);
  tidy (MOST_FILES, MOST_BYTES);
  fs_lock_leave (&lock);
}

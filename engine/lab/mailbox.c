/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The latest-wins slot and its paced source; see mailbox.h. What a payload is, is the user's matter. */

#include "engine/lab/mailbox.h"

#include <stdatomic.h>
#include <stdbool.h>

/* Time between two deliveries, in µs: 30 a second. Faster than this a reader of curves sees no
 * difference, and every delivery costs a redraw. */
#define DELIVERY_INTERVAL_US (G_USEC_PER_SEC / 30)

/* A post that finds the mailbox open wakes its source before closing goes on. The lock sees to that;
 * the counter of wake-ups says so to ThreadSanitizer, which does not see GLib's locks. */
struct FsMailbox
{
  _Atomic (void *) slot;      /* NULL = empty */
  _Atomic (int64_t) due_time; /* monotonic µs before which nothing is delivered */
  FsMailboxReceive receive;
  GDestroyNotify free_payload;
  void *data;
  GSource *source; /* owned; sleeps (ready time -1) while the slot is empty */
  GMutex lock;     /* a waiter sleeps on it, and the source is not woken once closed */
  GCond filled;
  atomic_bool is_closed; /* under the lock: a source's main context may be gone by then */
  atomic_uint n_wake_ups;
};

typedef struct
{
  GSource source;
  FsMailbox *mailbox;
} MailboxSource;

gboolean
fs_mailbox_drain (FsMailbox *mailbox)
{
  void *payload = atomic_exchange_explicit (&mailbox->slot, NULL, memory_order_acq_rel);
  if (!payload)
    return FALSE;
  mailbox->receive (payload, mailbox->data); /* the mailbox may be gone now */
  return TRUE;
}

/* The order matters. The source goes to sleep before the slot is emptied: a payload posted in between
 * is either taken here (and wakes us once for nothing) or finds the slot empty and wakes us. The other
 * way round its wake-up would be lost. The due time is set before emptying too, so that whoever finds
 * the slot empty also sees when the next delivery is due. */
static gboolean
dispatch (GSource *source, GSourceFunc unused, void *unused_data)
{
  FsMailbox *mailbox = ((MailboxSource *) source)->mailbox;
  int64_t now = g_get_monotonic_time ();
  int64_t due_time = atomic_load_explicit (&mailbox->due_time, memory_order_relaxed);
  if (now < due_time)
    {
      g_source_set_ready_time (source, due_time);
      return G_SOURCE_CONTINUE;
    }
  g_source_set_ready_time (source, -1);
  atomic_store_explicit (&mailbox->due_time, now + DELIVERY_INTERVAL_US, memory_order_relaxed);
  fs_mailbox_drain (mailbox);
  return G_SOURCE_CONTINUE;
}

/* Without prepare and check, GLib goes by the ready time alone. */
static GSourceFuncs source_funcs = { .dispatch = dispatch };

FsMailbox *
fs_mailbox_new (FsMailboxReceive receive, GDestroyNotify free_payload, void *data)
{
  FsMailbox *mailbox = g_new0 (FsMailbox, 1);
  atomic_init (&mailbox->slot, NULL);
  atomic_init (&mailbox->due_time, 0);
  atomic_init (&mailbox->is_closed, false);
  atomic_init (&mailbox->n_wake_ups, 0);
  mailbox->receive = receive;
  mailbox->free_payload = free_payload;
  mailbox->data = data;
  g_mutex_init (&mailbox->lock);
  g_cond_init (&mailbox->filled);
  mailbox->source = g_source_new (&source_funcs, sizeof (MailboxSource));
  ((MailboxSource *) mailbox->source)->mailbox = mailbox;
  g_source_set_static_name (mailbox->source, "mailbox");
  g_source_set_ready_time (mailbox->source, -1);
  g_source_attach (mailbox->source, g_main_context_get_thread_default ());
  return mailbox;
}

void
fs_mailbox_close (FsMailbox *mailbox)
{
  g_mutex_lock (&mailbox->lock);
  atomic_store (&mailbox->is_closed, true);
  (void) atomic_load (&mailbox->n_wake_ups);
  g_mutex_unlock (&mailbox->lock);
  g_source_destroy (mailbox->source);
}

void
fs_mailbox_free (FsMailbox *mailbox)
{
  if (!mailbox)
    return;
  if (!atomic_load (&mailbox->is_closed))
    fs_mailbox_close (mailbox);
  g_source_unref (mailbox->source);
  void *payload = atomic_exchange_explicit (&mailbox->slot, NULL, memory_order_acq_rel);
  if (payload)
    mailbox->free_payload (payload);
  g_cond_clear (&mailbox->filled);
  g_mutex_clear (&mailbox->lock);
  g_free (mailbox);
}

void
fs_mailbox_post (FsMailbox *mailbox, void *payload)
{
  void *replaced = atomic_exchange_explicit (&mailbox->slot, payload, memory_order_acq_rel);
  if (replaced)
    {
      /* Whoever filled the empty slot has already seen to the wake-up. */
      mailbox->free_payload (replaced);
      return;
    }
  g_mutex_lock (&mailbox->lock);
  if (!atomic_load (&mailbox->is_closed))
    {
      g_source_set_ready_time (mailbox->source,
                               atomic_load_explicit (&mailbox->due_time, memory_order_relaxed));
      atomic_fetch_add (&mailbox->n_wake_ups, 1);
    }
  g_cond_signal (&mailbox->filled);
  g_mutex_unlock (&mailbox->lock);
}

void
fs_mailbox_wait (FsMailbox *mailbox)
{
  g_mutex_lock (&mailbox->lock);
  while (!atomic_load_explicit (&mailbox->slot, memory_order_relaxed))
    g_cond_wait (&mailbox->filled, &mailbox->lock);
  g_mutex_unlock (&mailbox->lock);
  fs_mailbox_drain (mailbox);
}

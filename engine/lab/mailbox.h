/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A slot that holds the latest payload on its way from a working thread to the thread that made the
 * mailbox. Posting replaces what has not been fetched yet, so the receiver is never behind, however
 * fast the poster is. It is no queue: what must not be lost belongs inside each payload.
 *
 * Load: 10^4 posts a second, one poster. Measured with a prototype at 28,000 posts a second: an idle
 * callback for each saturates the main loop with a backlog of thousands; one persistent source with a
 * ready time gives about 30 callbacks a second and always delivers the last payload.
 *
 * Threads: fs_mailbox_post() on the poster's thread, everything else on the maker's, whose
 * thread-default main context at fs_mailbox_new() calls `receive`. Payloads cross through C11 atomics
 * alone (the lock inside carries no data, it only lets a waiter sleep), which is also what lets
 * ThreadSanitizer see the hand-over beside an uninstrumented GLib. */

#include <glib.h>

typedef struct FsMailbox FsMailbox;

/* Takes the payload. May free the mailbox. */
typedef void (*FsMailboxReceive) (void *payload, void *data);

/* `free_payload` is called for each payload that is replaced or left over, on either thread. */
FsMailbox *fs_mailbox_new (FsMailboxReceive receive, GDestroyNotify free_payload, void *data);

/* Nobody is called afterwards; the poster may go on posting, to no effect. */
void fs_mailbox_close (FsMailbox *mailbox);

/* The poster must have ended before. Closes; on a closed mailbox any thread may call it. */
void fs_mailbox_free (FsMailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FsMailbox, fs_mailbox_free)

/* Takes `payload`, which is not NULL. */
void fs_mailbox_post (FsMailbox *mailbox, void *payload);

/* Hands over what is there now, without waiting for its time; FALSE if there is nothing. To be called
 * once after the poster was joined, and by whoever iterates no main context. */
gboolean fs_mailbox_drain (FsMailbox *mailbox);

/* Sleeps until something is there, then drains. */
void fs_mailbox_wait (FsMailbox *mailbox);

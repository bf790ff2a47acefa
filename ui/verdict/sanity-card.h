/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A card for the sanity battery of engine/lab/sanity.h: a button that starts it on the experiment as it is
 * set now, a row for each check as it is done, and a button that stops it. The checks run on a thread of
 * their own with copies of what they need; closing the card stops them. */

#include <gtk/gtk.h>
#include "ui/session.h"

#define FS_TYPE_SANITY_CARD (fs_sanity_card_get_type ())
G_DECLARE_FINAL_TYPE (FsSanityCard, fs_sanity_card, FS, SANITY_CARD, GtkWidget)

GtkWidget *fs_sanity_card_new (FsSession *session);

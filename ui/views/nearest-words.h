/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A row where a person writes a word, and below it the words whose vectors are nearest to that word's: those
 * of the experiment's file if its embedding begins with them, else trained on the training texts. */

#include <gtk/gtk.h>
#include "ui/session.h"

GtkWidget *fs_nearest_words_new (FsSession *session);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One finding as a card: claim, confidence, picture, what speaks for it and against, cause, one change,
 * and what can be done: try it, prove it, ask why, put it aside. A card shows what it is given and tells
 * what was pressed; it keeps its widgets while its finding changes, so that focus and an opened card
 * stay through a training.
 *
 * Signals: "try", "prove", "cancel", "why", "aside". */

#include <gtk/gtk.h>
#include "engine/diagnose/verdict.h"
#include "engine/lab/prove.h"

G_BEGIN_DECLS

#define FS_TYPE_FINDING_CARD (fs_finding_card_get_type ())
G_DECLARE_FINAL_TYPE (FsFindingCard, fs_finding_card, FS, FINDING_CARD, GtkWidget)

GtkWidget *fs_finding_card_new (void);

/* `experiment` is what the change is a diff of; `history` is for the picture. */
void fs_finding_card_show (FsFindingCard *card,
                           const FsFinding *finding,
                           const FsExperiment *experiment,
                           const FsHistory *history);
const FsFinding *fs_finding_card_get_finding (FsFindingCard *card);

/* Opened, a card shows its evidence. */
void fs_finding_card_set_open (FsFindingCard *card, gboolean is_open);

/* How a proof of it goes: none, running (a share), or done. */
void fs_finding_card_show_no_proof (FsFindingCard *card);
void fs_finding_card_show_progress (FsFindingCard *card, double share);
void fs_finding_card_show_proof (FsFindingCard *card, const FsProof *proof);

G_END_DECLS

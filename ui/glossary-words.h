/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Everything the glossary explains, as plain entries: the words that the window uses without saying
 * what they mean, and every setting, layer and preparation step of the schema. No widget. */

#include <glib-object.h>

G_BEGIN_DECLS

#define FS_TYPE_GLOSSARY_ENTRY (fs_glossary_entry_get_type ())
G_DECLARE_FINAL_TYPE (FsGlossaryEntry, fs_glossary_entry, FS, GLOSSARY_ENTRY, GObject)

const char *fs_glossary_entry_get_title (FsGlossaryEntry *entry); /* "Learning rate" */
const char *fs_glossary_entry_get_text (FsGlossaryEntry *entry);  /* one sentence or a few */
/* What it is called elsewhere and what it takes: "train.learning_rate · PyTorch lr · a number greater
 * than 0". NULL for words. */
const char *fs_glossary_entry_get_facts (FsGlossaryEntry *entry);

/* Whether every word of `query` (any case) begins a word of the title, the text or the facts. An empty
 * query fits everything. */
gboolean fs_glossary_entry_fits (FsGlossaryEntry *entry, const char *query);

/* All entries in alphabetical order; transfer full, of FsGlossaryEntry. */
GPtrArray *fs_glossary_entries (void);

G_END_DECLS

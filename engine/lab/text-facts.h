/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is said of texts and their words, in the window and by commands: the profile in sentences, and the
 * nearest words of a word. */

#include <glib.h>
#include "engine/prepare/text-profile.h"

/* Sentences (char *), one a fact, and a finding apart: NULL if no text of training comes again later. */
GPtrArray *fs_text_facts (const FsTextProfile *profile, const FsDataset *dataset);
char *fs_text_leak (const FsTextProfile *profile);

/* {"texts":…,"length":{…},"vocabulary":{…},"classes":[…],"duplicates":{…}} */
void fs_text_profile_append_json (GString *json,
                                  const FsTextProfile *profile,
                                  const FsDataset *dataset);

/* How the experiment's steps vary the first n training texts that they vary in the first epoch: each text
 * and what becomes of it (char *, in turn). Empty if nothing is varied. */
GPtrArray *fs_text_variants (const FsDataset *dataset, const FsExperiment *experiment, guint n);

/* How texts become what the network reads, stage by stage with the shape at each: "8 texts → words → …". */
char *fs_text_stages (const FsDataset *dataset, const FsExperiment *experiment);

/* The first n training texts that have a word, as names and as words with their numbers (char *, in turn);
 * padding and what is cut off are told. */
GPtrArray *fs_text_tokens (const FsDataset *dataset, guint n);

/* The n most frequent words of the training texts: word, number, and how often it stands there (char *, in
 * turn). */
GPtrArray *fs_text_words (const FsDataset *dataset, guint n);

/* The experiment as one of texts, which the profile of a file with texts is made for. */
FsExperiment fs_text_experiment (const FsExperiment *experiment);

typedef struct
{
  char *word;
  double cosine; /* of the angle between the two vectors */
} FsNeighbour;

void fs_neighbour_free (FsNeighbour *neighbour);

/* The n words (FsNeighbour *) whose vectors are nearest to that of `word`, nearest first: vectors of the
 * experiment's file if its embedding begins with them, else word2vec, trained on the training texts here and
 * now. Takes a second for a megabyte of text: not for the main thread. NULL on failure. */
GPtrArray *fs_words_nearest (const FsFrame *frame,
                             const FsExperiment *experiment,
                             const char *base,
                             const char *word,
                             guint n,
                             GError **error);

/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a verb of the command line is: one file of this folder each, listed in verbs.c. A verb runs
 * without a display and reports each problem as one sentence on stderr. */

#include <glib.h>

enum
{
  FS_EXIT_DONE = 0,
  FS_EXIT_FAILED = 1, /* everything was right, and still it could not be done */
  FS_EXIT_USAGE = 2   /* wrong words, wrong values, unusable files */
};

typedef struct
{
  const char *name;
  const char *summary; /* a clause for the list of verbs */
  const char *usage;   /* what follows the name: "EXPERIMENT [OPTION…]" */
  /* argv[0] is the verb's name. Returns the exit code. */
  int (*run) (int argc, char **argv);
} FsVerb;

extern const FsVerb fs_verb_prepare;
extern const FsVerb fs_verb_profile;
extern const FsVerb fs_verb_bench;
extern const FsVerb fs_verb_diagnose;
extern const FsVerb fs_verb_prove;
extern const FsVerb fs_verb_range;
extern const FsVerb fs_verb_runs;
extern const FsVerb fs_verb_schema;
extern const FsVerb fs_verb_share;
extern const FsVerb fs_verb_words;
extern const FsVerb fs_verb_summary;
extern const FsVerb fs_verb_train;

/* All of them, ended by NULL. */
const FsVerb *const *fs_verbs (void);
const FsVerb *fs_verb_find (const char *name);
/* The name that was probably meant; NULL if none is near. */
const char *fs_verb_nearest (const char *name);

/* One sentence on stderr: "fitscope: …". The first returns FS_EXIT_USAGE, the second takes and frees
 * `error` and returns the exit code that it deserves. */
int fs_report_usage (const char *format, ...) G_GNUC_PRINTF (1, 2);
int fs_report_error (GError *error);

/* One sentence on stderr about something that did not keep the verb from its work. */
void fs_report_remark (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* Reads the verb's options and --help. Returns FALSE when the verb is over, with *exit_code set (0
 * after --help). What is left in argv are the arguments: argv[1 … argc-1]. */
gboolean fs_verb_parse_options (const FsVerb *verb,
                                const GOptionEntry *entries,
                                const char *description,
                                int *argc,
                                char ***argv,
                                int *exit_code);

/* A text for people on stdout: letters that the terminal's encoding lacks are spelled with others.
 * JSON and files are written as UTF-8 whatever the encoding, with fputs(). */
void fs_print_text (const char *text);
